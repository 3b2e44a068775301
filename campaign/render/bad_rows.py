"""The workbook of rows in question: the bank's own rows as text, each with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from campaign.book.bad_rows import BadSheet, RowsInQuestion
from campaign.book.loan_book import LoanBook
from campaign.render.files import safe_name, write_atomically
from campaign.render.formats import text_width
from campaign.render.xlsx_lists import (
    Column,
    set_widths,
    write_empty,
    write_heads,
    write_note,
    write_rows,
)
from campaign.render.xlsx_page import set_page
from campaign.render.xlsx_styles import Workbook

OVERVIEW = "问题一览"
NOTE = (
    "每张表只列需要核对的行，原样摘录，编号、金额一律是文本；加粗的格是有问题的列。"
    "请在原文件里改正（按“原行号”找），改好后重新检查；不要改这一份。"
)
NOT_MASKED = "含客户信息，未脱敏，请妥善保管"
OVERVIEW_COLUMNS = (
    Column("级别", "center", 8),
    Column("问题", "wrap", 86),
    Column("行数", "count", 8),
)
ROW_NUMBER, REASON = Column("原行号", "count", 8), Column("问题（列：说明）", "wrap", 46)
WIDTHS = (8.0, 26.0)
SHEET_NAME = 28


def write_bad_rows(book: LoanBook, found: RowsInQuestion, path: Path) -> Path:
    """Write the rows in question of a book, a sheet for each sheet that has any.

    Raises:
        OutputBlocked: The file cannot be written there.
    """
    workbook = Workbook(book.as_of, "需要核对的行")
    title = f"{book.bank_name or '本行'}台账需要核对的行（数据日期 {book.as_of}）"
    _write_overview(workbook, title, found)
    for name, sheet in zip(_sheet_names(found.sheets), found.sheets, strict=True):
        _write_sheet(workbook, name, title, sheet)
    return write_atomically(path, workbook.content())


def _write_overview(workbook: Workbook, title: str, found: RowsInQuestion) -> None:
    sheet = workbook.sheet(OVERVIEW)
    set_widths(sheet, OVERVIEW_COLUMNS)
    workbook.put(sheet, 0, 0, title, "title")
    write_note(
        workbook, sheet, (1, 0), f"{NOTE}{NOT_MASKED}。", [c.width for c in OVERVIEW_COLUMNS]
    )
    write_heads(workbook, sheet, (3, 0), OVERVIEW_COLUMNS)
    rows = [(f.severity.label, f.reason, len(f.every_cell())) for f in found.counted]
    row = write_rows(workbook, sheet, (4, 0), OVERVIEW_COLUMNS, rows) if rows else 4
    if not rows:
        row = write_empty(workbook, sheet, (4, 0), len(OVERVIEW_COLUMNS), "没有需要核对的行。")
    if found.others:
        workbook.put(sheet, row + 1, 0, "不落在某一行上的问题", "section")
        columns = (*OVERVIEW_COLUMNS[:2], Column("处数", "count", 8))
        write_heads(workbook, sheet, (row + 2, 0), columns)
        others = [(f.severity.label, f.message, f.count) for f in found.others]
        row = write_rows(workbook, sheet, (row + 3, 0), columns, others)
    set_page(sheet, header=title, footer=OVERVIEW, mark=NOT_MASKED)


def _write_sheet(workbook: Workbook, name: str, title: str, bad: BadSheet) -> None:
    sheet = workbook.sheet(name)
    own = [
        Column(header, "text", _width(header, bad, place))
        for place, header in enumerate(bad.headers)
    ]
    columns = (ROW_NUMBER, REASON, *own)
    set_widths(sheet, columns)
    workbook.put(sheet, 0, 0, f"{bad.file}「{bad.name}」{bad.table}", "title")
    note = f"{len(bad.rows)} 行需要核对。{NOTE}"
    write_note(workbook, sheet, (1, 0), note, [c.width for c in columns[:6]])
    write_heads(workbook, sheet, (2, 0), columns)
    rows = [(row.number, "\n".join(row.reasons), *row.cells) for row in bad.rows]
    last = write_rows(workbook, sheet, (3, 0), columns, rows)
    doubtful = workbook.writer(sheet, "doubtful")
    for place, row in enumerate(bad.rows):
        for column in sorted(row.doubtful):
            doubtful(3 + place, 2 + column, row.cells[column])
    sheet.freeze_panes(3, 2)
    sheet.autofilter(2, 0, last - 1, len(columns) - 1)
    sheet.repeat_rows(2)
    set_page(sheet, header=title, footer=name, mark=NOT_MASKED)


def _width(header: str, bad: BadSheet, place: int) -> float:
    """Return a width that shows the longest cell, within reason."""
    longest = max((text_width(row.cells[place]) for row in bad.rows[:500]), default=0)
    least, most = WIDTHS
    return min(max(least, longest + 2.0, min(text_width(header) + 2.0, 14.0)), most)


def _sheet_names(sheets: Sequence[BadSheet]) -> list[str]:
    """Return a name that Excel takes for each sheet, no two alike."""
    return _unlike([OVERVIEW.casefold()], (sheet.name for sheet in sheets))


def _unlike(taken: list[str], names: Iterable[str]) -> list[str]:
    found = []
    for name in names:
        plain = safe_name(name).translate(str.maketrans("[]'", "（）_"))[:SHEET_NAME]
        number, free = 1, plain
        while free.casefold() in taken:
            number += 1
            free = f"{plain[: SHEET_NAME - 3]}_{number}"
        taken.append(free.casefold())
        found.append(free)
    return found
