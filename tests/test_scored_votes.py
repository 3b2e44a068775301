"""Votes judged while the season runs, worked by hand."""

from datetime import date

import pandas as pd
import pytest

from campaign.learn.conversion import prior_rates
from campaign.learn.past_season import past_seasons
from campaign.learn.scored_votes import SeasonSoFar, trade_lifts, votes_of_past, votes_so_far
from campaign.settings import Settings
from campaign.vocabulary import OPPORTUNITIES
from tests.builders import make_book
from tests.test_votes import votes

SETTINGS = Settings().with_values({"industry": {"vote_weight": 0.2, "vote_cases": 2.0}})


def season_of(*results):
    """Return a season of customers of 城关 as (trade, outcome), each visited long ago."""
    table = pd.DataFrame(results, columns=["sub_industry", "outcome"])
    table["customer_id"] = [f"k{number}" for number in range(len(table))]
    names = {"source": "industry", "branch": "城关", "is_prospect": False}
    rows = table.assign(opportunity_id=table["customer_id"], **names)
    touches = table.assign(channel="visit", purposes="industry", done_date=pd.Timestamp(2027, 1, 1))
    rates = prior_rates(SETTINGS)
    return SeasonSoFar(touches, OPPORTUNITIES.conform(rows), rates, date(2027, 3, 31))


def test_who_foresaw_the_stronger_trade_gains_weight():
    strong = [("烟酒零售（烟酒店）", "disbursed")] * 30 + [("烟酒零售（烟酒店）", "no_need")] * 10
    weak = [("塔吊租赁", "no_need")] * 40
    cast = votes(("城关", "甲", "烟酒店", 1), ("城关", "乙", "塔吊", 1))
    found = votes_so_far(cast, season_of(*strong, *weak), SETTINGS).set_index("voter")
    assert found["hits"].to_dict() == {"甲": 1, "乙": 0}
    assert found.loc["甲", "weight"] > 1 > found.loc["乙", "weight"]


def test_nobody_is_judged_before_anybody_was_lent_to():
    cast = votes(("城关", "甲", "烟酒店", 2))
    assert votes_so_far(cast, season_of(("烟酒零售（烟酒店）", "no_need")), SETTINGS).empty


def test_a_season_slow_everywhere_makes_no_trade_weak():
    rows = [("烟酒零售", "城关", 10.0, 2.0), ("塔吊", "石桥", 10.0, 2.0)]
    people = pd.DataFrame(rows, columns=["trade", "branch", "expected", "came"])
    assert trade_lifts(people, SETTINGS.industry)["lift"].tolist() == pytest.approx([1.0] * 4)


def test_a_branch_leans_on_its_trade_at_the_bank():
    rows = [("烟酒零售", "城关", 10.0, 20.0), ("烟酒零售", "石桥", 10.0, 10.0)]
    rows.append(("塔吊", "城关", 20.0, 10.0))
    people = pd.DataFrame(rows, columns=["trade", "branch", "expected", "came"])
    lifts = trade_lifts(people, SETTINGS.industry).set_index(["trade", "branch"])["lift"]
    # k = 25, pace 1: the bank (25 + 30) / (25 + 20), 城关 (25 x that + 20) / (25 + 10).
    assert lifts["烟酒零售", ""] == pytest.approx(55 / 45)
    assert lifts["烟酒零售", "城关"] == pytest.approx((25 * 55 / 45 + 20) / 35)


def ledger(year, grown):
    """Return customers of two trades of 城关; those of `grown` owe twice as much from January."""
    loans = []
    for code, trade in (("5226", "烟酒店"), ("7113", "塔吊租赁")):
        for number in range(30):
            note = {"customer_id": f"{code}-{number}", "branch": "城关", "industry_code": code}
            note |= {"customer_name": f"{trade}第{number}家", "balance": 2e5, "loan_amount": 2e5}
            loans.append(note | {"start_date": "2025-06-01", "maturity_date": "2028-06-01"})
            if trade == grown:
                loans.append(
                    note | {"start_date": "2026-01-10", "loan_note_id": f"新{code}{number}"}
                )
    cast = [("甲", "烟酒店", 1.0), ("乙", "塔吊", 1.0)]
    votes = [{"branch": "城关", "voter": w, "sub_industry": t, "outlook": o} for w, t, o in cast]
    return make_book(date(year, 11, 15), loans=loans, votes=votes)


def test_votes_of_the_last_season_are_judged_by_the_next_ledger():
    seasons = past_seasons(ledger(2026, "烟酒店"), [ledger(2025, "")], SETTINGS)
    found = votes_of_past(seasons, SETTINGS).set_index("voter")
    assert found["hits"].to_dict() == {"甲": 1, "乙": 0}
    assert found.loc["甲", "weight"] > 1 > found.loc["乙", "weight"]


def test_a_past_without_votes_or_without_growth_judges_nobody():
    silent = past_seasons(ledger(2026, ""), [ledger(2025, "")], SETTINGS)
    assert votes_of_past(silent, SETTINGS).empty
    assert votes_of_past([], SETTINGS).empty
