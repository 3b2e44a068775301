"""How figures look wherever a person reads them: 万元, dates, shares, weeks, chances.

The one place that rounds. An unknown figure shows as a dash, never as zero.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from campaign.vocabulary import Labelled

UNKNOWN = "—"
WAN = 10_000
REFERENCE_ONLY = "测算参考，以审批为准"
INTERNAL = "内部资料"
MASKED_NOTE = "已脱敏"
DAYS_KEPT = 4_096

_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_CHANCE_WORDS = (
    (0.9, "很有把握"),
    (0.7, "较有把握"),
    (0.5, "过半把握"),
    (0.3, "不到一半把握"),
    (0.1, "把握不大"),
    (0.0, "几乎没有把握"),
)


def is_unknown(value: Any) -> bool:
    """Return whether `value` is None, NaN, NaT or NA.

    >>> [is_unknown(v) for v in (None, float("nan"), 0, "")]
    [True, True, False, False]
    """
    if value is None:
        return True
    try:
        return bool(value != value)
    except TypeError:  # pandas.NA has no truth value
        return True


def wan(yuan: float | None) -> float | None:
    """Return 万元 exact to the fen, None where unknown; what a numeric cell holds.

    >>> wan(1_234_567.89), wan(float("nan"))
    (123.456789, None)
    """
    if yuan is None or yuan != yuan:
        return None
    return round(yuan / WAN, 6) + 0.0


def wan_text(yuan: float | None, *, signed: bool = False) -> str:
    """Return yuan as 万元 with two decimals and thousands marks.

    >>> wan_text(12_345_678.9), wan_text(-50), wan_text(None), wan_text(30_000_000, signed=True)
    ('1,234.57', '-0.01', '—', '+3,000.00')
    """
    return _decimals(None if is_unknown(yuan) else Decimal(str(yuan)) / WAN, 2, signed=signed)


def wan_words(yuan: float | None) -> str:
    """Return yuan in the largest fitting unit, for running text.

    >>> wan_words(300_000_000), wan_words(125_000), wan_words(None)
    ('3.00 亿元', '12.50 万元', '—')
    """
    if is_unknown(yuan):
        return UNKNOWN
    value = Decimal(str(yuan))
    if abs(value) >= 100_000_000:
        return f"{_decimals(value / 100_000_000, 2)} 亿元"
    return f"{_decimals(value / WAN, 2)} 万元"


def yuan_text(yuan: float | None) -> str:
    """Return yuan to the fen with thousands marks.

    >>> yuan_text(1234567.005)
    '1,234,567.01'
    """
    return _decimals(None if is_unknown(yuan) else Decimal(str(yuan)), 2)


def count_text(value: float | None) -> str:
    """Return a count; a half visit keeps one decimal.

    >>> count_text(1234.0), count_text(2.5), count_text(None)
    ('1,234', '2.5', '—')
    """
    if is_unknown(value):
        return UNKNOWN
    whole = Decimal(str(value)) == Decimal(str(value)).to_integral_value()
    return _decimals(Decimal(str(value)), 0 if whole else 1)


def percent_text(ratio: float | None, digits: int = 1) -> str:
    """Return a fraction as a percentage.

    >>> percent_text(0.1234), percent_text(0.0385, 2), percent_text(None)
    ('12.3%', '3.85%', '—')
    """
    if is_unknown(ratio):
        return UNKNOWN
    return _decimals(Decimal(str(ratio)) * 100, digits) + "%"


def day_text(value: date | None) -> str:
    """Return a day as 2027-01-08.

    >>> day_text(date(2027, 1, 8)), day_text(None)
    ('2027-01-08', '—')
    """
    return UNKNOWN if is_unknown(value) or value is None else value.strftime("%Y-%m-%d")


@functools.lru_cache(maxsize=DAYS_KEPT)
def short_day(value: date | None) -> str:
    """Return a day as 01-08, where the year stands beside it.

    >>> short_day(date(2027, 1, 8))
    '01-08'
    """
    return UNKNOWN if is_unknown(value) or value is None else value.strftime("%m-%d")


def weekday(value: date | None) -> str:
    """Return the Chinese weekday.

    >>> weekday(date(2027, 1, 8))
    '周五'
    """
    return UNKNOWN if is_unknown(value) or value is None else _WEEKDAYS[value.weekday()]


def day_and_weekday(value: date | None) -> str:
    """Return a day with its weekday.

    >>> day_and_weekday(date(2027, 1, 8))
    '2027-01-08 周五'
    """
    if is_unknown(value) or value is None:
        return UNKNOWN
    return f"{day_text(value)} {weekday(value)}"


def week_name(week: float) -> str:
    """Return the name of a campaign week; 0 is the festival's own.

    >>> week_name(-3), week_name(0), week_name(2)
    ('节前第3周', '春节周', '节后第2周')
    """
    number = int(week)
    if number == 0:
        return "春节周"
    return f"节前第{-number}周" if number < 0 else f"节后第{number}周"


def week_days(monday: date) -> str:
    """Return the days of a week, Monday to Sunday.

    >>> week_days(date(2027, 1, 18))
    '01-18—01-24'
    """
    return f"{short_day(monday)}—{short_day(monday + timedelta(days=6))}"


@functools.lru_cache(maxsize=DAYS_KEPT)
def span_of_days(first: date | None, last: date | None) -> str:
    """Return the first and last day of a window within a campaign, in short.

    >>> span_of_days(date(2026, 12, 14), date(2027, 1, 17)), span_of_days(None, None)
    ('12-14—01-17', '—')
    """
    if is_unknown(first) and is_unknown(last):
        return UNKNOWN
    return f"{short_day(first)}—{short_day(last)}"


def week_label(week: float, monday: date) -> str:
    """Return the name of a campaign week with its days.

    >>> week_label(-2, date(2027, 1, 18))
    '节前第2周（01-18—01-24）'
    """
    return f"{week_name(week)}（{week_days(monday)}）"


def chance_words(chance: float | None) -> str:
    """Return a probability in everyday words.

    >>> chance_words(0.86), chance_words(0.02), chance_words(None)
    ('较有把握', '几乎没有把握', '无法估计')
    """
    if is_unknown(chance) or chance is None:
        return "无法估计"
    return next((words for least, words in _CHANCE_WORDS if chance >= least), _CHANCE_WORDS[-1][1])


def chance_text(chance: float | None) -> str:
    """Return a probability in words and whole percent; never a flat 0 % or 100 %.

    >>> chance_text(0.86), chance_text(0.999), chance_text(0.0)
    ('较有把握（约 86%）', '很有把握（99% 以上）', '几乎没有把握（不到 1%）')
    """
    words = chance_words(chance)
    if is_unknown(chance) or chance is None:
        return words
    if chance > 0.99:
        return f"{words}（99% 以上）"
    if chance < 0.01:
        return f"{words}（不到 1%）"
    return f"{words}（约 {_decimals(Decimal(str(chance)) * 100, 0)}%）"


@functools.lru_cache(maxsize=4096)
def label_of(values: type[Labelled], code: Any) -> str:
    """Return the Chinese label of a code; an unknown code stays as it is.

    >>> from campaign.vocabulary import Source
    >>> label_of(Source, "top_up"), label_of(Source, None)
    ('存量增贷', '—')
    """
    return UNKNOWN if is_unknown(code) else _label(values, code)


@functools.lru_cache(maxsize=4_096)
def _label(values: type[Labelled], code: Any) -> str:
    return next((member.label for member in values if member.value == code), str(code))


@functools.lru_cache(maxsize=4096)
def labels_of(values: type[Labelled], codes: Any) -> str:
    """Return the labels of codes joined by `;`, or of a tuple of codes.

    >>> from campaign.vocabulary import Source
    >>> labels_of(Source, "renewal;top_up")
    '续贷保有、存量增贷'
    """
    if is_unknown(codes) or codes == "":
        return UNKNOWN
    parts: Iterable[Any] = str(codes).split(";") if isinstance(codes, str) else codes
    return "、".join(label_of(values, part) for part in parts)


def as_day(value: Any) -> date | None:
    """Return a plain date from a date, datetime or Timestamp; None where unknown."""
    if is_unknown(value):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    raise TypeError(f"not a day: {value!r}")


def edition(version: int, book_day: date, made_on: date) -> str:
    """Return which version of a plan this is, and when it was made anew.

    >>> edition(1, date(2026, 11, 15), date(2026, 11, 15))
    '方案第 1 版'
    >>> edition(2, date(2026, 11, 15), date(2027, 1, 20))
    '方案第 2 版（2027-01-20 重做）'
    """
    return f"方案第 {version} 版" + (f"（{made_on} 重做）" if made_on != book_day else "")


def text_width(text: str) -> int:
    """Return the width of a text in Latin columns; a Chinese character takes two.

    >>> text_width("A类客户——")
    11
    """
    return len(text.encode("gbk", "replace"))


def _decimals(value: Decimal | None, digits: int, *, signed: bool = False) -> str:
    if value is None:
        return UNKNOWN
    rounded = value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    if rounded == 0:
        rounded = abs(rounded)
    return f"{rounded:+,.{digits}f}" if signed and rounded else f"{rounded:,.{digits}f}"
