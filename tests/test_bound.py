"""The bound: equal to the relaxed problem day by day, and what limits are worth."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.plan import bound
from campaign.plan.bound import relaxed_bound
from campaign.plan.grid import make_grid
from tests.builders_plan import daily, random_problem, visit_problem
from tests.relaxed import best_day_by_day


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_the_bound_is_never_below_the_relaxed_best(seed, halves):
    problem = random_problem(seed, managers=2, customers=6, days=6, halves=halves)
    exact = best_day_by_day(problem.candidates, problem.capacity)
    assert relaxed_bound(make_grid(problem)).value >= exact - 1e-4 * (1 + exact)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_without_shared_limits_the_bound_is_the_relaxed_best(seed, halves):
    problem = random_problem(seed, managers=2, customers=6, days=6, halves=halves)
    daily_only = problem.capacity[problem.capacity["resource"].isin(["visits", "calls"])]
    problem = dataclasses.replace(problem, capacity=daily_only)
    exact = best_day_by_day(problem.candidates, problem.capacity)
    assert relaxed_bound(make_grid(problem)).value == pytest.approx(exact, rel=1e-4, abs=1e-2)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_half_of_the_programmes_solved_beside_the_others_come_to_the_same(seed):
    grid = make_grid(random_problem(seed, managers=4, customers=6, days=6))
    alone = relaxed_bound(grid)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bound, "WORTH_A_COPY", 0)
        together = relaxed_bound(grid)
    assert together.value == alone.value
    assert (together.part == alone.part).all()
    assert (together.toll == alone.toll).all()
    pd.testing.assert_frame_equal(together.prices, alone.prices)


THREADS_BEGUN = """
import numpy as np
from campaign.plan.programme import Family, solve_programme

def threads():
    return [line for line in open("/proc/self/status", encoding="utf-8") if line.startswith("Threads")]

before, days = threads(), np.zeros(3, dtype=int)
lane = Family(np.arange(3), days, days, np.ones(3), np.array([1.0]))
assert solve_programme(np.array([3.0, 2.0, 1.0]), [lane]).tolist() == [1.0, 0.0, 0.0]
print(threads() == before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="copies are made on Linux alone")
def test_the_solver_begins_no_threads_that_a_copy_would_wait_for():
    run = subprocess.run(
        [sys.executable, "-c", THREADS_BEGUN], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "True"


def touches(*values: float, **same):
    return [
        {
            "candidate_id": f"K{n}-V1",
            "customer_id": f"K{n}",
            "value": v,
            "earliest": 0,
            "latest": 0,
            **same,
        }
        for n, v in enumerate(values)
    ]


def test_what_does_not_fit_the_day_is_left_out_of_the_bound():
    grid = make_grid(visit_problem(touches(900.0, 500.0, 400.0), daily("M1", [2.0])))
    assert relaxed_bound(grid).value == pytest.approx(1400.0)


def test_one_more_visit_is_worth_the_best_that_is_left_out():
    grid = make_grid(visit_problem(touches(900.0, 500.0, 400.0), daily("M1", [1.0])))
    prices = relaxed_bound(grid).prices
    assert prices[["owner", "resource", "price"]].values.tolist() == [["M1", "visits", 500.0]]


def test_a_resource_that_is_not_short_is_worth_nothing():
    grid = make_grid(visit_problem(touches(900.0, 500.0), daily("M1", [2.0])))
    assert relaxed_bound(grid).prices["price"].tolist() == [0.0]


def test_one_more_yuan_of_rate_quota_has_its_price():
    limit = {"owner": "bank", "resource": "rate_quota", "period_start": 0, "period_end": 0}
    problem = visit_problem(
        touches(900.0, 500.0, resources="rate_quota:1000"),
        [*daily("M1", [5.0]), {**limit, "amount": 1500.0}],
    )
    bound = relaxed_bound(make_grid(problem))
    assert bound.value == pytest.approx(900.0 + 250.0)
    price = bound.prices.set_index("resource").loc["rate_quota", "price"]
    assert price == pytest.approx(0.5)
    assert bound.toll.tolist() == pytest.approx([500.0, 500.0])


def test_a_problem_without_candidates_is_worth_nothing():
    problem = visit_problem(touches(900.0), daily("M1", [0.0]))
    assert relaxed_bound(make_grid(problem)).value == 0.0


def test_a_limit_that_nobody_asks_for_is_worth_nothing():
    slot = {"owner": "城关支行", "resource": "senior", "period_start": 0, "period_end": 0}
    problem = visit_problem(touches(900.0), [*daily("M1", [1.0]), {**slot, "amount": 2.0}])
    prices = relaxed_bound(make_grid(problem)).prices
    assert prices[["resource", "price"]].values.tolist() == [["visits", 0.0], ["senior", 0.0]]
