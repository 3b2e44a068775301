"""A campaign under way: what was issued, what came back, and what is still to be done."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from campaign.errors import StoreError
from campaign.progress import records
from campaign.progress.records import PlanVersion
from campaign.progress.standing import CLOSED, new_money, standing_of_customers
from campaign.vocabulary import VisitOutcome

IN_PROGRESS = (VisitOutcome.APPLIED.value, VisitOutcome.APPROVED.value)


@dataclass(frozen=True)
class Running:
    """A campaign on the day that the rest of it is planned anew.

    Attributes:
        day: That day; what lies after it is the rest.
        first: The first version of the plan.
        latest: The version in force.
        issued: Table ISSUED over all versions, each touch as it stood last.
        outcomes: Table OUTCOMES, all that was taken back.
        referred: Table REFERRED.
        opportunities: Table OPPORTUNITIES of those touched.
    """

    day: date
    first: PlanVersion
    latest: PlanVersion
    issued: pd.DataFrame
    outcomes: pd.DataFrame
    referred: pd.DataFrame
    opportunities: pd.DataFrame

    @cached_property
    def done(self) -> pd.DataFrame:
        """Return the touches with a result: rows of ISSUED, `date` the day it happened."""
        results = self.outcomes[self.outcomes["outcome"].notna()]
        happened = results.set_index("candidate_id")["done_date"]
        rows = self.issued[self.issued["candidate_id"].isin(happened.index)]
        days = happened.reindex(rows["candidate_id"]).set_axis(rows.index)
        return rows.assign(date=days.where(days.notna(), rows["date"])).reset_index(drop=True)

    @cached_property
    def undone(self) -> pd.DataFrame:
        """Return the touches of the version in force without a result, rows of ISSUED."""
        rows = self.issued[~self.issued["candidate_id"].isin(self.done["candidate_id"])]
        return rows.reset_index(drop=True)

    @property
    def open_before(self) -> pd.DataFrame:
        """Return the touches that the version in force has open, rows of ISSUED."""
        mine = self.undone["version"] == self.latest.version
        return self.undone[mine].reset_index(drop=True)

    @cached_property
    def standing(self) -> pd.DataFrame:
        """Return where each customer stands by his results, rows of OUTCOMES by customer.

        Of a customer of two managers the row that is furthest on counts.
        """
        return standing_of_customers(new_money(self.outcomes, self.issued))

    @cached_property
    def in_progress(self) -> dict[str, str]:
        """Return why customers who have applied need no further marketing, by customer_id."""
        rows = self.standing[self.standing["outcome"].isin(IN_PROGRESS)]
        words = [f"{_result_words(row)}，办理中" for row in rows.to_dict("records")]
        return dict(zip(rows["customer_id"], words, strict=True))

    @cached_property
    def closed(self) -> pd.Series:
        """Return why nothing more is planned for a customer, by customer_id, in Chinese."""
        rows = self.standing[self.standing["outcome"].isin(CLOSED)]
        words = [_result_words(row) for row in rows.to_dict("records")]
        return pd.Series(words, rows["customer_id"].to_numpy(), dtype="object")


def running(connection: sqlite3.Connection, day: date) -> Running:
    """Return a campaign on a day.

    Raises:
        StoreError: There is no plan, or the day lies before it or after its end.
    """
    latest = records.version_in_force(connection)
    first = records.plan_version(connection, 1) or latest
    if day < latest.as_of:
        raise StoreError(
            f"第 {latest.version} 版方案是 {latest.as_of} 做的，不能回到 {day} 重做。",
            "请换一个不早于它的日期。",
        )
    if day >= latest.end:
        raise StoreError(
            f"活动到 {latest.end} 结束，{day} 之后没有可重做的日子。", "请换一个日期。"
        )
    return Running(
        day=day,
        first=first,
        latest=latest,
        issued=records.issued(connection, latest.version),
        outcomes=records.outcomes(connection),
        referred=records.referred(connection),
        opportunities=records.issued_opportunities(connection),
    )


def _result_words(row: dict[Any, Any]) -> str:
    day, label = row["done_date"], VisitOutcome(str(row["outcome"])).label
    when = f"{pd.Timestamp(day):%Y-%m-%d} " if isinstance(day, pd.Timestamp) else ""
    return f"{when}结果为{label}"
