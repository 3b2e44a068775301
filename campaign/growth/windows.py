"""When a touch makes sense, inside the campaign's own first and last day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.festival import CampaignWindow
from campaign.vocabulary import Signal


def inside(
    first: pd.Series, last: pd.Series, window: CampaignWindow
) -> tuple[pd.Series, pd.Series]:
    """Return first and last days kept inside the campaign; unknown days become its own.

    A span that lies outside comes back with its first day after its last: see `is_open`.
    """
    start, end = pd.Timestamp(window.start), pd.Timestamp(window.end)
    return first.where(first >= start, start), last.where(last <= end, end)


def first_days(
    signal: pd.Series, on_credit: np.ndarray, window: CampaignWindow, wait_days: int
) -> pd.Series:
    """Return the first day to ask each customer for growth.

    A customer of yellow signal without collateral waits until `wait_days` after 初一: who
    comes through the festival is sound. 0 days: nobody waits.
    """
    start = pd.Timestamp(window.start)
    later = pd.Timestamp(window.festival) + pd.Timedelta(days=wait_days)
    waits = signal.eq(Signal.YELLOW.value) & on_credit & (wait_days > 0) & (later > start)
    return pd.Series(start, index=signal.index).mask(waits, later)


def is_open(first: pd.Series, last: pd.Series) -> pd.Series:
    """Return whether a span kept inside the campaign has a day left."""
    return first <= last
