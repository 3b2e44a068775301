"""What the child says → raw sheets; what it cannot read → one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from campaign.book.answers import Answers, answer_to
from campaign.book.calamine_process import NotShared, ReaderFailed, ReaderProcess, messages
from campaign.book.column import Column
from campaign.book.columns_made import ColumnsMade, SharedTexts, without_results
from campaign.book.decrypt import LOCKED_HINT
from campaign.book.listener import Listener
from campaign.book.preflight import SAVE_AGAIN
from campaign.book.raw_sheet import LONG, RawSheet, SheetFacts
from campaign.collector import MANY_ROWS, give_back
from campaign.errors import BookUnreadable
from campaign.vocabulary import BookQuestion, Loading


@dataclass
class Collected:
    """Sheets of a file; hidden ones that were left out or chosen, by name and rows."""

    sheets: list[RawSheet] = field(default_factory=list)
    hidden: list[tuple[str, int]] = field(default_factory=list)
    unhidden: list[tuple[str, int]] = field(default_factory=list)


Facts = Callable[[], Mapping[str, SheetFacts]]


def collected(
    readers: Sequence[ReaderProcess],
    name: str,
    answers: Answers,
    ahead: Listener,
    facts: Facts = dict,
) -> Collected:
    """Return what a child read, or what children read that share the sheets out.

    Args:
        readers: The children; they are closed in any case.
        name: Name of the file.
        answers: Which hidden sheets to load.
        ahead: Told each sheet as soon as it is whole, asked about one that is long.
        facts: Looks the file through while the child works; not asked where the child sees all.

    Raises:
        BookUnreadable: The child refused the file, died, or was stopped.
        NotShared: One of several did: only one that reads all may say why, or read it after all.
    """
    facts = cache(facts)
    try:
        return _all_told(readers, name, answers, ahead, facts)
    except ReaderFailed as error:
        if len(readers) > 1:
            raise NotShared from error
        facts()  # which may know better why
        raise _sentence(error, name) from error
    finally:
        for reader in readers:
            reader.close()


def _all_told(
    readers: Sequence[ReaderProcess], name: str, answers: Answers, ahead: Listener, facts: Facts
) -> Collected:
    """Return the sheets that are wanted in their order in the file, and which hidden ones there are."""
    told: dict[int, Collected] = {}
    for place, seen in _sheets(readers, name, answers, ahead, facts):
        for sheet in seen.sheets:
            if sheet.height > MANY_ROWS:
                give_back()  # what its columns were made of
            ahead.take(sheet)
        told[place] = seen
    found = Collected()
    for _, seen in sorted(told.items()):
        found.sheets += seen.sheets
        found.hidden += seen.hidden
        found.unhidden += seen.unhidden
    return found


def _sheets(
    readers: Sequence[ReaderProcess], name: str, answers: Answers, ahead: Listener, facts: Facts
) -> Iterator[tuple[int, Collected]]:
    """Yield each sheet, with its place in the file, as soon as it is told: as read or as hidden."""
    shared = {readers[0]: SharedTexts()}
    made: dict[ReaderProcess, _SheetMade] = {}
    for reader, message in messages(readers):
        if reader not in shared:
            shared[reader] = shared[readers[0]].for_another()
        if message[0] == "usual":
            facts()  # looked for while the child reads on
        elif message[0] == "shared":
            shared[reader].share(message[1], message[2])
        elif message[0] == "texts":
            shared[reader].add(message[1], era=message[2])
        elif message[0] == "sheet":
            shared[reader].settle()
            made[reader] = _SheetMade(name, ahead, *message[1:])
        elif message[0] != "closed":
            made[reader].take(message, shared[reader])
        else:
            sheet, (_, visible, height, merges) = made.pop(reader), message
            wanted = answer_to(answers, BookQuestion.HIDDEN_SHEET, sheet.label) == Loading.LOAD
            seen = Collected()
            if not visible:
                (seen.unhidden if wanted else seen.hidden).append((sheet.label, height))
            if visible or wanted:
                seen.sheets.append(sheet.sheet(facts, height, merges))
            yield sheet.place, seen


class _SheetMade:
    """A sheet in the making: its columns and what the child says of it."""

    def __init__(self, file: str, ahead: Listener, place: int, label: str, left: int) -> None:
        self.place, self.label, self._left = place, label, left
        self._file, self._ahead = file, ahead
        self._unkept: tuple[int, ...] | None = None
        self._made = ColumnsMade()
        self._columns: list[Column] | None = None
        self._seen: SheetFacts | None = None

    def take(self, message: tuple[Any, ...], shared: SharedTexts) -> None:
        """Take what the child says of the sheet."""
        if message[0] == "rows":
            self._made.add(message[1])
            if self._unkept is None and self._made.height >= LONG:
                self._unkept = self._keep_what_is_needed()
        elif message[0] == "cells":
            self._made.add_cells(message[1], message[2], shared)
        elif message[0] == "special":
            _, self._left, special = message
            columns = self._made.columns()[self._left :]
            self._columns = [shared.column(column, special) for column in columns]
        else:
            self._seen = SheetFacts.of(message[1])

    def _keep_what_is_needed(self) -> tuple[int, ...]:
        """Keep no more texts of columns that have many and that nothing needs; return these."""
        many = self._made.with_many_texts()
        if not many:
            return ()
        seen = RawSheet(self._file, self.label, self._made.so_far(), self._left)
        unkept = tuple(sorted(many.intersection(self._ahead.needless(seen))))
        self._made.keep_no_more(unkept)
        return unkept

    def sheet(
        self, facts: Facts, height: int, merges: Sequence[tuple[int, int, int, int]]
    ) -> RawSheet:
        """Return the sheet; what the child saw goes before `facts`."""
        columns = self._made.columns() if self._columns is None else self._columns
        if self._seen is not None:
            without_results(columns, self._left, self._seen.uncached)
            known = replace(self._seen, has_values=height > 0)
        else:
            known = facts().get(self.label, SheetFacts(has_values=height > 0))
        boxes = tuple((t, c, b, d) for t, c, b, d in merges if d >= 0)
        unkept = self._unkept or ()
        return RawSheet(self._file, self.label, columns, self._left, boxes, known, unkept)


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
