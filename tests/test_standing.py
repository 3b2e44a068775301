"""A loan counts once, however many touches of the customer name it."""

from datetime import date

import pandas as pd
import pytest

from campaign.progress.incentives import measure_payouts
from campaign.progress.pace import measure_pace
from campaign.progress.standing import new_money, standings
from campaign.settings.progress import IncentiveRules
from campaign.vocabulary import ISSUED, ISSUED_CUSTOMERS, OUTCOMES


def results(*rows):
    columns = ["candidate_id", "customer_id", "done_date", "outcome", "wanted_amount"]
    return OUTCOMES.conform(pd.DataFrame(rows, columns=columns).assign(manager_id="m1"))


LENT_TWICE_NAMED = results(
    ("k1-V1", "k1", "2026-12-01", "disbursed", 200_000.0),
    ("k1-C2", "k1", "2026-12-08", "disbursed", 200_000.0),
    ("k2-V1", "k2", "2026-12-02", "interested", 50_000.0),
)


def test_a_loan_named_by_two_touches_is_one_loan():
    managers = pd.DataFrame(
        {"manager_id": ["m1"], "manager_name": ["甲"], "branch": ["城关"], "target": [1e6]}
    )
    row = measure_pace(ISSUED.empty(), LENT_TWICE_NAMED, managers, date(2026, 12, 9)).iloc[0]
    assert (row["done"], row["met"]) == (3, 3)
    assert (row["disbursed"], row["amount"], row["open_amount"]) == (1, 200_000, 50_000)


def test_it_is_paid_once():
    paid = measure_payouts(
        LENT_TWICE_NAMED,
        ISSUED.empty(),
        ISSUED_CUSTOMERS.empty(),
        IncentiveRules(amount_share=0.001, per_loan=100.0),
    ).iloc[0]
    assert (paid["loans"], paid["base"]) == (1, 300)


@pytest.mark.parametrize(
    ("rows", "stands"),
    [
        ([("a", "2026-12-01", "disbursed", 1e5), ("b", "2026-12-09", "no_need", None)], "a"),
        ([("a", "2026-12-09", "interested", 1e5), ("b", "2026-12-01", "applied", None)], "a"),
        ([("a", "2026-12-01", "interested", 1e5), ("b", "2026-12-09", "not_met", None)], "a"),
        ([("a", "2026-12-01", "interested", 1e5), ("b", "2026-12-09", "refused", None)], "b"),
        ([("a", None, "interested", 1e5), ("b", "2026-12-09", "applied", None)], "b"),
    ],
)
def test_a_loan_goes_before_all_then_the_latest_that_reached_him(rows, stands):
    table = results(*[(key, "k1", *rest) for key, *rest in rows])
    assert standings(table)["candidate_id"].tolist() == [stands]


def test_an_amount_lent_is_never_taken_from_what_was_spoken_of():
    table = results(
        ("a", "k1", "2026-12-01", "interested", 3e5), ("b", "k1", "2026-12-09", "disbursed", None)
    )
    assert standings(table)["wanted_amount"].isna().all()


def test_a_touch_without_a_result_says_nothing():
    assert standings(results(("a", "k1", "2026-12-01", None, 1e5))).empty


def test_a_renewal_is_no_new_money():
    issued = pd.DataFrame({"candidate_id": ["a", "b"], "purposes": ["renewal", "renewal;top_up"]})
    table = results(
        ("a", "k1", "2026-12-01", "disbursed", 3e5), ("b", "k2", "2026-12-01", "disbursed", 4e5)
    )
    assert new_money(table, ISSUED.conform(issued))["candidate_id"].tolist() == ["b"]
