"""Ledgers of one bank at different days, read together: the older ones are earlier periods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from campaign.book.sheet_table import SheetTable
from campaign.book.title import day_in

NOTE_NUMBERS = ("loan_note_id", "_loan_account", "contract_id")
SAME_NOTES = 0.5  # an older sheet of the same notes is an earlier period, not another branch


def mark_periods(tables: Sequence[SheetTable]) -> None:
    """Give ledgers that repeat a later one's notes the day of their title or name; changes frames.

    `latest_period` then leaves the earlier days out, as it does where a column tells the day.
    """
    found = {table.label: _day_of(table) for table in tables if table.role == "loans"}
    days = {label: day for label, day in found.items() if day is not None}
    ledgers = [table for table in tables if table.label in days]
    if len(set(days.values())) < 2:
        return
    notes = {table.label: set(_notes(table)) for table in ledgers}
    for table in ledgers:
        later = [t for t in ledgers if days[t.label] > days[table.label]]
        known = set().union(*(notes[t.label] for t in later)) if later else set()
        own = notes[table.label]
        if own and len(own & known) >= SAME_NOTES * len(own):
            for one in (table, *later):
                one.frames["loans"]["_report_date"] = pd.Timestamp(days[one.label]).as_unit("s")


def _day_of(table: SheetTable) -> date | None:
    if "_report_date" in table.frames["loans"]:
        return None
    named = (table.found.title.as_of, day_in(table.sheet.name), day_in(table.sheet.file))
    return next((day for day in named if day), None)


def _notes(table: SheetTable) -> list[str]:
    """Return what tells the loans of a ledger apart; some banks print the account alone."""
    frame = table.frames["loans"]
    named = next((name for name in NOTE_NUMBERS if name in frame), None)
    return [] if named is None else frame[named].dropna().tolist()
