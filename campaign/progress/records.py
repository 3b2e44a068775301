"""What the store holds, read as tables and values of the vocabulary."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from campaign.errors import StoreError
from campaign.settings import Settings, rules_of
from campaign.vocabulary import (
    ISSUED,
    OPPORTUNITIES,
    OUTCOMES,
    PROMISES,
    RATES,
    REFERRED,
    VOTES,
    PromiseMetric,
)
from campaign.vocabulary.field import keep_texts_plain

keep_texts_plain()
# A result counts on the day it was taken back; this is later than any.
ALWAYS = date.max


@dataclass(frozen=True)
class PlanVersion:
    """A version of the plan as it was recorded.

    Attributes:
        target: Net growth asked for in yuan; None where none was set.
        expected: Net growth expected, in yuan.
        settings: The policy numbers that the plan was made with.
        opening: Balance that the plan began with, in yuan; None where it was not kept.
        book_day: Day of the book; None where it was not kept.
    """

    version: int
    as_of: date
    start: date
    end: date
    festival: date
    target: float | None
    expected: float
    bank_name: str
    settings: Settings
    book_digest: str
    opening: float | None
    book_day: date | None

    @property
    def campaign(self) -> str:
        """Return the key that the workbooks of this version carry."""
        return f"{self.start}..{self.end}"


def plan_version(connection: sqlite3.Connection, version: int) -> PlanVersion | None:
    """Return a recorded version, or None where there is none."""
    row = connection.execute(
        "SELECT version, as_of, start, end, festival, target, expected, bank_name, settings,"
        " book_digest, opening, book_day FROM plan_versions WHERE version = ?",
        (version,),
    ).fetchone()
    if row is None:
        return None
    number, *days, target, expected, bank_name, settings, digest, opening, book_day = row
    as_of, start, end, festival = map(date.fromisoformat, days)
    return PlanVersion(
        number, as_of, start, end, festival, target, expected, bank_name,
        _settings(settings), digest, opening,
        None if book_day is None else date.fromisoformat(book_day),
    )  # fmt: skip


def version_in_force(connection: sqlite3.Connection, day: date = ALWAYS) -> PlanVersion:
    """Return the latest version whose plan was made up to a day.

    Raises:
        StoreError: There is none.
    """
    number, first = connection.execute(
        "SELECT max(version) FILTER (WHERE as_of <= ?), min(as_of) FROM plan_versions",
        (day.isoformat(),),
    ).fetchone()
    found = None if number is None else plan_version(connection, number)
    if found is None and first is not None:
        raise StoreError(f"第一版方案的数据日期是 {first}，{day} 还没有方案。", "请换一个日期。")
    if found is None:
        raise StoreError("这个文件夹里还没有方案。", "请先运行 campaign plan。")
    return found


def issued(connection: sqlite3.Connection, version: int) -> pd.DataFrame:
    """Return table ISSUED: the touches of a version, and what fell due under those before it.

    A touch that an earlier version planned for a day up to the next plan, and that no later
    version issued anew, still counts as due: planning anew forgives nothing. A follow-up that
    names no purpose serves what the customer was first touched for.
    """
    rows = pd.read_sql_query(
        "SELECT * FROM (SELECT issued_touches.*, row_number() OVER (PARTITION BY candidate_id"
        " ORDER BY issued_touches.version DESC) AS place,"
        " (SELECT as_of FROM plan_versions WHERE version = issued_touches.version + 1) AS until"
        " FROM issued_touches WHERE version <= ?)"
        " WHERE place = 1 AND (version = ? OR date <= until) ORDER BY candidate_id",
        connection,
        params=(version, version),
    )
    blank = rows["purposes"].eq("")
    named = rows[~blank].sort_values(["date", "candidate_id"], kind="stable")
    first = named.drop_duplicates("customer_id").set_index("customer_id")["purposes"]
    told = rows["customer_id"].map(first).fillna("")
    return ISSUED.check(ISSUED.conform(rows.assign(purposes=rows["purposes"].where(~blank, told))))


def managers(connection: sqlite3.Connection, version: int) -> pd.DataFrame:
    """Return the managers of a version: number, name, branch, is_new, quotas, target.

    `target` is what must be lent anew: the net growth asked for, plus what runs off and is
    not expected to be renewed. Results are gross, so they are held against this.
    """
    rows = pd.read_sql_query(
        "SELECT * FROM issued_managers WHERE version = ? ORDER BY branch, manager_id",
        connection,
        params=(version,),
    )
    return rows.assign(
        is_new=rows["is_new"].astype("boolean"), target=pd.to_numeric(rows["new_lending"])
    )


def outcomes(connection: sqlite3.Connection, until: date = ALWAYS) -> pd.DataFrame:
    """Return table OUTCOMES: of each touch the latest by plan version, then by return.

    Args:
        connection: An open store.
        until: Last day that a result may have been taken back on.
    """
    rows = pd.read_sql_query(
        "SELECT * FROM (SELECT outcomes.*, row_number() OVER (PARTITION BY candidate_id"
        " ORDER BY version DESC, return_id DESC) AS place"
        " FROM outcomes JOIN returns USING (return_id, version) JOIN imports USING (import_id)"
        " WHERE substr(at, 1, 10) <= ?) WHERE place = 1 ORDER BY candidate_id",
        connection,
        params=(until.isoformat(),),
    )
    return OUTCOMES.check(OUTCOMES.conform(rows))


def referred(connection: sqlite3.Connection, until: date = ALWAYS) -> pd.DataFrame:
    """Return table REFERRED: new contacts, of each manager, name and phone the latest.

    Args:
        connection: An open store.
        until: Last day that a contact may have been taken back on.
    """
    rows = pd.read_sql_query(
        "SELECT * FROM (SELECT referrals.*, row_number() OVER"
        " (PARTITION BY referrals.manager_id, customer_name, phone"
        " ORDER BY version DESC, return_id DESC) AS place"
        " FROM referrals JOIN returns USING (return_id) JOIN imports USING (import_id)"
        " WHERE substr(at, 1, 10) <= ?)"
        " WHERE place = 1 ORDER BY manager_id, customer_name, phone",
        connection,
        params=(until.isoformat(),),
    )
    return REFERRED.check(REFERRED.conform(rows))


def issued_opportunities(connection: sqlite3.Connection) -> pd.DataFrame:
    """Return table OPPORTUNITIES of touched customers, as the first version to touch each hoped."""
    rows = pd.read_sql_query(
        "SELECT * FROM (SELECT *, min(version) OVER (PARTITION BY customer_id) AS first"
        " FROM issued_opportunities) WHERE version = first ORDER BY version, opportunity_id",
        connection,
    )
    numbers = [f"{row.version}-{row.opportunity_id}" for row in rows.itertuples()]
    flags = {name: rows[name].astype("boolean") for name in ("is_prospect", "rewarded")}
    return OPPORTUNITIES.conform(rows.assign(opportunity_id=numbers, **flags))


def first_rates(connection: sqlite3.Connection) -> pd.DataFrame:
    """Return table RATES: what the first plan of the season held for likely."""
    return RATES.check(RATES.conform(_of_the_first_plan(connection, "plan_rates")))


def votes(connection: sqlite3.Connection) -> pd.DataFrame:
    """Return table VOTES: the judgements of trades that the first plan rested on."""
    return VOTES.check(VOTES.conform(_of_the_first_plan(connection, "votes")))


def _of_the_first_plan(connection: sqlite3.Connection, table: str) -> pd.DataFrame:
    query = (
        f"SELECT * FROM {table}"  # noqa: S608
        " WHERE version = (SELECT min(version) FROM plan_versions) ORDER BY rowid"
    )
    return pd.read_sql_query(query, connection)


def last_returns(connection: sqlite3.Connection, until: date = ALWAYS) -> pd.Series:
    """Return the day of each manager's last workbook, by manager_id."""
    rows = connection.execute(
        "SELECT manager_id, max(substr(at, 1, 10)) FROM returns JOIN imports USING (import_id)"
        " WHERE substr(at, 1, 10) <= ? GROUP BY manager_id ORDER BY manager_id",
        (until.isoformat(),),
    ).fetchall()
    numbers = pd.Index([manager for manager, _ in rows], dtype="str")
    return pd.Series([pd.Timestamp(day) for _, day in rows], numbers, dtype="datetime64[s]")


def add_promise(
    connection: sqlite3.Connection,
    manager_id: str,
    metric: PromiseMetric,
    amount: float,
    *,
    made_on: date,
    due_on: date,
) -> None:
    """Keep what a manager promised in a talk; call it inside `store.writing`.

    Raises:
        StoreError: It promises nothing, or falls due before it was made.
    """
    if amount <= 0 or due_on < made_on:
        raise StoreError("承诺要有数量，到期日不能早于约谈日。", "请补全后再记。")
    connection.execute(
        "INSERT INTO promises (manager_id, made_on, due_on, metric, amount) VALUES (?, ?, ?, ?, ?)",
        (manager_id, made_on.isoformat(), due_on.isoformat(), metric.value, amount),
    )


def promises(connection: sqlite3.Connection) -> pd.DataFrame:
    """Return table PROMISES with what was promised; `review` fills in what came of it."""
    rows = pd.read_sql_query("SELECT * FROM promises ORDER BY promise_id", connection)
    return PROMISES.check(PROMISES.conform(rows))


def _settings(text: str) -> Settings:
    """Return the settings of a plan; those that this program no longer knows are left out."""
    given: dict[str, dict[str, Any]] = json.loads(text)
    defaults = Settings()
    known = {
        section: {k: v for k, v in values.items() if k in rules_of(getattr(defaults, section))}
        for section, values in given.items()
        if hasattr(defaults, section)
    }
    return defaults.with_values(known)
