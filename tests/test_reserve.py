"""The pool of names that each manager needs, by hand."""

import pandas as pd
import pytest

from campaign.growth.reserve import reserve_needs
from campaign.vocabulary import MANAGER_PLANS, OPPORTUNITIES


def manager(number, target=3_000_000.0, expected=1_000_000.0, contacts=40.0, referrals=20.0):
    return {
        "manager_id": f"M{number}",
        "amount_target": target,
        "expected": expected,
        "contacts": contacts,
        "referrals": referrals,
    }


def name(number, manager_id="M1", amount=200_000.0, full=0.05, **more):
    return {
        "opportunity_id": f"G{number}",
        "customer_id": f"P{number}",
        "manager_id": manager_id,
        "is_prospect": True,
        "origin": "own_visit",
        "amount": amount,
        "full_probability": full,
        "expected": 10_000.0,
    } | more


def reserve_of(managers, names, weeks=10):
    table = MANAGER_PLANS.conform(pd.DataFrame(managers))
    return reserve_needs(table, OPPORTUNITIES.conform(pd.DataFrame(names)), weeks)


def test_names_needed_stock_and_weeks():
    found = reserve_of([manager(1)], [name(n) for n in range(20)]).iloc[0]
    # Existing customers bring 100万 - 20 x 1万 = 80万, so 220万 must come from names:
    # 220万 / (0.05 x 20万) = 220; 20 in stock and 6 a week for 10 weeks leave 140 short;
    # 22 a week are needed and 6 gained, so 20 last 20 / 16 = 1.25 weeks.
    assert found["remaining"] == 2_200_000.0
    assert found[["needed", "stock", "gained_a_week", "shortfall"]].tolist() == [220, 20, 6, 140]
    assert found["weeks_left"] == pytest.approx(1.25)


def test_a_manager_without_names_takes_the_bank_s_conversion_and_ticket():
    found = reserve_of([manager(1), manager(2)], [name(1)]).iloc[1]
    assert found[["conversion", "ticket", "stock"]].tolist() == [0.05, 200_000.0, 0]


def test_a_target_met_by_customers_needs_no_names():
    found = reserve_of([manager(1, target=500_000.0)], [name(1)]).iloc[0]
    assert found[["remaining", "needed", "shortfall", "weeks_left"]].tolist() == [0, 0, 0, 10]


def test_without_any_name_nothing_is_known_and_nothing_is_made_up():
    found = reserve_of([manager(1)], []).iloc[0]
    assert found[["conversion", "needed", "weeks_left"]].isna().all()
