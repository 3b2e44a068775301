"""A confirmed mapping, its units and answers: remembered as TOML, replayed on the next file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from campaign.book.answers import NO_ANSWERS, Answers, answer_label, answers_from
from campaign.book.header_text import MONEY_UNITS, RATE_UNITS, UNUSED, normalised
from campaign.book.loan_book import LoanBook, SheetReport
from campaign.book.sheet_table import HELPS
from campaign.errors import SettingsError, reason_of
from campaign.findings import Finding
from campaign.vocabulary import BOOK_TABLES, Severity

SECTIONS = ("sheets", "columns", "units", "codes", "answers", "as_of")
NEAR = 45
# What stands between the name of a sheet and the row in which a further table of it begins.
BLOCK = "（第"
# What [as_of] remembers: where the day was found, and which it was.
SOURCE, LAST = "source", "last"


@dataclass(frozen=True)
class Recipe:
    """Answers for one bank's files.

    Attributes:
        columns: Role → normalised header → field name, or 不用.
        units: Role → normalised header → unit of money, or of a rate (%, ‰, 月‰, 月%, 小数).
        codes: Field → code as written → our code or its Chinese label.
        sheets: Name of a sheet → its role, or 不用.
        answers: Question about the book → what it is about → code of the answer.
        as_of: Where the day of the figures came from, and which it was: `source`, `last`. The
            day itself is never used for another file.
    """

    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    units: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sheets: Mapping[str, str] = field(default_factory=dict)
    answers: Answers = field(default_factory=lambda: NO_ANSWERS)
    as_of: Mapping[str, str] = field(default_factory=dict)

    def unit_of(self, role: str, header: str) -> str:
        """Return the unit of a header, or an empty text."""
        return self.units.get(role, {}).get(normalised(header), "")

    def codes_of(self, name: str) -> Mapping[str, str]:
        """Return what the codes of a field mean."""
        return self.codes.get(name, {})


NO_RECIPE = Recipe()


def load_recipe(path: Path) -> Recipe:
    """Return the recipe of a TOML file.

    Raises:
        SettingsError: The file cannot be read, or names a table, field or unit that is not.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SettingsError(f"配方 {path} 打不开：{reason_of(error)}。") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"配方 {path} 不是有效的 TOML：{error}。") from error
    return recipe_from(text, str(path))


def recipe_from(text: str, name: str = "") -> Recipe:
    """Return the recipe of a TOML text.

    Args:
        text: As `recipe_toml` writes it.
        name: What a refusal calls it.

    Raises:
        SettingsError: It is no TOML, or names a table, field or unit that is not.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"配方 {name} 不是有效的 TOML：{error}。") from error
    for section in given:
        if section not in SECTIONS:
            raise SettingsError(
                f"配方里没有 [{section}] 这一节。", f"可用的有 {'、'.join(SECTIONS)}。"
            )
    columns = {role: _columns(role, found) for role, found in given.get("columns", {}).items()}
    units = {role: _units(role, found) for role, found in given.get("units", {}).items()}
    codes = {name: _texts(name, found) for name, found in given.get("codes", {}).items()}
    sheets, answers = _sheets(given.get("sheets", {})), answers_from(given.get("answers", {}))
    return Recipe(columns, units, codes, sheets, answers, _as_of(given.get("as_of", {})))


def _texts(where: str, found: Any) -> dict[str, str]:
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise SettingsError(f'配方 [{where}] 应写成 表头 = "字段" 的样子。')
    return dict(found)


def _sheets(found: Any) -> dict[str, str]:
    sheets = _texts("sheets", found)
    for sheet, role in sheets.items():
        if role != UNUSED and role not in BOOK_TABLES:
            raise SettingsError(
                f"配方 [sheets] 的表“{sheet}”写了不认识的 {role}。",
                f"可用的有 {'、'.join(BOOK_TABLES)}，或“{UNUSED}”。",
            )
    return sheets


def _as_of(found: Any) -> dict[str, str]:
    known = _texts("as_of", found)
    if not set(known) <= {SOURCE, LAST}:
        raise SettingsError(f"配方 [as_of] 只有 {SOURCE} 和 {LAST} 两项。")
    return known


def _columns(role: str, found: Any) -> dict[str, str]:
    if role not in BOOK_TABLES:
        raise SettingsError(
            f"配方里没有 [columns.{role}] 这种表。", f"可用的有 {'、'.join(BOOK_TABLES)}。"
        )
    columns = {}
    for header, name in _texts(role, found).items():
        table, _, field_name = name.rpartition(".")
        known = BOOK_TABLES.get(table or role)
        if name != UNUSED and (known is None or field_name not in known.columns):
            raise SettingsError(f"配方 [columns.{role}] 的“{header}”写了不认识的字段 {name}。")
        columns[normalised(header)] = name
    return columns


def _units(role: str, found: Any) -> dict[str, str]:
    units = {}
    for header, unit in _texts(role, found).items():
        if unit not in MONEY_UNITS and unit not in RATE_UNITS:
            raise SettingsError(f"配方 [units.{role}] 的“{header}”写了不认识的单位 {unit}。")
        units[normalised(header)] = unit
    return units


def recipe_of(book: LoanBook, codes: Mapping[str, Mapping[str, str]] | None = None) -> Recipe:
    """Return the mapping and units that a book was read with, to be replayed."""
    return recipe_of_sheets(book.sheets, Recipe(codes=dict(codes or {})))


def recipe_of_sheets(sheets: Iterable[SheetReport], given: Recipe) -> Recipe:
    """Return the mapping and units that sheets were read with, beside what was answered."""
    columns: dict[str, dict[str, str]] = {}
    units: dict[str, dict[str, str]] = {}
    for sheet in sheets:
        if sheet.role not in BOOK_TABLES:
            continue
        for column in sheet.columns:
            header = normalised(column.header)
            if column.field is None or not header or column.proof == HELPS:
                continue
            table = sheet.role
            if column.field not in BOOK_TABLES[table].columns:
                table = next(
                    name for name, known in BOOK_TABLES.items() if column.field in known.columns
                )
            name = column.field if table == sheet.role else f"{table}.{column.field}"
            columns.setdefault(sheet.role, {})[header] = name
            if column.unit in MONEY_UNITS:
                units.setdefault(sheet.role, {})[header] = column.unit
    return merged(Recipe(columns, units), given)


def merged(first: Recipe, then: Recipe) -> Recipe:
    """Return one recipe of two; what the second says goes before."""

    def both(
        one: Mapping[str, Mapping[str, str]], other: Mapping[str, Mapping[str, str]]
    ) -> dict[str, dict[str, str]]:
        names = dict.fromkeys((*one, *other))
        return {name: {**one.get(name, {}), **other.get(name, {})} for name in names}

    return Recipe(
        both(first.columns, then.columns),
        both(first.units, then.units),
        both(first.codes, then.codes),
        {**first.sheets, **then.sheets},
        both(first.answers, then.answers),
        {**first.as_of, **then.as_of},
    )


def recipe_toml(recipe: Recipe) -> str:
    """Return a recipe as TOML that `load_recipe` reads back equal."""
    lines = ["# 导入配方：同一家行的下一份文件照此读取。字段名见 campaign fields。"]
    if recipe.as_of:
        lines += ["", "# 数据日期从哪里来；日期本身不套用到下一份文件。", "[as_of]"]
        lines += [f"{name} = {_quoted(text)}" for name, text in recipe.as_of.items()]
    if recipe.sheets:
        lines += ["", "[sheets]"]
        lines += [f"{_quoted(name)} = {_quoted(role)}" for name, role in recipe.sheets.items()]
    for section, groups in (
        ("columns", recipe.columns),
        ("units", recipe.units),
        ("codes", recipe.codes),
        ("answers", _labelled(recipe.answers)),
    ):
        for name, values in groups.items():
            lines += ["", f"[{section}.{name}]"]
            lines += [f"{_quoted(key)} = {_quoted(value)}" for key, value in values.items()]
    return "\n".join(lines) + "\n"


def save_recipe(recipe: Recipe, path: Path) -> None:
    """Write a recipe as TOML."""
    path.write_text(recipe_toml(recipe), encoding="utf-8", newline="\n")


def _labelled(answers: Answers) -> Answers:
    return {
        question: {key: answer_label(question, answer) for key, answer in given.items()}
        for question, given in answers.items()
    }


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def unfitting(recipe: Recipe, book_headers: Mapping[str, Mapping[str, str]]) -> list[Finding]:
    """Return where a recipe no longer fits: headers that it names and no sheet has.

    Args:
        recipe: The recipe.
        book_headers: Role → normalised header → the sheet it stands on.
    """
    findings = []
    for role, columns in recipe.columns.items():
        present = book_headers.get(role, {})
        gone = [header for header in columns if header not in present]
        if not gone:
            continue
        new = [header for header in present if header not in columns]
        listed = "、".join(_gone(header, new, present) for header in gone[:6])
        message = (
            f"配方里“{BOOK_TABLES[role].label}”的表头{listed}在这份文件里没有；"
            "请核对文件，或更新配方。"
        )
        findings.append(Finding("recipe_mismatch", Severity.WARNING, message, len(gone)))
    return findings


def gone_sheets(recipe: Recipe, names: Sequence[str]) -> list[Finding]:
    """Return that a recipe names sheets which the files, with sheets of these names, have not."""
    gone = [name for name in recipe.sheets if name not in names]
    gone = [name for name in gone if name.rpartition(BLOCK)[0] not in names]
    if not gone:
        return []
    message = (
        f"配方 [sheets] 里的表“{'”、“'.join(gone)}”在这份文件里没有，各表按内容认；"
        "请核对文件，或更新配方。"
    )
    return [Finding("recipe_mismatch", Severity.WARNING, message, len(gone))]


def _gone(header: str, new: list[str], present: Mapping[str, str]) -> str:
    """Return a header that is gone, with the new one that may have taken its place."""
    near = process.extractOne(header, new, scorer=fuzz.ratio, score_cutoff=NEAR)
    if near is None:
        return f"“{header}”"
    return f"“{header}”（表“{present[near[0]]}”的新列“{near[0]}”与它最像）"
