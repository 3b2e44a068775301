from datetime import date

import pandas as pd
import pytest

from campaign.learn.history import compare_pair
from campaign.learn.matching import ledger_pair
from campaign.learn.past_season import PastSeason
from campaign.learn.trails import trails_of
from campaign.settings import Settings
from campaign.vocabulary import HEADROOM
from tests.builders import make_book

SETTINGS = Settings()
NOTE = {"balance": 300_000.0, "maturity_date": "2027-12-31", "start_date": "2025-01-10"}


def note(key, **more):
    return NOTE | {"customer_id": key, "loan_note_id": key} | more


def season_of(*contacts):
    """K1 took 8万 more on 2026-01-30; K2 and K3 did not."""
    old = [note("K1"), note("K2"), note("K3")]
    fresh = note("K1", loan_note_id="B", balance=80_000.0, start_date="2026-01-30")
    names = ("contact_date", "customer_id", "method")
    log = [dict(zip(names, row, strict=True)) for row in contacts]
    before = make_book(date(2025, 11, 15), loans=old)
    after = make_book(date(2026, 10, 31), loans=[*old, fresh], contacts=log)
    pair = ledger_pair(before, after)
    room = [(key, 200_000.0, 0.0, "B") for key in ("K1", "K2", "K3")]
    headroom = pd.DataFrame(room, columns=["customer_id", "new_money", "undrawn", "grade"])
    return PastSeason(pair, HEADROOM.conform(headroom), compare_pair(pair, SETTINGS), headroom)


VISITS = (
    ("2026-01-10", "K1", "上门"),
    ("2026-02-20", "K1", "上门"),
    ("2026-01-10", "K2", "上门"),
    ("2026-03-01", "K2", "电话"),
)


def test_touches_after_the_new_money_and_untouched_customers_do_not_count():
    trails = trails_of(season_of(*VISITS), SETTINGS)
    assert trails.people["customer_id"].tolist() == [0, 1]  # K1 and K2, by number
    assert trails.people["came"].tolist() == [True, False]
    assert trails.touches["person"].tolist() == [0, 1, 1]
    assert trails.touches["nth"].tolist() == [1, 1, 2]


def test_an_effect_shows_day_by_day():
    touches = trails_of(season_of(*VISITS), SETTINGS).touches
    # K1 came 20 days after his visit, one day of 45; by 31 March 80 and 30 days had passed for K2.
    assert touches["shows"].tolist() == pytest.approx([1 / 45, 1.0, 30 / 45])
    assert touches["calls"].tolist() == [0, 0, 1]


def test_who_came_long_after_his_visit_came_of_himself():
    touches = trails_of(season_of(("2025-12-05", "K1", "上门")), SETTINGS).touches
    assert touches["shows"].tolist() == [0.0]


def test_without_a_log_there_are_no_trails():
    assert trails_of(season_of(), SETTINGS).people.empty
