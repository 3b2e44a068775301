"""Quotas: what the planned touches make of each manager's weeks."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.plan.quotas import expected_applications, make_quotas, total_quotas, with_amounts
from campaign.plan.schedule import schedule
from campaign.plan.solve import plan_visits
from campaign.settings import Settings
from campaign.vocabulary import QUOTAS
from tests.builders_plan import daily, visit_problem

SETTINGS = Settings().with_values(
    {
        "referral": {"names_per_visit": 0.5},
        "team": {"contacts_per_stop": 10, "stop_yield": 0.8},
    }
)


def planned(customers: int, a_day: float = 1.0, days: int = 12):
    """Return a problem of weekdays with so many visits a day, and its touches."""
    rows = [
        {
            "candidate_id": f"K{n}-V1",
            "customer_id": f"K{n}",
            "value": 100.0,
            "earliest": 0,
            "latest": days - 1,
        }
        for n in range(customers)
    ]
    working = [a_day if day % 7 < 5 else 0.0 for day in range(days)]
    problem = visit_problem(rows, [row for row in daily("M1", working) if row["amount"]])
    return problem, schedule(problem, plan_visits(problem))


def test_visits_and_amounts_are_those_of_the_week():
    quotas = make_quotas(*planned(7), SETTINGS)
    assert quotas["visits"].tolist() == [5.0, 2.0]
    assert quotas["amount"].tolist() == [500.0, 200.0]
    assert quotas["week_start"].dt.strftime("%m-%d").tolist() == ["11-30", "12-07"]


def test_a_week_without_touches_has_a_row_of_zeros():
    quotas = make_quotas(*planned(3), SETTINGS)
    assert quotas[["visits", "calls", "amount"]].iloc[1].tolist() == [0.0, 0.0, 0.0]


def test_parts_of_a_referred_name_are_carried_to_the_next_week():
    quotas = make_quotas(*planned(10), SETTINGS)
    assert quotas["visits"].tolist() == [5.0, 5.0]
    assert quotas["referrals"].tolist() == [3.0, 2.0]


def test_visits_to_prospects_ask_for_no_referrals():
    problem, touches = planned(4)
    problem.customers["is_prospect"] = True
    assert make_quotas(problem, touches, SETTINGS)["referrals"].sum() == 0


def test_outings_collect_contacts_fewer_each_time():
    rows = [
        {"candidate_id": f"外拓-{n}-V1", "customer_id": f"外拓-M1-0{n}", "value": 1.0}
        for n in range(2)
    ]
    rows = [{**row, "earliest": 7 * n, "latest": 7 * n} for n, row in enumerate(rows)]
    problem = visit_problem(rows, daily("M1", [1.0] * 12))
    problem.customers["is_prospect"] = True
    quotas = make_quotas(problem, schedule(problem, plan_visits(problem)), SETTINGS)
    assert quotas["contacts"].tolist() == [10.0, 8.0]
    assert quotas["referrals"].tolist() == [0.0, 0.0]


def test_visits_to_customers_collect_no_contacts():
    assert make_quotas(*planned(4), SETTINGS)["contacts"].sum() == 0


def test_totals_add_up_the_weeks():
    quotas = make_quotas(*planned(10), SETTINGS)
    assert total_quotas(quotas).loc["M1"].to_dict() == {
        "visits": 10.0,
        "calls": 0.0,
        "referrals": 5.0,
        "contacts": 0.0,
        "applications": 0.0,
    }


def test_an_empty_plan_still_has_a_row_for_every_manager_and_week():
    problem, touches = planned(1)
    quotas = make_quotas(problem, touches.head(0), SETTINGS)
    assert len(quotas) == 2
    assert quotas["visits"].sum() == 0


def test_applications_follow_the_chance_and_the_shares():
    # Probability 0.57 by shares 2 to 1 over two weeks is one application: carried to the second.
    problem, touches = planned(2)
    touches["week"] = [-9.0, -8.0]
    ids = touches["candidate_id"]
    purposes = {"candidate_id": ids, "opportunity_id": "T1", "source": "top_up"}
    problem = dataclasses.replace(
        problem, purposes=pd.DataFrame({**purposes, "share": [0.6, 0.3], "value": 1.0})
    )
    chance = pd.DataFrame({"opportunity_id": ["T1"], "probability": [0.57]})
    found = expected_applications(problem, touches, chance, 0.57)
    assert found.to_numpy() == pytest.approx([2 / 3, 1 / 3])


def weekly(amounts, floor=60.0, target=100.01, stretch=130.0):
    names = ["manager_id", "week", "amount"]
    rows = [("A1", week, amount) for week, amount in enumerate(amounts)]
    table = QUOTAS.conform(pd.DataFrame(rows, columns=names))
    manager = {"amount_floor": floor, "amount_target": target, "amount_stretch": stretch}
    return with_amounts(table, pd.DataFrame([{"manager_id": "A1"} | manager]))


def test_a_week_bears_its_part_of_floor_target_and_stretch():
    found = weekly([30.0, 10.0, 0.0])
    assert found["amount_target"].tolist() == [75.01, 25.0, 0.0]
    assert found["amount_floor"].tolist() == [45.0, 15.0, 0.0]
    assert found["amount_stretch"].tolist() == [97.5, 32.5, 0.0]


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=18),
    st.lists(st.floats(-1e7, 1e7), min_size=3, max_size=3),
)
def test_weeks_add_up_to_the_fen_and_keep_their_order(amounts, levels):
    floor, target, stretch = sorted(round(level, 2) for level in levels)
    found = weekly(amounts, floor, target, stretch)
    sums = found[["amount_floor", "amount_target", "amount_stretch"]].sum()
    assert sums.tolist() == pytest.approx([floor, target, stretch], abs=1e-4)
    assert (found["amount_floor"] <= found["amount_target"] + 1e-6).all()
    assert (found["amount_target"] <= found["amount_stretch"] + 1e-6).all()
