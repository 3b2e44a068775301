"""What an old customer's money did in the season: drawn, more beyond the limit, renewed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.learn.at_risk import season_span
from campaign.settings import Settings


def customer_outcomes(
    opportunities: pd.DataFrame, headroom: pd.DataFrame, events: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """Return what came of each customer of a list, in yuan, inside the season.

    A rise of the balance is first a drawing, as far as the old limits had room, then more.
    Customers that neither ledger shows any more count as zero.

    Returns:
        drawn, more, renewed, old_balance, manager_id; index customer_id.
    """
    undrawn = headroom.set_index("customer_id")["undrawn"].fillna(0.0)
    first = opportunities.sort_values("opportunity_id").drop_duplicates("customer_id")
    managers = first.set_index("customer_id")["manager_id"].sort_index()
    seen = events.set_index("customer_id").reindex(managers.index)
    rise = (seen["season_balance"] - seen["old_balance"]).clip(lower=0).fillna(0.0)
    rise = rise.where(_in_season(seen, events, settings), 0.0)
    rise = rise.where(rise >= settings.learn.top_up_least, 0.0)
    drawn = np.minimum(rise, undrawn.reindex(managers.index).fillna(0.0))
    return pd.DataFrame(
        {
            "drawn": drawn,
            "more": rise - drawn,
            "renewed": seen["renewed_amount"].fillna(0.0),
            "old_balance": seen["old_balance"].fillna(0.0),
            "manager_id": managers,
        }
    )


def _in_season(seen: pd.DataFrame, events: pd.DataFrame, settings: Settings) -> pd.Series:
    """Return whether new money came inside the season, or on a day that is not known."""
    if events.empty:
        return pd.Series(False, index=seen.index)
    first = events.iloc[0]
    days = first["period_start"].date(), first["period_end"].date()
    span = season_span(*days, settings.campaign)
    return seen["event_date"].isna() | seen["event_date"].between(span.start, span.stop)
