"""Who is not planned for, which limit bound, and how far he is below the cut-off."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.plan.grid import TOLERANCE, Grid
from campaign.plan.problem import VisitProblem
from campaign.plan.shared import SharedLimits
from campaign.vocabulary import LEFT_OUT, Channel, Resource

FULL = {
    Channel.VISIT.value: "走访时间已排满，同期排入的客户预计增益更高",
    Channel.CALL.value: "电话时间已排满，同期排入的客户预计增益更高",
}
SPENT = {
    Resource.RATE_QUOTA.value: "优惠利率额度已用于预计增益更高的客户",
    Resource.SENIOR.value: "上级联合走访名额已用于预计增益更高的客户",
}
NO_TIME = "时间窗内该客户经理没有可用的走访或电话时间"


def left_out_customers(problem: VisitProblem, grid: Grid, day_of: np.ndarray) -> pd.DataFrame:
    """Return table LEFT_OUT for customers who have candidates but no touch.

    `value` is that of the customer's best touch, by source; `cut_off` the least value that
    the same manager and channel still took on a day that touch could have had.
    """
    best = _best_untouched(grid, day_of)
    if not len(best):
        return LEFT_OUT.empty()
    cut_off = _cut_offs(grid, day_of, best)
    table = problem.by_id.iloc[best]
    reasons = pd.DataFrame(
        {
            "candidate_id": table["candidate_id"].to_numpy(),
            "customer_id": table["customer_id"].to_numpy(),
            "reason": _reasons(grid, day_of, best, table["channel"].to_numpy()),
            "cut_off": cut_off,
        }
    )
    rows = reasons.merge(problem.purposes[["candidate_id", "source", "value"]], on="candidate_id")
    keys = ["customer_id", "source", "reason"]
    merged = rows.groupby(keys, as_index=False).agg({"value": "sum", "cut_off": "first"})
    merged["value"] = merged["value"].round(2)
    return LEFT_OUT.check(LEFT_OUT.conform(merged))


def _best_untouched(grid: Grid, day_of: np.ndarray) -> np.ndarray:
    """Return the candidate of the greatest value of each customer without a touch."""
    touched = np.zeros(int(grid.customer.max(initial=-1)) + 1, dtype=bool)
    touched[grid.customer[day_of >= 0]] = True
    rest = np.flatnonzero(~touched[grid.customer])
    rest = rest[np.lexsort((rest, -grid.value[rest], grid.customer[rest]))]
    return rest[np.unique(grid.customer[rest], return_index=True)[1]]


def _cut_offs(grid: Grid, day_of: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """Return the least value taken in each candidate's lane on the days of its window."""
    least = np.full(grid.capacity.shape, np.inf)
    taken = np.flatnonzero(day_of >= 0)
    np.minimum.at(least, (grid.lane[taken], day_of[taken]), grid.value[taken])
    found = np.full(len(candidates), np.nan)
    for number, candidate in enumerate(candidates.tolist()):
        window = least[grid.lane[candidate], grid.first[candidate] : grid.last[candidate] + 1]
        lowest = float(window.min(initial=np.inf))
        found[number] = lowest if np.isfinite(lowest) else np.nan
    return found


def _reasons(
    grid: Grid, day_of: np.ndarray, candidates: np.ndarray, channels: np.ndarray
) -> list[str]:
    limits = SharedLimits(grid)
    for candidate in np.flatnonzero(grid.shares_limits & (day_of >= 0)).tolist():
        limits.use(candidate, int(day_of[candidate]))
    found = []
    for candidate, channel in zip(candidates.tolist(), channels, strict=True):
        window = slice(grid.first[candidate], grid.last[candidate] + 1)
        if not (grid.capacity[grid.lane[candidate], window] > TOLERANCE).any():
            found.append(NO_TIME)
        else:
            found.append(_spent(grid, limits, candidate) or FULL[channel])
    return found


def _spent(grid: Grid, limits: SharedLimits, candidate: int) -> str:
    """Return which shared limit is used up on every day of the window, if one is."""
    for limit, need in limits.needs.get(candidate, []):
        period = grid.limits[limit].period[grid.first[candidate] : grid.last[candidate] + 1]
        if (limits.left[limit][period] < need - TOLERANCE).all():
            return SPENT[grid.limits[limit].resource]
    return ""
