"""What the estimates lack, told as findings: what was not checked, and what to add."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.findings import CELLS_SHOWN, Finding
from campaign.growth.changes import TO_ADD
from campaign.growth.existing import CustomerCase
from campaign.growth.portfolio import Portfolio, customer_key
from campaign.growth.refinance_status import STATUS_CONSENT
from campaign.growth.team import UNASSIGNED
from campaign.growth.wording import has_words
from campaign.settings import HeadroomRules
from campaign.vocabulary import Grade, Severity

LACKING_SHOWN = 4


def growth_findings(
    book: LoanBook,
    as_booked: Portfolio,
    case: CustomerCase,
    refinance: pd.DataFrame,
    staff: pd.DataFrame,
    rules: HeadroomRules,
) -> tuple[Finding, ...]:
    """Return what a reader of the estimates has to know, in a fixed order.

    Args:
        book: The loan book.
        as_booked: The customers with the managers that the book names.
        case: What opportunities were shared out from.
        refinance: Table REFINANCE.
        staff: Table STAFF.
        rules: Settings [headroom].
    """
    found = [
        _grades(case.headroom),
        _nameless(book),
        _without_manager(as_booked, staff),
        _past_maturity(as_booked),
        _no_maturity(as_booked),
        _consent(refinance),
        _over_inclusive(case.headroom, rules),
        _concentration(rules),
        _unknown_trade(case),
    ]
    return tuple(finding for finding in found if finding)


def _grades(headroom: pd.DataFrame) -> Finding | None:
    counts = headroom["grade"].value_counts()
    poor = headroom[headroom["grade"].ne(Grade.A.value)]
    if poor.empty:
        return None
    lacking = {
        label: int(has_words(poor["not_checked"], cap).sum()) for cap, label in TO_ADD.items()
    }
    worst = sorted(lacking, key=lambda label: -lacking[label])[:LACKING_SHOWN]
    named = "、".join(f"{label}（{lacking[label]} 户）" for label in worst if lacking[label])
    graded = "，".join(f"{grade.value} 级 {counts.get(grade.value, 0)} 户" for grade in Grade)
    message = (
        f"增贷空间按资料分级：{graded}。B、C 级最缺：{named or '个别栏目'}；补充后可提高等级。"
    )
    return Finding("headroom_grade", Severity.INFO, message, len(poor))


def _nameless(book: LoanBook) -> Finding | None:
    rows = book.loans.loc[book.is_live, ["customer_id", "customer_name", "source_row"]]
    rows = rows[customer_key(rows).isna()]
    message = f"有 {len(rows)} 笔借据没有客户编号和名称，未计入任何增长来源；请补客户编号。"
    return _rows_finding("loan_without_customer", Severity.WARNING, message, rows["source_row"])


def _without_manager(as_booked: Portfolio, staff: pd.DataFrame) -> Finding | None:
    if staff["manager_name"].eq(UNASSIGNED).any():
        message = (
            "台账和名册里都没有客户经理，客户按支行列成“待分派”一本、按一个人的能力排；"
            "请补客户经理列或客户经理名册后重做。"
        )
        return Finding("no_managers", Severity.WARNING, message)
    people = as_booked.customers
    rows = people[~people["manager_id"].isin(staff["manager_id"])]
    message = (
        f"有 {len(rows)} 名客户的客户经理不在岗或未登记，已暂由本支行在岗客户经理分担；请确认移交。"
    )
    return _rows_finding("customer_without_manager", Severity.WARNING, message, rows["source_rows"])


def _past_maturity(as_booked: Portfolio) -> Finding | None:
    notes = as_booked.notes
    rows = notes[notes["maturity_date"].le(pd.Timestamp(as_booked.as_of))]
    message = f"有 {len(rows)} 笔借据已过到期日仍有余额，不计入活动期到期；请核实是否逾期或展期。"
    return _rows_finding("past_maturity", Severity.WARNING, message, rows["source_row"])


def _no_maturity(as_booked: Portfolio) -> Finding | None:
    rows = as_booked.notes[as_booked.notes["maturity_date"].isna()]
    message = f"有 {len(rows)} 笔借据到期日未知，到期与流失可能少计；请补到期日期。"
    return _rows_finding("maturity_unknown", Severity.WARNING, message, rows["source_row"])


def _consent(refinance: pd.DataFrame) -> Finding | None:
    rows = refinance[refinance["status"].eq(STATUS_CONSENT)]
    message = f"有 {len(rows)} 笔他行贷款需先取得客户授权，未排入置换计划；名单见他行置换表。"
    return _rows_finding("consent_needed", Severity.WARNING, message, rows["source_rows"])


def _over_inclusive(headroom: pd.DataFrame, rules: HeadroomRules) -> Finding | None:
    rows = headroom[headroom["over_inclusive"].astype(bool)]
    limit = rules.inclusive_limit / 10_000
    message = (
        f"有 {len(rows)} 名客户若用足测算空间，授信将超过 {limit:,.0f} 万元普惠小微口径；请留意。"
    )
    return _rows_finding("over_inclusive", Severity.INFO, message, rows["source_rows"])


def _concentration(rules: HeadroomRules) -> Finding | None:
    if rules.bank_capital > 0:
        return None
    message = "未填本行资本净额，单户集中度未检查；请在设置 headroom.bank_capital 填写。"
    return Finding("concentration_not_checked", Severity.INFO, message)


def _unknown_trade(case: CustomerCase) -> Finding | None:
    unknown = case.portfolio.customers[case.trades.eq("").to_numpy()]
    message = (
        f"有 {len(unknown)} 名客户的行业不在旺季表内或无法识别，未估算行业性需求；"
        "可补行业代码、主营业务，或在设置 industry.words 补充识别词。"
    )
    return _rows_finding("trade_unknown", Severity.INFO, message, unknown["source_rows"])


def _rows_finding(
    kind: str, severity: Severity, message: str, rows: Iterable[str]
) -> Finding | None:
    """Return a finding about these rows, none where there are none."""
    named = np.array(list(rows), dtype=object)
    if not len(named):
        return None
    cells = tuple(text.split(";")[0] for text in named[:CELLS_SHOWN])
    return Finding(kind, severity, message, len(named), cells)
