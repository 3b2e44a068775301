"""Which duties found no day, what stands in their way, and how that is said."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.findings import Finding
from campaign.plan.grid import MUST, RANK_OF_DUTY, TOLERANCE, Grid
from campaign.plan.problem import VisitProblem
from campaign.plan.shared import SharedLimits
from campaign.vocabulary import SHORTAGES, Duty, Severity

SHOWN = 5
COVERAGE = "全覆盖"
NO_HOURS = "这几天该客户经理没有可用的走访或电话时间"
TOO_CLOSE = "与同一客户另一次必访的间隔不足"
ALL_TAKEN = "这几天的时间已被其他必访占满"
LIMIT_SPENT = "所需的共用额度已被其他必访占用"


def find_shortage(problem: VisitProblem, grid: Grid, day_of: np.ndarray) -> pd.DataFrame:
    """Return table SHORTAGES: duties towards a customer without a day, or that could have none."""
    owed = grid.duty >= RANK_OF_DUTY[Duty.COVER.value]
    short = np.flatnonzero(owed & (day_of < 0))
    if not len(short):
        return problem.shortage
    table = problem.by_id.iloc[short]
    limits = SharedLimits(grid)
    for candidate in np.flatnonzero(grid.shares_limits & (day_of >= 0)).tolist():
        limits.use(candidate, int(day_of[candidate]))
    taken = _duty_days(grid, day_of)
    why = [
        _why_short(grid, limits, taken.get(int(grid.customer[one]), []), one)
        for one in short.tolist()
    ]
    reasons = problem.commitments.must.drop_duplicates("customer_id").set_index("customer_id")
    promised = table["customer_id"].map(reasons["reason"])
    reason = promised.where(grid.duty[short] == MUST, COVERAGE)
    found = SHORTAGES.conform(table.assign(why=why, reason=reason))
    whole = pd.concat([problem.shortage, found], ignore_index=True)
    return SHORTAGES.conform(whole.sort_values(["customer_id", "earliest", "latest"]))


def shortage_findings(shortage: pd.DataFrame) -> tuple[Finding, ...]:
    """Return a finding each for must-do touches and for coverage that found no day."""
    covering = shortage["reason"].fillna("") == COVERAGE
    must, cover = shortage[~covering], shortage[covering]
    found = []
    if len(must):
        message = (
            f"必访有 {len(must)} 项排不下：{_named(must)}。"
            "请改期、换人或减少必访；其余必访已全部排入。"
        )
        found.append(Finding("must_touch_shortage", Severity.WARNING, message, len(must)))
    if len(cover):
        message = (
            f"全覆盖还差 {len(cover)} 次触达排不下：{_named(cover)}。"
            "请增加人手或走访天数，或关闭全覆盖（duties.meet_referrers）；其余已全部排入。"
        )
        found.append(Finding("coverage_shortage", Severity.WARNING, message, len(cover)))
    return tuple(found)


def _named(rows: pd.DataFrame) -> str:
    """Return the first customers with their reasons, and how many there are in all."""
    shown = [
        f"{row.customer_id}（{row.reason}：{row.why}）"
        if isinstance(row.reason, str) and row.reason != COVERAGE
        else f"{row.customer_id}（{row.why}）"
        for row in rows.head(SHOWN).itertuples()
    ]
    more = f"等共 {len(rows)} 项" if len(rows) > SHOWN else ""
    return "、".join(shown) + more


def _duty_days(grid: Grid, day_of: np.ndarray) -> dict[int, list[int]]:
    """Return the days of the duties planned, by the customer's number."""
    planned = np.flatnonzero((grid.duty > 0) & (day_of >= 0))
    days: dict[int, list[int]] = {}
    for customer, day in zip(grid.customer[planned], day_of[planned], strict=True):
        days.setdefault(int(customer), []).append(int(day))
    return days


def _why_short(grid: Grid, limits: SharedLimits, taken: list[int], candidate: int) -> str:
    """Return what stands in the way of a duty; `taken` are the customer's other duties' days."""
    days = range(int(grid.first[candidate]), int(grid.last[candidate]) + 1)
    number = grid.days.astype("datetime64[D]").astype(np.int64)
    others = number[taken]
    if all((abs(others - number[day]) < max(grid.gap_days, 1)).any() for day in days):
        return TOO_CLOSE
    if all(grid.capacity[grid.lane[candidate], day] <= TOLERANCE for day in days):
        return NO_HOURS
    if not any(limits.has_room(candidate, day) for day in days):
        return LIMIT_SPENT
    return ALL_TAKEN
