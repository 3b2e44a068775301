"""Planned, done and remaining: the pace of every manager up to a day."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from campaign.progress.standing import LOST, new_money, standings
from campaign.vocabulary import PACE, Channel, Source, VisitOutcome

NOT_MET = (VisitOutcome.NOT_MET.value,)
STAGES = (
    VisitOutcome.INTERESTED.value,
    VisitOutcome.APPLIED.value,
    VisitOutcome.APPROVED.value,
    VisitOutcome.DISBURSED.value,
)
EXISTING_CUSTOMER = Source.REFERRAL.value


def measure_pace(
    issued: pd.DataFrame, outcomes: pd.DataFrame, managers: pd.DataFrame, day: date
) -> pd.DataFrame:
    """Say what each manager has done of what was planned up to a day.

    A touch is done when a result was taken back for it; a row that never came back is not
    done. Touches are counted by result; customers on their way to a loan once each, those
    only to be renewed left out. `amount` is what the results say was lent, not the ledger.

    Args:
        issued: Table ISSUED of the plan version in force.
        outcomes: Table OUTCOMES, the latest result of each touch.
        managers: manager_id, manager_name, branch, target (yuan to be lent anew).
        day: Day up to which the plan is due, that day included.

    Returns:
        Table PACE, one row a manager.

    Formula:
        target_due = target x (value of the touches due / value of all touches)
        amount_ratio = amount / target_due
    """
    due = issued["date"] <= pd.Timestamp(day)
    counts = _done_counts(outcomes, issued)
    table = managers[["manager_id", "manager_name", "branch", "target"]].merge(
        counts, on="manager_id", how="left"
    )
    table["planned"] = _per_manager(table, issued[due].groupby("manager_id").size())
    whole = _per_manager(table, issued.groupby("manager_id")["value"].sum())
    part = _per_manager(table, issued[due].groupby("manager_id")["value"].sum())
    table["share_due"] = np.where(whole > 0, part / whole.where(whole > 0, 1.0), np.nan)
    numbers = [
        column for column in counts.columns if column not in ("manager_id", "referral_steps")
    ]
    table[numbers] = table[numbers].fillna(0)
    table["target_due"] = table["target"] * table["share_due"]
    table["activity_ratio"] = _ratio(table["done"], table["planned"])
    table["amount_ratio"] = _ratio(table["amount"], table["target_due"])
    ordered = table.sort_values(["branch", "manager_id"], kind="stable")
    return PACE.check(PACE.conform(ordered))


def stage_flags(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return met, interested, applied, approved, disbursed as flags; a stage holds those before it."""
    outcome = outcomes["outcome"]
    flags = {"met": outcome.notna() & ~outcome.isin(NOT_MET)}
    for number, stage in enumerate(STAGES):
        flags[stage] = outcome.isin(STAGES[number:])
    return pd.DataFrame(flags)


def _done_counts(outcomes: pd.DataFrame, issued: pd.DataFrame) -> pd.DataFrame:
    done = outcomes[outcomes["outcome"].notna()]
    purposes = done["candidate_id"].map(issued.set_index("candidate_id")["purposes"])
    purposes = purposes.astype("object").fillna("").astype("str")
    asked = (done["channel"] == Channel.VISIT.value) & purposes.str.contains(EXISTING_CUSTOMER)
    touches = pd.DataFrame(
        {
            "manager_id": done["manager_id"],
            "done": 1.0,
            "visits_done": (done["channel"] == Channel.VISIT.value).astype(float),
            "calls_done": (done["channel"] == Channel.CALL.value).astype(float),
            "met": stage_flags(done)["met"].astype(float),
            "referrals": done["referrals"].fillna(0),
            "referral_due": asked.astype(float),
            "referral_done": (asked & done["referrals"].notna()).astype(float),
        }
    )
    counts = touches.groupby("manager_id", sort=True).sum()
    counts = counts.join(_customer_counts(new_money(done, issued))).reset_index()
    counts["referral_steps"] = _ratio(counts["referral_done"], counts["referral_due"])
    return counts.drop(columns="referral_done")


def _customer_counts(done: pd.DataFrame) -> pd.DataFrame:
    """Return by manager the customers at each stage, what was lent and what is spoken of."""
    stand = standings(done)
    flags = stage_flags(stand).drop(columns="met")
    wanted = stand["wanted_amount"].fillna(0)
    is_open = ~stand["outcome"].isin([*LOST, *NOT_MET]) & ~flags["disbursed"]
    rows = flags.astype(float).assign(
        manager_id=stand["manager_id"],
        amount=wanted.where(flags["disbursed"], 0.0),
        open_amount=wanted.where(is_open, 0.0),
    )
    return rows.groupby("manager_id", sort=True).sum()


def count_by_manager(table: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Return how many rows each manager of a table has, on its index; 0 where none."""
    return _per_manager(table, rows.groupby("manager_id").size())


def _per_manager(table: pd.DataFrame, values: pd.Series) -> pd.Series:
    return table["manager_id"].map(values).fillna(0.0).astype(float)


def _ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Return part / whole, unknown where the whole is not positive."""
    return part / whole.where(whole > 0)
