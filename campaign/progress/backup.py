"""Copies of the store, and whether its log is whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from campaign.errors import StoreError
from campaign.progress.activity_log import broken_log_entry
from campaign.progress.store import backup, opened


@dataclass(frozen=True)
class BackedUp:
    """A copy of the store.

    Attributes:
        path: Where it lies.
        entries: Lines of its log.
        returns: Workbooks taken back.
        version: Latest version of the plan.
    """

    path: Path
    entries: int
    returns: int
    version: int


def back_up(store: Path, to: Path) -> BackedUp:
    """Copy a store, check the copy and its log, and say what it holds.

    Raises:
        StoreError: The store or its copy is damaged, or a line of the log was changed.
    """
    with opened(store) as connection:
        broken = broken_log_entry(connection)
    if broken is not None:
        raise StoreError(
            f"{store} 的操作记录从第 {broken} 条起被改动过，没有备份。",
            "请保留原文件，交给管理员核查，并从更早的备份恢复。",
        )
    path = backup(store, to)
    with opened(path) as connection:
        entries, returns, version = (
            connection.execute(query).fetchone()[0]
            for query in (
                "SELECT count(*) FROM log",
                "SELECT count(*) FROM returns",
                "SELECT coalesce(max(version), 0) FROM plan_versions",
            )
        )
    return BackedUp(path, entries, returns, version)
