"""Capacity: working days, meetings, leave, new managers, outings, festival edges, limits."""

from __future__ import annotations

import dataclasses
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.plan.capacity import action_days, find_capacity, whole_units
from campaign.settings import CapacityRules
from tests.builders_plan import FESTIVAL, campaign, staff

# Nothing taken off: four visits and twelve calls on every working day.
PLAIN = CapacityRules(meeting_days=0.0, slack_share=0.0, senior_per_week=0)


def amounts(table, owner: str = "M1", resource: str = "visits") -> list[float]:
    rows = table[(table["owner"] == owner) & (table["resource"] == resource)]
    return rows["amount"].tolist()


def capacity(rules: CapacityRules = PLAIN, people=None, window=None):
    window = window or campaign()
    people = staff() if people is None else people
    return find_capacity(people, action_days(window, rules), window, rules)


def test_every_working_day_has_its_visits_and_calls():
    table = capacity()
    assert amounts(table) == [4.0] * 15
    assert amounts(table, resource="calls") == [12.0] * 15
    assert table["period_start"].dt.day_of_week.max() == 4


def test_a_half_day_meeting_takes_half_of_each_first_day_of_the_week():
    table = capacity(dataclasses.replace(PLAIN, meeting_days=0.5))
    assert amounts(table)[:6] == [2.0, 4.0, 4.0, 4.0, 4.0, 2.0]


def test_a_meeting_longer_than_a_day_reaches_into_the_next():
    table = capacity(dataclasses.replace(PLAIN, meeting_days=1.5))
    assert sum(amounts(table)) == 3 * 4.0 * 3.5


def test_leave_is_taken_off_the_whole_campaign():
    table = capacity(people=staff({"manager_id": "M1", "leave_days": 3.0}))
    assert sum(amounts(table)) == 4.0 * 12


def test_slack_is_kept_free():
    table = capacity(dataclasses.replace(PLAIN, slack_share=0.25))
    assert amounts(table) == [3.0] * 15


def test_a_new_manager_grows_into_his_visits_but_calls_in_full():
    people = staff({"manager_id": "M1", "is_new": True, "tenure_months": 6.0})
    table = capacity(dataclasses.replace(PLAIN, new_visit_share=0.5), people)
    assert amounts(table) == [3.0] * 15
    assert amounts(table, resource="calls") == [12.0] * 15


def test_an_outing_costs_the_partner_visits_on_that_weekday():
    people = staff(
        {"manager_id": "M1", "is_new": True, "tenure_months": 12.0, "partner": "M2"},
        {"manager_id": "M2"},
    )
    table = capacity(dataclasses.replace(PLAIN, outing_weekday=4, outing_visits=2.0), people)
    assert amounts(table, "M1") == [4.0] * 15
    assert amounts(table, "M2")[:5] == [4.0, 4.0, 4.0, 2.0, 4.0]


def test_a_small_team_costs_the_partner_one_outing():
    new = {"is_new": True, "tenure_months": 12.0, "partner": "M3"}
    people = staff({"manager_id": "M1", **new}, {"manager_id": "M2", **new}, {"manager_id": "M3"})
    table = capacity(dataclasses.replace(PLAIN, outing_weekday=4, outing_visits=2.0), people)
    assert amounts(table, "M3")[:5] == [4.0, 4.0, 4.0, 2.0, 4.0]


def test_days_around_a_provisional_festival_stay_free():
    window = campaign(date(2027, 1, 25), date(2027, 2, 26))
    days = action_days(window, CapacityRules(edge_days_before=2, edge_days_after=1))
    # 除夕 is 5 February, 初七 the 12th: nothing from the 3rd to the 13th.
    assert date(2027, 2, 2) in days
    assert [day for day in days if date(2027, 2, 3) <= day <= date(2027, 2, 13)] == []


def test_days_around_an_official_festival_are_worked():
    window = dataclasses.replace(
        campaign(date(2026, 2, 2), date(2026, 2, 27)), festival=date(2026, 2, 17)
    )
    assert action_days(window, CapacityRules()) == window.working_days


def test_a_senior_has_slots_a_branch_and_week():
    rows = capacity(dataclasses.replace(PLAIN, senior_per_week=2))
    rows = rows[rows["resource"] == "senior"]
    assert rows["owner"].tolist() == ["城关支行"] * 3
    assert rows["amount"].tolist() == [2.0] * 3
    assert rows["period_start"].dt.strftime("%m-%d").tolist() == ["11-30", "12-07", "12-14"]
    assert rows["period_end"].dt.strftime("%m-%d").tolist() == ["12-06", "12-13", "12-18"]


def test_what_is_not_limited_has_no_row():
    assert set(capacity()["resource"]) == {"visits", "calls"}


def test_a_weekly_rate_quota_takes_the_place_of_the_two_waves():
    rules = dataclasses.replace(PLAIN, rate_quota_before=5e6, rate_quota_week=1e6)
    table = capacity(rules)
    rows = table[table["resource"] == "rate_quota"]
    assert set(rows["amount"]) == {1e6}
    assert rows["period_start"].is_unique
    assert (
        rows["period_start"].iloc[1:].to_numpy() > rows["period_end"].iloc[:-1].to_numpy()
    ).all()


def test_rate_quota_has_a_wave_before_and_one_after_the_festival():
    rules = dataclasses.replace(
        PLAIN, rate_quota_before=5e6, rate_quota_after=3e6, rate_quota_bank=6e6
    )
    window = campaign(date(2027, 1, 4), date(2027, 3, 31))
    rows = capacity(rules, window=window)
    rows = rows[rows["resource"] == "rate_quota"]
    assert rows["owner"].tolist() == ["城关支行", "城关支行", "bank"]
    assert rows["amount"].tolist() == [5e6, 3e6, 6e6]
    assert rows["period_start"].iloc[1].date() == FESTIVAL


def test_a_campaign_without_a_working_day_has_no_capacity():
    assert capacity(window=campaign(date(2026, 12, 5), date(2026, 12, 6))).empty


@given(st.lists(st.floats(0, 6), min_size=1, max_size=40))
def test_whole_units_follow_the_rates(rates):
    units = whole_units(np.array([rates]))[0]
    assert (units == np.round(units)).all()
    assert abs(np.cumsum(units) - np.cumsum(rates)).max() <= 0.5 + 1e-6
    assert units.min() >= 0


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_the_order_of_staff_does_not_matter(order):
    people = staff({"manager_id": "M1"}, {"manager_id": "M2", "branch": "东街支行"})
    shuffled = people.iloc[order].reset_index(drop=True)
    assert capacity(people=shuffled).equals(capacity(people=people))
