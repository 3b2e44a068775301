"""From an order of touches to their days: duties first, kept days held, the rest filled in."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from campaign.plan.fit import choose
from campaign.plan.grid import MUST, Grid
from campaign.plan.kept import hold_days
from campaign.plan.place import NO_DAY, days_apart, place
from campaign.plan.repair import repair


def sure_days(grid: Grid) -> np.ndarray:
    """Return days for as many duties as fit together, -1 for all others.

    Must-do touches go first, the nearest last day ahead, for they are all worth the same here;
    then what is to be covered, then what makes up a share, each by value.
    """
    duties = np.flatnonzero(grid.duty > 0)
    if not len(duties):
        return np.full(grid.size, NO_DAY)
    due = np.where(grid.duty[duties] == MUST, grid.last[duties], 0)
    order = duties[np.lexsort((duties, -grid.value[duties], due, -grid.duty[duties]))]
    together = _filled(grid, order)
    if not (together[duties] < 0).any():
        return together
    in_turn = np.full(grid.size, NO_DAY)
    for rank in range(MUST, 0, -1):
        now = order[grid.duty[order] >= rank]
        in_turn = _filled(_with_fixed(grid, in_turn), now)

    def by_rank(day_of: np.ndarray) -> list[int]:
        return [int((grid.duty[day_of >= 0] == rank).sum()) for rank in range(MUST, 0, -1)]

    return max(together, in_turn, key=by_rank)


def first_duties(grid: Grid, order: np.ndarray) -> np.ndarray:
    """Return an order with every must-do touch ahead, then what is to be covered, then shares."""
    if not (grid.duty > 0).any():
        useful: np.ndarray = order[grid.value[order] > 0]
        return useful
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
        sure: Days that duties can have (`sure_days`). Each of these is in the plan; where all
            duties can be, on another day if that serves the rest better.
        favoured: Of those that use shared limits, only these are given periods at first.
    """
    order = first_duties(grid, order)
    if favoured is not None:
        favoured = favoured | (grid.duty > 0)
    day_of = _filled(grid, order, favoured)
    is_short = ((grid.duty > 0) & (sure < 0)).any()
    if is_short or ((sure >= 0) & (day_of < 0)).any():
        day_of = _filled(_with_fixed(grid, sure), order, favoured)
    return day_of


def _filled(grid: Grid, order: np.ndarray, favoured: np.ndarray | None = None) -> np.ndarray:
    choice = choose(grid, order, favoured)
    if (grid.kept >= 0).any():
        choice = hold_days(grid, choice, order)
    return repair(grid, place(grid, choice, order), order)


def _with_fixed(grid: Grid, sure: np.ndarray) -> Grid:
    """Return the problem with duties on their days, and the others apart from them."""
    first, last = grid.first.copy(), grid.last.copy()
    number = grid.days.astype("datetime64[D]").astype(np.int64)
    due = np.searchsorted(number, number - max(grid.gap_days, 1), side="right") - 1
    after = days_apart(grid)
    fixed = np.flatnonzero(sure >= 0)
    first[fixed] = last[fixed] = sure[fixed]
    free = np.flatnonzero((sure < 0) & np.isin(grid.customer, grid.customer[fixed]))
    pairs = pd.merge(
        pd.DataFrame({"customer": grid.customer[fixed], "fixed": fixed}),
        pd.DataFrame({"customer": grid.customer[free], "free": free}),
        on="customer",
    )
    duty, mate = pairs["fixed"].to_numpy(), pairs["free"].to_numpy()
    is_before = grid.touch[mate] < grid.touch[duty]
    np.minimum.at(last, mate[is_before], due[sure[duty[is_before]]])
    np.maximum.at(first, mate[~is_before], after[sure[duty[~is_before]]])
    return dataclasses.replace(grid, first=first, last=last)
