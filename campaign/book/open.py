"""Bytes of a file → raw sheets, told apart by content and never by extension."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from mmap import ACCESS_READ, mmap
from pathlib import Path, PurePosixPath

from campaign.book import preflight, text_tables
from campaign.book.answers import NO_ANSWERS, Answers, answer_to, hidden_sheets_wanted
from campaign.book.calamine_process import MIB, NotShared, ReaderProcess
from campaign.book.decrypt import decrypted, is_locked
from campaign.book.file_findings import hidden_sheets, members, suspicious
from campaign.book.listener import Listener
from campaign.book.no_table import OLE, kind_of_text, refuse_what_is_no_table, too_many_bytes
from campaign.book.raw_sheet import RawSheet, SheetFacts
from campaign.book.workbook_readers import MOST_MEMORY, loads_of, workbook_readers
from campaign.errors import BookUnreadable, reason_of
from campaign.findings import Ask, Finding
from campaign.vocabulary import BookQuestion, Loading

SAVE_AGAIN = preflight.SAVE_AGAIN
TEXT_MEMORY = 384 * MIB
TEXT_SECONDS = 3.0
TEXT_A_SECOND = 12 * MIB
PACKED_A_SECOND = MIB  # of a Parquet file
ON_DISK = 64 * MIB  # from which on a text table is not taken into memory
BLANKS = b"\0 \r\n\t"

_BOOK_ENDINGS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et", ".csv", ".tsv", ".txt")


Bytes = bytes | mmap
Found = tuple[list[RawSheet], list[Finding]]
Told = Callable[[Listener], Found]  # hears out the children that read a file by now


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


OpensFile = Callable[[Listener], OpenedFile]


@dataclass(frozen=True)
class How:
    """How a file is opened.

    Attributes:
        password: Opens an encrypted workbook; never kept.
        answers: Which hidden sheets and which files of an archive to load.
        closing: Closes the children that read it.
        path: The file itself, where its bytes are what is read; the child reads it by itself.
    """

    password: str | None
    answers: Answers
    closing: ExitStack
    path: Path | None = None


def open_file(
    path: Path,
    *,
    password: str | None = None,
    answers: Answers = NO_ANSWERS,
    ahead: Listener | None = None,
) -> OpenedFile:
    """Return the sheets of a workbook, a text table or an archive of such.

    Args:
        path: The file; its extension means nothing.
        password: As in `How`.
        answers: As in `How`.
        ahead: Told each sheet as soon as it is whole, while the next one is read.

    Raises:
        BookUnreadable: It is missing, empty, locked, broken, or no table; or it was changed
            while it was read.
    """
    with begun(path, password=password, answers=answers) as rest:
        return rest(ahead or Listener())


@contextmanager
def begun(
    path: Path, *, password: str | None = None, answers: Answers = NO_ANSWERS
) -> Iterator[OpensFile]:
    """Let children begin to read a file; yield what hears them out, as `open_file` does.

    Nothing heavy is imported until then: it can be while they read.

    Args and Raises: As `open_file`.
    """
    try:
        as_found = _mark_of(path)
        data = _bytes_of(path)
    except IsADirectoryError as error:
        raise BookUnreadable(f"“{path.name}”是文件夹。", "请选文件。") from error
    except OSError as error:
        raise BookUnreadable(f"文件“{path}”打不开：{reason_of(error)}。", "请检查路径。") from error
    with ExitStack() as closing:
        told = [_open_bytes(data, path.name, How(password, answers, closing, path))]
        whole = [data]
        del data  # up to half a gigabyte, which goes when it is read

        def rest(ahead: Listener) -> OpenedFile:
            digest = hashlib.sha256(whole.pop()).hexdigest()
            sheets, findings = told.pop()(ahead)
            if _mark_of(path) != as_found:
                raise BookUnreadable(f"文件“{path.name}”在读取时被改动了。", "请等它保存好再试。")
            return OpenedFile(path.name, digest, tuple(sheets), tuple(findings))

        yield rest


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
    with ExitStack() as closing:
        return _open_bytes(data, name, How(password, answers, closing))(Listener())


def _open_bytes(data: Bytes, name: str, how: How) -> Told:
    start = data[:4096]
    blank = not start.strip(BLANKS) and not data[:ON_DISK].strip(BLANKS)
    refuse_what_is_no_table(start, len(data), name, blank=blank)
    if isinstance(data, bytes) and start.startswith(b"PK\x03\x04"):
        return _open_zip(data, name, how)
    if isinstance(data, bytes) and start.startswith(OLE):
        return _open_compound(data, name, how)
    return _read_text(data, kind_of_text(start, name), name, how)


def _open_compound(data: bytes, name: str, how: How) -> Told:
    """Return the sheets of a compound file: an old .xls or .et, or anything that is locked."""
    if is_locked(data):
        plain = decrypted(data, name, how.password)
        if is_locked(plain):
            raise BookUnreadable(f"文件“{name}”解密后仍是加密的。", "请在 Excel 中取消密码后再试。")
        return _open_bytes(plain, name, replace(how, password=None, path=None))
    return _read_workbook(data, name, None, how)


def _read_text(data: Bytes, kind: str, name: str, how: How) -> Told:
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
    how.closing.callback(reader.close)
    if not by_parts and len(data) > text_tables.MOST_BYTES:
        raise too_many_bytes(name, text_tables.MOST_BYTES)
    return lambda ahead: _collected([reader], name, how, ahead)


def _open_zip(data: bytes, name: str, how: How) -> Told:
    archive = preflight.open_zip(data, name)
    names = set(archive.namelist())
    if names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"} or any(
        "workbook" in part.lower() for part in names
    ):
        return _read_workbook(data, name, archive, how)
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise BookUnreadable(f"“{name}”是 Word 或 PPT 文档，不是台账。", SAVE_AGAIN)
    return lambda ahead: _open_members(archive, data, name, how, ahead)


def _open_members(
    archive: zipfile.ZipFile, data: bytes, name: str, how: How, ahead: Listener
) -> Found:
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
        more, noticed = _open_bytes(content, inner, replace(how, path=None))(ahead)
        sheets += more
        findings += noticed
    if not sheets:
        raise BookUnreadable(f"压缩包“{name}”里没有能读的台账。", "请解压后选工作簿。")
    return sheets, [
        *findings,
        members(name, asks, chosen=BookQuestion.ARCHIVE_MEMBER in how.answers),
    ]


def _member_name(part: zipfile.ZipInfo) -> str:
    label = part.filename
    if not part.flag_bits & 0x800:  # not marked as UTF-8: Chinese Windows writes GBK
        try:
            label = label.encode("cp437").decode("gb18030")
        except UnicodeError:
            label = part.filename
    return PurePosixPath(label.replace("\\", "/")).name


def _read_workbook(data: bytes, name: str, archive: zipfile.ZipFile | None, how: How) -> Told:
    """Begin to read the visible and the chosen sheets; this process looks the file through meanwhile."""
    if archive and preflight.first_look(archive, data, name):
        data = preflight.in_utf8(archive, data, name)
        archive, how = preflight.open_zip(data, name), replace(how, path=None)
    hidden = hidden_sheets_wanted(how.answers)

    def begin(*, beside: bool) -> list[ReaderProcess]:
        loads = loads_of(archive, len(data), beside=beside)
        return workbook_readers(how.path or data, hidden, loads, how.closing)

    def facts() -> Mapping[str, SheetFacts]:
        return preflight.inspect(archive, data, name).facts if archive else {}

    readers = begin(beside=how.path is not None)

    def told(ahead: Listener) -> Found:
        try:
            return _collected(readers, name, how, ahead, facts)
        except NotShared:
            return _collected(begin(beside=False), name, how, ahead, facts)

    return told


def _collected(
    readers: list[ReaderProcess],
    name: str,
    how: How,
    ahead: Listener,
    facts: Callable[[], Mapping[str, SheetFacts]] = dict,
) -> Found:
    """Return the sheets that children read, and what is to say of them."""
    from campaign.book.collect import collected

    found = collected(readers, name, how.answers, ahead, facts)
    return found.sheets, hidden_sheets(name, found.hidden, found.unhidden) + suspicious(
        found.sheets
    )
