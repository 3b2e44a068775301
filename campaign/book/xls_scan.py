"""Scans an old .xls or .et for what the fast reader does not show: error cells, hidden rows.

Runs in the child only. A workbook of BIFF is a stream of records: kind, length, content; the
sheets stand one after the other behind the list of their names ([MS-XLS] 2.1.4).
"""

from __future__ import annotations

import importlib
import io
import struct

from campaign.book.raw_sheet import SheetFacts
from campaign.book.seen_cells import SeenSheet

BOUND_SHEET, BOF, FORMULA, BOOL_ERR, ROW = 0x85, 0x809, 0x06, 0x205, 0x208
FILTER_MODE, AUTO_FILTER_INFO, DATE_MODE, END_OF_FILE = 0x9B, 0x9D, 0x22, 0x0A
HIDDEN, ON_LOAD = 0x20, 0x02


def xls_facts(data: bytes) -> dict[str, SheetFacts]:
    """Return the facts of each sheet by its name; none where the file is of another make."""
    olefile = importlib.import_module("olefile")
    with olefile.OleFileIO(io.BytesIO(data)) as compound:
        name = next((n for n in ("Workbook", "WORKBOOK", "Book") if compound.exists(n)), None)
        stream = compound.openstream(name).read() if name else b""
    sheets, from_1904 = _sheets(stream)
    return {label: _scan(stream, start, from_1904=from_1904) for label, start in sheets}


def _sheets(stream: bytes) -> tuple[list[tuple[str, int]], bool]:
    """Return name and place of each sheet, and whether days count from 1904."""
    sheets = []
    from_1904 = False
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + length]
        if kind == BOUND_SHEET and length >= 8:
            wide, text = body[7] & 1, body[8:]
            label = text.decode("utf-16-le" if wide else "latin-1", "replace")
            sheets.append((label, struct.unpack_from("<I", body)[0]))
        elif kind == DATE_MODE and length >= 2:
            from_1904 = body[0] == 1
        elif kind == END_OF_FILE:
            break
        at += 4 + length
    return sheets, from_1904


def _scan(stream: bytes, at: int, *, from_1904: bool) -> SheetFacts:
    """Return what one sheet's records say, up to its end."""
    sheet = SeenSheet()
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        start = at + 4
        if kind == BOF:
            depth += 1
        elif kind == END_OF_FILE:
            depth -= 1
            if depth <= 0:
                break
        elif kind in (FILTER_MODE, AUTO_FILTER_INFO):
            sheet.filtered = True
        elif kind == ROW and length >= 16 and stream[start + 12] & HIDDEN:
            sheet.hidden_rows.append(struct.unpack_from("<H", stream, start)[0] + 1)
        elif kind in (BOOL_ERR, FORMULA):
            body = stream[start : start + min(length, 16)]
            is_error = _is_error(kind, body)
            if is_error or _is_uncached(kind, body):
                row, column = struct.unpack_from("<HH", stream, start)
                (sheet.errors if is_error else sheet.uncached).add(column, row + 1)
        at = start + length
    return sheet.facts(from_1904=from_1904)


def _is_error(kind: int, body: bytes) -> bool:
    """Return whether a cell holds an error, itself or as the stored result of its formula."""
    if kind == BOOL_ERR:
        return len(body) >= 8 and body[7] == 1
    return len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2


def _is_uncached(kind: int, body: bytes) -> bool:
    """Return whether a formula waits to be computed: marked so, and its result still zero."""
    return kind == FORMULA and len(body) >= 16 and not any(body[6:14]) and bool(body[14] & ON_LOAD)
