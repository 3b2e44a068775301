"""The tables of the bank summary (全行汇总.xlsx), ready to be written row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from campaign.findings import Finding, worst_first
from campaign.render.action_source import ActionSource
from campaign.render.formats import UNKNOWN, label_of
from campaign.render.masking import Masker
from campaign.render.ranking import ranked
from campaign.render.settings_used import SEGMENTS, settings_used
from campaign.render.xlsx_lists import Column
from campaign.vocabulary import (
    BRANCH_PLANS,
    MANAGER_PLANS,
    Severity,
    Signal,
    Source,
    Unit,
)

if TYPE_CHECKING:
    from campaign.plan.campaign_plan import CampaignPlan

LEFT_OUT_SHOWN = 50
REASONS_SHOWN = 60
CELLS_SHOWN = 6
# A reason with its day is one reason when they are counted.
DATES = r"\d{4}-\d{2}-\d{2}\s?"
GROUPED_FROM = 10_000
EXAMPLE_MARK = "示例假设"


@dataclass(frozen=True)
class Listing:
    """A list with its heads: columns, rows, and what is said where it is empty."""

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Any]]
    empty: str = "没有内容。"


def branch_listing(plan: CampaignPlan) -> Listing:
    """Return the branches, best share of the target first, with a line for the bank."""
    rows = plan.branches.copy()
    rows["net"] = rows["closing"] - rows["opening"]
    rows["share"] = (rows["net"] / rows["target"]).where(rows["target"] > 0)
    rows = rows.sort_values(
        ["share", "net", "branch"], ascending=[False, False, True], kind="stable"
    )
    names = [
        "branch", "managers", "new_managers", "opening", "run_off", "renewed", "draw", "top_up",
        "refinance", "industry", "team", "referral", "closing", "net", "target", "gap", "share",
        "visits", "visit_capacity", "calls", "call_capacity",
    ]  # fmt: skip
    own = {
        "net": Column("预计净增", "wan_bold", 11.0),
        "share": Column("达成比", "percent", 8.4),
        "branch": Column("支行", "wrap", 12.0),
    }
    columns = [own.get(name) or _column(BRANCH_PLANS, name) for name in names]
    total = _total(rows, names, "全行")
    total["share"] = total["net"] / total["target"] if total["target"] else None
    return Listing(
        (Column("序", "center", 4.0), *columns),
        [*_ranked(rows[names]), ("", *(total[name] for name in names))],
    )


def manager_listing(plan: CampaignPlan) -> Listing:
    """Return the managers by branch, most expected net growth first."""
    rows = plan.managers.sort_values(
        ["branch", "expected", "manager_id"], ascending=[True, False, True], kind="stable"
    )
    people = dict(zip(rows["manager_id"], rows["manager_name"].fillna(""), strict=True))
    rows = rows.assign(
        is_new=rows["is_new"].map({True: "新任"}).fillna(""),
        partner=[people.get(p, p) if isinstance(p, str) else "" for p in rows["partner"]],
    )
    names = [
        "branch", "manager_id", "manager_name", "is_new", "customers", "balance", "working_days",
        "visits", "visit_capacity", "calls", "call_capacity", "referrals", "contacts", "run_off",
        "renewed", "growth", "expected", "amount_floor", "amount_target", "amount_stretch", "area",
        "partner",
    ]  # fmt: skip
    own = {
        "is_new": Column("新任", "center", 5.0),
        "expected": Column("预计净增", "wan_bold", 10.0),
    }
    columns = tuple(own.get(name) or _column(MANAGER_PLANS, name) for name in names)
    return Listing(columns, plain(rows[names]), "没有在岗的客户经理。")


def left_out_listing(plan: CampaignPlan) -> Listing:
    """Return why what was left out was left out: cases, worth and the line to pass."""
    rows = plan.left_out
    reasons = rows["reason"].drop_duplicates()
    without_days = dict(zip(reasons, reasons.str.replace(DATES, "", regex=True), strict=True))
    undated = rows["reason"].map(without_days)
    groups = rows.assign(reason=undated).groupby(["source", "reason"], as_index=False)
    sums = groups.agg(
        cases=("customer_id", "size"), value=("value", "sum"), cut_off=("cut_off", "min")
    )
    sums = sums.sort_values(
        ["value", "cases", "source", "reason"], ascending=[False, False, True, True], kind="stable"
    ).head(REASONS_SHOWN)
    sums["source"] = [label_of(Source, code) for code in sums["source"]]
    columns = (
        Column("增长来源", "bold", 14.0), Column("户数", "count", 12.0),
        Column("预计增益", "wan_bold", 14.0), Column("入选线", "wan", 12.0),
        Column("原因", "wrap", 70.0),
    )  # fmt: skip
    names = ["source", "cases", "value", "cut_off", "reason"]
    return Listing(columns, plain(sums[names]), "没有未排入的机会。")


def left_out_cases(source: ActionSource) -> Listing:
    """Return the most valuable cases left out."""
    rows = source.plan.left_out
    order = {"value": False, "customer_id": True, "source": True, "reason": True}
    rows = ranked(rows[rows["value"] > 0], order).head(LEFT_OUT_SHOWN)
    rows = source.with_cards(rows)
    rows["source"] = [label_of(Source, code) for code in rows["source"]]
    columns = (
        Column("增长来源", "bold", 14.0), Column("客户编号", "text", 12.0),
        Column("客户", "wrap", 14.0), Column("预计增益", "wan_bold", 12.0),
        Column("原因", "wrap", 70.0),
    )  # fmt: skip
    names = ["source", "customer_id", "name", "value", "reason"]
    return Listing(columns, plain(rows[names]), "没有因能力不足而未排入的客户。")


def finding_listing(plan: CampaignPlan) -> Listing:
    """Return the findings, worst first, with the cells to look at."""
    found = worst_first((*plan.book.findings, *plan.growth.findings))
    said = Masker(plan.settings.output.masked).text
    rows = [(f.severity.label, f.count, said(f.message), _cells_shown(f), f.kind) for f in found]
    columns = (
        Column("程度", "bold", 7.0), Column("数量", "count", 9.0), Column("说明", "wrap", 80.0),
        Column("单元格", "small", 36.0), Column("类别", "small", 22.0),
    )  # fmt: skip
    return Listing(columns, rows, f"没有发现{Severity.ERROR.label}或{Severity.WARNING.label}。")


def _cells_shown(finding: Finding) -> str:
    more = f" 等 {finding.count:,} 处" if finding.count > CELLS_SHOWN else ""
    return "、".join(finding.cells[:CELLS_SHOWN]) + more


def screen_rule_listing(plan: CampaignPlan) -> Listing:
    """Return the rules of the screen with their limits, and how many customers met each."""
    rows = plan.growth.screen_rules
    rows = rows.assign(signal=[label_of(Signal, code) for code in rows["signal"]])
    columns = (
        Column("规则", "bold", 16.0), Column("触发即", "center", 7.0), Column("标准", "wrap", 40.0),
        Column("触发户数", "count", 9.0), Column("通过户数", "count", 9.0),
        Column("未查户数", "count", 9.0), Column("所需栏目", "wrap", 26.0),
        Column("触发时须问明", "wrap", 34.0), Column("依据", "small", 34.0),
    )  # fmt: skip
    names = ["rule", "signal", "limit", "fired", "passed", "unchecked", "columns", "ask",
             "rule_source"]  # fmt: skip
    return Listing(columns, plain(rows[names]), "没有初筛规则的统计。")


def setting_listing(plan: CampaignPlan) -> Listing:
    """Return every setting used, those that are only example assumptions marked."""
    rows = []
    for name, known, value, source in settings_used(plan):
        mark = EXAMPLE_MARK if known.is_example else ""
        rows.append((known.label, _setting_text(value), known.unit, mark, source, name))
    columns = (
        Column("设置", "wrap", 42.0), Column("取值", "wrap", 26.0), Column("单位", "wrap", 9.0),
        Column("性质", "center", 9.0), Column("来源", "wrap", 52.0), Column("名称", "small", 28.0),
    )  # fmt: skip
    return Listing(columns, rows)


def _column(table: Any, name: str) -> Column:
    field = table.field(name)
    style, width = {Unit.YUAN: ("wan", 10.4), Unit.COUNT: ("count", 6.8)}.get(
        field.unit, ("wrap", 9.4)
    )
    return Column(field.label, style, width)


def _total(rows: pd.DataFrame, names: Sequence[str], label: str) -> dict[str, Any]:
    return {
        name: float(rows[name].sum()) if rows[name].dtype.kind == "f" else label for name in names
    }


def _ranked(rows: pd.DataFrame) -> list[tuple[Any, ...]]:
    return [(place, *row) for place, row in enumerate(plain(rows), start=1)]


def plain(rows: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Return rows of plain values, None where unknown."""
    columns = [
        [None if value is None or value is pd.NA or value != value else value for value in column]
        for column in (rows[name].tolist() for name in rows.columns)
    ]
    return list(zip(*columns, strict=True))


def _setting_text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        parts = value.items()
        return "\n".join(f"{SEGMENTS.get(k, k)} {_setting_text(part)}" for k, part in parts)
    if isinstance(value, int | float):
        return f"{value:,.10g}" if abs(value) >= GROUPED_FROM else f"{value:.10g}"
    return value or UNKNOWN


def grade_shares_of_bank(plan: CampaignPlan) -> dict[str, float]:
    """Return the share of each data grade in the bank's expected growth."""
    sums = expected_by_grade(plan)
    total = float(sums.sum())
    return {str(grade): float(value) / total for grade, value in sums.items()} if total > 0 else {}


def expected_by_grade(plan: CampaignPlan) -> pd.Series:
    """Return the bank's expected growth, renewals left out, by data grade, in yuan."""
    rows = plan.growth.opportunities[["grade", "source", "expected"]]
    rows = rows[rows["source"] != Source.RENEWAL.value]
    return rows.groupby("grade")["expected"].sum()
