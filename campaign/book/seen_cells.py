"""Notes the places of cells while a sheet is scanned: rows by column, and the first addresses."""

from __future__ import annotations

from array import array

from campaign.book.raw_sheet import Spots, column_letter

KEPT = 200
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


class SeenCells:
    """Places of one kind of cell; `spots()` gives them."""

    def __init__(self) -> None:
        """Start with none."""
        self._rows: dict[int, array[int]] = {}
        self._cells: list[str] = []

    def add(self, column: int, row: int) -> None:
        """Note a cell: its 0-based column and its Excel row; one off the sheet is none."""
        if not (0 <= column < LAST_COLUMN and 0 < row <= LAST_ROW):
            return
        self._rows.setdefault(column, array("I")).append(row)
        if len(self._cells) < KEPT:
            self._cells.append(f"{column_letter(column)}{row}")

    def spots(self) -> Spots:
        """Return the places noted."""
        rows = {column_letter(column): found for column, found in sorted(self._rows.items())}
        return Spots(rows, tuple(self._cells))
