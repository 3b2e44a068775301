"""Notes what a scan of a sheet sees: cells, by column and the first addresses; hidden rows."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from campaign.book.raw_sheet import SheetFacts, Spots, column_letter

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


@dataclass
class SeenSheet:
    """What a scan has seen of a sheet so far; `facts()` gives it."""

    errors: SeenCells = field(default_factory=SeenCells)
    uncached: SeenCells = field(default_factory=SeenCells)
    hidden_rows: list[int] = field(default_factory=list)
    filtered: bool = False
    has_values: bool = True

    def facts(self, *, from_1904: bool = False) -> SheetFacts:
        """Return what was seen of the sheet of a book that counts its days from 1900 or 1904."""
        return SheetFacts(
            errors=self.errors.spots(),
            uncached=self.uncached.spots(),
            hidden_rows=self.hidden_rows,
            filtered=self.filtered,
            has_values=self.has_values,
            from_1904=from_1904,
        )
