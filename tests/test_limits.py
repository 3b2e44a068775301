"""Limit, balance and what can be drawn."""

from __future__ import annotations

import pandas as pd
import pytest

from campaign.growth.limits import limits_of
from campaign.growth.portfolio import portfolio_of
from tests.builders import make_book

WAN = 10_000.0
LATER = pd.Timestamp("2027-06-30")


def limits(*notes):
    """Return limits of one customer in 万元."""
    loans = [
        {"customer_id": "K1", "maturity_date": LATER}
        | {
            k: v * WAN if k in ("credit_limit", "balance", "loan_amount") else v
            for k, v in n.items()
        }
        for n in notes
    ]
    return limits_of(portfolio_of(make_book(loans=loans))).iloc[0] / WAN


@pytest.mark.parametrize(
    ("notes", "limit", "undrawn", "granted"),
    [
        ([{"credit_limit": 50, "balance": 20, "is_revolving": True}], 50, 30, 50),
        ([{"credit_limit": 50, "balance": 20, "repayment_method": "revolving"}], 50, 30, 50),
        ([{"credit_limit": 50, "loan_amount": 50, "balance": 20}], 50, 0, 50),
        ([{"credit_limit": 50, "loan_amount": 30, "balance": 20}], 50, 20, 50),
        ([{"credit_limit": 50, "loan_amount": 20, "balance": 20}] * 2, 50, 10, 50),
        ([{"credit_limit": 50, "balance": 60, "is_revolving": True}], 50, 0, 50),
        ([{"loan_amount": 30, "balance": 20}], float("nan"), 0, 30),
    ],
    ids=[
        "revolving",
        "repaid at will",
        "repaid in parts cannot be drawn again",
        "part never drawn",
        "one limit on two notes",
        "drawn above the limit",
        "no limit known",
    ],
)
def test_undrawn(notes, limit, undrawn, granted):
    found = limits(*notes)
    assert found["limit"] == pytest.approx(limit, nan_ok=True)
    assert (found["undrawn"], found["granted"]) == (undrawn, granted)


def test_a_limit_past_its_last_day_or_without_one_gives_nothing():
    note = {"credit_limit": 50, "balance": 20, "is_revolving": True}
    assert limits({**note, "maturity_date": pd.Timestamp("2026-11-15")})["undrawn"] == 0
    assert limits({**note, "maturity_date": None})["undrawn"] == 0


def test_two_limits_add_up_and_the_line_is_never_below_what_is_owed():
    found = limits(
        {"credit_limit": 50, "balance": 20, "is_revolving": True},
        {"credit_limit": 80, "balance": 90, "is_revolving": True},
        {"balance": 10},
    )
    assert (found["limit"], found["undrawn"], found["line"]) == (130, 30, 50 + 90 + 10)
    assert found["exposure"] == 20 + 30 + 90 + 10


def test_what_was_granted_is_unknown_where_a_note_does_not_say():
    assert pd.isna(limits({"loan_amount": 30, "balance": 20}, {"balance": 10})["granted"])
