"""The tables of one week: how far customers came, branches, who is silent, what comes next."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from campaign.progress.pace import count_by_manager, stage_flags
from campaign.progress.standing import CLOSED, follow_ups_owed, new_money, standing_of_customers
from campaign.vocabulary import AHEAD, AHEAD_DAYS, BRANCH_PACE, SILENT, Channel

A_WEEK = timedelta(days=7)
COMING = ("visits", "calls", "follow_ups", "value")


def customer_funnel(results: pd.DataFrame, issued: pd.DataFrame) -> tuple[tuple[str, int], ...]:
    """Return how many customers were touched, reached and came to each stage, each once.

    Who was only renewed was touched and reached, but is on no way to new money.

    Args:
        results: Table OUTCOMES.
        issued: Table ISSUED.

    Example:
        One customer called in vain, then interested; another lent to:

        >>> results = pd.DataFrame({"candidate_id": ["a", "b", "c"],
        ...     "customer_id": ["k1", "k1", "k2"],
        ...     "outcome": ["not_met", "interested", "disbursed"]})
        >>> issued = pd.DataFrame({"candidate_id": ["a", "b", "c"], "purposes": "top_up"})
        >>> [count for _, count in customer_funnel(results, issued)]
        [2, 2, 2, 1, 1, 1]
    """
    done = results[results["outcome"].notna()]
    reached = stage_flags(done)
    grows = pd.Series(done.index.isin(new_money(done, issued).index), done.index)
    stages = reached.columns.drop("met")
    reached[stages] = reached[stages].where(grows, False)
    flags = reached.groupby(done["customer_id"]).any()
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
    """Return table AHEAD: what the seven days after the review hold, by manager.

    A promise to a customer counts once, until a later touch keeps it or he is done with.
    """
    today = pd.Timestamp(day)
    undone, owed = _waiting(issued, results, day + A_WEEK)
    coming = undone[undone["date"] > today]
    table = pace[["manager_id", "manager_name", "branch"]].copy()
    table["visits"] = count_by_manager(table, coming[coming["channel"] == Channel.VISIT.value])
    table["calls"] = count_by_manager(table, coming[coming["channel"] == Channel.CALL.value])
    table["overdue"] = count_by_manager(table, undone[undone["date"] <= today])
    table["follow_ups"] = count_by_manager(table, owed)
    return AHEAD.check(AHEAD.conform(table))


def days_ahead(issued: pd.DataFrame, results: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return table AHEAD_DAYS: what each of the seven days after the review holds, by manager."""
    undone, owed = _waiting(issued, results, day + A_WEEK)
    parts = [
        undone.assign(
            visits=undone["channel"].eq(Channel.VISIT.value),
            calls=undone["channel"].eq(Channel.CALL.value),
        ),
        owed[["manager_id"]].assign(date=owed["next_follow_up"], follow_ups=True),
    ]
    rows = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    rows = rows[rows["date"] > pd.Timestamp(day)]
    counts = rows.reindex(columns=list(COMING)).fillna(0.0).astype(float)
    table = counts.groupby([rows["manager_id"], rows["date"]]).sum().reset_index()
    return AHEAD_DAYS.check(AHEAD_DAYS.conform(table))


def _waiting(
    issued: pd.DataFrame, results: pd.DataFrame, until: date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return up to a day the touches not done (rows of ISSUED) and the promises to customers."""
    finished = results[results["outcome"].notna()]
    undone = issued[~issued["candidate_id"].isin(finished["candidate_id"])]
    stand = standing_of_customers(new_money(results, issued))
    closed = pd.Index(stand.loc[stand["outcome"].isin(CLOSED), "customer_id"])
    owed = follow_ups_owed(results, issued, closed, until)
    return undone[undone["date"] <= pd.Timestamp(until)], owed
