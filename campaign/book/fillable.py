"""A column of texts that can be filled in, whatever was known of it."""

from __future__ import annotations

import pandas as pd


def make_fillable(frame: pd.DataFrame, name: str) -> None:
    """Let a frame have a column that takes texts; one of which nothing is known may hold numbers.

    >>> managers = pd.DataFrame({"branch": [float("nan")]})
    >>> make_fillable(managers, "branch")
    >>> managers.loc[0, "branch"] = "东街支行"
    >>> managers["branch"].tolist()
    ['东街支行']
    """
    known = frame[name] if name in frame else pd.Series(None, frame.index, dtype=object)
    frame[name] = known.astype(object)
