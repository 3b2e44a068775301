"""Raw cells of a column taken apart: numbers at once, every different text once."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from campaign.book.raw_sheet import Cell

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Dates = npt.NDArray[np.datetime64]
Mask = npt.NDArray[np.bool_]

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
    kinds = set(map(type, cells))
    if kinds <= {float}:
        return np.array(cells, dtype=np.float64), np.ones(len(cells), dtype=bool)
    if float not in kinds:
        return np.full(len(cells), np.nan), np.zeros(len(cells), dtype=bool)
    is_number = np.array([type(c) is float for c in cells], dtype=bool)
    numbers = np.full(len(cells), np.nan)
    numbers[is_number] = [c for c in cells if type(c) is float]
    return numbers, is_number


def each_text(
    cells: Sequence[Cell], is_number: Mask, parse: Callable[[str], Any]
) -> tuple[Places, Places, list[Any]]:
    """Parse every different text once.

    Returns:
        Positions of the texts, for each its place among the parsed ones, and the latter.
    """
    if is_number.any():
        places = np.flatnonzero(~is_number)
        texts = np.empty(len(places), dtype=object)
        texts[:] = [cells[place] for place in places.tolist()]
    else:
        places = np.arange(len(cells))
        texts = np.empty(len(cells), dtype=object)
        texts[:] = cells
    which, different = pd.factorize(texts)
    return (
        places,
        which,
        [parse(text if type(text) is str else _as_text(text)) for text in different],
    )


def _as_text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return str(cell)
