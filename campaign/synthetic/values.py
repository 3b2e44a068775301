"""Small sums on days and amounts that the rooms of the synthetic bank share."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

DAY = np.timedelta64(1, "D")
NEVER = np.datetime64("NaT", "D")

Days = NDArray[np.datetime64]


def days_between(first: Any, last: Any) -> NDArray[np.float64]:
    """Return whole days from `first` to `last`, unknown where one of them is.

    Example:
        >>> days = np.array(["2026-11-15", "NaT"], dtype="datetime64[D]")
        >>> days_between(np.datetime64("2026-11-01"), days).tolist()
        [14.0, nan]
    """
    span = np.asarray(last, dtype="datetime64[D]") - np.asarray(first, dtype="datetime64[D]")
    return np.where(np.isnat(span), np.nan, span.astype(np.int64).astype(float))


def known_where(known: Any, values: Any) -> NDArray[np.object_]:
    """Return the values, None where they are not known.

    Example:
        >>> known_where(np.array([True, False]), "x").tolist()
        ['x', None]
    """
    mask = np.asarray(known, dtype=bool)
    result = np.full(len(mask), None, dtype=object)
    spread = np.broadcast_to(np.asarray(values, dtype=object), mask.shape)
    result[mask] = spread[mask]
    return result


def add_months(days: Days, months: NDArray[np.int64]) -> Days:
    """Return the same day of the month so many months later, or its last day.

    Example:
        >>> str(add_months(np.array(["2025-08-31"], dtype="datetime64[D]"), np.array([6]))[0])
        '2026-02-28'
    """
    month = days.astype("datetime64[M]")
    later = month + months.astype("timedelta64[M]")
    last = (later + 1).astype("datetime64[D]") - DAY
    day = later.astype("datetime64[D]") + (days - month.astype("datetime64[D]"))
    return np.asarray(np.minimum(day, last))


def rounded(amount: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round an amount as loans are: to 1, 5, 10 or 50 thousand and more, by its size.

    Example:
        >>> rounded(np.array([83_400.0, 273_000.0, 1_260_000.0, 7_740_000.0])).tolist()
        [80000.0, 270000.0, 1250000.0, 7500000.0]
    """
    step = np.select(
        [amount < 300_000, amount < 1_000_000, amount < 3_000_000],
        [10_000, 10_000, 50_000],
        500_000,
    )
    return np.asarray(np.maximum(np.round(amount / step) * step, 20_000.0))
