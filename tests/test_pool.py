"""The reserve pool by hand."""

from datetime import date

import pandas as pd
import pytest

from campaign.progress.pool import measure_pool
from campaign.settings.progress import PoolRules
from campaign.vocabulary import ISSUED, OUTCOMES, PACE

START, DAY = date(2026, 12, 1), date(2026, 12, 14)


def test_stock_and_weeks_left():
    issued = ISSUED.conform(pd.DataFrame({"candidate_id": list("abcdef"), "manager_id": "m1"}))
    outcomes = OUTCOMES.conform(
        pd.DataFrame(
            {
                "candidate_id": ["a", "b"],
                "manager_id": "m1",
                "customer_id": ["k1", "k2"],
                "outcome": ["applied", "interested"],
                "wanted_amount": [100_000.0, 200_000.0],
            }
        )
    )
    pace = PACE.conform(
        pd.DataFrame({"manager_id": ["m1"], "done": 2, "amount": 0.0, "target": 180_000.0})
    )
    pool = measure_pool(issued, outcomes, pace, PoolRules(), start=START, day=DAY).iloc[0]
    assert pool["stock"] == 0.60 * 100_000 + 0.15 * 200_000
    assert (pool["open_touches"], pool["applied"], pool["interested"]) == (4, 1, 1)
    assert pool["weeks_left"] == 4
    assert pool["cover"] == pytest.approx(0.5)


def test_a_target_reached_has_no_cover():
    pace = PACE.conform(
        pd.DataFrame({"manager_id": ["m1"], "done": 0, "amount": 5.0, "target": 5.0})
    )
    pool = measure_pool(
        ISSUED.empty(), OUTCOMES.empty(), pace, PoolRules(), start=START, day=DAY
    ).iloc[0]
    assert pd.isna(pool["cover"])
    assert pd.isna(pool["weeks_left"])
