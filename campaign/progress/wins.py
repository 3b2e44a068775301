"""Small wins and breakthroughs: what is worth telling, and who is invited to tell it."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from campaign.progress.pace import stage_flags
from campaign.progress.standing import new_money
from campaign.vocabulary import WINS, ContactOrigin, VisitOutcome, Win

A_WEEK = timedelta(days=7)
STEPS = {
    Win.FIRST_INTEREST: VisitOutcome.INTERESTED,
    Win.FIRST_APPLICATION: VisitOutcome.APPLIED,
    Win.FIRST_LOAN: VisitOutcome.DISBURSED,
}
# What a manager is invited to tell of; the first loan of an old hand is none.
TOLD = (Win.REFERRED_LOAN.value, Win.CAUGHT_UP.value)


def small_wins(
    results: pd.DataFrame, issued: pd.DataFrame, customers: pd.DataFrame, managers: pd.DataFrame
) -> pd.DataFrame:
    """Return table WINS: of each manager the first of each kind, in the order of their days.

    A result without a day cannot be the first.

    Args:
        results: Table OUTCOMES.
        issued: Table ISSUED.
        customers: Table ISSUED_CUSTOMERS.
        managers: manager_id, manager_name, branch, is_new.
    """
    done = results[results["outcome"].notna() & results["done_date"].notna()]
    grows = new_money(done, issued)
    flags = stage_flags(grows)
    found = {win: grows[flags[stage.value]] for win, stage in STEPS.items()}
    lent = found[Win.FIRST_LOAN]
    origin = lent["customer_id"].map(customers.set_index("customer_id")["origin"])
    found[Win.REFERRED_LOAN] = lent[origin == ContactOrigin.REFERRAL.value]
    found[Win.FIRST_NAME] = done[done["referrals"] > 0]
    parts = [_first(rows, win) for win, rows in found.items()]
    return _with_people(pd.concat(parts, ignore_index=True), managers)


def breakthroughs(
    wins: pd.DataFrame,
    now: pd.DataFrame,
    before: pd.DataFrame,
    least_ratio: float,
    day: date,
) -> pd.DataFrame:
    """Return table WINS of those to be invited: what the last seven days broke through.

    A new manager's first loan, anybody's first loan to a person whom a customer named, and
    who was to be talked to a week ago and has reached his target due.

    Args:
        wins: Table WINS.
        now: Table PACE of the day, with `is_new`.
        before: Table PACE of the same day with what was known a week before.
        least_ratio: Below this share of the target due one was behind.
        day: The day of the review.
    """
    was = now["manager_id"].map(before.set_index("manager_id")["amount_ratio"])
    risen = now[(was < least_ratio) & (now["amount_ratio"] >= 1)]
    caught_up = risen.assign(win=Win.CAUGHT_UP.value, day=pd.Timestamp(day))
    recent = wins[wins["day"].between(pd.Timestamp(day - A_WEEK), pd.Timestamp(day), "right")]
    newly = recent["win"].eq(Win.FIRST_LOAN.value) & recent["is_new"].fillna(False)
    told = recent[newly | recent["win"].isin(TOLD)]
    table = pd.concat([told, WINS.conform(caught_up)], ignore_index=True)
    ordered = table.sort_values(["manager_id", "win"], kind="stable", ignore_index=True)
    return WINS.check(WINS.conform(ordered))


def _first(rows: pd.DataFrame, win: Win) -> pd.DataFrame:
    """Return of each manager the first row by day, as that win."""
    ordered = rows.sort_values(["manager_id", "done_date", "candidate_id"], kind="stable")
    first = ordered.drop_duplicates("manager_id")
    lent = first["outcome"].eq(VisitOutcome.DISBURSED.value) & (win is not Win.FIRST_NAME)
    return first.assign(
        win=win.value, day=first["done_date"], amount=first["wanted_amount"].where(lent)
    )


def _with_people(rows: pd.DataFrame, managers: pd.DataFrame) -> pd.DataFrame:
    people = managers[["manager_id", "manager_name", "branch", "is_new"]]
    order = {win.value: place for place, win in enumerate(Win)}
    table = rows.merge(people, on="manager_id")
    table = table.assign(order=table["win"].map(order)).sort_values(
        ["manager_id", "day", "order"], kind="stable", ignore_index=True
    )
    return WINS.check(WINS.conform(table))
