"""The plan against the truth when estimates are noisy: `python -m benchmarks.noise [BANKS]`.

In each made-up bank a customer's uplift differs really from his source's by a factor exp(0.6 z), and
the planner sees estimates whose value (amount times uplift) is off by a further factor exp(s z): in
the responses (z drawn for each opportunity), in the amounts (z drawn for each customer), or half of
the variance in each; a last table has s in both, so that a value is off by s times the root of 2.
He is told s, not z; `told half` and `told double` are told a wrong s, `trusting` is told 0, `rates
only` sees the source's uplift and nothing of the customer. Rules of thumb work on the same estimates
with the same fitting. Every plan is valued on the truth, as a part of the best plan of one who knows
it (`optimum`: that plan's part of its bound). Days are scarce (300 customers a manager).
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping

import numpy as np
import pandas as pd

from benchmarks.made_banks import made_growth, made_window
from campaign.growth.opportunities import Growth
from campaign.plan.dated import dated, sure_days
from campaign.plan.grid import make_grid
from campaign.plan.problem import VisitProblem, build_problem
from campaign.plan.rules_of_thumb import rule_orders, rule_table
from campaign.plan.solve import plan_visits
from campaign.settings import Settings

MANAGERS, CUSTOMERS, BANKS = 4, 300, 20
NOISES = (0.5, 1.0)
REAL_DIFFERENCES = 0.6
TOLD = {"plan": 1.0, "trusting": 0.0, "told half": 0.5, "told double": 2.0}
# Part of the noise that responses and amounts have.
WHERE = {
    "responses": (1.0, 0.0),
    "amounts": (0.0, 1.0),
    "half in each": (0.5**0.5, 0.5**0.5),
    "all of it in both": (1.0, 1.0),
}
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


def one_bank(
    of_responses: float, of_amounts: float, seed: int, managers: int = MANAGERS
) -> dict[str, float]:
    """Return the true value of every way of planning one bank, as a part of the true best."""
    usual = made_growth(managers, CUSTOMERS, seed)
    truth = off_by(usual, REAL_DIFFERENCES, seed)
    seen = amounts_off_by(off_by(truth, of_responses, seed), of_amounts, seed)
    told_right = told(of_responses, of_amounts)
    chosen = {"rates only": _touches(amounts_off_by(usual, of_amounts, seed), told_right)}
    for name, factor in TOLD.items():
        chosen[name] = _touches(seen, told(of_responses * factor, of_amounts * factor))
    chosen |= ruled(build_problem(seen, made_window(), told_right))
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
    orders = rule_orders(rule_table(problem)).items()
    return {name: grid.ids[dated(grid, order, sure) >= 0] for name, order in orders}


def table(parts: tuple[float, float], banks: int) -> pd.DataFrame:
    """Return the mean over banks of each way, a row a noise, and the plan beside the best rule.

    Args:
        parts: Part of the noise that responses and amounts have.
        banks: How many.
    """
    rows = []
    for noise in NOISES:
        each = [one_bank(noise * parts[0], noise * parts[1], seed) for seed in range(banks)]
        means = pd.DataFrame(each).mean()
        best = means[list(RULES)].max()
        rows.append({"noise": noise, **means, "over_best_rule": means["plan"] / best - 1})
    return pd.DataFrame(rows).set_index("noise")


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else BANKS
    for title, parts in WHERE.items():
        print(f"noise in {title}, mean of {asked} banks")
        print(table(parts, asked).round(4).T.to_string(), flush=True)
