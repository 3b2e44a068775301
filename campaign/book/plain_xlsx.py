"""A large .xlsx read by whole arrays, with calamine asked about all that is not plain.

calamine makes a Python object of every cell and holds a whole sheet at once. Here shared texts
travel once and cells as their numbers; what a date, a formula's result, a rich text, a merged area
or a sheet's name is, calamine says of a small workbook that has the styles of the real one and
these cells alone. So every cell is what calamine makes of it. A sheet that is not written plainly
is left to the usual reader.

Messages (see `reader_child`): ("shared", texts joined, how many) … before all sheets; of each sheet
("sheet", name, 0), then ("texts", joined, era) and ("cells", top, columns) in turn,
("special", left, cells), ("facts", …), ("closed", …). A column is codes and numbers: 0 is an empty cell, -1 a
number, n the n-th text and -1 - n the n-th special cell, told at the sheet's end as the number of a
text, or as (value,).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from campaign.book.calamine_asked import Asked
from campaign.book.known_texts import KnownTexts, laid_out
from campaign.book.plain_texts import SEPARATOR, shared_texts
from campaign.book.sheet_cells import Cells, Places, Text, whole_rows
from campaign.book.sheet_scan import SPARSE_CELLS, SheetScan
from campaign.book.sheet_tags import INLINE, VALUE, Mask, Unusual
from campaign.book.xlsx_parts import TEXTS

PIECE = 2 * 1024 * 1024
LONGEST_TAIL = 8 * 1024 * 1024
_TYPE = re.compile(rb' t="(\w+)"')
_PLAIN = re.compile(rb'(?: s="\d{1,5}"| t="[a-zA-Z]{1,9}")*')
_MERGES = re.compile(rb"<mergeCells.*?</mergeCells>", re.DOTALL)
_FILTER = b"autoFilter"
_BLANK = 32  # the last of the signs that may be blanks
_ODD_SIGNS = (b"&", b"_x", b"\r")

Say = Callable[[tuple[Any, ...]], None]


class PlainWorkbook:
    """A large .xlsx: its sheets, each said in messages.

    Attributes:
        asked: calamine, which knows the sheets of the workbook.
    """

    def __init__(
        self, archive: zipfile.ZipFile, asked: Asked, left: frozenset[str | None] = frozenset()
    ) -> None:
        """Take an archive, and the parts that are left to another child."""
        self.asked = asked
        self._left = left
        self._archive = archive
        self._shared = 0
        self._texts = KnownTexts()
        self._kinds: dict[bytes, str] = {}

    def is_left(self, name: str) -> bool:
        """Return whether a sheet is left to another child."""
        return self.asked.part_of(name) in self._left

    def say_texts(self, say: Say) -> None:
        """Say the texts that the sheets share.

        Raises:
            Unusual: They are written in a way that is not understood here.
        """
        if TEXTS not in self._archive.namelist():
            return
        with self._archive.open(TEXTS) as part:
            every = list(shared_texts(iter(lambda: part.read(PIECE), b""), self.asked))
        for texts in every:
            self._texts.take(texts)
            say(("shared", SEPARATOR.join(texts), len(texts)))
        self._shared = self._texts.count

    def say_sheet(self, part: str, say: Say, most_cells: int) -> tuple[int, list[Any]]:
        """Say the cells of a sheet; return its height and its merged areas.

        Raises:
            Unusual: It is not written plainly, or holds too many cells.
        """
        special, seen = _Special(), SheetScan()
        height = width = 0
        left = read = 0
        tail = b""
        with self._archive.open(part) as file:
            stretches = whole_rows(iter(lambda: file.read(PIECE), b""))
            filtered = _FILTER in next(stretches)
            for stretch in stretches:
                if not stretch.endswith(b"</row>"):
                    tail = stretch
                    break
                text = Text(stretch)
                cells = text.cells()
                if not len(cells.rows):
                    continue
                first = int(cells.columns.min())
                left = min(left, first) if height else first
                width = max(width, int(cells.columns.max()) + 1)
                height = int(cells.rows[-1]) + 1
                read += len(stretch)
                if height * width > min(most_cells, SPARSE_CELLS + read):
                    raise Unusual
                if cells.tell:
                    seen.feed(stretch)
                packed = self._packed(text, cells, special)
                self._say_new(say)
                say(("cells", int(cells.rows[0]), packed))
        if b"<c " in tail or len(tail) > LONGEST_TAIL:
            raise Unusual
        found, merges = self.asked.cells(special.written, _MERGES.findall(tail))
        special.check(found)
        texts = [cell.encode() for cell in found if isinstance(cell, str)]
        numbers = iter(self._texts.codes(*laid_out(texts)).tolist())
        told: list[Any] = [next(numbers) if isinstance(cell, str) else (cell,) for cell in found]
        self._say_new(say)
        say(("special", left, told))
        facts = replace(seen.facts(), filtered=filtered or _FILTER in tail)
        say(("facts", replace(facts, from_1904=self.asked.from_1904).plain()))
        return height, [(t, c - left, b, d - left) for (t, c), (b, d) in merges]

    def _say_new(self, say: Say) -> None:
        new, era = self._texts.said()
        if new:
            say(("texts", SEPARATOR.encode().join(new).decode(), era))

    def _packed(
        self, text: Text, cells: Cells, special: _Special
    ) -> list[tuple[bytes | None, bytes | None]]:
        """Return the columns of some rows as codes and numbers, packed as bytes."""
        top, bottom = int(cells.rows[0]), int(cells.rows[-1])
        shape = (int(cells.columns.max()) + 1, bottom - top + 1)
        codes = np.zeros(shape, dtype=np.int32)
        numbers = np.full(shape, np.nan)
        for kind, some in self._by_kind(text, cells):
            where = (cells.columns[some], cells.rows[some] - top)
            starts, ends = cells.starts[some], cells.ends[some]
            if kind == "shared":
                index, is_whole = text.whole(starts, ends)
                if not is_whole.all() or (index >= self._shared).any():
                    raise Unusual
                codes[where] = index + 1
            elif kind == "number":
                numbers[where] = text.numbers(starts, ends)
                codes[where] = -1
            elif kind == "inline":
                codes[where] = self._texts.codes(text, starts, ends)
            elif kind == "dated":
                codes[where] = -1 - special.dated(text, cells, some)
            else:
                codes[where] = -1 - np.array(special.raw(text, cells, some), dtype=np.int32)
        return [_column(*column) for column in zip(codes, numbers, strict=True)]

    def _by_kind(self, text: Text, cells: Cells) -> Iterator[tuple[str, Places]]:
        """Yield each kind of cells and which they are."""
        kinds = [self._kind(written) for written in cells.attributes]
        left = np.ones(len(cells.kinds), dtype=bool)
        for kind, form in (
            ("shared", VALUE),
            ("number", VALUE),
            ("dated", VALUE),
            ("inline", INLINE),
        ):
            of_kind = np.array([one == kind for one in kinds], dtype=bool)[cells.kinds]
            here = of_kind & (cells.forms == form)
            if kind == "shared" and (of_kind & ~here).any():
                raise Unusual  # a shared text beside a formula
            if kind == "inline":
                here &= ~_odd(text, cells)
            left &= ~here
            if here.any():
                yield kind, np.flatnonzero(here)
        if left.any():
            yield "raw", np.flatnonzero(left)

    def _kind(self, written: bytes) -> str:
        """Return shared, inline, number, dated or raw for the attributes of a cell."""
        if written not in self._kinds:
            self._kinds[written] = self._judged(written)
        return self._kinds[written]

    def _judged(self, written: bytes) -> str:
        if not _PLAIN.fullmatch(written):
            raise Unusual
        kind = _TYPE.search(written)
        if kind and kind[1] != b"n":
            return {b"s": "shared", b"inlineStr": "inline"}.get(kind[1], "raw")
        (cell,), _ = self.asked.cells([b"<c" + written + b"><v>45000.25</v></c>"], [])
        return "number" if type(cell) is float else "dated"


def _odd(text: Text, cells: Cells) -> Mask:
    """Return which texts in cells calamine may take otherwise than they are written."""
    first, last = text.bytes[cells.starts], text.bytes[cells.ends - 1]
    odd = (first <= _BLANK) | (last <= _BLANK)
    if b"_" in text.text and b"_x" in text.text or b"&" in text.text or b"\r" in text.text:
        for place in np.flatnonzero((cells.forms == INLINE) & ~odd).tolist():
            written = text.text[cells.starts[place] : cells.ends[place]]
            odd[place] = any(sign in written for sign in _ODD_SIGNS)
    return odd


class _Special:
    """Cells of a sheet that calamine is asked about, each different one once."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self._places: dict[tuple[bytes, bytes], int] = {}
        self._numbers: dict[bytes, _Numbers] = {}

    def dated(self, text: Text, cells: Cells, some: Any) -> Any:
        """Return the places, from 1, of numbers in a style of dates or times."""
        numbers = text.numbers(cells.starts[some], cells.ends[some])
        places = np.zeros(len(some), dtype=np.int64)
        kinds = cells.kinds[some]
        for kind, written in enumerate(cells.attributes):
            here = kinds == kind
            if not here.any():
                continue
            different, which = np.unique(numbers[here], return_inverse=True)
            known = self._numbers.setdefault(written, _Numbers(self.written, written))
            found = map(known.__getitem__, different.tolist())
            places[here] = np.fromiter(found, dtype=np.int64, count=len(different))[which]
        return places

    def raw(self, text: Text, cells: Cells, some: Any) -> list[int]:
        """Return the places, from 1, of cells of any kind."""
        found = []
        for at in some.tolist():
            content = text.text[int(cells.begins[at]) : int(cells.stops[at])]
            written = cells.attributes[int(cells.kinds[at])]
            found.append(self._place(written, content))
        return found

    def check(self, found: list[Any]) -> None:
        """Refuse cells of nothing: whether such a one widens its sheet the usual reader knows.

        Raises:
            Unusual: There is one that is no error.
        """
        for cell, written in zip(found, self.written, strict=True):
            if cell == "" and b' t="e"' not in written:
                raise Unusual

    def _place(self, written: bytes, content: bytes) -> int:
        if (written, content) not in self._places:
            self.written.append(b"<c" + written + b">" + content + b"</c>")
            self._places[written, content] = len(self.written)
        return self._places[written, content]


class _Numbers(dict[float, int]):
    """The places of numbers in one style among the cells that calamine is asked about."""

    def __init__(self, asked: list[bytes], written: bytes) -> None:
        super().__init__()
        self._asked, self._written = asked, written

    def __missing__(self, number: float) -> int:
        content = b"<v>%s</v>" % repr(number).encode()
        self._asked.append(b"<c" + self._written + b">" + content + b"</c>")
        self[number] = place = len(self._asked)
        return place


def _column(codes: Any, numbers: Any) -> tuple[bytes | None, bytes | None]:
    are_numbers = codes == -1
    if are_numbers.all():
        return None, numbers.tobytes()
    return codes.tobytes(), numbers.tobytes() if are_numbers.any() else None
