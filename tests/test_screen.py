"""The screen: which signal each rule gives, and what an unknown field does."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from campaign.growth.screen import RULES, screen_customers
from campaign.settings import ScreenRules
from tests.builders import make_book

TEXT = (Path(__file__).parent / "cases" / "screen.csv").read_text(encoding="utf-8")
CASES = list(csv.DictReader(TEXT.splitlines()))
NUMBERS = {"days_past_due", "interest_arrears", "arrears_count", "extension_count"}


def screened(**tables):
    loans = tables.pop("loans", [{}])
    loans = [{"customer_id": "K1", "balance": 300_000.0, **loan} for loan in loans]
    return screen_customers(make_book(loans=loans, **tables), ScreenRules()).iloc[0]


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_each_rule_gives_its_signal(case):
    value = case["value"]
    if case["table"] == "customers":
        number = float(value)
        flag = case["field"] in ("dishonest", "lawsuit")
        row = {"customer_id": "K1", case["field"]: bool(number) if flag else number}
        found = screened(customers=[row])
    else:
        number = float(value) if case["field"] in NUMBERS else value
        found = screened(loans=[{case["field"]: number}])
    assert (found["signal"], found["reasons"]) == (case["signal"], case["reason"])


def test_a_written_off_note_stops_a_customer_with_a_sound_one():
    gone = {"balance": 0.0, "loan_status": "written_off"}
    found = screened(loans=[{"loan_class": "normal"}, gone])
    assert (found["signal"], found["reasons"]) == ("red", "有核销贷款")


def test_the_worst_note_decides():
    found = screened(loans=[{"loan_class": "normal"}, {"loan_class": "special_mention"}])
    assert found["signal"] == "yellow"


def test_red_outweighs_yellow_and_both_are_named():
    found = screened(loans=[{"days_past_due": 3.0, "loan_class": "special_mention"}])
    assert (found["signal"], found["reasons"]) == ("red", "贷款逾期；五级分类为关注")


def test_every_rule_fired_passed_or_could_not_be_checked():
    found = screened(loans=[{"loan_class": "normal", "days_past_due": 0.0}])
    assert found["fired"] + found["passed"] + found["unchecked"] == len(RULES)
    assert "征信查询过多" in found["not_checked"]
    assert "五级分类为不良" not in found["not_checked"]


def test_sales_below_four_fifths_of_the_year_before_ask():
    before = {"customer_id": "K1", "prior_annual_sales": 1_000_000.0}
    assert screened(customers=[{**before, "annual_sales": 800_000.0}])["signal"] == "green"
    fallen = screened(customers=[{**before, "annual_sales": 799_000.0}])
    assert (fallen["signal"], fallen["reasons"]) == ("yellow", "销售明显下滑")


def test_guarantees_above_half_of_net_assets_ask():
    heavy = {"customer_id": "K1", "net_assets": 400_000.0, "guarantees_given": 210_000.0}
    assert screened(customers=[heavy])["reasons"] == "对外担保偏重"
    unknown = screened(customers=[{"customer_id": "K1", "guarantees_given": 210_000.0}])
    assert "对外担保偏重" in unknown["not_checked"]


def test_an_appraisal_older_than_a_year_asks_only_where_there_is_collateral():
    old = {"appraisal_date": pd.Timestamp("2025-10-01")}
    secured = screened(loans=[{"guarantee_type": "mortgage", **old}])
    assert (secured["signal"], secured["reasons"]) == ("yellow", "押品评估过期")
    assert screened(loans=[{"guarantee_type": "credit", **old}])["signal"] == "green"


def test_a_bad_loan_elsewhere_stops():
    row = {"customer_id": "K1", "lender": "甲行", "balance": 100_000.0, "loan_class": "doubtful"}
    found = screened(other_loans=[row])
    assert (found["signal"], found["reasons"]) == ("red", "他行贷款不良")
    assert found["source_rows"] == "借据!2;他行贷款!2"


def test_three_online_loans_ask():
    row = {"customer_id": "K1", "lender": "某网贷", "balance": 9_000.0, "business_type": "online"}
    assert screened(other_loans=[row] * 2)["signal"] == "green"
    assert screened(other_loans=[row] * 3)["reasons"] == "网络贷款偏多"


def test_lenders_are_counted_from_the_list_where_the_customer_sheet_is_silent():
    rows = [
        {"customer_id": "K1", "lender": name, "balance": 50_000.0}
        for name in ("甲行", "乙行", "丙行")
    ]
    assert screened(other_loans=rows)["reasons"] == "贷款机构偏多"


def test_settled_customers_are_not_screened():
    loans = [
        {"customer_id": "K1", "balance": 100_000.0},
        {"customer_id": "K2", "balance": 0.0, "loan_status": "settled"},
    ]
    table = screen_customers(make_book(loans=loans), ScreenRules())
    assert table["customer_id"].tolist() == ["K1"]
