"""The campaign folder's memory: one SQLite file with plans, returns, promises and a log."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.errors import StoreError

if TYPE_CHECKING:
    from campaign.plan.campaign_plan import CampaignPlan
    from campaign.progress.carried import Carried

FILE_NAME = "campaign.db"
BUSY_SECONDS = 5.0
_TROUBLE = (
    ("not a database", "已损坏，或不是本程序的数据文件", "请从备份恢复。"),
    ("malformed", "已损坏", "请从备份恢复。"),
    ("decode", "已损坏", "请从备份恢复。"),
    ("full", "写不下，磁盘已满", "请清理磁盘再试；原有内容没有改动。"),
    ("disk I/O", "读写出错，可能是磁盘已满或网络盘断开", "请检查磁盘再试；原有内容没有改动。"),
    ("locked", "正被另一个程序使用", "请等它做完再试。"),
    ("readonly", "不可写", "请换一个有写入权限的文件夹。"),
    ("unable to open", "打不开", "请确认文件夹存在并且可写。"),
)


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the store, made and migrated where needed; every write waits its turn.

    The rollback journal and full sync are on purpose: a confirmed change survives a
    crash, and the one file can be copied (docs/decisions.md).

    Raises:
        StoreError: The file is damaged, of a newer program, or cannot be written.
    """
    try:
        if not path.exists():
            path.touch(mode=0o600)
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"打不开 {path}。", "请确认文件夹存在并且可写。") from error
    with closing(connection):
        try:
            _refuse_newer(connection, path)
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            _refuse_damaged(connection, path)
            _migrate(connection, path)
            yield connection
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise _sentence(error, path) from error


@contextmanager
def writing(connection: sqlite3.Connection, *, keep: bool = True) -> Iterator[None]:
    """Hold the write lock for a block: all of it is kept, or none.

    Args:
        connection: An open store.
        keep: False undoes the block at its end, to see what it would do.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # a full disk ends it by itself
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT" if keep else "ROLLBACK")


def record_plan(plan: CampaignPlan, path: Path, *, actor: str = "head-office") -> Path:
    """Keep a plan version and what it issues; the same plan twice changes nothing.

    A version that nothing has come back for may be replaced by another plan.

    Raises:
        StoreError: Results of this or a later version have been taken back.
    """
    with opened(path) as connection, writing(connection):
        if not _is_recorded(connection, plan):
            put_plan(connection, plan, at=plan.window.as_of.isoformat(), actor=actor)
    return path


def put_plan(
    connection: sqlite3.Connection,
    plan: CampaignPlan,
    *,
    at: str,
    actor: str,
    carried: Carried | None = None,
) -> None:
    """Keep a plan version in place of any from it on; call it inside `writing`.

    Args:
        connection: An open store.
        plan: The plan.
        at: When, for the log.
        actor: Who made it, for the log.
        carried: What a plan made anew carries over from the versions before.

    Raises:
        StoreError: Results of this or a later version have been taken back.
    """
    refuse_started(connection, plan.version)
    for table in ("issued_touches", "issued_managers", "plan_versions"):
        connection.execute(f"DELETE FROM {table} WHERE version >= ?", (plan.version,))  # noqa: S608
    _insert_plan(connection, plan, carried)
    detail = {
        "version": plan.version,
        "touches": len(plan.touches),
        "book": plan.book.digest,
        "carried": 0 if carried is None else len(carried.touches),
    }
    append_log(connection, at=at, actor=actor, action="plan", detail=detail)


def last_entry(connection: sqlite3.Connection) -> int:
    """Return the number of the log's last line, 0 for none; whoever writes adds one."""
    return int(connection.execute("SELECT coalesce(max(entry), 0) FROM log").fetchone()[0])


def refuse_replacing(plan: CampaignPlan, path: Path) -> None:
    """Refuse a plan that `record_plan` would refuse, before anything is written.

    Raises:
        StoreError: Results of this or a later version have been taken back.
    """
    if path.exists():
        with opened(path) as connection:
            if not _is_recorded(connection, plan):
                refuse_started(connection, plan.version)


def refuse_started(connection: sqlite3.Connection, version: int) -> None:
    """Refuse to replace a plan whose workbooks have come back.

    Raises:
        StoreError: Returns of this or a later version exist.
    """
    count = connection.execute(
        "SELECT count(*) FROM returns WHERE version >= ?", (version,)
    ).fetchone()[0]
    if count:
        raise StoreError(
            f"这个文件夹里的第 {version} 版方案已收回 {count} 份填报结果，不能覆盖。",
            "请写到新的文件夹，或在填报结果的基础上重做方案。",
        )


def append_log(
    connection: sqlite3.Connection, *, at: str, actor: str, action: str, detail: dict[str, Any]
) -> None:
    """Add a line to the log, chained to the line before by its digest."""
    last = connection.execute(
        "SELECT entry, digest FROM log ORDER BY entry DESC LIMIT 1"
    ).fetchone()
    entry, previous = (last[0] + 1, last[1]) if last else (1, "")
    text = json.dumps(detail, ensure_ascii=False, sort_keys=True)
    digest = _line_digest(entry, at, actor, action, text, previous)
    connection.execute(
        "INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?)",
        (entry, at, actor, action, text, previous, digest),
    )


def broken_log_entry(connection: sqlite3.Connection) -> int | None:
    """Return the first log entry that was tampered with, or None."""
    previous = ""
    rows = connection.execute(
        "SELECT entry, at, actor, action, detail, previous, digest FROM log ORDER BY entry"
    )
    for expected, row in enumerate(rows, start=1):
        entry, at, actor, action, detail, chained, digest = row
        intact = entry == expected and chained == previous
        if not intact or digest != _line_digest(entry, at, actor, action, detail, previous):
            return int(expected)
        previous = digest
    return None


def backup(path: Path, to: Path) -> Path:
    """Copy the store while it may be in use; `to` is replaced whole or left untouched."""
    with opened(path) as connection:
        return _copy(connection, to)


def _copy(connection: sqlite3.Connection, to: Path) -> Path:
    beside = to.with_name(f".{to.name}.tmp")
    beside.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(beside)) as target:
            connection.backup(target)
        beside.replace(to)
    finally:
        beside.unlink(missing_ok=True)
    return to


def _line_digest(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def _is_recorded(connection: sqlite3.Connection, plan: CampaignPlan) -> bool:
    row = connection.execute(
        "SELECT book_digest, settings_digest, seed, target, expected, start, end"
        " FROM plan_versions WHERE version = ?",
        (plan.version,),
    ).fetchone()
    window = plan.window
    known = (
        plan.book.digest,
        plan.settings.digest(),
        plan.seed,
        _known(plan.bridge.target),
        plan.bridge.net_growth,
        window.start.isoformat(),
        window.end.isoformat(),
    )
    return bool(row == known)


def _known(number: float) -> float | None:
    """Return a number, or None where it is unknown, as SQLite keeps it."""
    return None if number != number else number


def _insert_plan(
    connection: sqlite3.Connection, plan: CampaignPlan, carried: Carried | None
) -> None:
    window, bridge = plan.window, plan.bridge
    start = window.start if carried is None else carried.start
    connection.execute(
        "INSERT INTO plan_versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            plan.version,
            window.as_of.isoformat(),
            start.isoformat(),
            window.end.isoformat(),
            window.festival.isoformat(),
            _known(bridge.target),
            bridge.net_growth,
            plan.settings.output.bank_name or plan.book.bank_name,
            json.dumps(dataclasses.asdict(plan.settings), ensure_ascii=False, sort_keys=True),
            plan.book.digest,
            plan.settings.digest(),
            plan.seed,
            bridge.opening,
        ),
    )
    touches = plan.touches if carried is None else carried.with_touches(plan.touches)
    touches = touches.assign(version=plan.version, date=touches["date"].dt.strftime("%Y-%m-%d"))
    _insert(connection, "issued_touches", touches.assign(week=touches["week"].astype(int)))
    target = plan.managers["amount_target"]
    lost = plan.managers["run_off"] - plan.managers["renewed"]
    lent = 0.0 if carried is None else plan.managers["manager_id"].map(carried.lent).fillna(0.0)
    managers = plan.managers.assign(
        version=plan.version, target=target, new_lending=(target + lost + lent).round(2)
    )
    counts = {
        name: managers[name].fillna(0).astype(int)
        for name in ("is_new", "customers", "visits", "calls", "referrals", "contacts")
    }
    _insert(connection, "issued_managers", managers.assign(**counts))


def _insert(connection: sqlite3.Connection, table: str, frame: Any) -> None:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    marks = ", ".join("?" * len(columns))
    rows = frame[columns].astype("object").itertuples(index=False, name=None)
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608


def _refuse_newer(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(_migrations()):
        raise StoreError(
            f"{path} 是更新版本的程序写的（{version}）。", "请升级本程序再打开；文件没有改动。"
        )


def _refuse_damaged(connection: sqlite3.Connection, path: Path) -> None:
    answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if answer != "ok":
        raise StoreError(f"{path} 已损坏。", "请从备份恢复。")


def _sentence(error: Exception, path: Path) -> StoreError:
    words = str(error)
    for mark, trouble, hint in _TROUBLE:
        if mark in words:
            return StoreError(f"{path} {trouble}。", hint)
    return StoreError(f"{path} 读写失败（{words}）。", "请从备份恢复，或换一个文件夹。")


def _migrations() -> list[str]:
    text = (files("campaign.progress") / "schema.sql").read_text(encoding="utf-8")
    return ["--" + part for part in re.split(r"^-- Migration \d+:", text, flags=re.MULTILINE)[1:]]


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    known = _migrations()
    before = connection.execute("PRAGMA user_version").fetchone()[0]
    if before == len(known):
        return
    if before:
        _copy(connection, path.with_name(f"{path.stem}_升级前{before}{path.suffix}"))
    with writing(connection):
        done = connection.execute("PRAGMA user_version").fetchone()[0]
        for script in known[done:]:
            for statement in _statements(script):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(known)}")


def _statements(script: str) -> Iterator[str]:
    """Yield the statements of a script; a trigger's own semicolons do not end it."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
