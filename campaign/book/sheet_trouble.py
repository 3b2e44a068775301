"""Sheets that cannot be read as they are: templates never filled in, blocks side by side."""

from __future__ import annotations

import re

from campaign.book.headers import FoundTable
from campaign.book.raw_sheet import RawSheet
from campaign.findings import Finding
from campaign.vocabulary import Severity

LOOKED_AT = 60
LEAST_VARIABLES, VARIABLE_SHARE = 3, 0.4
LEAST_OF_A_BLOCK = 3
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
