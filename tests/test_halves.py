"""Each half of the customers rated by what the other half did."""

import dataclasses

import pandas as pd

from campaign.learn.conversion import prior_rates
from campaign.learn.halves import half_of, rated_by_other_half
from campaign.learn.matching import ledger_pair
from campaign.learn.past_season import PastSeason
from campaign.settings import Settings
from campaign.vocabulary import EVENTS, HEADROOM, OPPORTUNITIES
from tests.builders import make_book
from tests.test_backtest import END, START

SETTINGS = Settings()
PRIOR = prior_rates(SETTINGS)
PAIR = ledger_pair(make_book(START.date(), loans=[]), make_book(END.date(), loans=[]))


def season_of(count, came):
    """Return a season of customers with 10万 to draw, of whom those for whom `came` holds drew all."""
    people = pd.DataFrame({"customer_id": [f"K{number}" for number in range(count)]})
    drew = came(people["customer_id"])
    events = people.assign(
        branch="城关", old_balance=1e5, season_balance=1e5 + 1e5 * drew, topped_up=False,
        increase=0.0, matured=False, arrived=False, period_start=START, period_end=END,
        event_date=pd.Timestamp("2026-01-10"),
    )  # fmt: skip
    room = people.assign(undrawn=1e5, new_money=0.0, grade="B")
    rows = people.assign(
        opportunity_id=people["customer_id"], source="draw", amount=55_000.0,
        natural_probability=0.25, full_probability=0.4, is_prospect=False,
    )  # fmt: skip
    season = PastSeason(PAIR, HEADROOM.conform(room), EVENTS.conform(events), people)
    return OPPORTUNITIES.conform(rows), season


def all_of_one_half(number):
    """Return who came where all of half 1 did, and a tenth of the other."""
    return (half_of(number) == 1) | number.str.endswith("0")


def test_a_half_expects_what_the_other_half_did():
    rows, season = season_of(200, all_of_one_half)
    rated, _ = rated_by_other_half(rows, PRIOR, season, SETTINGS)
    natural = rated.groupby(half_of(rated["customer_id"]))["natural_probability"].first()
    assert natural[0] > 0.5 > 0.25 > natural[1]


def test_the_amount_follows_the_share_that_the_other_half_took():
    rows, season = season_of(200, all_of_one_half)
    rated, _ = rated_by_other_half(rows, PRIOR, season, SETTINGS)
    amount = rated.groupby(half_of(rated["customer_id"]))["amount"].first()
    # All drew all, against a prior of 55 % that weighs as ten loans: more loans teach more.
    assert amount[0] > amount[1] > 55_000


def test_growth_beyond_is_expected_of_the_other_half_too():
    rows, season = season_of(200, all_of_one_half)
    grown = season.events.assign(season_balance=season.events["season_balance"] * 1.5)
    more = dataclasses.replace(season, events=grown)
    _, beyond = rated_by_other_half(rows, PRIOR, more, SETTINGS)
    assert len(beyond) == 2
    assert beyond["expected"].gt(0).any()


def test_too_few_or_none_that_grew_teach_nothing():
    few, season = season_of(40, lambda number: number != "")
    assert rated_by_other_half(few, PRIOR, season, SETTINGS) is None
    many, idle = season_of(200, lambda number: number == "")
    assert rated_by_other_half(many, PRIOR, idle, SETTINGS) is None
