"""Which rows of a table stand there twice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd


def rows_again(rows: pd.DataFrame, names: Sequence[str]) -> npt.NDArray[np.intp]:
    """Return the places of rows that are as an earlier one in these columns, unknown ones alike.

    As `DataFrame.duplicated`, only sooner: a column is looked at only where all before it are
    the same, so the ones that differ most had better come first.

    >>> rows = pd.DataFrame({"customer_id": ["K1", "K2", "K1"], "value": [1.0, 2.0, 1.0]})
    >>> rows_again(rows, ["customer_id", "value"]).tolist()
    [2]
    """
    whole, left = np.zeros(len(rows), dtype=np.int64), np.arange(len(rows))
    for name in names:
        column = rows[name].iloc[left]
        is_text = column.dtype == "str"
        number, distinct = pd.factorize(np.asarray(column, dtype=object) if is_text else column)
        whole = whole * (len(distinct) + 1) + number + 1
        same = pd.Series(whole).duplicated(keep=False).to_numpy()
        whole, left = pd.factorize(whole[same])[0], left[same]
    again: npt.NDArray[np.intp] = left[pd.Series(whole).duplicated().to_numpy()]
    return again
