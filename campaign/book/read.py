"""Any bank's files → one LoanBook: typed, joined, checked, with all that was noticed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd

from campaign.book.ahead import Ahead
from campaign.book.answers import unused_answers
from campaign.book.as_of import find_as_of
from campaign.book.bad_rows import RowsInQuestion, rows_in_question
from campaign.book.checks import check_tables
from campaign.book.header_text import UNUSED, normalised
from campaign.book.headers import every_header, find_table
from campaign.book.join import join_tables
from campaign.book.loan_book import LoanBook, SheetReport, SheetsRead
from campaign.book.mapping import idle_columns
from campaign.book.open import OpenedFile, OpensFile, open_file
from campaign.book.raw_sheet import RawSheet
from campaign.book.reading import Reading, require_loans
from campaign.book.recipe import NO_RECIPE, Recipe, gone_sheets, unfitting
from campaign.book.roles import RoleGuess, options_for, role_of
from campaign.book.roles_together import settle_roles
from campaign.book.sheet_guess import SheetGuess, column_profiles
from campaign.book.sheet_table import SheetTable
from campaign.book.sheet_trouble import (
    ask_side_by_side,
    doubtful_role,
    is_template,
    turned,
    unknown_sheet,
)
from campaign.book.stacked import stacked_guesses
from campaign.book.type_sheet import type_sheet
from campaign.collector import without_collector
from campaign.errors import BookUnreadable, QuestionOpen
from campaign.findings import Finding, worst_first
from campaign.settings import USUAL_CHECK, CheckRules
from campaign.vocabulary import BOOK_TABLES, Severity
from campaign.vocabulary.field import keep_texts_plain

keep_texts_plain()
FEW_ROWS = 2


def read_book(
    paths: Sequence[Path | OpensFile],
    *,
    as_of: date | None = None,
    recipe: Recipe | None = None,
    password: str | None = None,
    unit: str | None = None,
    rules: CheckRules = USUAL_CHECK,
) -> LoanBook:
    """Read a loan book (贷款台账) from one or several files.

    Args:
        paths: Workbooks or text tables, or what opens one that is begun (`open.begun`); each sheet's
            role is found by its headers.
        as_of: Day that the balances are of; else it is looked for in the files.
        recipe: Mapping, units and codes confirmed before.
        password: Opens encrypted workbooks.
        unit: Money unit (元, 万元 …) of columns that name none.
        rules: [check] of the settings.

    Raises:
        BookUnreadable: A file is missing, locked, broken, or no table.
        FieldsMissing: There is no loan ledger, or it lacks what nothing can be planned without.
        QuestionOpen: No file tells the day that the figures are of.
    """
    with without_collector():
        how = _How(recipe or NO_RECIPE, password, unit or "", rules)
        return _read_book(paths, as_of, how, keep_cells=False)[0]


def read_with_rows(
    paths: Sequence[Path],
    *,
    as_of: date | None = None,
    recipe: Recipe | None = None,
    password: str | None = None,
    unit: str | None = None,
    rules: CheckRules = USUAL_CHECK,
) -> tuple[LoanBook, RowsInQuestion]:
    """Read a book as `read_book` does, and return the rows that its findings are about too."""
    with without_collector():
        how = _How(recipe or NO_RECIPE, password, unit or "", rules)
        book, tables = _read_book(paths, as_of, how, keep_cells=True)
        return book, rows_in_question(book.findings, tables)


@dataclass(frozen=True)
class _How:
    """What a book is read with."""

    recipe: Recipe
    password: str | None
    unit: str
    rules: CheckRules


def _read_book(
    paths: Sequence[Path | OpensFile], as_of: date | None, how: _How, *, keep_cells: bool
) -> tuple[LoanBook, list[SheetTable]]:
    recipe, ahead = how.recipe, _ahead(how.recipe, how.unit, keep_cells=keep_cells)
    every_header()  # while children read the first file
    files = _opened(paths, how.password, recipe, ahead)
    empty = [file.name for file in files if not file.sheets]
    if len(empty) == len(files):
        hidden = any(file.findings for file in files)
        raise BookUnreadable(
            f"文件“{'”、“'.join(empty)}”里没有能读的表（空的，或都隐藏了）。",
            "请取消隐藏，或加 --answer 隐藏表=装入。" if hidden else "请换一份有内容的台账。",
        )
    reading = _read_sheets(files, recipe, ahead)
    require_loans(reading)
    if not keep_cells:
        reading.let_go(sheet for file in files for sheet in file.sheets)
    day, origin, notes = find_as_of(as_of, reading.tables, files, recipe.as_of)
    reading.findings += notes
    frames, known, notes = join_tables(reading.tables, day, recipe.answers)
    reading.findings += notes
    tables = {name: _finished(name, frames.pop(name)) for name in BOOK_TABLES}
    checked = check_tables(tables, known, day, reading.tables, recipe.answers, how.rules)
    findings = [*reading.findings, *checked.findings]
    findings += unused_answers(recipe.answers, findings)
    book = LoanBook(
        as_of=day,
        as_of_from=origin,
        bank_name=_bank_name(reading.tables),
        known=known,
        sheets=tuple(reading.reports),
        findings=worst_first(findings),
        digest=hashlib.sha256("".join(sorted(f.digest for f in files)).encode()).hexdigest(),
        set_aside=checked.set_aside,
        **checked.tables,
    )
    return book, reading.tables


def _opened(
    files: Sequence[Path | OpensFile], password: str | None, recipe: Recipe, ahead: Ahead
) -> list[OpenedFile]:
    return [
        file(ahead)
        if callable(file)
        else open_file(Path(file), password=password, answers=recipe.answers, ahead=ahead)
        for file in files
    ]


def _ahead(recipe: Recipe, unit: str, *, keep_cells: bool = False) -> Ahead:
    def look(sheet: RawSheet, label: str) -> Reading:
        return _guessed(sheet, label, recipe.sheets.get(sheet.name, ""))

    def idle(guess: SheetGuess) -> set[int]:
        return idle_columns(guess, recipe.columns.get(guess.role))

    make_table = partial(type_sheet, recipe=recipe, unit=unit)
    return Ahead(look, make_table, None if keep_cells else idle)


def look_at(
    paths: Sequence[Path],
    *,
    recipe: Recipe | None = None,
    password: str | None = None,
    unit: str | None = None,
) -> SheetsRead:
    """Return how each sheet is understood, also of files that are no loan book yet.

    Args:
        paths: As `read_book`.
        recipe: As `read_book`.
        password: As `read_book`.
        unit: As `read_book`.

    Raises:
        BookUnreadable: A file is missing, locked, broken, or no table.
    """
    with without_collector():
        ahead = _ahead(recipe or NO_RECIPE, unit or "")
        files = _opened(paths, password, recipe or NO_RECIPE, ahead)
        reading = _read_sheets(files, recipe or NO_RECIPE, ahead)
        day, origin = _day_in(reading, files)
    return SheetsRead(
        tuple(reading.reports),
        worst_first(reading.findings),
        _bank_name(reading.tables),
        day,
        origin,
    )


def _day_in(reading: Reading, files: Sequence[OpenedFile]) -> tuple[date | None, str]:
    try:
        return find_as_of(None, reading.tables, files)[:2]
    except QuestionOpen:
        return None, ""


def _read_sheets(files: Sequence[OpenedFile], recipe: Recipe, ahead: Ahead) -> Reading:
    """Find every sheet's table and role, and type its columns."""
    reading = Reading([finding for file in files for finding in file.findings])
    for sheet, label in _labelled(files):
        reading.order.append((sheet.file, sheet.name))
        reading.add(ahead.reading(sheet, label))
    reading.guesses = settle_roles(reading.guesses, reading.rivals, recipe.sheets)
    reading.findings += [
        doubtful_role(guess.label, *reading.rivals[guess.label])
        for guess in reading.guesses
        if reading.rivals.get(guess.label, ("",))[0] == guess.role
    ]
    _type_sheets(reading, recipe, ahead)
    reading.findings += unfitting(recipe, _headers(reading.tables))
    reading.findings += gone_sheets(recipe, [name for _, name in reading.order])
    return reading


def _labelled(files: Sequence[OpenedFile]) -> list[tuple[RawSheet, str]]:
    """Return the sheets with their name in addresses; the file's too where names repeat."""
    sheets = [sheet for file in files for sheet in file.sheets]
    count = Counter(sheet.name for sheet in sheets)
    return [(s, s.name if count[s.name] == 1 else f"[{s.file}]{s.name}") for s in sheets]


def _guessed(sheet: RawSheet, label: str, told: str) -> Reading:
    """Return the table of a sheet and its role, as told or by itself, or that it is not used."""
    reading = Reading([])
    if sheet.height > 0:
        _guess_sheet(reading, sheet, label, told)
    return reading


def _guess_sheet(reading: Reading, sheet: RawSheet, label: str, told: str) -> None:
    if told == UNUSED:
        reading.reports.append(_unused(sheet))
        return
    if is_template(sheet):
        message = f"表“{label}”是没有填数的空模板（含 ${{…}} 变量）；请传导出的数据。"
        reading.findings.append(Finding("empty_template", Severity.ERROR, message))
        return
    found = find_table(sheet)
    if found is not None:
        profiles = column_profiles(sheet, found)
        if told:
            guess, options = RoleGuess(told), options_for(told, found.headers, profiles)
        else:
            guess, options = role_of(sheet.name, found.headers, profiles)
        if guess.role is not None:
            reading.findings += ask_side_by_side(sheet, label, found)
            ready = SheetGuess(sheet, label, found, guess.role, options, profiles)
            reading.guesses.append(ready)
            if guess.rival:
                reading.rivals[label] = (guess.role, guess.rival)
            return
    reading.reports.append(_unused(sheet))
    lying = turned(sheet, label)
    if lying is not None:
        reading.findings.append(lying)
    elif sheet.height > FEW_ROWS:
        reading.findings.append(unknown_sheet(sheet, label, found))


def _unused(sheet: RawSheet) -> SheetReport:
    return SheetReport(sheet.file, sheet.name, "unused", 0, sheet.height, ())


def _type_sheets(reading: Reading, recipe: Recipe, ahead: Ahead) -> None:
    place = {id_of: (number, 0) for number, id_of in enumerate(reading.order)}
    for guess in reading.guesses:
        table = ahead.table(guess)
        others, said = stacked_guesses(table, recipe.answers, recipe.sheets)
        reading.findings += said
        for one in (table, *map(ahead.table, others)):
            number, _ = place[guess.sheet.file, guess.sheet.name]
            place.setdefault((one.sheet.file, one.sheet.name), (number, one.found.top))
            reading.tables.append(one)
            reading.reports.append(one.report())
            reading.findings += one.findings
    reading.reports.sort(key=lambda report: place[report.file, report.sheet])


def _headers(tables: Sequence[SheetTable]) -> dict[str, dict[str, str]]:
    """Return role → normalised header → the sheet it stands on."""
    headers: dict[str, dict[str, str]] = {}
    for table in tables:
        for header in table.found.headers:
            if header.raw:
                headers.setdefault(table.role, {}).setdefault(normalised(header.raw), table.label)
    return headers


def _finished(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    return BOOK_TABLES[name].conform(frame)


def _bank_name(tables: Sequence[SheetTable]) -> str:
    """Return the bank's name from a title, the ledger's first."""
    ordered = sorted(tables, key=lambda table: table.role != "loans")
    return next((t.found.title.bank_name for t in ordered if t.found.title.bank_name), "")
