"""Shared limits (rate quota, a senior's slots): who uses them in which period."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from campaign.plan.grid import TOLERANCE, Grid


class SharedLimits:
    """What is left of each shared limit in each of its periods."""

    def __init__(self, grid: Grid) -> None:
        """Start with nothing used."""
        self.grid = grid
        self.left = [limit.amounts.copy() for limit in grid.limits]
        self.needs: dict[int, list[tuple[int, float]]] = {}
        uses = grid.uses[["candidate", "limit", "need"]].itertuples(index=False)
        for candidate, limit, need in uses:
            self.needs.setdefault(int(candidate), []).append((int(limit), float(need)))
        self._starts: dict[tuple[int, ...], np.ndarray] = {}

    def assign(self, order: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
        """Give periods to candidates and narrow their windows to them, in place.

        Each in order is accepted if all accepted could have periods; the accepted then take
        the earliest one free, the most urgent first.

        Returns:
            The candidates that have their periods.
        """
        accepted = self._acceptable(order)
        urgent = accepted[np.lexsort((np.arange(len(accepted)), first[accepted], last[accepted]))]
        placed = []
        for candidate in urgent.tolist():
            for start, stop in self.spans(candidate, int(first[candidate]), int(last[candidate])):
                if self.has_room(candidate, start):
                    self.use(candidate, start)
                    first[candidate], last[candidate] = start, stop
                    placed.append(candidate)
                    break
        return np.array(placed, dtype="int64")

    def spans(self, candidate: int, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Yield the parts of a window in which no limit of the candidate changes its period."""
        limits = tuple(limit for limit, _ in self.needs.get(candidate, []))
        starts = self._starts_of(limits)
        inside = starts[(starts > first) & (starts <= last)].tolist()
        yield from zip([first, *inside], [*(start - 1 for start in inside), last], strict=True)

    def has_room(self, candidate: int, day: int) -> bool:
        """Return whether a day's periods still hold what the candidate asks for."""
        return all(
            self.left[limit][self.grid.limits[limit].period[day]] >= need - TOLERANCE
            for limit, need in self.needs.get(candidate, [])
        )

    def may_have_room(self, candidate: int) -> bool:
        """Return whether each limit alone holds the candidate in some period of its window."""
        first, last = self.grid.first[candidate], self.grid.last[candidate]
        for limit, need in self.needs.get(candidate, []):
            period = self.grid.limits[limit].period
            if self.left[limit][period[first] : period[last] + 1].max() < need - TOLERANCE:
                return False
        return True

    def use(self, candidate: int, day: int) -> None:
        """Take what the candidate asks for from the periods of a day."""
        for limit, need in self.needs.get(candidate, []):
            self.left[limit][self.grid.limits[limit].period[day]] -= need

    def release(self, candidate: int, day: int) -> None:
        """Give back what the candidate took on a day."""
        for limit, need in self.needs.get(candidate, []):
            self.left[limit][self.grid.limits[limit].period[day]] += need

    def _starts_of(self, limits: tuple[int, ...]) -> np.ndarray:
        """Return the days on which a period of one of the limits begins."""
        if limits not in self._starts:
            changes = np.zeros(len(self.grid.days), dtype=bool)
            for limit in limits:
                changes[1:] |= np.diff(self.grid.limits[limit].period) != 0
            self._starts[limits] = np.flatnonzero(changes)
        return self._starts[limits]

    def _acceptable(self, order: np.ndarray) -> np.ndarray:
        """Return those who could all have periods, accepting in order (Hall's condition)."""
        slacks = [_period_slack(amounts) for amounts in self.left]
        accepted = []
        for candidate in order.tolist():
            first, last = int(self.grid.first[candidate]), int(self.grid.last[candidate])
            asked = []
            for limit, need in self.needs.get(candidate, []):
                period = self.grid.limits[limit].period
                asked.append((slacks[limit][: period[first] + 1, period[last] :], need))
            if all(float(around.min()) >= need - TOLERANCE for around, need in asked):
                for around, need in asked:
                    around -= need
                accepted.append(candidate)
        return np.array(accepted, dtype="int64")


def _period_slack(amounts: np.ndarray) -> np.ndarray:
    """Return what any run of periods s..t holds together."""
    holds = np.where(np.isinf(amounts), 1e15, amounts)
    total = np.concatenate([[0.0], np.cumsum(holds)])
    slack = total[None, 1:] - total[:-1, None]
    return np.where(np.tri(len(amounts), k=-1, dtype=bool), np.inf, slack)
