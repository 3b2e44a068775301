"""Sheets that cannot be read as they are: empty templates, blocks side by side, turned tables."""

from __future__ import annotations

import re

from campaign.book.evidence import FITS, fit
from campaign.book.headers import FoundTable, find_table
from campaign.book.raw_sheet import RawSheet
from campaign.book.roles import role_of
from campaign.book.sheet_guess import column_profiles
from campaign.findings import Finding
from campaign.vocabulary import BOOK_TABLES, Severity

LOOKED_AT = 60
LEAST_VARIABLES, VARIABLE_SHARE = 3, 0.4
LEAST_OF_A_BLOCK = 3
# A ledger turned on its side has few rows, one a field, and names in its first columns.
MOST_FIELDS, MOST_TURNED = 80, 300
# What columns look like, told to somebody whose headers say nothing, with a field of that look.
LOOKS = {"像金额": "balance", "像日期": "maturity_date", "像户名": "customer_name"}
LISTED = 4
_PLACEHOLDER = re.compile(r"\$\{[^}]*\}|\{\{.*\}\}|<%.*%>")


def is_template(sheet: RawSheet) -> bool:
    """Return whether the sheet is a report template whose variables were never filled in.

    Its variables are most of what stands from the first of them on; a ledger in which somebody
    wrote {{…}} in a few cells is none.
    """
    rows = [[str(cell) for cell in row if cell != ""] for row in sheet.rows(0, LOOKED_AT)]
    marks = [sum(1 for text in row if _PLACEHOLDER.search(text)) for row in rows]
    first = next((number for number, count in enumerate(marks) if count), len(rows))
    filled = sum(map(len, rows[first:]))
    return sum(marks) >= LEAST_VARIABLES and sum(marks) >= VARIABLE_SHARE * filled


def turned(sheet: RawSheet, label: str) -> Finding | None:
    """Return that a ledger lies on its side, its fields down the first column, or None."""
    if not 0 < sheet.height <= MOST_FIELDS:
        return None
    width = min(len(sheet.columns), MOST_TURNED)
    rows = [list(row) for row in zip(*(c for c in sheet.columns[:width]), strict=True)]
    on_its_feet = RawSheet(sheet.file, sheet.name, rows)
    found = find_table(on_its_feet)
    if found is None:
        return None
    profiles = column_profiles(on_its_feet, found)
    guess, _ = role_of(sheet.name, found.headers, profiles)
    if guess.role != "loans":
        return None
    filled = [row for row, values in profiles.items() if not values.empty]
    names = "、".join(found.headers[row].raw for row in filled)[:60]
    letter, first = sheet.letter(found.bottom), filled[0] + 1
    message = (
        f"表“{label}”横竖放反了：字段名竖着排在 {letter} 列（{names}），一列是一笔贷款，没有读；"
        "请在 Excel 里全选复制，用“选择性粘贴—转置”贴到新表后重传。"
    )
    cells = (f"{label}!{letter}{first}",)
    return Finding("turned_table", Severity.ERROR, message, len(sheet.columns) - 1, cells)


def unknown_sheet(sheet: RawSheet, label: str, found: FoundTable | None) -> Finding:
    """Say that nobody knows what a sheet holds, and what its columns look like if it is a table."""
    start = f"表“{label}”（{sheet.height} 行）看不出装的是什么，没有用；"
    if found is None:
        message = f"{start}若是要用的表，请检查表头。"
        return Finding("sheet_unused", Severity.INFO, message, sheet.height)
    profiles = column_profiles(sheet, found)
    kinds = []
    for words, name in LOOKS.items():
        like = [
            found.headers[column].raw
            for column, values in profiles.items()
            if not values.empty and fit(values, BOOK_TABLES["loans"].field(name)) >= FITS
        ]
        if like:
            kinds.append(f"{words}的列有{'、'.join(like[:LISTED])}")
    cells = tuple(
        f"{label}!{sheet.letter(column)}{found.bottom + 1}" for column in list(profiles)[:1]
    )
    message = (
        f"{start}按内容，{'，'.join(kinds) or '各列都不像台账'}。若是贷款台账，请把表头改成通行的写法，"
        f'或在配方 [sheets] 下写 "{sheet.name}" = "loans"，[columns.loans] 下写各列是什么字段。'
    )
    return Finding("sheet_unused", Severity.INFO, message, sheet.height, cells)


def ask_side_by_side(sheet: RawSheet, label: str, found: FoundTable) -> list[Finding]:
    """Ask for blocks of the same columns side by side to be put below each other."""
    blocks = _blocks(found)
    if not blocks:
        return []
    where = "、".join(f"{sheet.letter(a)} 至 {sheet.letter(b)} 列" for a, b in blocks)
    message = (
        f"表“{label}”左右并排放了 {len(blocks)} 块同样的表（{where}）；请上下接成一块，再传一次。"
    )
    cells = tuple(f"{label}!{sheet.letter(a)}{found.bottom + 1}" for a, _ in blocks)
    return [Finding("side_by_side", Severity.ERROR, message, len(blocks), cells)]


def _blocks(found: FoundTable) -> list[tuple[int, int]]:
    """Return first and last column of two or more blocks that repeat the same headers in a row."""
    names = [header.name for header in found.headers]
    first = next((column for column, name in enumerate(names) if name), 0)
    starts = [column for column, name in enumerate(names) if name == names[first]]
    if len(starts) < 2:
        return []
    width = min(b - a for a, b in zip(starts, starts[1:], strict=False))
    block = [name for name in names[first : first + width] if name]
    blocks = [[name for name in names[start : start + width] if name] for start in starts]
    if len(block) < LEAST_OF_A_BLOCK or any(other != block for other in blocks):
        return []
    return [(start, start + len(block) - 1) for start in starts]


def doubtful_role(label: str, role: str, rival: str) -> Finding:
    """Say that a sheet is read as one table but looks like another too."""
    message = (
        f"表“{label}”当作“{BOOK_TABLES[role].label}”读入，但也像“{BOOK_TABLES[rival].label}”；"
        f'如不对，请在配方 [sheets] 下写 "{label}" = "{rival}"，或改表头写法。'
    )
    return Finding("ambiguous_sheet", Severity.WARNING, message)
