"""Scans the XML of one worksheet in pieces for what the fast reader does not show."""

from __future__ import annotations

import re
from array import array

from campaign.book.raw_sheet import SheetFacts, Spots, column_index

KEPT = 200
LAST_ROW = 1_048_576
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
_ROW_NUMBER = re.compile(rb"\br=[\"'](\d{1,9})[\"']")
_CELL = re.compile(rb"<(?:\w+:)?c\s[^<>]*>")
_FAR = re.compile(rb'r="([A-Z]{3})(\d+)"')
_FILLED = re.compile(
    rb"<(?:\w+:)?c\b[^<>]*?\br=[\"']([A-Z]{1,3})(\d{1,9})[\"'][^<>]*[^/<>]?>\s*<(?:\w+:)?[vif]"
)
_LAST_ROW = re.compile(rb"<(?:\w+:)?row\b[^<>]*?\br=[\"'](\d{1,9})[\"']")


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
        self._errors = _Seen()
        self._uncached = _Seen()
        self._hidden: list[int] = []
        self._filtered = False
        self._has_values = False
        self._columns = 0
        self._rows = 0

    def feed(self, piece: bytes) -> None:
        """Scan a piece up to its last whole row; the rest waits for the next piece."""
        if self._size == 0:
            self._prefixed = b":worksheet" in piece[:2048]
        self._size += len(piece)
        text = self._rest + piece
        cut = max(text.rfind(b"</row>") + 6, text.rfind(b"</x:row>") + 8)
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
        return SheetFacts(
            errors=self._errors.spots(),
            uncached=self._uncached.spots(),
            hidden_rows=self._hidden,
            filtered=self._filtered,
            has_values=self._has_values,
        )

    def _scan(self, text: bytes) -> None:
        if not text:
            return
        self._has_values = self._has_values or _holds_values(text)
        self._scan_errors(text)
        self._scan_formulas(text)
        self._filtered = self._filtered or b"autoFilter" in text
        if b"hidden=" in text:
            self._scan_hidden(text)
        self._scan_bounds(text)

    def _scan_hidden(self, text: bytes) -> None:
        for row in _HIDDEN_ROW.findall(text):
            number = _ROW_NUMBER.search(row)
            self._hidden.append(int(number.group(1)) if number else 0)

    def _scan_errors(self, text: bytes) -> None:
        if b't="e"' not in text and b"t='e'" not in text:
            return
        for match in _ERROR.finditer(text):
            self._errors.add(match.group())

    def _scan_formulas(self, text: bytes) -> None:
        if b"<f" not in text and not (self._prefixed and b":f" in text):
            return
        for match in _UNCACHED.finditer(text):
            before = text[max(0, match.start() - 400) : match.start()]
            cells = _CELL.findall(before)
            self._uncached.add(cells[-1] if cells else b"")

    def _scan_bounds(self, text: bytes) -> None:
        """Widen the bounds: exactly in a small part, by the far cells in a large one."""
        if self._size <= SMALL:
            for letters, row in _FILLED.findall(text):
                self._widen(letters.decode(), int(row))
            return
        last = text.rfind(b"<row ")
        match = _LAST_ROW.match(text, last) if last >= 0 else None
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


class _Seen:
    """Notes the rows of cells by column, and the first addresses."""

    def __init__(self) -> None:
        self._rows: dict[str, array[int]] = {}
        self._cells: list[str] = []

    def add(self, tag: bytes) -> None:
        match = _REFERENCE.search(tag)
        letters = match.group(1).decode() if match else ""
        row = min(int(match.group(2)), LAST_ROW) if match else 0
        self._rows.setdefault(letters, array("I")).append(row)
        if match and len(self._cells) < KEPT:
            self._cells.append(f"{letters}{row}")

    def spots(self) -> Spots:
        return Spots(dict(sorted(self._rows.items())), tuple(self._cells))
