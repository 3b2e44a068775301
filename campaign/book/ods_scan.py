"""Scans the content of an OpenDocument spreadsheet for what the fast reader does not show."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from xml.parsers import expat

from campaign.book.raw_sheet import SheetFacts
from campaign.book.seen_cells import LAST_ROW, SeenSheet

# What makes a scan worth its time: errors, rows out of sight, formulas without a result.
_MARKS = (b'value-type="error"', b'visibility="collapse"', b'visibility="filter"')
_UNCACHED = re.compile(
    rb"<table:table-cell\b(?=[^<>]*\btable:formula=)(?![^<>]*value-type=)[^<>]*>"
)
MOST_AT_ONCE = 10_000  # a cell or a row repeated more often only fills the sheet up


def ods_facts(archive: zipfile.ZipFile) -> dict[str, SheetFacts]:
    """Return the facts of each sheet of an OpenDocument spreadsheet by its name."""
    content = archive.read("content.xml")
    uncached = b"table:formula" in content and _UNCACHED.search(content)
    if not (uncached or any(mark in content for mark in _MARKS)):
        return {}
    scan = _Scan()
    scan.read(content)
    return {name: sheet.seen.facts() for name, sheet in scan.found.items()}


class _Scan:
    """Goes through content.xml; `found` holds what was seen by the name of the sheet."""

    def __init__(self) -> None:
        self.found: dict[str, _Sheet] = {}
        self._sheet = _Sheet()

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.Parse(content, True)

    def _start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "table:table":
            self._sheet = self.found[given.get("table:name", "")] = _Sheet()
        elif tag == "table:table-row":
            self._sheet.begin_row(given)
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._sheet.take(given)


class _Sheet:
    """The place in one sheet, and what was seen of it."""

    def __init__(self) -> None:
        self._row = self._next_row = 1
        self._column = 0
        self.seen = SeenSheet()

    def begin_row(self, given: Mapping[str, str]) -> None:
        self._row, self._column = self._next_row, 0
        times = _times(given, "table:number-rows-repeated")
        self._next_row = self._row + times
        if given.get("table:visibility") in ("collapse", "filter") and times <= MOST_AT_ONCE:
            self.seen.hidden_rows += range(self._row, self._next_row)
            self.seen.filtered = self.seen.filtered or given["table:visibility"] == "filter"

    def take(self, given: Mapping[str, str]) -> None:
        times = _times(given, "table:number-columns-repeated")
        kind = given.get("calcext:value-type") or given.get("office:value-type")
        cells = None
        if kind == "error":
            cells = self.seen.errors
        elif kind is None and "table:formula" in given:
            cells = self.seen.uncached
        if cells is not None and times <= MOST_AT_ONCE:
            for column in range(self._column, self._column + times):
                cells.add(column, self._row)
        self._column += times


def _times(given: Mapping[str, str], name: str) -> int:
    text = given.get(name, "1")
    return min(int(text), LAST_ROW) if text.isascii() and text.isdigit() and len(text) < 9 else 1
