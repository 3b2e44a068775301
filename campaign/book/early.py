"""Lets the children read a workbook while the program still loads what takes its tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from campaign.book.answers import Answers, hidden_sheets_wanted
from campaign.book.calamine_process import Readers
from campaign.book.preflight import first_look, open_zip
from campaign.book.workbook_readers import workbook_readers
from campaign.errors import BookUnreadable

WORKBOOK = "xl/workbook.xml"
Mark = tuple[int, int]


@dataclass(frozen=True)
class Early:
    """A workbook that children read already.

    Attributes:
        path: The file.
        mark: Its size and time of the last change before it was looked at.
        data: Its bytes.
        readers: The children.
    """

    path: Path
    mark: Mark | None
    data: bytes
    readers: Readers


@contextmanager
def begun_early(paths: Sequence[Path], answers: Answers) -> Iterator[Early | None]:
    """Begin to read the first of some files if it is an .xlsx without trouble; stop it at the end.

    Loading pandas takes as long as reading a small book. Whatever is odd about a file is left to
    `open.open_file`, which says what it is.
    """
    early = _begun(Path(paths[0]), answers) if paths else None
    try:
        yield early
    finally:
        if early is not None:
            early.readers.close()


def _begun(path: Path, answers: Answers) -> Early | None:
    mark = mark_of(path)
    try:
        with path.open("rb") as file:
            data = file.read() if file.read(2) == b"PK" and not file.seek(0) else b""
        if not data:
            return None
        archive = open_zip(data, path.name)
        if WORKBOOK not in archive.namelist() or first_look(archive, data, path.name):
            return None
        hidden = hidden_sheets_wanted(answers)
        readers = workbook_readers(path, len(data), archive, hidden, beside=True)
    except (BookUnreadable, OSError):
        return None
    return Early(path, mark, data, readers)


def mark_of(path: Path) -> Mark | None:
    """Return size and time of the last change, None where there is no such file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns
