from datetime import date, datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.errors import CalendarError, SettingsError
from campaign.festival import (
    Calendar,
    Holiday,
    campaign_week,
    campaign_window,
    feasts,
    load_calendar,
    spring_festival,
    week_start,
)
from campaign.festival.working_days import official_holidays
from campaign.resources import reference_file
from campaign.settings import CampaignRules
from campaign.vocabulary import DayBasis, DayKind, Feast

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
YEARS = st.integers(2000, 2100)


def first_quarter(year: int) -> int:
    return len(Calendar().working_days(date(year, 1, 1), date(year, 3, 31)))


def rest(day: str, name: str = "") -> Holiday:
    return Holiday(date.fromisoformat(day), DayKind.REST, name)


def work(day: str) -> Holiday:
    return Holiday(date.fromisoformat(day), DayKind.WORK)


# --- the festival and its feasts


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2025, "腊八 01-07 小年 01-22 除夕 01-28 春节 01-29 元宵节 02-12 二月二 03-01"),
        (2026, "腊八 01-26 小年 02-10 除夕 02-16 春节 02-17 元宵节 03-03 二月二 03-20"),
        (2027, "腊八 01-15 小年 01-30 除夕 02-05 春节 02-06 元宵节 02-20 二月二 03-09"),
        (2028, "腊八 01-04 小年 01-19 除夕 01-25 春节 01-26 元宵节 02-09 二月二 02-26"),
    ],
)
def test_feasts_are_those_of_the_almanac(year, days):
    found = feasts(year)
    around = list(Feast)[1:7]
    assert " ".join(f"{feast.label} {found[feast]:%m-%d}" for feast in around) == days


def test_earliest_and_latest_festival_of_the_century():
    days = [(spring_festival(year).strftime("%m-%d"), year) for year in range(2000, 2101)]
    assert min(days) == ("01-21", 2061)
    assert {day for day, _ in days if day >= "02-19"} >= {"02-19"}


def test_shipped_table_is_what_the_tool_writes_from_lunar_python():
    path = Path(__file__).parent.parent / "tools" / "make_festival_table.py"
    spec = spec_from_file_location("make_festival_table", path)
    tool = module_from_spec(spec)
    spec.loader.exec_module(tool)
    shipped = reference_file("festival.csv").read_text(encoding="utf-8")
    assert shipped == tool.table_text()


@pytest.mark.parametrize("year", [1999, 2101])
def test_a_year_outside_the_table_is_refused(year):
    with pytest.raises(CalendarError, match=str(year)):
        spring_festival(year)
    with pytest.raises(CalendarError, match=str(year)):
        Calendar().is_working_day(date(year, 6, 1))


# --- working days


@pytest.mark.parametrize(
    ("first", "last", "on_duty"),
    [
        ("2025-01-28", "2025-02-04", ["2025-01-26", "2025-02-08"]),
        ("2025-05-01", "2025-05-05", ["2025-04-27"]),
        ("2025-10-01", "2025-10-08", ["2025-09-28", "2025-10-11"]),
        ("2026-01-01", "2026-01-03", ["2026-01-04"]),
        ("2026-02-15", "2026-02-23", ["2026-02-14", "2026-02-28"]),
        ("2026-05-01", "2026-05-05", ["2026-05-09"]),
        ("2026-10-01", "2026-10-07", ["2026-09-20", "2026-10-10"]),
    ],
)
def test_official_days_off_and_make_up_days(first, last, on_duty):
    calendar = Calendar()
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    assert calendar.working_days(start, end) == []
    assert calendar.is_working_day(end + timedelta(1)) is (end.weekday() != 4)
    assert [calendar.day_name(date.fromisoformat(day)) for day in on_duty] == ["调休上班"] * len(
        on_duty
    )


@pytest.mark.parametrize(("year", "days"), [(2025, 59), (2026, 59), (2027, 57), (2028, 59)])
def test_working_days_of_the_first_quarter(year, days):
    assert first_quarter(year) == days


def test_provisional_rule_counts_57_days_for_2025_and_2026(monkeypatch):
    monkeypatch.setattr("campaign.festival.working_days.official_holidays", lambda year: None)
    assert (first_quarter(2025), first_quarter(2026)) == (57, 57)


@pytest.mark.parametrize(
    ("first", "last"), [("2027-02-05", "2027-02-12"), ("2028-01-25", "2028-02-01")]
)
def test_provisional_holiday_has_eight_days_from_the_eve(first, last):
    calendar = Calendar()
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    assert calendar.working_days(start, end) == []
    assert {calendar.day_name(start + timedelta(n)) for n in range(8)} == {
        "除夕",
        "春节",
        "春节假期",
    }
    assert calendar.is_working_day(start - timedelta(1))
    assert calendar.basis(start.year) is DayBasis.PROVISIONAL


@given(st.integers(2027, 2100), st.data())
def test_a_provisional_year_guesses_no_make_up_days(year, data):
    day = data.draw(st.dates(date(year, 1, 1), date(year, 12, 31)))
    assert not (day.weekday() >= 5 and Calendar().is_working_day(day))


def test_calendar_agrees_with_chinesecalendar_on_every_day():
    import chinese_calendar

    calendar = Calendar()
    day = date(2004, 1, 1)
    while day.year < 2027:
        assert calendar.is_working_day(day) == chinese_calendar.is_workday(day), day
        day += timedelta(1)


def test_official_years():
    assert official_holidays(2003) is None
    assert official_holidays(2027) is None
    assert Calendar().basis(2026) is DayBasis.OFFICIAL


def test_a_timestamp_is_the_day_that_it_lies_in():
    assert Calendar().is_working_day(datetime(2026, 2, 14, 9, 30))
    assert campaign_week(datetime(2027, 2, 7, 23, 0), date(2027, 2, 6)) == 0


@given(DAYS, st.integers(0, 800))
def test_working_days_are_the_days_that_are_worked(start, length):
    end = min(start + timedelta(length), date(2100, 12, 31))
    calendar = Calendar()
    span = [start + timedelta(n) for n in range((end - start).days + 1)]
    assert calendar.working_days(start, end) == [d for d in span if calendar.is_working_day(d)]


# --- the user's own days


def test_the_users_days_come_before_the_official_ones():
    closed = Calendar((rest("2026-02-14", "城东支行停业"), work("2026-02-23")))
    assert not closed.is_working_day(date(2026, 2, 14))
    assert closed.is_working_day(date(2026, 2, 23))
    assert closed.day_name(date(2026, 2, 14)) == "城东支行停业"
    assert closed.basis(2026) is DayBasis.USER
    assert closed.basis(2025) is DayBasis.OFFICIAL


def test_a_holiday_that_the_user_gives_replaces_the_guess_whole():
    given_days = Calendar(
        tuple(rest(f"2027-02-{day:02d}", "春节") for day in range(6, 14)) + (work("2027-02-20"),)
    )
    assert given_days.is_working_day(date(2027, 2, 5))
    assert not given_days.is_working_day(date(2027, 2, 12))
    assert given_days.is_working_day(date(2027, 2, 20))
    assert not given_days.is_working_day(date(2027, 1, 1))
    assert given_days.basis(2027) is DayBasis.PROVISIONAL


def test_an_exception_beside_the_guess_leaves_the_guess_alone():
    calendar = Calendar((rest("2027-02-15", "总行安排"), work("2027-02-12")))
    off = [day for day in range(1, 20) if not calendar.is_working_day(date(2027, 2, day))]
    assert off == [5, 6, 7, 8, 9, 10, 11, 13, 14, 15]


def test_the_later_file_counts(tmp_path):
    notice, branch = tmp_path / "holidays_2026.csv", tmp_path / "城东支行.csv"
    notice.write_text("date,kind,name\n2026-02-14,班,\n2026-03-02,休,村镇集日\n", encoding="utf-8")
    branch.write_text("date,kind,name\n2026-02-14,休,停业\n", encoding="utf-8")
    calendar = load_calendar([notice, branch])
    assert not calendar.is_working_day(date(2026, 2, 14))
    assert not calendar.is_working_day(date(2026, 3, 2))


def test_a_file_with_a_year_beyond_the_calendar_is_refused(tmp_path):
    path = tmp_path / "holidays_2127.csv"
    path.write_text("date,kind,name\n2127-02-06,休,春节\n", encoding="utf-8")
    with pytest.raises(CalendarError, match="2127"):
        load_calendar([path])


# --- what is said of the guess


def test_the_note_names_the_year_and_the_feasts_that_are_guessed():
    note = Calendar().note(date(2026, 12, 1), date(2027, 3, 20))
    assert note == "2027年元旦、春节的放假安排为暂定（未计调休上班日），通知发布后请更新放假文件。"


def test_no_note_for_official_days():
    assert Calendar().note(date(2025, 12, 1), date(2026, 3, 31)) == ""


def test_days_at_the_edge_of_a_guessed_holiday_are_uncertain():
    days = Calendar().uncertain_days(date(2028, 1, 1), date(2028, 3, 31))
    assert days == [date(2028, 1, 24), date(2028, 2, 2)]
    assert Calendar().uncertain_days(date(2026, 1, 1), date(2026, 3, 31)) == []


# --- weeks


@pytest.mark.parametrize(
    ("day", "week"),
    [
        ("2027-02-01", 0),
        ("2027-02-06", 0),
        ("2027-02-07", 0),
        ("2027-02-08", 1),
        ("2027-01-31", -1),
        ("2026-12-01", -9),
        ("2027-03-31", 8),
    ],
)
def test_weeks_are_counted_from_the_week_of_the_festival(day, week):
    assert campaign_week(date.fromisoformat(day), date(2027, 2, 6)) == week


@given(DAYS, YEARS)
def test_a_day_lies_in_the_seven_days_of_its_week(day, year):
    festival = spring_festival(year)
    monday = week_start(campaign_week(day, festival), festival)
    assert monday.weekday() == 0
    assert monday <= day < monday + timedelta(7)


# --- the window


def test_the_window_of_a_book_of_mid_november():
    window = campaign_window(date(2026, 11, 15), CampaignRules(), Calendar())
    assert (window.start, window.end) == (date(2026, 12, 1), date(2027, 3, 31))
    assert window.festival == date(2027, 2, 6)
    assert (window.weeks[0], window.weeks[-1], len(window.weeks)) == (-9, 8, 18)
    assert len(window.working_days) == 23 + 57
    assert window.provisional


def test_the_window_starts_after_the_as_of_date():
    window = campaign_window(date(2027, 1, 20), CampaignRules(), Calendar())
    assert (window.start, window.end) == (date(2027, 1, 21), date(2027, 3, 31))


def test_a_book_of_the_last_day_plans_the_next_campaign():
    window = campaign_window(date(2026, 3, 31), CampaignRules(), Calendar())
    assert (window.start, window.end) == (date(2026, 12, 1), date(2027, 3, 31))


def test_a_campaign_may_start_in_the_year_of_the_festival():
    rules = CampaignRules(start_month_day="01-01", end_month_day="04-30")
    window = campaign_window(date(2026, 11, 15), rules, Calendar())
    assert (window.start, window.end) == (date(2027, 1, 1), date(2027, 4, 30))


def test_days_given_come_before_the_rules():
    start, end = date(2025, 12, 8), date(2026, 2, 13)
    window = campaign_window(date(2025, 11, 30), CampaignRules(), Calendar(), start=start, end=end)
    assert (window.start, window.end, window.provisional) == (start, end, False)


def test_a_window_without_a_festival_takes_the_nearest():
    def festival_of(start: date, end: date) -> date:
        as_of = start - timedelta(1)
        window = campaign_window(as_of, CampaignRules(), Calendar(), start=start, end=end)
        return window.festival

    assert festival_of(date(2026, 11, 1), date(2026, 12, 31)) == date(2027, 2, 6)
    assert festival_of(date(2027, 3, 1), date(2027, 6, 30)) == date(2027, 2, 6)


@pytest.mark.parametrize(
    ("start", "end"), [("2026-11-15", None), (None, "2026-11-15"), ("2027-01-02", "2027-01-01")]
)
def test_a_window_that_cannot_be_is_refused(start, end):
    given_days = {
        name: day and date.fromisoformat(day) for name, day in (("start", start), ("end", end))
    }
    with pytest.raises(CalendarError, match="活动窗口不成立"):
        campaign_window(date(2026, 11, 15), CampaignRules(), Calendar(), **given_days)


@pytest.mark.parametrize("text", ["13-01", "3月31日", "02-29", ""])
def test_a_month_and_day_that_is_none_is_refused(text):
    with pytest.raises(SettingsError, match=r"campaign\.end_month_day"):
        campaign_window(date(2026, 11, 15), CampaignRules(end_month_day=text), Calendar())


@given(st.dates(date(2000, 1, 1), date(2098, 12, 31)))
def test_every_window_follows_its_as_of_date_and_holds_a_festival(as_of):
    window = campaign_window(as_of, CampaignRules(), Calendar())
    assert as_of < window.start <= window.end
    assert window.festival == spring_festival(window.end.year)
    assert window.weeks == sorted(set(window.weeks))
    assert campaign_week(window.end, window.festival) == window.weeks[-1]
