"""Raw cells → numbers, money and rates; whole columns at a time.

Numbers go through numpy; of texts only the different ones are looked at. Nothing is
dropped in silence: what cannot be understood is `bad`, what was repaired is in `notes`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from campaign.book.cells import (
    NO_PLACES,
    Parsed,
    different_texts,
    each_text,
    is_missing,
    split_cells,
)
from campaign.book.column import Floats, Mask
from campaign.book.raw_sheet import Cell

_SCALES = {"千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8}
_NUMBER = re.compile(
    r"^(?:人民币|rmb|cny|约|￥|¥|\$)*\s*([+-]?\d+(?:\.\d*)?|[+-]?\.\d+)([eE][+-]?\d+)?\s*"
    r"(千万|百万|千|万|亿)?\s*(人民币|美元|港元|欧元)?\s*(元|圆|块|户|天|次|个|期|人|月|日|笔|岁)?\s*(整|人民币|正)?$",
    re.IGNORECASE,
)
_DIGITS = (
    {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
    | {c: i for i, c in enumerate("〇一二三四五六七八九")}
    | {"两": 2}
)
_TENS = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}
_FOREIGN = ("美元", "港元", "欧元")
PIECE = 50_000
_PAID_OFF = frozenset({"已还清", "还清", "已结清", "结清", "已清", "已还完"})
_MONTHS = {"月": 1.0, "年": 12.0, "天": 12 / 365.25, "日": 12 / 365.25}
_TERM = re.compile(r"^([\d.]+|[一二两三四五六七八九十]+)(?:个)?(月|年|天|日)?期?$")


def number_in(text: str) -> tuple[float, bool] | None:
    """Return the number in a text and whether the text names its own unit; None if it is none.

    >>> number_in("￥1,234.50"), number_in("（2,000）"), number_in("50万"), number_in("伍拾万元整")
    ((1234.5, False), (-2000.0, False), (500000.0, True), (500000.0, True))
    >>> number_in("城南支行") is None
    True
    """
    text = unicodedata.normalize("NFKC", text).strip().strip("'’`")
    try:
        return float(text.replace(",", "")), False
    except ValueError:
        pass
    text = text.replace(",", "").replace(" ", "").replace("\xa0", "")
    sign = 1.0
    if text[:1] == "(" and text[-1:] == ")":
        sign, text = -1.0, text[1:-1]
    elif text[:1] in "△▲−–" and len(text) > 1:
        sign, text = -1.0, text[1:]
    elif text[-1:] == "-":
        sign, text = -1.0, text[:-1]
    match = _NUMBER.match(text)
    if match is None:
        return _chinese_number(text)
    digits, power, scale, currency, unit, _ = match.groups()
    if currency in _FOREIGN:
        return None
    own = bool(scale) or unit in ("元", "圆", "块")
    return sign * float(digits + (power or "")) * _SCALES.get(scale or "", 1.0), own


def _chinese_number(text: str) -> tuple[float, bool] | None:
    text = text.removeprefix("人民币").rstrip("整正").rstrip("元圆")
    if not text or any(c not in _DIGITS and c not in _TENS and c not in "万亿" for c in text):
        return None
    total, section, digit = 0.0, 0.0, 0.0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _TENS:
            section += (digit or 1) * _TENS[sign]
            digit = 0
        else:
            total = (total + section + digit) * (1e4 if sign == "万" else 1e8)
            section = digit = 0
    return total + section + digit, True


def numbers(cells: Sequence[Cell]) -> Parsed:
    """Return the cells as numbers, whatever their unit."""
    return money(cells, 1.0)


def money(cells: Sequence[Cell], factor: float) -> Parsed:
    """Return money in yuan: `factor` yuan a unit, unless a cell names its own unit.

    >>> money([35.5, "50万", "1,200.00", "-", "见合同"], 10_000).values.tolist()
    [355000.0, 500000.0, 12000000.0, nan, nan]
    """
    values, is_number = split_cells(cells)
    values = values * factor
    if is_number.all():
        return Parsed(_to_fen(values, factor))
    places, which, texts = different_texts(cells)
    as_yuan, own, bad, paid = _amounts(texts)
    as_yuan[~own] *= factor
    values[places] = as_yuan[which]
    notes = {
        kind: places[found[which]]
        for kind, found in (("own_unit", own), ("paid_off", paid))
        if found.any()
    }
    return Parsed(_to_fen(values, factor), places[bad[which]], notes)


def _amounts(texts: Sequence[str]) -> tuple[Floats, Mask, Mask, Mask]:
    """Return what `_number_or_missing` says of each text, of many a piece at a time.

    A text that is a number as it stands needs no look: millions of them do in a text file.
    """
    values = np.empty(len(texts))
    own, bad, paid = np.zeros((3, len(texts)), dtype=bool)
    for start in range(0, len(texts), PIECE):
        here = slice(start, start + PIECE)
        try:
            values[here] = list(map(float, texts[here]))
        except ValueError:
            parsed = list(map(_number_or_missing, texts[here]))
            values[here], own[here], bad[here], paid[here] = zip(*parsed, strict=True)
    return values, own, bad, paid


def _to_fen(values: Floats, factor: float) -> Floats:
    """Round away the dust that 万元 leaves in binary; money has two decimals in yuan."""
    return values if factor == 1.0 else np.round(values, 4)


def _number_or_missing(text: str) -> tuple[float, bool, bool, bool]:
    """Return a number, whether it has a unit of its own, is none, or is written 已还清."""
    if is_missing(text):
        return np.nan, False, False, False
    if text.strip() in _PAID_OFF:
        return 0.0, False, False, True
    found = number_in(text)
    return (np.nan, False, True, False) if found is None else (found[0], found[1], False, False)


def terms(cells: Sequence[Cell], header: str) -> Parsed:
    """Return terms in months: each cell's own unit, else that of its header, else months.

    >>> terms(["12个月", "三年", "90天", 6.0], "期限").values.round(1).tolist()
    [12.0, 36.0, 3.0, 6.0]
    >>> terms([3.0], "贷款期限（年）").values.tolist()
    [36.0]
    """
    usual = next((unit for unit in _MONTHS if unit in header.replace("日期", "")), "月")
    values, is_number = split_cells(cells)
    values = values * _MONTHS[usual]
    if is_number.all():
        return Parsed(values)

    def months(text: str) -> float | None:
        if is_missing(text):
            return np.nan
        match = _TERM.match(unicodedata.normalize("NFKC", text).strip())
        number = number_in(match[1]) if match else None
        return number[0] * _MONTHS[match[2] or usual] if match and number else None

    places, which, parsed = each_text(cells, months)
    values[places] = np.array([np.nan if m is None else m for m in parsed])[which]
    bad = np.array([m is None for m in parsed], dtype=bool)
    return Parsed(values, places[bad[which]])


def rates(cells: Sequence[Cell], unit: str) -> Parsed:
    """Return rates as fractions a year; `unit` as in a header, or empty for none.

    A cell may carry its own sign (4.35%, 3.625‰). A column that cannot be told, or that
    mixes units, is wholly bad with note `unit_unknown`.

    >>> rates([4.35, "5.2%"], "%").values.round(6).tolist()
    [0.0435, 0.052]
    >>> rates([3.625], "月‰").values.round(6).tolist(), rates([0.0435], "").values.tolist()
    ([0.0435], [0.0435])
    """
    values, is_number = split_cells(cells)
    places, which, parsed = each_text(cells, _rate_or_missing)
    signed = np.array([p[0] for p in parsed], dtype=float)
    plain = np.array([p[1] for p in parsed], dtype=float)
    bad = np.array([p[2] for p in parsed], dtype=bool)
    if len(parsed):
        values[places] = plain[which]
    factor = rate_factor(values, unit)
    filled = np.flatnonzero(~np.isnan(values))
    if factor is None:
        return Parsed(np.full(len(cells), np.nan), filled, {"unit_unknown": filled})
    result = np.round(values * factor, 8)
    if len(parsed):
        own = ~np.isnan(signed[which])
        result[places[own]] = signed[which][own]
    notes = {"percent_format": filled} if unit.endswith("%") and factor == 1.0 else {}
    return Parsed(result, places[bad[which]] if len(parsed) else NO_PLACES, notes)


def _rate_or_missing(text: str) -> tuple[float, float, bool]:
    """Return (fraction a year, NaN), (NaN, plain number), or (NaN, NaN) and whether bad."""
    text = unicodedata.normalize("NFKC", text).strip()
    if is_missing(text):
        return np.nan, np.nan, False
    sign = "%" if text.endswith("%") else "‰" if text.endswith("‰") else ""
    found = number_in(text.rstrip("%‰"))
    if found is None:
        return np.nan, np.nan, True
    if sign == "%":
        return round(found[0] / 100, 8), np.nan, False
    if sign == "‰":
        return round(found[0] * 12 / 1000, 8), np.nan, False
    return np.nan, found[0], False


def rate_factor(values: Floats, unit: str) -> float | None:
    """Return what turns plain numbers into fractions a year, or None if it cannot be told.

    Formula:
        % a year: / 100. ‰ a month (月‰, or ‰ alone): x 12 / 1000. Without a sign the
        median decides: 1 to 36 is %, 0.01 to 0.36 a fraction; both in one column is None.
    """
    known = values[~np.isnan(values) & (values > 0)]
    if not len(known):
        return 1.0
    middle = float(np.median(known))
    if unit == "小数":
        return 1.0
    if unit in ("%", "年%"):
        fractions = float(np.mean(known < 0.4))
        return 1.0 if fractions > 0.98 else 0.01 if fractions < 0.02 else None
    if unit in ("‰", "月‰"):
        return 12.0 if middle < 0.05 else 12 / 1000
    if unit == "月%":
        return 12 / 100
    if unit == "月":
        return 12 / 1000 if 1.5 <= middle <= 20 else 12 / 100 if 0.1 <= middle < 1.5 else None
    if unit in ("日", "日%", "日‰", "混合"):
        return None
    if 1 <= middle <= 36 and float(np.mean(known < 0.4)) < 0.02:
        return 0.01
    if 0.01 <= middle <= 0.36 and float(np.mean(known > 1)) < 0.02:
        return 1.0
    return None


def shares(cells: Sequence[Cell], unit: str) -> Parsed:
    """Return shares as fractions: 12, 12% and 0.12 are the same in their columns.

    >>> shares([12.0, "8%"], "%").values.tolist(), shares([0.12], "").values.tolist()
    ([0.12, 0.08], [0.12])
    """
    values, is_number = split_cells(cells)
    places, which, parsed = each_text(cells, _rate_or_missing)
    if parsed:
        signed = np.array([p[0] for p in parsed], dtype=float)[which]
        values[places] = np.array([p[1] for p in parsed], dtype=float)[which]
    known = values[~np.isnan(values)]
    whole = unit == "%" or (len(known) > 0 and float(np.abs(known).max()) > 1.5)
    percent_format = unit == "%" and len(known) > 0 and float(np.abs(known).max()) <= 0.9
    result = np.round(values * (0.01 if whole and not percent_format else 1.0), 8)
    bad = NO_PLACES
    if parsed:
        result[places[~np.isnan(signed)]] = signed[~np.isnan(signed)]
        bad = places[np.array([p[2] for p in parsed], dtype=bool)[which]]
    return Parsed(result, bad)
