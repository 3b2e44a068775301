"""Cells that a manager filled in → values, each refused one with its reason."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from campaign.book.cells import is_missing
from campaign.book.codes import decode, vocabulary_of
from campaign.book.dates import dates
from campaign.book.identifiers import identifiers, phones, plain_number, texts
from campaign.book.raw_sheet import Cell
from campaign.book.values import money, numbers
from campaign.vocabulary import Field, Unit

Value = str | float | int | date | None
Values = list[Value]
Reasons = dict[int, str]

MOST_COUNT = 99
MOST_CHARACTERS = 500
SHOWN_CHARACTERS = 20
_MONTH_DAY = re.compile(r"^(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?$")


@dataclass(frozen=True)
class Believed:
    """What a filled-in value may be.

    Attributes:
        first: First day that a date may be: the day of the plan.
        last_done: Last day that a result may be of.
        last_ahead: Last day that a follow-up may be promised for.
        most_amount: Amount in yuan above which the unit must be wrong.
    """

    first: date
    last_done: date
    last_ahead: date
    most_amount: float


def read_values(
    field: Field, cells: Sequence[Cell], factor: float, believed: Believed
) -> tuple[Values, Reasons]:
    """Return one value a cell, None where empty, and why a cell was refused, by place.

    Args:
        field: What the column holds.
        cells: The cells of the rows, in order.
        factor: Yuan a unit of the column, for money.
        believed: What a value may be.
    """
    if field.values is not None:
        return _codes(field, cells)
    if field.unit is Unit.DATE:
        return _days(field, cells, believed)
    if field.unit is Unit.YUAN:
        return _amounts(field, cells, factor, believed)
    if field.unit is Unit.COUNT:
        return _counts(field, cells)
    return _texts(field, cells)


def _codes(field: Field, cells: Sequence[Cell]) -> tuple[Values, Reasons]:
    assert field.values is not None
    found = decode(cells, vocabulary_of(field.values))
    written = texts(cells)
    values: Values = []
    reasons = {}
    for place, (code, text) in enumerate(zip(found.values, written, strict=True)):
        guessed = str(text) in found.loose
        values.append(None if code is None or guessed else str(code))
        if text is not None and values[-1] is None:
            reasons[place] = _refused(field, text, "请从下拉框里选一项")
    return values, reasons


def _days(field: Field, cells: Sequence[Cell], believed: Believed) -> tuple[Values, Reasons]:
    found = dates(cells, month_ok=False).values
    last = believed.last_done if field.name == "done_date" else believed.last_ahead
    values: Values = []
    reasons = {}
    for place, (day, cell) in enumerate(zip(found, cells, strict=True)):
        value = None if pd.isna(day) else pd.Timestamp(day).date()
        if value is None and isinstance(cell, str):
            value = _day_without_year(cell, believed)
        values.append(value)
        if value is None and not _is_empty(cell):
            reasons[place] = _refused(field, cell, "请写成 2027-01-08 的样子")
        elif value is not None and not believed.first <= value <= last:
            reasons[place] = _refused(field, value, f"应在 {believed.first} 至 {last} 之间")
    return values, reasons


def _day_without_year(text: str, believed: Believed) -> date | None:
    """Return the first such day on or after the first day believed, as 3月5日 means it."""
    match = _MONTH_DAY.match(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        return None
    for year in range(believed.first.year, believed.last_ahead.year + 1):
        try:
            day = date(year, int(match[1]), int(match[2]))
        except ValueError:
            continue
        if day >= believed.first:
            return day
    return None


def _amounts(
    field: Field, cells: Sequence[Cell], factor: float, believed: Believed
) -> tuple[Values, Reasons]:
    found = money(cells, factor)
    bad = set(found.bad.tolist())

    def refusal(place: int, amount: float) -> str:
        if place in bad:
            return "不是金额"
        if amount < 0:
            return "金额不能是负数"
        if amount > believed.most_amount:
            return f"合 {amount / 10_000:,.0f} 万元，是否写错了单位？"
        return ""

    return _numbers(field, cells, found.values.round(2).tolist(), refusal)


def _counts(field: Field, cells: Sequence[Cell]) -> tuple[Values, Reasons]:
    found = numbers(cells)
    bad = set(found.bad.tolist())

    def refusal(place: int, count: float) -> str:
        if place in bad or count not in range(MOST_COUNT + 1):
            return f"请填 0 至 {MOST_COUNT} 的整数"
        return ""

    values, reasons = _numbers(field, cells, found.values.tolist(), refusal)
    whole = [int(value) if isinstance(value, float) else None for value in values]
    return list(whole), reasons


def _numbers(
    field: Field,
    cells: Sequence[Cell],
    found: Sequence[float],
    refusal: Callable[[int, float], str],
) -> tuple[Values, Reasons]:
    values: Values = []
    reasons = {}
    for place, (number, cell) in enumerate(zip(found, cells, strict=True)):
        why = "" if _is_empty(cell) else refusal(place, number)
        if why:
            reasons[place] = _refused(field, cell, why)
        values.append(None if why or number != number else number)
    return values, reasons


def _texts(field: Field, cells: Sequence[Cell]) -> tuple[Values, Reasons]:
    reasons = {}
    if field.name == "phone":
        found = list(phones(cells))
        for place, (number, cell) in enumerate(zip(found, cells, strict=True)):
            if number is None and not _is_empty(cell):
                reasons[place] = _refused(field, cell, "不是电话号码")
    elif field.name == "referrer_id":
        found = list(identifiers(cells).values)
        for place, (number, cell) in enumerate(zip(found, cells, strict=True)):
            if number is None and not _is_empty(cell):
                reasons[place] = _refused(field, cell, "编号已被 Excel 改坏，请按文本重填")
    else:
        found = list(texts(cells))
    return [None if text is None else str(text)[:MOST_CHARACTERS] for text in found], reasons


def _is_empty(cell: Cell) -> bool:
    return isinstance(cell, str) and is_missing(cell)


def _refused(field: Field, cell: object, why: str) -> str:
    text = plain_number(cell) if isinstance(cell, float) else str(cell).strip()
    shown = text[:SHOWN_CHARACTERS]
    return f"{field.label}读到“{shown}”，{why}"
