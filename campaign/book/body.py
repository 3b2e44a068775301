"""The data rows of a sheet: without totals, footers and repeated headers, each accounted for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from campaign.book.candidate import Target
from campaign.book.cells import is_missing
from campaign.book.column import Column, Mask, Places, column_of
from campaign.book.headers import FoundTable, recognised_sum
from campaign.book.matching import SheetMapping
from campaign.book.raw_sheet import Cell, RawSheet
from campaign.book.row_words import EXAMPLE, FOOTER, GUIDE, PAIR, TOTAL
from campaign.book.suspects import FEW_TEXTS, SPARSE, bare, suspects
from campaign.findings import CELLS_SHOWN
from campaign.vocabulary import BOOK_TABLES, Unit

MOST_MERGES = 50_000
# Lists where a name or a phone number alone is a row.
LISTS = ("do_not_contact", "prospects", "customers")
_AMOUNT = re.compile(
    r"^[\s\d０-９,，.．()（）￥¥$+\-−—△eE百千万亿元整人民币零〇一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾佰仟萬角分]*$"
)
_LONG_NUMBER = re.compile(r"^\d{8,}$")
_PLAIN_AMOUNT = re.compile(r"^[￥¥]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$|^\d+\.\d{1,2}$")
_KEYS = [
    "loan_note_id",
    "customer_id",
    "customer_name",
    "prospect_id",
    "manager_id",
    "manager_name",
    "subject",
    "lender",
    "contact_date",
    "sub_industry",
    "phone",
]


@dataclass
class Body:
    """Which rows of a sheet are data.

    Attributes:
        start: First row below the header, 0-based.
        kept: True for each row from `start` that is data.
        columns: The cells from `start`, merged areas filled.
        totals: Total and subtotal rows, 0-based in the sheet.
        repeated: Header rows that stand again in the middle.
        footers: Notes below the table.
        examples: Rows that are examples of how to fill in, or say how.
        labels: Rows of one text, such as a branch above its loans: row → text.
        other_headers: Rows that read like the header of another table.
        below: Rows of such other tables, which are not read.
        headed: Sums at the head of a group whose branch or manager was given to its rows.
        shifted: Rows whose cells stand one column further right.
        merged_money: Cells of merged areas in money columns, which are not filled.
    """

    start: int
    kept: Mask
    columns: dict[int, Column]
    totals: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    footers: list[int] = field(default_factory=list)
    examples: list[int] = field(default_factory=list)
    labels: dict[int, str] = field(default_factory=dict)
    other_headers: list[int] = field(default_factory=list)
    below: list[int] = field(default_factory=list)
    headed: list[int] = field(default_factory=list)
    shifted: list[tuple[int, int]] = field(default_factory=list)
    merged_money: list[tuple[int, int]] = field(default_factory=list)

    @property
    def rows(self) -> Places:
        """Return the true Excel row of each kept row."""
        return np.flatnonzero(self.kept) + self.start + 1

    def cells(self, column: int) -> Column:
        """Return the kept cells of a column."""
        if self.kept.all():
            return self.columns[column]
        return self.columns[column].taken(self.kept)


def data_rows(sheet: RawSheet, found: FoundTable, mapping: SheetMapping) -> Body:
    """Return the data rows of a sheet's table."""
    start = found.body
    columns = {number: column_of(sheet.columns[number])[start:] for number in found.named}
    height = max(sheet.height - start, 0)
    body = Body(start, np.ones(height, dtype=bool), columns)
    _fill_merges(sheet, mapping, body)
    keys = _key_columns(found, mapping)
    money = [match.column for match in mapping.columns if _is_money(match.target)]
    for position in suspects(body.columns, found, keys, money):
        _judge(body, found, position, keys if mapping.role in LISTS else ())
    _cut_other_tables(body)
    _find_shifted(body, found, money[:3])
    return body


def _cut_other_tables(body: Body) -> None:
    """Leave out what stands below the header of another table, up to our own header again."""
    ours = sorted(body.repeated)
    for header in body.other_headers:
        end = next((row for row in ours if row > header), body.start + len(body.kept))
        rows = range(header + 1, end)
        body.below += [row for row in rows if body.kept[row - body.start]]
        body.kept[header + 1 - body.start : end - body.start] = False


def _find_shifted(body: Body, found: FoundTable, money: list[int]) -> None:
    """Note the rows where an amount is words and the next column holds the number in its place."""
    for column in money:
        after = next((number for number in found.named if number > column), None)
        if after is None or after in money:
            continue
        beside = body.columns[after]
        body.shifted += [
            (position + body.start, column)
            for position in _odd_money(body.columns[column])
            if body.kept[position] and _is_amount(beside[position])
        ]


def _odd_money(cells: Column) -> list[int]:
    """Return the places of texts that are no amount, or a bare long number among real numbers."""
    numbers = bool(cells.is_number().any())

    def is_odd(cell: Cell) -> bool:
        if not isinstance(cell, str) or not cell or is_missing(cell):
            return False
        return not _AMOUNT.match(cell) or numbers and bool(_LONG_NUMBER.match(cell))

    return np.flatnonzero(cells.where(is_odd)).tolist()


def _is_amount(cell: Cell) -> bool:
    return isinstance(cell, float) or isinstance(cell, str) and bool(_PLAIN_AMOUNT.match(cell))


def _fill_merges(sheet: RawSheet, mapping: SheetMapping, body: Body) -> None:
    """Give every cell of a merged area its text; never money, which would count twice."""
    money = {match.column for match in mapping.columns if _is_money(match.target)}
    copied: set[int] = set()
    for top, left, bottom, right in sheet.merges[:MOST_MERGES]:
        if bottom < body.start or top == bottom and left == right or left not in body.columns:
            continue
        first = max(top - body.start, 0)
        if top < body.start or right > left:
            continue  # a header, or a line of text across the table
        if left in money:
            body.merged_money.append((top, left))
            continue
        last = bottom - body.start + 1
        if left not in copied:
            body.columns[left] = body.columns[left].copy()
            copied.add(left)
        body.columns[left].fill(first, first, last)


def _is_money(target: Target | None) -> bool:
    if target is None or not target.used:
        return False
    return BOOK_TABLES[target.table].field(target.field).unit is Unit.YUAN


def _key_columns(found: FoundTable, mapping: SheetMapping) -> list[int]:
    keys = [
        match.column
        for name in _KEYS
        for match in mapping.columns
        if match.target is not None and match.target.field == name
    ]
    return keys or found.named[:4]


def _judge(body: Body, found: FoundTable, position: int, enough: Sequence[int]) -> None:
    """Drop a row that is no data, and note why; a cell of `enough` makes a row by itself."""
    filled = {c: cells[position] for c, cells in body.columns.items() if cells[position] != ""}
    texts = [text for cell in filled.values() if isinstance(cell, str) and (text := bare(cell))]
    place = position + body.start
    if not texts and not any(isinstance(cell, float) for cell in filled.values()):
        body.kept[position] = False
        return
    same = sum(1 for c, cell in filled.items() if cell == found.headers[c].raw.split("|")[-1])
    into = None
    if same >= 2 and same >= 0.6 * len(filled):
        into = body.repeated
    elif (
        len(texts) >= 3 and len(texts) == len(filled) and recognised_sum(texts) >= 0.6 * len(filled)
    ):
        into = body.other_headers
    elif _is_sparse(filled, body) and any(TOTAL.match(text) for text in texts):
        into = body.totals
    elif texts and len(filled) <= 4 and any(FOOTER.match(text) for text in texts):
        into = body.footers
    elif texts and (EXAMPLE.match(texts[0]) or _is_guide(texts, filled)):
        into = body.examples
    elif texts and _is_label(texts, filled) and not filled.keys() & set(enough):
        body.labels[place] = "；".join(texts)
        body.kept[position] = False
    if into is not None:
        into.append(place)
        body.kept[position] = False


def _is_guide(texts: Sequence[str], filled: dict[int, Cell]) -> bool:
    """Return whether a row says how to fill in each column."""
    guides = sum(1 for text in texts if GUIDE.match(text))
    return guides >= 2 and guides >= 0.5 * len(filled)


def _is_label(texts: Sequence[str], filled: dict[int, Cell]) -> bool:
    """Return whether a row is one text, or a few of the kind 客户经理：张三."""
    if len(filled) == 1:
        return True
    return len(texts) == len(filled) <= 4 and all(PAIR.match(text) for text in texts)


def _is_sparse(filled: dict[int, Cell], body: Body) -> bool:
    """Return whether a row has few texts, as totals do; a firm called 合计 has many."""
    texts = sum(1 for cell in filled.values() if isinstance(cell, str))
    return texts <= max(FEW_TEXTS, SPARSE * len(body.columns))


def addresses(label: str, letter: str, rows: Sequence[int] | Places) -> tuple[str, ...]:
    """Return cell addresses like 借据!F12, the first few of them.

    >>> addresses("借据", "F", [12, 13])
    ('借据!F12', '借据!F13')
    """
    return tuple(f"{label}!{letter}{int(row)}" for row in list(rows)[:CELLS_SHOWN])
