"""Mend a dated plan: touches without a day get one that is free, or that can be made free."""

from __future__ import annotations

from collections import deque

import numpy as np

from campaign.growth.keys import short
from campaign.plan.grid import TOLERANCE, Grid
from campaign.plan.place import NO_DAY
from campaign.plan.shared import SharedLimits

# Touches that use shared limits are cheap to try: so many for each other exchange.
LIMIT_TRIES = 4


def repair(grid: Grid, day_of: np.ndarray, order: np.ndarray, exchanges: int = 0) -> np.ndarray:
    """Return the days with touches added and, where that gains value, exchanged.

    Every step keeps all rules and adds value, or serves a duty for which others give way.

    Args:
        grid: The problem.
        day_of: Days so far, -1 for touches without one.
        order: In this order touches without a day take the first free day that their window
            and the customer's other touches leave.
        exchanges: How many of those that found none may make another touch move to a free
            day, or give way if it is worth less.
    """
    plan = _DatedPlan(grid, day_of)
    for candidate in order[(day_of[order] < 0) & (grid.duty[order] > 0)].tolist():
        if not plan.add(candidate):
            plan.make_room(candidate)
        if plan.day_of[candidate] < 0:
            plan.add_before_own(candidate)
    missing = order[grid.first[order] <= grid.last[order]]
    missing = _fill_up(plan, missing)
    if exchanges:
        _exchange(plan, missing[plan.has_free_lane(missing)], exchanges)
        _use_up_limits(plan, order, LIMIT_TRIES * exchanges)
        _fill_up(plan, missing)
    return plan.day_of


def _fill_up(plan: _DatedPlan, order: np.ndarray) -> np.ndarray:
    """Put touches on days that are free for them; return those that still have none."""
    missing = order[plan.day_of[order] < 0]
    for candidate in missing[plan.has_free_day(missing)].tolist():
        plan.add(candidate)
    left: np.ndarray = missing[plan.day_of[missing] < 0]
    return left


def _use_up_limits(plan: _DatedPlan, order: np.ndarray, tries: int) -> None:
    """Give what shared limits have left to touches worth more than one that gives way for them.

    Which touch gets a limit was settled by its price; what could not be used up in whole
    touches has none, so the largest values go first here.
    """
    grid = plan.grid
    missing = order[(plan.day_of[order] < 0) & grid.shares_limits[order]]
    missing = missing[grid.first[missing] <= grid.last[missing]]
    for candidate in missing[np.argsort(-grid.value[missing], kind="stable")].tolist():
        if not tries:
            return
        if not plan.limits.may_have_room(candidate):
            continue
        tries -= 1
        if not plan.add(candidate):
            pushed_out = plan.make_room(candidate)
            if pushed_out != NO_DAY:
                plan.add(pushed_out)


def _exchange(plan: _DatedPlan, missing: np.ndarray, exchanges: int) -> None:
    queue = deque(missing.tolist())
    while queue and exchanges:
        exchanges -= 1
        candidate = queue.popleft()
        if plan.add(candidate):
            continue
        pushed_out = plan.make_room(candidate)
        if pushed_out != NO_DAY:
            queue.append(pushed_out)


class _DatedPlan:
    """A plan under repair: days, what they still hold, and who is where."""

    def __init__(self, grid: Grid, day_of: np.ndarray) -> None:
        self.grid = grid
        self.day_of = day_of.copy()
        self.free = grid.capacity.copy()
        self.limits = SharedLimits(grid)
        placed = np.flatnonzero(day_of >= 0)
        np.subtract.at(self.free, (grid.lane[placed], day_of[placed]), grid.effort[placed])
        for candidate in placed[grid.shares_limits[placed]].tolist():
            self.limits.use(candidate, int(day_of[candidate]))
        self.by_customer = grid.by_customer
        customers = np.arange(int(grid.customer.max(initial=-1)) + 2)
        self.starts = np.searchsorted(grid.customer[self.by_customer], customers)
        self.by_lane = np.argsort(short(grid.lane), kind="stable")
        lanes = np.arange(len(grid.capacity) + 1)
        self.lane_starts = np.searchsorted(grid.lane[self.by_lane], lanes)
        self.sharing = grid.shares_limits

    def has_free_day(self, candidates: np.ndarray) -> np.ndarray:
        """Return which candidates have a day in their window that is not quite full."""
        grid = self.grid
        is_free = np.cumsum(np.pad(self.free > TOLERANCE, ((0, 0), (1, 0))), axis=1)
        lane = grid.lane[candidates]
        upto = is_free[lane, grid.last[candidates] + 1]
        found: np.ndarray = upto > is_free[lane, grid.first[candidates]]
        return found

    def has_free_lane(self, candidates: np.ndarray) -> np.ndarray:
        """Return which candidates' managers have a day that is not quite full."""
        is_free = np.any(self.free > TOLERANCE, axis=1, keepdims=True)[:, 0]
        found: np.ndarray = is_free[self.grid.lane[candidates]]
        return found

    def add(self, candidate: int) -> bool:
        """Put a touch on the first day that is free for it, if there is one."""
        days = self._free_days(candidate)
        day = next((day for day in days if self.limits.has_room(candidate, day)), NO_DAY)
        if day == NO_DAY:
            return False
        self._put(candidate, day)
        return True

    def make_room(self, candidate: int) -> int:
        """Put a touch where another can move away, or is of less duty or worth and gives way.

        Returns:
            The touch that gave way and has no day now, or -1.
        """
        grid = self.grid
        first, last = self._span(candidate)
        days = [day for day in range(first, last + 1) if self.limits.has_room(candidate, day)]
        rivals = self._rivals(candidate, days)
        for rival in rivals.tolist():
            elsewhere = [day for day in self._free_days(rival) if day != self.day_of[rival]]
            if elsewhere:
                self._swap(candidate, rival)
                self._put(rival, elsewhere[0])
                return NO_DAY
        if not len(rivals):
            return NO_DAY
        least = int(rivals[np.lexsort((rivals, grid.value[rivals], grid.duty[rivals]))][0])
        is_less = (grid.duty[least], grid.value[least]) < (
            grid.duty[candidate],
            grid.value[candidate],
        )
        if not is_less:
            return NO_DAY
        self._swap(candidate, least)
        return least

    def add_before_own(self, candidate: int) -> None:
        """Put a duty where lesser touches of its own customer stand in its way; these come after."""
        grid = self.grid
        lesser = [
            mate
            for mate in self._mates(candidate)
            if self.day_of[mate] >= 0 and grid.duty[mate] < grid.duty[candidate]
        ]
        days = self.day_of[lesser].tolist()
        for mate, day in zip(lesser, days, strict=True):
            self._take(mate, day)
        if lesser and not self.add(candidate):
            self.make_room(candidate)
        for mate, day in zip(lesser, days, strict=True):
            if self.day_of[candidate] >= 0:
                self.add(mate)
            else:
                self._put(mate, day)

    def _mates(self, candidate: int) -> list[int]:
        """Return the touches of a candidate's customer, its own among them."""
        customer = self.grid.customer[candidate]
        found: list[int] = self.by_customer[
            self.starts[customer] : self.starts[customer + 1]
        ].tolist()
        return found

    def _rivals(self, candidate: int, days: list[int]) -> np.ndarray:
        """Return the touches on these days whose leaving would make room for the candidate.

        Duties give way to greater ones only, a touch that keeps its day to a duty only.
        """
        grid, lane, duty = self.grid, self.grid.lane[candidate], self.grid.duty[candidate]
        mates = self.by_lane[self.lane_starts[lane] : self.lane_starts[lane + 1]]
        bound = self.sharing[mates] | ((grid.duty[mates] > 0) & (grid.duty[mates] >= duty))
        if duty == 0:
            bound |= grid.kept[mates] == self.day_of[mates]
        found = mates[~bound & np.isin(self.day_of[mates], days)]
        room = self.free[lane, self.day_of[found]] + grid.effort[found]
        own = grid.customer[found] == grid.customer[candidate]
        rivals: np.ndarray = found[(room >= grid.effort[candidate] - TOLERANCE) & ~own]
        return rivals

    def _swap(self, candidate: int, rival: int) -> None:
        """Put a candidate on the day of a rival, who has none from then on."""
        day = int(self.day_of[rival])
        self.free[self.grid.lane[rival], day] += self.grid.effort[rival]
        self.day_of[rival] = NO_DAY
        self._put(candidate, day)

    def _take(self, candidate: int, day: int) -> None:
        self.day_of[candidate] = NO_DAY
        self.free[self.grid.lane[candidate], day] += self.grid.effort[candidate]
        self.limits.release(candidate, day)

    def _put(self, candidate: int, day: int) -> None:
        self.day_of[candidate] = day
        self.free[self.grid.lane[candidate], day] -= self.grid.effort[candidate]
        self.limits.use(candidate, day)

    def _free_days(self, candidate: int) -> list[int]:
        """Return the days of a candidate's span that have room for its effort."""
        first, last = self._span(candidate)
        room = self.free[self.grid.lane[candidate], first : last + 1]
        enough = room >= self.grid.effort[candidate] - TOLERANCE
        return (first + np.flatnonzero(enough)).tolist()

    def _span(self, candidate: int) -> tuple[int, int]:
        """Return the days that the window and the customer's other touches leave."""
        grid = self.grid
        first, last = int(grid.first[candidate]), int(grid.last[candidate])
        gap = np.timedelta64(max(grid.gap_days, 1), "D")
        for mate in self._mates(candidate):
            if mate == candidate or self.day_of[mate] < 0:
                continue
            day = grid.days[self.day_of[mate]]
            if grid.touch[mate] < grid.touch[candidate]:
                first = max(first, int(np.searchsorted(grid.days, day + gap)))
            else:
                last = min(last, int(np.searchsorted(grid.days, day - gap, side="right")) - 1)
        return first, last
