"""Reads a manager's workbook that came back, however it was sorted, moved or saved.

The hidden keys are needed, so the file is opened by `campaign.book.open` with hidden sheets:
it reads xls and ods too, and a hostile file dies in a process of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from campaign.book.answers import WITH_HIDDEN_SHEETS
from campaign.book.identifiers import identifiers
from campaign.book.open import open_file
from campaign.book.raw_sheet import RawSheet
from campaign.progress.filled_columns import PLANNED, Block, referral_block, results_block
from campaign.progress.filled_values import Believed, Value, read_values
from campaign.settings.progress import ReturnRules
from campaign.vocabulary import (
    CASE_FIELDS,
    FILLED_FIELDS,
    KEY_NAMES,
    KEY_SEPARATOR,
    REFERRAL_FIELDS,
    RESULT_FIELDS,
    ROW_KEY,
    TOOL_NAME,
    Field,
)

# A result may be written down a little after the campaign, a follow-up promised for a year.
LATE_RESULT = timedelta(days=31)
FAR_AHEAD = timedelta(days=366)
KEY_ROWS = 50
CONTACT_KEY = ("customer_name", "phone")


@dataclass(frozen=True)
class FilledRow:
    """A row of the workbook, of a touch or of a new contact.

    Attributes:
        place: Where it stands, as 走访日程!12.
        key: Number of the touch, or name and phone joined by a space; empty where there is none.
        values: Field to value for the columns that were found; None where nothing is filled in.
        planned: Planned day as printed beside a touch; None where it is not to be seen.
        problems: Why cells were refused, with their addresses.
    """

    place: str
    key: str
    values: Mapping[str, Value]
    planned: date | None = None
    problems: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Return whether nothing is filled in, rightly or wrongly."""
        return not self.problems and all(value is None for value in self.values.values())


@dataclass(frozen=True)
class FilledWorkbook:
    """A workbook that came back.

    Attributes:
        name: File name.
        digest: sha256 over its bytes.
        keys: Whose workbook of which plan it is (KEY_NAMES); empty where it does not say.
        touches: Rows of the touches that hold a key or anything filled in.
        contacts: Rows of new contacts that hold anything.
        notes: What was noticed, in Chinese sentences.
    """

    name: str
    digest: str
    keys: Mapping[str, str]
    touches: tuple[FilledRow, ...] = ()
    contacts: tuple[FilledRow, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def rows_in(self) -> int:
        """Return how many rows are to be settled."""
        return len(self.touches) + len(self.contacts)


def read_return(path: Path, rules: ReturnRules | None = None) -> FilledWorkbook:
    """Return what a manager filled in; without its hidden keys no rows are read.

    Args:
        path: The file: xlsx, xls, ods, or a sheet of it as csv.
        rules: When an amount is too large to be meant.

    Raises:
        BookUnreadable: It is missing, locked, broken, or no table.
    """
    opened = open_file(path, answers=WITH_HIDDEN_SHEETS)
    keys = _keys(opened.sheets)
    days = _days(keys)
    if days is None:
        return FilledWorkbook(opened.name, opened.digest, {})
    believed = Believed(
        days[0],
        days[1] + LATE_RESULT,
        days[1] + FAR_AHEAD,
        (rules or ReturnRules()).most_amount,
    )
    touches: list[FilledRow] = []
    contacts: list[FilledRow] = []
    notes: list[str] = []
    for sheet in opened.sheets:
        block = results_block(sheet)
        if block is not None:
            touches += _touches(block, believed)
            notes += _column_notes(block, _expected(block))
            continue
        block = referral_block(sheet)
        if block is not None:
            contacts += _contacts(block, believed)
            notes += _column_notes(block, REFERRAL_FIELDS)
    return FilledWorkbook(
        opened.name, opened.digest, keys, tuple(touches), tuple(contacts), tuple(notes)
    )


def _keys(sheets: Sequence[RawSheet]) -> dict[str, str]:
    """Return names and values of the keys, found by what they say and not by the sheet's name."""
    for sheet in sheets:
        if len(sheet.columns) < 2:
            continue
        names = [str(cell).strip() for cell in sheet.columns[0][:KEY_ROWS]]
        if KEY_NAMES[0] in names:
            values = identifiers(sheet.columns[1][:KEY_ROWS]).values
            found = dict(zip(names, values, strict=True))
            return {name: str(found.get(name) or "") for name in KEY_NAMES}
    return _keys_in_a_line(sheets)


def _keys_in_a_line(sheets: Sequence[RawSheet]) -> dict[str, str]:
    """Return the keys as they stand above the row keys, all that a csv of one sheet has."""
    begins = f"{TOOL_NAME}{KEY_SEPARATOR}"
    for sheet in sheets:
        for column in sheet.columns:
            for cell in column[:KEY_ROWS]:
                if isinstance(cell, str) and cell.startswith(begins):
                    parts = cell.strip().split(KEY_SEPARATOR)
                    return dict(zip(KEY_NAMES, parts, strict=False))
    return {}


def _days(keys: Mapping[str, str]) -> tuple[date, date] | None:
    """Return the day of the first plan and the last of the campaign, or None without them."""
    try:
        as_of = date.fromisoformat((keys.get("since") or keys.get("as_of", ""))[:10])
        end = date.fromisoformat(keys.get("campaign", "").split("..")[-1])
    except ValueError:
        return None
    return as_of, end


def _touches(block: Block, believed: Believed) -> list[FilledRow]:
    rows = range(block.stop - block.first)
    keys: Sequence[str | None] = [None] * len(rows)
    if ROW_KEY.name in block.heads:
        keys = list(identifiers(block.cells(ROW_KEY.name)).values)
    planned: Sequence[Value] = [None] * len(rows)
    if PLANNED.name in block.heads:
        anything = Believed(date.min, date.max, date.max, believed.most_amount)
        planned, _ = read_values(PLANNED, block.cells(PLANNED.name), 1.0, anything)
    values, problems = _filled(block, FILLED_FIELDS, believed)
    found = []
    for row in rows:
        day = planned[row]
        filled = FilledRow(
            block.place(row),
            keys[row] or "",
            values[row],
            day if isinstance(day, date) else None,
            tuple(problems[row]),
        )
        if filled.key != ROW_KEY.label and (filled.key or not filled.is_blank):
            found.append(filled)
    return found


def _contacts(block: Block, believed: Believed) -> list[FilledRow]:
    values, problems = _filled(block, REFERRAL_FIELDS, believed)
    found = []
    for row in range(block.stop - block.first):
        name = values[row].get(CONTACT_KEY[0])
        if name is None and any(value is not None for value in values[row].values()):
            problems[row].append(f"{block.place(row)}：没有写客户名称")
        key = " ".join(str(values[row].get(part) or "") for part in CONTACT_KEY) if name else ""
        filled = FilledRow(block.place(row), key, values[row], None, tuple(problems[row]))
        if not filled.is_blank:
            found.append(filled)
    return found


def _filled(
    block: Block, fields: Sequence[Field], believed: Believed
) -> tuple[list[dict[str, Value]], list[list[str]]]:
    """Return for each row of a block its values and its problems."""
    rows = range(block.stop - block.first)
    values: list[dict[str, Value]] = [{} for _ in rows]
    problems: list[list[str]] = [[] for _ in rows]
    for field in fields:
        head = block.heads.get(field.name)
        if head is None:
            continue
        found, reasons = read_values(field, block.cells(field.name), head.factor, believed)
        for row in rows:
            values[row][field.name] = found[row]
        for row, why in reasons.items():
            problems[row].append(f"{block.address(field.name, row)}：{why}")
        for row, why in _not_values(block, head.place).items():
            problems[row].append(f"{block.address(field.name, row)}：{why}")
    return values, problems


def _not_values(block: Block, place: int) -> dict[int, str]:
    """Return why cells of a column hold nothing that can be taken: errors, formulas, merges."""
    sheet, rows = block.sheet, range(block.stop - block.first)
    letter = sheet.letter(place)
    troubles = {address: "是公式错误值" for address in sheet.facts.errors.cells}
    troubles |= {address: "公式没有结果，请改填数值" for address in sheet.facts.uncached.cells}
    found = {
        row: why
        for row in rows
        if troubles and (why := troubles.get(f"{letter}{block.first + row + 1}"))
    }
    for top, left, bottom, right in sheet.merges:
        if bottom > top and left <= place <= right:
            for row in range(max(top - block.first, 0), min(bottom - block.first + 1, len(rows))):
                found[row] = "单元格被合并，分不清是哪一行的"
    return found


def _expected(block: Block) -> tuple[Field, ...]:
    """Return the columns a list of touches must have; older workbooks have none for cases."""
    has_cases = any(field.name in block.heads for field in CASE_FIELDS)
    return (ROW_KEY, *(FILLED_FIELDS if has_cases else RESULT_FIELDS))


def _column_notes(block: Block, fields: Sequence[Field]) -> list[str]:
    lost = [field.label for field in fields if field.name not in block.heads]
    notes = []
    if lost:
        notes.append(f"{block.sheet.name}：找不到“{'”“'.join(lost)}”列，这些内容没有读入。")
    if block.twice:
        notes.append(f"{block.sheet.name}：“{'”“'.join(block.twice)}”有两列，只读靠左的一列。")
    return notes
