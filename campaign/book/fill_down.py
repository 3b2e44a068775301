"""Branch and manager written once above each group of rows, as a pivot table prints them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from campaign.book.addresses import Addresses
from campaign.book.answers import Answers, answer_to
from campaign.book.sheet_table import SheetTable
from campaign.findings import Ask, Finding
from campaign.vocabulary import BOOK_TABLES, BookQuestion, FillDown, Severity

FIELDS = ("branch", "manager_id", "manager_name")
MOST_FILLED = 0.5  # of the rows: a column that is filled more often is no head of groups


def fill_down(tables: Sequence[SheetTable], where: Addresses, answers: Answers) -> list[Finding]:
    """Ask whether a cell holds for the empty ones below it, and fill them if so; changes frames.

    Empty cells of a merged area are filled already; here nothing in the file says so.
    """
    findings = []
    for table in tables:
        if table.role != "loans":
            continue
        frame = table.frames["loans"]
        for name in FIELDS:
            if name in frame and _heads_groups(frame[name]):
                findings.append(_settled(table, name, where, answers))
    return findings


def _heads_groups(column: pd.Series) -> bool:
    filled = column.notna()
    return bool(len(column) and filled.iloc[0] and 2 <= filled.sum() < MOST_FILLED * len(column))


def _settled(table: SheetTable, name: str, where: Addresses, answers: Answers) -> Finding:
    frame, label = table.frames["loans"], BOOK_TABLES["loans"].field(name).label
    answer = answer_to(answers, BookQuestion.FILL_DOWN, label) or FillDown.LEAVE.value
    empty = frame[frame[name].isna()]
    start = f"表“{table.label}”的“{label}”有 {len(empty)} 行是空的，像是每组只写第一行"
    if answer == FillDown.FILL:
        frame[name] = frame[name].ffill()
        message = f"{start}，按您的选择用上面的填了。"
    else:
        message = f"{start}；若是，请选“向下填”。"
    severity = Severity.INFO if answer == FillDown.FILL else Severity.WARNING
    ask = Ask(BookQuestion.FILL_DOWN, label, answer)
    cells = where.cells("loans", name, empty)
    return Finding("written_once", severity, message, len(empty), cells, asks=(ask,))
