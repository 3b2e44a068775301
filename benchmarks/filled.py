"""Managers who fill in their workbooks by what really happens to their customers."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from campaign.synthetic.truth import played
from campaign.vocabulary import (
    FILLED_FIELDS,
    REFERRAL_FIELDS,
    ROW_KEY,
    Channel,
    Source,
    VisitOutcome,
    WorkbookSheet,
)

LABEL = {one.name: one.label for one in (ROW_KEY, *FILLED_FIELDS)}
NAME = {one.name: one.label for one in REFERRAL_FIELDS}
SHEETS = (WorkbookSheet.VISITS.label, WorkbookSheet.CALLS.label)
CHANNELS = {
    WorkbookSheet.VISITS.label: Channel.VISIT.value,
    WorkbookSheet.CALLS.label: Channel.CALL.value,
}
WAN = 10_000
# The part of the loans won whose case is told.
TOLD_SHARE = 0.6
OTHERWISE = (
    (VisitOutcome.NOT_MET, 0.25),
    (VisitOutcome.FOLLOW_UP, 0.30),
    (VisitOutcome.INTERESTED, 0.15),
    (VisitOutcome.APPLIED, 0.08),
    (VisitOutcome.NO_NEED, 0.14),
    (VisitOutcome.REFUSED, 0.08),
)
Row = dict[str, Any]


@dataclass
class World:
    """What really happens, and what the managers have written down of it.

    Attributes:
        truth: What `synthetic.truth.coming_season` made.
        diligence: manager_id to the part of his touches that he does.
        results: candidate_id to what he wrote, as the store should hold it.
        contacts: (manager_id, name) of every new contact written down.
        purposes: candidate_id to the sources that the touch was issued for; a follow-up that
            names none is for what the customer was first touched for.
        first_purposes: customer_id to the sources of his first touch.
    """

    truth: pd.DataFrame
    diligence: dict[str, float] = field(default_factory=dict)
    results: dict[str, Row] = field(default_factory=dict)
    contacts: set[tuple[str, str]] = field(default_factory=set)
    purposes: dict[str, str] = field(default_factory=dict)
    first_purposes: dict[str, str] = field(default_factory=dict)

    def hear(self, folder: Path) -> None:
        """Take down what the touches of a plan are for, from its tables."""
        with (folder / "tables" / "touches.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = sorted(csv.DictReader(file), key=lambda row: (row["date"], row["candidate_id"]))
        for row in rows:
            first = self.first_purposes.get(row["customer_id"], "")
            self.purposes[row["candidate_id"]] = row["purposes"] or first
            self.first_purposes.setdefault(row["customer_id"], row["purposes"])

    def fill(self, path: Path, manager: str, until: date) -> int:
        """Fill in a manager's workbook up to a day, in place; return the rows written."""
        book = openpyxl.load_workbook(path)
        count = sum(self._fill_sheet(book[name], manager, until) for name in SHEETS)
        self._name_somebody(book[WorkbookSheet.CONTACTS.label], manager, until)
        book.save(path)
        return count

    def won(self) -> dict[str, float]:
        """Return the amount lent to each customer, renewals apart, as written down."""
        return {
            row["customer_id"]: row["wanted_amount"]
            for row in self.results.values()
            if row["outcome"] == VisitOutcome.DISBURSED.value and not row["is_renewal"]
        }

    def told(self) -> set[tuple[str, str]]:
        """Return manager and customer of every loan won, renewals apart, whose case was told."""
        won = self.won()
        return {
            (row["manager_id"], row["customer_id"])
            for row in self.results.values()
            if row["customer_id"] in won and row.get("what_worked")
        }

    def _fill_sheet(self, sheet: Any, manager: str, until: date) -> int:
        head, columns = head_of(sheet, LABEL["outcome"])
        count = 0
        for number in range(head + 1, sheet.max_row + 1):
            key, day = sheet.cell(number, 1).value, sheet.cell(number, columns.get("日期", 1)).value
            is_open = sheet.cell(number, columns[LABEL["outcome"]]).value is None
            if not isinstance(day, datetime) or not is_open or day.date() > until:
                continue
            if luck(key, "does") >= self.diligence.setdefault(manager, 0.5 + luck(manager, "") / 2):
                continue
            row = self._result(key, day.date(), CHANNELS[sheet.title])
            self.results[key] = {**row, "manager_id": manager}
            for name, value in row.items():
                if name in LABEL and value is not None:
                    sheet.cell(number, columns[LABEL[name]], _cell(name, value))
            count += 1
        return count

    def _result(self, key: str, day: date, channel: str) -> Row:
        customer = key.rpartition("-")[0]
        row: Row = {
            "customer_id": customer,
            "channel": channel,
            "done_date": day,
            "outcome": VisitOutcome.DISBURSED.value,
            "wanted_amount": self._lent(customer, channel),
            "next_follow_up": None,
            "referrals": int(luck(key, "names") * 3) if channel == Channel.VISIT.value else None,
            "is_renewal": self.purposes[key] == Source.RENEWAL.value,
        }
        if row["wanted_amount"] is None:
            outcome = self._otherwise(key)
            row["outcome"] = outcome.value
            if outcome in (VisitOutcome.INTERESTED, VisitOutcome.APPLIED):
                row["wanted_amount"] = round(5 + luck(key, "amount") * 30) * 10_000.0
            if outcome in (VisitOutcome.FOLLOW_UP, VisitOutcome.INTERESTED):
                row["next_follow_up"] = day + timedelta(days=7 + int(luck(key, "again") * 21))
        elif luck(key, "told") < TOLD_SHARE:
            row |= {"how_it_came": "老客户介绍", "what_worked": "先问三个问题再算账"}
        return row

    def _lent(self, customer: str, channel: str) -> float | None:
        """Return what a customer is lent after this touch, None where nothing comes of it."""
        mine = self.truth[self.truth["unit_id"] == customer]
        if mine.empty or customer in self.won():
            return None
        before = [row for row in self.results.values() if row["customer_id"] == customer]
        touches = pd.DataFrame(
            [{"customer_id": customer, "channel": row["channel"]} for row in before]
            + [{"customer_id": customer, "channel": channel}]
        )
        after = played(mine, touches)
        grows = after[after["source"] != Source.RENEWAL.value]
        total = float(grows.loc[grows["happened"], "lent"].sum())
        return round(total / 100) * 100.0 if total >= 100 else None

    def _otherwise(self, key: str) -> VisitOutcome:
        place, so_far = luck(key, "outcome"), 0.0
        for outcome, share in OTHERWISE:
            so_far += share
            if place < so_far:
                return outcome
        return VisitOutcome.FOLLOW_UP

    def _name_somebody(self, sheet: Any, manager: str, until: date) -> None:
        """Write one new contact a week, every second one named by the one before."""
        head, columns = head_of(sheet, NAME["relation"])
        mine = sorted(name for one, name in self.contacts if one == manager)
        name = f"新联系人{len(mine) + 1}"
        number = head + 1
        while sheet.cell(number, columns[NAME["customer_name"]]).value:
            number += 1
        by = mine[-1] if len(mine) % 2 else f"老客户{until.day}"
        values = {"customer_name": name, "referrer_name": by, "relation": "同行"}
        for field_name, value in values.items():
            sheet.cell(number, columns[NAME[field_name]], value)
        self.contacts.add((manager, name))


def head_of(sheet: Any, label: str) -> tuple[int, dict[str, int]]:
    """Return the row that holds a label, and the columns of that row by label."""
    for row in sheet.iter_rows():
        if any(cell.value == label for cell in row):
            return row[0].row, {cell.value: cell.column for cell in row if cell.value}
    return sheet.max_row + 1, {label: 1}


def luck(key: str, what: str) -> float:
    """Return a number from 0 to 1 that is always the same for a key and a purpose."""
    digest = hashlib.sha256(f"{key}\x1f{what}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def _cell(name: str, value: Any) -> Any:
    if name == "outcome":
        return VisitOutcome(value).label
    return value / WAN if name == "wanted_amount" else value
