"""What the pages look up of one customer: the plan's tables and the book's rows, by number.

JOB/lookup.db   SQLite, written once with the plan; names masked as in the printed outputs

The tables are those of the output contract, as written. A book's row keeps what is counted
with, and where each figure stands; phones, certificates and addresses are not in it.
"""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.vocabulary import BOOK_TABLES, OUTPUT_TABLES, Source, Unit

if TYPE_CHECKING:
    from campaign.plan.campaign_plan import CampaignPlan

FILE = "lookup.db"
TABLES = ("screen", "headroom", "refinance", "opportunities", "run_off", "touches", "left_out")
BOOKS = ("loans", "other_loans", "customers", "prospects")
PERSONAL = frozenset(
    ["customer_name", "cert_no", "phone", "address", "remark", "content", "referrer_id"]
)
GROWTH = (Source.DRAW, Source.TOP_UP, Source.REFINANCE, Source.INDUSTRY, Source.TEAM)
BRIDGE = tuple(source.value for source in (*GROWTH, Source.REFERRAL))
TRADES_SHOWN = 8
FEWEST_PAGES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
"""
PARTS = """
CREATE TABLE parts AS
SELECT customer_id, manager_id, branch, source, sum(CAST(expected AS REAL)) AS amount
FROM opportunities WHERE source IN ({marks}) GROUP BY 1, 2, 3, 4
UNION ALL
SELECT customer_id, manager_id, branch, 'run_off', -sum(CAST(run_off AS REAL))
FROM run_off GROUP BY 1, 2, 3
UNION ALL
SELECT customer_id, manager_id, branch, 'renewed', sum(CAST(renewed AS REAL))
FROM run_off GROUP BY 1, 2, 3;
"""
INDEXES = """
CREATE INDEX parts_of ON parts (customer_id);
CREATE INDEX parts_by ON parts (source, branch, manager_id);
CREATE UNIQUE INDEX people_of ON people (customer_id);
"""


def write_lookup(plan: CampaignPlan, tables: Path, path: Path) -> None:
    """Write what the pages look up of a plan.

    Args:
        plan: The plan.
        tables: Folder of the tables of the contract, as written.
        path: The file to make; one that is there is replaced whole.
    """
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    with closing(sqlite3.connect(beside)) as connection, connection:
        connection.executescript(FEWEST_PAGES)
        for name in TABLES:
            _fill(connection, name, tables / f"{name}.csv")
        _fill_book(connection, plan)
        _fill_people(connection, plan)
        connection.execute("CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT)")
        facts = {"version": plan.version, "letters": _letters(plan), "season": _season(plan)}
        connection.executemany(
            "INSERT INTO facts VALUES (?, ?)",
            [(name, json.dumps(value, ensure_ascii=False)) for name, value in facts.items()],
        )
        marks = ", ".join(f"'{name}'" for name in BRIDGE)
        connection.executescript(PARTS.format(marks=marks) + INDEXES)
    beside.replace(path)


def _fill(connection: sqlite3.Connection, name: str, path: Path) -> None:
    """Copy a table of the contract, as text."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        columns = next(rows)
        assert set(columns) <= set(OUTPUT_TABLES[name].columns)
        _insert(connection, name, columns, rows)
    connection.execute(f"CREATE INDEX {name}_of ON {name} (customer_id)")


def _fill_book(connection: sqlite3.Connection, plan: CampaignPlan) -> None:
    """Copy the rows of the book, with the fields that the files really had."""
    book = plan.book
    for name in BOOKS:
        frame = getattr(book, name)
        known = [f.name for f in BOOK_TABLES[name].fields if f.name not in PERSONAL]
        columns = [c for c in known if c == "source_row" or book.knows(name, c)]
        texts = frame[columns].astype(object).where(frame[columns].notna(), None)
        for column in columns:
            if BOOK_TABLES[name].field(column).unit is Unit.DATE:
                texts[column] = frame[column].dt.strftime("%Y-%m-%d").astype(object)
                texts[column] = texts[column].where(frame[column].notna(), None)
        rows = zip(*(texts[column].tolist() for column in columns), strict=True)
        _insert(connection, f"book_{name}", columns, rows)
        connection.execute(f"CREATE INDEX book_{name}_of ON book_{name} (source_row)")


def _fill_people(connection: sqlite3.Connection, plan: CampaignPlan) -> None:
    """Keep what a customer or a prospect is called, masked as in the outputs."""
    import pandas as pd

    from campaign.render.contacts import ContactCards
    from campaign.render.masking import Masker

    growth = plan.growth
    numbers = pd.concat(
        [
            growth.opportunities["customer_id"],
            growth.screen["customer_id"],
            growth.run_off["customer_id"],
            plan.left_out["customer_id"],
        ]
    ).drop_duplicates()
    cards = ContactCards(plan.book, Masker(masked=plan.settings.output.masked)).of(numbers)
    rows = zip(
        cards.index.tolist(),
        cards["name"].fillna("").tolist(),
        cards["kind"].tolist(),
        cards["trade"].tolist(),
        cards["area"].tolist(),
        strict=True,
    )
    _insert(connection, "people", ["customer_id", "name", "kind", "trade", "area"], rows)


def _insert(
    connection: sqlite3.Connection, name: str, columns: list[str], rows: Iterable[Any]
) -> None:
    """Make a table and fill it; names come from the vocabulary alone."""
    quoted = ", ".join(f'"{column}"' for column in columns)
    connection.execute(f"CREATE TABLE {name} ({quoted})")
    marks = ", ".join("?" * len(columns))
    connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)  # noqa: S608


def _letters(plan: CampaignPlan) -> dict[str, dict[str, str]]:
    """Return sheet label → field → Excel letter."""
    return {
        sheet.label: {c.field: c.letter for c in sheet.columns if c.field}
        for sheet in plan.book.sheets
        if sheet.label
    }


def _season(plan: CampaignPlan) -> dict[str, Any]:
    """Return the index by week of the trades that promise most, for the picture."""
    from campaign.festival import week_start

    rows = plan.growth.opportunities
    rows = rows[rows["source"].eq(Source.INDUSTRY.value) & rows["sub_industry"].fillna("").ne("")]
    sums = rows.groupby("sub_industry")["expected"].sum().sort_index()
    best = sums.sort_values(ascending=False, kind="stable").index.tolist()[:TRADES_SHOWN]
    season = plan.season[plan.season["sub_industry"].isin(best)]
    table = season.pivot_table(index="sub_industry", columns="week", values="index")
    weeks = list(plan.window.weeks)
    trades = [
        (name, [None if v != v else v for v in table.reindex(columns=weeks).loc[name].tolist()])
        for name in best
        if name in table.index
    ]
    days = [week_start(week, plan.window.festival) for week in weeks]
    return {
        "weeks": [(w, f"{d:%m-%d}") for w, d in zip(weeks, days, strict=True)],
        "trades": trades,
    }


def opened(path: Path) -> sqlite3.Connection:
    """Return the file, open for looking only; a row answers by name."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    return connection


def fact(connection: sqlite3.Connection, name: str) -> Any:
    """Return one of the facts: version, letters, season; None where it is not kept."""
    found = connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    return json.loads(found["value"]) if found else None


def rows_of(connection: sqlite3.Connection, table: str, customer: str) -> list[dict[str, Any]]:
    """Return a customer's rows of a table of the contract, in the order written."""
    assert table in TABLES
    found = connection.execute(
        f"SELECT * FROM {table} WHERE customer_id = ? ORDER BY rowid",  # noqa: S608
        (customer,),
    )
    return [dict(row) for row in found]


def book_rows(connection: sqlite3.Connection, sources: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """Yield book table and row for each source row like 借据!12."""
    for source in sources:
        for name in BOOKS:
            found = connection.execute(
                f"SELECT * FROM book_{name} WHERE source_row = ?",  # noqa: S608
                (source,),
            ).fetchone()
            if found is not None:
                yield name, dict(found)
                break
