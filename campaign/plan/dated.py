"""From an order of touches to their days: duties first, kept days held, the rest filled in."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from campaign.findings import Finding
from campaign.plan.fit import choose
from campaign.plan.grid import TOLERANCE, Grid
from campaign.plan.kept import hold_days
from campaign.plan.place import days_apart, place
from campaign.plan.problem import VisitProblem
from campaign.plan.repair import repair
from campaign.plan.shared import SharedLimits
from campaign.vocabulary import SHORTAGES, Severity

MUST = 2
SHOWN = 5
NO_HOURS = "这几天该客户经理没有可用的走访或电话时间"
TOO_CLOSE = "与同一客户另一次必访的间隔不足"
ALL_TAKEN = "这几天的时间已被其他必访占满"
LIMIT_SPENT = "所需的共用额度已被其他必访占用"


def sure_days(grid: Grid) -> np.ndarray:
    """Return days for as many must-do touches as fit together, -1 for all others.

    The nearest last day goes first; must-do touches are all worth the same here.
    """
    must = np.flatnonzero(grid.duty == MUST)
    return _filled(grid, must[np.lexsort((must, -grid.value[must], grid.last[must]))])


def first_duties(grid: Grid, order: np.ndarray) -> np.ndarray:
    """Return an order with every must-do touch ahead, then what is to be covered."""
    missing = np.setdiff1d(np.flatnonzero(grid.duty > 0), order)
    whole = np.concatenate([order, missing])
    whole = whole[(grid.value[whole] > 0) | (grid.duty[whole] > 0)]
    first: np.ndarray = whole[np.argsort(-grid.duty[whole], kind="stable")]
    return first


def dated(
    grid: Grid, order: np.ndarray, sure: np.ndarray, favoured: np.ndarray | None = None
) -> np.ndarray:
    """Return the days of the touches taken in order, -1 for those not taken.

    Args:
        grid: The problem.
        order: Candidates, best first; duties go ahead of them.
        sure: Days that must-do touches can have (`sure_days`). Each of these is in the plan,
            on another day where that serves the rest better.
        favoured: Of those that use shared limits, only these are given periods at first.
    """
    order = first_duties(grid, order)
    if favoured is not None:
        favoured = favoured | (grid.duty > 0)
    day_of = _filled(grid, order, favoured)
    if ((sure >= 0) & (day_of < 0)).any():
        day_of = _filled(_with_fixed(grid, sure), order, favoured)
    return day_of


def _filled(grid: Grid, order: np.ndarray, favoured: np.ndarray | None = None) -> np.ndarray:
    choice = choose(grid, order, favoured)
    if (grid.kept >= 0).any():
        choice = hold_days(grid, choice, order)
    return repair(grid, place(grid, choice, order), order)


def _with_fixed(grid: Grid, sure: np.ndarray) -> Grid:
    """Return the problem with must-do touches on their days, and the others apart from them."""
    first, last = grid.first.copy(), grid.last.copy()
    number = grid.days.astype("datetime64[D]").astype(np.int64)
    due = np.searchsorted(number, number - max(grid.gap_days, 1), side="right") - 1
    after = days_apart(grid)
    fixed = np.flatnonzero(sure >= 0)
    first[fixed] = last[fixed] = sure[fixed]
    free = np.flatnonzero((sure < 0) & np.isin(grid.customer, grid.customer[fixed]))
    for must in fixed.tolist():
        mates = free[grid.customer[free] == grid.customer[must]]
        earlier = mates[grid.touch[mates] < grid.touch[must]]
        later = mates[grid.touch[mates] > grid.touch[must]]
        last[earlier] = np.minimum(last[earlier], due[sure[must]])
        first[later] = np.maximum(first[later], after[sure[must]])
    return dataclasses.replace(grid, first=first, last=last)


def find_shortage(problem: VisitProblem, grid: Grid, day_of: np.ndarray) -> pd.DataFrame:
    """Return table SHORTAGES: must-do touches without a day, and those that could have none."""
    short = np.flatnonzero((grid.duty == MUST) & (day_of < 0))
    if not len(short):
        return problem.shortage
    table = problem.candidates.sort_values("candidate_id").reset_index(drop=True).iloc[short]
    limits = SharedLimits(grid)
    for candidate in np.flatnonzero(grid.shares_limits & (day_of >= 0)).tolist():
        limits.use(candidate, int(day_of[candidate]))
    found = table.assign(why=[_why_short(grid, limits, day_of, one) for one in short.tolist()])
    reasons = problem.commitments.must.drop_duplicates("customer_id").set_index("customer_id")
    found["reason"] = found["customer_id"].map(reasons["reason"])
    whole = pd.concat([problem.shortage, SHORTAGES.conform(found)], ignore_index=True)
    return SHORTAGES.conform(whole.sort_values(["customer_id", "earliest", "latest"]))


def shortage_findings(shortage: pd.DataFrame) -> tuple[Finding, ...]:
    """Return one finding that names must-do touches without a day; none where all have one."""
    if shortage.empty:
        return ()
    shown = [
        f"{row.customer_id}（{row.reason}：{row.why}）"
        if isinstance(row.reason, str)
        else f"{row.customer_id}（{row.why}）"
        for row in shortage.head(SHOWN).itertuples()
    ]
    more = f"等共 {len(shortage)} 项" if len(shortage) > SHOWN else ""
    message = (
        f"必访有 {len(shortage)} 项排不下：{'、'.join(shown)}{more}。"
        "请改期、换人或减少必访；其余必访已全部排入。"
    )
    return (Finding("must_touch_shortage", Severity.WARNING, message, len(shortage)),)


def _why_short(grid: Grid, limits: SharedLimits, day_of: np.ndarray, candidate: int) -> str:
    days = range(int(grid.first[candidate]), int(grid.last[candidate]) + 1)
    number = grid.days.astype("datetime64[D]").astype(np.int64)
    own = (grid.customer == grid.customer[candidate]) & (grid.duty == MUST) & (day_of >= 0)
    others = number[day_of[own]]
    if all((abs(others - number[day]) < max(grid.gap_days, 1)).any() for day in days):
        return TOO_CLOSE
    if all(grid.capacity[grid.lane[candidate], day] <= TOLERANCE for day in days):
        return NO_HOURS
    if not any(limits.has_room(candidate, day) for day in days):
        return LIMIT_SPENT
    return ALL_TAKEN
