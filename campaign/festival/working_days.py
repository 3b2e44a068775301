"""Which days a bank works: the user's days, the official ones, or a provisional guess."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from campaign.festival.feasts import feast_names, feasts, plain_day
from campaign.festival.holidays import Holiday, read_holidays
from campaign.vocabulary import DayBasis, DayKind, Feast

ONE_DAY = timedelta(days=1)
# A holiday's make-up days (调休上班) lie at most this far from it.
MAKE_UP_REACH = timedelta(days=14)
# Days off of a year without a notice, counted from the feast (春节: from 除夕).
PROVISIONAL_DAYS = {
    Feast.NEW_YEAR: 1,
    Feast.SPRING_FESTIVAL: 8,
    Feast.TOMB_SWEEPING: 1,
    Feast.LABOUR: 5,
    Feast.DRAGON_BOAT: 1,
    Feast.MID_AUTUMN: 1,
    Feast.NATIONAL_DAY: 7,
}
FEAST_OF_LIBRARY = {
    "New Year's Day": Feast.NEW_YEAR.label,
    "Spring Festival": Feast.SPRING_FESTIVAL.label,
    "Tomb-sweeping Day": Feast.TOMB_SWEEPING.label,
    "Labour Day": Feast.LABOUR.label,
    "Dragon Boat Festival": Feast.DRAGON_BOAT.label,
    "Mid-autumn Festival": Feast.MID_AUTUMN.label,
    "National Day": Feast.NATIONAL_DAY.label,
}


@dataclass(frozen=True)
class Calendar:
    """Which days are worked: the user's days, else the official ones, else a provisional guess.

    The provisional days of a year without a notice are weekends, the statutory holidays,
    eight days from 除夕 and no make-up days; so one to three working days may be missing.
    A user's file that gives 正月初一 (or another feast) as 休 has given that holiday whole.
    """

    given: tuple[Holiday, ...] = ()
    _years: dict[int, _Year] = field(default_factory=dict, repr=False, compare=False)

    def is_working_day(self, day: date) -> bool:
        """Return whether the bank works on a day, make-up days counted in."""
        day = plain_day(day)
        return day in self._year(day.year).working

    def working_days(self, start: date, end: date) -> list[date]:
        """Return the working days from `start` to `end`, both counted in."""
        start, end = plain_day(start), plain_day(end)
        found: list[date] = []
        for year in range(start.year, end.year + 1):
            days = self._year(year).in_order
            found += days[bisect_left(days, start) : bisect_right(days, end)]
        return found

    def basis(self, year: int) -> DayBasis:
        """Return where the days of a year come from."""
        return self._year(year).basis

    def day_name(self, day: date) -> str:
        """Return what a day is called (除夕, 春节假期, 调休上班 …), or an empty text."""
        day = plain_day(day)
        named = self._year(day.year).names.get(day, "")
        return feast_names(day.year).get(day, named)

    def note(self, start: date, end: date) -> str:
        """Return a sentence that names what is provisional (暂定) in a span, or an empty text."""
        parts = [
            f"{year}年{'、'.join(feast.label for feast in guessed)}"
            for year in range(plain_day(start).year, plain_day(end).year + 1)
            if (guessed := self._guessed_near(year, plain_day(start), plain_day(end)))
        ]
        if not parts:
            return ""
        return f"{'，'.join(parts)}的放假安排为暂定（未计调休上班日），通知发布后请更新放假文件。"

    def uncertain_days(self, start: date, end: date) -> list[date]:
        """Return working days at the edge of a provisional Spring Festival holiday.

        From two days before 除夕 to one day after 初七: no key action should lie there.
        """
        found = []
        for day in self.working_days(start, end):
            eve = feasts(day.year)[Feast.EVE]
            guessed = Feast.SPRING_FESTIVAL in self._year(day.year).guessed
            if guessed and -2 <= (day - eve).days <= 8:
                found.append(day)
        return found

    def _guessed_near(self, year: int, start: date, end: date) -> list[Feast]:
        return [
            feast
            for feast, days in self._year(year).guessed.items()
            if days[0] <= end + MAKE_UP_REACH and start - MAKE_UP_REACH <= days[-1]
        ]

    def _year(self, year: int) -> _Year:
        if year not in self._years:
            given = {h.day: h for h in self.given if h.day.year == year}
            self._years[year] = _year_of(year, given)
        return self._years[year]


def load_calendar(overrides: Sequence[Path] = ()) -> Calendar:
    """Return the calendar with the user's files put over it; of two, the later file counts.

    A file may hold a year's notice or an institution's own exceptions (a branch closed on
    a make-up day).

    Raises:
        CalendarError: A file cannot be read; file and line are named.
    """
    days = {holiday.day: holiday for path in overrides for holiday in read_holidays(path)}
    for day in days:
        feasts(day.year)
    return Calendar(tuple(sorted(days.values())))


def official_holidays(year: int) -> tuple[Holiday, ...] | None:
    """Return the official days off and make-up days of a year, or None if unpublished."""
    from chinese_calendar.constants import holidays, workdays

    rest = {day: name for day, name in holidays.items() if day.year == year}
    if not rest:
        return None
    work = {day: name for day, name in workdays.items() if day.year == year}
    return tuple(
        Holiday(day, kind, FEAST_OF_LIBRARY.get(str(name), ""))
        for kind, days in ((DayKind.REST, rest), (DayKind.WORK, work))
        for day, name in days.items()
    )


@dataclass(frozen=True)
class _Year:
    """The days of one year: what is worked, what days are called, what is only guessed."""

    working: frozenset[date]
    in_order: tuple[date, ...]
    names: dict[date, str]
    basis: DayBasis
    guessed: dict[Feast, tuple[date, ...]]


def _year_of(year: int, given: dict[date, Holiday]) -> _Year:
    guessed: dict[Feast, tuple[date, ...]] = {}
    official = official_holidays(year)
    if official is None:
        resting = {day for day, holiday in given.items() if holiday.kind is DayKind.REST}
        guessed = _provisional(year, resting)
    known = {
        day: Holiday(day, DayKind.REST, feast.label)
        for feast, days in guessed.items()
        for day in days
    }
    known |= {holiday.day: holiday for holiday in official or ()} | given
    basis = DayBasis.USER if given else DayBasis.OFFICIAL
    return _filled_year(year, known, DayBasis.PROVISIONAL if guessed else basis, guessed)


def _filled_year(
    year: int,
    known: dict[date, Holiday],
    basis: DayBasis,
    guessed: dict[Feast, tuple[date, ...]],
) -> _Year:
    working, names = [], {}
    day = date(year, 1, 1)
    while day.year == year:
        holiday = known.get(day)
        weekend = day.weekday() >= 5
        works = not weekend if holiday is None else holiday.kind is DayKind.WORK
        if works:
            working.append(day)
        if holiday and works and weekend:
            names[day] = "调休上班"
        elif holiday and not works and holiday.name:
            names[day] = f"{holiday.name}假期" if _is_feast(holiday.name) else holiday.name
        day += ONE_DAY
    return _Year(frozenset(working), tuple(working), names, basis, guessed)


def _provisional(year: int, given: set[date]) -> dict[Feast, tuple[date, ...]]:
    """Return the guessed days off by feast, leaving out the feasts that `given` has."""
    days = feasts(year)
    first = days | {Feast.SPRING_FESTIVAL: days[Feast.EVE]}
    return {
        feast: tuple(first[feast] + shift * ONE_DAY for shift in range(length))
        for feast, length in PROVISIONAL_DAYS.items()
        if days[feast] not in given
    }


def _is_feast(name: str) -> bool:
    return all(Feast.of_label(part) is not None for part in name.split("、"))
