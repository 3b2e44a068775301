"""无明显恶化: which customers show no marked deterioration, and what was not checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.growth.facts import screen_facts
from campaign.growth.portfolio import Portfolio, portfolio_of
from campaign.growth.wording import both, listed
from campaign.settings import ScreenRules
from campaign.vocabulary import SCREEN, Signal

Check = Callable[[pd.DataFrame, ScreenRules], pd.Series]


@dataclass(frozen=True)
class ScreenRule:
    """One rule: its Chinese name, the signal it gives, and the check.

    A check returns for each customer whether the rule fired (1), passed (0) or could not
    be checked (NaN).
    """

    name: str
    signal: Signal
    check: Check


def screen_customers(
    book: LoanBook, rules: ScreenRules, portfolio: Portfolio | None = None
) -> pd.DataFrame:
    """Say which customers show no marked deterioration (无明显恶化).

    Red stops, yellow asks or waits until after the festival, green goes on. A rule whose
    data is unknown neither fires nor passes: it is named in `not_checked`.

    Source:
        domain rules A7, each a setting of [screen]; docs/method.md#screen.

    Returns:
        Table SCREEN, one row a customer with a note in force.
    """
    portfolio = portfolio or portfolio_of(book)
    facts = screen_facts(portfolio)
    answers = np.column_stack([rule.check(facts, rules).to_numpy(float) for rule in RULES])
    fired, unknown = answers == 1, np.isnan(answers)
    red = fired[:, [rule.signal is Signal.RED for rule in RULES]].any(axis=1)
    yellow = fired.any(axis=1) & ~red
    names = [rule.name for rule in RULES]
    table = pd.DataFrame(
        {
            "customer_id": portfolio.customers["customer_id"],
            "signal": np.select(
                [red, yellow], [Signal.RED.value, Signal.YELLOW.value], Signal.GREEN.value
            ),
            "reasons": listed(fired, names),
            "fired": fired.sum(axis=1),
            "passed": (answers == 0).sum(axis=1),
            "not_checked": listed(unknown, names),
            "unchecked": unknown.sum(axis=1),
            "source_rows": both(
                portfolio.customers["source_rows"], portfolio.customers["other_rows"]
            ),
        }
    )
    return SCREEN.check(SCREEN.conform(table))


def _over(values: pd.Series, limit: float) -> pd.Series:
    """Return 1 above the limit, 0 up to it, NaN where unknown."""
    return values.gt(limit).astype(float).where(values.notna())


def _between(values: pd.Series, low: float, high: float) -> pd.Series:
    """Return 1 above `low` up to `high`, 0 elsewhere, NaN where unknown."""
    return (values.gt(low) & values.le(high)).astype(float).where(values.notna())


def _bad_class(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    return facts["bad_class"]


def _late(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    late = facts["days_past_due"].ge(rules.late_days_red) | facts["overdue_status"].eq(1)
    known = facts["days_past_due"].notna() | facts["overdue_status"].eq(1)
    return late.astype(float).where(known)


def _written_off(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    return facts["written_off"]


def _restructured(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    return facts["restructured"]


def _frozen(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    return facts["frozen"]


def _many_arrears(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    return _over(facts["arrears_count"], rules.arrears_count_red - 1)


def _many_enquiries(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    return _over(facts["recent_enquiries"], rules.enquiries_red)


def _dishonest(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    return facts["dishonest"]


def _bad_elsewhere(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    return facts["bad_elsewhere"]


def _special_mention(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    return facts["special_mention"]


def _interest_arrears(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    return _over(facts["interest_arrears"], 0)


def _some_arrears(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    counts = facts["arrears_count"]
    return _between(counts, rules.arrears_count_yellow - 1, rules.arrears_count_red - 1)


def _rolled_over(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    return facts["rolled_over"]


def _some_enquiries(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    return _between(facts["recent_enquiries"], rules.enquiries_yellow, rules.enquiries_red)


def _many_lenders(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    return _over(facts["lender_count"], rules.lenders_yellow)


def _online_loans(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    return _over(facts["online_loans"], rules.online_loans_yellow)


def _guarantees(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    given, assets = facts["guarantees_given"], facts["net_assets"]
    share = given.gt(rules.guarantees_yellow * assets.clip(lower=0)).astype(float)
    return share.where(given.notna() & (assets.notna() | given.eq(0)))


def _sales_fell(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    now, before = facts["annual_sales"], facts["prior_annual_sales"]
    fell = now.lt(rules.sales_fall_yellow * before).astype(float)
    return fell.where(now.notna() & before.gt(0))


def _stale_appraisal(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    stale = facts["appraisal_months"].gt(rules.appraisal_months_yellow).astype(float)
    known = facts["appraisal_months"].notna() | ~facts["has_collateral"].astype(bool)
    return stale.where(known)


def _lawsuit(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    return facts["lawsuit"]


def _mention_elsewhere(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    return facts["mention_elsewhere"]


RULES = (
    ScreenRule("五级分类为不良", Signal.RED, _bad_class),
    ScreenRule("贷款逾期", Signal.RED, _late),
    ScreenRule("有核销贷款", Signal.RED, _written_off),
    ScreenRule("累计欠款期数过多", Signal.RED, _many_arrears),
    ScreenRule("重组贷款", Signal.RED, _restructured),
    ScreenRule("贷款被冻结", Signal.RED, _frozen),
    ScreenRule("征信查询过多", Signal.RED, _many_enquiries),
    ScreenRule("失信被执行人", Signal.RED, _dishonest),
    ScreenRule("他行贷款不良", Signal.RED, _bad_elsewhere),
    ScreenRule("五级分类为关注", Signal.YELLOW, _special_mention),
    ScreenRule("欠息", Signal.YELLOW, _interest_arrears),
    ScreenRule("有欠款记录", Signal.YELLOW, _some_arrears),
    ScreenRule("借新还旧或展期", Signal.YELLOW, _rolled_over),
    ScreenRule("征信查询偏多", Signal.YELLOW, _some_enquiries),
    ScreenRule("贷款机构偏多", Signal.YELLOW, _many_lenders),
    ScreenRule("网络贷款偏多", Signal.YELLOW, _online_loans),
    ScreenRule("对外担保偏重", Signal.YELLOW, _guarantees),
    ScreenRule("销售明显下滑", Signal.YELLOW, _sales_fell),
    ScreenRule("押品评估过期", Signal.YELLOW, _stale_appraisal),
    ScreenRule("涉诉", Signal.YELLOW, _lawsuit),
    ScreenRule("他行贷款为关注", Signal.YELLOW, _mention_elsewhere),
)
