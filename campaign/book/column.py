"""A column of a sheet held compactly: numbers as numbers, every different text once.

A million cells as Python objects take some 70 MB, as numbers and codes 4 to 12. What is known of a
different text is known of every cell that holds it, so whole columns are judged by a few looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from campaign.book.raw_sheet import EMPTY, Cell

NUMBER = -1  # the code of a cell that is a number
MANY = 30_000  # different texts from which on a pool asks whether they repeat at all
Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
Part = tuple[Codes | None, Floats | None]  # one of them at least is there


class Column(Sequence[Cell]):
    """The cells of a column, to be read like a list of them.

    Attributes:
        codes: For each cell its place in `pool`, or NUMBER; None where all are numbers.
        numbers: For each cell its number, anything where it is none; None where there are none.
        pool: Texts and flags, the empty cell at 0; columns of a file share one.
        repeats: Whether `pool` may hold equal texts (never a second empty one).

    >>> column = column_of(["正常", 1.5, "", "正常"])
    >>> column[0], column[-1], column[1:3].tolist(), len(column.different()[1])
    ('正常', '正常', [1.5, ''], 2)
    """

    __slots__ = ("codes", "numbers", "pool", "repeats")
    __hash__ = None  # type: ignore[assignment]

    def __init__(
        self,
        codes: Codes | None,
        numbers: Floats | None,
        pool: Sequence[Cell],
        *,
        repeats: bool = False,
    ) -> None:
        """Hold the cells."""
        self.codes, self.numbers, self.pool, self.repeats = codes, numbers, pool, repeats

    def __len__(self) -> int:
        """Return how many cells there are."""
        some = self.numbers if self.codes is None else self.codes
        return 0 if some is None else len(some)

    @overload
    def __getitem__(self, place: int) -> Cell: ...
    @overload
    def __getitem__(self, place: slice) -> Column: ...
    def __getitem__(self, place: int | slice) -> Cell | Column:
        """Return a cell, or a stretch of the column."""
        if isinstance(place, slice):
            return self._each(lambda cells: cells[place])
        if self.codes is not None and (code := int(self.codes[place])) != NUMBER:
            return self.pool[code]
        assert self.numbers is not None
        return float(self.numbers[place])

    def __iter__(self) -> Iterator[Cell]:
        """Return the cells one by one."""
        return iter(self.tolist())

    def __eq__(self, other: object) -> bool:
        """Return whether another sequence holds the same cells."""
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and self.tolist() == list(other)

    def tolist(self) -> list[Cell]:
        """Return the cells as a list."""
        if self.codes is None:
            return [] if self.numbers is None else self.numbers.tolist()
        cells: list[Cell] = list(map(self.pool.__getitem__, self.codes.tolist()))
        if self.numbers is not None:
            places = np.flatnonzero(self.codes == NUMBER)
            for place, number in zip(places.tolist(), self.numbers[places].tolist(), strict=True):
                cells[place] = number
        return cells

    def taken(self, kept: Mask | Places) -> Column:
        """Return the cells where `kept` is true, or at those places."""
        return self._each(lambda cells: cells[kept])

    def plus(self, amount: float) -> Column:
        """Return the column with `amount` added to its numbers."""
        numbers = None if self.numbers is None else self.numbers + amount
        return Column(self.codes, numbers, self.pool, repeats=self.repeats)

    def copy(self) -> Column:
        """Return the column with cells of its own, to be filled."""
        return self._each(np.copy)

    def fill(self, place: int, first: int, last: int) -> None:
        """Write the cell at `place` into every cell from `first` up to `last`."""
        for cells in (self.codes, self.numbers):
            if cells is not None:
                cells[first:last] = cells[place]

    def without(self, places: Places) -> Column:
        """Return the column with the cells at `places` empty."""
        codes = np.full(len(self), NUMBER, np.int32) if self.codes is None else self.codes.copy()
        codes[places] = 0
        return Column(codes, self.numbers, self.pool, repeats=self.repeats)

    def is_number(self) -> Mask:
        """Return where the cells are numbers."""
        if self.codes is None:
            return np.ones(len(self), dtype=bool)
        if self.numbers is None:
            return np.zeros(len(self), dtype=bool)
        return np.asarray(self.codes == NUMBER)

    def different(self) -> tuple[npt.NDArray[np.intp], list[Cell]]:
        """Return the different texts and flags in the order that they come in.

        Returns:
            For each cell that is no number, top to bottom, its place among them; and they.
        """
        if self.codes is None:
            return np.empty(0, dtype=np.intp), []
        codes = self.codes if self.numbers is None else self.codes[self.codes != NUMBER]
        which, found = pd.factorize(codes)
        cells = list(map(self.pool.__getitem__, found.tolist()))
        if self.repeats:
            again, once = pd.factorize(objects(cells))
            return again[which], once.tolist()
        return which, cells

    def settled(self) -> Column:
        """Return the column with a pool of its own, in which no text stands twice."""
        if self.codes is None:
            return self
        codes, cells = self.codes, self.pool
        if len(cells) > 2 * len(codes):  # a pool that others share
            which, found = pd.factorize(np.where(codes > 0, codes, NUMBER), use_na_sentinel=False)
            codes = which.astype(np.int32)
            cells = [EMPTY if code == NUMBER else cells[code] for code in found.tolist()]
        which, once = pd.factorize(objects([EMPTY, *cells]))
        settled = which[1:].astype(np.int32)[codes]
        return Column(np.where(self.codes == NUMBER, NUMBER, settled), self.numbers, once.tolist())

    def each(self, look: Callable[[Cell], int]) -> npt.NDArray[np.int8]:
        """Return what a look at every different text or flag gives; 0 for a number."""
        return self.spread(lambda cells: map(look, cells))

    def spread(self, look: Callable[[list[Cell]], Iterable[int]]) -> npt.NDArray[np.int8]:
        """Return what one look at all different texts and flags gives for each; 0 for a number."""
        which, cells = self.different()
        found = np.fromiter(look(cells), dtype=np.int8, count=len(cells))
        if self.numbers is None or self.codes is None:
            return found[which] if len(cells) else np.zeros(len(self), dtype=np.int8)
        spread = np.zeros(len(self), dtype=np.int8)
        spread[self.codes != NUMBER] = found[which]
        return spread

    def where(self, holds: Callable[[Cell], Any]) -> Mask:
        """Return where a text or flag is one for which `holds` is true; never a number."""
        return np.asarray(self.spread(lambda cells: map(bool, map(holds, cells))) > 0)

    def is_empty(self) -> Mask:
        """Return where the cells are empty."""
        if self.codes is None:
            return np.zeros(len(self), dtype=bool)
        return np.asarray(self.codes == 0)

    def _each(self, change: Callable[[npt.NDArray[Any]], npt.NDArray[Any]]) -> Column:
        codes = None if self.codes is None else change(self.codes)
        numbers = None if self.numbers is None else change(self.numbers)
        return Column(codes, numbers, self.pool, repeats=self.repeats)


class Pool(dict[Cell, int]):
    """The place of each different text in a list of them, which grows as new ones are asked for.

    Of a long column whose texts hardly repeat it remembers those of the last call alone.

    Attributes:
        cells: The list.
        repeats: Whether the list may hold equal texts.
    """

    def __init__(self) -> None:
        """Begin with the empty cell, at 0."""
        super().__init__({EMPTY: 0})
        self.cells: list[Cell] = [EMPTY]
        self.repeats = False
        self._asked = 0

    def __missing__(self, cell: Cell) -> int:
        """Take a new text in."""
        self[cell] = place = len(self.cells)
        self.cells.append(cell)
        return place

    def parts(self, cells: Sequence[Cell]) -> Part:
        """Return codes and numbers of cells of any kind."""
        kinds = set(map(type, cells))
        self._asked += len(cells)
        if len(self) > MANY and self._asked < 2 * len(self.cells):
            self.clear()
            self[EMPTY] = 0
            self.repeats = True
        if float not in kinds:
            codes = map(self.__getitem__, cells)
            return np.fromiter(codes, dtype=np.int32, count=len(cells)), None
        numbers = np.array([c if type(c) is float else np.nan for c in cells], dtype=np.float64)
        if kinds == {float}:
            return None, numbers
        coded = (NUMBER if type(c) is float else self[c] for c in cells)
        return np.fromiter(coded, dtype=np.int32, count=len(cells)), numbers


def as_codes(part: Part) -> Codes:
    """Return the codes of cells, also of those that are all numbers."""
    codes, numbers = part
    return (
        np.full(0 if numbers is None else len(numbers), NUMBER, np.int32)
        if codes is None
        else codes
    )


def as_numbers(part: Part) -> Floats:
    """Return the numbers of cells, also of those that have none."""
    codes, numbers = part
    return np.full(0 if codes is None else len(codes), np.nan) if numbers is None else numbers


def column_of(cells: Sequence[Cell]) -> Column:
    """Return any cells as a column."""
    if isinstance(cells, Column):
        return cells
    pool = Pool()
    return Column(*pool.parts(cells), pool.cells)


def objects(cells: Sequence[Any]) -> npt.NDArray[np.object_]:
    """Return values as an array of objects, whatever they are."""
    found = np.empty(len(cells), dtype=object)
    found[:] = cells
    return found
