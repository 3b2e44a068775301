"""储备池需求: how many names each manager needs for what existing customers do not bring."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.growth.team import reserve_pool_need, weeks_until_dry
from campaign.vocabulary import RESERVE


def reserve_needs(
    managers: pd.DataFrame, opportunities: pd.DataFrame, weeks: float
) -> pd.DataFrame:
    """Return what each manager's pool of names must hold, and in how many weeks it is dry.

    The remaining target is what his existing customers are not expected to bring, net of
    run-off. Conversion and ticket are those of his own names under full care, else of the
    whole bank's.

    Formula:
        remaining = target - (expected net growth - expected of new customers), at least 0
        needed = remaining / (conversion x ticket), names over the whole campaign
        gained_a_week = (planned new contacts + referrals) / weeks
        shortfall = needed - stock - gained, at least 0
        weeks_left = stock / (needed / weeks - gained_a_week), at most the campaign

    Source:
        source_notes (提前做好客户储备池建设); domain rule G9; docs/method.md#team.

    Args:
        managers: Table MANAGER_PLANS.
        opportunities: Table OPPORTUNITIES under the plan.
        weeks: Weeks of the campaign with days to plan, at least 1.

    Returns:
        Table RESERVE, one row a manager.
    """
    fresh = opportunities[opportunities["is_prospect"].astype(bool)]
    names = fresh[fresh["origin"].notna()]
    by_manager = names.groupby("manager_id")
    table = managers[["manager_id", "manager_name", "branch"]].copy()
    key = table["manager_id"]
    brought = key.map(fresh.groupby("manager_id")["expected"].sum()).fillna(0.0)
    table["remaining"] = (managers["amount_target"] - managers["expected"] + brought).clip(lower=0)
    table["stock"] = key.map(by_manager["customer_id"].nunique()).fillna(0.0)
    for name, column in (("conversion", "full_probability"), ("ticket", "amount")):
        usual = names[column].mean() if len(names) else np.nan
        table[name] = key.map(by_manager[column].mean()).fillna(usual)
    table["gained_a_week"] = (managers["contacts"] + managers["referrals"]) / weeks
    rows = zip(table["remaining"], table["conversion"], table["ticket"], strict=True)
    needed = np.array([reserve_pool_need(*row) for row in rows], dtype=float)
    table["needed"] = np.where(np.isfinite(needed), np.ceil(needed), np.nan)
    gained = table["gained_a_week"] * weeks
    table["shortfall"] = np.ceil((table["needed"] - table["stock"] - gained).clip(lower=0))
    pace = table["needed"] / weeks
    left = [
        weeks_until_dry(stock, used, got)
        for stock, used, got in zip(table["stock"], pace, table["gained_a_week"], strict=True)
    ]
    table["weeks_left"] = np.where(pace.isna(), np.nan, np.minimum(left, weeks))
    return RESERVE.check(RESERVE.conform(table.round({"remaining": 2, "ticket": 2})))
