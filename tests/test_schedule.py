"""Schedule: areas together, joint visits, purposes, and nothing of the plan's worth lost."""

from __future__ import annotations

import dataclasses
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.made_banks import made_problem
from campaign.plan.schedule import SENIOR_COMPANION, schedule
from campaign.plan.solve import plan_visits
from campaign.plan.verify import broken_rules
from campaign.vocabulary import OUTING
from tests.builders_plan import MONDAY, daily, random_problem, staff, visit_problem


def touches(areas: str, **same):
    """Return one touch a letter; the letter is the customer's area."""
    usual = {"value": 100.0, "earliest": 0, "latest": 4, **same}
    return [
        {"candidate_id": f"K{n}-V1", "customer_id": f"K{n}", "area": area, **usual}
        for n, area in enumerate(areas)
    ]


def scheduled(rows, capacity, **changed):
    problem = visit_problem(rows, capacity)
    areas = {row["customer_id"]: row.get("area") for row in rows}
    problem.customers["area"] = problem.customers["customer_id"].map(areas)
    problem = dataclasses.replace(problem, **changed)
    return schedule(problem, plan_visits(problem))


def areas_by_day(table: pd.DataFrame) -> list[str]:
    return ["".join(group["area"]) for _, group in table.groupby("date")]


def test_places_of_one_area_are_visited_on_one_day():
    table = scheduled(touches("ABABAB"), daily("M1", [3.0, 3.0, 0.0, 0.0, 0.0]))
    assert sorted(areas_by_day(table)) == ["AAA", "BBB"]


def test_places_near_each_other_are_visited_on_one_day_whatever_their_area():
    near = pd.Series([*"NNNSSS"], index=[f"K{n}" for n in range(6)])
    table = scheduled(touches("ABABAB"), daily("M1", [3.0, 3.0, 0.0, 0.0, 0.0]), near=near)
    days = table.assign(near=table["customer_id"].map(near)).groupby("date")["near"].sum()
    assert sorted(days) == ["NNN", "SSS"]
    assert sorted(table["area"]) == [*"AAABBB"]


def test_a_nearer_last_day_goes_before_the_area():
    rows = touches("AAAB")
    rows[3]["latest"] = 0
    table = scheduled(rows, daily("M1", [2.0, 2.0, 0.0, 0.0, 0.0]))
    first_day = table[table["date"] == pd.Timestamp(MONDAY)]
    assert sorted(first_day["area"]) == ["A", "B"]


def test_a_day_is_filled_up_from_the_next_area():
    table = scheduled(touches("AABBBB"), daily("M1", [4.0, 2.0, 0.0, 0.0, 0.0]))
    assert sorted(map(sorted, areas_by_day(table))) == [["A", "A"], ["B", "B", "B", "B"]]


def test_unknown_areas_are_planned_too():
    rows = touches("AA") + [
        {
            "candidate_id": "K9-V1",
            "customer_id": "K9",
            "value": 9.0,
            "earliest": 0,
            "latest": 4,
        }
    ]
    table = scheduled(rows, daily("M1", [2.0, 2.0, 0.0, 0.0, 0.0]))
    assert len(table) == 3
    assert table["area"].isna().sum() == 1


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_moving_touches_breaks_no_rule_and_loses_none(seed, halves):
    problem = random_problem(seed, managers=2, customers=10, halves=halves)
    areas = problem.customers.index.to_series().mod(3).map({0: "A", 1: "B"})
    problem.customers["area"] = areas.to_numpy()
    plan = plan_visits(problem)
    table = schedule(problem, plan)
    assert broken_rules(problem, table) == []
    assert sorted(table["candidate_id"]) == sorted(plan.touches["candidate_id"])


def test_areas_come_together_in_a_bank():
    problem = made_problem(managers=4, customers=120)
    plan = plan_visits(problem)
    area = problem.customers.set_index("customer_id")["area"]
    before = plan.touches.assign(area=plan.touches["customer_id"].map(area))
    after = schedule(problem, plan)

    def areas_a_day(table: pd.DataFrame) -> float:
        visits = table[table["channel"] == "visit"]
        return float(visits.groupby(["manager_id", "date"])["area"].nunique().mean())

    assert areas_a_day(after) < 0.75 * areas_a_day(before)


def test_a_visit_that_needs_a_senior_names_him():
    rows = touches("AB")
    rows[0]["resources"] = "senior:1"
    table = scheduled(rows, daily("M1", [2.0] * 5)).set_index("candidate_id")
    assert table.loc["K0-V1", "companion"] == SENIOR_COMPANION
    assert pd.isna(table.loc["K1-V1", "companion"])


@pytest.mark.parametrize(("is_new", "companion"), [(True, "李四"), (False, None)])
def test_a_new_manager_goes_out_with_his_partner_on_outing_days(is_new, companion):
    people = staff(
        {"manager_id": "M1", "is_new": is_new, "partner": "M2"},
        {"manager_id": "M2", "manager_name": "李四"},
    )
    rows = touches("A", latest=0)
    table = scheduled(rows, daily("M1", [1.0] * 5), staff=people, outings=(MONDAY,))
    found = table["companion"].iloc[0]
    assert (None if pd.isna(found) else found) == companion


def test_a_partner_of_several_goes_with_them_to_their_common_place_alone():
    people = staff(
        {"manager_id": "M1", "is_new": True, "partner": "M2"},
        {"manager_id": "M3", "is_new": True, "partner": "M2"},
        {"manager_id": "M2", "manager_name": "李四"},
    )
    rows = touches("AA", latest=0)
    rows[1]["customer_id"] = f"{OUTING}-M1-01"
    table = scheduled(rows, daily("M1", [2.0] * 5), staff=people, outings=(MONDAY,))
    alone = table.set_index("customer_id")["companion"]
    assert pd.isna(alone["K0"])
    assert alone[f"{OUTING}-M1-01"] == "李四"


def test_a_partner_stays_at_home_on_other_days():
    people = staff({"manager_id": "M1", "is_new": True, "partner": "M2"}, {"manager_id": "M2"})
    table = scheduled(touches("A", latest=0), daily("M1", [1.0]), staff=people, outings=())
    assert table["companion"].isna().all()


def test_purposes_are_named_once_in_the_order_of_the_vocabulary():
    problem = visit_problem(touches("A"), daily("M1", [1.0] * 5))
    several = pd.DataFrame(
        {
            "candidate_id": "K0-V1",
            "opportunity_id": ["T1", "N1", "N2"],
            "source": ["top_up", "renewal", "renewal"],
        }
    )
    problem = dataclasses.replace(problem, purposes=several.assign(share=0.5, value=1.0))
    assert schedule(problem, plan_visits(problem))["purposes"].tolist() == ["renewal;top_up"]


def test_weeks_are_counted_from_the_festival():
    table = scheduled(touches("A", latest=0), daily("M1", [1.0]), festival=date(2026, 12, 12))
    assert table["week"].tolist() == [-1.0]


def test_a_plan_without_touches_is_an_empty_schedule():
    assert scheduled(touches("A"), daily("M1", [0.0])).empty
