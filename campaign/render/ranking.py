"""Rows in order and the first few of each group; texts are compared only where numbers tie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from campaign.growth.keys import numbered, order_of, places_of, runs

if TYPE_CHECKING:
    from numpy.typing import NDArray


def ranked(frame: pd.DataFrame, order: Mapping[str, bool]) -> pd.DataFrame:
    """Return rows sorted as a stable `sort_values` does, unknown ones last.

    Args:
        frame: Any table.
        order: Columns to sort by, with whether ascending; texts are.

    >>> rows = pd.DataFrame({"value": [1.0, 2.0, 1.0], "customer_id": ["K2", "K3", "K1"]})
    >>> ranked(rows, {"value": False, "customer_id": True})["customer_id"].tolist()
    ['K3', 'K1', 'K2']
    """
    return frame.iloc[places(frame, order)]


def places(frame: pd.DataFrame, order: Mapping[str, bool]) -> NDArray[np.intp]:
    """Return where the rows stand that `ranked` returns, in their order."""
    names = list(order)
    texts: list[pd.Series] = []
    while len(names) > 1 and order[names[-1]] and frame[names[-1]].dtype == "str":
        texts.insert(0, frame[names.pop()])
    found: NDArray[np.intp] = order_of([_number(frame[n], order[n]) for n in names], texts)
    return found


def top(frame: pd.DataFrame, by: str, order: Mapping[str, bool], most: int) -> pd.DataFrame:
    """Return the first `most` rows of each group, in the order that `ranked` gives.

    >>> rows = pd.DataFrame({"manager_id": ["M1", "M2", "M1"], "value": [1.0, 2.0, 3.0]})
    >>> top(rows, "manager_id", {"value": False}, 1)["value"].tolist()
    [3.0, 2.0]
    """
    place = places(frame, order)
    group = pd.factorize(frame[by])[0][place]
    by_group = np.argsort(group, kind="stable")
    starts = runs(group[by_group])
    lengths = np.diff(np.append(starts, len(group)))
    rank = np.empty(len(group), dtype=np.int64)
    rank[by_group] = np.arange(len(group)) - np.repeat(starts, lengths)
    return frame.iloc[place[(rank < most) & (group >= 0)]]


def _number(column: pd.Series, ascending: bool) -> NDArray[np.float64] | NDArray[np.int64]:
    """Return numbers that order as the column does, unknown ones last."""
    if column.dtype == "str":
        if ascending:
            places: NDArray[np.int64] = places_of(column)
            return places
        number, names = numbered(column)
        return np.where(number < 0, len(names), len(names) - 1 - number)
    if column.dtype.kind == "M":
        days = column.to_numpy().astype("datetime64[s]")
        number = days.view(np.int64)
        number = number if ascending else -number
        return np.where(np.isnat(days), np.iinfo(np.int64).max, number)
    values = column.to_numpy(dtype=float, na_value=np.nan)
    return values if ascending else -values
