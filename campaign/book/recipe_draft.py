"""A recipe with what is still open, as comments that somebody can fill in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from campaign.book.header_text import UNUSED, normalised
from campaign.book.loan_book import ColumnReport, LoanBook, SheetReport, SheetsRead
from campaign.book.recipe import LAST, SOURCE, Recipe, merged, recipe_of_sheets, recipe_toml
from campaign.book.sheet_table import UNIT_ASKED
from campaign.findings import asks_of
from campaign.vocabulary import ANSWERS, BOOK_TABLES

OPEN = "待定"
MONEY, RATE = ("元", "千元", "万元", "亿元"), ("%", "‰", "月‰", "月%", "小数")


def recipe_draft(seen: LoanBook | SheetsRead, given: Recipe) -> str:
    """Return as TOML the mapping that sheets were read with; open questions are comments.

    Args:
        seen: The files as understood; the answers that hold are written down too.
        given: What was answered before; it goes before what was found.
    """
    asks = asks_of(seen.findings)
    held: dict[str, dict[str, str]] = {}
    for ask in asks:
        if ask.answer:
            held.setdefault(ask.question, {})[ask.key] = ask.answer
    day = {SOURCE: seen.as_of_from, LAST: seen.as_of.isoformat()} if seen.as_of else {}
    given = merged(given, Recipe(as_of=day))
    given = merged(Recipe(answers=held), given)
    sheets = [sheet for sheet in seen.sheets if sheet.role in BOOK_TABLES]
    lines = recipe_toml(recipe_of_sheets(sheets, given)).splitlines()
    open_lines = [open_line for s in sheets for open_line in _open(s)]
    open_lines += [
        (f"[answers.{ask.question}]", _line(ask.key, [c.label for c in ANSWERS[ask.question]]))
        for ask in asks
        if not ask.answer
    ]
    for section, line in dict.fromkeys(open_lines):
        if section not in lines:
            lines += ["", section]
        lines.insert(lines.index(section) + 1, line)
    return "\n".join(lines) + "\n"


def _open(sheet: SheetReport) -> Iterator[tuple[str, str]]:
    """Yield section and commented line of every open question of a sheet."""
    for column in sheet.columns:
        header = normalised(column.header)
        if column.field is None and column.proof.endswith("待确认"):
            yield f"[columns.{sheet.role}]", _line(header, (*column.near, UNUSED))
        if column.field and column.unit == UNIT_ASKED:
            choices = RATE if column.field == "annual_rate" else MONEY
            yield f"[units.{sheet.role}]", _line(header, choices)
        for code in column.codes:
            yield f"[codes.{column.field}]", _line(code, _labels(sheet, column))


def _line(key: str, choices: Sequence[str]) -> str:
    return f'# "{key}" = ""  # {OPEN}：去掉行首的 #，引号里填 {"、".join(choices)} 之一'


def _labels(sheet: SheetReport, column: ColumnReport) -> list[str]:
    table = BOOK_TABLES[sheet.role]
    known = table.field(column.field) if column.field in table.columns else None
    return [member.label for member in (known.values if known and known.values else ())]
