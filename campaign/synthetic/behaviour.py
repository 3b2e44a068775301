"""How each customer answers: what he does anyway, and what visits and calls add to it."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from campaign.synthetic.customers import Town
from campaign.synthetic.streams import Streams
from campaign.synthetic.values import DAY, Days

Floats = NDArray[np.float64]
# From the touch that won a customer to his loan.
DAYS_TO_LOAN = 5, 40
# More days than any customer has, to put customer and day into one sortable number.
DAY_SPAN = 10**6


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


def touches_between(
    touches: pd.DataFrame, who: NDArray[np.int64], first: Days, last: Days
) -> tuple[Floats, Floats]:
    """Return visits and calls that customers had between two days, both included.

    Args:
        touches: customer (row), day, is_visit.
        who: Customers (rows), as often as asked for.
        first: First day that counts, one a customer asked for.
        last: Last day that counts, likewise.

    Example:
        >>> days = pd.to_datetime(["2026-01-05", "2026-01-20", "2026-02-01"])
        >>> log = pd.DataFrame({"customer": [7, 7, 7], "day": days, "is_visit": [True, False, True]})
        >>> asked = np.array([7, 8]), np.array(["2026-01-05"] * 2, "M8[D]"), np.array(["2026-01-31"] * 2, "M8[D]")
        >>> [kind.tolist() for kind in touches_between(log, *asked)]
        [[1.0, 0.0], [1.0, 0.0]]
    """
    begin, end = _places(who, first), _places(who, last)
    place = _places(touches["customer"].to_numpy(), touches["day"].to_numpy())
    is_visit = touches["is_visit"].to_numpy(bool)
    counts = []
    for kind in (is_visit, ~is_visit):
        known = np.sort(place[kind])
        inside = np.searchsorted(known, end, "right") - np.searchsorted(known, begin, "left")
        counts.append(np.maximum(inside, 0).astype(float))
    return counts[0], counts[1]


def _places(who: NDArray[np.int64], day: Days) -> NDArray[np.int64]:
    return np.asarray(who * DAY_SPAN + day.astype("datetime64[D]").astype(np.int64))


def played_by_day(truth: pd.DataFrame, touches: pd.DataFrame, streams: Streams) -> pd.DataFrame:
    """Return the truth with `probability`, `happened`, `lent` and `day` under dated touches.

    Who would have come anyway comes on the day he wanted; whom a touch won comes some weeks
    after the touch that won him, never before. A renewal has its own day, the maturity, and a
    touch after it helps no more.

    Args:
        truth: unit_id, source, amount, wanted_on, luck, both probabilities and both effects.
        touches: customer_id (a unit's), day, is_visit.
        streams: Of the days from touch to loan.
    """
    asked = truth.reset_index(drop=True).reset_index(names="row")
    renews = asked["source"].eq("renewal")
    met = asked.merge(touches, left_on="unit_id", right_on="customer_id")
    met = met[~(met["source"].eq("renewal") & (met["day"] > met["wanted_on"]))]
    met = met.sort_values(["row", "day", "is_visit"], kind="stable")
    by_row = met.groupby("row")["is_visit"]
    visits = by_row.cumsum().to_numpy(float)
    met["reached"] = answered(
        (met["natural_probability"].to_numpy(), met["full_probability"].to_numpy()),
        (met["visit_effect"].to_numpy(), met["call_effect"].to_numpy()),
        (visits, by_row.cumcount().to_numpy(float) + 1 - visits),
    )
    reached = met.groupby("row")["reached"].max().reindex(asked["row"])
    probability = reached.fillna(asked["natural_probability"])
    won = met[met["luck"] < met["reached"]].drop_duplicates("row").set_index("row")["day"]
    waits = streams("days from touch to loan").integers(*DAYS_TO_LOAN, len(asked))
    won = won.reindex(asked["row"]) + waits * DAY
    day = asked["wanted_on"].where(renews | (asked["luck"] < asked["natural_probability"]), won)
    happened = asked["luck"] < probability
    return asked.drop(columns="row").assign(
        probability=probability,
        happened=happened,
        lent=asked["amount"].where(happened, 0.0),
        day=day.where(happened),
    )
