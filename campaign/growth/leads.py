"""Opportunities with people who are no customers yet: seasonal leads, and names of the lists."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.festival import CampaignWindow
from campaign.growth.industry import season_reasons
from campaign.growth.keys import first_that_holds, numbered, order_of
from campaign.growth.prospects import CALL_ORDER, ORIGIN_LABELS
from campaign.growth.rates import UNRATED
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
        leads: What `prospects.with_judgement` returned, with `trade`.
        seasons: What `industry.hot_seasons` returned for them.
        window: The campaign.

    Returns:
        Rows of OPPORTUNITIES before rates (with possible and segment), and of LEFT_OUT.
    """
    rows = leads.copy(deep=False)
    hot = is_open(seasons["window_start"], seasons["window_end"]).to_numpy()
    rows["source"] = first_that_holds([hot], [Source.INDUSTRY.value], Source.TEAM.value)
    rows["segment"] = rows["origin"].mask(hot, PROSPECT_SEGMENT)
    start, end = pd.Timestamp(window.start), pd.Timestamp(window.end)
    rows["window_start"] = seasons["window_start"].where(hot, start)
    rows["window_end"] = seasons["window_end"].where(hot, end)
    rows["sub_industry"] = seasons["sub_industry"].where(hot)
    reason = _where_from(rows)
    now = np.flatnonzero(hot)
    reason[now] = season_reasons(seasons.iloc[now], reason[now].tolist())
    rows["reason"] = reason
    rows["possible"] = rows["amount"]
    rows["is_prospect"] = True
    rows["source_rows"] = rows["source_row"]
    chosen = rows["excluded"].eq("")
    left = rows.assign(reason=rows["excluded"])[~chosen]
    names = [name for name in rows if name in UNRATED]
    return rows.loc[chosen, names], left[["customer_id", "source", "reason"]]


def _where_from(leads: pd.DataFrame) -> np.ndarray:
    """Return in words where each name comes from and what its amount rests on."""
    origin, origins = numbered(leads["origin"])
    basis, words = numbered(leads["basis"])
    said = [[f"名单来源：{ORIGIN_LABELS[one]}，{word}" for word in words] for one in origins]
    table = np.array(said, dtype=object).reshape(len(origins), len(words))
    found: np.ndarray = table[origin, basis]
    return found


def with_call_ranks(opportunities: pd.DataFrame) -> pd.DataFrame:
    """Return opportunities with the order in which a manager calls his prospects, from 1.

    Where the number came from goes first (referred and own ones before bought lists), then what a
    touch adds: amount x (full - natural probability).

    Source:
        source_notes: numbers got at own visits and surveys convert better;
        docs/method.md#team.
    """
    order = {origin.value: place for place, origin in enumerate(CALL_ORDER)}
    called = opportunities["origin"].notna().to_numpy()
    names = ["amount", "full_probability", "natural_probability", "manager_id", "origin"]
    rows = opportunities.loc[called, [*names, "opportunity_id"]]
    gain = rows["amount"] * (rows["full_probability"] - rows["natural_probability"])
    manager, _ = numbered(rows["manager_id"])
    place = rows["origin"].map(order).to_numpy()
    by = [manager, place, -gain.to_numpy()]
    called_in_turn = rows.iloc[order_of(by, [rows["opportunity_id"]])]
    rank = called_in_turn.groupby("manager_id").cumcount() + 1.0
    return opportunities.assign(call_rank=rank.reindex(opportunities.index))
