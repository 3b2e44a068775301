"""What an old customer's money did in the season: drawn, more beyond the limit, renewed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.learn.clock import season_span
from campaign.settings import Settings


def customer_outcomes(
    opportunities: pd.DataFrame, headroom: pd.DataFrame, events: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """Return what came of each customer of a list, in yuan, inside the season.

    A rise of the balance is first a drawing, as far as the old limits had room, then more.
    Customers that neither ledger shows any more count as zero.

    Returns:
        drawn, more (in it within and beyond what was held possible), renewed, old_balance, manager_id; index customer_id.
    """
    undrawn = headroom.set_index("customer_id")["undrawn"].fillna(0.0)
    first = opportunities.sort_values("opportunity_id").drop_duplicates("customer_id")
    managers = first.set_index("customer_id")["manager_id"].sort_index()
    seen = events.set_index("customer_id").reindex(managers.index)
    rise = season_rise(seen, events, settings)
    drawn = np.minimum(rise, undrawn.reindex(managers.index).fillna(0.0))
    possible = headroom.set_index("customer_id")[["new_money", "undrawn"]].fillna(0.0).sum(axis=1)
    beyond = (rise - possible.reindex(managers.index).fillna(0.0)).clip(lower=0.0)
    return pd.DataFrame(
        {
            "drawn": drawn,
            "more": rise - drawn,
            "within": rise - drawn - beyond,
            "beyond": beyond,
            "renewed": seen["season_renewed"].fillna(0.0),
            "old_balance": seen["old_balance"].fillna(0.0),
            "manager_id": managers,
        }
    )


def season_rise(seen: pd.DataFrame, events: pd.DataFrame, settings: Settings) -> pd.Series:
    """Return how far each customer's balance rose up to the season's end, in yuan; else 0.

    Only a rise of at least `top_up_least` whose new money came in the season, or on no known
    day, counts.
    """
    rise = (seen["season_balance"] - seen["old_balance"]).clip(lower=0).fillna(0.0)
    rise = rise.where(_in_season(seen, events, settings), 0.0)
    return rise.where(rise >= settings.learn.top_up_least, 0.0)


def _in_season(seen: pd.DataFrame, events: pd.DataFrame, settings: Settings) -> pd.Series:
    """Return whether new money came inside the season, or on a day that is not known."""
    if events.empty:
        return pd.Series(False, index=seen.index)
    first = events.iloc[0]
    days = first["period_start"].date(), first["period_end"].date()
    span = season_span(*days, settings.campaign)
    return seen["event_date"].isna() | seen["event_date"].between(span.start, span.stop)
