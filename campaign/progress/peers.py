"""Who is compared with whom: managers with like books, and the gap to them in four factors."""

from __future__ import annotations

import numpy as np
import pandas as pd

FACTORS = ("activity", "reach", "conversion", "ticket")
CHAIN = ("done", "met", "disbursed", "amount")
PARTS = tuple(f"{factor}_gap" for factor in FACTORS)


def like_books(managers: pd.DataFrame, count: int) -> dict[str, tuple[str, ...]]:
    """Return for each manager the others whose book is nearest in size, new ones with new.

    Size is the balance kept, on a scale of ratios; a tie, as where no balance is known, is
    broken by the number of customers. A manager alone in his group is compared with all others.

    Args:
        managers: manager_id, is_new, customers, balance.
        count: How many peers.

    Example:
        >>> managers = pd.DataFrame({"manager_id": ["a", "b", "c", "d"], "customers": 50,
        ...     "is_new": [False, False, False, True], "balance": [1e7, 2e7, 9e7, 1e7]})
        >>> like_books(managers, 1)["a"], like_books(managers, 1)["d"]
        (('b',), ('a',))
    """
    table = managers.assign(
        new=managers["is_new"].fillna(False).astype(bool),
        size=np.log1p(managers["balance"].fillna(0.0).clip(lower=0.0)),
        people=np.log1p(managers["customers"].fillna(0.0)),
    ).sort_values("manager_id", kind="stable")
    found = {}
    for row in table.to_dict("records"):
        others = table[table["manager_id"] != row["manager_id"]]
        group = others[others["new"] == row["new"]]
        group = group if len(group) else others
        away = (group["size"] - row["size"]).abs() + 1e-6 * (group["people"] - row["people"]).abs()
        nearest = group.assign(away=away).sort_values(["away", "manager_id"], kind="stable")
        found[str(row["manager_id"])] = tuple(nearest["manager_id"].head(count))
    return found


def peer_averages(pace: pd.DataFrame, peers: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """Return the average of each manager's peers, on the index of `pace`."""
    numbers = pace.set_index("manager_id")[list(CHAIN)].astype(float)
    rows = []
    for manager in pace["manager_id"]:
        known = [one for one in peers.get(manager, ()) if one in numbers.index]
        rows.append(numbers.loc[known].mean() if known else numbers.iloc[:0].mean())
    return pd.DataFrame(rows, columns=list(CHAIN)).set_index(pace.index)


def compare_with_peers(pace: pd.DataFrame, peers: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """Split each manager's amount against his peers' average into the four factors.

    A factor that cannot be seen because an earlier one is nothing is 1, so that the product
    still holds.

    Formula:
        amount = done x (met / done) x (disbursed / met) x (amount / disbursed), so
        gap_ratio = activity x reach x conversion x ticket, each own by peers' figure; in
        yuan a factor's part is L x ln(factor), L = (own - peers) / ln(own / peers), which
        sum to the gap; where a factor is nothing it takes the whole gap.

    Returns:
        Columns peer_done, peer_met, peer_disbursed, peer_amount, gap_ratio, the four factors, gap and the four parts of it, on
        the index of `pace`; factors and parts unknown where the peers have lent nothing.

    Example:
        A manager with half the visits of his peer and all else alike:

        >>> pace = pd.DataFrame({"manager_id": ["a", "b"], "done": [10.0, 20.0],
        ...     "met": [5.0, 10.0], "disbursed": [1.0, 2.0], "amount": [2e5, 4e5]})
        >>> row = compare_with_peers(pace, {"a": ("b",), "b": ("a",)}).loc[0]
        >>> [float(row[f]) for f in ("activity", "reach", "conversion", "ticket", "gap_ratio")]
        [0.5, 1.0, 1.0, 1.0, 0.5]
        >>> float(row["gap"]), float(row["activity_gap"]), float(row["reach_gap"])
        (-200000.0, -200000.0, 0.0)
    """
    theirs = peer_averages(pace, peers)
    factors = pd.DataFrame(index=pace.index)
    own_before, peer_before = pd.Series(1.0, pace.index), pd.Series(1.0, pace.index)
    for factor, stage in zip(FACTORS, CHAIN, strict=True):
        own = _step(pace[stage], own_before)
        peer = theirs[stage] / peer_before.where(peer_before > 0)
        factors[factor] = (own / peer.where(peer > 0)).where(own.notna(), 1.0)
        own_before, peer_before = pace[stage], theirs[stage]
    for stage in CHAIN:
        factors[f"peer_{stage}"] = theirs[stage]
    factors["gap_ratio"] = pace["amount"] / theirs["amount"].where(theirs["amount"] > 0)
    factors.loc[factors["gap_ratio"].isna(), list(FACTORS)] = np.nan
    factors["gap"] = pace["amount"] - theirs["amount"]
    return factors.join(_in_yuan(factors, pace["amount"].astype(float)))


def _in_yuan(factors: pd.DataFrame, own: pd.Series) -> pd.DataFrame:
    """Return the parts of the gap by factor, in yuan, rounded so that they sum to it."""
    values = factors[list(FACTORS)].to_numpy(dtype=float)
    gap, peer = factors["gap"].to_numpy(dtype=float), factors["peer_amount"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = own.to_numpy() / peer
        mean = np.where(np.isclose(ratio, 1.0), peer, gap / np.log(ratio))
        parts = mean[:, None] * np.log(values)
    nothing = values == 0
    only = nothing & (np.cumsum(nothing, axis=1) == 1)
    parts = np.where(nothing.any(axis=1)[:, None], np.where(only, gap[:, None], 0.0), parts)
    return pd.DataFrame(parts, columns=list(PARTS), index=factors.index)


def _step(now: pd.Series, before: pd.Series) -> pd.Series:
    return now / before.where(before > 0)
