"""What a sheet hides: error cells, formulas without a result, rows that are filtered away."""

from __future__ import annotations

from campaign.book.raw_sheet import SheetFacts, Spots
from campaign.book.sheet_table import SheetTable
from campaign.findings import CELLS_SHOWN, Finding
from campaign.vocabulary import BOOK_TABLES, Severity

ERROR, WARNING = Severity.ERROR, Severity.WARNING
MOST_ERROR_CELLS = 0.01


def hidden_facts(sheet: SheetTable) -> list[Finding]:
    """Say which cells hold errors or formulas without a result, and how many rows are hidden."""
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
    if facts.hidden_rows:
        message = (
            f"表“{sheet.label}”有 {facts.hidden_rows} 行在原表中被隐藏或筛掉，已全部装入；"
            "若不该算，请删去后重传。"
        )
        findings.append(Finding("hidden_rows", WARNING, message, facts.hidden_rows))
    return findings


def _spots(sheet: SheetTable, spots: Spots, kind: str, words: tuple[str, str]) -> Finding:
    """Return an error if a column that the plan rests on is hit hard, else a warning."""
    needed = {
        sheet.letters[key]: key[1]
        for key in (("loans", "balance"), ("loans", "maturity_date"), ("other_loans", "balance"))
        if key in sheet.letters
    }
    limit = MOST_ERROR_CELLS * max(int(sheet.body.kept.sum()), 1)
    hit = [name for letter, name in needed.items() if spots.by_column.get(letter, 0) > limit]
    labels = "、".join(f"“{BOOK_TABLES[sheet.role].field(name).label}”" for name in hit)
    where = f"，其中{labels}列较多" if hit else ""
    message = f"表“{sheet.label}”有 {spots.count} 格是{words[0]}{where}，按空处理；{words[1]}。"
    cells = tuple(f"{sheet.label}!{cell}" for cell in spots.cells[:CELLS_SHOWN])
    return Finding(kind, ERROR if hit else WARNING, message, spots.count, cells)
