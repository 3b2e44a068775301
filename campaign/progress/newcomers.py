"""The lane of new managers: calls, whom they reach, and days on which skills are checked."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from campaign.progress.case_cards import is_told
from campaign.progress.pace import count_by_manager, stage_flags
from campaign.progress.standing import new_money
from campaign.vocabulary import NEWCOMERS, SKILL_CHECKS, Channel, ContactOrigin, VisitOutcome

ONE_DAY = timedelta(days=1)
REACHED = {
    "referred": (ContactOrigin.REFERRAL.value,),
    "own_found": (ContactOrigin.OWN_VISIT.value,),
    "listed": (ContactOrigin.EXTERNAL_LIST.value,),
    "others": (ContactOrigin.WALK_IN.value, ContactOrigin.UNKNOWN.value),
}


def newcomers(
    managers: pd.DataFrame,
    figures: pd.DataFrame,
    results: pd.DataFrame,
    customers: pd.DataFrame,
    tree: pd.DataFrame,
    cards: pd.DataFrame,
) -> pd.DataFrame:
    """Return table NEWCOMERS: where each manager in his first year stands.

    People reached are counted once, by where their number came from.

    Args:
        managers: manager_id, manager_name, branch, is_new.
        figures: Table TALK_FIGURES.
        results: Table OUTCOMES.
        customers: Table ISSUED_CUSTOMERS.
        tree: Table REFERRAL_TREE.
        cards: Table CASE_CARDS.
    """
    table = managers[managers["is_new"].fillna(False)]
    counts = ["calls_due", "calls_done", "visits_due", "visits_done"]
    table = table[["manager_id", "manager_name", "branch"]].merge(
        figures[["manager_id", *counts]], on="manager_id", how="left"
    )
    reached = results[stage_flags(results)["met"]].drop_duplicates(["manager_id", "customer_id"])
    origin = reached["customer_id"].map(customers.set_index("customer_id")["origin"])
    table["customers"] = count_by_manager(table, reached[origin.isna()])
    for name, origins in REACHED.items():
        table[name] = count_by_manager(table, reached[origin.isin(origins)])
    table["names"] = count_by_manager(table, tree)
    table["loans"] = count_by_manager(table, cards)
    table["told"] = count_by_manager(table, cards[is_told(cards)])
    return NEWCOMERS.check(NEWCOMERS.conform(table))


def check_days(start: date, end: date, every: int) -> list[date]:
    """Return the days on which skills are checked, so many days apart, inside the campaign.

    Example:
        >>> [str(day) for day in check_days(date(2026, 12, 1), date(2026, 12, 31), 14)]
        ['2026-12-14', '2026-12-28']
    """
    days = (end - start).days + 1
    return [start + timedelta(days=number - 1) for number in range(every, days + 1, every)]


def skill_checks(
    new: pd.DataFrame,
    results: pd.DataFrame,
    issued: pd.DataFrame,
    days: list[date],
    start: date,
    day: date,
) -> pd.DataFrame:
    """Return table SKILL_CHECKS: what each new manager did up to each check that has come.

    A result without a day counts in none.

    Args:
        new: Table NEWCOMERS.
        results: Table OUTCOMES.
        issued: Table ISSUED.
        days: The days of the checks, as `check_days` returns.
        start: First day of the campaign.
        day: The day of the review.
    """
    done = results[results["outcome"].notna()]
    grows = new_money(done, issued).index
    flags = stage_flags(done)
    parts, first = [], start
    for check in [one for one in days if one <= day]:
        inside = done["done_date"].between(pd.Timestamp(first), pd.Timestamp(check))
        table = new[["manager_id"]].assign(check_on=pd.Timestamp(check))
        table["days"] = float((check - first).days + 1)
        rows = done[inside]
        table["calls"] = count_by_manager(table, rows[rows["channel"] == Channel.CALL.value])
        table["visits"] = count_by_manager(table, rows[rows["channel"] == Channel.VISIT.value])
        table["met"] = count_by_manager(table, rows[flags["met"][inside]])
        names = rows.groupby("manager_id")["referrals"].sum()
        table["names"] = table["manager_id"].map(names).fillna(0.0)
        for stage in (VisitOutcome.APPLIED.value, VisitOutcome.DISBURSED.value):
            there = rows[flags[stage][inside] & rows.index.isin(grows)]
            table[stage] = count_by_manager(
                table, there.drop_duplicates(["manager_id", "customer_id"])
            )
        parts.append(table)
        first = check + ONE_DAY
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    ordered = SKILL_CHECKS.conform(found).sort_values(["manager_id", "check_on"], kind="stable")
    return SKILL_CHECKS.check(ordered)
