"""Gains: what a touch could add, on which days, and what no touch can serve."""

from __future__ import annotations

import numpy as np
import pytest

from campaign.plan.gains import (
    NO_COMMON_DAY,
    NO_CONTACT,
    NO_DAY,
    NO_GAIN,
    NO_MANAGER,
    find_gains,
)
from campaign.settings import ResponseRules
from tests.builders_plan import opportunities, staff, workdays

USUAL = ResponseRules()
DAYS = np.array(workdays(30), dtype="datetime64[D]")


def gains(*rows, no_contact=frozenset(), rules=USUAL):
    return find_gains(opportunities(*rows), staff(), DAYS, rules, no_contact)


def test_the_gain_is_the_amount_times_what_touches_add():
    found = gains({"amount": 100_000.0, "natural_probability": 0.1, "full_probability": 0.3})
    assert found.rows["gain"].tolist() == pytest.approx([20_000.0])


def test_a_window_is_counted_in_working_days():
    # Saturday 5 to Sunday 13 December: Monday the 7th is day 5, Friday the 11th day 9.
    found = gains({"window_start": "2026-12-05", "window_end": "2026-12-13"})
    assert found.rows[["first", "last"]].iloc[0].tolist() == [5, 9]


def test_an_unknown_window_is_the_whole_campaign():
    assert gains({}).rows[["first", "last"]].iloc[0].tolist() == [0, 29]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"manager_id": "M9"}, NO_MANAGER),
        ({"manager_id": None}, NO_MANAGER),
        ({"full_probability": 0.1}, NO_GAIN),
        ({"amount": None}, NO_GAIN),
        ({"window_start": "2026-12-05", "window_end": "2026-12-06"}, NO_DAY),
        ({"window_start": "2027-03-01"}, NO_DAY),
    ],
)
def test_what_no_touch_can_serve_is_left_out_with_a_reason(row, reason):
    found = gains(row)
    assert found.rows.empty
    assert found.left_out[["customer_id", "source", "reason"]].values.tolist() == [
        ["K1", "top_up", reason]
    ]


def test_who_must_not_be_contacted_is_left_out():
    found = gains({}, {}, no_contact=frozenset({"K1"}))
    assert found.rows["customer_id"].tolist() == ["K2"]
    assert found.left_out["reason"].tolist() == [NO_CONTACT]


def test_what_is_left_out_is_worth_one_visit():
    found = gains({"manager_id": "M9"}, rules=ResponseRules(visit_share=0.6, steepness=1.0))
    assert found.left_out["value"].tolist() == pytest.approx([0.6 * 20_000.0])


def test_a_purpose_that_shares_no_days_with_two_occasions_is_left_out():
    found = gains(
        {"customer_id": "K", "amount": 9e5, "window_end": "2026-12-04"},
        {"customer_id": "K", "amount": 8e5, "window_start": "2026-12-28"},
        {
            "customer_id": "K",
            "amount": 1e5,
            "source": "industry",
            "window_start": "2026-12-14",
            "window_end": "2026-12-18",
        },
    )
    assert found.rows["occasion"].tolist() == [0, 1, -1]
    assert found.left_out[["source", "reason"]].values.tolist() == [["industry", NO_COMMON_DAY]]


def test_a_customer_has_the_manager_of_his_greatest_gain():
    people = staff({"manager_id": "M1"}, {"manager_id": "M2"})
    both = opportunities(
        {"customer_id": "K", "manager_id": "M1", "amount": 1e5},
        {"customer_id": "K", "manager_id": "M2", "amount": 2e5},
    )
    found = find_gains(both, people, DAYS, ResponseRules())
    assert found.rows["manager_id"].tolist() == ["M2", "M2"]
    assert found.customers[["manager_id", "amount"]].values.tolist() == [["M2", 3e5]]


@pytest.mark.parametrize(("is_new", "days"), [(True, [8, 8]), (False, [5, 9])])
def test_a_new_managers_outing_is_on_a_day_with_his_partner(is_new, days):
    people = staff({"manager_id": "M1", "is_new": is_new, "partner": "M2"})
    outing = {"is_outing": True, "is_prospect": True}
    rows = opportunities({**outing, "window_start": "2026-12-07", "window_end": "2026-12-13"})
    thursdays = DAYS[3::5]
    found = find_gains(rows, people, DAYS, USUAL, pair_days=thursdays)
    assert found.rows[["first", "last"]].iloc[0].tolist() == days


def test_an_outing_in_a_week_without_a_pair_day_keeps_its_days():
    people = staff({"manager_id": "M1", "is_new": True, "partner": "M2"})
    outing = {"is_outing": True, "window_start": "2026-12-07", "window_end": "2026-12-08"}
    found = find_gains(opportunities(outing), people, DAYS, USUAL, pair_days=DAYS[3::5])
    assert found.rows[["first", "last"]].iloc[0].tolist() == [5, 6]


def test_the_order_of_rows_does_not_matter():
    rows = opportunities(*({"customer_id": f"K{n % 3}", "amount": 1e5 * n} for n in range(1, 9)))
    found = find_gains(rows, staff(), DAYS, ResponseRules())
    shuffled = rows.sample(frac=1, random_state=1).reset_index(drop=True)
    again = find_gains(shuffled, staff(), DAYS, ResponseRules())
    assert again.rows.equals(found.rows)
