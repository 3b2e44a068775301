"""Case cards: how each loan won came about, in figures and in the manager's own words."""

from __future__ import annotations

import pandas as pd

from campaign.progress.standing import new_money, standings
from campaign.vocabulary import CASE_CARDS, CASE_FIELDS, Channel, VisitOutcome

ARROW = " → "
WORDS = tuple(field.name for field in CASE_FIELDS)


def case_cards(
    results: pd.DataFrame, issued: pd.DataFrame, customers: pd.DataFrame, managers: pd.DataFrame
) -> pd.DataFrame:
    """Return table CASE_CARDS: one card a loan won, the latest first.

    The manager's words may stand beside any touch of the customer; of several the last
    filled in counts.

    Args:
        results: Table OUTCOMES.
        issued: Table ISSUED.
        customers: Table ISSUED_CUSTOMERS.
        managers: manager_id, manager_name, branch, is_new.

    Example:
        Visited, called, lent to at the second visit:

        >>> way_of(pd.DataFrame({"channel": ["visit", "call", "visit"],
        ...     "done_date": pd.to_datetime(["2026-12-03", "2026-12-08", "2026-12-10"]),
        ...     "outcome": ["interested", "applied", "disbursed"]}))
        '12-03 走访有意向 → 12-08 电话已申请 → 12-10 走访已放款'
    """
    won = standings(new_money(results, issued))
    won = won[won["outcome"] == VisitOutcome.DISBURSED.value].rename(
        columns={"done_date": "won_on", "wanted_amount": "amount"}
    )
    whose = ["manager_id", "customer_id"]
    touches = results[results["outcome"].notna()].sort_values(
        ["done_date", "candidate_id"], kind="stable", na_position="first"
    )
    mine = touches.set_index(whose).loc[lambda rows: rows.index.isin(_pairs(won))]
    grouped = mine.groupby(level=whose, sort=True)
    told = grouped[[*WORDS]].last().reset_index()
    told["names"] = grouped["referrals"].sum().to_numpy()
    told["way"] = [way_of(rows) for _, rows in grouped]
    table = won.drop(columns=[*WORDS]).merge(told, on=whose, how="left")
    table["purposes"] = table["candidate_id"].map(issued.set_index("candidate_id")["purposes"])
    known = customers.set_index("customer_id")
    for name in ("origin", "is_first"):
        table[name] = table["customer_id"].map(known[name])
    table = table.merge(managers[["manager_id", "manager_name", "branch", "is_new"]], "left")
    ordered = table.sort_values(
        ["won_on", *whose], ascending=[False, True, True], kind="stable", na_position="last"
    )
    return CASE_CARDS.check(CASE_CARDS.conform(ordered))


def is_told(cards: pd.DataFrame) -> pd.Series:
    """Return which cards carry any word of the manager."""
    return cards[[*WORDS]].notna().any(axis="columns")


def way_of(touches: pd.DataFrame) -> str:
    """Return the touches of a customer in words, in their order."""
    return ARROW.join(
        f"{'日期未填' if pd.isna(day) else f'{day:%m-%d}'} "
        f"{Channel(channel).label}{VisitOutcome(outcome).label}"
        for day, channel, outcome in zip(
            touches["done_date"], touches["channel"], touches["outcome"], strict=True
        )
    )


def _pairs(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[["manager_id", "customer_id"]])
