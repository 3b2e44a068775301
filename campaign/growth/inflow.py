"""New customers who come of themselves, as many as in the same weeks of last season."""

from __future__ import annotations

import pandas as pd

from campaign.festival import CampaignWindow
from campaign.settings import TeamRules
from campaign.vocabulary import INFLOW, OPPORTUNITIES, WALK_IN, Grade, Source


def inflow_opportunities(
    inflow: pd.DataFrame, staff: pd.DataFrame, window: CampaignWindow, rules: TeamRules
) -> pd.DataFrame:
    """Return what walk-in customers may bring each manager without anybody's visit.

    Known only where an older ledger shows last season; else there is no row, for unknown
    is not zero and `growth_findings` says so. The managers of a branch share it evenly.

    Formula:
        amount = money of last season's unvisited new customers of the branch / managers;
        natural = full = inflow_share: no touch adds to it

    Args:
        inflow: Table INFLOW, from `learn.inflow`.
        staff: Table STAFF.
        window: The campaign.
        rules: Share of last season that is counted on again.

    Returns:
        Table OPPORTUNITIES without numbers.
    """
    people = staff.sort_values("manager_id", kind="stable")
    rows = people[["manager_id", "branch"]].merge(INFLOW.check(inflow), on="branch")
    sharing = rows.groupby("branch")["manager_id"].transform("size")
    rows["amount"] = (rows["amount"] / sharing).round(2)
    rows = rows[rows["amount"] > 0].reset_index(drop=True)
    rows["customer_id"] = WALK_IN + "-" + rows["manager_id"]
    rows["is_prospect"] = True
    rows["source"] = Source.TEAM.value
    share = rules.inflow_share
    rows["natural_probability"] = rows["full_probability"] = rows["probability"] = share
    rows["expected"] = (rows["amount"] * share).round(2)
    rows["window_start"], rows["window_end"] = pd.Timestamp(window.start), pd.Timestamp(window.end)
    rows["grade"] = Grade.B.value
    count = rows["customers"].astype("int64").astype("str")
    rows["reason"] = (
        "去年同期本支行未经走访自己上门的新客户 " + count + f" 户，按 {share:.0%} 估；不占走访"
    )
    return OPPORTUNITIES.conform(rows)
