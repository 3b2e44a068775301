"""The screen: which signal each rule gives, and what an unknown field does."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from campaign.growth.screen import screen_book, screen_customers
from campaign.growth.screen_rules import COLUMNS, RULES
from campaign.settings import ScreenRules
from tests.builders import make_book

TEXT = (Path(__file__).parent / "cases" / "screen.csv").read_text(encoding="utf-8")
CASES = list(csv.DictReader(TEXT.splitlines()))
NUMBERS = {
    "days_past_due",
    "interest_arrears",
    "arrears_count",
    "extension_count",
    "balance",
    "recent_enquiries",
    "lender_count",
    "net_assets",
    "guarantees_given",
    "annual_sales",
    "prior_annual_sales",
}
FLAGS, DATES = {"dishonest", "lawsuit"}, {"appraisal_date"}


def screened(**tables):
    loans = tables.pop("loans", [{}])
    loans = [{"customer_id": "K1", "balance": 300_000.0, **loan} for loan in loans]
    return screen_customers(make_book(loans=loans, **tables), ScreenRules()).iloc[0]


def rows_of(text):
    """Return the rows of a case: fields joined by ; and rows by |."""
    return [dict(map(parsed, part.split(";"))) for part in text.split(" | ") if part]


def parsed(cell):
    name, _, value = cell.strip().partition("=")
    if name in DATES:
        return name, pd.Timestamp(value)
    if name in FLAGS:
        return name, value == "1"
    return name, float(value) if name in NUMBERS else value


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_each_rule_gives_its_signal(case):
    tables = {
        name: [{"customer_id": "K1", **row} for row in rows_of(case[name])]
        for name in ("customers", "other_loans")
        if case[name]
    }
    found = screened(loans=rows_of(case["loans"]) or [{}], **tables)
    assert (found["signal"], found["reasons"]) == (case["signal"], case["reason"])
    assert case["source"]


def test_every_rule_has_a_case():
    named = {name for case in CASES for name in case["reason"].split("；")}
    assert {rule.name for rule in RULES} <= named


def test_every_rule_fired_passed_or_could_not_be_checked():
    found = screened(loans=[{"loan_class": "normal", "days_past_due": 0.0}])
    assert found["fired"] + found["passed"] + found["unchecked"] == len(RULES)
    assert "征信查询过多" in found["not_checked"]
    assert "五级分类为不良" not in found["not_checked"]


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


def test_settled_customers_are_not_screened():
    loans = [
        {"customer_id": "K1", "balance": 100_000.0},
        {"customer_id": "K2", "balance": 0.0, "loan_status": "settled"},
    ]
    table = screen_customers(make_book(loans=loans), ScreenRules())
    assert table["customer_id"].tolist() == ["K1"]


def test_each_rule_says_fired_passed_or_which_column_lacks():
    found = screened(loans=[{"loan_class": "normal"}], customers=[{"customer_id": "K1"}])
    assert "五级分类为不良" in found["passed_rules"].split("；")
    assert "销售明显下滑" in found["not_checked"].split("；")
    lacking = found["to_add"].split("；")
    assert {"年销售收入", "上年销售收入", "近两月征信查询次数", "他行贷款表"} <= set(lacking)
    assert "五级分类" not in lacking
    told = {"customer_id": "K1", "annual_sales": 1e6}
    half = screened(customers=[told])["to_add"].split("；")
    assert "上年销售收入" in half
    assert "年销售收入" not in half


def test_a_yellow_customer_has_questions_and_a_red_one_none():
    assert screened(loans=[{"interest_arrears": 5.0}])["asks"] == "欠息哪天还清、为何没按时付"
    assert screened(loans=[{"interest_arrears": 5.0, "loan_class": "loss"}])["asks"] == ""


def test_rules_are_counted_over_the_book_with_limit_and_source():
    loans = [{"customer_id": f"K{n}", "balance": 1e5, "days_past_due": n} for n in range(3)]
    book = make_book(loans=[*loans, {"customer_id": "K9", "balance": 1e5}])
    rows = screen_book(book, ScreenRules()).rules.set_index("rule")
    late = rows.loc["贷款逾期"]
    assert late[["fired", "passed", "unchecked"]].tolist() == [2, 1, 1]
    assert late["limit"] == "逾期几天起为红灯：1天"
    assert (rows[["fired", "passed", "unchecked"]].sum(axis=1) == 4).all()
    assert rows["rule_source"].ne("").all()
    assert len(rows) == len(RULES)


def test_every_fact_that_a_rule_reads_has_a_column_to_add():
    facts = {fact for rule in RULES for fact in rule.facts}
    assert facts == set(COLUMNS)
