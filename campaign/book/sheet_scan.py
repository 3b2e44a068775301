"""Scans the XML of one worksheet in pieces for what the fast reader does not show."""

from __future__ import annotations

import re

from campaign.book.raw_sheet import SheetFacts, column_index
from campaign.book.seen_cells import SeenSheet

MOST_CELLS = 120_000_000
SPARSE_CELLS = 10_000_000
CARRY = 64 * 1024
SMALL = 2 * 1024 * 1024

_ERROR = re.compile(rb"<(?:\w+:)?c\b[^<>]*\bt=[\"']e[\"'][^<>]*>")
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d+)[\"']")
_UNCACHED = re.compile(
    rb"<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</|</(?:\w+:)?c>)"
)
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b[^<>]*\bhidden=[\"'](?:1|true)[\"'][^<>]*>")
_ROW_NUMBER = re.compile(rb"<(?:\w+:)?row\b[^<>]*?\br=[\"'](\d{1,9})[\"']")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^<>]*>")
_CELL = re.compile(rb"<(?:\w+:)?c\b[^<>]*>")
_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)\b[^<>]*>")
_FAR = re.compile(rb'r="([A-Z]{3})(\d+)"')
_FILLED = re.compile(
    rb"<(?:\w+:)?c\b[^<>]*?\br=[\"']([A-Z]{1,3})(\d{1,9})[\"'][^<>]*[^/<>]?>\s*<(?:\w+:)?[vif]"
)


class SheetScan:
    """Takes the pieces of a sheet part in order; `facts()` tells what was seen.

    Attributes:
        too_far: A filled cell lies so far out that the sheet would be a huge, nearly empty table.
        farthest: The address of that cell.
    """

    def __init__(self) -> None:
        """Start with nothing seen."""
        self.too_far = False
        self.farthest = ""
        self._rest = b""
        self._size = 0
        self._prefixed = False
        self._seen = SeenSheet(has_values=False)
        self._rows_before = 0  # Excel row that the text scanned so far ends with
        self._columns = 0
        self._rows = 0

    def feed(self, piece: bytes) -> None:
        """Scan a piece up to its last whole row; the rest waits for the next piece."""
        if self._size == 0:
            self._prefixed = b":worksheet" in piece[:2048]
        self._size += len(piece)
        text = self._rest + piece
        end = b"</x:row>" if self._prefixed else b"</row>"
        cut = text.rfind(end) + len(end)
        if cut < 10:
            cut = max(len(text) - CARRY, 0)
        self._rest = text[cut:]
        self._scan(text[:cut])

    def finish(self) -> None:
        """Scan what is left."""
        self._scan(self._rest)
        self._rest = b""

    def facts(self) -> SheetFacts:
        """Return what was seen."""
        return self._seen.facts()

    def _scan(self, text: bytes) -> None:
        if not text:
            return
        self._seen.has_values = self._seen.has_values or _holds_values(text)
        self._scan_errors(text)
        self._scan_formulas(text)
        self._seen.filtered = self._seen.filtered or b"autoFilter" in text
        if b"hidden=" in text:
            self._scan_hidden(text)
        self._scan_bounds(text)
        self._rows_before = _last_row(text, self._rows_before)

    def _scan_hidden(self, text: bytes) -> None:
        counted = _Place(text, self._rows_before)
        for match in _HIDDEN_ROW.finditer(text):
            number = _ROW_NUMBER.match(match.group())
            self._seen.hidden_rows.append(
                int(number.group(1)) if number else counted.upto(match.end())[1]
            )

    def _scan_errors(self, text: bytes) -> None:
        if b't="e"' not in text and b"t='e'" not in text:
            return
        counted = _Place(text, self._rows_before)
        for match in _ERROR.finditer(text):
            self._seen.errors.add(*(_written(match.group()) or counted.upto(match.end())))

    def _scan_formulas(self, text: bytes) -> None:
        if b"<f" not in text and not (self._prefixed and b":f" in text):
            return
        counted = _Place(text, self._rows_before)
        for match in _UNCACHED.finditer(text):
            cells = _CELL.findall(text, max(0, match.start() - 400), match.start())
            written = _written(cells[-1]) if cells else None
            self._seen.uncached.add(*(written or counted.upto(match.start())))

    def _scan_bounds(self, text: bytes) -> None:
        """Widen the bounds: exactly in a small part, by the far cells in a large one."""
        if self._size <= SMALL:
            for letters, row in _FILLED.findall(text):
                self._widen(letters.decode(), int(row))
            return
        last = text.rfind(b"<row ")
        match = _ROW_NUMBER.match(text, last) if last >= 0 else None
        if match:
            self._widen("A", int(match.group(1)))
        if _FAR.search(text):
            for letters, row in _FAR.findall(text):
                self._widen(letters.decode(), int(row))

    def _widen(self, letters: str, row: int) -> None:
        self._columns = max(self._columns, column_index(letters) + 1)
        self._rows = max(self._rows, row)
        held = self._columns * self._rows
        if not self.too_far and held > min(MOST_CELLS, SPARSE_CELLS + self._size):
            self.too_far = True
            self.farthest = f"{letters}{row}"


def _holds_values(text: bytes) -> bool:
    return any(mark in text for mark in (b"<v>", b"<is>", b"<v ", b":v>", b":is>"))


class _Place:
    """Counts rows and cells of a stretch of XML forward: some writers number neither."""

    def __init__(self, text: bytes, rows_before: int) -> None:
        self._text = text
        self._at = 0
        self._row, self._column = rows_before, -1

    def upto(self, end: int) -> tuple[int, int]:
        """Return 0-based column and Excel row of the last cell that begins before `end`."""
        for match in _ROW_OR_CELL.finditer(self._text, self._at, end):
            if match.group(1) == b"row":
                number = _ROW_NUMBER.match(match.group())
                self._row = int(number.group(1)) if number else self._row + 1
                self._column = -1
            else:
                written = _written(match.group())
                self._column = written[0] if written else self._column + 1
        self._at = end
        return self._column, self._row


def _written(cell: bytes) -> tuple[int, int] | None:
    """Return 0-based column and Excel row that the tag of a cell names, None if it names none."""
    match = _REFERENCE.search(cell)
    return (column_index(match.group(1).decode()), int(match.group(2))) if match else None


def _last_row(text: bytes, before: int) -> int:
    """Return the Excel row that a stretch of XML ends with, counted where it is not written."""
    number = _ROW_NUMBER.match(text, max(text.rfind(b"<row "), 0))
    if number:
        return int(number.group(1))
    row = before
    for match in _ROW.finditer(text):
        number = _ROW_NUMBER.match(match.group())
        row = int(number.group(1)) if number else row + 1
    return row
