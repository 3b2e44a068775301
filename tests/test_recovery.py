"""What `benchmarks/recovery.py` prints for twenty banks, held on a few small ones."""

import pytest

from benchmarks.recovery import covered, studied

SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def study():
    return studied(SEEDS, 2_000)


@pytest.fixture(scope="module")
def money(study):
    return study.money.groupby("source")[["predicted", "actual"]].sum()


def test_most_intervals_hold_the_true_rate(study):
    assert len(study.rates) == 16 * len(SEEDS)
    assert covered(study.rates).mean() >= 0.75  # 85-95 % over twenty banks of 4,000 notes


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
