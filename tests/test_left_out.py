"""Left out: who has no touch, which limit bound, and the value that was still taken."""

from __future__ import annotations

from campaign.plan.left_out import FULL, NO_TIME, SPENT, left_out_customers
from campaign.plan.solve import plan_visits
from tests.builders_plan import daily, visit_problem


def touch(name: str, value: float, **more):
    usual = {"candidate_id": f"{name}-V1", "customer_id": name, "earliest": 0, "latest": 0}
    return {**usual, "value": value, **more}


def left_out(rows, capacity):
    problem = visit_problem(rows, capacity)
    plan = plan_visits(problem)
    return left_out_customers(problem, plan.grid, plan.day_of)


def test_a_full_day_leaves_out_the_least():
    table = left_out([touch("A", 900.0), touch("B", 500.0)], daily("M1", [1.0]))
    assert table.iloc[0].to_dict() == {
        "customer_id": "B",
        "source": "top_up",
        "reason": FULL["visit"],
        "value": 500.0,
        "cut_off": 900.0,
    }


def test_the_cut_off_is_the_least_taken_on_days_the_touch_could_have_had():
    rows = [touch("A", 900.0), touch("B", 500.0), touch("C", 100.0, earliest=1, latest=1)]
    table = left_out(rows, daily("M1", [1.0, 1.0]))
    assert table["cut_off"].tolist() == [900.0]


def test_a_manager_without_time_is_named():
    table = left_out([touch("A", 900.0)], daily("M1", [0.0, 1.0]))
    assert table[["reason"]].values.tolist() == [[NO_TIME]]
    assert table["cut_off"].isna().all()


def test_a_spent_limit_is_named():
    rows = [touch(name, value, resources="senior:1") for name, value in (("A", 9.0), ("B", 5.0))]
    slot = {"owner": "城关支行", "resource": "senior", "period_start": 0, "period_end": 4}
    table = left_out(rows, [*daily("M1", [5.0]), {**slot, "amount": 1.0}])
    assert table[["customer_id", "reason"]].values.tolist() == [["B", SPENT["senior"]]]


def test_who_has_any_touch_is_not_left_out():
    rows = [touch("A", 900.0), touch("A", 500.0, candidate_id="A-V2", touch=2)]
    assert left_out(rows, daily("M1", [1.0])).empty


def test_the_best_of_several_touches_stands_for_the_customer():
    rows = [
        touch("A", 900.0),
        touch("B", 500.0),
        touch("B", 200.0, candidate_id="B-C2", channel="call"),
    ]
    table = left_out(rows, daily("M1", [1.0]))
    assert table["value"].tolist() == [500.0]
