"""The tags of a worksheet's XML told apart by whole arrays: rows, cells and what stands in them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Kinds = npt.NDArray[np.uint16]
OTHER, VALUE, INLINE = 0, 1, 2  # what a cell holds
_DEEPEST = 5  # so many tags after one are looked at
_SLASH, _BYTE = ord("/"), np.uint16(8)


class Unusual(Exception):
    """The XML is written in a way that is not understood here."""


class Tags:
    """Which tags are cells and what stands in them; every tag must have its place.

    Attributes:
        cells: Which tags begin cells.
        rows: Which tags begin rows.
        rows_before: For each cell how many rows begin before its own.
        forms: VALUE, INLINE or OTHER for each cell.
        is_filled: Which cells hold something.
        lasts: The tag that ends each cell.
    """

    def __init__(self, text: Bytes, opens: Ints, closes: Ints) -> None:
        """Look at tags that begin and end at these places of a text.

        Raises:
            Unusual: One of them is out of place.
        """
        self._kinds = _first_two(text, opens)
        self.cells = cells = np.flatnonzero(self._kinds == _kind(b"c "))
        self.rows = np.flatnonzero(self._kinds == _kind(b"ro"))
        self.rows_before = self._rows_before()
        opened = text[closes[cells] - 1] != _SLASH
        holds_value = opened & self._are(b"v>", b"/v", b"/c")
        holds_text = self._are(b"is", b"t>", b"/t", b"/i", b"/c")
        holds_text |= self._are(b"is", b"t ", b"/t", b"/i", b"/c")
        holds_text &= opened
        texts = np.flatnonzero(holds_text)
        holds_text[texts] = text[closes[cells[texts] + 2] - 1] != _SLASH
        is_empty = opened & self._are(b"/c")
        self.is_filled = opened & ~is_empty
        forms = np.where(holds_value, VALUE, np.where(holds_text, INLINE, OTHER))
        self.forms = forms.astype(np.int8)
        # The cell's own tag, the next one, the one behind a value or a text, or one further on.
        self.lasts = cells + is_empty + 3 * holds_value + 5 * holds_text
        self._find_further(np.flatnonzero(self.is_filled & (forms == OTHER)))

    def _are(self, *tags: bytes) -> Mask:
        """Return which cells are followed by tags that begin so."""
        kinds, count = self._kinds, len(self._kinds) - _DEEPEST
        found = kinds[1 : count + 1] == _kind(tags[0])
        for place, tag in enumerate(tags[1:], start=2):
            found &= kinds[place : count + place] == _kind(tag)
        of_cells: Mask = found[self.cells]
        return of_cells

    def _rows_before(self) -> Ints:
        first = np.searchsorted(self.cells, self.rows)  # the first cell of each row
        if len(self.cells) and not (len(first) and first[0] == 0):
            raise Unusual  # a cell before every row
        return np.repeat(np.arange(len(first)), np.diff(first, append=len(self.cells)))

    def _find_further(self, others: Ints) -> None:
        """Find the tags that end other cells; refuse tags that are in no cell and are no row's."""
        count = len(self._kinds) - _DEEPEST
        ends = np.append(np.flatnonzero(self._kinds == _kind(b"/c")), count)
        self.lasts[others] = ends[np.searchsorted(ends, self.cells[others])]
        used = int((self.lasts - self.cells + 1).sum()) + len(self.rows)
        used += int((self._kinds == _kind(b"/r")).sum())
        if used != count or (self.lasts[others] == count).any():
            raise Unusual


def _first_two(text: Bytes, opens: Ints) -> Kinds:
    """Return the first two bytes of each tag as a number, and noughts after the last tag."""
    kinds = np.zeros(len(opens) + _DEEPEST, dtype=np.uint16)
    # Words that lie anywhere take numpy five times as long to fetch as bytes.
    kinds[: len(opens)] = text[opens + 1] | text[opens + 2].astype(np.uint16) << _BYTE
    return kinds


def _kind(tag: bytes) -> np.uint16:
    return np.uint16(int.from_bytes(tag, "little"))
