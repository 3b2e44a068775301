"""New customers of last season who came without a visit, a call or a referral."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.festival import CampaignWindow, spring_festival
from campaign.vocabulary import INFLOW

LATE_DAYS = 31


def season_inflow(
    book: LoanBook, old_books: Sequence[LoanBook], window: CampaignWindow
) -> pd.DataFrame:
    """Return what new customers brought last season, by branch, without being touched.

    A new customer stands in no older ledger, has a first note in the same weeks counted
    from last year's festival, and neither a contact nor a referrer is on record. Without a
    ledger from the eve of last season, nobody can be told to be new: then there is no row.

    Args:
        book: The book of today.
        old_books: Older ledgers of the bank.
        window: The campaign to come.

    Returns:
        Table INFLOW: what the first notes that outlived the season amount to, in yuan.
    """
    start, end = last_season(window)
    before = [old for old in old_books if old.as_of <= start + timedelta(days=LATE_DAYS)]
    if not before:
        return INFLOW.empty()
    touched = book.contacts.loc[book.contacts["contact_date"] <= pd.Timestamp(end)]
    brought = book.customers[book.customers["referrer_id"].notna()]
    seen = [*(old.loans for old in before), touched, brought]
    known = pd.concat([table["customer_id"] for table in seen]).dropna().unique()
    loans = book.loans[~book.loans["customer_id"].isin(known)]
    first = loans.groupby("customer_id")["start_date"].transform("min")
    inside = first.between(pd.Timestamp(start), pd.Timestamp(end)) & (
        loans["start_date"] <= pd.Timestamp(end)
    )
    stays = loans["settle_date"].fillna(loans["maturity_date"]).fillna(pd.Timestamp.max.floor("D"))
    notes = loans[inside & (stays > pd.Timestamp(end)) & loans["branch"].notna()]
    by_branch = notes.groupby("branch", sort=True)
    table = pd.DataFrame(
        {
            "amount": by_branch["loan_amount"].sum().round(2),
            "customers": by_branch["customer_id"].nunique().astype(float),
            "source_rows": by_branch["source_row"].agg(";".join),
        }
    )
    return INFLOW.check(INFLOW.conform(table.reset_index()))


def last_season(window: CampaignWindow) -> tuple[date, date]:
    """Return the first and last day of the season before, the same days from its festival.

    Example:
        >>> from campaign.festival import CampaignWindow, load_calendar
        >>> season = CampaignWindow(
        ...     date(2026, 11, 15), date(2026, 12, 1), date(2027, 3, 31), date(2027, 2, 6), load_calendar())
        >>> [day.isoformat() for day in last_season(season)]
        ['2025-12-12', '2026-04-11']
    """
    shift = window.festival - spring_festival(window.festival.year - 1)
    return window.start - shift, window.end - shift
