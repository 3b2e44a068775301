"""The columns of a sheet in the making: what the child says of them, chunk by chunk."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from campaign.book.column import Column, Part, Pool, as_codes, as_numbers
from campaign.book.raw_sheet import Cell, Spots, column_index

Packed = str | bytes | list[Cell]


class ColumnsMade:
    """Takes chunks of rows; `columns()` gives the columns.

    A chunk may be wider or narrower than those before it; what is missing is empty.
    """

    def __init__(self) -> None:
        """Begin with no rows."""
        self.height = 0
        self._made: list[_ColumnMade] = []

    def add(self, chunk: Sequence[Packed]) -> None:
        """Take a chunk of rows, packed by columns."""
        self._made += [_ColumnMade() for _ in range(len(chunk) - len(self._made))]
        for made, cells in zip(self._made, chunk, strict=False):
            made.add(cells, self.height)
        self.height = max(made.height for made in self._made)

    def columns(self, left: int, waiting: Spots | None = None) -> list[Column]:
        """Return the columns, equally long.

        Args:
            left: How many empty Excel columns stand before the first.
            waiting: Formulas that wait to be computed, which are empty: an old .xls stores a
                zero there.
        """
        columns = [made.column(self.height) for made in self._made]
        for letters, rows in (waiting.rows if waiting else {}).items():
            place = column_index(letters) - left
            if 0 <= place < len(columns):
                within = np.array([row - 1 for row in rows if row <= self.height], dtype=np.intp)
                columns[place] = columns[place].without(within)
        return columns


class _ColumnMade:
    """One column in the making."""

    def __init__(self) -> None:
        self.height = 0
        self._pool = Pool()
        self._parts: list[Part] = []

    def add(self, packed: Packed, top: int) -> None:
        """Take the cells from the row `top` on."""
        self._fill_to(top)
        part = self._unpacked(packed)
        self._parts.append(part)
        self.height += max(len(cells) for cells in part if cells is not None)

    def column(self, height: int) -> Column:
        """Return the column, `height` rows long."""
        self._fill_to(height)
        numbers = codes = None
        if any(part[1] is not None for part in self._parts):
            numbers = np.concatenate([as_numbers(part) for part in self._parts])
        if numbers is None or any(part[0] is not None for part in self._parts):
            codes = np.concatenate([as_codes(part) for part in self._parts])
        return Column(codes, numbers, self._pool.cells, repeats=self._pool.repeats)

    def _fill_to(self, height: int) -> None:
        if height > self.height:
            self._parts.append((np.zeros(height - self.height, dtype=np.int32), None))
            self.height = height

    def _unpacked(self, packed: Packed) -> Part:
        if isinstance(packed, bytes):
            return None, np.frombuffer(packed, dtype=np.float64)
        if isinstance(packed, str):
            return self._pool.parts(packed.split("\0"))
        return self._pool.parts(packed)
