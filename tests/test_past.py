from dataclasses import replace
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


def bare(book, *columns):
    """Return the ledger without these columns, as a bank that did not export them yet."""
    loans = book.loans.assign(**dict.fromkeys(columns))
    known = book.known["loans"] - set(columns)
    return replace(book, loans=type_of(book, loans), known=book.known | {"loans": known})


def type_of(book, loans):
    return loans.astype(book.loans.dtypes.to_dict())


def lined(as_of, start):
    """Return a ledger of `bank` in which every third customer has a limit, half of it undrawn."""
    book = bank(as_of, start)
    has = pd.Series(range(len(book.loans))) % 3 == 0
    loans = book.loans.assign(credit_limit=(book.loans["balance"] * 2).where(has), is_revolving=has)
    return replace(book, loans=loans, known=book.known | {"loans": book.known["loans"] | LIMITS})


LIMITS = {"credit_limit", "is_revolving"}


def test_three_ledgers_of_differing_columns_teach_what_each_pair_can_show():
    # The oldest knows neither limits nor trades: renewals are learnt of both pairs, drawings of one.
    oldest = bare(lined(date(2024, 11, 15), 2024), *LIMITS, "industry_code")
    old, now = lined(date(2025, 11, 15), 2025), lined(date(2026, 11, 15), 2026)
    rates = learn_past(now, [oldest, old], SETTINGS).rates.set_index(["source", "segment"])
    assert rates.loc[("renewal", ""), "observations"] == 60
    assert rates.loc[("draw", ""), "observations"] == 10
    season = learn_past(now, [oldest, old], SETTINGS).season
    assert season.loc[season["industry_code"] == "5226", "observations"].max() > 0
