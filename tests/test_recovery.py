"""What `benchmarks/recovery.py` prints for twenty banks, held on a few small ones."""

import numpy as np
import pytest

from benchmarks.recovery import SETTINGS, by_source, coverage, covered, studied
from benchmarks.told_banks import book_of
from campaign.learn.past import learn_past
from campaign.synthetic.bank import make_bank

SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def study():
    return studied(SEEDS, 2_000)


@pytest.fixture(scope="module")
def money(study):
    return study.money.groupby("source")[["predicted", "actual"]].sum()


def test_most_intervals_hold_the_true_rate(study):
    assert len(study.rates) == 16 * len(SEEDS)
    assert covered(study.rates).mean() >= 0.8  # 85-95 % over sixty banks of 4,000 notes


def test_coverage_is_told_by_kind_with_its_error(study):
    rates, season = (table.assign(covered=covered(table)) for table in (study.rates, study.season))
    table = coverage(rates, season)
    assert table.loc["team", "intervals"] == 6 * len(SEEDS)
    assert table.loc["all rates", "covered"] == pytest.approx(rates["covered"].mean())
    assert table.loc["all rates", "error"] > 0


def test_money_is_told_by_source_with_the_error_of_its_ratio(study):
    table = by_source(study.money)
    assert {"", "draw", "top_up", "renewal", "beyond"} <= set(table.index)
    assert (table["ratio"] == table["actual"] / table["predicted"]).all()
    assert (table["error"] > 0).all()
    assert table.loc["renewal", "ratio"] == pytest.approx(1.0, abs=0.1)


def test_most_intervals_hold_the_true_season(study):
    assert covered(study.season).mean() >= 0.8
    around = study.season[study.season["week"].between(-1, 1)]
    assert covered(around).mean() >= 0.8


def test_expected_amounts_are_right_in_total(money):
    whole = money.loc[""]
    assert whole["actual"] / whole["predicted"] == pytest.approx(1.0, abs=0.2)


def test_ranking_by_worth_beats_the_largest_and_the_even_choice(money):
    actual = money["actual"]
    assert actual["plan"] > actual["largest_first"] > actual["equal"]


def past_of_its_own(seed):
    """Return what a made-up bank's own ledgers and log teach, and how its customers behave."""
    bank = make_bank(3_000, seed)
    same = {"customers": bank.customers, "managers": bank.managers}
    old = book_of(bank.before, loans=bank.loans_before, **same)
    new = book_of(bank.as_of, loans=bank.loans, contacts=bank.contacts, **same)
    return learn_past(new, [old], SETTINGS)


def test_a_banks_own_history_teaches_how_its_customers_answer_touches():
    """A touch of the history helps from its day on, so the days of touches and loans tell its effect.

    Managers go again to those who answer better, so one visit looks like less of all that touches
    can do, and all of it like more; what one visit adds is right.
    """
    adds = []
    for seed in SEEDS:
        past = past_of_its_own(seed)
        first = past.response.table.iloc[0]
        assert first["low"] <= 5 / 9  # behaviour: an effect of beta(5, 4) a visit
        assert first["high"] >= 0.5
        rates = past.rates.set_index(["source", "segment"]).loc[("top_up", "")]
        adds.append(first["share"] * (rates["full_probability"] - rates["natural_probability"]))
    assert np.mean(adds) == pytest.approx(0.125, abs=0.04)  # 5/9 of 0.225, the mean uplift
