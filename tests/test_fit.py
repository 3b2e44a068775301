"""Choosing in order: exactly those that still fit, and shared limits inside their periods."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.plan.fit import LaneSlack, choose, fit_lane
from campaign.plan.grid import make_grid
from tests.builders_plan import daily, random_problem, visit_problem

windows_given = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from([0.5, 1.0])),
    min_size=1,
    max_size=25,
)


def spreadable(windows, capacity) -> bool:
    """Return whether efforts can be spread over days, earliest last day first."""
    left = list(capacity)
    for first, last, effort in sorted(windows, key=lambda w: (w[1], w[0])):
        for day in range(first, last + 1):
            used = min(left[day], effort)
            left[day] -= used
            effort -= used
        if effort > 1e-9:
            return False
    return True


@given(windows_given, st.lists(st.integers(0, 3), min_size=6, max_size=6))
def test_a_lane_takes_each_touch_that_still_fits_and_no_other(windows, capacity):
    windows = [(min(a, b), max(a, b), effort) for a, b, effort in windows]
    first, last, effort = (np.array(column) for column in zip(*windows, strict=True))
    taken = fit_lane(LaneSlack(np.array(capacity, dtype=float)), first, last, effort)
    one_by_one: list[tuple[int, int, float]] = []
    for window, is_taken in zip(windows, taken, strict=True):
        holds_all = all(
            sum(e for a, b, e in [*one_by_one, window] if s <= a and b <= t)
            <= sum(capacity[s : t + 1]) + 1e-6
            for s in range(6)
            for t in range(s, 6)
        )
        assert is_taken == holds_all
        if is_taken:
            one_by_one.append(window)


def test_what_fits_each_interval_can_be_spread_over_the_days():
    windows = [(0, 2, 1.0), (0, 0, 1.0), (1, 1, 1.0), (0, 2, 1.0)]
    capacity = [1, 1, 1]
    first, last, effort = (np.array(column) for column in zip(*windows, strict=True))
    taken = fit_lane(LaneSlack(np.array(capacity, dtype=float)), first, last, effort)
    chosen = [window for window, yes in zip(windows, taken, strict=True) if yes]
    assert taken.tolist() == [True, True, True, False]
    assert spreadable(chosen, capacity)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_shared_limits_hold_whatever_days_are_taken_inside_the_windows(seed):
    grid = make_grid(random_problem(seed, managers=2, customers=8))
    order = np.lexsort((np.arange(grid.size), -grid.value))
    choice = choose(grid, order)
    for number, limit in enumerate(grid.limits):
        uses = grid.uses[grid.uses["limit"] == number]
        uses = uses[choice.chosen[uses["candidate"]]]
        asking = uses["candidate"].to_numpy()
        start, stop = limit.period[choice.first[asking]], limit.period[choice.last[asking]]
        assert (start == stop).all()
        used = np.bincount(start, uses["need"].to_numpy(), len(limit.amounts))
        assert (used <= limit.amounts + 1e-6).all()


def test_a_limit_left_over_is_offered_again():
    # The first to be given the slot has no day; the next one takes it.
    rows = [
        {"candidate_id": "A", "customer_id": "A", "manager_id": "M1", "value": 9.0},
        {"candidate_id": "B", "customer_id": "B", "manager_id": "M2", "value": 5.0},
    ]
    rows = [{**row, "earliest": 0, "latest": 0, "resources": "senior:1"} for row in rows]
    slot = {"owner": "城关支行", "resource": "senior", "period_start": 0, "period_end": 4}
    limits = [*daily("M1", [0.0]), *daily("M2", [1.0]), {**slot, "amount": 1.0}]
    grid = make_grid(visit_problem(rows, limits))
    assert choose(grid, np.array([0, 1])).chosen.tolist() == [False, True]
