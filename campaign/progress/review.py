"""The weekly review: pace, pool, who sent nothing, whom to talk to, what next week holds."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from campaign.progress import records
from campaign.progress.incentives import measure_payouts
from campaign.progress.interviews import compare_all
from campaign.progress.pace import measure_pace, stage_flags
from campaign.progress.peers import like_books
from campaign.progress.pool import measure_pool
from campaign.progress.records import PlanVersion
from campaign.progress.referral_tree import referral_tree
from campaign.progress.talk_figures import talk_figures
from campaign.progress.talks import Talk, prepare_talks
from campaign.settings import Settings
from campaign.vocabulary import (
    AHEAD,
    BRANCH_PACE,
    PROMISES,
    SILENT,
    Channel,
    PromiseMetric,
    PromiseState,
    Source,
    VisitOutcome,
)

A_WEEK = timedelta(days=7)
_CLOSED = (
    VisitOutcome.DISBURSED.value,
    VisitOutcome.NO_NEED.value,
    VisitOutcome.REFUSED.value,
    VisitOutcome.REJECTED.value,
)


@dataclass(frozen=True)
class Moved:
    """What the seven days up to a review brought: touches, customers, and yuan lent."""

    done: float
    applied: float
    disbursed: float
    amount: float


@dataclass(frozen=True)
class Review:
    """Where the campaign stands on a day.

    Tables: `branches` BRANCH_PACE, `pace` PACE, `pool` POOL, `interviews` INTERVIEWS,
    `payouts` PAYOUTS, `silent` SILENT, `ahead` AHEAD, `promises` PROMISES,
    `comparison` INTERVIEWS of every manager, `tree` REFERRAL_TREE.

    Attributes:
        day: The day of the review; what was taken back later does not count.
        plan: The plan version in force on it.
        talks: What is said to each manager in `interviews`, in their order.
        moved: What the last seven days brought.
        funnel: How many customers came how far: field of PACE and count, from the widest.
    """

    day: date
    plan: PlanVersion
    moved: Moved
    funnel: tuple[tuple[str, int], ...]
    branches: pd.DataFrame
    pace: pd.DataFrame
    pool: pd.DataFrame
    interviews: pd.DataFrame
    payouts: pd.DataFrame
    silent: pd.DataFrame
    ahead: pd.DataFrame
    promises: pd.DataFrame
    comparison: pd.DataFrame
    tree: pd.DataFrame
    talks: tuple[Talk, ...]


def review(connection: sqlite3.Connection, day: date, settings: Settings | None = None) -> Review:
    """Return where the campaign stands on a day.

    Args:
        connection: An open store.
        day: The day of the review.
        settings: Policy numbers; those that the plan was made with where none are given.

    Raises:
        StoreError: There is no plan up to that day.
    """
    plan = records.version_in_force(connection, day)
    settings = settings or plan.settings
    issued = records.issued(connection, plan.version)
    results = records.outcomes(connection, day)
    managers = records.managers(connection, plan.version)
    pace = measure_pace(issued, results, managers, day)
    pool = measure_pool(issued, results, pace, settings.pool, start=plan.start, day=day)
    promises = measure_promises(records.promises(connection), results, day)
    overdue = promises[promises["state"] == PromiseState.OVERDUE.value]
    silent = find_silent(
        pace, records.last_returns(connection, day), day, settings.returns.due_days
    )
    peers = like_books(managers, settings.interviews.peers)
    broken = overdue.groupby("manager_id").size()
    comparison = compare_all(pace, pool, peers, broken, settings.interviews)
    named = comparison[comparison["reason"] != ""].reset_index(drop=True)
    figures = talk_figures(issued, results, managers, day)
    names = dict(zip(pace["manager_id"], pace["manager_name"].fillna(""), strict=True))
    return Review(
        day=day,
        plan=plan,
        moved=what_moved(
            pace,
            measure_pace(issued, records.outcomes(connection, day - A_WEEK), managers, day),
        ),
        funnel=customer_funnel(results),
        branches=pace_by_branch(pace, silent),
        pace=pace,
        pool=pool,
        interviews=named,
        comparison=comparison,
        talks=prepare_talks(named, figures, names, day, settings.interviews),
        tree=referral_tree(records.referred(connection)),
        payouts=measure_payouts(
            results,
            _seasonal(issued),
            settings.incentives,
            frozenset(
                pace.loc[pace["amount_ratio"] >= settings.incentives.tier_ratio, "manager_id"]
            ),
        ),
        silent=silent,
        ahead=look_ahead(issued, results, pace, day),
        promises=promises,
    )


def what_moved(now: pd.DataFrame, before: pd.DataFrame) -> Moved:
    """Return what came in between two tables PACE of one plan; a correction may be negative."""
    return Moved(
        *(
            float(now[name].sum() - before[name].sum())
            for name in ("done", "applied", "disbursed", "amount")
        )
    )


def customer_funnel(results: pd.DataFrame) -> tuple[tuple[str, int], ...]:
    """Return how many customers were touched, reached and came to each stage, each once.

    Example:
        One customer called in vain, then interested; another lent to:

        >>> results = pd.DataFrame({"customer_id": ["k1", "k1", "k2"],
        ...     "outcome": ["not_met", "interested", "disbursed"]})
        >>> [count for _, count in customer_funnel(results)]
        [2, 2, 2, 1, 1, 1]
    """
    done = results[results["outcome"].notna()]
    flags = stage_flags(done).groupby(done["customer_id"]).any()
    return (("done", len(flags)), *((str(name), int(flags[name].sum())) for name in flags))


def pace_by_branch(pace: pd.DataFrame, silent: pd.DataFrame) -> pd.DataFrame:
    """Return table BRANCH_PACE: the pace of the branches, slowest first.

    Formula:
        activity_ratio = sum of done / sum of planned
        amount_ratio = sum of amount / sum of target_due
    """
    sums = ["planned", "done", "met", "applied", "disbursed", "amount", "open_amount"]
    sums += ["target", "target_due"]
    grouped = pace.groupby("branch", sort=True)
    table = grouped[sums].sum(min_count=1).reset_index()
    table["managers"] = grouped.size().to_numpy()
    table["silent"] = table["branch"].map(silent.groupby("branch").size()).fillna(0)
    table["activity_ratio"] = table["done"] / table["planned"].where(table["planned"] > 0)
    table["amount_ratio"] = table["amount"] / table["target_due"].where(table["target_due"] > 0)
    ordered = table.sort_values(["activity_ratio", "branch"], kind="stable")
    return BRANCH_PACE.check(BRANCH_PACE.conform(ordered))


def find_silent(
    pace: pd.DataFrame, last_returns: pd.Series, day: date, due_days: int
) -> pd.DataFrame:
    """Return table SILENT: managers with touches due who sent no workbook lately.

    Args:
        pace: Table PACE of the day.
        last_returns: manager_id to the day of his last workbook.
        day: The day of the review.
        due_days: A workbook that came in these last days is in time.
    """
    table = pace[["manager_id", "manager_name", "branch", "planned"]].copy()
    table["last_return"] = last_returns.reindex(table["manager_id"]).to_numpy()
    late = ~(table["last_return"] > pd.Timestamp(day - timedelta(days=due_days)))
    return SILENT.check(SILENT.conform(table[late & (table["planned"] > 0)]))


def look_ahead(
    issued: pd.DataFrame, results: pd.DataFrame, pace: pd.DataFrame, day: date
) -> pd.DataFrame:
    """Return table AHEAD: what the seven days after the review hold, by manager."""
    finished = results[results["outcome"].notna()]
    undone = issued[~issued["candidate_id"].isin(finished["candidate_id"])]
    today, horizon = pd.Timestamp(day), pd.Timestamp(day + A_WEEK)
    coming = undone[(undone["date"] > today) & (undone["date"] <= horizon)]
    promised = results[~results["outcome"].isin(_CLOSED) & (results["next_follow_up"] <= horizon)]
    table = pace[["manager_id", "manager_name", "branch"]].copy()
    table["visits"] = _count(table, coming[coming["channel"] == Channel.VISIT.value])
    table["calls"] = _count(table, coming[coming["channel"] == Channel.CALL.value])
    table["overdue"] = _count(table, undone[undone["date"] <= today])
    table["follow_ups"] = _count(table, promised)
    return AHEAD.check(AHEAD.conform(table))


def measure_promises(promises: pd.DataFrame, results: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return table PROMISES with what was reached; figures alone close a promise.

    A result counts by the day it happened, from the day of the talk to the due day.
    """
    dated = results[results["outcome"].notna() & results["done_date"].notna()]
    counted = pd.concat([dated[["manager_id", "done_date"]], _metrics(dated)], axis="columns")
    reached = []
    for row in promises.to_dict("records"):
        mine = counted[counted["manager_id"] == row["manager_id"]]
        inside = mine["done_date"].between(row["made_on"], row["due_on"])
        reached.append(float(mine.loc[inside, row["metric"]].sum()))
    table = promises.assign(reached=reached)
    kept = table["reached"] >= table["amount"]
    due = table["due_on"] < pd.Timestamp(day)
    state = pd.Series(PromiseState.OPEN.value, table.index, dtype="str")
    state = state.mask(due, PromiseState.OVERDUE.value).mask(kept, PromiseState.KEPT.value)
    return PROMISES.check(PROMISES.conform(table.assign(state=state)))


def _metrics(results: pd.DataFrame) -> pd.DataFrame:
    flags = stage_flags(results).astype(float)
    return pd.DataFrame(
        {
            PromiseMetric.VISITS.value: (results["channel"] == Channel.VISIT.value).astype(float),
            PromiseMetric.CALLS.value: (results["channel"] == Channel.CALL.value).astype(float),
            PromiseMetric.REFERRALS.value: results["referrals"].fillna(0.0),
            PromiseMetric.APPLIED.value: flags[VisitOutcome.APPLIED.value],
            PromiseMetric.DISBURSED.value: flags[VisitOutcome.DISBURSED.value],
        }
    )


def _seasonal(issued: pd.DataFrame) -> frozenset[str]:
    """Return the customers who were touched for the demand of their trade."""
    purposes = issued["purposes"].fillna("").str.split(";")
    served = purposes.map(lambda sources: Source.INDUSTRY.value in sources)
    return frozenset(issued.loc[served.astype(bool), "customer_id"])


def _count(table: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    return table["manager_id"].map(rows.groupby("manager_id").size()).fillna(0.0)
