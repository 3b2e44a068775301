"""What came back, put in place of what was hoped for: the book and the opportunities after it."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.growth.opportunities import Growth
from campaign.progress.referral_tree import referral_tree
from campaign.progress.running import IN_PROGRESS, Running
from campaign.progress.standing import GROWS, LOST, source_of_growth
from campaign.settings.progress import PoolRules
from campaign.vocabulary import (
    CONTACTS,
    LEFT_OUT,
    OPPORTUNITIES,
    PROSPECTS,
    Channel,
    ContactOrigin,
    Grade,
    VisitOutcome,
)

LENT = VisitOutcome.DISBURSED.value
IN_THE_BOOK = "已放款，新台账里已有"
LENT_ALREADY = "本期已放款，其余机会留待以后"


def book_with_results(book: LoanBook, running: Running) -> LoanBook:
    """Return a book with the results as lines of its contact log, and new contacts as prospects.

    A result tells what a call or visit noted in the bank's own log tells, so willingness,
    refusals and rates are read from it the same way. A name brought home becomes a prospect
    of origin 客户转介; one that is on the list or a customer already is left out by `growth`.
    """
    contacts = pd.concat([book.contacts, _contact_lines(running)], ignore_index=True)
    prospects = pd.concat([book.prospects, _new_prospects(running)], ignore_index=True)
    prospects = prospects.drop_duplicates("prospect_id", keep="first")
    known = dict(book.known)
    known["contacts"] = known.get("contacts", frozenset()) | {"contact_date", "outcome", "method"}
    known["prospects"] = known.get("prospects", frozenset()) | {"origin", "referrer_id"}
    return dataclasses.replace(
        book,
        contacts=CONTACTS.conform(contacts),
        prospects=PROSPECTS.conform(prospects),
        known=known,
    )


def growth_with_results(
    growth: Growth, running: Running, rules: PoolRules, booked_until: date | None
) -> Growth:
    """Return the opportunities as they are after what came back.

    A customer who was lent to has one opportunity, with the amount lent and certain; who
    refused, needs nothing or was not admitted has none but the renewal that comes by itself.
    Who stands further on can reach at least the chance of his stage, and the amount he spoke of.

    Args:
        growth: What the book promises.
        running: The campaign so far.
        rules: The chance of each stage.
        booked_until: Day of a new book, in whose balance loans up to then stand already;
            None where the book is the one that the campaign began with.
    """
    stand = running.standing
    closed = _on_the_way(growth.opportunities, stand, rules)
    lost = stand.loc[stand["outcome"].isin(LOST), "customer_id"]
    won = stand[stand["outcome"] == LENT]
    gone = closed["customer_id"].isin([*lost, *won["customer_id"]])
    dropped = closed[gone & closed["source"].isin(GROWS)]
    kept = closed[~(gone & closed["source"].isin(GROWS))].copy()
    # Nobody calls on who is done with; what renews by itself still does.
    quiet = kept["customer_id"].isin(lost)
    kept["full_probability"] = kept["full_probability"].mask(quiet, kept["natural_probability"])
    in_the_book = _in_the_book(won, booked_until)
    lent = _lent(won[~in_the_book], growth, running)
    opportunities = pd.concat([kept, lent], ignore_index=True)
    why = running.closed.to_dict()
    reasons = dropped["customer_id"].map(why).astype("object")
    booked = dropped["customer_id"].isin(won.loc[in_the_book, "customer_id"])
    reasons = reasons.mask(booked, reasons + f"；{IN_THE_BOOK}")
    open_rest = dropped["customer_id"].isin(won["customer_id"]) & ~booked
    reasons = reasons.mask(open_rest, reasons + f"；{LENT_ALREADY}")
    left = pd.concat([growth.left_out, dropped.assign(reason=reasons, value=0.0)])
    left = left.drop_duplicates(list(LEFT_OUT.key))
    return dataclasses.replace(
        growth,
        opportunities=OPPORTUNITIES.check(OPPORTUNITIES.conform(opportunities)),
        left_out=LEFT_OUT.check(LEFT_OUT.conform(left)),
    )


def lent_by_manager(running: Running, booked_until: date | None) -> pd.Series:
    """Return what stands in a new book's balance already of the loans won, by manager, in yuan."""
    won = running.standing[running.standing["outcome"] == LENT]
    booked = won[_in_the_book(won, booked_until)]
    total: pd.Series = booked["wanted_amount"].fillna(0.0).groupby(booked["manager_id"]).sum()
    return total


def _in_the_book(won: pd.DataFrame, booked_until: date | None) -> pd.Series:
    """Return which loans a new book holds; one without a day is taken to be in it."""
    if booked_until is None:
        return pd.Series(False, won.index)
    return ~(won["done_date"] > pd.Timestamp(booked_until))


def _on_the_way(opportunities: pd.DataFrame, stand: pd.DataFrame, rules: PoolRules) -> pd.DataFrame:
    """Return opportunities with at least the chance of the customer's stage.

    Who has applied gets there without another visit; others reach that chance when worked on.
    The amount spoken of takes the place of the estimate of his greatest one.
    """
    chances = {
        VisitOutcome.FOLLOW_UP.value: rules.follow_up_chance,
        VisitOutcome.INTERESTED.value: rules.interested_chance,
        VisitOutcome.APPLIED.value: rules.applied_chance,
        VisitOutcome.APPROVED.value: rules.applied_chance,
    }
    rows = opportunities.copy()
    by_customer = stand.set_index("customer_id")
    grows = rows["source"].isin(GROWS)
    outcome = by_customer["outcome"].reindex(rows["customer_id"]).set_axis(rows.index)
    chance = outcome.map(chances).astype("float64").where(grows)
    applied = outcome.isin(IN_PROGRESS)
    natural = rows["natural_probability"]
    rows["natural_probability"] = np.fmax(natural, chance.where(applied))
    rows["full_probability"] = np.fmax(rows["full_probability"], chance)
    spoken = by_customer["wanted_amount"].reindex(rows["customer_id"]).set_axis(rows.index)
    told = grows & chance.notna() & (spoken > 0)
    greatest = rows[told].sort_values(
        ["customer_id", "amount", "opportunity_id"], ascending=[True, False, True], kind="stable"
    )
    first = greatest.drop_duplicates("customer_id").index
    rows.loc[first, "amount"] = spoken[first]
    rows.loc[first, "rate_quota"] = np.fmin(rows.loc[first, "rate_quota"], spoken[first])
    return rows


def _lent(won: pd.DataFrame, growth: Growth, running: Running) -> pd.DataFrame:
    """Return one certain opportunity for each loan won, numbered W000001 and on."""
    touches = running.issued.set_index("candidate_id")
    staff = growth.staff.set_index("manager_id")
    before = growth.opportunities.sort_values("opportunity_id").drop_duplicates("customer_id")
    known = before.set_index("customer_id")
    rows = won.sort_values("customer_id").reset_index(drop=True)
    purposes = rows["candidate_id"].map(touches["purposes"]).fillna("")
    days = rows["done_date"].where(rows["done_date"].notna(), pd.Timestamp(running.day))
    table = pd.DataFrame(
        {
            "opportunity_id": [f"W{number:06d}" for number in range(1, len(rows) + 1)],
            "customer_id": rows["customer_id"],
            "manager_id": rows["manager_id"],
            "branch": rows["manager_id"].map(staff["branch"]),
            "source": [source_of_growth(text) for text in purposes],
            "amount": rows["wanted_amount"].fillna(0.0),
            "natural_probability": 1.0,
            "full_probability": 1.0,
            "window_start": days,
            "window_end": days,
            "rate_quota": 0.0,
            "needs_senior": False,
            "is_outing": False,
            "grade": Grade.A.value,
            "reason": [_lent_words(row) for row in rows.to_dict("records")],
        }
    )
    for name in ("is_prospect", "industry_code", "sub_industry", "area", "source_rows"):
        table[name] = rows["customer_id"].map(known[name])
    table["is_prospect"] = table["is_prospect"].fillna(False)
    return OPPORTUNITIES.conform(table)


def _lent_words(row: dict[Any, Any]) -> str:
    amount = row["wanted_amount"]
    if amount != amount:
        return "已放款，填报没有写金额"
    return "已放款，金额以客户经理填报为准"


def _contact_lines(running: Running) -> pd.DataFrame:
    results = running.outcomes[running.outcomes["outcome"].notna()]
    days = running.done.set_index("candidate_id")["date"]
    rows = results.assign(
        contact_date=days.reindex(results["candidate_id"]).to_numpy(),
        method=[Channel(channel).label for channel in results["channel"]],
        source_row="收回结果!" + results["candidate_id"].astype("str"),
        content=results["note"],
    )
    return CONTACTS.conform(rows)


def _new_prospects(running: Running) -> pd.DataFrame:
    tree = referral_tree(running.referred)
    rows = tree.assign(
        origin=ContactOrigin.REFERRAL.value, source_row="转介!" + tree["prospect_id"]
    )
    return PROSPECTS.conform(rows)
