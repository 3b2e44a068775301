"""The pace cut two other ways: by source of growth, and by week."""

from __future__ import annotations

from datetime import date

import pandas as pd

from campaign.festival import campaign_week
from campaign.progress.standing import new_money, source_of_growth, standings
from campaign.vocabulary import SOURCE_PACE, WEEK_PACE, Source, VisitOutcome

ORDER = {source.value: place for place, source in enumerate(Source)}


def pace_by_source(issued: pd.DataFrame, results: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return table SOURCE_PACE; a touch for several sources counts in each of them.

    A loan counts for the first source of growth that the touch served, so amounts add up.

    Args:
        issued: Table ISSUED.
        results: Table OUTCOMES.
        day: Day up to which the plan is due, that day included.

    Example:
        Two touches due, one of them for two sources and done:

        >>> issued = pd.DataFrame({"candidate_id": ["a", "b"], "purposes": ["top_up;referral",
        ...     "top_up"], "date": pd.to_datetime(["2026-12-01", "2026-12-02"])})
        >>> results = pd.DataFrame({"candidate_id": ["a"], "manager_id": ["m"],
        ...     "customer_id": ["k"], "outcome": ["disbursed"], "wanted_amount": [2e5],
        ...     "done_date": pd.to_datetime(["2026-12-01"])})
        >>> table = pace_by_source(issued, results, date(2026, 12, 2)).set_index("source")
        >>> table.loc["top_up", ["planned", "done", "left", "amount"]].tolist()
        [2.0, 1.0, 1.0, 200000.0]
        >>> table.loc["referral", ["planned", "done", "left", "amount"]].tolist()
        [1.0, 1.0, 0.0, 0.0]
    """
    touches = _marked(issued, results, day).assign(source=issued["purposes"].str.split(";"))
    table = _counted(touches.explode("source").dropna(subset=["source"]), "source")
    won = standings(new_money(results, issued))
    won = won[won["outcome"] == VisitOutcome.DISBURSED.value]
    purposes = won["candidate_id"].map(issued.set_index("candidate_id")["purposes"])
    first = purposes.fillna("").map(source_of_growth)
    lent = won["wanted_amount"].fillna(0.0).groupby(first).sum()
    table["disbursed"] = table["source"].map(first.value_counts()).fillna(0.0)
    table["amount"] = table["source"].map(lent).fillna(0.0)
    ordered = table.sort_values("source", key=lambda names: names.map(ORDER), kind="stable")
    return SOURCE_PACE.check(SOURCE_PACE.conform(ordered))


def pace_by_week(
    issued: pd.DataFrame, results: pd.DataFrame, day: date, festival: date
) -> pd.DataFrame:
    """Return table WEEK_PACE: touches by the campaign week that they were planned for.

    Args:
        issued: Table ISSUED.
        results: Table OUTCOMES.
        day: Day up to which the plan is due, that day included.
        festival: 正月初一, from which the weeks count.
    """
    weeks = [campaign_week(one.date(), festival) for one in issued["date"]]
    table = _counted(_marked(issued, results, day).assign(week=weeks), "week")
    return WEEK_PACE.check(WEEK_PACE.conform(table.sort_values("week", kind="stable")))


def _marked(issued: pd.DataFrame, results: pd.DataFrame, day: date) -> pd.DataFrame:
    finished = results.loc[results["outcome"].notna(), "candidate_id"]
    done = issued["candidate_id"].isin(finished)
    due = issued["date"] <= pd.Timestamp(day)
    return pd.DataFrame(
        {"planned": due.astype(float), "done": done.astype(float), "left": (~done).astype(float)}
    )


def _counted(touches: pd.DataFrame, by: str) -> pd.DataFrame:
    return touches.groupby(by, sort=True)[["planned", "done", "left"]].sum().reset_index()
