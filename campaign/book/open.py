"""Bytes of a file → raw sheets, told apart by content and never by extension."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from mmap import ACCESS_READ, mmap
from pathlib import Path, PurePosixPath

from campaign.book import parquet_tables, preflight, text_tables
from campaign.book.answers import NO_ANSWERS, Answers, answer_to, hidden_sheets_wanted
from campaign.book.calamine_process import MIB, ReaderProcess
from campaign.book.collect import Collected, How, NotShared, collected, ignore
from campaign.book.decrypt import decrypted, is_locked
from campaign.book.no_table import OLE, refuse_what_is_no_table, too_many_bytes
from campaign.book.raw_sheet import RawSheet, SheetFacts
from campaign.book.workbook_readers import MOST_MEMORY, workbook_readers
from campaign.errors import BookUnreadable, reason_of
from campaign.findings import Ask, Finding
from campaign.vocabulary import BookQuestion, Loading, Severity

SAVE_AGAIN = preflight.SAVE_AGAIN
TEXT_MEMORY = 384 * MIB
TEXT_SECONDS = 3.0
TEXT_A_SECOND = 12 * MIB
PACKED_A_SECOND = MIB  # of a Parquet file
ON_DISK = 64 * MIB  # from which on a text table is not taken into memory
XLS_LAST_ROW = 65_536

_BOOK_ENDINGS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et", ".csv", ".tsv", ".txt")


Bytes = bytes | mmap


@dataclass(frozen=True)
class OpenedFile:
    """What one file held: its visible sheets, and what was noticed on the way.

    Attributes:
        name: Name without the folder.
        digest: sha256 over the bytes.
    """

    name: str
    digest: str
    sheets: tuple[RawSheet, ...]
    findings: tuple[Finding, ...] = ()


def open_file(
    path: Path,
    *,
    password: str | None = None,
    answers: Answers = NO_ANSWERS,
    ahead: Callable[[RawSheet], None] = ignore,
) -> OpenedFile:
    """Return the sheets of a workbook, a text table or an archive of such.

    Args:
        path: The file; its extension means nothing.
        password: As in `How`.
        answers: As in `How`.
        ahead: As in `How`.

    Raises:
        BookUnreadable: It is missing, empty, locked, broken, or no table; or it was changed
            while it was read.
    """
    try:
        as_found = _mark_of(path)
        data = _bytes_of(path)
    except IsADirectoryError as error:
        raise BookUnreadable(f"“{path.name}”是文件夹。", "请选文件。") from error
    except OSError as error:
        raise BookUnreadable(f"文件“{path}”打不开：{reason_of(error)}。", "请检查路径。") from error
    digest = hashlib.sha256(data).hexdigest()
    sheets, findings = _open_bytes(data, path.name, How(password, answers, ahead, path))
    if _mark_of(path) != as_found:
        raise BookUnreadable(f"文件“{path.name}”在读取时被改动了。", "请等它保存好再试。")
    return OpenedFile(path.name, digest, tuple(sheets), tuple(findings))


def _mark_of(path: Path) -> tuple[int, int] | None:
    """Return size and time of the last change, None where there is no such file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _bytes_of(path: Path) -> Bytes:
    """Return the bytes of a file; those of a large one that is no workbook stay on the disk."""
    with path.open("rb") as file:
        start = file.read(len(OLE))
        if start.startswith((b"PK", OLE)) or path.stat().st_size < ON_DISK:
            file.seek(0)
            return file.read()
        return mmap(file.fileno(), 0, access=ACCESS_READ)


def open_bytes(
    data: bytes, name: str, *, password: str | None = None, answers: Answers = NO_ANSWERS
) -> tuple[list[RawSheet], list[Finding]]:
    """Return the sheets in the bytes of a file called `name`, and what was noticed.

    Raises:
        BookUnreadable: As `open_file`.
    """
    return _open_bytes(data, name, How(password, answers, ignore))


def _open_bytes(data: Bytes, name: str, how: How) -> tuple[list[RawSheet], list[Finding]]:
    start = data[:4096]
    blank = not data[:ON_DISK].strip(b"\0 \r\n\t")
    refuse_what_is_no_table(start, len(data), name, blank=blank)
    if isinstance(data, bytes) and start.startswith(b"PK\x03\x04"):
        return _open_zip(data, name, how)
    if isinstance(data, bytes) and start.startswith(OLE):
        return _open_compound(data, name, how)
    return _with_findings(name, _read_text(data, _kind_of_text(start, name), name, how))


def _open_compound(data: bytes, name: str, how: How) -> tuple[list[RawSheet], list[Finding]]:
    """Return the sheets of a compound file: an old .xls or .et, or anything that is locked."""
    if is_locked(data):
        plain = decrypted(data, name, how.password)
        if is_locked(plain):
            raise BookUnreadable(f"文件“{name}”解密后仍是加密的。", "请在 Excel 中取消密码后再试。")
        return _open_bytes(plain, name, replace(how, password=None, path=None))
    return _read_workbook(data, name, None, how)


def _kind_of_text(start: bytes, name: str) -> str:
    """Return parquet, csv, html or xml by what the file begins with."""
    if start.startswith(parquet_tables.MARK):
        return "parquet"
    head = start.lower().replace(b"\0", b"")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head and b"<?xml" in head:
        return "xml"
    if head.startswith((b"mime-version", b"message-id", b"from:")):
        raise BookUnreadable(f"文件“{name}”是网页归档（MHTML）。", SAVE_AGAIN)
    if any(tag in head for tag in (b"<html", b"<table", b"<meta", b"<!doctype html")):
        return "html"
    return "csv"


def _read_text(data: Bytes, kind: str, name: str, how: How) -> Collected:
    by_parts = kind in ("csv", "parquet")
    memory = TEXT_MEMORY + 16 * len(data)
    reader = ReaderProcess(
        how.path or bytes(data),
        kind,
        name,
        memory=MOST_MEMORY if kind == "parquet" else min(memory, MOST_MEMORY),
        seconds=TEXT_SECONDS
        + len(data) / (PACKED_A_SECOND if kind == "parquet" else TEXT_A_SECOND),
    )
    if not by_parts and len(data) > text_tables.MOST_BYTES:
        reader.close()
        raise too_many_bytes(name, text_tables.MOST_BYTES)
    return collected([reader], name, how)


def _open_zip(data: bytes, name: str, how: How) -> tuple[list[RawSheet], list[Finding]]:
    archive = preflight.open_zip(data, name)
    names = set(archive.namelist())
    if names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"} or any(
        "workbook" in part.lower() for part in names
    ):
        return _read_workbook(data, name, archive, how)
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise BookUnreadable(f"“{name}”是 Word 或 PPT 文档，不是台账。", SAVE_AGAIN)
    return _open_members(archive, data, name, how)


def _open_members(
    archive: zipfile.ZipFile, data: bytes, name: str, how: How
) -> tuple[list[RawSheet], list[Finding]]:
    """Return the sheets of every book wanted inside an archive, each under its own name."""
    sheets: list[RawSheet] = []
    findings: list[Finding] = []
    asks = []
    for part in archive.infolist():
        inner = _member_name(part)
        if not inner.lower().endswith(_BOOK_ENDINGS) or inner.startswith(("~$", ".")):
            continue
        content = preflight.member_bytes(part, data, name)
        if content.startswith(b"PK") and b"workbook" not in content:
            continue  # an archive in an archive
        answer = answer_to(how.answers, BookQuestion.ARCHIVE_MEMBER, inner) or Loading.LOAD.value
        asks.append(Ask(BookQuestion.ARCHIVE_MEMBER, inner, answer))
        if answer == Loading.SKIP:
            continue
        more, noticed = _open_bytes(content, inner, replace(how, path=None))
        sheets += more
        findings += noticed
    if not sheets:
        raise BookUnreadable(f"压缩包“{name}”里没有能读的台账。", "请解压后选工作簿。")
    return sheets, [
        *findings,
        _members(name, asks, chosen=BookQuestion.ARCHIVE_MEMBER in how.answers),
    ]


def _members(name: str, asks: list[Ask], *, chosen: bool) -> Finding:
    """Say which files of an archive were read; several are a question until it is answered."""
    read = [ask.key for ask in asks if ask.answer == Loading.LOAD]
    skipped = [ask.key for ask in asks if ask.answer == Loading.SKIP]
    message = f"压缩包“{name}”里的 {len(read)} 个文件都读了：{'、'.join(read)}。"
    if skipped:
        message = f"压缩包“{name}”里读了 {'、'.join(read)}；按您的选择没有读 {'、'.join(skipped)}。"
    several = len(asks) > 1 and not chosen
    if several:
        message += "若不该都算（如有往年的台账），请选出不装的。"
    severity = Severity.WARNING if several else Severity.INFO
    questions = tuple(asks) if len(asks) > 1 else ()
    return Finding("zip_members", severity, message, len(read), asks=questions)


def _member_name(part: zipfile.ZipInfo) -> str:
    label = part.filename
    if not part.flag_bits & 0x800:  # not marked as UTF-8: Chinese Windows writes GBK
        try:
            label = label.encode("cp437").decode("gb18030")
        except UnicodeError:
            label = part.filename
    return PurePosixPath(label.replace("\\", "/")).name


def _read_workbook(
    data: bytes, name: str, archive: zipfile.ZipFile | None, how: How
) -> tuple[list[RawSheet], list[Finding]]:
    """Return the visible and the chosen sheets; the child reads while this process looks it through."""
    if archive and preflight.first_look(archive, data, name):
        data = preflight.in_utf8(archive, data, name)
        archive, how = preflight.open_zip(data, name), replace(how, path=None)

    def facts() -> Mapping[str, SheetFacts]:
        return preflight.inspect(archive, data, name).facts if archive else {}

    def read(*, beside: bool) -> Collected:
        hidden = hidden_sheets_wanted(how.answers)
        readers = workbook_readers(how.path or data, len(data), archive, hidden, beside=beside)
        return collected(readers, name, how, facts)

    try:
        return _with_findings(name, read(beside=True))
    except NotShared:
        return _with_findings(name, read(beside=False))


def _with_findings(name: str, found: Collected) -> tuple[list[RawSheet], list[Finding]]:
    return found.sheets, _hidden_sheets(name, found) + _suspicious(found.sheets)


def _hidden_sheets(name: str, found: Collected) -> list[Finding]:
    """Ask whether hidden sheets are to be loaded; say which were, on somebody's word."""
    findings = []
    for hidden, answer, what in (
        (found.hidden, Loading.SKIP, "有隐藏的表没有装入：{}；若也要用，请选“装入”。"),
        (found.unhidden, Loading.LOAD, "有隐藏的表，按您的选择装入了：{}。"),
    ):
        if hidden:
            listed = "、".join(
                f"“{label}”" + (f"（{rows} 行）" if rows else "") for label, rows in hidden
            )
            asks = tuple(Ask(BookQuestion.HIDDEN_SHEET, label, answer) for label, _ in hidden)
            message = f"“{name}”{what.format(listed)}"
            findings.append(
                Finding("hidden_sheets", Severity.INFO, message, len(hidden), asks=asks)
            )
    return findings


def _suspicious(sheets: list[RawSheet]) -> list[Finding]:
    findings = []
    for sheet in sheets:
        if sheet.height == 0 and sheet.facts.has_values:
            message = f"表“{sheet.name}”里有内容但读不出来；{SAVE_AGAIN}"
            findings.append(Finding("sheet_unreadable", Severity.ERROR, message))
        if sheet.height == XLS_LAST_ROW:
            message = (
                f"表“{sheet.name}”正好 65,536 行，是旧 .xls 的上限，后面可能丢了；"
                "请用 xlsx 重新导出，核对笔数。"
            )
            last = (f"{sheet.name}!{sheet.letter(0)}{XLS_LAST_ROW}",)
            findings.append(Finding("row_limit_reached", Severity.WARNING, message, cells=last))
    return findings
