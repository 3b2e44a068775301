"""How each customer answers: what he does anyway, and what visits and calls add to it."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from campaign.synthetic.customers import Town
from campaign.synthetic.streams import Streams

Floats = NDArray[np.float64]


def make_behaviour(town: Town, customers: pd.DataFrame, streams: Streams) -> pd.DataFrame:
    """Return each customer's own chances and effects, in the customers' order.

    Columns: `top_up_natural`, `top_up_full`, `top_up_share` (of what he needs in all),
    `renew_natural`, `renew_full`, `visit_effect`, `call_effect` (share of the remaining
    distance that one touch covers), `names_per_visit`.
    """
    count = len(customers)
    season = town.county.season_share()[customers["trade"].to_numpy()]
    appetite, warmth, quality = (
        customers[name].to_numpy() for name in ("appetite", "warmth", "quality")
    )
    natural = -2.95 + 0.75 * appetite + 3.0 * (season - 0.5)
    renewal = 3.1 + 0.45 * quality + 0.25 * warmth
    visit = streams("visit effect").beta(5.0, 4.0, count)
    return pd.DataFrame(
        {
            "top_up_natural": chance(natural),
            "top_up_full": chance(natural + 1.7 + 0.45 * warmth),
            "top_up_share": streams("top up share").beta(2.2, 4.0, count),
            "renew_natural": chance(renewal),
            "renew_full": chance(renewal + 1.0 + 0.2 * warmth),
            "visit_effect": visit,
            "call_effect": visit * streams("call effect").beta(2.0, 5.0, count),
            "names_per_visit": streams("names per visit").gamma(1.3, 0.45, count),
        }
    )


def chance(log_odds: NDArray[np.float64]) -> Floats:
    """Return the probability of these log-odds.

    Example:
        >>> float(chance(np.array([0.0]))[0])
        0.5
    """
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))


def answered(
    ends: tuple[Floats, Floats], effects: tuple[Floats, Floats], touches: tuple[Floats, Floats]
) -> Floats:
    """Return the probability after visits and calls.

    Formula:
        p0 + (p1 - p0) x (1 - (1 - visit effect)^visits x (1 - call effect)^calls)

    Args:
        ends: Natural probability p0 and full probability p1.
        effects: Effect of one visit and of one call.
        touches: Number of visits and of calls.

    Example:
        A customer at 0.1, at most 0.5, one visit that covers half the way:

        >>> one = np.array([1.0])
        >>> ends, effects = (one * 0.1, one * 0.5), (one * 0.5, one * 0.2)
        >>> round(float(answered(ends, effects, (one, one * 0))[0]), 3)
        0.3
    """
    natural, full = ends
    missing = (1 - effects[0]) ** touches[0] * (1 - effects[1]) ** touches[1]
    return np.asarray(natural + (full - natural) * (1 - missing))


def season_of(
    customers: pd.DataFrame, touches: pd.DataFrame, days: tuple[object, object]
) -> tuple[Floats, Floats]:
    """Return visits and calls by customer between two days, both included."""
    inside = touches[(touches["day"] >= days[0]) & (touches["day"] <= days[1])]
    count = len(customers)
    visits = np.bincount(inside.loc[inside["is_visit"], "customer"], minlength=count)
    calls = np.bincount(inside.loc[~inside["is_visit"], "customer"], minlength=count)
    return visits.astype(float), calls.astype(float)
