"""储备池: what stands at each stage, and in how many weeks it runs dry."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from campaign.progress.pace import count_by_manager
from campaign.progress.standing import new_money, standings
from campaign.settings.progress import PoolRules
from campaign.vocabulary import POOL, VisitOutcome


def measure_pool(
    issued: pd.DataFrame,
    outcomes: pd.DataFrame,
    pace: pd.DataFrame,
    rules: PoolRules,
    *,
    start: date,
    day: date,
) -> pd.DataFrame:
    """Say how much each manager has in reserve and how long it lasts.

    Args:
        issued: Table ISSUED of the plan version in force.
        outcomes: Table OUTCOMES.
        pace: Table PACE of the same day.
        rules: Chance that each stage ends in a loan.
        start: First day of the campaign.
        day: The day of the review.

    Returns:
        Table POOL, one row a manager of `pace`.

    Formula:
        stock = sum of open amounts x chance of their stage
        weeks_left = open touches / touches done a week so far
        cover = stock / (target - amount), unknown once the target is reached
    """
    done = outcomes[outcomes["outcome"].notna()]
    weeks = max((day - start).days + 1, 1) / 7
    table = pace[["manager_id", "done", "amount", "target"]].copy()
    undone = issued[~issued["candidate_id"].isin(done["candidate_id"])]
    table["open_touches"] = count_by_manager(table, undone)
    stand = standings(new_money(done, issued))
    stages = _stages(stand, rules)
    for name in ("follow_ups", "interested", "applied"):
        table[name] = count_by_manager(table, stand[stages["stage"] == name])
    weighed = stand["wanted_amount"].fillna(0) * stages["chance"]
    stock = weighed.groupby(stand["manager_id"]).sum()
    table["stock"] = table["manager_id"].map(stock).fillna(0.0).round(2)
    table["weekly_use"] = table["done"] / weeks
    table["weeks_left"] = table["open_touches"] / table["weekly_use"].where(table["weekly_use"] > 0)
    left = table["target"] - table["amount"]
    table["cover"] = table["stock"] / left.where(left > 0)
    return POOL.check(POOL.conform(table))


def _stages(done: pd.DataFrame, rules: PoolRules) -> pd.DataFrame:
    outcome = done["outcome"]
    applied = outcome.isin([VisitOutcome.APPLIED.value, VisitOutcome.APPROVED.value])
    interested = outcome == VisitOutcome.INTERESTED.value
    follow = outcome == VisitOutcome.FOLLOW_UP.value
    chances = [rules.applied_chance, rules.interested_chance, rules.follow_up_chance]
    hits = [applied, interested, follow]
    return pd.DataFrame(
        {
            "stage": np.select(hits, ["applied", "interested", "follow_ups"], default=""),
            "chance": np.select(hits, chances, default=0.0),
        },
        index=done.index,
    )
