"""What gives way when a plan with days is repaired."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.plan.commitments import Commitments
from campaign.plan.grid import make_grid
from campaign.plan.problem import build_problem
from campaign.plan.repair import repair
from campaign.settings import Settings
from campaign.vocabulary import MUST_TOUCH
from tests.builders_plan import (
    MONDAY,
    campaign,
    daily,
    growth,
    opportunities,
    visit_problem,
    workdays,
)

ONE_A_DAY = Settings().with_values(
    {"capacity": {"meeting_days": 0.0, "slack_share": 0.0, "visits_per_day": 1.0}}
)


def test_a_duty_worth_nothing_takes_the_day_that_a_richer_touch_held_before():
    promise = MUST_TOUCH.conform(
        pd.DataFrame({"customer_id": ["K1"], "earliest": [MONDAY], "latest": [MONDAY]})
    ).astype({"earliest": "datetime64[s]", "latest": "datetime64[s]"})
    found = opportunities(
        {"customer_id": "K2", "amount": 1e6}, {"customer_id": "K1", "amount": 0.0}
    )
    window = campaign(end=workdays(5)[-1])
    bound = Commitments(must=promise)
    grid = make_grid(build_problem(growth(found), window, ONE_A_DAY, frozenset(), bound))
    duty = int(np.flatnonzero(grid.duty > 0)[0])
    rich = int(np.flatnonzero(grid.ids == "K2-V1")[0])
    grid.kept[rich] = 0
    held = np.full(len(grid.ids), -1)
    held[rich] = 0

    repaired = repair(grid, held, np.array([duty, rich]))

    assert repaired[duty] == 0
    assert repaired[rich] == 1


def test_what_a_limit_has_left_goes_to_a_touch_worth_more_than_one_that_gives_way():
    rows = [
        {"candidate_id": "A-V1", "customer_id": "A", "value": 10.0, "resources": "rate_quota:100"},
        {"candidate_id": "B-V1", "customer_id": "B", "value": 6.0},
        {"candidate_id": "C-V1", "customer_id": "C", "value": 99.0, "resources": "rate_quota:500"},
    ]
    usual = {"manager_id": "M1", "earliest": 0, "latest": 0}
    quota = {"owner": "城关支行", "resource": "rate_quota", "amount": 200.0}
    period = {"period_start": 0, "period_end": 0}
    problem = visit_problem([usual | row for row in rows], [*daily("M1", [1.0]), quota | period])
    grid = make_grid(problem)
    held = np.array([-1, 0, -1])
    repaired = repair(grid, held, np.array([1]), exchanges=1)
    assert repaired.tolist() == [-1, 0, -1]
    repaired = repair(grid, held, np.array([1, 0, 2]), exchanges=1)
    assert repaired.tolist() == [0, -1, -1]
