"""How a plan from noisy estimates fares on the truth: `python -m benchmarks.noise [BANKS]`.

Each bank has a truth that the planner never sees: how each customer really responds to a touch,
his source's uplift times exp(0.6 z). The planner sees an estimate of it, off by a further factor
exp(s z), z drawn for each opportunity. Amounts are known. He is told s, not z; `told half` and
`told double` are told a wrong s, `trusting` is told 0, `rates only` sees the source's uplift and
nothing of the customer. Rules of thumb work on the same estimates with the same fitting. Every
plan is valued on the truth, as a part of the best plan of one who knows it (`optimum`: that
plan's part of its bound). Days are scarce (300 customers a manager).

A second table has the noise in the amounts, drawn once a customer, and no estimate of responses:
there the rules of thumb are misled as much as the planner.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from benchmarks.made_banks import made_growth, made_window
from campaign.growth.opportunities import Growth
from campaign.plan.dated import dated, sure_days
from campaign.plan.grid import make_grid
from campaign.plan.problem import VisitProblem, build_problem
from campaign.plan.rules_of_thumb import rule_orders
from campaign.plan.solve import plan_visits
from campaign.settings import Settings

MANAGERS, CUSTOMERS, BANKS = 4, 300, 20
NOISES = (0.5, 1.0)
REAL_DIFFERENCES = 0.6
TOLD = {"plan": 1.0, "trusting": 0.0, "told half": 0.5, "told double": 2.0}
RULES = ("equal", "proportional", "abc", "largest_first")


def off_by(growth: Growth, spread: float, seed: int) -> Growth:
    """Return a bank whose uplifts are each off by a factor of mean one."""
    rows = growth.opportunities
    draw = np.random.default_rng([seed, round(1000 * spread)])
    factor = np.exp(spread * draw.standard_normal(len(rows)) - spread**2 / 2)
    natural = rows["natural_probability"]
    full = natural + (rows["full_probability"] - natural) * factor
    return dataclasses.replace(growth, opportunities=rows.assign(full_probability=full))


def amounts_off_by(growth: Growth, spread: float, seed: int) -> Growth:
    """Return a bank in which all amounts of a customer are off by a factor of mean one."""
    rows = growth.opportunities
    customer = pd.factorize(rows["customer_id"], sort=True)[0]
    draw = np.random.default_rng([seed, 77])
    factor = np.exp(spread * draw.standard_normal(customer.max() + 1) - spread**2 / 2)
    off = rows.assign(amount=rows["amount"] * factor[customer])
    return dataclasses.replace(growth, opportunities=off)


def told(noise: float, of_amounts: float = 0.0) -> Settings:
    """Return settings of a planner told how noisy the estimates are."""
    by_grade = dict.fromkeys("ABC", min(of_amounts, 2.0))
    return Settings().with_values(
        {"response": {"noise_by_grade": by_grade, "response_noise": min(noise, 2.0)}}
    )


def one_bank(noise: float, seed: int, managers: int = MANAGERS) -> dict[str, float]:
    """Return the true value of every way of planning one bank, as a part of the true best."""
    usual = made_growth(managers, CUSTOMERS, seed)
    truth = off_by(usual, REAL_DIFFERENCES, seed)
    seen = off_by(truth, noise, seed)
    chosen = {"rates only": _touches(usual, told(0.0))}
    for name, factor in TOLD.items():
        chosen[name] = _touches(seen, told(noise * factor))
    chosen |= ruled(build_problem(seen, made_window(), told(noise)))
    return _valued(chosen, truth)


def one_bank_of_amounts(noise: float, seed: int, managers: int = MANAGERS) -> dict[str, float]:
    """Return the same with the noise in the amounts."""
    usual = made_growth(managers, CUSTOMERS, seed)
    truth = off_by(usual, REAL_DIFFERENCES, seed)
    seen = amounts_off_by(usual, noise, seed)
    chosen = {name: _touches(seen, told(0.0, noise * factor)) for name, factor in TOLD.items()}
    chosen |= ruled(build_problem(seen, made_window(), told(0.0, noise)))
    return _valued(chosen, truth)


def _valued(chosen: Mapping[str, np.ndarray], truth: Growth) -> dict[str, float]:
    problem = build_problem(truth, made_window(), told(0.0))
    best = plan_visits(problem)
    worth = problem.candidates.set_index("candidate_id")["value"]
    found = {name: float(worth.reindex(ids).sum()) / best.value for name, ids in chosen.items()}
    return {"optimum": best.value / best.upper_bound, **found}


def _touches(growth: Growth, settings: Settings) -> np.ndarray:
    problem = build_problem(growth, made_window(), settings)
    plan = plan_visits(problem, trust=settings.response.fallback_chance)
    return plan.touches["candidate_id"].to_numpy()


def ruled(problem: VisitProblem) -> dict[str, np.ndarray]:
    """Return the touches that each rule of thumb takes, fitted as the planner fits its own."""
    grid = make_grid(problem)
    sure = sure_days(grid)
    orders = rule_orders(problem).items()
    return {name: grid.ids[dated(grid, order, sure) >= 0] for name, order in orders}


def table(way: Callable[[float, int], dict[str, float]], banks: int) -> pd.DataFrame:
    """Return the mean over banks of each way, a row a noise, and the plan beside the best rule."""
    rows = []
    for noise in NOISES:
        means = pd.DataFrame([way(noise, seed) for seed in range(banks)]).mean()
        best = means[list(RULES)].max()
        rows.append({"noise": noise, **means, "over_best_rule": means["plan"] / best - 1})
    return pd.DataFrame(rows).set_index("noise")


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else BANKS
    for title, way in (("responses", one_bank), ("amounts", one_bank_of_amounts)):
        print(f"noise in {title}, mean of {asked} banks")
        print(table(way, asked).round(4).T.to_string())
