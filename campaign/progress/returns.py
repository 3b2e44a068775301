"""Filled-in workbooks come back: what is new is kept, what is doubtful is named, never guessed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from campaign.errors import BookUnreadable, StoreError
from campaign.progress.activity_log import append_log
from campaign.progress.filled_workbook import FilledRow, FilledWorkbook, read_return
from campaign.progress.kept_returns import (
    CONTACT_FIELDS,
    ImportCall,
    IssuedTouch,
    is_known,
    issued_to,
    known_contacts,
    known_results,
    next_import,
)
from campaign.progress.records import plan_version, version_in_force
from campaign.progress.return_report import ReturnReport, SettledRow
from campaign.progress.settle import Settled, settle
from campaign.progress.store import writing
from campaign.vocabulary import FILLED_FIELDS, TOOL_NAME, ReturnState

__all__ = ["read_return", "take_back", "undo_last"]

SEEN_BEFORE = "这份文件已经收回过，没有再读入。"


def take_back(
    connection: sqlite3.Connection,
    paths: Sequence[Path],
    *,
    at: str,
    actor: str,
    preview: bool = False,
) -> list[ReturnReport]:
    """Take filled-in workbooks back: all that can be taken of each, or nothing is changed.

    The order of the paths does not matter. A file taken back before changes nothing.

    Args:
        connection: An open store.
        paths: The files.
        at: When, as 2026-12-04T17:05:00; kept, never compared.
        actor: Who.
        preview: Say what would happen and change nothing.

    Returns:
        One report a file, in the order of versions, managers and file names.
    """
    rules = version_in_force(connection).settings.returns
    books: list[FilledWorkbook | ReturnReport] = []
    for path in sorted(paths, key=lambda path: (path.name, str(path))):
        try:
            books.append(read_return(path, rules))
        except BookUnreadable as error:
            books.append(ReturnReport(path.name, refused=str(error)))
    books.sort(key=_order)
    with writing(connection, keep=not preview):
        one_call = next_import(connection, at, actor)
        reports = [
            book if isinstance(book, ReturnReport) else _take_one(one_call, book) for book in books
        ]
        one_call.close(reports)
    return reports


def undo_last(connection: sqlite3.Connection, *, at: str, actor: str) -> list[str]:
    """Forget the last call of `take_back` and return its file names.

    Raises:
        StoreError: Nothing was taken back, or a later plan rests on it.
    """
    with writing(connection):
        last = connection.execute(
            "SELECT import_id, in_force FROM imports ORDER BY import_id DESC LIMIT 1"
        ).fetchone()
        if last is None:
            raise StoreError("没有收回过填报结果，没有可撤销的。")
        if version_in_force(connection).version > last[1]:
            raise StoreError("最近一次收回之后已重做方案，不能撤销。", "请改正工作簿后重新收回。")
        files = [
            name
            for (name,) in connection.execute(
                "SELECT file_name FROM returns WHERE import_id = ? ORDER BY return_id", last[:1]
            )
        ]
        connection.execute("DELETE FROM imports WHERE import_id = ?", last[:1])
        append_log(connection, at=at, actor=actor, action="undo", detail={"files": files})
    return files


def _order(book: FilledWorkbook | ReturnReport) -> tuple[int, str, str]:
    if isinstance(book, ReturnReport):
        return (-1, "", book.file)
    return (_version_of(book), book.keys.get("manager_id", ""), book.name)


def _version_of(book: FilledWorkbook) -> int:
    text = book.keys.get("version", "")
    return int(text) if text.isdigit() else 0


def _take_one(one_call: ImportCall, book: FilledWorkbook) -> ReturnReport:
    connection, manager_id = one_call.connection, book.keys.get("manager_id", "")
    version = _version_of(book)
    touches = issued_to(connection, version, manager_id)
    refused = _refusal(connection, book, touches)
    if refused:
        return ReturnReport(book.name, refused)
    if is_known(connection, book.digest):
        rows = [
            SettledRow(row.place, ReturnState.UNCHANGED) for row in (*book.touches, *book.contacts)
        ]
        return ReturnReport(
            book.name, "", manager_id, version, book.rows_in, rows, (), (SEEN_BEFORE,)
        )
    results = settle(
        book.touches,
        FILLED_FIELDS,
        known_results(connection, manager_id),
        version,
        lambda row: _foreign(row, touches),
    )
    contacts = settle(
        book.contacts,
        CONTACT_FIELDS,
        known_contacts(connection, manager_id),
        version,
        lambda _row: None,
    )
    report = ReturnReport(
        book.name,
        "",
        manager_id,
        version,
        book.rows_in,
        [*results.rows, *contacts.rows],
        tuple(sorted(set(touches) - {row.key for row in book.touches})),
        book.notes + _no_outcome(results),
    )
    one_call.keep(book, report, results, contacts, touches)
    return report


def _refusal(
    connection: sqlite3.Connection, book: FilledWorkbook, touches: Mapping[str, IssuedTouch]
) -> str:
    """Return why nothing of a file can be taken, or an empty text."""
    keys = book.keys
    if keys.get("tool") != TOOL_NAME:
        return (
            "不是本工具发出的行动方案（找不到隐藏的方案编号），请交回原来的工作簿"
            "（xlsx、xls，或走访日程、电话另存的 csv）。"
        )
    issued = plan_version(connection, _version_of(book))
    if issued is None:
        return f"是第 {keys['version']} 版方案的工作簿，这个文件夹里没有这一版。"
    if keys["campaign"] != issued.campaign or keys["book_digest"] != issued.book_digest:
        return f"是另一次活动（{keys['campaign']}）的工作簿，与这个文件夹的方案对不上。"
    known = connection.execute(
        "SELECT 1 FROM issued_managers WHERE version = ? AND manager_id = ?",
        (issued.version, keys["manager_id"]),
    ).fetchone()
    if known is None:
        return f"工号 {keys['manager_id']} 不在第 {issued.version} 版方案里。"
    keyed = [row.key for row in book.touches if row.key]
    if keyed and not set(keyed) & set(touches):
        return f"行键没有一条属于工号 {keys['manager_id']}，可能拼错了工作簿。"
    return ""


def _foreign(row: FilledRow, touches: Mapping[str, IssuedTouch]) -> SettledRow | None:
    """Return why a row is none of the manager's touches, or does not fit its key."""
    if not row.key:
        why = f"{row.place}：没有行键，不知道是哪一次触达；新联系人请写在“新联系人”页"
        return SettledRow(row.place, ReturnState.UNKNOWN, why)
    touch = touches.get(row.key)
    if touch is None:
        why = f"{row.place}：行键 {row.key} 不是发给这位客户经理的"
        return SettledRow(row.place, ReturnState.UNKNOWN, why)
    if row.planned not in (None, touch.day) and not row.is_blank:
        why = (
            f"{row.place}：行键是 {touch.day} 的触达，这一行却写着 {row.planned}，"
            "可能排序时隐藏的行键没有一起移动"
        )
        return SettledRow(row.place, ReturnState.REJECTED, why)
    return None


def _no_outcome(results: Settled) -> tuple[str, ...]:
    count = sum(values["outcome"] is None for values in results.taken.values())
    return (f"{count} 行填了日期或备注但没有选结果，还不算完成。",) if count else ()
