"""Pace: what is done of what is due, by hand."""

from datetime import date

import pandas as pd
import pytest

from campaign.progress.pace import measure_pace, stage_flags
from campaign.vocabulary import ISSUED, OUTCOMES

MANAGERS = pd.DataFrame(
    {
        "manager_id": ["m1", "m2"],
        "manager_name": ["甲", "乙"],
        "branch": ["城关", "城关"],
        "target": [1_000_000.0, 500_000.0],
    }
)


def issued(*rows):
    columns = ["candidate_id", "date", "manager_id", "customer_id", "channel", "purposes", "value"]
    return ISSUED.conform(pd.DataFrame(rows, columns=columns))


def outcomes(*rows):
    columns = [
        "candidate_id",
        "manager_id",
        "customer_id",
        "channel",
        "outcome",
        "wanted_amount",
        "referrals",
    ]
    return OUTCOMES.conform(pd.DataFrame(rows, columns=columns))


@pytest.fixture
def plan():
    return issued(
        ("a", "2026-12-01", "m1", "k1", "visit", "top_up;referral", 3000.0),
        ("b", "2026-12-02", "m1", "k2", "call", "top_up", 1000.0),
        ("c", "2026-12-09", "m1", "k3", "visit", "top_up;referral", 4000.0),
    )


def row(table, manager="m1"):
    return table.set_index("manager_id").loc[manager]


def test_due_is_weighed_by_value(plan):
    pace = row(measure_pace(plan, outcomes(), MANAGERS, date(2026, 12, 2)))
    assert (pace["planned"], pace["done"]) == (2, 0)
    assert pace["share_due"] == pytest.approx(0.5)
    assert pace["target_due"] == pytest.approx(500_000)
    assert pace["amount_ratio"] == 0


def test_a_manager_without_plan_has_unknown_ratios(plan):
    pace = row(measure_pace(plan, outcomes(), MANAGERS, date(2026, 12, 2)), "m2")
    assert pace["planned"] == 0
    assert pd.isna(pace["activity_ratio"])
    assert pd.isna(pace["amount_ratio"])


def test_results_move_the_counts(plan):
    done = outcomes(
        ("a", "m1", "k1", "visit", "disbursed", 200_000.0, 2),
        ("b", "m1", "k2", "call", "not_met", None, None),
    )
    pace = row(measure_pace(plan, done, MANAGERS, date(2026, 12, 2)))
    assert (pace["done"], pace["met"], pace["applied"], pace["disbursed"]) == (2, 1, 1, 1)
    assert (pace["amount"], pace["referrals"], pace["referral_steps"]) == (200_000, 2, 1.0)
    assert pace["amount_ratio"] == pytest.approx(0.4)


def test_a_refusal_is_no_open_amount(plan):
    done = outcomes(
        ("a", "m1", "k1", "visit", "refused", 90_000.0, None),
        ("c", "m1", "k3", "visit", "applied", 50_000.0, None),
    )
    assert row(measure_pace(plan, done, MANAGERS, date(2026, 12, 9)))["open_amount"] == 50_000


def test_a_later_stage_holds_the_earlier_ones():
    flags = stage_flags(pd.DataFrame({"outcome": ["approved", None, "not_met"]}))
    assert flags["interested"].tolist() == [True, False, False]
    assert flags["disbursed"].tolist() == [False, False, False]
    assert flags["met"].tolist() == [True, False, False]
