"""Lists on a sheet: heads, rows, cells to fill in, heights that cut nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from campaign.render.xlsx_heights import lines_in, lines_needed, room_of
from campaign.render.xlsx_lines import Line
from campaign.render.xlsx_page import Page
from campaign.render.xlsx_styles import (
    LINE_HEIGHT,
    NUMERIC,
    ROW_PADDING,
    WRAPPED,
    Workbook,
    written_as,
)
from campaign.vocabulary import Field, Unit

# Follow-ups and late results may be written after the campaign ends.
AFTER_END = timedelta(days=366)
MOST_WAN = 100_000
MOST_COUNT = 99
MOST_CHARACTERS = 500

EMPTY_HEIGHT = 22.0
NOTE_LINE = 14.0
# What a section needs at least: its title, heads and two rows; and how far the height of a
# page may be from what we reckon.
SECTION_LEAST, PAGE_DOUBT = 80.0, 24.0
Cell = tuple[int, int]
Writer = Callable[[int, int, Any], None]

FILL_STYLES = {
    Unit.DATE: "fill_date",
    Unit.YUAN: "fill_wan",
    Unit.COUNT: "fill_count",
    Unit.TEXT: "fill_text",
}
PROTECTION = {
    "select_locked_cells": True,
    "select_unlocked_cells": True,
    "format_columns": True,
    "format_rows": True,
    "sort": True,
    "autofilter": True,
}


@dataclass(frozen=True)
class Column:
    """A column of a list.

    Attributes:
        label: Head.
        style: Name in `xlsx_styles.STYLES`.
        width: Width in characters; of a spanning column the sum over its cells.
        field: The field that is filled in here, for cells left empty and unlocked.
        span: How many columns of the sheet a cell covers.
    """

    label: str
    style: str = "text"
    width: float = 10.0
    field: Field | None = None
    span: int = 1

    @property
    def head_style(self) -> str:
        """Return the style of the head: aligned as the figures below it."""
        if self.field is not None:
            return "head_fill"
        if self.style in NUMERIC:
            return "head_number"
        return "head_center" if self.style == "center" else "head"


def fill_column(field: Field, width: float) -> Column:
    """Return the column in which a field is filled in."""
    style = "fill_code" if field.name in ("phone", "referrer_id") else FILL_STYLES[field.unit]
    return Column(field.label, style, width, field)


def set_widths(sheet: Any, columns: Sequence[Column]) -> None:
    """Set the widths of a sheet's columns from its main list."""
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)


def spread(columns: Sequence[Column], widths: Sequence[float]) -> list[Column]:
    """Return spanning columns with the width that the grid below gives them."""
    fitted, place = [], 0
    for column in columns:
        width = sum(widths[place : place + column.span])
        fitted.append(replace(column, width=width))
        place += column.span
    return fitted


def write_heads(book: Workbook, sheet: Any, at: Cell, columns: Sequence[Column]) -> None:
    """Write one line of heads, beginning at a row and column."""
    row, place = at
    lines = 1
    for column in columns:
        _write(book, sheet, (row, place), column.label, replace(column, style=column.head_style))
        lines = max(lines, lines_needed(column.label, column.width))
        place += column.span
    book.raise_row(sheet, row, lines * LINE_HEIGHT + ROW_PADDING)


def write_rows(
    book: Workbook,
    sheet: Any,
    at: Cell,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    padding: float = ROW_PADDING,
) -> int:
    """Write the rows of a list, cells to fill in left empty; return the row after the last."""
    row, first = at
    put = _row_writer(book, sheet, columns, first)
    wrapped = _wrapped(columns)
    for values in rows:
        put(row, values)
        lines = max([lines_in(values[given], room) for given, room in wrapped], default=1)
        book.raise_row(sheet, row, lines * LINE_HEIGHT + padding)
        row += 1
    return row


def write_filled(
    book: Workbook,
    sheet: Any,
    at: Cell,
    columns: Sequence[Column],
    filled: Sequence[Sequence[Any] | None],
) -> None:
    """Write what was filled in before into the cells to fill in of rows that are written.

    Args:
        book: The workbook.
        sheet: The sheet.
        at: First row and column of the list.
        columns: Its columns.
        filled: By row, the values of the columns to fill in, in their order; a row or a
            value that is None stays empty.
    """
    row, place = at
    writers = []
    for column in columns:
        if column.field is not None:
            writers.append((place, _writer(book, sheet, column)))
        place += column.span
    for number, values in enumerate(filled, start=row):
        for (here, write), value in zip(writers, values or (), strict=False):
            if value is not None:
                write(number, here, value)


def _row_writer(
    book: Workbook, sheet: Any, columns: Sequence[Column], first: int
) -> Callable[[int, Sequence[Any]], None]:
    """Return what writes the values of a row and leaves the cells to fill in blank."""
    if all(column.span == 1 for column in columns):
        line = Line(
            places=tuple(range(first, first + len(columns))),
            looks=tuple(book.style(column.style) for column in columns),
            forms=tuple(None if c.field is not None else written_as(c.style) for c in columns),
            ends=tuple(book.ends(c.style) for c in columns if c.field is None),
        )
        return lambda row, values: sheet.put_line(row, line, values)
    writers: list[tuple[int, Writer]] = []
    blanks: list[tuple[int, Any]] = []
    place = first
    for column in columns:
        if column.field is not None:
            blanks.append((place, book.style(column.style)))
        else:
            writers.append((place, _writer(book, sheet, column)))
        place += column.span

    def put(row: int, values: Sequence[Any]) -> None:
        for (here, write), value in zip(writers, values, strict=True):
            write(row, here, value)
        for here, cell in blanks:
            sheet.put_blank(row, here, cell)

    return put


def _wrapped(columns: Sequence[Column]) -> list[tuple[int, int]]:
    """Return which values of a row wrap, with the room that their columns give them."""
    given = [column for column in columns if column.field is None]
    return [(n, room_of(c.width)) for n, c in enumerate(given) if c.style in WRAPPED]


def _writer(book: Workbook, sheet: Any, column: Column) -> Writer:
    write = book.writer(sheet, column.style)
    if column.span == 1:
        return write
    cell, more = book.style(column.style), column.span - 1

    def write_merged(row: int, place: int, value: Any) -> None:
        sheet.merge_range(row, place, row, place + more, "", cell)
        write(row, place, value)

    return write_merged


def write_note(book: Workbook, sheet: Any, at: Cell, note: str, widths: Sequence[float]) -> None:
    """Write a note across the columns of a list, on as many lines as it takes."""
    row, first = at
    width = sum(widths)
    _write(book, sheet, at, note, Column("", "note_wrap", width, span=len(widths)))
    book.raise_row(sheet, row, NOTE_LINE * lines_needed(note, width) + 3.0)


def write_section(
    book: Workbook, sheet: Any, row: int, title: str, widths: Sequence[float]
) -> None:
    """Write the title of a further list, on a new page where little is left of this one.

    The row is made too high for what is left, so that the printer moves it on; the title
    stands at its foot, on top of its list.
    """
    left = Page(widths).left_after(book.heights(sheet, row))
    if left < SECTION_LEAST:
        book.raise_row(sheet, row, left + PAGE_DOUBT)
    book.put(sheet, row, 0, title, "section")


def write_empty(book: Workbook, sheet: Any, at: Cell, span: int, sentence: str) -> int:
    """Write the sentence that says why a list is empty; return the row after it."""
    _write(book, sheet, at, sentence, Column("", "note", span=span))
    book.raise_row(sheet, at[0], EMPTY_HEIGHT)
    return at[0] + 1


def validate(
    sheet: Any, rows: tuple[int, int], place: int, field: Field, days: tuple[date, date]
) -> None:
    """Put the drop-down or the range of a field on its cells.

    Args:
        sheet: The XlsxWriter sheet.
        rows: First and last row.
        place: Column.
        field: What is filled in there.
        days: As-of date and end of the campaign.
    """
    rule = _rule(field, days)
    if rule and rows[0] <= rows[1]:
        sheet.data_validation(rows[0], place, rows[1], place, rule)


def _rule(field: Field, days: tuple[date, date]) -> dict[str, Any]:
    if field.values is not None:
        labels = [member.label for member in field.values]
        return {
            "validate": "list",
            "source": labels,
            "error_title": field.label,
            "error_message": "请从下拉框里选一项。",
        }
    if field.unit is Unit.DATE:
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": days[0],
            "maximum": days[1] + AFTER_END,
            "error_title": field.label,
            "error_message": f"请填日期，如 {days[1]:%Y-%m-%d}。",
        }
    if field.unit is Unit.YUAN:
        return {
            "validate": "decimal",
            "criteria": "between",
            "minimum": 0,
            "maximum": MOST_WAN,
            "error_title": field.label,
            "error_message": "请填数字，单位万元，如 20。",
        }
    if field.unit is Unit.COUNT:
        return {
            "validate": "integer",
            "criteria": "between",
            "minimum": 0,
            "maximum": MOST_COUNT,
            "error_title": field.label,
            "error_message": "请填 0 至 99 的整数。",
        }
    return {}


def _write(book: Workbook, sheet: Any, at: Cell, value: Any, column: Column) -> None:
    _writer(book, sheet, column)(*at, value)
