"""Campaign weeks of a whole column of days, each counted from its nearest festival."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.festival import spring_festival
from campaign.festival.feasts import FIRST_YEAR, LAST_YEAR

# The weeks of the season; in all others an index is 1.
FIRST_WEEK, LAST_WEEK = -20, 12


def campaign_weeks(days: pd.Series) -> pd.Series:
    """Return the campaign week of each day; unknown where the day is.

    The festival counted from is the nearest one, so that a year's weeks run from about
    -27 to +27 and no week of the autumn counts as late spring of the festival before.

    Source:
        campaign.festival.campaign_week, for one day.

    Example:
        >>> days = pd.Series(pd.to_datetime(["2026-12-28", "2027-02-06", "2027-11-01"]))
        >>> campaign_weeks(days).tolist()
        [-5.0, 0.0, -12.0]
    """
    weeks = pd.Series(np.nan, index=days.index, dtype="float64")
    known = days.notna()
    if known.any():
        festivals = _festivals(days[known])
        numbers = days[known].to_numpy().astype("datetime64[D]").astype(np.int64)
        nearest = np.searchsorted((festivals[1:] + festivals[:-1]) // 2, numbers)
        apart = _mondays(numbers) - _mondays(festivals[nearest])
        weeks[known] = (apart // 7).astype("float64")
    return weeks


def _festivals(days: pd.Series) -> np.ndarray:
    """Return the day number of each festival that could be nearest."""
    first = max(int(days.min().year) - 1, FIRST_YEAR)
    last = min(int(days.max().year) + 1, LAST_YEAR)
    dates = [spring_festival(year) for year in range(first, last + 1)]
    return np.array(dates, dtype="datetime64[D]").astype(np.int64)


def _mondays(numbers: np.ndarray) -> np.ndarray:
    """Return the Monday on or before each day; day 0 (1970-01-01) was a Thursday."""
    mondays: np.ndarray = numbers - (numbers + 3) % 7
    return mondays
