"""The exact figures that a talk (约谈) rests on: every step of the work, counted by manager."""

from __future__ import annotations

from datetime import date

import pandas as pd

from campaign.progress.pace import stage_flags
from campaign.progress.standing import new_money, standings
from campaign.vocabulary import TALK_FIGURES, Channel, Source, VisitOutcome

OPEN_OUTCOMES = (VisitOutcome.NOT_MET, VisitOutcome.FOLLOW_UP, VisitOutcome.INTERESTED)


def talk_figures(
    issued: pd.DataFrame,
    results: pd.DataFrame,
    managers: pd.DataFrame,
    day: date,
    best_share: float,
) -> pd.DataFrame:
    """Return table TALK_FIGURES: of each step how often it was due and how often it was done.

    Args:
        issued: Table ISSUED.
        results: Table OUTCOMES.
        managers: manager_id.
        day: The day of the review.
        best_share: Which part of the touches due matters most, by expected uplift.
    """
    done = results[results["outcome"].notna()]
    due = issued[issued["date"] <= pd.Timestamp(day)].copy()
    due["is_done"] = due["candidate_id"].isin(done["candidate_id"]).astype(float)
    rank = due.groupby("manager_id")["value"].rank(pct=True, method="first", ascending=False)
    best = due[rank <= best_share]
    visits = due[due["channel"] == Channel.VISIT.value]
    calls = due[due["channel"] == Channel.CALL.value]
    table = managers[["manager_id"]].set_index("manager_id")
    for name, rows in (("visits", visits), ("calls", calls), ("best", best)):
        by = rows.groupby("manager_id")["is_done"]
        table[f"{name}_due"], table[f"{name}_done"] = by.size(), by.sum()
    table["touched"] = done.groupby("manager_id").size()
    flags = stage_flags(done).astype(float)
    table["met"] = flags["met"].groupby(done["manager_id"]).sum()
    table = table.join(_customers(new_money(done, issued))).join(_asked(done, issued))
    table = table.join(_follow_ups(results, day)).fillna(0.0).reset_index()
    return TALK_FIGURES.check(TALK_FIGURES.conform(table))


def _customers(done: pd.DataFrame) -> pd.DataFrame:
    """Return by manager how many customers came how far, each once, and what was lent."""
    stand = standings(done)
    flags = stage_flags(stand).astype(float)
    won = flags[VisitOutcome.DISBURSED.value] > 0
    rows = pd.DataFrame(
        {
            "manager_id": stand["manager_id"],
            "customers_met": flags["met"],
            "interested": flags[VisitOutcome.INTERESTED.value],
            "applied": flags[VisitOutcome.APPLIED.value],
            "disbursed": flags[VisitOutcome.DISBURSED.value],
            "amount": stand["wanted_amount"].fillna(0.0).where(won, 0.0),
        }
    )
    return rows.groupby("manager_id").sum()


def _asked(done: pd.DataFrame, issued: pd.DataFrame) -> pd.DataFrame:
    """Return by manager the visits on which names were to be asked, and those on which he did."""
    purposes = issued.set_index("candidate_id")["purposes"]
    served = done["candidate_id"].map(purposes).astype("object").fillna("").astype("str")
    mine = (done["channel"] == Channel.VISIT.value) & served.str.contains(Source.REFERRAL.value)
    rows = pd.DataFrame(
        {
            "manager_id": done["manager_id"],
            "referral_due": mine.astype(float),
            "referral_done": (mine & done["referrals"].notna()).astype(float),
        }
    )
    return rows.groupby("manager_id").sum()


def _follow_ups(results: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return by manager the follow-ups promised up to a day, and those that happened."""
    due = results[results["next_follow_up"] <= pd.Timestamp(day)]
    last = results.groupby("customer_id")["done_date"].max()
    seen = last.reindex(due["customer_id"]).set_axis(due.index) > due["done_date"]
    closed = due["outcome"].isin(
        [outcome.value for outcome in VisitOutcome if outcome not in OPEN_OUTCOMES]
    )
    rows = pd.DataFrame(
        {
            "manager_id": due["manager_id"],
            "follow_up_due": 1.0,
            "follow_up_done": (seen | closed).astype(float),
        }
    )
    return rows.groupby("manager_id").sum()
