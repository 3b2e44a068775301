"""Placing and repairing: urgent first, customers' touches apart, exchanges that add value."""

from __future__ import annotations

import numpy as np

from campaign.plan.fit import Choice, choose
from campaign.plan.grid import make_grid
from campaign.plan.place import place
from campaign.plan.repair import repair
from tests.builders_plan import daily, visit_problem


def touch(name: str, earliest: int, latest: int, **more):
    usual = {"candidate_id": name, "customer_id": name, "value": 100.0}
    return {**usual, "earliest": earliest, "latest": latest, **more}


def grid_of(*touches, capacity=(1.0, 1.0, 1.0), gap_days: int = 1):
    return make_grid(visit_problem(list(touches), daily("M1", list(capacity)), gap_days))


def all_of(grid) -> Choice:
    return Choice(np.ones(grid.size, dtype=bool), grid.first, grid.last)


def test_the_nearest_last_day_goes_first():
    grid = grid_of(touch("A", 0, 2), touch("B", 0, 0), touch("C", 0, 1))
    assert place(grid, all_of(grid), np.arange(3)).tolist() == [2, 0, 1]


def test_equals_go_in_the_order_given():
    grid = grid_of(touch("A", 0, 2), touch("B", 0, 2), touch("C", 0, 2))
    assert place(grid, all_of(grid), np.array([2, 0, 1])).tolist() == [1, 2, 0]


def test_a_later_touch_waits_for_the_one_before_and_the_gap():
    first = touch("K-1", 0, 2, customer_id="K", touch=1)
    second = touch("K-2", 0, 2, customer_id="K", touch=2)
    grid = grid_of(first, second, capacity=(2.0, 2.0, 2.0), gap_days=2)
    assert place(grid, all_of(grid), np.arange(2)).tolist() == [0, 2]


def test_a_touch_goes_in_time_for_the_next_of_its_customer():
    first = touch("K-1", 0, 2, customer_id="K", touch=1)
    second = touch("K-2", 0, 2, customer_id="K", touch=2)
    grid = grid_of(first, second, touch("B", 0, 1), gap_days=2)
    assert place(grid, all_of(grid), np.arange(3)).tolist() == [1, 0, 2]


def test_who_finds_no_day_lets_the_next_touch_go():
    first = touch("K-1", 0, 0, customer_id="K", touch=1)
    second = touch("K-2", 1, 2, customer_id="K", touch=2)
    grid = grid_of(first, second, capacity=(0.0, 1.0, 1.0))
    assert place(grid, all_of(grid), np.arange(2)).tolist() == [-1, 1]


def test_a_big_effort_does_not_stop_a_small_one():
    grid = grid_of(touch("A", 0, 1, effort=1.0), touch("B", 0, 2, effort=0.5), capacity=(0.5, 1, 0))
    assert place(grid, all_of(grid), np.arange(2)).tolist() == [1, 0]


def test_repair_uses_a_day_that_is_still_free():
    grid = grid_of(touch("A", 0, 2), touch("B", 0, 2))
    assert repair(grid, np.array([0, -1]), np.arange(2)).tolist() == [0, 1]


def test_repair_keeps_the_customers_order_and_gap():
    first = touch("K-1", 0, 2, customer_id="K", touch=1)
    second = touch("K-2", 0, 2, customer_id="K", touch=2)
    grid = grid_of(first, second, gap_days=2)
    assert repair(grid, np.array([0, -1]), np.arange(2)).tolist() == [0, 2]
    assert repair(grid, np.array([1, -1]), np.arange(2)).tolist() == [1, -1]


def test_an_exchange_moves_another_touch_to_a_free_day():
    grid = grid_of(touch("A", 0, 2), touch("B", 0, 0))
    days = np.array([0, -1])
    assert repair(grid, days, np.arange(2)).tolist() == [0, -1]
    assert repair(grid, days, np.arange(2), exchanges=1).tolist() == [1, 0]


def test_an_exchange_drops_a_touch_that_is_worth_less():
    rich, poor = touch("A", 0, 0, value=900.0), touch("B", 0, 0, value=500.0)
    grid = grid_of(rich, poor, touch("C", 0, 1, value=800.0), capacity=(1.0, 1.0, 1.0))
    assert repair(grid, np.array([-1, 0, 1]), np.arange(3), 9).tolist() == [0, -1, 1]


def test_repair_keeps_shared_limits():
    slot = {"owner": "城关支行", "resource": "senior", "period_start": 0, "period_end": 2}
    rows = [touch(name, 0, 2, resources="senior:1") for name in "AB"]
    problem = visit_problem(rows, [*daily("M1", [1.0, 1.0, 1.0]), {**slot, "amount": 1.0}])
    grid = make_grid(problem)
    assert repair(grid, np.array([0, -1]), np.arange(2), 9).tolist() == [0, -1]


def test_all_that_fit_their_days_are_placed():
    grid = grid_of(*(touch(f"K{n}", n % 3, 2) for n in range(9)), capacity=(2.0, 1.0, 3.0))
    choice = choose(grid, np.arange(9))
    days = place(grid, choice, np.arange(9))
    assert (days[choice.chosen] >= 0).all()
    assert choice.chosen.sum() == 6
