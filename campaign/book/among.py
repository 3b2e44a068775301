"""Which values of a column are among many known ones."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import numpy as np
import numpy.typing as npt
import pandas as pd


def is_among(column: pd.Series, known: AbstractSet[str]) -> npt.NDArray[np.bool_]:
    """Return which values are among known texts; a missing one is not.

    The texts know their hashes, so a set of a million is asked faster than an index is made.

    >>> is_among(pd.Series(["K1", None, "K3"], dtype="str"), {"K1", "K2"}).tolist()
    [True, False, False]
    """
    return np.fromiter(map(known.__contains__, column.tolist()), dtype=bool, count=len(column))
