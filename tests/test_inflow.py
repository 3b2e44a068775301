"""New customers who come of themselves: counted last season, shared by a branch's managers."""

from datetime import date

import pandas as pd
import pytest

from campaign.festival import CampaignWindow, load_calendar
from campaign.growth.inflow import inflow_opportunities
from campaign.learn.inflow import season_inflow
from campaign.settings import TeamRules
from campaign.vocabulary import INFLOW, STAFF
from tests.builders import make_book

WINDOW = CampaignWindow(
    date(2026, 11, 15), date(2026, 12, 1), date(2027, 3, 31), date(2027, 2, 6), load_calendar()
)
OLD = make_book(date(2025, 11, 15), loans=[{"customer_id": "old", "balance": 1.0}])


def loan(customer, start="2026-01-10", maturity="2027-01-10", amount=100_000.0):
    return {
        "customer_id": customer,
        "branch": "城关",
        "start_date": start,
        "maturity_date": maturity,
        "loan_amount": amount,
    }


def inflow(*loans, olds=(OLD,), **tables):
    return season_inflow(make_book(loans=list(loans), **tables), list(olds), WINDOW)


def test_an_untouched_newcomer_of_last_season_counts():
    row = inflow(loan("new"), loan("old")).iloc[0]
    assert (row["branch"], row["customers"], row["amount"]) == ("城关", 1, 100_000)
    assert row["source_rows"] == "借据!2"


@pytest.mark.parametrize("start", ["2025-12-11", "2026-04-12"])
def test_weeks_outside_the_same_season_do_not_count(start):
    assert inflow(loan("new", start=start)).empty


def test_a_loan_paid_back_inside_the_season_does_not_count():
    assert inflow(loan("new", maturity="2026-03-31")).empty


def test_a_visited_or_referred_newcomer_is_not_natural():
    visit = {"customer_id": "seen", "contact_date": "2026-01-05"}
    people = [{"customer_id": "sent", "referrer_id": "old"}]
    assert inflow(loan("seen"), loan("sent"), contacts=[visit], customers=people).empty


def test_without_a_ledger_from_before_nobody_is_known_to_be_new():
    late = make_book(date(2026, 3, 1), loans=[loan("old")])
    assert inflow(loan("new"), olds=()).empty
    assert inflow(loan("new"), olds=(late,)).empty


def test_the_managers_of_a_branch_share_it():
    table = INFLOW.conform(
        pd.DataFrame({"branch": ["城关"], "customers": [3.0], "amount": [300_000.0]})
    )
    staff = STAFF.conform(
        pd.DataFrame({"manager_id": ["m2", "m1", "m3"], "branch": ["城关", "城关", "青山"]})
    )
    rows = inflow_opportunities(table, staff, WINDOW, TeamRules(inflow_share=0.8))
    assert rows["customer_id"].tolist() == ["自然新客-m1", "自然新客-m2"]
    assert rows["amount"].tolist() == [150_000, 150_000]
    assert rows["expected"].tolist() == [120_000, 120_000]
    assert (rows["full_probability"] == rows["natural_probability"]).all()
