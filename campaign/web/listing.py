"""Who makes up a sum of the plan, and who was left out: pages of customers, looked up."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from campaign.render.formats import count_text, wan_text
from campaign.vocabulary import OUTPUT_TABLES, Source
from campaign.web.lookup import BRIDGE, FILE, opened
from campaign.web.shown import shown

PAGE = 50
PARTS = {
    "run_off": "到期与还款",
    "renewed": "预计续贷",
    **{source.value: source.label for source in Source if source.value in BRIDGE},
}


@dataclass(frozen=True)
class Filter:
    """Which customers a list holds.

    Attributes:
        part: A step of the bridge, `left_out`, or empty for the net growth of all.
        branch, manager: Of whom; empty for all.
        words: Part of a number or a name.
        page: Page of the list, from 1.
    """

    part: str = ""
    branch: str = ""
    manager: str = ""
    words: str = ""
    page: int = 1


@dataclass(frozen=True)
class Listing:
    """A page of customers who make up a sum: rows, how many there are, and their sum."""

    rows: tuple[dict[str, str], ...]
    count: int
    total: str

    @property
    def pages(self) -> int:
        """Return how many pages there are."""
        return max(1, -(-self.count // PAGE))


def customers(job_folder: Path, wanted: Filter) -> Listing:
    """Return the customers who make up a sum, the largest amounts first."""
    where, values = _conditions(wanted)
    rows = (
        "SELECT parts.customer_id, people.name, parts.branch, parts.manager_id,"  # noqa: S608
        " people.trade, sum(parts.amount) AS amount"
        f" FROM parts LEFT JOIN people USING (customer_id) WHERE {where} GROUP BY 1, 3, 4"
    )
    with closing(opened(job_folder / FILE)) as connection:
        count, total = connection.execute(
            f"SELECT count(*), sum(amount) FROM ({rows})",  # noqa: S608
            values,
        ).fetchone()
        found = connection.execute(
            f"{rows} ORDER BY abs(sum(parts.amount)) DESC, 1 LIMIT ? OFFSET ?",
            (*values, PAGE, PAGE * (wanted.page - 1)),
        ).fetchall()
    listed = tuple({**dict(row), "amount": wan_text(row["amount"])} for row in found)
    return Listing(listed, count, wan_text(total or 0.0))


def left_out(job_folder: Path, wanted: Filter) -> Listing:
    """Return those who are not in the plan and why, the largest loss first."""
    where, values = _words(wanted.words, "left_out")
    rows = (
        "SELECT left_out.*, people.name FROM left_out"  # noqa: S608
        f" LEFT JOIN people USING (customer_id) WHERE {where}"
    )
    with closing(opened(job_folder / FILE)) as connection:
        count = connection.execute(f"SELECT count(*) FROM ({rows})", values).fetchone()[0]  # noqa: S608
        found = connection.execute(
            f"{rows} ORDER BY CAST(value AS REAL) DESC, left_out.rowid LIMIT ? OFFSET ?",
            (*values, PAGE, PAGE * (wanted.page - 1)),
        ).fetchall()
    table = OUTPUT_TABLES["left_out"]
    listed = tuple(
        {
            "customer_id": row["customer_id"],
            "name": row["name"] or "",
            **{f.name: shown(f, row[f.name]) for f in table.fields if f.name != "customer_id"},
        }
        for row in found
    )
    return Listing(listed, count, count_text(count))


def _conditions(wanted: Filter) -> tuple[str, tuple[str, ...]]:
    where, values = _words(wanted.words, "parts")
    exact = {"source": wanted.part, "branch": wanted.branch, "manager_id": wanted.manager}
    for column, value in exact.items():
        if value:
            where, values = f"{where} AND parts.{column} = ?", (*values, value)
    return where, values


def _words(words: str, table: str) -> tuple[str, tuple[str, ...]]:
    """Return the condition for a part of a number, a name or, of those left out, a reason."""
    if not words:
        return "1", ()
    like = "%" + words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
    columns = [f"{table}.customer_id", "people.name"]
    columns += ["left_out.reason"] if table == "left_out" else []
    tests = " OR ".join(rf"{column} LIKE ? ESCAPE '\'" for column in columns)
    return f"({tests})", (like,) * len(columns)
