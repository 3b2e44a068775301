"""Where the table of a sheet begins, what its columns are called, and what its title says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache

from campaign.book.aliases import field_aliases, role_aliases
from campaign.book.header_days import latest_by_day
from campaign.book.header_row import row_over_a_table
from campaign.book.header_text import BOTH_ENDS, ENDS, HeaderText, normalised, read_header, unit_in
from campaign.book.meanings import is_unknown, meanings
from campaign.book.raw_sheet import Cell, RawSheet
from campaign.book.title import bank_in, day_in
from campaign.vocabulary import BOOK_TABLES

LOOKED_AT = 30
LOOKED_FURTHER = 300
DEEPEST = 4
LONGEST = 45
LEAST_RECOGNISED = 1.6
LEAST_HEADERS, KNOWN_SHARE = 3, 0.6
_NUMBERED = re.compile(r"^[(（\[]?(?:\d{1,3}|[a-z]|[甲乙丙丁戊己庚辛])[)）\]]?$", re.IGNORECASE)
_NUMBERING = re.compile(r"^[栏列行序项]\s*[次号目]$")
_DATED = re.compile(r"^\d{4}[-/.年]\d{1,2}|^\d{8}$")
_UNIT_LINE = re.compile(r"单位\s*[:：;；]?\s*[(（]?\s*([^\s)）|]{1,16})")


@dataclass(frozen=True)
class Title:
    """What stands above a table.

    Attributes:
        texts: The lines as read.
        unit: Money unit of the whole sheet, 混合 if two are named, empty if none.
        as_of: Day that the figures are of, None if no line names one.
        bank_name: The bank's name, empty if none.
    """

    texts: tuple[str, ...] = ()
    unit: str = ""
    as_of: date | None = None
    bank_name: str = ""


@dataclass(frozen=True)
class FoundTable:
    """The table of a sheet.

    Attributes:
        top: First header row, 0-based.
        bottom: Last header row.
        body: First row of data.
        headers: One header a column, as many as the sheet has columns.
        title: What stands above.
    """

    top: int
    bottom: int
    body: int
    headers: tuple[HeaderText, ...]
    title: Title

    @property
    def named(self) -> list[int]:
        """Return the columns that have a header."""
        return [number for number, header in enumerate(self.headers) if header.raw]


def find_table(sheet: RawSheet) -> FoundTable | None:
    """Return the table of a sheet, or None if no row reads like its header."""
    for depth in (LOOKED_AT, LOOKED_FURTHER):
        found = _find(sheet, _grid(sheet, depth), depth)
        if found is not None or sheet.height <= depth:
            return found
    return None


def table_at(sheet: RawSheet, row: int) -> FoundTable:
    """Return the table whose header begins at a row that is known to be one, 0-based."""
    grid = [list(cells) for cells in sheet.rows(row, row + DEEPEST + 4)]
    bottom = _grow_down(grid, 0)
    headers = tuple(read_header(levels) for levels in _levels(grid, 0, bottom))
    title = _title(sheet, [list(cells) for cells in sheet.rows(max(row - 1, 0), row)])
    return FoundTable(row, row + bottom, row + _body_start(grid, bottom), headers, title)


def _find(sheet: RawSheet, grid: list[list[Cell]], depth: int) -> FoundTable | None:
    """Return the table whose header stands in the first rows, if there is one."""
    if not grid:
        return None
    scores = [_score(row) for row in grid[:depth]]
    best = max(range(len(scores)), key=lambda number: (scores[number], -number))
    if recognised_sum(grid[best]) < LEAST_RECOGNISED:
        built = row_over_a_table(grid[:LOOKED_AT])
        if built is None:
            return None
        best = built
    bottom = _grow_down(grid, best)
    top = _grow_up(grid, best)
    headers, dated = latest_by_day(
        [read_header(levels) for levels in _levels(grid, top, bottom)],
        lambda name: name in every_header(),
    )
    title = _title(sheet, grid[:top])
    if dated and title.as_of is None:
        title = replace(title, as_of=day_in(dated))
    return FoundTable(top, bottom, _body_start(grid, bottom), headers, title)


def _grid(sheet: RawSheet, depth: int) -> list[list[Cell]]:
    """Return the first rows with the text of merged cells in every cell they cover."""
    grid = [list(row) for row in sheet.rows(0, depth + DEEPEST + 4)]
    for top, left, bottom, right in sheet.merges:
        if top >= len(grid):
            continue
        value = grid[top][left] if left < len(grid[top]) else ""
        for row in grid[top : bottom + 1]:
            for column in range(left, min(right + 1, len(row))):
                row[column] = value
    return grid


def _score(row: Sequence[Cell]) -> float:
    """Return how much a row reads like a header: known names, short texts, no figures."""
    different = {str(cell) for cell in row if isinstance(cell, str) and cell.strip()}
    figures = sum(1 for cell in row if _is_figure(cell))
    long = sum(1 for text in different if len(text) > LONGEST)
    short = sum(1 for text in different if len(text) <= LONGEST)
    return recognised_sum(row) * 3 + min(short, 40) * 0.1 - figures - long


def _is_figure(cell: Cell) -> bool:
    return not isinstance(cell, str) or bool(_DATED.match(cell.strip()))


def recognised_sum(row: Sequence[Cell]) -> float:
    """Return how many cells of a row are known headers, or are made of known words."""
    different = dict.fromkeys(c.strip() for c in row if isinstance(c, str) and c.strip())
    return sum(_recognised(text) for text in different if not _DATED.match(text))


def reads_like_header(row: Sequence[Cell]) -> bool:
    """Return whether a row is words alone, most of them known headers."""
    filled = [cell for cell in row if cell != ""]
    texts = [cell for cell in filled if isinstance(cell, str)]
    if len(texts) < LEAST_HEADERS or len(texts) < len(filled):
        return False
    return recognised_sum(texts) >= KNOWN_SHARE * len(texts)


@lru_cache(maxsize=5_000)
def _recognised(text: str) -> float:
    """Return 1 for a header of the lists, 0.6 for one made of known words, else 0."""
    if len(text) > LONGEST + 40 or unit_in(text) and "单位" in text:
        return 0.0
    header = read_header([text])
    if header.name in every_header() or header.bare in every_header():
        return 1.0
    if 2 <= len(header.bare) <= 16:
        found = meanings(header.bare)
        unknown = any(map(is_unknown, found))
        return 0.6 if found and not unknown and len(header.bare) <= 12 else 0.0
    return 0.0


@cache
def every_header() -> frozenset[str]:
    """Return every header that is known, normalised; it takes a fifth of a second once."""
    return frozenset(text for role in BOOK_TABLES for text in role_aliases(role).exact)


def _grow_up(grid: list[list[Cell]], best: int) -> int:
    """Return the first row of a header whose lower level is `best`."""
    top = best
    while top > 0 and best - top < DEEPEST - 1 and _is_group(grid[top - 1], grid[best]):
        top -= 1
    return top


def _is_group(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    """Return whether a row names groups of the columns below it, or is a title."""
    filled = [str(cell).strip() for cell in upper if str(cell).strip()]
    different = set(filled)
    if len(different) < 2 or any(_is_figure(c) for c in upper if c != ""):
        return False
    if any(re.search(r"[:：]", text) or len(text) > 20 or unit_in(text) for text in different):
        return False
    below = [str(cell).strip() for cell in lower]
    same = sum(1 for text, under in zip(upper, below, strict=True) if text and text == under)
    spans = len(filled) - len(different)
    gaps = sum(1 for text, under in zip(upper, below, strict=True) if not text and under)
    return same > 0 or spans > 0 or gaps > 0


def _grow_down(grid: list[list[Cell]], best: int) -> int:
    """Return the last row of a header whose upper level is `best`."""
    bottom = best
    while bottom + 1 < len(grid) and bottom - best < DEEPEST - 1:
        upper, lower = grid[bottom], grid[bottom + 1]
        if not _is_lower_level(upper, lower):
            break
        bottom += 1
    return bottom


def _is_lower_level(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    filled = []
    above = ""
    for over, under in zip(upper, lower, strict=True):
        if str(over).strip():
            above = str(over).strip()
        if under != "":
            filled.append(
                (above if over == "" and above else str(over).strip(), str(under).strip())
            )
        elif over != "":
            above = ""
    if not filled or any(_is_figure(c) for c in lower if c != ""):
        return False
    own = [text for above, text in filled if text != above]
    carried = len(filled) - len(own)
    repeated = {above for above, _ in filled if above and [a for a, _ in filled].count(above) > 1}
    blank_above = sum(1 for above, text in filled if not above)
    under_groups = sum(1 for above, text in filled if above in repeated and text != above)
    known = sum(
        1.0 if text in ENDS and BOTH_ENDS.search(above) else _recognised(text)
        for above, text in filled
        if text != above
    )
    if not own or known < 0.6 * len(own):
        return False
    return under_groups + blank_above >= len(own) and (carried > 0 or len(own) < len(upper))


def _levels(grid: list[list[Cell]], top: int, bottom: int) -> list[list[str]]:
    """Return the texts above each column, top to bottom, groups carried to the right."""
    rows = [[str(cell).strip() for cell in row] for row in grid[top : bottom + 1]]
    for row, lower in zip(rows, rows[1:], strict=False):
        carried = ""
        for number, text in enumerate(row):
            if text:
                carried = text if lower[number] not in ("", text) else ""
            elif lower[number] and carried:
                row[number] = carried
    columns = []
    for texts in zip(*rows, strict=True):
        levels: list[str] = []
        for text in texts:
            if text and (not levels or levels[-1] != text):
                levels.append(text)
        columns.append(levels)
    return columns


def _body_start(grid: list[list[Cell]], bottom: int) -> int:
    """Return the first row below the header that is no numbering and not empty."""
    start = bottom + 1
    while start < len(grid):
        filled = [str(c).removesuffix(".0").strip() for c in grid[start] if c != ""]
        if filled and _NUMBERING.match(filled[0]):
            filled = filled[1:]
        numbering = sum(1 for text in filled if _NUMBERED.match(text))
        in_order = [int(t) for t in filled if t.isdigit()] == sorted(
            {int(t) for t in filled if t.isdigit()}
        )
        if filled and not (len(filled) > 3 and numbering == len(filled) and in_order):
            break
        start += 1
    return start


def _title(sheet: RawSheet, rows: list[list[Cell]]) -> Title:
    texts = tuple(
        dict.fromkeys(str(cell).strip() for row in rows for cell in row if str(cell).strip())
    )
    units = [unit_in(found) for text in texts for found in _UNIT_LINE.findall(text)]
    units += [unit_in(text) for text in (sheet.name, *texts) if len(normalised(text)) <= 8]
    bracketed = [
        unit_in(inner)
        for text in texts
        for inner in re.findall(r"[(（]([^()（）]{1,10})[)）]", text)
    ]
    money = {unit for unit in units + bracketed if unit.endswith("元") or unit == "混合"}
    return Title(
        texts=texts,
        unit="" if not money else money.pop() if len(money) == 1 else "混合",
        as_of=next((day for day in map(day_in, reversed(texts)) if day), None),
        bank_name=next((name for name in map(bank_in, texts) if name), ""),
    )


def known_headers(role: str, field: str) -> list[str]:
    """Return what a field is called elsewhere, our own label first."""
    label = BOOK_TABLES[role].field(field).label
    return list(dict.fromkeys([label, *field_aliases(role, field)]))
