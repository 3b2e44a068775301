"""What `benchmarks/recovery.py` prints for twenty banks, held on a few small ones."""

import pandas as pd
import pytest

from benchmarks.recovery import covered, found_rates, scored_again
from benchmarks.told_banks import told_again, told_bank

SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def studied():
    rates, money = [], []
    for seed in SEEDS:
        told = told_bank(2_000, seed)
        rates.append(found_rates(told))
        money.append(scored_again(told, told_again(told, seed + 1_000)))
    return pd.concat(rates, ignore_index=True), pd.concat(money).groupby("source").sum()


def test_most_intervals_hold_the_true_rate(studied):
    rates, _ = studied
    assert len(rates) == 16 * len(SEEDS)
    assert covered(rates).mean() >= 0.75  # 85-95 % over twenty banks of 4,000 notes


def test_expected_amounts_are_right_in_total(studied):
    whole = studied[1].loc[""]
    assert whole["actual"] / whole["predicted"] == pytest.approx(1.0, abs=0.2)


def test_ranking_by_worth_beats_the_largest_and_the_even_choice(studied):
    actual = studied[1]["actual"]
    assert actual["plan"] > actual["largest_first"] > actual["equal"]
