"""A header told by its place over a table, where its words are in no list."""

from __future__ import annotations

from collections.abc import Sequence

from campaign.book.dates import dates
from campaign.book.raw_sheet import Cell
from campaign.book.values import number_in

LEAST_COLUMNS, LEAST_ROWS = 3, 3
LONGEST = 16
OF_ONE_KIND = 0.8
_TEXT, _NUMBER, _DAY = "text", "number", "day"


def row_over_a_table(grid: Sequence[Sequence[Cell]]) -> int | None:
    """Return the row of short names over columns of one kind each, or None.

    The names differ from each other, below each stands something, and two columns at least hold
    numbers, days or words that repeat; a page of notes or a dictionary has no such row.

    >>> row_over_a_table([["甲", "乙", "丙"], ["a", 1.0, 5.0], ["b", 2.0, 6.0], ["c", 3.0, 5.0]])
    0
    >>> row_over_a_table([["甲", "乙", "丙"], ["一", "二", "三"], ["四", "五", "六"]]) is None
    True
    """
    for number in range(len(grid) - LEAST_ROWS):
        if _is_over_a_table(grid[number], grid[number + 1 :]):
            return number
    return None


def _is_over_a_table(row: Sequence[Cell], below: Sequence[Sequence[Cell]]) -> bool:
    named = [column for column, cell in enumerate(row) if cell != ""]
    texts = [str(row[column]).strip() for column in named]
    if len(named) < LEAST_COLUMNS or len(set(texts)) < len(texts):
        return False
    if any(_kind(row[c]) != _TEXT or len(t) > LONGEST for c, t in zip(named, texts, strict=True)):
        return False
    columns = [[line[column] for line in below if line[column] != ""] for column in named]
    full = [cells for cells in columns if len(cells) >= LEAST_ROWS]
    if len(full) < max(LEAST_COLUMNS, OF_ONE_KIND * len(named)):
        return False
    kinds = [_shared_kind(cells) for cells in full]
    telling = sum(
        1
        for cells, kind in zip(full, kinds, strict=True)
        if kind in (_NUMBER, _DAY) or kind == _TEXT and len(set(map(str, cells))) < len(cells)
    )
    return telling >= 2 and all(kinds)


def _shared_kind(cells: Sequence[Cell]) -> str:
    """Return the kind that nearly all cells are of, or an empty text."""
    kinds = [_kind(cell) for cell in cells]
    most = max(set(kinds), key=lambda kind: (kinds.count(kind), kind))
    return most if kinds.count(most) >= OF_ONE_KIND * len(kinds) else ""


def _kind(cell: Cell) -> str:
    if not isinstance(cell, str):
        return _NUMBER
    if (number_in(cell.rstrip("%‰")) or (None,))[0] is not None:
        return _NUMBER
    known = dates([cell]).values
    return _TEXT if str(known[0]) == "NaT" else _DAY
