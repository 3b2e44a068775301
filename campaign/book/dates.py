"""Raw cells → days, in every shape that ledgers write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from campaign.book.cells import Dates, Parsed, each_text, is_missing, split_cells
from campaign.book.column import Floats, Mask
from campaign.book.raw_sheet import Cell

# Excel serial numbers of 1954 to 2119, and of 9999-12-31.
FIRST_SERIAL, LAST_SERIAL, END_OF_TIME = 20_000, 80_000, 2_958_465
FIRST_YEAR, LAST_YEAR = 1901, 2089
TEXTS_KEPT = 16_384  # the columns of a book hold the same few thousand days

_YMD = re.compile(
    r"^(\d{4})\s*[-./年\s]\s*(\d{1,2})\s*[-./月\s]\s*(\d{1,2})(?:\s*日)?(?:[\sT].*)?$"
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:\d{6}|\.0)?$")
_SHORT = re.compile(r"^(\d{2})[-./](\d{1,2})[-./](\d{1,2})$")
_MONTH = re.compile(r"^(\d{4})\s*(?:[-./年]\s*)?(\d{1,2})\s*月?$")
_ENDED = re.compile(r"^(\d{1,2})[-./](\d{1,2})[-./](\d{4})(?:\s.*)?$")
_SERIAL = re.compile(r"^\d{5}(?:\.\d+)?$")
_OPEN = frozenset({"0", "00000000", "0000-00-00", "长期", "无固定期限", "永久", "1900-01-00"})


def dates(cells: Sequence[Cell], *, month_ok: bool = True) -> Parsed:
    """Return days; sentinels such as 9999-12-31 are empty with note `open_end`.

    Args:
        cells: Raw cells: ISO text from date cells, texts in any usual shape, serials,
            8-digit numbers.
        month_ok: A bare year and month is taken as its first day, with note `month_only`;
            otherwise it is bad.
    """
    plain, is_number = split_cells(cells)
    days, kinds = _numeric_days(plain, is_number)
    places, which, parsed = each_text(cells, _date_or_kind)
    parsed = _settle_order(parsed)
    if parsed:
        found = np.array([p[0] for p in parsed], dtype="datetime64[s]")
        kind = np.array([p[1] for p in parsed], dtype=object)
        days[places] = found[which]
        kinds[places] = kind[which]
    if not month_ok:
        days[kinds == "month_only"] = np.datetime64("NaT")
    bad_kinds = ("bad", "day_or_month") if month_ok else ("bad", "day_or_month", "month_only")
    bad = np.flatnonzero(np.isin(kinds, bad_kinds))
    notes = {
        note: np.flatnonzero(kinds == note)
        for note in (
            "open_end",
            "two_digit_year",
            "month_only",
            "serial",
            "day_month",
            "day_or_month",
        )
        if (kinds == note).any()
    }
    return Parsed(days, bad, notes)


def _numeric_days(plain: Floats, is_number: Mask) -> tuple[Dates, npt.NDArray[np.object_]]:
    days = np.full(len(plain), np.datetime64("NaT"), dtype="datetime64[s]")
    kinds = np.full(len(plain), "", dtype=object)
    if not is_number.any():
        return days, kinds
    serial = is_number & (plain >= FIRST_SERIAL) & (plain <= LAST_SERIAL)
    epoch = np.datetime64("1899-12-30", "s")
    whole = np.floor(np.where(serial, plain, 0)).astype("int64")
    days[serial] = (epoch + whole * np.timedelta64(86_400, "s"))[serial]
    kinds[serial] = "serial"
    rest = np.flatnonzero(is_number & ~serial)
    which, different = pd.factorize(plain[rest])
    parsed = [_date_or_kind(_numeral(number)) for number in different]
    if parsed:
        days[rest] = np.array([p[0] for p in parsed], dtype="datetime64[s]")[which]
        kinds[rest] = np.array([p[1] for p in parsed], dtype=object)[which]
    return days, kinds


def _numeral(number: float) -> str:
    if number in (0, END_OF_TIME):
        return "0"
    return str(int(number)) if number == int(number) else str(number)


@lru_cache(maxsize=TEXTS_KEPT)
def _date_or_kind(text: str) -> tuple[Any, str, tuple[int, int, int] | None]:
    """Return (day or NaT, kind, unsettled day/month/year)."""
    nothing = np.datetime64("NaT")
    text = unicodedata.normalize("NFKC", text).strip().strip("'’")
    if is_missing(text):
        return nothing, "", None
    if text in _OPEN:
        return nothing, "open_end", None
    match = _YMD.match(text) or _COMPACT.match(text)
    if match:
        return *_day(int(match[1]), int(match[2]), int(match[3]), ""), None
    match = _SHORT.match(text)
    if match:
        return *_day(2000 + int(match[1]), int(match[2]), int(match[3]), "two_digit_year"), None
    match = _ENDED.match(text)
    if match:
        return nothing, "day_or_month", (int(match[1]), int(match[2]), int(match[3]))
    if _SERIAL.match(text) and FIRST_SERIAL <= float(text) <= LAST_SERIAL:
        day = np.datetime64("1899-12-30") + np.timedelta64(int(float(text)), "D")
        return day, "serial", None
    match = _MONTH.match(text)
    if match:
        return *_day(int(match[1]), int(match[2]), 1, "month_only"), None
    return nothing, "bad", None


def _day(year: int, month: int, day: int, kind: str) -> tuple[Any, str]:
    nothing = np.datetime64("NaT")
    if year > LAST_YEAR or year < FIRST_YEAR:
        return nothing, "open_end"
    try:
        return np.datetime64(date(year, month, day)), kind
    except ValueError:
        return nothing, "bad"


def _settle_order(parsed: list[Any]) -> list[Any]:
    """Settle 05/13/2026 against 13/05/2026 by the column: one number above 12 tells."""
    open_ones = [p[2] for p in parsed if p[2] is not None]
    if not open_ones:
        return parsed
    day_first = any(p[0] > 12 for p in open_ones)
    month_first = any(p[1] > 12 for p in open_ones)
    if day_first == month_first:
        return parsed
    settled = []
    for found in parsed:
        if found[2] is not None:
            first, second, year = found[2]
            day, month = (first, second) if day_first else (second, first)
            found = (*_day(year, month, day, "day_month"), None)
        settled.append(found)
    return settled
