"""Headroom: each cap by hand, what binds, grades, rounding, and that it is monotone."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.growth.caps import CAPS
from campaign.growth.headroom import estimate_headroom
from campaign.growth.screen import screen_customers
from campaign.settings import HeadroomRules, ScreenRules
from tests.builders import make_book

TEXT = (Path(__file__).parent / "cases" / "headroom.csv").read_text(encoding="utf-8")
CASES = list(csv.DictReader(TEXT.splitlines()))
LOAN_FIELDS = [
    "guarantee_type",
    "credit_limit",
    "loan_amount",
    "balance",
    "repayment_method",
    "annual_rate",
    "collateral",
    "collateral_value",
    "registered_maximum",
    "prior_registered",
    "product",
]
TEXT_FIELDS = {"guarantee_type", "repayment_method", "collateral", "credit_grade", "product"}
CUSTOMER_FIELDS = [
    "annual_sales",
    "prior_annual_sales",
    "profit_margin",
    "inventory_days",
    "receivable_days",
    "payable_days",
    "own_funds",
    "monthly_income",
    "other_monthly_payment",
    "guarantees_given",
    "net_assets",
    "credit_grade",
]
MATURITY = pd.Timestamp("2027-08-20")
FULL_FILE = {
    "annual_sales": 3_000_000.0,
    "profit_margin": 0.12,
    "inventory_days": 60.0,
    "receivable_days": 45.0,
    "payable_days": 15.0,
    "own_funds": 100_000.0,
    "monthly_income": 30_000.0,
    "other_monthly_payment": 0.0,
    "net_assets": 2_000_000.0,
    "lender_count": 1.0,
}


def headroom_of(loan=None, customer=None, other=None, rules=None, **kwargs):
    rows = loan if isinstance(loan, list) else [loan or {}]
    loans = [
        {"customer_id": "K1", "balance": 100_000.0, "maturity_date": MATURITY, **row}
        for row in rows
    ]
    others = [{"customer_id": "K1", "business_type": "operating", **row} for row in other or []]
    stranger = {"customer_id": "K9", "balance": 1.0}
    book = make_book(
        loans=loans,
        customers=[{"customer_id": "K1", **(customer or {})}],
        other_loans=[*others, stranger],
    )
    screen = screen_customers(book, ScreenRules())
    return estimate_headroom(book, screen, rules or HeadroomRules(), **kwargs).iloc[0]


def fields(case, names):
    return {
        name: case[name] if name in TEXT_FIELDS else float(case[name])
        for name in names
        if case[name]
    }


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_each_cap_by_hand(case):
    rules = HeadroomRules(bank_capital=float(case["bank_capital"] or 0))
    other = [{"balance": float(case["other_balance"])}] if case["other_balance"] else []
    found = headroom_of(fields(case, LOAN_FIELDS), fields(case, CUSTOMER_FIELDS), other, rules)[
        case["cap"]
    ]
    if case["expected"]:
        assert round(found) == float(case["expected"])
    else:
        assert pd.isna(found)


def test_every_cap_has_a_case():
    assert {case["cap"] for case in CASES} == set(CAPS)


def test_the_smallest_cap_binds_and_is_named():
    found = headroom_of({"loan_amount": 200_000.0}, {"net_assets": 150_000.0})
    assert found["binding_cap"] == "cap_net_assets"
    assert found["cap_net_assets"] == 50_000.0
    assert "约束项为净资产上限" in found["reason"]


def test_headroom_is_cut_by_the_grade_and_rounded_down_to_a_step():
    found = headroom_of({"loan_amount": 150_000.0, "balance": 100_000.0})
    assert found["grade"] == "C"
    assert found["cap_step"] == 125_000.0
    assert found["headroom"] == 50_000.0
    step = dataclasses.replace(HeadroomRules(), rounding_step=1_000)
    assert headroom_of({"loan_amount": 147_000.0}, rules=step)["headroom"] == 48_000.0


def test_red_has_none_and_yellow_half():
    loan = {"loan_amount": 400_000.0}
    assert headroom_of({**loan, "loan_class": "normal"})["headroom"] == 160_000.0
    assert headroom_of({**loan, "loan_class": "special_mention"})["headroom"] == 80_000.0
    red = headroom_of({**loan, "loan_class": "loss"})
    assert red["headroom"] == 0.0
    assert "红灯不增贷" in red["reason"]


def test_grades_follow_what_the_file_holds():
    assert headroom_of({"loan_amount": 200_000.0}, FULL_FILE)["grade"] == "A"
    estimated = {"annual_sales": 3_000_000.0}
    assert headroom_of({"loan_amount": 200_000.0}, estimated)["grade"] == "B"
    bare = headroom_of({"loan_amount": 200_000.0})
    assert bare["grade"] == "C"
    assert "不作确定金额" in bare["reason"]


def test_many_unchecked_rules_lower_the_grade():
    found = headroom_of({"loan_amount": 200_000.0}, FULL_FILE, unchecked_lowers=3)
    assert found["grade"] == "B"


def test_what_lacked_data_is_named_and_what_does_not_apply_is_not():
    found = headroom_of({"guarantee_type": "credit"})["not_checked"].split("；")
    assert "偿债能力上限" in found
    assert "集中度上限" in found
    assert "抵押物上限" not in found


def test_exactly_ten_million_is_inside_the_inclusive_line():
    loan = {
        "guarantee_type": "mortgage",
        "collateral": "住宅",
        "collateral_value": 40_000_000.0,
        "credit_limit": 9_000_000.0,
        "loan_amount": 9_000_000.0,
        "balance": 9_000_000.0,
    }
    caps = {"抵押": 10_000_000.0}
    rules = dataclasses.replace(
        HeadroomRules(),
        guarantee_cap={**HeadroomRules().guarantee_cap, **caps},
        haircut={"A": 1.0, "B": 1.0, "C": 1.0},
    )
    inside = headroom_of(loan, rules=rules)
    assert (inside["headroom"], inside["over_inclusive"]) == (1_000_000.0, False)
    more = dataclasses.replace(rules, guarantee_cap={**rules.guarantee_cap, "抵押": 10_010_000.0})
    outside = headroom_of(loan, rules=more)
    assert (outside["headroom"], outside["over_inclusive"]) == (1_010_000.0, True)


def test_a_customer_of_three_months_has_no_step_yet():
    young = headroom_of({"loan_amount": 200_000.0, "start_date": pd.Timestamp("2026-08-15")})
    assert (young["binding_cap"], young["headroom"]) == ("cap_step", 0.0)
    known = {"relation_since": pd.Timestamp("2020-01-01")}
    assert headroom_of({"loan_amount": 200_000.0}, known)["cap_step"] == 200_000.0


def test_movable_debt_gives_room_but_no_new_money():
    customer = {"net_assets": 500_000.0}
    other = [{"balance": 400_000.0}]
    found = headroom_of(
        {"loan_amount": 400_000.0}, customer, other, movable_debt=np.array([400_000.0])
    )
    assert found["movable_debt"] == 400_000.0
    assert found["cap_net_assets"] == 400_000.0
    assert (found["headroom"], found["new_money"]) == (320_000.0, 0.0)
    assert "须随置换使用" in found["reason"]


def test_a_registration_of_others_is_taken_off_where_the_bank_says_that_it_is_theirs():
    loan = {
        "guarantee_type": "mortgage",
        "balance": 800_000.0,
        "collateral": "住宅",
        "collateral_value": 3_000_000.0,
        "registered_maximum": 1_000_000.0,
    }
    assert headroom_of(loan)["cap_collateral"] == 1_300_000.0
    theirs = dataclasses.replace(HeadroomRules(), registered_maximum_is_others=True)
    assert headroom_of(loan, rules=theirs)["cap_collateral"] == 300_000.0


def test_headroom_carries_the_rows_that_it_came_from():
    found = headroom_of([{}, {}], FULL_FILE, [{"balance": 5_000.0}])
    assert found["source_rows"] == "借据!2;借据!3;客户信息!2;他行贷款!2"


money = st.integers(0, 300).map(lambda number: number * 10_000.0)
people = st.lists(st.tuples(money, money, money, money, money), min_size=1, max_size=25)
some = settings(max_examples=8, deadline=None)


def headrooms(loans, customers, others):
    """Return headroom of customers K0, K1, ...: one loan, one customer, one other loan each."""
    ids = [f"K{number:02d}" for number in range(len(loans))]
    tables = {
        "loans": [{"customer_id": i, **row} for i, row in zip(ids, loans, strict=True)],
        "customers": [{"customer_id": i, **row} for i, row in zip(ids, customers, strict=True)],
        "other_loans": [
            {"customer_id": i, "business_type": "operating", **row}
            for i, row in zip(ids, others, strict=True)
            if row["balance"]
        ]
        + [{"customer_id": "K99", "balance": 1.0}],
    }
    book = make_book(**tables)
    return estimate_headroom(book, screen_customers(book, ScreenRules()), HeadroomRules())


@some
@given(people)
def test_more_income_never_lowers_headroom(rows):
    loans = [{"balance": 200_000.0, "loan_amount": 300_000.0}] * len(rows)
    owed = [{"balance": row[0]} for row in rows]
    poor = [{**FULL_FILE, "monthly_income": row[1] / 50, "annual_sales": row[2]} for row in rows]
    rich = [
        {
            **FULL_FILE,
            "monthly_income": (row[1] + row[3]) / 50,
            "annual_sales": row[2] + row[4],
        }
        for row in rows
    ]
    before, after = headrooms(loans, poor, owed), headrooms(loans, rich, owed)
    assert (after["headroom"] >= before["headroom"]).all()


@some
@given(people)
def test_more_debt_never_raises_headroom(rows):
    facts = [FULL_FILE] * len(rows)
    loan = {"loan_amount": 400_000.0, "guarantee_type": "guaranteed"}
    few = [{**loan, "balance": row[0] + 1.0} for row in rows]
    many = [{**loan, "balance": row[0] + row[1] + 1.0} for row in rows]
    before = headrooms(few, facts, [{"balance": row[2]} for row in rows])
    after = headrooms(many, facts, [{"balance": row[2] + row[3]} for row in rows])
    assert (after["headroom"] <= before["headroom"]).all()


@some
@given(people)
def test_headroom_is_never_above_any_cap(rows):
    loans = [{"balance": row[0] + 1.0, "loan_amount": 1_000_000.0} for row in rows]
    names = ("annual_sales", "monthly_income", "net_assets")
    facts = [{**FULL_FILE, **dict(zip(names, row[1:4], strict=True))} for row in rows]
    table = headrooms(loans, facts, [{"balance": row[4]} for row in rows])
    assert table["headroom"].between(0, table[CAPS].min(axis=1)).all()
    assert (table["new_money"] <= table["headroom"]).all()


def test_a_household_adds_up_its_debts_and_fills_its_room_once():
    # Net assets 80万 of the household, owed 10万 and 20万: 50万 for both together. Grade C of
    # a policy of 50万 on credit: the first gets (50万 - 10万) x 0.8, the second what is left.
    loans = [
        {"balance": 100_000.0, "loan_amount": 500_000.0},
        {"customer_id": "K2", "balance": 200_000.0, "loan_amount": 500_000.0},
    ]
    book = make_book(
        loans=[{"customer_id": "K1", "maturity_date": MATURITY, **row} for row in loans],
        customers=[
            {"customer_id": "K1", "net_assets": 800_000.0},
            {"customer_id": "K2", "net_assets": 700_000.0, "household_id": "K1"},
        ],
    )
    found = estimate_headroom(book, screen_customers(book, ScreenRules()), HeadroomRules())
    assert found["household"].tolist() == ["K1", "K1"]
    assert found["cap_net_assets"].tolist() == [500_000.0, 180_000.0]
    assert found["headroom"].tolist() == [320_000.0, 140_000.0]


@some
@given(people, st.integers(1, 4))
def test_a_household_never_gets_more_than_its_room(rows, size):
    ids = [f"K{number:02d}" for number in range(len(rows))]
    loans = [
        {"customer_id": i, "balance": row[0] + 1.0, "loan_amount": 3e6}
        for i, row in zip(ids, rows, strict=True)
    ]
    sheets = [
        {"customer_id": i, "net_assets": row[1], "household_id": f"H{number // size}"}
        for number, (i, row) in enumerate(zip(ids, rows, strict=True))
    ]
    book = make_book(loans=loans, customers=sheets)
    table = estimate_headroom(book, screen_customers(book, ScreenRules()), HeadroomRules())
    assets = pd.Series([row["net_assets"] for row in sheets])
    homes = table.assign(assets=assets).groupby("household")
    room = homes["assets"].max() - homes["exposure"].sum()
    assert (homes["headroom"].sum() <= room.clip(lower=0) + 1.0).all()
