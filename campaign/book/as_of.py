"""The day that the figures are of: told, or in a column, a title, a file name; never today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    given: date | None,
    tables: Sequence[SheetTable],
    files: Sequence[OpenedFile],
    before: Mapping[str, str] | None = None,
) -> tuple[date, str, list[Finding]]:
    """Return the as-of day, where it was found, and what contradicts it.

    Args:
        given: The day that somebody fixed, which goes before what is written.
        tables: The sheets read.
        files: The files that they are from.
        before: Where a recipe says that the day of the file before came from (`source`, `last`);
            that day itself is never taken for this file.

    Raises:
        QuestionOpen: Nothing tells it.
    """
    ledgers = [table for table in tables if table.role == "loans"]
    written = _in_column(ledgers) or _in_title(ledgers)
    if given is not None:
        return given, OPTION, _difference(given, written)
    if written is not None:
        return *written, _elsewhere(*written, before or {})
    named = _in_file_name(ledgers) or _in_title(tables)
    if named is not None:
        return *named, _elsewhere(*named, before or {})
    names = "、".join(f"“{file.name}”" for file in files)
    raise QuestionOpen(
        f"看不出{names}的数据是哪一天的：没有数据日期列，标题和文件名里也没有日期。",
        _what_to_type(ledgers) + _last_time(before or {}),
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


def _elsewhere(day: date, origin: str, before: Mapping[str, str]) -> list[Finding]:
    """Return that the day was found elsewhere than in the file before; a given day is missed."""
    source = before.get("source", origin)
    if source == origin:
        return []
    last = f"（{before['last']}）" if before.get("last") else ""
    if source == OPTION:
        message = (
            f"配方记得上一份文件的数据日期{last}是用 --as-of 给的，这次没有给，用了{origin}里的 {day}；"
            "若不对，请用 --as-of 指明。"
        )
        return [Finding("as_of_source", Severity.WARNING, message)]
    message = f"上一份文件的数据日期{last}取自{source}，这次取自{origin}：{day}。"
    return [Finding("as_of_source", Severity.INFO, message)]


def _last_time(before: Mapping[str, str]) -> str:
    if before.get("source") != OPTION:
        return ""
    return (
        f"（配方记得上一份文件也是这样给的：{before.get('last', '')}，那个日期不套用到这份文件。）"
    )


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
