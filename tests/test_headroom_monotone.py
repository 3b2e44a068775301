"""Monotone on patchy books with households: more income never lowers headroom, more debt never raises it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.growth.headroom import estimate_headroom
from campaign.growth.portfolio import portfolio_of
from campaign.growth.screen import screen_customers
from campaign.settings import HeadroomRules, ScreenRules
from tests.builders import make_book

RULES = HeadroomRules(bank_capital=30_000_000.0)
some = settings(max_examples=15)
money = st.integers(0, 3_000_000).map(float)
steps = st.integers(1, 60).map(lambda number: number * 10_000.0)
unknown = st.none()
person = st.fixed_dictionaries(
    {
        "balance": money.map(lambda owed: owed + 1.0),
        "loan_amount": st.one_of(unknown, money),
        "credit_limit": st.one_of(unknown, money),
        "is_revolving": st.one_of(unknown, st.booleans()),
        "guarantee_type": st.sampled_from([None, "credit", "guaranteed", "mortgage"]),
        "repayment_method": st.sampled_from([None, "bullet", "equal_instalment"]),
        "product": st.sampled_from([None, "创业担保贷款"]),
        "elsewhere": st.one_of(st.just(0.0), money),
        "movable": st.booleans(),
        "monthly_income": st.one_of(unknown, st.integers(0, 90_000).map(float)),
        "annual_sales": st.one_of(unknown, money),
        "net_assets": st.one_of(unknown, money),
        "credit_grade": st.sampled_from([None, "AA", "B"]),
        "guarantees_given": st.one_of(unknown, money),
    }
)
LOAN = ["balance", "loan_amount", "credit_limit", "is_revolving", "guarantee_type",
        "repayment_method", "product"]  # fmt: skip
SHEET = ["monthly_income", "annual_sales", "net_assets", "credit_grade", "guarantees_given"]
books = st.lists(st.tuples(person, st.integers(0, 2), money, money), min_size=2, max_size=12)


def headrooms(people, size):
    """Return table HEADROOM of people, so many a household; what may move is given by `movable`."""
    ids = [f"K{number:02d}" for number in range(len(people))]
    loans, sheets, others = [], [], []
    for number, (name, row) in enumerate(zip(ids, people, strict=True)):
        due = {"maturity_date": pd.Timestamp("2027-08-20"), "annual_rate": 0.05}
        collateral = {"collateral": "住宅", "collateral_value": 2_000_000.0}
        secured = collateral if row["guarantee_type"] == "mortgage" else {}
        loans.append({"customer_id": name, **due, **secured, **{key: row[key] for key in LOAN}})
        home = {"household_id": f"H{number // size}"}
        sheets.append({"customer_id": name, **home, **{key: row[key] for key in SHEET}})
        others.append(
            {"customer_id": name, "business_type": "operating", "balance": row["elsewhere"]}
        )
    book = make_book(loans=loans, customers=sheets, other_loans=others)
    movable = np.array([row["elsewhere"] * row["movable"] for row in people])
    screen = screen_customers(book, ScreenRules())
    portfolio = portfolio_of(book)
    assert portfolio.customers["customer_id"].tolist() == ids
    return estimate_headroom(book, screen, RULES, portfolio=portfolio, movable_debt=movable)


def raised(row, name, by):
    return row | {name: None if row[name] is None else row[name] + by}


@some
@given(books, st.integers(1, 3))
def test_more_income_sales_or_assets_never_lower_anybodys_headroom(rows, size):
    before = headrooms([row for row, _, _, _ in rows], size)
    richer = [
        raised(row, ("monthly_income", "annual_sales", "net_assets")[which], by)
        for row, which, by, _ in rows
    ]
    after = headrooms(richer, size)
    for name in ("headroom", "new_money"):
        assert (after[name] >= before[name]).all()


@some
@given(books, st.integers(1, 3))
def test_more_debt_here_or_elsewhere_never_raises_anybodys_headroom(rows, size):
    before = headrooms([row for row, _, _, _ in rows], size)
    deeper = [
        row | {"balance": row["balance"] + here} | {"elsewhere": row["elsewhere"] + there}
        for row, _, here, there in rows
    ]
    after = headrooms(deeper, size)
    for name in ("headroom", "new_money"):
        assert (after[name] <= before[name]).all()


def test_a_little_more_of_one_does_not_take_a_step_from_the_other_of_a_household():
    # Grade B keeps 80 %: with 87,499 to share the first gets 69,999, rounded down to 6 steps,
    # and with two yuan more 7. The second has 80 % of the other 17,500 either way: 1 step.
    both = dict.fromkeys([*LOAN, *SHEET]) | {"movable": False, "elsewhere": 0.0}
    both |= {"balance": 1.0, "loan_amount": 500_000.0, "guarantee_type": "credit"}
    found = [
        headrooms([both | {"net_assets": assets + 2.0}] * 2, 2)["headroom"].tolist()
        for assets in (87_499.0, 87_501.0)
    ]
    assert found == [[60_000.0, 10_000.0], [70_000.0, 10_000.0]]
