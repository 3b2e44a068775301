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
from tests.builders_plan import MONDAY, campaign, growth, opportunities, workdays

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
