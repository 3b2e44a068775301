"""Which customers of a manager lie near enough to each other for one day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.growth.places import kilometres

NEARBY = "@"


def nearby(places: pd.DataFrame, customers: pd.DataFrame, within: float) -> pd.Series:
    """Return by customer_id the places that are visited together, by distance.

    A manager's places fall into groups: around the place with most others within half the
    distance, then again among those left. So no two of a group are farther apart than
    `within`. A customer without coordinates goes with the group that most of his area are in,
    else stays with his area.

    Args:
        places: Table PLACES.
        customers: Table TOUCHED_CUSTOMERS.
        within: Greatest distance inside a group, in kilometres.

    Returns:
        Names of groups, empty without coordinates; an area's own name where it stays.
    """
    known = customers.merge(places, on="customer_id").sort_values("customer_id")
    if known.empty:
        return pd.Series(dtype="str")
    plane = kilometres(known)
    group = np.full(len(known), "", dtype=object)
    for manager, rows in known.groupby("manager_id", sort=True).indices.items():
        for number, members in enumerate(_groups(plane[rows], within / 2)):
            group[rows[members]] = f"{NEARBY}{manager}/{number}"
    known = known.assign(group=group)
    by_area = known[known["area"].notna()].groupby(["manager_id", "area", "group"]).size()
    most = by_area.rename("count").reset_index()
    most = most.sort_values(
        ["manager_id", "area", "count", "group"], ascending=[True, True, False, True]
    )
    most = most.drop_duplicates(["manager_id", "area"])[["manager_id", "area", "group"]]
    rest = customers[~customers["customer_id"].isin(known["customer_id"])]
    rest = rest.merge(most, on=["manager_id", "area"], how="left")
    rest["group"] = rest["group"].where(rest["group"].notna(), rest["area"])
    both = pd.concat([known, rest])[["customer_id", "group"]].dropna(subset=["group"])
    return both.set_index("customer_id")["group"]


def _groups(plane: np.ndarray, radius: float) -> list[np.ndarray]:
    """Return rows that lie within a radius of one of them, the fullest group first."""
    apart = plane[:, None, :] - plane[None, :, :]
    near = (apart**2).sum(axis=-1) <= radius**2
    left = np.ones(len(plane), dtype=bool)
    found = []
    while left.any():
        counts = (near & left[None, :]).sum(axis=1) * left
        members = np.flatnonzero(near[int(counts.argmax())] & left)
        left[members] = False
        found.append(members)
    return found
