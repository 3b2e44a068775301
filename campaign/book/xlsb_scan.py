"""Scans the records of a binary workbook (.xlsb) for what the fast reader does not show.

A part is a run of records: kind and length in seven bits a byte, then the content
([MS-XLSB] 2.1.4).
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from posixpath import join, normpath
from xml.etree import ElementTree

from campaign.book.raw_sheet import SheetFacts
from campaign.book.seen_cells import SeenSheet

ROW_HEADER, CELL_ERROR, FORMULA_ERROR = 0, 3, 11
BUNDLE_SHEET, BOOK_PROPERTIES, BEGIN_FILTER = 156, 153, 161
HIDDEN = 0x10
BOOK, LINKS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels"
CHUNK = 1024 * 1024


def xlsb_facts(archive: zipfile.ZipFile) -> dict[str, SheetFacts]:
    """Return the facts of each sheet of a binary workbook by its name."""
    named, from_1904 = _sheets(archive.read(BOOK))
    links = ElementTree.fromstring(archive.read(LINKS))
    targets = {link.get("Id", ""): link.get("Target", "") for link in links}
    found = {}
    for link, name in named.items():
        target = targets.get(link, "")
        part = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
        scan = _Scan()
        with archive.open(part) as stream:
            while piece := stream.read(CHUNK):
                scan.feed(piece)
        found[name] = scan.seen.facts(from_1904=from_1904)
    return found


class _Scan:
    """Takes the pieces of a sheet part in order; `seen` is what was seen."""

    def __init__(self) -> None:
        self._rest = b""
        self._row = 0
        self.seen = SeenSheet()

    def feed(self, piece: bytes) -> None:
        text = self._rest + piece
        end = 0
        for kind, start, end in _records(text):
            self._take(kind, text[start:end])
        self._rest = text[end:]  # half a record waits for the next piece

    def _take(self, kind: int, content: bytes) -> None:
        if kind == ROW_HEADER and len(content) >= 12:
            self._row = int.from_bytes(content[:4], "little") + 1
            if content[11] & HIDDEN:
                self.seen.hidden_rows.append(self._row)
        elif kind in (CELL_ERROR, FORMULA_ERROR) and len(content) >= 9:
            self.seen.errors.add(int.from_bytes(content[:4], "little"), self._row)
        elif kind == BEGIN_FILTER:
            self.seen.filtered = True


def _sheets(workbook: bytes) -> tuple[dict[str, str], bool]:
    """Return relation → sheet name of the part workbook.bin, and if days count from 1904."""
    named: dict[str, str] = {}
    from_1904 = False
    for kind, start, end in _records(workbook):
        content = workbook[start:end]
        if kind == BUNDLE_SHEET:
            link, after = _text(content, 8)
            named[link] = _text(content, after)[0]
        elif kind == BOOK_PROPERTIES and content:
            from_1904 = bool(content[0] & 1)
    return named, from_1904


def _text(content: bytes, at: int) -> tuple[str, int]:
    """Return a text that begins with its length, and where it ends."""
    try:
        (length,) = struct.unpack_from("<I", content, at)
    except struct.error:
        return "", at
    end = at + 4 + 2 * length
    return content[at + 4 : end].decode("utf-16-le", "replace"), end


def _records(text: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield kind, start and end of the content of each whole record."""
    at, size = 0, len(text)
    while at + 2 <= size:
        kind = text[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | text[at] << 7
            at += 1
        length = shift = 0
        while True:
            if at >= size:
                return
            byte = text[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift > 21:
                break
        if at + length > size:
            return
        yield kind, at, at + length
        at += length
