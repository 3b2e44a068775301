"""The questions that a file leaves open, and what the user's answers make of its recipe."""

from __future__ import annotations

import re
from collections.abc import Mapping as Values
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from campaign.book.header_text import UNUSED
from campaign.errors import CampaignError
from campaign.vocabulary import ALL, BOOK_TABLES
from campaign.web.book_questions import chosen
from campaign.web.mapping import RIVALS, ColumnShown, Mapping, SheetShown, field_of

if TYPE_CHECKING:
    from campaign.book.recipe import Recipe

MUST_KNOW = frozenset({"loan_class", "loan_status"})
NAMELESS_SHEET = re.compile(r"(sheet|工作表|表)\s*\d*$", re.IGNORECASE)


@dataclass(frozen=True)
class Question:
    """One thing that only the user can answer.

    Attributes:
        kind: column (what is it), which (of several columns), code (what does it mean), rate
            (in which unit).
        sheet, column: Places on the page; of `which` the sheet alone.
        label: The field it is about, or the header.
        columns: Places of the columns among which to choose.
        must: Whether nothing can be planned before it is answered.
    """

    kind: str
    sheet: int
    column: int
    label: str
    columns: tuple[int, ...] = ()
    must: bool = True


def questions(mapping: Mapping) -> list[Question]:
    """Return what the page has to ask about a mapping, what must be known first."""
    asked = [q for place, sheet in enumerate(mapping.sheets) for q in _of_sheet(place, sheet)]
    return sorted(asked, key=lambda question: not question.must)


def _of_sheet(place: int, sheet: SheetShown) -> list[Question]:
    found = []
    rivals: dict[str, list[int]] = {}
    for number, column in enumerate(sheet.columns):
        if column.asked and column.proof.startswith(RIVALS) and column.near:
            rivals.setdefault(column.near[0], []).append(number)
        elif column.asked:
            found.append(Question("column", place, number, column.header))
        elif column.is_rate_unknown:
            found.append(Question("rate", place, number, column.header))
        if column.codes:
            must = column.value in MUST_KNOW
            found.append(Question("code", place, number, column.header, must=must))
    for name, columns in rivals.items():
        known = field_of(sheet.role, name)
        label = known.label if known else name
        found.append(Question("which", place, columns[0], label, tuple(columns)))
    return found


def answered(mapping: Mapping, form: Values[str, str], before: Recipe) -> Recipe:
    """Return the recipe after what a form answers; what it leaves as it was is not in it.

    Args:
        mapping: What the page showed.
        form: `r.SHEET` what a sheet is, `c.SHEET.COLUMN` a field, `u.…` a unit or that it is
            not used, `w.…` the column chosen of several, `k.SHEET.COLUMN.CODE` what a code
            means, `b.QUESTION.ABOUT` what holds for the files. The columns of a sheet that is something else now are read anew.
        before: Answers given before.

    Raises:
        CampaignError: Two columns are to be the same field.
        SettingsError: A field or a unit is not known.
    """
    from campaign.book.header_text import normalised
    from campaign.book.recipe import recipe_from, recipe_toml

    columns = {role: dict(known) for role, known in before.columns.items()}
    units = {role: dict(known) for role, known in before.units.items()}
    codes = {name: dict(known) for name, known in before.codes.items()}
    sheets = dict(before.sheets)
    for place, sheet in enumerate(mapping.sheets):
        role = form.get(f"r.{place}", "")
        if role and role != sheet.said:
            sheets[sheet.sheet] = role
            continue
        taken = _chosen(place, sheet, form)
        _refuse_twins(sheet, taken)
        for number, column in enumerate(sheet.columns):
            header, name = normalised(column.header), f"{place}.{number}"
            if number in taken:
                columns.setdefault(sheet.role, {})[header] = taken[number]
            unit = form.get(f"u.{name}", "")
            if unit == UNUSED:
                columns.setdefault(sheet.role, {})[header] = UNUSED
            elif unit and unit != column.unit:
                units.setdefault(sheet.role, {})[header] = unit
            meant = {code: form.get(f"k.{name}.{code}", "") for code in column.codes}
            for code, meaning in meant.items():
                if meaning:
                    codes.setdefault(column.value.rpartition(".")[2], {})[code] = meaning
    answers = chosen(mapping.choices, form, before)
    changed = replace(
        before, columns=columns, units=units, codes=codes, sheets=sheets, answers=answers
    )
    return recipe_from(recipe_toml(changed))


def _chosen(place: int, sheet: SheetShown, form: Values[str, str]) -> dict[int, str]:
    """Return what the form says of columns otherwise than they were read."""
    chosen = {}
    for number, column in enumerate(sheet.columns):
        value = form.get(f"c.{place}.{number}", "")
        if value and (value != column.value or column.asked):
            chosen[number] = value
        taken = form.get(f"w.{place}.{column.near[0]}", "") if column.near else ""
        if taken and column.asked:
            chosen[number] = column.near[0] if taken == str(number) else UNUSED
    return chosen


def _refuse_twins(sheet: SheetShown, chosen: Values[int, str]) -> None:
    """Refuse two columns of a sheet that the user gave to one field."""
    seen: dict[str, ColumnShown] = {}
    for number, value in chosen.items():
        column = sheet.columns[number]
        known = field_of(sheet.role, value)
        if known is None:
            continue
        if value in seen:
            raise CampaignError(
                f"表“{sheet.sheet}”的列“{seen[value].header}”和“{column.header}”"
                f"都选了“{known.label}”。",
                "同一字段只能用一列，请退回上一页，把另一列改成“不用”。",
            )
        seen[value] = column


def restricted(recipe: Recipe, mapping: Mapping) -> Recipe:
    """Return what of a recipe speaks of sheets, headers and fields that the files have.

    A sheet that has no name of its own is told by what it holds, not by what it was before.
    """
    from campaign.book.header_text import normalised

    present: dict[str, set[str]] = {}
    fields: set[str] = set()
    names = {sheet.sheet for sheet in mapping.sheets if not NAMELESS_SHEET.match(sheet.sheet)}
    for sheet in mapping.sheets:
        headers = present.setdefault(sheet.role, set())
        headers.update(normalised(column.header) for column in sheet.columns)
        fields.update(column.value for column in sheet.columns)

    def of_headers(groups: Values[str, Values[str, str]]) -> dict[str, dict[str, str]]:
        kept = {
            role: {h: word for h, word in known.items() if h in present.get(role, ())}
            for role, known in groups.items()
        }
        return {role: known for role, known in kept.items() if known}

    codes = {name: dict(known) for name, known in recipe.codes.items() if name in fields}
    return replace(
        recipe,
        columns=of_headers(recipe.columns),
        units=of_headers(recipe.units),
        codes=codes,
        sheets={name: role for name, role in recipe.sheets.items() if name in names},
        answers=_of_these_files(recipe, mapping),
    )


def _of_these_files(recipe: Recipe, mapping: Mapping) -> dict[str, dict[str, str]]:
    asked = {(choice.question, choice.about) for choice in mapping.choices}
    found: dict[str, dict[str, str]] = {}
    for question, given in recipe.answers.items():
        for about, answer in given.items():
            if about == ALL or (question, about) in asked:
                found.setdefault(question, {})[about] = answer
    return found


def merged(first: Recipe, then: Recipe) -> Recipe:
    """Return one recipe of two; what the second says goes before."""
    from campaign.book.recipe import merged as both

    return both(first, then)


def code_choices(role: str, value: str) -> list[tuple[str, str]]:
    """Return what a code of a field may mean: our code and its Chinese label."""
    known = field_of(role, value)
    return (
        [(member.value, member.label) for member in known.values] if known and known.values else []
    )


def said(recipe: Recipe) -> int:
    """Return how many answers a recipe holds."""
    groups = (
        *(*recipe.columns.values(), *recipe.units.values()),
        *(*recipe.codes.values(), *recipe.answers.values()),
    )
    return sum(map(len, groups)) + len(recipe.sheets)


def role_choices() -> list[tuple[str, str]]:
    """Return what a sheet may be: the word of a recipe and its Chinese label."""
    return [(UNUSED, UNUSED), *((name, table.label) for name, table in BOOK_TABLES.items())]
