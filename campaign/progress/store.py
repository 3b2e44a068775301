"""The campaign folder's memory: one SQLite file with plans, returns, promises and a log."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path

from campaign.errors import StoreError

FILE_NAME = "campaign.db"
BUSY_SECONDS = 5.0
_TROUBLE = (
    ("not a database", "已损坏，或不是本程序的数据文件", "请从备份恢复。"),
    ("malformed", "已损坏", "请从备份恢复。"),
    ("decode", "已损坏", "请从备份恢复。"),
    ("full", "写不下，磁盘已满（剩余 {free:,} 字节）", "请清理磁盘再试；原有内容没有改动。"),
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
            # FULL, and the folder too after the journal is gone: only then is a commit certain.
            connection.execute("PRAGMA synchronous = EXTRA")
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
            free = shutil.disk_usage(path.parent).free if mark == "full" else 0
            return StoreError(f"{path} {trouble.format(free=free)}。", hint)
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
