"""Writes the old binary workbooks for tests: BIFF8 (.xls, .et) in a compound file, byte by byte."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ERRORS = {
    "#NULL!": 0,
    "#DIV/0!": 7,
    "#VALUE!": 15,
    "#REF!": 23,
    "#NAME?": 29,
    "#NUM!": 36,
    "#N/A": 42,
}
WAITING = "=?"
SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


@dataclass(frozen=True)
class XlsSheet:
    """Rows of a sheet; a text of ERRORS becomes an error cell, WAITING a formula not computed."""

    rows: Sequence[Sequence[Any]]
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    filtered: bool = False
    merges: tuple[tuple[int, int, int, int], ...] = ()


def xls(sheets: Mapping[str, XlsSheet | Sequence[Sequence[Any]]], *, password: str = "") -> bytes:
    """Return a workbook of BIFF8; with a password its records are enciphered (RC4, 40 bit)."""
    made = {
        name: sheet if isinstance(sheet, XlsSheet) else XlsSheet(sheet)
        for name, sheet in sheets.items()
    }
    bodies = [_sheet(sheet) for sheet in made.values()]
    lock = _record(0x2F, _filepass(password)) if password else b""
    filler = _record(0x863, bytes(4096))  # so that the stream is long enough to stand alone
    head = _bof(5) + lock + _record(0x42, struct.pack("<H", 1200)) + filler
    names = [name.encode("utf-16-le") for name in made]
    size = len(head) + sum(4 + 8 + len(name) for name in names) + 4
    bounds = b""
    for name, sheet, body in zip(names, made.values(), bodies, strict=True):
        text = struct.pack("<BB", len(name) // 2, 1) + name
        bounds += _record(0x85, struct.pack("<IBB", size, int(sheet.hidden), 0) + text)
        size += len(body)
    stream = head + bounds + _record(0x0A, b"") + b"".join(bodies)
    return compound("Workbook", _enciphered(stream, password) if password else stream)


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _bof(kind: int) -> bytes:
    return _record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0, 6))


def _sheet(sheet: XlsSheet) -> bytes:
    width = max((len(row) for row in sheet.rows), default=0)
    out = [_bof(0x10), _record(0x200, struct.pack("<IIHHH", 0, len(sheet.rows), 0, width, 0))]
    if sheet.filtered:
        out.append(_record(0x9B, b""))
    for number, row in enumerate(sheet.rows):
        flags = 0x20 if number + 1 in sheet.hidden_rows else 0
        if flags:
            out.append(
                _record(
                    0x208,
                    struct.pack("<HHHHHHHH", number, 0, len(row), 255, 0, 0, flags | 0x100, 15),
                )
            )
        out += [
            _cell(number, column, value)
            for column, value in enumerate(row)
            if value not in (None, "")
        ]
    if sheet.merges:
        areas = b"".join(struct.pack("<HHHH", t, b, left, r) for t, left, b, r in sheet.merges)
        out.append(_record(0xE5, struct.pack("<H", len(sheet.merges)) + areas))
    return b"".join(out) + _record(0x0A, b"")


def _cell(row: int, column: int, value: Any) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if value in ERRORS:
        return _record(0x205, place + bytes([ERRORS[value], 1]))
    if value == WAITING:
        return _record(0x06, place + struct.pack("<dHIH", 0.0, 2, 0, 0))
    if isinstance(value, str):
        return _record(0x204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    return _record(0x203, place + struct.pack("<d", value))


def compound(name: str, stream: bytes) -> bytes:
    """Return a compound file (OLE2) with one stream of at least 4,096 bytes."""
    length = len(stream)
    sectors = -(-length // SECTOR)
    stream = stream.ljust(sectors * SECTOR, b"\0")
    fats = 1
    while fats * 128 < fats + 1 + sectors:
        fats += 1
    table = [FAT] * fats + [END] + [*range(fats + 2, fats + 1 + sectors), END]
    table += [FREE] * (fats * 128 - len(table))
    header = struct.pack("<8s16sHHHHH6xIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
                         0, fats, fats, 0, 4096, END, 0, END, 0, 0)  # fmt: skip
    header = header[:76] + struct.pack("<109I", *range(fats), *[FREE] * (109 - fats))
    entries = _entry("Root Entry", 5, END, 0, 1) + _entry(name, 2, fats + 1, length, FREE)
    directory = entries + _entry("", 0, 0, 0, FREE) * 2
    return header + struct.pack(f"<{fats * 128}I", *table) + directory + stream


def _entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
    text = name.encode("utf-16-le")
    length = len(text) + 2 if name else 0
    ids = struct.pack("<HBBIII", length, kind, 1, FREE, FREE, child)
    return text.ljust(64, b"\0") + ids + b"\0" * 36 + struct.pack("<IQ", start, size)


def _rc4(key: bytes, data: bytes) -> bytes:
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


SALT = bytes(range(16))


def _key(password: str, block: int) -> bytes:
    """Return the RC4 key of a block: [MS-OFFCRYPTO] 2.3.6.2."""
    first = hashlib.md5(password.encode("utf-16-le")).digest()[:5]
    middle = hashlib.md5((first + SALT) * 16).digest()[:5]
    return hashlib.md5(middle + struct.pack("<I", block)).digest()


def _filepass(password: str) -> bytes:
    proof = bytes(range(16, 32))
    both = _rc4(_key(password, 0), proof + hashlib.md5(proof).digest())
    return struct.pack("<HHH", 1, 1, 1) + SALT + both


def _enciphered(stream: bytes, password: str) -> bytes:
    """Return the records with their contents enciphered, as [MS-XLS] 2.2.10 leaves some plain."""
    cipher = b"".join(
        _rc4(_key(password, block), bytes(1024)) for block in range(len(stream) // 1024 + 1)
    )
    out = bytearray(stream)
    at = 0
    while at < len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        start = at + 4
        keep = length if kind in (0x809, 0x2F) else 4 if kind == 0x85 else 0
        for place in range(start + keep, start + length):
            out[place] = stream[place] ^ cipher[place]
        at = start + length
    return bytes(out)


def xlsb(name: str, rows: Sequence[Sequence[Any]], *, hidden_rows: tuple[int, ...] = ()) -> bytes:
    """Return a binary workbook (.xlsb) of one sheet: [MS-XLSB] records in a zip.

    A text of ERRORS becomes an error cell.
    """

    def record(kind: int, content: bytes = b"") -> bytes:
        mark = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        size, length = b"", len(content)
        while True:
            size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
            length >>= 7
            if not length:
                return mark + size + content

    def text(value: str) -> bytes:
        return struct.pack("<I", len(value)) + value.encode("utf-16-le")

    width = max(map(len, rows))
    cells = b""
    for number, row in enumerate(rows):
        flags = bytes([0x10 if number + 1 in hidden_rows else 0])
        cells += record(0, struct.pack("<I", number) + bytes(7) + flags + bytes(5))
        for column, value in enumerate(row):
            place = struct.pack("<II", column, 0)
            if value in ERRORS:
                cells += record(3, place + bytes([ERRORS[value]]))
            elif isinstance(value, str):
                cells += record(6, place + text(value))
            elif value is not None:
                cells += record(5, place + struct.pack("<d", value))
    sheet = record(129) + record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1))
    sheet += record(145) + cells + record(146) + record(130)
    bundle = record(156, struct.pack("<II", 0, 1) + text("rId1") + text(name))
    book = record(131) + record(143) + bundle + record(144) + record(132)
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{links}/{{}}" Target="{{}}"/></Relationships>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", rels.format("officeDocument", "xl/workbook.bin"))
        archive.writestr("xl/workbook.bin", book)
        target = rels.format("worksheet", "worksheets/sheet1.bin")
        archive.writestr("xl/_rels/workbook.bin.rels", target)
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
    return buffer.getvalue()
