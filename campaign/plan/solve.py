"""Choose the touches worth most, with a bound that no plan can pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from campaign.beside import beside
from campaign.plan.bound import Bound, relaxed_bound
from campaign.plan.dated import dated, first_duties, sure_days
from campaign.plan.grid import Grid, make_grid
from campaign.plan.kept import held
from campaign.plan.problem import VisitProblem
from campaign.plan.repair import repair
from campaign.plan.rules_of_thumb import rule_orders, rule_table
from campaign.plan.shortage import find_shortage
from campaign.plan.trust import chance_better

PRICED = "按单位工作量增益择优（共用额度计价），逐日可行性校验"
# How many touches that found no day may be exchanged for others at the end.
EXCHANGES = 500
# Where the plans differ by no more than this part of their value, nothing is at stake.
AT_STAKE = 0.02
FALLBACK = {
    "equal": "均等分配",
    "proportional": "按金额比例分配",
    "abc": "ABC 分类",
    "largest_first": "大户优先",
}


@dataclass(frozen=True)
class VisitPlan:
    """Touches chosen and dated, and how good they are.

    Attributes:
        touches: The rows of CANDIDATES chosen, with `date`.
        value: Expected uplift of the touches, in yuan.
        upper_bound: Best value of the relaxed problem; no plan passes it.
        rules_of_thumb: What the four rules would be worth, by name.
        prices: Table PRICES: what one more visit, call, slot or yuan of quota is worth.
        shortage: Table SHORTAGES: must-do touches that found no day.
        method: How the plan was found, in one Chinese phrase.
        grid: The problem in numbers.
        day_of: The day of each of its candidates, -1 for those not chosen.
    """

    touches: pd.DataFrame
    value: float
    upper_bound: float
    rules_of_thumb: Mapping[str, float]
    prices: pd.DataFrame
    shortage: pd.DataFrame
    method: str
    grid: Grid
    day_of: np.ndarray

    @property
    def gap(self) -> float:
        """Return how far the plan may be from the best, as a part of the bound."""
        if self.upper_bound <= 0:
            return 0.0
        return (self.upper_bound - self.value) / self.upper_bound


def plan_visits(
    problem: VisitProblem, *, keep_bonus: float = 0.0, trust: float = 0.0, seed: int = 0
) -> VisitPlan:
    """Choose who is touched when, for the most expected uplift; too little time is no error.

    One linear programme over all managers gives the bound and prices the shared limits;
    touches are then taken by value after those prices, each if all taken still fit, and
    given days. Must-do touches go before all others, and those that find no day make the
    shortage. Where a rule of thumb comes out better, or the estimates are too weak to tell,
    its plan is taken and `method` says so.

    Args:
        problem: The problem; the order of its rows does not matter.
        keep_bonus: By which part a touch that keeps its day of the plan before counts as more
            than it is worth.
        trust: Least chance that the plan is really better than the best rule of thumb.
        seed: Kept for ways of planning that draw lots; none does now.
    """
    del seed
    grid = make_grid(problem)
    counted = grid.value * (1.0 + keep_bonus * (grid.kept >= 0))
    sure = sure_days(grid)
    table = rule_table(problem)

    def by_rules_of_thumb() -> dict[str, np.ndarray]:
        return {name: dated(grid, order, sure) for name, order in rule_orders(table).items()}

    with beside(by_rules_of_thumb, rows=grid.size, part=0.0) as ruled:
        bound = relaxed_bound(grid, sure >= 0)
        best_first = _best_first(grid, bound, counted)
        grids = (held(grid), grid) if (grid.kept >= 0).any() else (grid,)
        ways = [dated(some, best_first, sure, bound.part > 0.5) for some in grids]
        days = {"": max(ways, key=lambda day_of: _counted(grid, day_of, keep_bonus)), **ruled()}
    best, method = _choice(grid, days, keep_bonus, trust)
    day_of = repair(grid, days[best], first_duties(grid, best_first), EXCHANGES)
    value = worth(grid, day_of)
    return VisitPlan(
        touches=_touches(problem, grid, day_of),
        value=value,
        upper_bound=max(round(bound.value, 2), value),
        rules_of_thumb={name: worth(grid, days[name]) for name in days if name},
        prices=bound.prices,
        shortage=find_shortage(problem, grid, day_of),
        method=method,
        grid=grid,
        day_of=day_of,
    )


def worth(grid: Grid, day_of: np.ndarray) -> float:
    """Return the value of the touches that have a day, in yuan."""
    return round(float(grid.value[day_of >= 0].sum()), 2)


def _choice(
    grid: Grid, days: Mapping[str, np.ndarray], keep_bonus: float, trust: float
) -> tuple[str, str]:
    """Return whose days to take ("" for the priced plan), and how to say so.

    A rule of thumb is taken where it is worth more, or where much differs and the estimates
    are too weak to say that the priced plan is really better.
    """
    counted = {name: _counted(grid, days[name], keep_bonus) for name in days}
    rule = max((name for name in days if name), key=lambda name: counted[name])
    if counted[rule] > counted[""]:
        return rule, f"经验排法更优，改用：{FALLBACK[rule]}"
    sign = (days[""] >= 0).astype(float) - (days[rule] >= 0)
    at_stake = float(grid.value[sign != 0].sum())
    sure = chance_better(grid.value, grid.spread, grid.customer, sign)
    if at_stake > AT_STAKE * counted[rule] and sure < trust:
        return rule, f"估计误差大，分不出高下（把握 {sure:.0%}），改用：{FALLBACK[rule]}"
    return "", PRICED


def _counted(grid: Grid, day_of: np.ndarray, keep_bonus: float) -> float:
    """Return the value of a plan in which touches that keep their day count as more."""
    kept = (day_of >= 0) & (day_of == grid.kept)
    return round(float(grid.value[day_of >= 0].sum() + keep_bonus * grid.value[kept].sum()), 2)


def _best_first(grid: Grid, bound: Bound, counted: np.ndarray) -> np.ndarray:
    """Return the candidates best first: value as counted, after the prices of shared limits, per effort.

    Those that use a shared limit and are in the relaxed best go ahead of all: the limits,
    not the days, are what they compete for.
    """
    net = (counted - bound.toll) / np.maximum(grid.effort, 1e-9)
    useful = np.flatnonzero(grid.value > 0)
    behind = ~(grid.shares_limits & (bound.part > 0.5))
    keys = (useful, -bound.part[useful], -net[useful], behind[useful])
    return useful[np.lexsort(keys)]


def _touches(problem: VisitProblem, grid: Grid, day_of: np.ndarray) -> pd.DataFrame:
    table = problem.by_id
    taken = np.flatnonzero(day_of >= 0)
    return (
        table.iloc[taken]
        .assign(date=grid.days[day_of[taken]].astype("datetime64[s]"))
        .reset_index(drop=True)
    )
