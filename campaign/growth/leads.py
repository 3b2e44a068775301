"""Opportunities with people who are no customers yet: seasonal leads, and names of the lists."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.festival import CampaignWindow
from campaign.growth.industry import season_reasons
from campaign.growth.prospects import ORIGIN_LABELS
from campaign.growth.windows import is_open
from campaign.vocabulary import Source

PROSPECT_SEGMENT = "prospect"


def lead_opportunities(
    leads: pd.DataFrame, seasons: pd.DataFrame, window: CampaignWindow
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return opportunities and left-out prospects.

    A prospect whose trade is in season is an industry lead, any other one of the team's
    names; never both.

    Args:
        leads: What `prospects.prospect_leads` returned, with `trade`.
        seasons: What `industry.hot_seasons` returned for them.
        window: The campaign.

    Returns:
        Rows of OPPORTUNITIES before rates (with possible and segment), and of LEFT_OUT.
    """
    rows = leads.copy()
    hot = is_open(seasons["window_start"], seasons["window_end"]).to_numpy()
    rows["source"] = np.where(hot, Source.INDUSTRY.value, Source.TEAM.value)
    rows["segment"] = np.where(hot, PROSPECT_SEGMENT, rows["origin"])
    start, end = pd.Timestamp(window.start), pd.Timestamp(window.end)
    rows["window_start"] = seasons["window_start"].where(hot, start)
    rows["window_end"] = seasons["window_end"].where(hot, end)
    rows["sub_industry"] = seasons["sub_industry"].where(hot)
    origin = rows["origin"].map(ORIGIN_LABELS)
    tail = [f"名单来源：{a}，{b}" for a, b in zip(origin, rows["basis"], strict=True)]
    rows["reason"] = np.where(hot, season_reasons(seasons, tail), tail)
    rows["possible"] = rows["amount"]
    rows["is_prospect"] = True
    rows["source_rows"] = rows["source_row"]
    chosen = rows["excluded"].eq("")
    left = rows.assign(reason=rows["excluded"])[~chosen]
    return rows[chosen], left[["customer_id", "source", "reason"]]
