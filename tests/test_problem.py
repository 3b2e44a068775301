"""The visit problem as a whole: what goes in, what comes out, and that order does not matter."""

from __future__ import annotations

from datetime import date

import pandas as pd

from campaign.plan.problem import build_problem
from campaign.plan.solve import plan_visits
from campaign.settings import Settings
from campaign.vocabulary import CANDIDATES, CAPACITY
from tests.builders_plan import campaign, growth, opportunities, staff

SETTINGS = Settings().with_values({"capacity": {"meeting_days": 0.0, "slack_share": 0.0}})


def problem(found=None, people=None, **settings):
    chosen = SETTINGS.with_values(settings)
    return build_problem(growth(found, people), campaign(), chosen)


def test_the_problem_holds_candidates_and_capacity():
    built = problem(opportunities({}))
    assert sorted(built.candidates["candidate_id"]) == ["K1-C3", "K1-V1", "K1-V2"]
    daily = built.capacity[built.capacity["resource"] == "visits"]
    assert daily["amount"].tolist() == [4.0] * 15


def test_windows_lie_on_days_that_may_be_planned():
    built = problem(opportunities({}))
    days = set(built.days)
    assert {day.date() for day in built.candidates["earliest"]} <= days
    assert {day.date() for day in built.candidates["latest"]} <= days


def test_outings_are_the_days_of_their_weekday():
    built = problem(capacity={"outing_weekday": 4})
    assert [day.isoweekday() for day in built.outings] == [4, 4, 4]


def test_without_opportunities_there_is_nothing_to_plan():
    built = problem()
    assert built.candidates.empty
    assert list(built.candidates.columns) == CANDIDATES.columns


def test_without_staff_everything_is_left_out():
    built = problem(opportunities({}), staff({"manager_id": "M9"}))
    assert built.candidates.empty
    assert built.not_possible["customer_id"].tolist() == ["K1"]


def test_without_a_day_there_is_nothing_to_plan():
    weekend = campaign(date(2026, 12, 5), date(2026, 12, 6))
    built = build_problem(growth(opportunities({})), weekend, SETTINGS)
    assert built.candidates.empty
    assert list(built.capacity.columns) == CAPACITY.columns


def test_a_limit_of_the_settings_becomes_a_row_and_a_request():
    found = opportunities({"rate_quota": 200_000.0})
    built = problem(found, capacity={"rate_quota_before": 1e6})
    assert "rate_quota" in set(built.capacity["resource"])
    assert "rate_quota:200000" in set(built.candidates["resources"])


def test_who_must_not_be_contacted_is_no_candidate():
    found = opportunities({}, {})
    built = build_problem(growth(found), campaign(), SETTINGS, frozenset({"K1"}))
    assert set(built.candidates["customer_id"]) == {"K2"}


def test_the_order_of_rows_does_not_matter():
    rows = [{"customer_id": f"K{n % 4}", "amount": 1e5 * n} for n in range(1, 12)]
    found, people = opportunities(*rows), staff({"manager_id": "M1"}, {"manager_id": "M2"})
    first = problem(found, people)
    again = problem(found.sample(frac=1, random_state=3), people.iloc[::-1])
    for name in ("candidates", "capacity", "purposes", "customers", "staff"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(again, name))


def renewals_and_top_ups(kept, grown):
    """Return a renewal and a top-up each of as many customers, worth so many yuan a touch."""
    day = {"window_start": pd.Timestamp(2026, 12, 7), "window_end": pd.Timestamp(2026, 12, 7)}
    rows = [
        {"customer_id": f"{source}{n}", "source": source, "amount": amount, **day}
        for source, amount in (("renewal", kept), ("top_up", grown))
        for n in range(3)
    ]
    return opportunities(*rows)


def test_visits_for_renewals_compete_for_the_same_days_as_those_for_growth():
    # One day of four visits: whichever of the two saves or brings more goes first.
    for kept, grown, first in ((900_000.0, 100_000.0, "renewal"), (100_000.0, 900_000.0, "top_up")):
        planned = plan_visits(problem(renewals_and_top_ups(kept, grown))).touches
        visits = planned[planned["channel"] == "visit"]
        assert len(visits) == 4
        assert (visits["date"] == pd.Timestamp(2026, 12, 7)).all()
        assert visits["customer_id"].str.startswith(first).sum() == 3
