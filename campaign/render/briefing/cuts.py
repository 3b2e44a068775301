"""Cuts tables into the few plain rows that a page shows, all groups at once."""

from __future__ import annotations

from typing import Any

import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.festival import CampaignWindow, campaign_week
from campaign.render.formats import is_unknown
from campaign.render.masking import Masker
from campaign.vocabulary import Resource

Row = dict[str, Any]


def words(value: object) -> str:
    """Return a text cell, empty where unknown."""
    return "" if is_unknown(value) else str(value)


def plain_rows(frame: pd.DataFrame) -> list[Row]:
    """Return a table's rows as dicts with the column names as text."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def grouped(frame: pd.DataFrame, column: str) -> dict[str, list[Row]]:
    """Return a table's rows as dicts, by the value of a column, in the table's order."""
    groups: dict[str, list[Row]] = {}
    for row in plain_rows(frame):
        groups.setdefault(str(row[column]), []).append(row)
    return groups


def keyed(frame: pd.DataFrame) -> dict[str, Row]:
    """Return a table's rows as dicts, by its index."""
    return {str(key): row for key, row in zip(frame.index, plain_rows(frame), strict=True)}


def counted(frame: pd.DataFrame, by: str, amount: str) -> dict[str, Row]:
    """Return number of rows (`size`) and sum of an amount (`sum`) of each group."""
    return keyed(frame.groupby(by)[amount].agg(["size", "sum"]))


def weekly_capacity(
    capacity: pd.DataFrame, window: CampaignWindow
) -> dict[tuple[str, str, int], float]:
    """Return visits and calls possible by owner, resource and campaign week.

    A period longer than a week is spread over its working days.
    """
    wanted = capacity[capacity["resource"].isin([Resource.VISITS.value, Resource.CALLS.value])]
    shares = _shares_of_weeks(wanted, window)
    table = wanted.merge(shares, on=["period_start", "period_end"])
    table["amount"] = table["amount"] * table["share"]
    sums = table.groupby(["owner", "resource", "week"])["amount"].sum().round(6).reset_index()
    return {
        (str(owner), str(resource), int(week)): float(amount)
        for owner, resource, week, amount in sums.itertuples(index=False, name=None)
    }


def _shares_of_weeks(capacity: pd.DataFrame, window: CampaignWindow) -> pd.DataFrame:
    days = [(day, campaign_week(day, window.festival)) for day in window.working_days]
    rows = []
    periods = capacity[["period_start", "period_end"]].drop_duplicates()
    for start, end in periods.itertuples(index=False, name=None):
        weeks = [week for day, week in days if start.date() <= day <= end.date()]
        for week in sorted(set(weeks)):
            share = weeks.count(week) / len(weeks)
            rows.append({"period_start": start, "period_end": end, "week": week, "share": share})
    columns = ["period_start", "period_end", "week", "share"]
    found = pd.DataFrame(rows, columns=columns)
    types = {name: capacity[name].dtype for name in ("period_start", "period_end")}
    return found.astype({**types, "week": "int64", "share": "float64"})


def masked_names(book: LoanBook, masker: Masker, wanted: set[str]) -> dict[str, str]:
    """Return the masked name of each customer and prospect wanted that has one."""
    prospects = book.prospects.rename(columns={"prospect_id": "customer_id"})
    columns = ["customer_id", "customer_name", "customer_type"]
    frames = [
        frame[frame["customer_id"].isin(wanted)].reindex(columns=columns)
        for frame in (book.customers, book.loans, prospects)
    ]
    known = pd.concat([frame.astype("object") for frame in frames], ignore_index=True)
    known = known.dropna(subset="customer_name").drop_duplicates("customer_id")
    return {
        str(number): masker.text(masker.customer(name, kind))
        for number, name, kind in known.itertuples(index=False, name=None)
    }
