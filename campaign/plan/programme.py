"""One linear programme over lanes and shared limits, with rows added as they are broken."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from highspy import HighsModelStatus, kHighsInf
from highspy._core import _Highs  # highspy.Highs prints a banner before it can be told not to

from campaign.plan.fit import efforts_inside

ROUNDS, CUTS_A_ROUND = 100, 8
BROKEN = 1e-7

Run = tuple[int, int]


@dataclass
class Family:
    """Rows of one lane or limit: what is asked inside periods s..t must fit what they hold.

    Attributes:
        columns: Which variables ask.
        first, last: Periods of their windows.
        need: How much each asks, in `unit`s.
        holds: What each period holds, in `unit`s.
        unit: Size of the unit, so that numbers stay near 1.
        rows: The runs of periods s..t that have a row, and the row's price in yuan a unit.
    """

    columns: np.ndarray
    first: np.ndarray
    last: np.ndarray
    need: np.ndarray
    holds: np.ndarray
    unit: float = 1.0
    rows: dict[Run, float] = field(default_factory=dict)

    def broken_runs(self, part: np.ndarray) -> list[Run]:
        """Return the runs that a solution overfills most, the worst first."""
        weights = self.need * part[self.columns]
        periods = len(self.holds)
        total = np.concatenate([[0.0], np.cumsum(self.holds)])
        excess = efforts_inside(self.first, self.last, weights, periods)
        excess -= total[None, 1:] - total[:-1, None]
        excess[np.tri(periods, k=-1, dtype=bool)] = -np.inf
        found: list[Run] = []
        while len(found) < CUTS_A_ROUND:
            start, stop = divmod(int(excess.argmax()), periods)
            if excess[start, stop] <= BROKEN * (1.0 + total[-1]):
                break
            found.append((start, stop))
            # The next row looks at other days, so that one round says much.
            excess[start, :] = excess[:, stop] = -np.inf
        return found

    def asking(self, run: Run) -> np.ndarray:
        """Return which of the columns have their whole window inside a run."""
        return np.flatnonzero((self.first >= run[0]) & (self.last <= run[1]))

    def prices(self) -> np.ndarray:
        """Return what one more of the resource in each period is worth, in yuan."""
        worth = np.zeros(len(self.holds))
        for (start, stop), price in self.rows.items():
            worth[start : stop + 1] += price / self.unit
        return worth

    def toll(self) -> np.ndarray:
        """Return what each column pays for what it asks, in yuan."""
        paid = np.zeros(len(self.columns))
        for run, price in self.rows.items():
            paid[self.asking(run)] += price
        toll: np.ndarray = paid * self.need
        return toll


def solve_programme(
    value: np.ndarray, families: list[Family], sure: np.ndarray | None = None
) -> np.ndarray:
    """Return the best part (0 to 1) of each column, and leave the rows' prices in `families`.

    Columns that are `sure` are taken whole; together they must fit.

    It begins without rows and adds those that the last solution breaks; every solution on
    the way is an upper bound, the last one the exact best.
    """
    part = np.ones(len(value))
    fresh = _broken(families, part)
    if not fresh:
        return part
    solver = _new_solver(value, sure)
    rows: list[tuple[Family, Run]] = []
    for _ in range(ROUNDS):
        _add_rows(solver, fresh)
        rows += fresh
        solver.run()
        if solver.getModelStatus() != HighsModelStatus.kOptimal:
            raise RuntimeError(f"the programme ended with {solver.getModelStatus()}")
        part = np.clip(np.asarray(solver.getSolution().col_value), 0.0, 1.0)
        fresh = _broken(families, part)
        if not fresh:
            break
    for (family, run), dual in zip(rows, solver.getSolution().row_dual, strict=True):
        family.rows[run] = family.rows.get(run, 0.0) + max(-float(dual), 0.0)
    return part


def _new_solver(value: np.ndarray, sure: np.ndarray | None) -> _Highs:
    solver = _Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("parallel", "off")
    # Without threads of its own it may be called in a copy of a process that has called it.
    solver.setOptionValue("threads", 1)
    # With a row for a run of days only where one is broken, presolve costs more than it saves.
    solver.setOptionValue("presolve", "off")
    size = len(value)
    least = np.zeros(size) if sure is None else sure.astype("float64")
    solver.addVars(size, least, np.ones(size))
    solver.changeColsCost(size, np.arange(size, dtype=np.int32), -value)
    return solver


def _broken(families: list[Family], part: np.ndarray) -> list[tuple[Family, Run]]:
    return [(family, run) for family in families for run in family.broken_runs(part)]


def _add_rows(solver: _Highs, fresh: list[tuple[Family, Run]]) -> None:
    asking = [family.asking(run) for family, run in fresh]
    index = [family.columns[some] for (family, _), some in zip(fresh, asking, strict=True)]
    needs = [family.need[some] for (family, _), some in zip(fresh, asking, strict=True)]
    starts = np.cumsum([0, *(len(some) for some in asking)])
    solver.addRows(
        len(fresh),
        np.full(len(fresh), -kHighsInf),
        np.array([family.holds[run[0] : run[1] + 1].sum() for family, run in fresh]),
        int(starts[-1]),
        starts[:-1].astype(np.int32),
        np.concatenate(index).astype(np.int32),
        np.concatenate(needs),
    )
