"""Customers as numbers, so that whole tables are matched and counted without comparing texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.intp]


@dataclass(frozen=True)
class CustomerNumbers:
    """The customers of four tables, row by row, as numbers from 0 on; unknown is -1."""

    touches: Numbers
    opportunities: Numbers
    screen: Numbers
    left_out: Numbers

    @classmethod
    def of(cls, *columns: pd.Series) -> CustomerNumbers:
        """Number the customers of the tables' columns, in the order of the attributes.

        >>> one, none = pd.Series(["K1"]), pd.Series([], dtype="str")
        >>> CustomerNumbers.of(pd.Series(["K1", "K2"]), one, none, one).touches.tolist()
        [0, 1]
        """
        texts = np.concatenate([np.asarray(column, dtype=object) for column in columns])
        ends = np.cumsum([len(column) for column in columns])[:-1]
        return cls(*np.split(pd.factorize(texts)[0], ends))

    def among(self, customers: Numbers, wanted: Numbers) -> NDArray[np.bool_]:
        """Return which of some customers are wanted.

        >>> one = pd.Series(["K1", "K2"])
        >>> numbers = CustomerNumbers.of(one, one, one, one)
        >>> numbers.among(numbers.screen, numbers.touches[:1]).tolist()
        [True, False]
        """
        known = np.zeros(self._count + 1, dtype=bool)  # the last stands for unknown
        known[wanted] = True
        known[-1] = False
        found: NDArray[np.bool_] = known[customers]
        return found

    def first(self, rows: Numbers, customers: Numbers) -> Numbers:
        """Return in which of some rows each customer stands first, -1 where in none.

        >>> one, other = pd.Series(["K1", "K1"]), pd.Series(["K2", "K1"])
        >>> numbers = CustomerNumbers.of(one, one, one, other)
        >>> numbers.first(numbers.touches, numbers.left_out).tolist()
        [-1, 0]
        """
        at = np.full(self._count + 1, -1, dtype=np.intp)
        at[rows[::-1]] = np.arange(len(rows))[::-1]
        at[-1] = -1
        found: Numbers = at[customers]
        return found

    def different(self, groups: pd.Series, customers: Numbers) -> pd.Series:
        """Return how many different customers each group has; rows of neither are not counted.

        >>> one = pd.Series(["K1", "K1"])
        >>> numbers = CustomerNumbers.of(one, one, one, one)
        >>> numbers.different(pd.Series(["M1", "M1"]), numbers.touches).to_dict()
        {'M1': 1}
        """
        group, names = pd.factorize(groups)
        known = (group >= 0) & (customers >= 0)
        pairs = pd.unique(group[known].astype(np.int64) * (self._count + 1) + customers[known])
        counts = np.bincount(pairs // (self._count + 1), minlength=len(names))
        return pd.Series(counts, index=pd.Index(names))

    @property
    def _count(self) -> int:
        columns = (self.touches, self.opportunities, self.screen, self.left_out)
        return 1 + max(int(column.max(initial=-1)) for column in columns)
