"""People and firms that are not customers yet: a bought list, own contacts, referred names."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from campaign.synthetic.customers import make_customers, need_of
from campaign.synthetic.facts import place_and_trade
from campaign.synthetic.history import Past
from campaign.synthetic.identities import credit_codes, phones
from campaign.synthetic.names import firm_names
from campaign.synthetic.streams import Streams
from campaign.synthetic.values import DAY, known_where, rounded

ORIGINS = ("external_list", "own_visit", "referral")
ORIGIN_SHARES = np.cumsum([0.70, 0.20, 0.10])
PROSPECT_ORDER = 40_000_000
CAPITALS = np.array([5e4, 1e5, 2e5, 5e5, 1e6, 2e6])
KNOWN_SHARE, STRUCK_OFF_SHARE, SPOKE_SHARE = 0.015, 0.03, 0.4


def prospects(past: Past, customers: pd.DataFrame, count: int) -> pd.DataFrame:
    """Return the table PROSPECTS; a few of them are customers already, as in bought lists.

    `need`, `trade` and `warmth` stand beside its columns, for the truth.

    Args:
        past: The town, the day and the random numbers.
        customers: Customers of today, who may have named a prospect.
        count: Number of prospects.
    """
    inner = Streams(past.streams.seed + 1_000_003)
    people = make_customers(past.town, count, inner)
    drawn = inner("origin").random(count) * ORIGIN_SHARES[-1]
    origin = np.array(ORIGINS, dtype=object)[np.searchsorted(ORIGIN_SHARES, drawn)]
    frame = pd.concat(
        [
            _registered(past, people, inner),
            place_and_trade(past.town, people, inner("house number")),
            _kept_by(past, people, customers, origin, inner),
            people[["trade", "warmth"]].assign(need=need_of(past.town, people)),
        ],
        axis=1,
    )
    return _with_known_ones(frame, customers, inner("known"))


def _registered(past: Past, people: pd.DataFrame, streams: Streams) -> pd.DataFrame:
    """Return what the register says of a firm."""
    order = np.arange(len(people))
    is_firm = people["customer_type"].isin(["company", "cooperative"])
    kind = np.where(is_firm, people["customer_type"], "sole_trader")
    code = np.select([kind == "company", kind == "cooperative"], ["91", "93"], "92")
    trade = people["trade"].to_numpy()
    struck_off = streams("struck off").random(len(people)) < STRUCK_OFF_SHARE
    return pd.DataFrame(
        {
            "prospect_id": [f"MD{number + 1:06d}" for number in order],
            "customer_name": firm_names(past.town.county, trade, kind, streams("register names")),
            "cert_no": credit_codes(code, order + PROSPECT_ORDER),
            "phone": phones(order + PROSPECT_ORDER),
            "registered_capital": CAPITALS[streams("capital").integers(0, 6, len(people))],
            "founded": past.today - streams("founded").integers(90, 6_000, len(people)) * DAY,
            "operating_status": np.where(struck_off, "注销", "存续"),
        }
    )


def _kept_by(
    past: Past,
    people: pd.DataFrame,
    customers: pd.DataFrame,
    origin: NDArray[np.object_],
    streams: Streams,
) -> pd.DataFrame:
    """Return origin, branch, manager and referrer; a bought list has no manager yet."""
    own = origin != "external_list"
    luck = streams("wanted").random((2, len(people)))
    wanted = rounded(need_of(past.town, people) * (0.5 + 0.6 * luck[1]))
    branch = people["branch_row"].to_numpy()
    manager = past.town.managers["manager_id"].to_numpy()[people["manager_row"]]
    referrer = _referrers(customers, branch, streams("referrer"))
    return pd.DataFrame(
        {
            "origin": origin,
            "wanted_amount": np.where(own & (luck[0] < SPOKE_SHARE), wanted, np.nan),
            "branch": past.town.branches["branch"].to_numpy()[branch],
            "manager_id": known_where(own, manager),
            "referrer_id": known_where(origin == "referral", referrer),
        }
    )


def _referrers(
    customers: pd.DataFrame, branch: NDArray[np.int64], luck: np.random.Generator
) -> NDArray[np.object_]:
    """Return for each prospect a customer of the same branch who named him."""
    order = np.argsort(customers["branch_row"].to_numpy(), kind="stable")
    sorted_branch = customers["branch_row"].to_numpy()[order]
    first = np.searchsorted(sorted_branch, branch)
    many = np.maximum(np.searchsorted(sorted_branch, branch, side="right") - first, 1)
    place = np.minimum(first + (luck.random(len(branch)) * many).astype(int), len(order) - 1)
    return np.asarray(customers["customer_id"].to_numpy()[order[place]])


def _with_known_ones(
    frame: pd.DataFrame, customers: pd.DataFrame, luck: np.random.Generator
) -> pd.DataFrame:
    """Put some customers of the bank into the bought list, as if the seller did not know."""
    draws = luck.random((2, len(frame)))
    known = np.flatnonzero((draws[0] < KNOWN_SHARE) & (frame["origin"] == "external_list"))
    whose = (draws[1][known] * len(customers)).astype(int)
    for name in ("customer_name", "cert_no", "phone"):
        values = frame[name].to_numpy(dtype=object).copy()
        values[known] = customers[name].to_numpy()[whose]
        frame[name] = values
    return frame
