"""Campaign weeks counted from the Spring Festival, and the window of a campaign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from campaign.errors import CalendarError, SettingsError
from campaign.festival.feasts import FIRST_YEAR, LAST_YEAR, feasts, plain_day, spring_festival
from campaign.festival.working_days import ONE_DAY, Calendar

if TYPE_CHECKING:
    from campaign.settings import CampaignRules


def campaign_week(day: date, festival: date) -> int:
    """Return the campaign week (活动周) of a day; weeks begin on Monday.

    Formula:
        (Monday of the day - Monday of 正月初一) / 7 days; the festival's own week is 0

    Source:
        The weeks are the grid of industry_season.csv; docs/method.md#season.

    Example:
        The festival of 2027 is Saturday 6 February, so week 0 begins on 1 February:

        >>> campaign_week(date(2027, 2, 1), date(2027, 2, 6))
        0
        >>> campaign_week(date(2027, 1, 31), date(2027, 2, 6))
        -1
    """
    return (_monday(day) - _monday(festival)).days // 7


def week_start(week: int, festival: date) -> date:
    """Return the Monday of a campaign week."""
    return _monday(festival) + timedelta(weeks=week)


@dataclass(frozen=True)
class CampaignWindow:
    """The days of a campaign, and the festival that its weeks are counted from."""

    as_of: date
    start: date
    end: date
    festival: date
    calendar: Calendar

    @property
    def working_days(self) -> list[date]:
        """Return the working days of the window."""
        return self.calendar.working_days(self.start, self.end)

    @property
    def weeks(self) -> list[int]:
        """Return the campaign weeks that the window touches, in order."""
        first = campaign_week(self.start, self.festival)
        return list(range(first, campaign_week(self.end, self.festival) + 1))

    @property
    def provisional(self) -> bool:
        """Return whether the days off in the window are partly a guess (暂定)."""
        return bool(self.calendar.note(self.start, self.end))


def campaign_window(
    as_of: date,
    rules: CampaignRules,
    calendar: Calendar,
    *,
    start: date | None = None,
    end: date | None = None,
) -> CampaignWindow:
    """Return the window of the campaign that follows a day.

    It ends on the next `rules.end_month_day` after `as_of`, and starts on the last
    `rules.start_month_day` before that, but never before the day after `as_of`. Its festival
    is the one inside it, else the nearest.

    Raises:
        CalendarError: A day given lies before `as_of`, or the end before the start.
        SettingsError: A month and day of the rules is none.
    """
    as_of = plain_day(as_of)
    if end is None:
        end = _month_day("campaign.end_month_day", rules.end_month_day, as_of.year)
        if end <= as_of:
            end = _month_day("campaign.end_month_day", rules.end_month_day, as_of.year + 1)
    if start is None:
        start = _month_day("campaign.start_month_day", rules.start_month_day, end.year)
        if start > end:
            start = _month_day("campaign.start_month_day", rules.start_month_day, end.year - 1)
        start = max(as_of + ONE_DAY, start)
    start, end = plain_day(start), plain_day(end)
    if not as_of < start <= end:
        raise CalendarError(
            f"活动窗口不成立：数据日期 {as_of}，开始 {start}，结束 {end}。",
            "开始日应晚于数据日期，且不晚于结束日。",
        )
    return CampaignWindow(as_of, start, end, _festival_nearest(start, end), calendar)


def _festival_nearest(start: date, end: date) -> date:
    """Return the festival inside the span, else the nearest to it; the end's year wins a tie."""

    def distance(festival: date) -> int:
        return max((start - festival).days, (festival - end).days, 0)

    years = [end.year, end.year - 1, end.year + 1]
    known = [spring_festival(year) for year in years if FIRST_YEAR <= year <= LAST_YEAR]
    if not known:
        feasts(end.year)
    return min(known, key=distance)


def _month_day(name: str, text: str, year: int) -> date:
    try:
        month, day = (int(part) for part in text.split("-"))
        date(2001, month, day)
        return date(year, month, day)
    except ValueError:
        raise SettingsError(f"设置 {name}：读到 {text!r}，应为 月-日，如 03-31。") from None


def _monday(day: date) -> date:
    day = plain_day(day)
    return day - timedelta(days=day.weekday())
