"""Day placement that keeps places of one area on one day."""

from __future__ import annotations

import heapq
from collections.abc import Mapping

import numpy as np

from campaign.plan.fit import Choice
from campaign.plan.grid import TOLERANCE, Grid
from campaign.plan.place import NO_DAY, Placer, in_time_for_next
from campaign.vocabulary import Resource

NO_AREA = ""


class AreaPlacer(Placer):
    """Fills a day of visits from one area as far as the last days of all others allow."""

    def __init__(
        self, grid: Grid, choice: Choice, order: np.ndarray, area: Mapping[int, str]
    ) -> None:
        """Line up; `area` names the area of each chosen candidate, empty where unknown."""
        super().__init__(grid, choice, order)
        self.area = [area[candidate] for candidate in self.members.tolist()]
        self.by_area: list[dict[str, list[int]]] = [{} for _ in range(len(grid.lanes))]
        self.is_visits = (grid.lanes.get_level_values(1) == Resource.VISITS.value).tolist()
        self.until = np.cumsum(grid.capacity, axis=1)
        # Effort still to be placed, by lane and last day.
        self.due = np.zeros(grid.capacity.shape)
        chosen = np.flatnonzero(choice.chosen)
        np.add.at(self.due, (grid.lane[chosen], choice.last[chosen]), grid.effort[chosen])

    def line_up(self, candidate: int) -> None:
        """Let a touch wait from now on, visits by their area."""
        lane = self.lane[candidate]
        if self.is_visits[lane]:
            heap = self.by_area[lane].setdefault(self.area[candidate], [])
            heapq.heappush(heap, self.urgency[candidate])
        else:
            super().line_up(candidate)

    def serve(self, lane: int, left: float, today: int) -> None:
        """Give today's visits to one area, then the next, while all others keep a day."""
        if not self.is_visits[lane]:
            super().serve(lane, left, today)
            return
        areas = self.by_area[lane]
        must = self._must_go(lane, today) if areas else np.zeros(0)
        while areas and left > TOLERANCE:
            area = self._next_area(areas, must, left, today)
            if area is None:
                break
            left = self._visit(areas[area], must, left, today)
            if not areas[area]:
                del areas[area]
        for name in list(areas):
            self.give_up(areas[name], today)
            if not areas[name]:
                del areas[name]

    def lose(self, candidate: int) -> None:
        """Keep no day free for a touch that finds none."""
        self.due[self.lane[candidate], self.last[candidate]] -= self.effort[candidate]

    def _must_go(self, lane: int, today: int) -> np.ndarray:
        """Return for each last day from today on how much must go today for all to keep a day."""
        later = self.until[lane, today:] - self.until[lane, today]
        must: np.ndarray = np.cumsum(self.due[lane])[today:] - later
        return must

    def _next_area(
        self, areas: dict[str, list[int]], must: np.ndarray, left: float, today: int
    ) -> str | None:
        """Return the area to go to: one with a visit that must go today, then the fullest."""
        best, best_score = None, (False, 0.0, 0)
        ahead, due = _ahead(must), must.tolist()
        by_rank, size, last, effort = self.by_rank, self.size, self.last, self.effort
        for name, heap in areas.items():
            top = by_rank[heap[0] % size]
            # As `_allowed` says, written out for it is asked of every area at every turn.
            rest, days = left - effort[top], last[top] - today
            if rest < -TOLERANCE or ahead[days] > rest + TOLERANCE:
                continue
            urgent = due[days] > TOLERANCE
            places = 1.0 if name == NO_AREA else min(float(len(heap)), left)
            score = (urgent, places, -heap[0])
            if best is None or score > best_score:
                best, best_score = name, score
        return best

    def _visit(self, heap: list[int], must: np.ndarray, left: float, today: int) -> float:
        """Place visits of one area while it is allowed; return what is left of the day."""
        ahead = _ahead(must)
        while heap and left > TOLERANCE:
            candidate = self.by_rank[heap[0] % self.size]
            if not self._allowed(candidate, ahead, left, today):
                break
            heapq.heappop(heap)
            effort = self.effort[candidate]
            must[self.last[candidate] - today :] -= effort
            ahead = _ahead(must)
            self.due[self.lane[candidate], self.last[candidate]] -= effort
            left -= effort
            self.settle(candidate, today)
        return left

    def _allowed(self, candidate: int, ahead: list[float], left: float, today: int) -> bool:
        """Return whether those with an earlier last day still have what they need of today."""
        rest = left - self.effort[candidate]
        earlier = ahead[self.last[candidate] - today]
        return bool(rest >= -TOLERANCE and earlier <= rest + TOLERANCE)


def _ahead(must: np.ndarray) -> list[float]:
    """Return for each last day the most that must go today for those with an earlier one."""
    found: list[float] = [-1.0, *np.maximum.accumulate(must).tolist()]
    return found


def area_days(
    grid: Grid, choice: Choice, day_of: np.ndarray, area: Mapping[int, str]
) -> np.ndarray:
    """Return days with areas together; managers for whom that loses a touch keep `day_of`.

    Args:
        grid: The problem.
        choice: The touches planned, with the windows inside which they may move.
        day_of: Their days so far.
        area: The area of each touch planned, empty where unknown.
    """
    order = np.lexsort((np.arange(grid.size), -grid.value))
    moved = AreaPlacer(grid, in_time_for_next(grid, choice), order, area).run()
    manager = grid.lanes.codes[0][grid.lane]
    keeps = np.zeros(int(manager.max(initial=-1)) + 1, dtype=bool)
    lost = choice.chosen & (moved == NO_DAY)
    while lost.any():
        keeps[manager[lost]] = True
        # A customer whom two managers touch ties the two together.
        tied = np.isin(grid.customer, grid.customer[keeps[manager] & choice.chosen])
        lost = choice.chosen & tied & ~keeps[manager]
    return np.where(keeps[manager], day_of, moved)
