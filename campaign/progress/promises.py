"""What managers promised in talks, held against what came of it."""

from __future__ import annotations

from datetime import date

import pandas as pd

from campaign.progress.pace import stage_flags
from campaign.vocabulary import PROMISES, Channel, PromiseMetric, PromiseState, VisitOutcome


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
