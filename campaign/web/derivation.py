"""From a figure to its cells: how one customer's figures came about.

Everything is looked up; nothing is estimated here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaign.render.formats import (
    label_of,
    wan_text,
)
from campaign.vocabulary import BOOK_TABLES, HEADROOM, OUTPUT_TABLES, Signal, Unit
from campaign.web.listing import PARTS
from campaign.web.lookup import FILE, book_rows, fact, opened, rows_of
from campaign.web.shown import shown

CAPS = tuple(f for f in HEADROOM.fields if f.name.startswith("cap_"))
BASIS = ("exposure", "limit", "balance", "undrawn", "other_debt", "movable_debt")
SUMS = {
    "opportunities": ["source", "amount", "natural_probability", "probability", "expected"],
    "refinance": ["lender", "balance", "amount", "other_rate", "our_rate", "gross_saving"],
    "run_off": ["loan_note_id", "maturity_date", "run_off", "renew_probability", "renewed"],
    "touches": ["date", "channel", "purposes", "value", "area", "companion"],
    "left_out": ["source", "reason", "value", "cut_off"],
}
MORE = {
    "opportunities": ["window_start", "window_end", "grade", "reason", "source_rows"],
    "refinance": [
        *("switch_cost", "net_saving", "maturity_date", "window_start", "window_end"),
        *("status", "grade", "reason", "source_rows"),
    ],
    "run_off": ["reason", "source_rows"],
}


@dataclass(frozen=True)
class Grid:
    """A table for the page: heads, which of them are figures, and rows of text."""

    heads: tuple[str, ...]
    figures: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Cap:
    """One limit on the headroom: its name, its text, and whether it is the one that binds."""

    label: str
    text: str
    binds: bool


@dataclass(frozen=True)
class SourceRow:
    """One row of the files: where, of which table, and each figure with its cell."""

    where: str
    label: str
    values: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Customer:
    """How one customer's figures came about.

    Attributes:
        number, name, about: Who it is; the name masked as in the printed outputs.
        parts: What he adds to each step of the bridge, 万元 as text, and their sum.
        screen: Fired, not checked, passed rules; empty for one who has no loan.
        signal: Answer of the screen as label.
        basis, caps, headroom: What the room for more rests on; empty where not estimated.
        grids: Opportunities, refinance, run-off, touches, left out, by name.
        sources: The rows of the files behind all of it.
    """

    number: str
    name: str
    about: str
    parts: tuple[tuple[str, str], ...]
    signal: str
    screen: tuple[tuple[str, tuple[str, ...]], ...]
    basis: tuple[tuple[str, str], ...]
    caps: tuple[Cap, ...]
    headroom: Mapping[str, str]
    grids: Mapping[str, Grid]
    sources: tuple[SourceRow, ...]


def has_lookup(job_folder: Path, version: int) -> bool:
    """Return whether a version of a job's plan can be looked into."""
    path = job_folder / FILE
    if not path.is_file():
        return False
    with closing(opened(path)) as connection:
        return bool(fact(connection, "version") == version)


def customer_of(job_folder: Path, number: str) -> Customer | None:
    """Return how a customer's figures came about, or None where the plan knows none."""
    with closing(opened(job_folder / FILE)) as connection:
        person = connection.execute(
            "SELECT * FROM people WHERE customer_id = ?", (number,)
        ).fetchone()
        if person is None:
            return None
        return _customer(connection, number, dict(person))


def _customer(connection: sqlite3.Connection, number: str, person: dict[str, Any]) -> Customer:
    screen = rows_of(connection, "screen", number)
    headroom = rows_of(connection, "headroom", number)
    tables = {name: rows_of(connection, name, number) for name in SUMS}
    about = "，".join(str(person[name]) for name in ("kind", "trade", "area") if person[name])
    cited = [row["source_rows"] for row in (*screen, *headroom)]
    cited += [row["source_rows"] for name in MORE for row in tables[name]]
    sources = dict.fromkeys(part for text in cited for part in text.split(";") if part)
    return Customer(
        number,
        person["name"] or number,
        about,
        _parts(connection, number),
        label_of(Signal, screen[0]["signal"]) if screen else "",
        _screen(screen[0]) if screen else (),
        tuple((f.label, shown(f, headroom[0][f.name])) for f in map(HEADROOM.field, BASIS))
        if headroom
        else (),
        _caps(headroom[0]) if headroom else (),
        _headroom(headroom[0]) if headroom else {},
        {name: grid(name, rows) for name, rows in tables.items() if rows},
        tuple(_sources(connection, sources)),
    )


def _parts(connection: sqlite3.Connection, number: str) -> tuple[tuple[str, str], ...]:
    found = connection.execute(
        "SELECT source, sum(amount) AS amount FROM parts WHERE customer_id = ? GROUP BY source",
        (number,),
    )
    amounts = {row["source"]: row["amount"] for row in found}
    rows = [(PARTS[name], wan_text(amounts[name])) for name in PARTS if amounts.get(name)]
    return (*rows, ("合计", wan_text(sum(amounts.values()))))


def _screen(row: dict[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    titles = {"reasons": "触发", "not_checked": "资料不够，未能检查", "passed_rules": "通过"}
    return tuple(
        (title, tuple(filter(None, row[name].split("；")))) for name, title in titles.items()
    )


def _caps(row: dict[str, str]) -> tuple[Cap, ...]:
    return tuple(
        Cap(cap.label, shown(cap, row[cap.name]), row["binding_cap"] == cap.name) for cap in CAPS
    )


def _headroom(row: dict[str, str]) -> dict[str, str]:
    names = ("headroom", "new_money", "working_capital_need", "grade", "reason", "not_checked")
    return {name: shown(HEADROOM.field(name), row[name]) for name in names}


def grid(name: str, rows: Sequence[Mapping[str, Any]]) -> Grid:
    """Return rows of a table of the contract as text, the columns that a page shows."""
    table = OUTPUT_TABLES[name]
    fields = [table.field(column) for column in (*SUMS[name], *MORE.get(name, ()))]
    texts = tuple(tuple(shown(f, row[f.name]) for f in fields) for row in rows)
    return Grid(
        tuple(f.label for f in fields),
        tuple(f.unit not in (Unit.TEXT, Unit.DATE, Unit.FLAG) for f in fields),
        texts,
    )


def _sources(connection: sqlite3.Connection, sources: Sequence[str] | dict[str, None]) -> Any:
    letters = fact(connection, "letters")
    for name, row in book_rows(connection, sources):
        where = row["source_row"]
        sheet, _, line = where.rpartition("!")
        known = letters.get(sheet, {})
        values = tuple(
            (f.label, shown(f, row[f.name]), f"{sheet}!{known[f.name]}{line}")
            for f in BOOK_TABLES[name].fields
            if f.name in known and row.get(f.name) is not None
        )
        yield SourceRow(where, BOOK_TABLES[name].label, values)
