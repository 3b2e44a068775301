"""Choose touches one by one, best first, as long as all chosen still fit their days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from campaign.growth.keys import runs, short
from campaign.plan.grid import TOLERANCE, Grid
from campaign.plan.shared import SharedLimits


@dataclass(frozen=True)
class Choice:
    """Touches that fit together, before they have days.

    Attributes:
        chosen: Which candidates are taken.
        first, last: Their windows; those that use shared limits are narrowed to days of
            one period each, so that whatever days they take, the limits hold.
    """

    chosen: np.ndarray
    first: np.ndarray
    last: np.ndarray


class LaneSlack:
    """What is left of one lane's capacity between any two days (Hall's condition).

    Touches can be spread over the days exactly if for no two days s <= t the efforts whose
    windows lie inside s..t exceed the capacity of s..t.
    """

    def __init__(self, capacity: np.ndarray) -> None:
        """Start with nothing taken."""
        total = np.concatenate([[0.0], np.cumsum(capacity)])
        slack = total[None, 1:] - total[:-1, None]
        self.slack = np.where(np.tri(len(capacity), k=-1, dtype=bool), np.inf, slack)
        self._reach: np.ndarray | None = None

    @property
    def reach(self) -> np.ndarray:
        """Return the greatest effort that a window could still take, by its first and last day."""
        if self._reach is None:
            least = np.minimum.accumulate(self.slack, axis=0)
            self._reach = np.minimum.accumulate(least[:, ::-1], axis=1)[:, ::-1]
        return self._reach

    def room(self, first: np.ndarray, last: np.ndarray) -> np.ndarray:
        """Return the greatest effort that each window could still take."""
        room: np.ndarray = self.reach[first, last]
        return room

    def take(self, first: np.ndarray, last: np.ndarray, effort: np.ndarray) -> int:
        """Take so many of these touches, from the first on, that all taken fit; return how many.

        Where too many are tried, the run of days that they overfill most says how many may be.
        """
        count = len(first)
        while count:
            some = slice(count)
            left = self.slack - efforts_inside(
                first[some], last[some], effort[some], len(self.slack)
            )
            start, stop = divmod(int(left.argmin()), len(left))
            if left[start, stop] >= -TOLERANCE:
                self.slack, self._reach = left, None
                return count
            inside = (first[some] >= start) & (last[some] <= stop)
            asked = np.cumsum(np.where(inside, effort[some], 0.0))
            holds = self.slack[start, stop] + TOLERANCE
            count = min(int(np.searchsorted(asked, holds, side="right")), count - 1)
        return 0


def efforts_inside(
    first: np.ndarray, last: np.ndarray, effort: np.ndarray, days: int
) -> np.ndarray:
    """Return for any two days s, t the sum of efforts whose windows lie inside s..t.

    Example:
        Two touches, one on days 0..1, one on day 1 alone:

        >>> efforts_inside(np.array([0, 1]), np.array([1, 1]), np.array([1.0, 1.0]), 2).tolist()
        [[0.0, 2.0], [0.0, 1.0]]
    """
    # numpy counts nothing in whole numbers even where weights are given
    load = np.bincount(first * days + last, weights=effort, minlength=days * days).astype(
        float, copy=False
    )
    by_start = np.cumsum(load.reshape(days, days)[::-1], axis=0)[::-1]
    return np.cumsum(by_start, axis=1)


def fit_lane(
    slack: LaneSlack, first: np.ndarray, last: np.ndarray, effort: np.ndarray
) -> np.ndarray:
    """Return which touches are taken when each in turn is taken if it still fits.

    As many as fit are taken at once; who would not fit by himself any more drops out.
    """
    taken = np.zeros(len(first), dtype=bool)
    waiting = np.flatnonzero(first <= last)
    while len(waiting):
        fits = slack.room(first[waiting], last[waiting]) >= effort[waiting] - TOLERANCE
        waiting = waiting[fits]
        count = slack.take(first[waiting], last[waiting], effort[waiting])
        taken[waiting[:count]] = True
        waiting = waiting[max(count, 1) :]
    return taken


def choose(grid: Grid, order: np.ndarray, favoured: np.ndarray | None = None) -> Choice:
    """Take touches in order, each if it still fits its manager's days and the shared limits.

    Touches that use shared limits are given their periods first; then every lane is filled
    in order; then shared limits that were left over are offered again.

    Args:
        grid: The problem.
        order: Candidates, best first; others are not considered.
        favoured: Of those that use shared limits, only these are given periods at first.
    """
    order = order[grid.first[order] <= grid.last[order]]
    sharing = order[grid.shares_limits[order]]
    early = sharing if favoured is None else sharing[favoured[sharing]]
    limits = SharedLimits(grid)
    first, last = grid.first.copy(), grid.last.copy()
    placed = limits.assign(early, first, last)
    if favoured is not None:
        # What the favoured could not use up goes to the next, before others fill the days.
        rest = limits.assign(sharing[~np.isin(sharing, placed)], first, last)
        placed = np.concatenate([placed, rest])
    open_to = ~grid.shares_limits
    open_to[placed] = True
    chosen = np.zeros(grid.size, dtype=bool)
    slacks: dict[int, LaneSlack] = {}
    lanes_sharing = set(grid.lane[sharing].tolist())
    for lane, members in by_lane(grid, order[open_to[order]]):
        slack = LaneSlack(grid.capacity[lane])
        taken = fit_lane(slack, first[members], last[members], grid.effort[members])
        chosen[members[taken]] = True
        if lane in lanes_sharing:
            slacks[lane] = slack
    for candidate in placed[~chosen[placed]]:
        limits.release(candidate, int(first[candidate]))
    _offer_again(grid, sharing[~chosen[sharing]], limits, slacks, Choice(chosen, first, last))
    return Choice(chosen, first, last)


def by_lane(grid: Grid, order: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Yield each lane that has candidates, and these in their order."""
    sorted_order = order[np.argsort(short(grid.lane[order]), kind="stable")]
    lanes = grid.lane[sorted_order]
    starts = runs(lanes)
    yield from zip(lanes[starts].tolist(), np.split(sorted_order, starts)[1:], strict=True)


def _offer_again(
    grid: Grid,
    candidates: Iterable[int],
    limits: SharedLimits,
    slacks: dict[int, LaneSlack],
    choice: Choice,
) -> None:
    """Take candidates that fit what is left of both the limits and the days, in place."""
    for candidate in candidates:
        lane = int(grid.lane[candidate])
        if lane not in slacks:
            slacks[lane] = LaneSlack(grid.capacity[lane])
        room, effort = slacks[lane].reach, grid.effort[[candidate]]
        span = int(grid.first[candidate]), int(grid.last[candidate])
        for first, last in limits.spans(candidate, *span):
            if room[first, last] < effort[0] - TOLERANCE or not limits.has_room(candidate, first):
                continue
            if slacks[lane].take(np.array([first]), np.array([last]), effort):
                limits.use(candidate, first)
                choice.chosen[candidate] = True
                choice.first[candidate], choice.last[candidate] = first, last
                break
