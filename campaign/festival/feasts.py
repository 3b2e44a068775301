"""The feasts of each year from 2000 to 2100, read from the shipped table."""

from __future__ import annotations

import csv
from datetime import date
from functools import lru_cache

from campaign.errors import CalendarError
from campaign.resources import reference_file
from campaign.vocabulary import Feast

FIRST_YEAR, LAST_YEAR = 2000, 2100
FIXED = {Feast.NEW_YEAR: (1, 1), Feast.LABOUR: (5, 1), Feast.NATIONAL_DAY: (10, 1)}


def spring_festival(year: int) -> date:
    """Return 正月初一 of a year.

    Raises:
        CalendarError: The year lies outside 2000 to 2100.

    Example:
        >>> spring_festival(2027).isoformat()
        '2027-02-06'
    """
    return feasts(year)[Feast.SPRING_FESTIVAL]


def feasts(year: int) -> dict[Feast, date]:
    """Return the feasts around the Spring Festival of `year`, from 元旦 to 国庆节.

    腊八 of an early festival lies in the December before.

    Raises:
        CalendarError: The year lies outside 2000 to 2100.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CalendarError(
            f"日历只到 {FIRST_YEAR}—{LAST_YEAR} 年，没有 {year} 年。", "请检查日期是否写错。"
        )
    return _festival_table()[year]


@lru_cache(maxsize=1)
def _festival_table() -> dict[int, dict[Feast, date]]:
    table = {}
    with reference_file("festival.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            year = int(row.pop("year"))
            days = {Feast(code): date.fromisoformat(day) for code, day in row.items()}
            days |= {feast: date(year, *when) for feast, when in FIXED.items()}
            table[year] = {feast: days[feast] for feast in Feast}
    return table


@lru_cache(maxsize=256)
def feast_names(year: int) -> dict[date, str]:
    """Return the names of the feasts in a calendar year; 腊八 may belong to the next festival."""
    years = [year] if year == LAST_YEAR else [year + 1, year]
    return {d: feast.label for y in years for feast, d in feasts(y).items() if d.year == year}


def plain_day(day: date) -> date:
    """Return a day without its time; a datetime never equals the date of its day."""
    return date(day.year, day.month, day.day)
