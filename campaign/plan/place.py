"""Give chosen touches their days: the most urgent first, in order and apart for a customer."""

from __future__ import annotations

import heapq

import numpy as np

from campaign.plan.fit import Choice
from campaign.plan.grid import TOLERANCE, Grid

NO_DAY = -1


def place(grid: Grid, choice: Choice, order: np.ndarray) -> np.ndarray:
    """Return the day of each chosen touch, or -1 where none was found.

    Every day the touches with the nearest last day go first; equals go by `order`. A later
    touch of a customer waits for the one before it, and `gap_days` more.
    """
    return Placer(grid, in_time_for_next(grid, choice), order).run()


def in_time_for_next(grid: Grid, choice: Choice) -> Choice:
    """Return the choice with windows that end in time for the customer's next touch."""
    after, _ = chain_after(grid, choice.chosen)
    number = grid.days.astype("datetime64[D]").astype(np.int64)
    in_time = np.searchsorted(number, number - max(grid.gap_days, 1), side="right") - 1
    last = choice.last.copy()
    leads = np.flatnonzero(after >= 0)
    for _ in range(int(grid.touch.max(initial=1))):
        due = in_time[last[after[leads]]]
        ends = np.where(due >= choice.first[leads], np.minimum(last[leads], due), last[leads])
        if (ends == last[leads]).all():
            break
        last[leads] = ends
    return Choice(choice.chosen, choice.first, last)


def chain_after(grid: Grid, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the chosen touch after each of the same customer (or -1), and which come first."""
    index = grid.by_customer[chosen[grid.by_customer]]
    after = np.full(grid.size, NO_DAY)
    same = grid.customer[index[1:]] == grid.customer[index[:-1]]
    after[index[:-1][same]] = index[1:][same]
    first_of_all = chosen.copy()
    first_of_all[index[1:][same]] = False
    return after, first_of_all


def days_apart(grid: Grid) -> np.ndarray:
    """Return for each day the number of the first day on which a next touch may be."""
    number = grid.days.astype("datetime64[D]").astype(np.int64)
    return np.searchsorted(number, number + max(grid.gap_days, 1))


class Placer:
    """Goes through the days once; each lane's touches wait for their turn in a heap.

    Only touches that were chosen have a number here.
    """

    def __init__(self, grid: Grid, choice: Choice, order: np.ndarray) -> None:
        """Line up the first touch of every customer; `order` says who goes first on a tie."""
        self.members = np.flatnonzero(choice.chosen)
        self.places = grid.size
        rank = np.full(grid.size, grid.size)
        rank[order] = np.arange(len(order))
        by_rank = np.argsort(rank[self.members], kind="stable")
        turn = np.empty(len(by_rank), dtype=np.int64)
        turn[by_rank] = np.arange(len(by_rank))
        self.size = max(len(by_rank), 1)
        # Looked at one by one; as lists they would hold a Python number each.
        self.by_rank = by_rank.data
        first, last = choice.first[self.members], choice.last[self.members]
        # One number a touch that sorts by last day, then by rank.
        self.urgency = (last * self.size + turn).data
        self.first, self.last = first.data, last.data
        self.lane = grid.lane[self.members].data
        self.effort = grid.effort[self.members].data
        self.capacity = grid.capacity.T.tolist()
        after, starts = chain_after(grid, choice.chosen)
        number = np.full(grid.size + 1, NO_DAY)
        number[self.members] = np.arange(len(self.members))
        self.after = number[after[self.members]].data
        self.next_day = days_apart(grid).tolist()
        self.waiting: list[list[int]] = [[] for _ in range(len(grid.lanes))]
        self.arriving: list[list[int]] = [[] for _ in range(len(grid.days) + 1)]
        self.day_of = np.full(len(self.members), NO_DAY).data
        for candidate in np.flatnonzero(starts[self.members]).tolist():
            self.arriving[self.first[candidate]].append(candidate)

    def run(self) -> np.ndarray:
        """Return the day of each touch."""
        for today, capacities in enumerate(self.capacity):
            for candidate in self.arriving[today]:
                self.line_up(candidate)
            for lane, capacity in enumerate(capacities):
                self.serve(lane, capacity, today)
        days = np.full(self.places, NO_DAY)
        days[self.members] = np.asarray(self.day_of)
        return days

    def line_up(self, candidate: int) -> None:
        """Let a touch wait from now on."""
        heapq.heappush(self.waiting[self.lane[candidate]], self.urgency[candidate])

    def serve(self, lane: int, left: float, today: int) -> None:
        """Give today to the most urgent of a lane, as far as its capacity goes."""
        heap = self.waiting[lane]
        if not heap:
            return
        by_rank, size, effort, too_big = self.by_rank, self.size, self.effort, []
        day_of, after = self.day_of, self.after
        while heap and left > TOLERANCE:
            urgency = heapq.heappop(heap)
            candidate = by_rank[urgency % size]
            if effort[candidate] <= left + TOLERANCE:
                left -= effort[candidate]
                # As `settle` says, written out for it is done for every touch.
                day_of[candidate] = today
                if after[candidate] >= 0:
                    self._let_next(candidate, self.next_day[today])
            else:
                too_big.append(urgency)
        for urgency in too_big:
            heapq.heappush(heap, urgency)
        self.give_up(heap, today)

    def settle(self, candidate: int, today: int) -> None:
        """Put a touch on a day; the customer's next one waits for the gap."""
        self.day_of[candidate] = today
        if self.after[candidate] >= 0:
            self._let_next(candidate, self.next_day[today])

    def give_up(self, heap: list[int], today: int) -> None:
        """Lose those whose last day is today; the customer's next touch need not wait."""
        while heap and heap[0] // self.size <= today:
            candidate = self.by_rank[heapq.heappop(heap) % self.size]
            self.lose(candidate)
            self._let_next(candidate, today + 1)

    def lose(self, candidate: int) -> None:
        """Note that a touch finds no day; here there is nothing to note."""

    def _let_next(self, candidate: int, earliest: int) -> None:
        follower = self.after[candidate]
        while follower >= 0:
            day = max(self.first[follower], earliest)
            if day <= self.last[follower]:
                self.arriving[day].append(follower)
                return
            self.lose(follower)
            follower = self.after[follower]
