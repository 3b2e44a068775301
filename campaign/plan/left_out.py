"""Who is not planned for, which limit bound, and how far he is below the cut-off."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.growth.keys import numbered
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
    table = problem.by_id.iloc[best]
    reasons = np.array(_reasons(grid, day_of, best, table["channel"].to_numpy()), dtype=object)
    place = np.full(grid.size, -1)
    place[best] = np.arange(len(best))
    row = place[problem.serving]
    source, sources = numbered(problem.purposes["source"])
    lost = problem.purposes["value"].where(row >= 0).groupby(row * len(sources) + source).sum()
    # A customer has one row here, so rows and sources in order are customers and sources in order.
    row, source = np.divmod(lost.index[lost.index >= 0].to_numpy(), len(sources))
    merged = pd.DataFrame(
        {
            "customer_id": table["customer_id"].to_numpy()[row],
            "source": sources[source],
            "reason": reasons[row],
            "value": lost[lost.index >= 0].round(2).to_numpy(),
            "cut_off": _cut_offs(grid, day_of, best)[row],
        }
    )
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
    days = len(grid.days) + 1
    key = (grid.lane * days + grid.first) * days + grid.last + 1
    _, one, same = np.unique(key[candidates], return_index=True, return_inverse=True)
    found = np.full(len(one), np.nan)
    for number, candidate in enumerate(candidates[one].tolist()):
        window = least[grid.lane[candidate], grid.first[candidate] : grid.last[candidate] + 1]
        lowest = float(window.min(initial=np.inf))
        found[number] = lowest if np.isfinite(lowest) else np.nan
    return found[same]


def _reasons(
    grid: Grid, day_of: np.ndarray, candidates: np.ndarray, channels: np.ndarray
) -> list[str]:
    limits = SharedLimits(grid)
    for candidate in np.flatnonzero(grid.shares_limits & (day_of >= 0)).tolist():
        limits.use(candidate, int(day_of[candidate]))
    upto = np.cumsum(np.pad(grid.capacity > TOLERANCE, ((0, 0), (1, 0))), axis=1)
    lane, first, last = grid.lane[candidates], grid.first[candidates], grid.last[candidates]
    has_time = (first <= last) & (upto[lane, last + 1] > upto[lane, first])
    return [
        (_spent(grid, limits, candidate) or FULL[channel]) if open_ else NO_TIME
        for candidate, channel, open_ in zip(
            candidates.tolist(), channels, has_time.tolist(), strict=True
        )
    ]


def _spent(grid: Grid, limits: SharedLimits, candidate: int) -> str:
    """Return which shared limit is used up on every day of the window, if one is."""
    for limit, need in limits.needs.get(candidate, []):
        period = grid.limits[limit].period[grid.first[candidate] : grid.last[candidate] + 1]
        if (limits.left[limit][period] < need - TOLERANCE).all():
            return SPENT[grid.limits[limit].resource]
    return ""
