"""What the child says → raw sheets; what it cannot read → one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from campaign.book.calamine_process import ReaderFailed, ReaderProcess, unpacked
from campaign.book.decrypt import LOCKED_HINT
from campaign.book.preflight import SAVE_AGAIN
from campaign.book.raw_sheet import EMPTY, Cell, RawSheet, SheetFacts, Spots, column_letter
from campaign.errors import BookUnreadable


@dataclass
class Collected:
    """The sheets of a file, and the hidden ones that were left out: name and rows."""

    sheets: list[RawSheet] = field(default_factory=list)
    hidden: list[tuple[str, int]] = field(default_factory=list)


Facts = Callable[[], Mapping[str, SheetFacts]]


def collected(reader: ReaderProcess, name: str, facts: Facts = dict) -> Collected:
    """Return what a child read; `facts` looks the file through while the child works.

    Raises:
        BookUnreadable: The child refused the file, died, or was stopped.
    """
    try:
        known = facts()
        return _collected(reader, name, known)
    except ReaderFailed as error:
        raise _sentence(error, name) from error
    finally:
        reader.close()


def _collected(reader: ReaderProcess, name: str, facts: Mapping[str, SheetFacts]) -> Collected:
    found = Collected()
    label, left = "", 0
    columns: list[list[Cell]] = []
    seen: SheetFacts | None = None
    for message in reader.messages():
        if message[0] == "sheet":
            _, label, left = message
            columns, seen = [], None
        elif message[0] == "rows":
            _extend(columns, message[1])
        elif message[0] == "facts":
            seen = _facts_of_xls(*message[1:])
        else:
            _, visible, height, merges = message
            if not visible:
                found.hidden.append((label, height))
                continue
            boxes = tuple((t, c, b, d) for t, c, b, d in merges if d >= 0)
            known = seen or facts.get(label, SheetFacts(has_values=height > 0))
            found.sheets.append(RawSheet(name, label, columns, left, boxes, known))
    return found


def _facts_of_xls(
    errors: dict[int, list[int]],
    cells: list[tuple[int, int]],
    hidden: list[int],
    filtered: bool,
    from_1904: bool,
) -> SheetFacts:
    """Return the facts that the child found in an old .xls, with Excel's rows and letters."""
    rows = {column_letter(column): [row + 1 for row in found] for column, found in errors.items()}
    named = tuple(f"{column_letter(column)}{row + 1}" for row, column in cells)
    return SheetFacts(
        errors=Spots(rows, named),
        hidden_rows=[row + 1 for row in hidden],
        filtered=filtered,
        from_1904=from_1904,
    )


def _extend(columns: list[list[Cell]], more: list[str | bytes | list[Cell]]) -> None:
    """Put a chunk of rows below the columns; a chunk may be wider or narrower."""
    height = len(columns[0]) if columns else 0
    columns.extend([EMPTY] * height for _ in range(len(more) - len(columns)))
    for column, cells in zip(columns, more, strict=False):
        column.extend(unpacked(cells))
    for column in columns[len(more) :]:
        column.extend([EMPTY] * (len(columns[0]) - height))


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
