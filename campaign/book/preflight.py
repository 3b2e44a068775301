"""Looks through a zip-based workbook before any parser may: bounds, bombs, hidden facts.

The size is what really comes out of the file, counted, not what it claims. The same pass
notes what the fast reader does not show: error cells, formulas without a stored result,
hidden rows.
"""

from __future__ import annotations

import codecs
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from posixpath import join, normpath
from xml.etree import ElementTree

from campaign.book.raw_sheet import SheetFacts
from campaign.book.sheet_scan import SheetScan
from campaign.errors import BookUnreadable

MIB = 1024 * 1024
CHUNK = 4 * MIB
PACKED = 512 * 1024
HEAD = 16 * 1024
_XML = (".xml", ".rels", ".vml")


@dataclass(frozen=True)
class Limits:
    """How much a workbook may hold before it is refused."""

    parts: int = 3_000
    sheets: int = 256
    inflated: int = 6_144 * MIB
    ratio: int = 150
    window: int = 64 * MIB
    member: int = 512 * MIB
    index_part: int = 8 * MIB


LIMITS = Limits()
OTHER_SIZE = "压缩包里写的大小与内容不符"
SAVE_AGAIN = "请在 Excel 或 WPS 中打开，另存为新的 xlsx 后再试。"


@dataclass
class Preflight:
    """What the pass found: size, kind and the facts of each sheet by its name."""

    inflated: int = 0
    facts: dict[str, SheetFacts] = field(default_factory=dict)


def open_zip(data: bytes, name: str) -> zipfile.ZipFile:
    """Return the archive if its directory is sane: parts, overlaps, claims, encryption.

    Raises:
        BookUnreadable: It is broken, or it is built to do harm.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise BookUnreadable(f"文件“{name}”不完整或已损坏。", SAVE_AGAIN) from error
    parts = archive.infolist()
    if len(parts) > LIMITS.parts:
        _refuse(name, f"里面有 {len(parts):,} 个部件，超过 {LIMITS.parts:,} 个")
    spans = sorted((part.header_offset, part.compress_size) for part in parts)
    for (start, size), (after, _) in zip(spans, spans[1:], strict=False):
        if start + size > after:
            _refuse(name, "压缩包内部的部件互相重叠")
    if any(part.flag_bits & 1 for part in parts):
        raise BookUnreadable(f"压缩包“{name}”有密码。", "请先解压，再选其中的工作簿。")
    _check_claims(parts, name)
    return archive


def _check_claims(parts: list[zipfile.ZipInfo], name: str) -> None:
    """Refuse what the directory itself says is too much, or cannot be true."""
    if sum(part.file_size for part in parts) > LIMITS.inflated:
        _refuse(name, f"解压后超过 {LIMITS.inflated // MIB:,} MB")
    for part in parts:
        _check_growth(part.file_size, part.compress_size, name)
        if part.compress_size > part.file_size + part.file_size // 8 + 64 * 1024:
            _refuse(name, OTHER_SIZE)


def claimed_size(archive: zipfile.ZipFile) -> int:
    """Return the inflated size that the directory claims; a first guess only."""
    return min(sum(part.file_size for part in archive.infolist()), LIMITS.inflated)


def first_look(archive: zipfile.ZipFile, data: bytes, name: str) -> bool:
    """Look at the head of every XML part, before any parser is let loose on the file.

    Returns:
        Whether a part is written in UTF-16, which the fast reader cannot read.

    Raises:
        BookUnreadable: A part claims absurd counts or carries a DOCTYPE.
    """
    wide = False
    for part in archive.infolist():
        if part.filename.endswith(_XML):
            head = next(_inflated(part, data, name, HEAD), b"")
            _refuse_doctype(head, name)
            _refuse_lying_count(head, part, name)
            wide = wide or b"\0" in head[:64]
    return wide


def in_utf8(archive: zipfile.ZipFile, data: bytes, name: str) -> bytes:
    """Return the archive with its UTF-16 parts in UTF-8.

    Raises:
        BookUnreadable: A part is in no encoding that can be told.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as rewritten:
        for part in archive.infolist():
            content = member_bytes(part, data, name)
            if part.filename.endswith(_XML) and b"\0" in content[:64]:
                content = _in_utf8(content, name)
            rewritten.writestr(part.filename, content)
    return out.getvalue()


def _in_utf8(content: bytes, name: str) -> bytes:
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    plain = "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
    try:
        text = content.decode("utf-16" if marked else plain)
    except UnicodeDecodeError as error:
        raise BookUnreadable(f"文件“{name}”不完整或已损坏。", SAVE_AGAIN) from error
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode("utf-8")


def inspect(archive: zipfile.ZipFile, data: bytes, name: str) -> Preflight:
    """Return what is really inside, counted and scanned.

    Raises:
        BookUnreadable: It inflates too far, claims absurd counts or carries a DOCTYPE.
    """
    sheets, from_1904 = _sheet_parts(archive, data, name)
    found = Preflight()
    for part in archive.infolist():
        scan = SheetScan() if part.filename in sheets else None
        size = 0
        for piece in _inflated(part, data, name):
            if size == 0 and part.filename.endswith(_XML):
                _refuse_doctype(piece, name)
            size += len(piece)
            found.inflated += len(piece)
            if size > part.file_size:
                _refuse(name, OTHER_SIZE)
            if found.inflated > LIMITS.inflated:
                _refuse(name, f"解压后超过 {LIMITS.inflated // MIB:,} MB")
            if scan is not None:
                scan.feed(piece)
        if scan is not None:
            scan.finish()
            if scan.too_far:
                raise BookUnreadable(
                    f"文件“{name}”的表“{sheets[part.filename]}”在 {scan.farthest} 还有内容，"
                    "远在台账之外，装不下。",
                    "请删去那里的内容再传。",
                )
            found.facts[sheets[part.filename]] = replace(scan.facts(), from_1904=from_1904)
    return found


def member_bytes(part: zipfile.ZipInfo, data: bytes, name: str) -> bytes:
    """Return the bytes of a file inside an archive, within the limits.

    Raises:
        BookUnreadable: It inflates too far or is broken.
    """
    pieces = []
    size = 0
    for piece in _inflated(part, data, name):
        size += len(piece)
        if size > LIMITS.member:
            _refuse(name, f"里面的“{part.filename}”解压后超过 {LIMITS.member // MIB} MB")
        pieces.append(piece)
    return b"".join(pieces)


def _inflated(part: zipfile.ZipInfo, data: bytes, name: str, chunk: int = CHUNK) -> Iterator[bytes]:
    """Yield what really comes out of a part, whatever its directory entry claims."""
    start = part.header_offset
    try:
        name_length, extra_length = struct.unpack("<HH", data[start + 26 : start + 30])
    except struct.error as error:
        raise BookUnreadable(f"文件“{name}”不完整或已损坏。", SAVE_AGAIN) from error
    start += 30 + name_length + extra_length
    packed = memoryview(data)[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        for begin in range(0, len(packed), chunk):
            yield bytes(packed[begin : begin + chunk])
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        _refuse(name, "用了不常见的压缩方式")
    yield from _deflated(packed, name, chunk)


def _deflated(packed: memoryview, name: str, chunk: int) -> Iterator[bytes]:
    """Yield the content in pieces; a stretch that grows out of all proportion is refused."""
    stream = zlib.decompressobj(-15)
    at = grown = window_start = 0
    try:
        while not stream.eof:
            piece = stream.decompress(packed[at : at + PACKED], chunk)
            at += min(PACKED, len(packed) - at) - len(stream.unconsumed_tail)
            if not piece and at >= len(packed):
                break
            grown += len(piece)
            if grown > LIMITS.window:
                _check_growth(grown, at - window_start, name)
                grown, window_start = 0, at
            if piece:
                yield piece
    except zlib.error as error:
        raise BookUnreadable(f"文件“{name}”不完整或已损坏。", SAVE_AGAIN) from error


def _check_growth(size: int, packed: int, name: str) -> None:
    if size > LIMITS.window and size > LIMITS.ratio * max(packed, 1):
        _refuse(name, f"解压后膨胀 {size // max(packed, 1):,} 倍，不像台账")


def _refuse_doctype(start: bytes, name: str) -> None:
    head = start.replace(b"\0", b"")[: 64 * 1024] if b"\0" in start[:64] else start
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        _refuse(name, "里面带有外部定义（DOCTYPE）")


_COUNT = re.compile(rb'(?:uniqueCount|count)\s*=\s*["\'](\d{6,})["\']')


def _refuse_lying_count(start: bytes, part: zipfile.ZipInfo, name: str) -> None:
    for count in _COUNT.findall(start[:2048]):
        if int(count) > max(part.file_size, 10_000_000):
            _refuse(name, "声明的条数与内容不符")


def _refuse(name: str, why: str) -> None:
    raise BookUnreadable(f"文件“{name}”没有打开：{why}。", SAVE_AGAIN)


def _sheet_parts(archive: zipfile.ZipFile, data: bytes, name: str) -> tuple[dict[str, str], bool]:
    """Return part name → sheet name of an xlsx (none for other kinds), and if days are of 1904."""
    book = _index_part(archive, data, "xl/workbook.xml", name)
    links = _index_part(archive, data, "xl/_rels/workbook.xml.rels", name)
    if book is None or links is None:
        return {}, False
    targets = {
        link.get("Id", ""): _part_name(link.get("Target", ""))
        for link in links
        if link.get("Type", "").endswith("/worksheet")
    }
    sheets = [node for node in book.iter() if node.tag.endswith("}sheet")]
    if len(sheets) > LIMITS.sheets:
        _refuse(name, f"有 {len(sheets):,} 张表，超过 {LIMITS.sheets} 张")
    named = {}
    for sheet in sheets:
        link = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
        if link in targets:
            named[targets[link]] = sheet.get("name", "")
    flags = [n.get("date1904", "") for n in book.iter() if n.tag.endswith("}workbookPr")]
    return named, any(flag in ("1", "true") for flag in flags)


def _part_name(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))


def _index_part(
    archive: zipfile.ZipFile, data: bytes, part_name: str, name: str
) -> ElementTree.Element | None:
    if part_name not in archive.namelist():
        return None
    content = b""
    for piece in _inflated(archive.getinfo(part_name), data, name):
        content += piece
        if len(content) > LIMITS.index_part:
            _refuse(name, "目录部件大得反常")
    _refuse_doctype(content, name)
    try:
        return ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError) as error:
        raise BookUnreadable(f"文件“{name}”不完整或已损坏。", SAVE_AGAIN) from error
