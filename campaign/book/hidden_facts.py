"""What a sheet hides: error cells, formulas without a result, rows that are filtered away."""

from __future__ import annotations

import numpy as np

from campaign.book.body import addresses
from campaign.book.raw_sheet import SheetFacts, Spots
from campaign.book.sheet_table import SheetTable
from campaign.findings import CELLS_SHOWN, Cells, Finding
from campaign.vocabulary import BOOK_TABLES, Severity

ERROR, WARNING = Severity.ERROR, Severity.WARNING
MOST_ERROR_CELLS = 0.01
# Nothing can be planned on rows without these.
NEEDED = tuple(
    (table, name)
    for table in ("loans", "other_loans")
    for name in ("customer_id", "customer_name", "balance", "maturity_date")
)


def hidden_facts(sheet: SheetTable) -> list[Finding]:
    """Say which cells hold errors or formulas without a result, and which rows are hidden."""
    facts: SheetFacts = sheet.sheet.facts
    findings = []
    for spots, kind, what, remedy in (
        (facts.errors, "error_cells", "错误值（#N/A、#REF! 等）", "请改正后重新导出"),
        (
            facts.uncached,
            "formula_without_value",
            "没有算出结果的公式",
            "请在 Excel 打开、保存一次再传",
        ),
    ):
        if spots.count:
            findings.append(_spots(sheet, spots, kind, (what, remedy)))
    return findings + _hidden_rows(sheet, facts)


def _hidden_rows(sheet: SheetTable, facts: SheetFacts) -> list[Finding]:
    """Say how many rows of data the sheet keeps out of sight; all of them are read."""
    hidden = np.asarray(facts.hidden_rows, dtype=np.int64)
    rows = sheet.body.rows[np.isin(sheet.body.rows, hidden)].tolist()
    if not rows:
        return []
    how = "筛掉" if facts.filtered else "隐藏"
    message = (
        f"表“{sheet.label}”有 {len(rows)} 行在原表中被{how}，已全部装入；若不该算，请删去后重传。"
    )
    letter = sheet.sheet.letter(sheet.found.named[0])
    cells = addresses(sheet.label, letter, rows)
    return [Finding("hidden_rows", WARNING, message, len(rows), cells)]


def _spots(sheet: SheetTable, spots: Spots, kind: str, words: tuple[str, str]) -> Finding:
    """Return an error if a column that the plan rests on is hit hard, else a warning."""
    rows = sheet.body.rows
    needed = {sheet.letters[key]: key for key in NEEDED if key in sheet.letters}
    limit = MOST_ERROR_CELLS * max(len(rows), 1)
    hit = [
        key
        for letter, key in needed.items()
        if np.isin(np.asarray(spots.rows.get(letter, ()), dtype=np.int64), rows).sum() > limit
    ]
    labels = "、".join(f"“{BOOK_TABLES[table].field(name).label}”" for table, name in hit)
    where = f"，其中{labels}列较多" if hit else ""
    message = f"表“{sheet.label}”有 {spots.count} 格是{words[0]}{where}，按空处理；{words[1]}。"
    shown = tuple(f"{sheet.label}!{cell}" for cell in spots.cells[:CELLS_SHOWN])

    def every() -> list[str]:
        named = ((letter, row) for letter, rows in spots.rows.items() for row in rows if letter)
        return [f"{sheet.label}!{letter}{row}" for letter, row in named]

    cells = Cells.of(shown, every)
    severity = ERROR if hit else WARNING
    return Finding(kind, severity, message, spots.count, cells, reason=f"有一格是{words[0]}")
