"""What the child says → raw sheets; what it cannot read → one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from campaign.book.answers import Answers, answer_to
from campaign.book.calamine_process import ReaderFailed, ReaderProcess
from campaign.book.columns_made import ColumnsMade
from campaign.book.decrypt import LOCKED_HINT
from campaign.book.preflight import SAVE_AGAIN
from campaign.book.raw_sheet import RawSheet, SheetFacts
from campaign.errors import BookUnreadable
from campaign.vocabulary import BookQuestion, Loading


@dataclass
class Collected:
    """The sheets of a file; hidden ones that were left out or chosen, by name and rows."""

    sheets: list[RawSheet] = field(default_factory=list)
    hidden: list[tuple[str, int]] = field(default_factory=list)
    unhidden: list[tuple[str, int]] = field(default_factory=list)


Facts = Callable[[], Mapping[str, SheetFacts]]


@dataclass(frozen=True)
class How:
    """How a file is opened.

    Attributes:
        password: Opens an encrypted workbook; never kept.
        answers: Which hidden sheets and which files of an archive to load.
        ahead: Told each sheet as soon as it is whole, while the next one is read.
    """

    password: str | None
    answers: Answers
    ahead: Callable[[RawSheet], None]


def ignore(_sheet: RawSheet) -> None:
    """Do nothing with a sheet."""


def collected(reader: ReaderProcess, name: str, how: How, facts: Facts = dict) -> Collected:
    """Return what a child read.

    Args:
        reader: The child.
        name: Name of the file.
        how: How the file is opened.
        facts: Looks the file through while the child works.

    Raises:
        BookUnreadable: The child refused the file, died, or was stopped.
    """
    try:
        found = Collected()
        for sheet in _sheets(reader, name, how.answers, facts(), found):
            how.ahead(sheet)
            found.sheets.append(sheet)
        return found
    except ReaderFailed as error:
        raise _sentence(error, name) from error
    finally:
        reader.close()


def _sheets(
    reader: ReaderProcess,
    name: str,
    answers: Answers,
    facts: Mapping[str, SheetFacts],
    found: Collected,
) -> Iterator[RawSheet]:
    """Yield the sheets that are wanted; note hidden ones in `found`."""
    label, left = "", 0
    made = ColumnsMade()
    seen: SheetFacts | None = None
    for message in reader.messages():
        if message[0] == "sheet":
            _, label, left = message
            made, seen = ColumnsMade(), None
        elif message[0] == "rows":
            made.add(message[1])
        elif message[0] == "facts":
            seen = SheetFacts.of(message[1])
        else:
            _, visible, height, merges = message
            wanted = answer_to(answers, BookQuestion.HIDDEN_SHEET, label) == Loading.LOAD
            if not visible:
                (found.unhidden if wanted else found.hidden).append((label, height))
            if not (visible or wanted):
                continue
            boxes = tuple((t, c, b, d) for t, c, b, d in merges if d >= 0)
            filled = SheetFacts(has_values=height > 0)
            known = replace(seen, has_values=height > 0) if seen else facts.get(label, filled)
            columns = made.columns(left, seen.uncached if seen else None)
            yield RawSheet(name, label, columns, left, boxes, known)


def _sentence(error: ReaderFailed, name: str) -> BookUnreadable:
    if error.kind == "refused":
        return BookUnreadable(error.detail, error.hint)
    if error.kind == "password":
        return BookUnreadable(f"文件“{name}”有打开密码。", LOCKED_HINT)
    if error.kind == "time":
        return BookUnreadable(f"文件“{name}”读得太久，已停下。", SAVE_AGAIN)
    if error.kind in ("died", "too_large"):
        return BookUnreadable(f"文件“{name}”的内容超出正常台账的大小，或已损坏。", SAVE_AGAIN)
    return BookUnreadable(f"文件“{name}”不是能读的工作簿，或已损坏。", SAVE_AGAIN)
