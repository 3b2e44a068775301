"""Cells of a worksheet's XML taken apart by whole arrays: shared texts and plain numbers.

Only what is written plainly is understood here, `<c r="B2" s="1" t="s"><v>7</v></c>` in rows and
columns that rise. Any other cell is handed on as it is written, and a part that is written in any
other way is refused whole (`Unusual`): then the usual reader reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from campaign.book.sheet_tags import OTHER, Bytes, Ints, Mask, Tags, Unusual

Words = npt.NDArray[np.uint64]
Places = npt.NDArray[np.intp]
PADDING = b"\0" * 32
DIGITS = 8  # of a number that is taken by arithmetic on a word
LONGEST_ATTRIBUTES = 24
FEW_KINDS = 16  # of attributes in a stretch
_OPEN = ord("<")
_ROW = re.compile(rb'<row(?: [\w:]+="[^"]*")*? r="([1-9]\d{0,6})"')
_NO_FIGURE = re.compile(rb"[^0-9.eE+\-\0]")
_ONES = np.uint64(0x0101010101010101)
_FACTORS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
_REFERENCE, _FOUR = np.uint64(int.from_bytes(b' r="', "little")), np.uint64(0xFFFFFFFF)


@dataclass(frozen=True)
class Cells:
    """The filled cells of some rows, in their order.

    Attributes:
        rows: 0-based row of each.
        columns: 0-based column of each.
        kinds: Place of each one's attributes among `attributes`.
        attributes: Those that there are, as they are written, such as ` s="1" t="s"`.
        forms: VALUE where it holds a value alone, INLINE a plain text alone, else OTHER.
        starts: Where its value or text begins.
        ends: Where its value or text ends.
        begins: Where all that it holds begins.
        stops: Where that ends.
        heads: The tags that begin the rows, as they are written.
    """

    rows: Ints
    columns: Ints
    kinds: Ints
    attributes: list[bytes]
    forms: npt.NDArray[np.int8]
    starts: Ints
    ends: Ints
    begins: Ints
    stops: Ints
    heads: bytes

    @property
    def tell(self) -> bool:
        """Return whether there is a formula or an error among them, or a row is hidden."""
        errors = any(b' t="e"' in written for written in self.attributes)
        return errors or b"hidden=" in self.heads or bool((self.forms == OTHER).any())


class Text:
    """A stretch of XML to be looked at by bytes and by words of eight bytes."""

    def __init__(self, text: bytes) -> None:
        """Lay the text out; whole rows."""
        self.text = text
        padded = text + PADDING
        self.bytes: Bytes = np.frombuffer(padded, dtype=np.uint8)
        self._words: Words = np.ndarray(
            (len(padded) - 7,), dtype="<u8", buffer=padded, strides=(1,)
        )

    def words(self, places: Ints, lengths: Ints) -> Words:
        """Return the first `lengths` bytes (0 to 8) from each place on as a word."""
        return self._words[places] & _mask(lengths)

    def pieces(self, starts: Ints, ends: Ints) -> list[bytes]:
        """Return the bytes from `starts` to `ends`."""
        text = self.text
        spans = zip(starts.tolist(), ends.tolist(), strict=True)
        return [text[start:end] for start, end in spans]

    def cells(self) -> Cells:
        """Return the cells that are filled.

        Raises:
            Unusual: It is not written plainly.
        """
        opens, closes = self._ends_of_tags()
        tags = Tags(self.bytes, opens, closes)
        first = tags.cells
        heads = b"".join(self.pieces(opens[tags.rows], closes[tags.rows] + 1))
        row_of, row_words, row_digits = self._rows(tags, heads)
        columns, quotes = self._references(opens[first], row_words, row_digits)
        same_row = np.diff(row_of) == 0
        if (np.diff(columns)[same_row] <= 0).any():
            raise Unusual
        filled = tags.is_filled
        first, quotes = first[filled], quotes[filled] + 1
        kinds, attributes = self._attributes(quotes, closes[first] - quotes)
        last, forms = tags.lasts[filled], tags.forms[filled]
        depth = np.array([0, 1, 2])[forms]  # of the tag that the value stands in
        return Cells(
            rows=row_of[filled] - 1,
            columns=columns[filled],
            kinds=kinds,
            attributes=attributes,
            forms=forms,
            starts=closes[first + depth] + 1,
            ends=np.where(depth > 0, opens[np.minimum(first + depth + 1, last)], opens[last]),
            begins=closes[first] + 1,
            stops=opens[last],
            heads=heads,
        )

    def _ends_of_tags(self) -> tuple[Ints, Ints]:
        """Return where tags begin and end; the signs < and > stand in turn, and no byte of nought."""
        signs = np.flatnonzero(self.bytes & 0xFD == _OPEN)  # < is 0x3C, > is 0x3E
        opens, closes = signs[::2].copy(), signs[1::2].copy()  # in one piece each, sooner looked up
        in_turn = len(opens) == len(closes) and (self.bytes[opens] == _OPEN).all()
        if not in_turn or (self.bytes[closes] == _OPEN).any() or b"\0" in self.text:
            raise Unusual
        return opens, closes

    def _rows(self, tags: Tags, heads: bytes) -> tuple[Ints, Words, Ints]:
        """Return for each cell the Excel row, its digits as a word and how many they are."""
        written = _ROW.findall(heads)
        if len(written) != len(tags.rows) or not len(written):
            if len(tags.rows) or len(tags.cells):
                raise Unusual
            written = [b"0"]
        digits = np.array(written, dtype="S8")
        numbers = digits.astype(np.int64)
        if (np.diff(numbers) <= 0).any():
            raise Unusual
        lengths = np.char.str_len(digits).astype(np.int64)
        which = tags.rows_before
        return numbers[which], digits.view("<u8")[which], lengths[which]

    def _references(self, starts: Ints, row_words: Words, row_digits: Ints) -> tuple[Ints, Ints]:
        """Return the column that each cell names, and where its name ends; the row must be its own."""
        if (self._words[starts + 2] & _FOUR != _REFERENCE).any():
            raise Unusual
        letters = [self.bytes[starts + 6 + place].astype(np.int64) - 64 for place in range(3)]
        second = letters[1] > 0
        third = second & (letters[2] > 0)
        columns = letters[0]
        columns = np.where(second, columns * 26 + letters[1], columns)
        columns = np.where(third, columns * 26 + letters[2], columns)
        digits = starts + 7 + second + third
        ends = digits + row_digits
        within = (
            (letters[0] > 0) & (letters[0] <= 26) & (letters[1] <= 26) & (letters[2] <= 26)
        ).all()
        fits = self.words(digits, row_digits) == row_words
        if not (within and fits.all() and (self.bytes[ends] == 34).all()):
            raise Unusual
        return columns - 1, ends

    def _attributes(self, starts: Ints, lengths: Ints) -> tuple[Ints, list[bytes]]:
        """Return the place of each cell's attributes among the different ones, and these."""
        if (lengths > LONGEST_ATTRIBUTES).any():
            raise Unusual
        keys = self.words(starts, np.minimum(lengths, 8)) + lengths.astype(np.uint64)
        for place, factor in enumerate(_FACTORS, start=1):
            part = np.clip(lengths - 8 * place, 0, 8)
            if part.any():
                keys = (keys ^ self.words(starts + 8 * place, part)) * factor
        kinds, first = _different(keys)
        return kinds, self.pieces(starts[first], starts[first] + lengths[first])

    def whole(self, starts: Ints, ends: Ints) -> tuple[Ints, Mask]:
        """Return whole numbers of at most eight digits, and where there are such."""
        lengths = ends - starts
        short = (lengths > 0) & (lengths <= DIGITS)
        lengths = np.where(short, lengths, DIGITS)
        shift = ((DIGITS - lengths) * 8).astype(np.uint64)
        filler = np.uint64(0x30) * _ONES
        word = self._words[np.where(short, starts, 0)]
        word = (word << shift) | (filler & ~(np.uint64(0xFFFFFFFFFFFFFFFF) << shift))
        word = np.where(lengths == DIGITS, self._words[np.where(short, starts, 0)], word)
        high = np.uint64(0xF0) * _ONES
        are_digits = (word & high == filler) & ((word + np.uint64(6) * _ONES) & high == filler)
        word = word - filler
        word = (word * np.uint64(10) + (word >> np.uint64(8))) & np.uint64(0x00FF00FF00FF00FF)
        word = (word * np.uint64(100) + (word >> np.uint64(16))) & np.uint64(0x0000FFFF0000FFFF)
        word = (word * np.uint64(10_000) + (word >> np.uint64(32))) & np.uint64(0xFFFFFFFF)
        return word.astype(np.int64), short & are_digits

    def numbers(self, starts: Ints, ends: Ints) -> npt.NDArray[np.float64]:
        """Return the numbers written from `starts` to `ends`.

        Raises:
            Unusual: One of them is none.
        """
        whole, is_whole = self.whole(starts, ends)
        numbers = whole.astype(np.float64)
        rest = np.flatnonzero(~is_whole)
        if len(rest):
            written = self.pieces(starts[rest], ends[rest])
            if _NO_FIGURE.search(b"\0".join(written)):
                raise Unusual
            try:
                numbers[rest] = list(map(float, written))
            except ValueError as error:
                raise Unusual from error
        return numbers


def _different(keys: Words) -> tuple[Ints, Ints]:
    """Return the place of each key among the different ones, and where each of these stands first.

    There are a few; one after the other they are told apart sooner than by sorting.
    """
    kinds = np.empty(len(keys), dtype=np.int64)
    left = np.arange(len(keys))
    first: list[int] = []
    while len(left) and len(first) < FEW_KINDS:
        same = keys[left] == keys[left[0]]
        kinds[left[same]] = len(first)
        first.append(int(left[0]))
        left = left[~same]
    _, others, which = np.unique(keys[left], return_index=True, return_inverse=True)
    kinds[left] = len(first) + which
    return kinds, np.array([*first, *left[others].tolist()], dtype=np.int64)


def _mask(lengths: Ints) -> Words:
    """Return words whose first `lengths` bytes are ones."""
    masks: Words = _MASKS[lengths]
    return masks


_MASKS: Any = np.array([(1 << 8 * length) - 1 for length in range(9)], dtype=np.uint64)


def whole_rows(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what stands before the rows, then rows, a stretch at a time, then what stands after.

    Raises:
        Unusual: There are no rows, or a row has no end within a stretch.
    """
    rest = b""
    begun = False
    for piece in pieces:
        rest += piece
        if not begun:
            start = rest.find(b"<sheetData>")
            if start < 0:
                continue
            begun = True
            yield rest[: start + 11]
            rest = rest[start + 11 :]
        end = rest.rfind(b"</row>") + 6
        if end >= 6:
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > 64 * 1024 * 1024:
            raise Unusual
    if not begun:
        raise Unusual
    yield rest
