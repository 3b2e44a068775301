"""What a visit looks at again: only what the file cannot answer."""

from datetime import date

import pandas as pd

from campaign.growth.changes import REGISTER, STALE, with_changes
from campaign.growth.headroom import estimate_headroom
from campaign.growth.portfolio import portfolio_of
from campaign.growth.screen import screen_customers
from campaign.settings import Settings
from tests.builders import make_book

SHEET = {
    "customer_id": "K1",
    "annual_sales": 3e6,
    "monthly_income": 3e4,
    "other_monthly_payment": 0.0,
    "net_assets": 2e6,
    "lender_count": 1.0,
    "credit_grade": "AAA",
}


def points_of(note=None, sheet=None, other=()):
    note = {"customer_id": "K1", "balance": 1e5, "loan_amount": 3e5, "guarantee_type": "credit"} | (
        note or {}
    )
    book = make_book(loans=[note], customers=[SHEET | (sheet or {})], other_loans=list(other))
    portfolio, settings = portfolio_of(book), Settings()
    screen = screen_customers(book, settings.screen, portfolio)
    headroom = estimate_headroom(book, screen, settings.headroom, portfolio=portfolio)
    return with_changes(headroom, screen, portfolio, settings)["look_again"].iloc[0].split("；")


def test_a_full_file_asks_nothing_again():
    assert points_of() == [""]


def test_a_yellow_rule_asks_its_question_and_a_red_one_stops():
    assert points_of({"loan_class": "special_mention"}) == ["列入关注的原因现在消除了没有"]
    assert points_of({"loan_class": "loss"}) == [""]


def test_old_or_undated_knowledge_of_another_bank_is_asked_again():
    row = {"customer_id": "K1", "lender": "甲行", "business_type": "operating", "balance": 5e4}
    fresh = {"knowledge_date": pd.Timestamp(date(2026, 6, 1))}
    assert STALE not in points_of(other=[row | fresh])
    assert STALE in points_of(other=[row | {"knowledge_date": pd.Timestamp(date(2025, 6, 1))}])
    assert STALE in points_of(other=[row])


def test_headroom_above_our_own_registration_says_so():
    house = {"guarantee_type": "mortgage", "collateral": "住宅", "collateral_value": 1e6}
    assert REGISTER in points_of(house | {"registered_maximum": 150_000.0})
    assert REGISTER not in points_of(house | {"registered_maximum": 900_000.0})


def test_figures_never_told_are_asked_for_where_the_grade_suffers():
    bare = {"annual_sales": None, "net_assets": None}
    assert points_of(sheet=bare) == ["补问年销售收入", "补问净资产"]
