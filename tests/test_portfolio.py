"""Customers from notes: who counts, by what key, and what the largest note tells of him."""

from __future__ import annotations

import dataclasses

import pandas as pd

from campaign.growth.caps import debt_facts
from campaign.growth.facts import screen_facts
from campaign.growth.portfolio import portfolio_of
from campaign.settings import HeadroomRules
from tests.builders import make_book

LATER = pd.Timestamp("2027-06-30")


def customers_of(*loans, **tables):
    return portfolio_of(make_book(loans=list(loans), **tables)).customers


def test_settled_written_off_and_transferred_notes_make_no_customer():
    gone = ["settled", "written_off", "transferred"]
    loans = [
        {"customer_id": f"K{n}", "balance": 1.0, "loan_status": status}
        for n, status in enumerate([*gone, "active", "overdue", "frozen"])
    ]
    assert customers_of(*loans)["customer_id"].tolist() == ["K3", "K4", "K5"]


def test_an_open_limit_without_a_balance_makes_a_customer():
    limit = {"balance": 0.0, "credit_limit": 500_000.0}
    found = customers_of(
        {"customer_id": "K1", **limit, "maturity_date": LATER, "is_revolving": True},
        {"customer_id": "K2", **limit, "maturity_date": LATER, "loan_status": "not_drawn"},
        {"customer_id": "K3", **limit, "maturity_date": LATER},
        {
            "customer_id": "K4",
            **limit,
            "maturity_date": pd.Timestamp("2026-11-15"),
            "is_revolving": True,
        },
    )
    assert found["customer_id"].tolist() == ["K1", "K2"]


def test_a_name_stands_in_for_a_missing_number_and_nothing_for_neither():
    found = customers_of(
        {"customer_name": "王五", "balance": 1.0},
        {"customer_id": "K1", "balance": 1.0},
        {"balance": 1.0},
    )
    assert found["customer_id"].tolist() == ["K1", "王五"]


def test_the_largest_note_names_manager_and_branch_and_ties_go_by_note_number():
    note = {"customer_id": "K1", "balance": 100_000.0}
    found = customers_of(
        {**note, "loan_note_id": "J2", "manager_id": "M2"},
        {**note, "loan_note_id": "J1", "manager_id": "M1"},
        {**note, "loan_note_id": "J0", "manager_id": "M9", "balance": 5.0},
    )
    assert found["manager_id"].tolist() == ["M1"]


def test_the_customer_sheet_goes_before_the_note():
    sheet = [{"customer_id": "K1", "area": "东市", "industry": None}]
    note = {"customer_id": "K1", "balance": 1.0, "area": "西市", "industry": "粮油批发"}
    found = customers_of(note, customers=sheet).iloc[0]
    assert (found["area"], found["industry"]) == ("东市", "粮油批发")


def test_rows_are_named_in_sheet_order():
    note = {"customer_id": "K1", "balance": 1.0}
    found = customers_of(
        {**note, "source_row": "借据!102"},
        {**note, "source_row": "借据!9"},
        customers=[{"customer_id": "K1", "area": "东市"}],
    )
    assert found["source_rows"][0] == "借据!9;借据!102;客户信息!2"


def test_loans_elsewhere_find_their_customer_by_number_else_by_a_name_only_one_has():
    loans = [
        {"customer_id": "K1", "customer_name": "王五", "balance": 1.0},
        {"customer_id": "K2", "customer_name": "李四", "balance": 1.0},
        {"customer_id": "K3", "customer_name": "李四", "balance": 1.0},
    ]
    others = [
        {"customer_id": "K3", "balance": 1.0},
        {"customer_name": "王五", "balance": 1.0},
        {"customer_name": "李四", "balance": 1.0},
        {"customer_id": "K8", "customer_name": "王五", "balance": 1.0},
    ]
    portfolio = portfolio_of(make_book(loans=loans, other_loans=others))
    assert portfolio.other_loans["owner"].tolist() == [2, 0, -1, -1]


def test_what_is_set_aside_is_owed_but_no_note_of_the_campaign():
    notes = [
        {"customer_id": "K1", "balance": 100_000.0},
        {"customer_id": "K1", "balance": 400_000.0, "days_past_due": 40.0},
        {"customer_id": "K2", "balance": 50_000.0},
    ]
    book = make_book(loans=notes)
    apart = dataclasses.replace(
        book, loans=book.loans.iloc[:1], set_aside=book.loans.iloc[1:].reset_index(drop=True)
    )
    portfolio = portfolio_of(apart)
    assert portfolio.customers["customer_id"].tolist() == ["K1"]
    assert portfolio.notes["balance"].tolist() == [100_000.0]
    assert debt_facts(portfolio, HeadroomRules())["exposure"].tolist() == [500_000.0]
    assert screen_facts(portfolio)["days_past_due"].tolist() == [40.0]
