from datetime import date

import pandas as pd

from campaign.learn.conversion import prior_rates
from campaign.learn.past import learn_past
from campaign.learn.season import prior_season
from campaign.settings import Settings
from tests.builders import make_book

SETTINGS = Settings()


def bank(as_of, start, number=30):
    """Return a ledger of customers whose one-year notes fall due after `start` each year."""
    note = {"balance": 2e5, "loan_amount": 2e5, "industry_code": "5226", "loan_class": "normal"}
    loans = [
        note
        | {"customer_id": f"K{i}", "loan_note_id": f"{start}/{i}", "start_date": f"{start}-01-10"}
        | {"maturity_date": f"{start + 1}-01-10"}
        for i in range(number)
    ]
    return make_book(as_of, loans=loans)


OLDEST, OLD, NOW = (bank(date(year, 11, 15), year) for year in (2024, 2025, 2026))


def test_without_history_the_rates_are_the_prior():
    past = learn_past(NOW, [], SETTINGS)
    pd.testing.assert_frame_equal(past.rates, prior_rates(SETTINGS))
    assert not past.season.equals(prior_season(SETTINGS.learn))


def test_every_two_ledgers_that_follow_each_other_are_compared():
    def renewed(old_books):
        rates = learn_past(NOW, old_books, SETTINGS).rates
        return rates.set_index(["source", "segment"]).loc[("renewal", "")]

    assert renewed([OLD])["observations"] == 30
    assert renewed([OLD, OLDEST])["observations"] == 60
    assert renewed([OLD])["natural_probability"] > 0.8


def test_the_order_of_old_ledgers_does_not_matter():
    one, other = (learn_past(NOW, books, SETTINGS) for books in ([OLD, OLDEST], [OLDEST, OLD]))
    pd.testing.assert_frame_equal(one.rates, other.rates)
    pd.testing.assert_frame_equal(one.season, other.season)


def test_findings_of_all_pairs_are_told():
    kinds = [finding.kind for finding in learn_past(NOW, [OLD, OLDEST], SETTINGS).findings]
    assert kinds == ["no_settled_notes"] * 2 + ["no_touch_log"] * 2
