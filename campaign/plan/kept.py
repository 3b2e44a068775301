"""Least disturbance: touches keep their day of the plan before where that costs nothing."""

from __future__ import annotations

import dataclasses

import numpy as np

from campaign.plan.fit import Choice, by_lane, efforts_inside
from campaign.plan.grid import TOLERANCE, Grid


def held(grid: Grid) -> Grid:
    """Return the problem with every touch of the plan before on its day."""
    stays = (grid.first <= grid.kept) & (grid.kept <= grid.last)
    first = np.where(stays, grid.kept, grid.first)
    return dataclasses.replace(grid, first=first, last=np.where(stays, grid.kept, grid.last))


def hold_days(grid: Grid, choice: Choice, order: np.ndarray) -> Choice:
    """Return a choice in which touches keep their day of the plan before where all still fit.

    They are held in order, each if everything chosen can still be spread over the days
    (Hall's condition), so that holding them costs no touch.
    """
    first, last = choice.first.copy(), choice.last.copy()
    held = order[(choice.chosen & (grid.kept >= 0))[order]]
    held = held[(first[held] <= grid.kept[held]) & (grid.kept[held] <= last[held])]
    chosen = np.flatnonzero(choice.chosen)
    members = dict(by_lane(grid, chosen))
    for lane, some in by_lane(grid, held):
        own = members[lane]
        slack = _slack(grid.capacity[lane])
        slack -= efforts_inside(first[own], last[own], grid.effort[own], len(slack))
        _hold(grid, some, slack, first, last)
    return Choice(choice.chosen, first, last)


def _hold(
    grid: Grid, held: np.ndarray, slack: np.ndarray, first: np.ndarray, last: np.ndarray
) -> None:
    """Narrow windows to the kept day, in place, halving a block that does not fit as a whole."""
    blocks = [held]
    while blocks:
        some = blocks.pop()
        day, effort, days = grid.kept[some], grid.effort[some], len(slack)
        change = efforts_inside(day, day, effort, days)
        change -= efforts_inside(first[some], last[some], effort, days)
        if float((slack - change).min()) >= -TOLERANCE:
            slack -= change
            first[some] = last[some] = day
        elif len(some) > 1:
            middle = len(some) // 2
            blocks += [some[middle:], some[:middle]]


def _slack(capacity: np.ndarray) -> np.ndarray:
    total = np.concatenate([[0.0], np.cumsum(capacity)])
    slack = total[None, 1:] - total[:-1, None]
    return np.where(np.tri(len(capacity), k=-1, dtype=bool), np.inf, slack)
