"""Raw cells of a column taken apart: numbers at once, every different text once."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from campaign.book.column import Floats, Mask, Places, column_of
from campaign.book.raw_sheet import Cell

Dates = npt.NDArray[np.datetime64]

MISSING = frozenset(
    {"", "-", "--", "---", "—", "——", "/", "\\", "无", "空", "null", "(null)", "none", "n/a"}
    | {"#n/a", "nan", "na", "未知", "不详", "\\n", "暂无", "待定", "*"}
)
MISSING_AS_WRITTEN = MISSING | {word.upper() for word in MISSING} | {w.title() for w in MISSING}
NO_PLACES: Places = np.empty(0, dtype=np.intp)


@dataclass(frozen=True)
class Parsed:
    """A column understood: its values, what was not understood, what was repaired.

    Attributes:
        values: One value a cell; unknown is NaN or NaT.
        bad: Positions of cells that hold something that was not understood.
        notes: Kind of repair → positions.
    """

    values: npt.NDArray[Any]
    bad: Places = field(default_factory=lambda: NO_PLACES)
    notes: dict[str, Places] = field(default_factory=dict)


def is_missing(text: str) -> bool:
    """Return whether a text stands for no value.

    >>> is_missing(" — "), is_missing("(null)"), is_missing("0")
    (True, True, False)
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return text.strip().lower() in MISSING


def split_cells(cells: Sequence[Cell]) -> tuple[Floats, Mask]:
    """Return the cells as floats (NaN where text) and where they are numbers."""
    column = column_of(cells)
    is_number = column.is_number()
    if column.numbers is None:
        return np.full(len(column), np.nan), is_number
    return np.where(is_number, column.numbers, np.nan), is_number


def _never(_text: str) -> bool:
    return False


def each_text(
    cells: Sequence[Cell],
    parse: Callable[[str], Any],
    is_ready: Callable[[str], object] = _never,
) -> tuple[Places, Places, list[Any]]:
    """Parse every different text once.

    Args:
        cells: The cells.
        parse: Returns what a text says.
        is_ready: Whether a text says itself, told faster.

    Returns:
        Positions of the texts, for each its place among the parsed ones, and the latter.
    """
    places, which, texts = different_texts(cells)
    return places, which, [t if is_ready(t) else parse(t) for t in texts]


def different_texts(cells: Sequence[Cell]) -> tuple[Places, Places, list[str]]:
    """Return positions of the texts, for each its place among the different ones, and these."""
    column = column_of(cells)
    which, different = column.different()
    places = (
        np.arange(len(column)) if column.numbers is None else np.flatnonzero(~column.is_number())
    )
    for place, cell in enumerate(different):
        if type(cell) is not str:
            different[place] = _as_text(cell)
    return places, which, different  # type: ignore[return-value]


def _as_text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return str(cell)
