"""The day that the figures are of: told, or in a column, a title, a file name; never today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from campaign.book.gather import report_days
from campaign.book.open import OpenedFile
from campaign.book.sheet_table import SheetTable
from campaign.book.title import day_in
from campaign.errors import QuestionOpen
from campaign.findings import Finding
from campaign.vocabulary import Severity

NO_DAY = "也看不出数据是哪一天的；请用 --as-of 指明，如 --as-of 2026-11-15。"
OPTION, COLUMN, TITLE, FILE_NAME = "参数", "数据日期列", "标题", "文件名"


def find_as_of(
    given: date | None, tables: Sequence[SheetTable], files: Sequence[OpenedFile]
) -> tuple[date, str, list[Finding]]:
    """Return the as-of day, where it was found, and what contradicts it.

    Raises:
        QuestionOpen: Nothing tells it.
    """
    ledgers = [table for table in tables if table.role == "loans"]
    written = _in_column(ledgers) or _in_title(ledgers)
    if given is not None:
        return given, OPTION, _difference(given, written)
    if written is not None:
        return *written, []
    named = _in_file_name(ledgers) or _in_title(tables)
    if named is not None:
        return *named, []
    names = "、".join(f"“{file.name}”" for file in files)
    raise QuestionOpen(
        f"看不出{names}的数据是哪一天的：没有数据日期列，标题和文件名里也没有日期。",
        _what_to_type(ledgers),
    )


def _what_to_type(ledgers: Sequence[SheetTable]) -> str:
    """Return how to tell the day, with the last disbursement as evidence."""
    frames = [table.frames["loans"] for table in ledgers]
    days = [frame["start_date"].max() for frame in frames if "start_date" in frame]
    days = [day for day in days if day == day]
    if not days:
        return "请用 --as-of 指明，如 --as-of 2026-11-15。"
    last = f"{max(days):%Y-%m-%d}"
    return f"请用 --as-of 指明；最晚一笔发放在 {last}，数据日期不会早于它，如 --as-of {last}。"


def _in_column(ledgers: Sequence[SheetTable]) -> tuple[date, str] | None:
    days = [day for table in ledgers for day in report_days(table.frames["loans"]).head(1)]
    return (max(days).date(), COLUMN) if days else None


def _in_title(tables: Sequence[SheetTable]) -> tuple[date, str] | None:
    days = [table.found.title.as_of for table in tables if table.found.title.as_of]
    return (max(days), TITLE) if days else None


def _in_file_name(ledgers: Sequence[SheetTable]) -> tuple[date, str] | None:
    texts = [text for table in ledgers for text in (table.sheet.file, table.sheet.name)]
    days = [day for day in map(day_in, texts) if day]
    return (max(days), FILE_NAME) if days else None


def _difference(given: date, written: tuple[date, str] | None) -> list[Finding]:
    if written is None or written[0] == given:
        return []
    message = f"参数给的日期是 {given}，{written[1]}里写的是 {written[0]}；按参数计算。"
    return [Finding("as_of_differs", Severity.WARNING, message)]
