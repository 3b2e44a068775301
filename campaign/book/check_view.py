"""The tables of a book as checks see them: with addresses and what is still alive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from campaign.book.addresses import Addresses
from campaign.book.loan_book import is_live
from campaign.findings import Finding
from campaign.vocabulary import ManagerStatus, Severity

GONE_STAFF = (ManagerStatus.LEFT.value, ManagerStatus.MOVED.value)


@dataclass(frozen=True)
class CheckedBook:
    """The tables under check, and where each field stands.

    Attributes:
        tables: Table name → typed table.
        known: Table name → fields that the files had.
        as_of: Day of the figures.
        where: Knows the cell of every field.
        unread: (table, field) of money whose unit is asked, so that nothing is known of it.
    """

    tables: Mapping[str, pd.DataFrame]
    known: Mapping[str, frozenset[str]]
    as_of: date
    where: Addresses
    unread: frozenset[tuple[str, str]] = frozenset()

    @property
    def loans(self) -> pd.DataFrame:
        """Return the loans."""
        return self.tables["loans"]

    @cached_property
    def live(self) -> pd.Series:
        """Return which loans count in the balance."""
        return is_live(self.loans)

    @cached_property
    def _codes(self) -> dict[str, np.ndarray]:
        return {}

    def codes(self, name: str) -> np.ndarray:
        """Return a column of the loans as numbers, equal ones for equal values, -1 for empty."""
        if name not in self._codes:
            self._codes[name] = pd.factorize(self.loans[name])[0].astype(np.int32)
        return self._codes[name]

    def rows_of_several(self, key: str, value: str, among: pd.Series | None = None) -> pd.DataFrame:
        """Return key, value and source_row of the loans of keys with more than one value.

        Args:
            key: Column of the loans, as customer_id.
            value: Column of the loans, as manager_id.
            among: Which loans to look at; all where none is given.
        """
        keys, values = self.codes(key), self.codes(value)
        looked = (keys >= 0) & (values >= 0)
        if among is not None:
            looked &= among.to_numpy()
        last = np.full(len(self.loans) + 1, -1)
        last[keys[looked]] = values[looked]
        several = np.unique(keys[looked & (last[keys] != values)])
        return self.loans.loc[looked & np.isin(keys, several), [key, value, "source_row"]]

    def cells(self, table: str, name: str, rows: pd.DataFrame) -> tuple[str, ...]:
        """Return the addresses of a field in some rows."""
        return self.where.cells(table, name, rows)


def warn_rows(  # noqa: PLR0913 - what, where and how it is said
    book: CheckedBook,
    rows: pd.DataFrame,
    name: str,
    kind: str,
    what: str,
    table: str = "loans",
) -> list[Finding]:
    """Return one warning about some rows, or none; `what` is said of one row."""
    if not len(rows):
        return []
    message = f"有 {len(rows)} 笔{what}"
    cells = book.cells(table, name, rows)
    return [Finding(kind, Severity.WARNING, message, len(rows), cells, what)]
