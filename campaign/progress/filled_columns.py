"""Finds the tables of a filled-in workbook by their heads, wherever they were moved."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from campaign.book.header_text import MONEY_UNITS, HeaderText, normalised, read_header
from campaign.book.raw_sheet import Cell, RawSheet
from campaign.resources import reference_file
from campaign.vocabulary import (
    CUSTOMERS,
    FILLED_FIELDS,
    REFERRAL_FIELDS,
    RESULT_FIELDS,
    ROW_KEY,
    Field,
)

WAN = 10_000.0
HEAD_ROWS = 80
LEAST_RESULTS = 3
LEAST_REFERRALS = 4
PLANNED = Field("planned", "日期", RESULT_FIELDS[0].unit, "planned day of the touch, as printed")
_NEXT_HEAD = CUSTOMERS.field("customer_id").label
# A touch's number, as CU0001-V1: customer, channel, number of the touch.
_KEY = re.compile(r".+-[A-Z]\d{1,3}")


@dataclass(frozen=True)
class Head:
    """A column found by its head: where it stands, and yuan a unit if it holds money."""

    place: int
    factor: float


@dataclass(frozen=True)
class Block:
    """A table inside a sheet.

    Attributes:
        sheet: The sheet.
        heads: Field name to its column.
        first: First row below the heads, counted from 0.
        stop: Row after the last.
        twice: Labels that stand over two columns; the first was taken.
    """

    sheet: RawSheet
    heads: Mapping[str, Head]
    first: int
    stop: int
    twice: tuple[str, ...]

    def cells(self, name: str) -> Sequence[Cell]:
        """Return the cells of a column, from the first row to the last."""
        column = self.sheet.columns[self.heads[name].place][self.first : self.stop]
        return [str(c) if isinstance(c, float) and not math.isfinite(c) else c for c in column]

    def address(self, name: str, row: int) -> str:
        """Return the address of a cell as 走访日程!N12; `row` counts from the block's first."""
        letter = self.sheet.letter(self.heads[name].place)
        return f"{self.sheet.name}!{letter}{self.first + row + 1}"

    def place(self, row: int) -> str:
        """Return the address of a row as 走访日程!12."""
        return f"{self.sheet.name}!{self.first + row + 1}"


def results_block(sheet: RawSheet) -> Block | None:
    """Return the table of touches of a sheet, or None where it has none."""
    fields = (ROW_KEY, PLANNED, *FILLED_FIELDS)
    results = {field.name for field in RESULT_FIELDS}
    for row, (heads, twice) in _head_rows(sheet, fields):
        if ROW_KEY.name in heads or len(results & set(heads)) >= LEAST_RESULTS:
            block = Block(sheet, heads, row + 1, sheet.height, twice)
            return block if ROW_KEY.name in heads else _with_key(block)
    return None


def referral_block(sheet: RawSheet) -> Block | None:
    """Return the table of new contacts of a sheet, or None where it has none."""
    for row, (heads, twice) in _head_rows(sheet, REFERRAL_FIELDS):
        if len(heads) >= LEAST_REFERRALS:
            return Block(sheet, heads, row + 1, _end_of_contacts(sheet, row), twice)
    return None


def _with_key(block: Block) -> Block:
    """Return the block with the key column found by what its cells look like."""
    taken = {head.place for head in block.heads.values()}
    best, most = -1, 0
    for place, column in enumerate(block.sheet.columns):
        cells = [c for c in column[block.first : block.stop] if c != ""]
        hits = sum(isinstance(c, str) and bool(_KEY.fullmatch(c.strip())) for c in cells)
        if place not in taken and hits > max(most, len(cells) // 2):
            best, most = place, hits
    if best < 0:
        return block
    heads = {**block.heads, ROW_KEY.name: Head(best, 1.0)}
    return Block(block.sheet, heads, block.first, block.stop, block.twice)


def _end_of_contacts(sheet: RawSheet, head_row: int) -> int:
    """Return the row where the next table of the sheet begins: its title or its heads."""
    for row in range(head_row + 1, sheet.height):
        filled = [column[row] for column in sheet.columns if column[row] != ""]
        if any(_compared(cell) == _NEXT_HEAD for cell in filled):
            return row
        if len(filled) == 1 and sheet.columns[0][row] != "" and _is_words(filled[0]):
            return row
    return sheet.height


def _is_words(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(cell.strip()) and not cell.strip().isdigit()


def _head_rows(
    sheet: RawSheet, fields: Iterable[Field]
) -> Iterable[tuple[int, tuple[dict[str, Head], tuple[str, ...]]]]:
    names = _names(tuple(fields))
    for row in range(min(sheet.height, HEAD_ROWS)):
        found = _heads([column[row] for column in sheet.columns], names)
        if found[0]:
            yield row, found


def _heads(
    cells: Sequence[Cell], names: Mapping[str, str]
) -> tuple[dict[str, Head], tuple[str, ...]]:
    heads: dict[str, Head] = {}
    twice = []
    for place, cell in enumerate(cells):
        if not isinstance(cell, str) or not cell.strip():
            continue
        text = _read(cell)
        name = names.get(text.bare)
        if name in heads:
            twice.append(cell.strip())
        elif name is not None:
            heads[name] = Head(place, MONEY_UNITS.get(text.unit, WAN))
    return heads, tuple(twice)


@cache
def _names(fields: tuple[Field, ...]) -> dict[str, str]:
    """Return what the columns of these fields may be called, as compared."""
    names = {_read(field.label).bare: field.name for field in fields}
    known = {field.name for field in fields}
    with reference_file("result_aliases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["field"] in known:
                names.setdefault(_read(row["alias"]).bare, row["field"])
    return names


@lru_cache(maxsize=4096)
def _read(text: str) -> HeaderText:
    return read_header([text])


def _compared(cell: Cell) -> str:
    return normalised(cell) if isinstance(cell, str) and len(cell) < HEAD_ROWS else ""
