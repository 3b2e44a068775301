"""Plan versions as the store keeps them: what was issued to whom, and what it rested on."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.errors import StoreError
from campaign.progress.activity_log import append_log
from campaign.progress.store import opened, writing

if TYPE_CHECKING:
    import pandas as pd

    from campaign.plan.campaign_plan import CampaignPlan
    from campaign.progress.carried import Carried

ISSUED_TABLES = ("issued_touches", "issued_managers", "issued_opportunities", "plan_rates", "votes")


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
    for table in (*ISSUED_TABLES, "plan_versions"):
        connection.execute(f"DELETE FROM {table} WHERE version >= ?", (plan.version,))  # noqa: S608
    _insert_plan(connection, plan, carried)
    detail = {
        "version": plan.version,
        "touches": len(plan.touches),
        "book": plan.book.digest,
        "carried": 0 if carried is None else len(carried.touches),
        "masked": plan.settings.output.masked,
    }
    append_log(connection, at=at, actor=actor, action="plan", detail=detail)


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
        "INSERT INTO plan_versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
            plan.book.as_of.isoformat(),
        ),
    )
    touches = plan.touches if carried is None else carried.with_touches(plan.touches)
    touches = touches.assign(version=plan.version, date=_days(touches["date"]))
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
    found = plan.growth.opportunities
    touched = found["customer_id"].isin(plan.touches["customer_id"])
    _insert(connection, "issued_opportunities", found.assign(version=plan.version), touched)
    rates = plan.rates.assign(version=plan.version, segment=plan.rates["segment"].fillna(""))
    _insert(connection, "plan_rates", rates)
    _insert(connection, "votes", plan.book.votes.assign(version=plan.version))


def _insert(
    connection: sqlite3.Connection, table: str, frame: pd.DataFrame, some: pd.Series | None = None
) -> None:
    """Insert the rows of a frame, or some of them, by the columns that a table has."""
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    marks = ", ".join("?" * len(columns))
    chosen = (frame[name] if some is None else frame[name][some] for name in columns)
    rows = zip(*map(_cells, chosen), strict=True)
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608


def _cells(column: pd.Series) -> list[Any]:
    """Return plain values, None where unknown."""
    values: list[Any] = column.tolist()
    known = column.notna()
    if known.all():
        return values
    return [value if one else None for value, one in zip(values, known.tolist(), strict=True)]


def _days(column: pd.Series) -> pd.Series:
    """Return days as 2027-01-08, each formed once."""
    texts = {day: day.strftime("%Y-%m-%d") for day in column.dropna().unique()}
    return column.map(texts)
