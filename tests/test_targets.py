"""Targets: what the book names, what the call asks for, and how a gap is shared."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.plan.targets import bank_target, given_targets, scaled_to, share_out
from campaign.settings import CampaignRules
from tests.builders import make_book

UNSET = CampaignRules()


def given_in_book(*rows: tuple[str, str | None, float]) -> pd.Series:
    lines = [{"subject": s, "metric": m, "target": t} for s, m, t in rows]
    return given_targets(make_book(targets=lines).targets)


def test_net_growth_is_a_target_and_other_metrics_are_not():
    found = given_in_book(
        ("城关支行", "贷款净增", 5e6),
        ("城关支行", "新增户数", 80.0),
        ("东街支行", "存款日均增长", 9e6),
        ("西街支行", None, 3e6),
    )
    assert found.to_dict() == {"城关支行": 5e6, "西街支行": 3e6}


def test_the_first_line_of_a_subject_counts():
    assert given_in_book(("全行", None, 3e8), ("全行", None, 2e8)).to_dict() == {"全行": 3e8}


@pytest.mark.parametrize(
    ("lines", "asked", "setting", "expected"),
    [
        ([("全行", None, 3e8)], 2e8, 1e8, 2e8),
        ([("全行", None, 3e8)], None, 1e8, 1e8),
        ([("全行", None, 3e8), ("城关支行", None, 1e8)], None, 0.0, 3e8),
        ([("清河农商银行", None, 3e8)], None, 0.0, 3e8),
        ([("城关支行", None, 1e8), ("东街支行", None, 5e7)], None, 0.0, 1.5e8),
    ],
)
def test_where_the_banks_target_comes_from(lines, asked, setting, expected):
    rules = CampaignRules(target=setting)
    branches = ["城关支行", "东街支行"]
    assert bank_target(given_in_book(*lines), branches, "清河农商银行", asked, rules) == expected


def test_a_target_that_nobody_set_is_unknown():
    assert np.isnan(bank_target(given_in_book(), ["城关支行"], "", None, UNSET))


def test_own_targets_stand_and_the_rest_is_shared():
    expected, weight = pd.Series([10.0, 20.0, 30.0]), pd.Series([1.0, 1.0, 3.0])
    own = pd.Series([25.0, np.nan, np.nan])
    # 100 - 25 = 75 for the others, who expect 50: the gap of 25 falls one to three.
    assert share_out(100.0, expected, weight, own).tolist() == [25.0, 26.25, 48.75]


def test_without_growth_a_gap_is_shared_evenly():
    zero = pd.Series([0.0, 0.0])
    assert share_out(10.0, zero, zero, pd.Series([np.nan, np.nan])).tolist() == [5.0, 5.0]


def test_an_unknown_total_leaves_own_targets_alone():
    own = pd.Series([25.0, np.nan])
    shared = share_out(float("nan"), pd.Series([1.0, 2.0]), pd.Series([1.0, 1.0]), own)
    assert shared.tolist()[:1] == [25.0]
    assert np.isnan(shared[1])


@given(
    st.floats(-1e9, 1e9),
    st.lists(st.tuples(st.floats(-1e7, 1e7), st.floats(0, 1e7)), min_size=1, max_size=20),
)
def test_shares_add_up_to_the_fen(total, people):
    expected, weight = (pd.Series(list(column)) for column in zip(*people, strict=True))
    total = round(total, 2)
    shared = share_out(total, expected.round(2), weight, pd.Series(np.nan, index=expected.index))
    assert round(float(shared.sum()), 2) == pytest.approx(total, abs=0.005)


def test_branch_targets_are_scaled_to_a_total_that_was_asked_for():
    assert scaled_to(3e8, pd.Series([1e8, 1e8])).tolist() == [1.5e8, 1.5e8]


def test_targets_are_not_scaled_where_one_is_missing():
    own = pd.Series([1e8, np.nan])
    assert scaled_to(3e8, own).equals(own)
