"""The child that parses: a file on standard input, plain messages on standard output.

Run as a script with its limits and a task. It imports nothing heavy, so it starts in
well under a tenth of a second. Whatever a parser does to this process, the program lives.

Each message has its length before it: ("usual",) where calamine reads a workbook (`plain_xlsx` tells the
others); ("sheet", place, name, left), ("rows", columns) …, ("facts", dict) of all but an .xlsx, ("closed", visible,
height, merges); ("plain", bytes) for a decrypted file; at last ("end",), ("refused", sentence, hint) or
("failed", kind, detail).
"""

from __future__ import annotations

import gc
import importlib
import io
import os
import pickle
import struct
import sys
import zipfile
from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from campaign.book.plain_xlsx import PlainWorkbook
    from campaign.book.raw_sheet import SheetFacts

ROWS_A_CHUNK = 10_000
SEPARATOR = "\0"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_CELLS = 120_000_000
# Niceness of the second child: the largest sheet is what the parent waits for longest.
STANDS_BACK = 5


def read_workbook(source: IO[bytes], out: IO[bytes], hidden: str, share: str = "") -> None:
    """Read a workbook: say each visible sheet, and those named in `hidden`, a chunk at a time.

    Args:
        source: The workbook.
        out: Where to say it.
        hidden: Hidden sheets to read too, a / between their names or * for every one.
        share: Which sheets to read beside another child (`xlsx_parts.left_by`); of the two the
            first says the texts that all sheets share. Empty where it reads alone.
    """
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    plain: Any = _plain_workbook(source, out, share)
    facts: Mapping[str, SheetFacts] = {}
    usual: Any = None
    if plain is None and share:
        say(out, ("failed", "not_shared", ""))
        return
    if plain is None:
        say(out, ("usual",))
        facts = _facts_beside(_whole(source))
        usual = CalamineWorkbook.from_filelike(io.BytesIO(_whole(source)))
    for place, meta in enumerate((usual or plain.asked.workbook).sheets_metadata):
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        if share and plain.is_left(meta.name):
            continue
        visible = meta.visible == SheetVisibleEnum.Visible
        wanted = visible or hidden == "*" or meta.name in hidden.split("/")
        if plain is not None and _say_plain(out, plain, place, meta.name, visible, wanted):
            continue
        usual = usual or CalamineWorkbook.from_filelike(io.BytesIO(_whole(source)))
        sheet = usual.get_sheet_by_name(meta.name)
        left = sheet.start[1] if sheet.start else 0
        height = sheet.end[0] + 1 if sheet.end else 0
        if wanted and height * sheet.width > MOST_CELLS:
            say(out, ("failed", "too_large", meta.name))
            return
        say(out, ("sheet", place, meta.name, left))
        if wanted and sheet.start:
            _say_rows(out, sheet.iter_rows())
        merges = [(t, c - left, b, d - left) for (t, c), (b, d) in sheet.merged_cell_ranges or ()]
        if meta.name in facts:
            say(out, ("facts", facts[meta.name].plain()))
        say(out, ("closed", visible, height, merges))
    say(out, ("end",))


def _whole(source: IO[bytes]) -> bytes:
    """Return all bytes of a file."""
    source.seek(0)
    return source.read()


def _plain_workbook(source: IO[bytes], out: IO[bytes], share: str) -> PlainWorkbook | None:
    """Return a large .xlsx that is read by arrays, its shared texts said; None for all others."""
    if source.read(2) != b"PK":
        return None
    from campaign.book.xlsx_parts import SECOND, is_large, left_by

    try:
        archive = zipfile.ZipFile(source)
        if not is_large(archive):
            return None
        from campaign.book.calamine_asked import Asked
        from campaign.book.plain_xlsx import PlainWorkbook

        as_text = _TextOf()
        asked = Asked(archive, lambda c: c if type(c) in (str, float, bool) else as_text[c])
        plain = PlainWorkbook(archive, asked, left_by(share, archive))
        plain.say_texts(_nothing if share.startswith(SECOND) else lambda message: say(out, message))
        return plain
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever is unusual, the usual reader reads it or says why
        return None


def _say_plain(
    out: IO[bytes], plain: PlainWorkbook, place: int, name: str, visible: bool, wanted: bool
) -> bool:
    """Say a sheet by arrays; return False where it is left to the usual reader."""
    try:
        part = plain.asked.part_of(name)
        if part is None:
            return False
        say(out, ("sheet", place, name, 0))

        def told(message: tuple[Any, ...]) -> None:
            if wanted or message[0] == "texts":  # which other sheets may hold too
                say(out, message)

        height, merges = plain.say_sheet(part, told, MOST_CELLS)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as above
        return False
    say(out, ("closed", visible, height, merges))
    return True


def _nothing(_message: tuple[Any, ...]) -> None:
    """Say nothing."""


def _facts_beside(data: bytes) -> Mapping[str, SheetFacts]:
    """Return what a workbook does not show of each sheet; of an .xlsx the parent finds it.

    Where it cannot be told there is nothing: the cells are read all the same.
    """
    try:
        if data.startswith(OLE):
            from campaign.book.xls_scan import xls_facts

            return xls_facts(data)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _facts_of_parts(archive)
    except Exception:  # noqa: BLE001 - whatever is wrong with the file, its reader says so
        return {}


def _facts_of_parts(archive: zipfile.ZipFile) -> Mapping[str, SheetFacts]:
    names = archive.namelist()
    if "xl/workbook.bin" in names:
        from campaign.book.xlsb_scan import xlsb_facts

        return xlsb_facts(archive)
    if "content.xml" in names:
        from campaign.book.ods_scan import ods_facts

        return ods_facts(archive)
    return {}


def read_text(source: IO[bytes], out: IO[bytes], kind: str, name: str) -> None:
    """Read a text table, a page or an XML 2003 spreadsheet and say its sheets."""
    from campaign.book.text_files import tables_in
    from campaign.errors import BookUnreadable

    try:
        for place, table in enumerate(tables_in(source, kind, name)):
            say(out, ("sheet", place, table.name, 0))
            height = _say_rows(out, table.rows) + _say_pieces(out, table.pieces)
            say(out, ("closed", table.visible, height, table.merges))
    except BookUnreadable as error:
        say(out, ("refused", error.message, error.hint))
        return
    say(out, ("end",))


def decrypt(data: bytes, out: IO[bytes]) -> None:
    """Open a locked file; its password stands before it, its length before that."""
    msoffcrypto = importlib.import_module("msoffcrypto")
    (length,) = struct.unpack("<I", data[:4])
    password = data[4 : 4 + length].decode("utf-8")
    plain = io.BytesIO()
    try:
        locked = msoffcrypto.OfficeFile(io.BytesIO(data[4 + length :]))
        locked.load_key(password=password)
        locked.decrypt(plain)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the library raises many kinds
        say(out, ("failed", "wrong_password", ""))
        return
    say(out, ("plain", plain.getvalue()))
    say(out, ("end",))


def _say_rows(out: IO[bytes], rows: Iterable[Sequence[Any]]) -> int:
    """Say rows, chunk by chunk as columns; return how many there were."""
    rows = iter(rows)
    as_text = _TextOf()
    height = 0
    while chunk := list(islice(rows, ROWS_A_CHUNK)):
        height += len(chunk)
        say(out, ("rows", [packed(column, as_text) for column in _columns(chunk)]))
    return height


def _say_pieces(out: IO[bytes], pieces: Iterable[Sequence[Sequence[Any]]]) -> int:
    """Say a table that comes by columns; return how many rows there were."""
    as_text = _TextOf()
    height = 0
    for columns in pieces:
        height += len(columns[0]) if columns else 0
        say(out, ("rows", [packed(column, as_text) for column in columns]))
    return height


def _columns(rows: list[Sequence[Any]]) -> Iterable[tuple[Any, ...]]:
    """Return the columns of rows, short ones filled up; at least one column."""
    width = max(max(map(len, rows)), 1)
    if min(map(len, rows)) < width:
        rows = [[*row, *[""] * (width - len(row))] for row in rows]
    return zip(*rows, strict=True)


def packed(column: Sequence[Any], as_text: dict[Any, Any]) -> str | bytes | list[Any]:
    """Return the cells packed: texts as one text, numbers as bytes, a mixture as a list."""
    try:
        joined = SEPARATOR.join(column)
    except TypeError:
        pass
    else:
        return joined if joined.count(SEPARATOR) == len(column) - 1 else list(column)
    kinds = set(map(type, column))
    if kinds == {float}:
        return array("d", column).tobytes()
    if kinds <= {str, float, bool}:
        return list(column)
    return [cell if type(cell) in (str, float, bool) else as_text[cell] for cell in column]


class _TextOf(dict[Any, Any]):
    """Text of dates and times, made once for each; whole numbers become floats."""

    def __missing__(self, cell: Any) -> Any:
        self[cell] = value = float(cell) if isinstance(cell, int) else str(cell)
        return value


def say(out: IO[bytes], message: tuple[Any, ...]) -> None:
    """Write one message, its length before it."""
    whole = io.BytesIO()
    pickler = pickle.Pickler(whole, protocol=5)
    pickler.fast = True  # no memo: cells do not repeat as objects
    pickler.dump(message)
    out.write(struct.pack("<Q", whole.tell()))
    out.write(whole.getbuffer())


def main(arguments: list[str]) -> None:
    """Do one task: `MEMORY SECONDS TASK DETAIL SHARE`; a task is workbook, csv, html, xml or decrypt."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from campaign.book.job_limit import limit_process
    from campaign.book.xlsx_parts import SECOND
    from campaign.collector import keep_freed

    memory, seconds, task, detail, share = arguments
    limit_process(int(memory), float(seconds))
    keep_freed()
    if share.startswith(SECOND) and hasattr(os, "nice"):
        os.nice(STANDS_BACK)
    gc.disable()
    out = sys.stdout.buffer
    source: IO[bytes] = sys.stdin.buffer
    if not source.seekable():
        source = io.BytesIO(source.read())
    try:
        if task == "workbook":
            read_workbook(source, out, detail, share)
        elif task == "decrypt":
            decrypt(source.read(), out)
        else:
            read_text(source, out, task, detail)
    except BaseException as error:  # noqa: BLE001 - calamine's panic is no Exception
        kinds = {"PasswordError": "password", "MemoryError": "too_large"}
        say(out, ("failed", kinds.get(type(error).__name__, "not_understood"), str(error)[:200]))
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
