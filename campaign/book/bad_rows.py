"""The rows of a book that somebody should look at: as they stand in the file, with the reasons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from campaign.book.identifiers import plain_number
from campaign.book.raw_sheet import EMPTY, Cell, column_index
from campaign.book.sheet_table import SheetTable
from campaign.findings import Finding
from campaign.vocabulary import BOOK_TABLES, Severity

_ADDRESS = re.compile(r"^(.*)!([A-Z]+)(\d+)$", re.DOTALL)
# Row → reason → Excel letters, in the order of the findings.
_Reasons = dict[int, dict[str, list[str]]]


@dataclass(frozen=True)
class BadRow:
    """A row in question.

    Attributes:
        number: True Excel row.
        reasons: What is wrong with it, worst first, each once, with the column it stands in.
        cells: Its cells as text, in the order of the sheet's headers.
        doubtful: Places among `cells` that the reasons are about.
    """

    number: int
    reasons: tuple[str, ...]
    cells: tuple[str, ...]
    doubtful: frozenset[int]


@dataclass(frozen=True)
class BadSheet:
    """The rows in question of one sheet; `headers` are the bank's own."""

    file: str
    name: str
    table: str
    headers: tuple[str, ...]
    rows: tuple[BadRow, ...]


@dataclass(frozen=True)
class RowsInQuestion:
    """Everything that is to be looked at.

    Attributes:
        sheets: Sheets with rows in question, in the order of the files.
        counted: The findings about rows, worst first.
        others: Warnings and errors about whole columns, sheets or the book.
    """

    sheets: tuple[BadSheet, ...]
    counted: tuple[Finding, ...]
    others: tuple[Finding, ...]

    @property
    def count(self) -> int:
        """Return how many rows there are, each once."""
        return sum(len(sheet.rows) for sheet in self.sheets)


def rows_in_question(findings: Iterable[Finding], sheets: Sequence[SheetTable]) -> RowsInQuestion:
    """Return the rows that findings are about, by sheet, each row once with all its reasons."""
    findings = tuple(findings)
    counted = tuple(finding for finding in findings if finding.reason)
    reasons = _reasons(counted)
    others = tuple(f for f in findings if not f.reason and f.severity is not Severity.INFO)
    bad = (_bad_sheet(sheet, reasons[sheet.label]) for sheet in sheets if sheet.label in reasons)
    return RowsInQuestion(tuple(bad), counted, others)


def _reasons(findings: Iterable[Finding]) -> dict[str, _Reasons]:
    found: dict[str, _Reasons] = {}
    for finding in findings:
        for address in finding.every_cell():
            match = _ADDRESS.match(address)
            if match is None:
                continue
            label, letter, row = match.groups()
            letters = found.setdefault(label, {}).setdefault(int(row), {})
            named = letters.setdefault(finding.reason, [])
            if letter not in named:
                named.append(letter)
    return found


def _bad_sheet(table: SheetTable, reasons: _Reasons) -> BadSheet:
    columns = table.found.named
    rows = []
    for number in sorted(reasons):
        said = reasons[number]
        letters = {letter for found in said.values() for letter in found}
        marked = {column_index(letter) - table.sheet.first_column for letter in letters}
        rows.append(
            BadRow(
                number,
                tuple(f"{'、'.join(found)} 列：{reason}" for reason, found in said.items()),
                tuple(as_text(_cell(table, column, number)) for column in columns),
                frozenset(place for place, column in enumerate(columns) if column in marked),
            )
        )
    headers = tuple(table.found.headers[column].raw for column in columns)
    label = BOOK_TABLES[table.role].label
    return BadSheet(table.sheet.file, table.sheet.name, label, headers, tuple(rows))


def _cell(table: SheetTable, column: int, number: int) -> Cell:
    """Return a cell by its Excel row; a reader may end before an error cell at the very end."""
    cells = table.sheet.columns[column]
    return cells[number - 1] if number <= len(cells) else EMPTY


def as_text(cell: Cell) -> str:
    """Return a cell as text, a whole number without `.0`.

    >>> as_text(200000.0), as_text(0.0435), as_text(True), as_text("=1+1")
    ('200000', '0.0435', '是', '=1+1')
    """
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return plain_number(cell) if isinstance(cell, float) else str(cell)
