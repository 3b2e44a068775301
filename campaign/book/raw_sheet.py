"""A sheet as it came out of a file: columns of raw cells and where each cell stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

Cell = str | float | bool
EMPTY = ""
# From so many rows on texts that nothing needs are kept no more, and this stands for them.
LONG, NOT_KEPT = 500_000, "（未装入）"


@dataclass(frozen=True)
class Spots:
    """Cells of one kind of trouble.

    Attributes:
        rows: Excel column letters → Excel rows.
        cells: The first addresses, in the order of the sheet.
    """

    rows: Mapping[str, Sequence[int]] = field(default_factory=dict)
    cells: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Return how many cells there are."""
        return sum(map(len, self.rows.values()))

    def plain(self) -> tuple[dict[str, list[int]], tuple[str, ...]]:
        """Return rows and cells as plain values."""
        return {letters: list(rows) for letters, rows in self.rows.items()}, self.cells


@dataclass(frozen=True)
class SheetFacts:
    """What a fast reader does not show of a sheet: found in the file's own bytes.

    Attributes:
        errors: Cells that hold `#N/A`, `#REF!` and their kind.
        uncached: Formulas without a stored result.
        hidden_rows: Excel rows hidden by hand or by a filter.
        filtered: Whether the sheet carries a filter.
        has_values: Whether the part holds any value at all.
        from_1904: Whether the book counts its days from 1904.
    """

    errors: Spots = field(default_factory=Spots)
    uncached: Spots = field(default_factory=Spots)
    hidden_rows: Sequence[int] = ()
    filtered: bool = False
    has_values: bool = True
    from_1904: bool = False

    def plain(self) -> dict[str, Any]:
        """Return the facts as plain values, to travel between processes."""
        return {
            "errors": self.errors.plain(),
            "uncached": self.uncached.plain(),
            "hidden_rows": list(self.hidden_rows),
            "filtered": self.filtered,
            "from_1904": self.from_1904,
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        """Return the facts that `plain` gave."""
        spots = {name: Spots(*plain[name]) for name in ("errors", "uncached")}
        return cls(**{**plain, **spots})


@dataclass(frozen=True)
class RawSheet:
    """Columns of raw cells: text, number or flag; `""` is empty, a date is ISO text.

    Attributes:
        file: Name of the file, without its folder.
        name: Name of the sheet; for a text file the file's stem.
        columns: Equally long columns; the first cell of each stands in Excel row 1.
        first_column: How many empty Excel columns stand before the first of `columns`.
        merges: Merged ranges as (top, left, bottom, right), 0-based rows, columns counted
            like `columns`.
        facts: What the fast reader does not show.
        unkept: Columns that nothing needs, whose texts below the first `LONG` rows were not kept.
    """

    file: str
    name: str
    columns: Sequence[Sequence[Cell]]
    first_column: int = 0
    merges: tuple[tuple[int, int, int, int], ...] = ()
    facts: SheetFacts = field(default_factory=SheetFacts)
    unkept: tuple[int, ...] = ()

    @property
    def height(self) -> int:
        """Return the number of rows, counted from Excel row 1."""
        return len(self.columns[0]) if self.columns else 0

    def forget(self) -> None:
        """Let go of all cells; they may be half of the memory of a large book."""
        if isinstance(self.columns, list):
            self.columns.clear()

    def letter(self, column: int) -> str:
        """Return the Excel letter of a column of `columns`."""
        return column_letter(self.first_column + column)

    def rows(self, start: int, stop: int) -> list[tuple[Cell, ...]]:
        """Return the rows from `start` up to `stop` (0-based) across all columns."""
        return list(zip(*(column[start:stop] for column in self.columns), strict=True))


def column_letter(index: int) -> str:
    """Return the Excel letter of a 0-based column.

    >>> column_letter(0), column_letter(25), column_letter(26), column_letter(702)
    ('A', 'Z', 'AA', 'AAA')
    """
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """Return the 0-based column of Excel letters.

    >>> column_index("A"), column_index("AA"), column_index("XFD")
    (0, 26, 16383)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def columns_of(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """Return the columns of rows that may be of unequal length, filled with empty cells."""
    width = max((len(row) for row in rows), default=0)
    filled = [list(row) + [EMPTY] * (width - len(row)) for row in rows]
    return [list(column) for column in zip(*filled, strict=True)]
