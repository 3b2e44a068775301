"""The columns of a sheet in the making: what the child says of them, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from campaign.book.column import MANY, NUMBER, Column, Part, Pool, as_codes, as_numbers, objects
from campaign.book.raw_sheet import EMPTY, NOT_KEPT, Cell, Spots, column_index
from campaign.book.row_words import telling_texts

Packed = str | bytes | list[Cell]
FIRST_TEXT = 3  # after the empty cell and the flags


class SharedTexts:
    """The texts of a workbook, each different one once.

    Attributes:
        cells: The empty cell, the flags, then the texts; those of one era are different.
    """

    def __init__(self) -> None:
        """Begin without texts."""
        self.cells: list[Cell] = [EMPTY, False, True]
        self._eras: list[int] = []  # where each era after the first begins
        self._first: list[str] = []
        self._places: npt.NDArray[np.int32] = np.zeros(1, dtype=np.int32)
        self._shift = len(self.cells) - 1
        self._shared = len(self.cells)

    def for_another(self) -> SharedTexts:
        """Return the texts that the sheets share alone, for what another child says."""
        self.settle()
        other = SharedTexts()
        other.cells = self.cells[: self._shared]
        other._places, other._shift = self._places, self._shift
        return other

    def share(self, joined: str, count: int) -> None:
        """Take in texts that the sheets share, in the order of their numbers, before all others."""
        self._first += joined.split("\0") if count else []

    def add(self, joined: str, *, era: int) -> None:
        """Take further texts in; those of an earlier era may be among them again."""
        self._eras += [len(self.cells)] * (era - len(self._eras))
        self.cells += joined.split("\0")

    def settle(self) -> None:
        """Find the shared texts that stand twice: some writers number equal ones apart."""
        if not self._first:
            return
        which, different = pd.factorize(objects([EMPTY, *self._first]))
        flags = len(self.cells) - 1
        self._places = np.where(which > 0, which + flags, 0).astype(np.int32)
        self._shift = flags + len(different) - len(which)
        self.cells += different[1:].tolist()
        self._shared = len(self.cells)
        self._first = []

    def places(self, said: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Return where the texts stand that a child says by their number, 0 for the empty one."""
        places = said + np.int32(self._shift)
        first = said < len(self._places)
        places[first] = self._places[said[first]]
        return places

    def part(self, packed: tuple[bytes | None, bytes | None]) -> Part:
        """Return codes and numbers of cells; the code of a special one is left as it is said."""
        codes = numbers = None
        if packed[0] is not None:
            codes = np.frombuffer(packed[0], dtype=np.int32).copy()
            texts = codes > 0
            codes[texts] = self.places(codes[texts])
        if packed[1] is not None:
            numbers = np.frombuffer(packed[1], dtype=np.float64)
        return codes, numbers

    def column(self, column: Column, special: Sequence[Any]) -> Column:
        """Return a column made of parts with its special cells put in.

        Args:
            column: The column.
            special: Special cells of its sheet: the number of a text, or (value,).
        """
        codes, numbers = column.codes, column.numbers
        if codes is not None and special and (codes < NUMBER).any():
            told = np.array([c if isinstance(c, int) else 0 for c in special], dtype=np.int32)
            places = self.places(told)
            values = np.full(len(special), np.nan)
            for place, cell in enumerate(special):
                if isinstance(cell, tuple) and isinstance(cell[0], bool):
                    places[place] = self.cells.index(cell[0], 1)
                elif isinstance(cell, tuple):
                    places[place], values[place] = NUMBER, cell[0]
            here = np.flatnonzero(codes < NUMBER)
            which = NUMBER - 1 - codes[here]
            codes[here] = places[which]
            if (places[which] == NUMBER).any():
                numbers = np.full(len(codes), np.nan) if numbers is None else numbers
                numbers[here] = np.where(places[which] == NUMBER, values[which], numbers[here])
        repeats = codes is not None and self._in_eras(codes)
        made = Column(codes, numbers, self.cells, repeats=repeats)
        return made.settled() if repeats else made

    def _in_eras(self, codes: npt.NDArray[np.int32]) -> bool:
        """Return whether cells hold texts of several eras, so that one may have two codes."""
        texts = codes[codes >= FIRST_TEXT]
        if not self._eras or not len(texts):
            return False
        first, last = np.searchsorted(self._eras, [texts.min(), texts.max()], side="right")
        return bool(first != last)


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

    def add_cells(self, top: int, packed: Sequence[Any], shared: SharedTexts) -> None:
        """Take some rows from `top` on, in codes and numbers."""
        self._made += [_ColumnMade() for _ in range(len(packed) - len(self._made))]
        for made, part in zip(self._made, packed, strict=False):
            made.add_part(shared.part(part), top)
        self.height = max(made.height for made in self._made)

    def so_far(self) -> list[Column]:
        """Return the columns as far as they have come, equally long."""
        return [made.column(self.height) for made in self._made]

    def with_many_texts(self) -> set[int]:
        """Return which columns hold many different texts."""
        return {place for place, made in enumerate(self._made) if made.has_many_texts}

    def keep_no_more(self, columns: Iterable[int]) -> None:
        """Keep no more texts of some columns, only where there are some."""
        for place in columns:
            self._made[place].keeps = False

    def columns(self) -> list[Column]:
        """Return the columns, equally long, and let go of what they are made of."""
        made, self._made = self._made, []
        return [made.pop(0).column(self.height) for _ in range(len(made))]


def without_results(columns: list[Column], left: int, waiting: Spots) -> None:
    """Empty the cells of formulas that wait to be computed: an old .xls stores a zero there.

    Args:
        columns: The columns.
        left: How many empty Excel columns stand before the first.
        waiting: The formulas.
    """
    for letters, rows in waiting.rows.items():
        place = column_index(letters) - left
        if 0 <= place < len(columns):
            within = [row - 1 for row in rows if row <= len(columns[place])]
            columns[place] = columns[place].without(np.array(within, dtype=np.intp))


def _marked(cells: Sequence[Cell]) -> list[Cell]:
    """Return cells with a mark for each text, but for what is empty or tells something of its row.

    >>> _marked(["影像-0001", "", "合计"])
    ['（未装入）', '', '合计']
    """
    kept = {EMPTY, *telling_texts(cells)}
    return [cell if cell in kept else NOT_KEPT for cell in cells]


class _ColumnMade:
    """One column in the making."""

    def __init__(self) -> None:
        self.height = 0
        self.keeps = True
        self._pool = Pool()
        self._parts: list[Part] = []

    def add(self, packed: Packed, top: int) -> None:
        """Take the cells from the row `top` on."""
        if isinstance(packed, bytes):
            self.add_part((None, np.frombuffer(packed, dtype=np.float64)), top)
        else:
            cells = packed.split("\0") if isinstance(packed, str) else packed
            self.add_part(self._pool.parts(cells if self.keeps else _marked(cells)), top)

    @property
    def has_many_texts(self) -> bool:
        """Return whether there are many different texts, as far as it has come."""
        return len(self._pool.cells) > MANY

    def add_part(self, part: Part, top: int) -> None:
        """Take codes and numbers from the row `top` on."""
        self._fill_to(top)
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
        made = Column(codes, numbers, self._pool.cells, repeats=self._pool.repeats)
        return made.settled() if made.repeats else made

    def _fill_to(self, height: int) -> None:
        if height > self.height:
            self._parts.append((np.zeros(height - self.height, dtype=np.int32), None))
            self.height = height
