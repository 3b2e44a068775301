from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.errors import CalendarError
from campaign.festival import Calendar, Holiday, holidays_csv, parse_notice, read_holidays
from campaign.vocabulary import DayBasis, DayKind

NOTICE_2026 = """
国务院办公厅关于2026年部分节假日安排的通知
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。
2025年11月4日
"""


def off(holidays) -> list[str]:
    return [h.day.isoformat() for h in holidays if h.kind is DayKind.REST]


def on(holidays) -> list[str]:
    return [h.day.isoformat() for h in holidays if h.kind is DayKind.WORK]


def write(path, text: str, encoding: str = "utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


# --- the notice


def test_the_notice_of_2026_gives_the_official_calendar(monkeypatch):
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    official = Calendar().working_days(first, last)
    monkeypatch.setattr("campaign.festival.working_days.official_holidays", lambda year: None)
    pasted = Calendar(parse_notice(NOTICE_2026))
    assert pasted.working_days(first, last) == official
    assert pasted.basis(2026) is DayBasis.USER
    assert pasted.note(first, last) == ""


def test_the_bare_sentence_of_one_holiday():
    days = parse_notice(
        "2月5日至12日放假调休，共8天。2月13日（星期六）、2月20日（星期六）上班", 2027
    )
    assert (len(off(days)), off(days)[0], off(days)[-1]) == (8, "2027-02-05", "2027-02-12")
    assert on(days) == ["2027-02-13", "2027-02-20"]


def test_a_holiday_across_the_turn_of_the_year():
    text = "关于2023年部分节假日安排的通知 一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。"
    assert off(parse_notice(text)) == ["2022-12-31", "2023-01-01", "2023-01-02"]


def test_one_day_off_without_make_up():
    days = parse_notice("元旦：1月1日（周三）放假1天，不调休。", 2025)
    assert [(h.day, h.name) for h in days] == [(date(2025, 1, 1), "元旦")]


def test_advice_about_a_day_is_no_holiday():
    text = (
        "春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。"
        "鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。"
    )
    days = parse_notice(text, 2024)
    assert "2024-02-09" not in off(days) + on(days)


def test_two_feasts_in_one_holiday_share_the_name():
    text = "六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）上班。"
    days = parse_notice(text, 2025)
    assert {h.name for h in days} == {"国庆节、中秋节"}
    assert Calendar(days).day_name(date(2025, 10, 3)) == "国庆节、中秋节假期"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2月5日至12日放假调休，共9天。", "共 9 天，按日期数出 8 天"),
        ("2月5日（周四）至12日放假调休，共8天。", "是星期四，而 2027 年这天是星期五"),
        ("2月29日至3月2日放假，共3天。", "2027年2月29日 不是日期"),
        ("2月12日至5日放假。", "止日不在起日后"),
        ("2月5日至12日放假，共8天。2月12日上班。", "2027-02-12 既放假又上班"),
        ("各地要安排好值班工作。", "没有从文字里读到放假安排"),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused(text, said):
    with pytest.raises(CalendarError, match=said):
        parse_notice(text, 2027)


def test_a_notice_without_a_year_asks_for_it():
    with pytest.raises(CalendarError, match="哪一年"):
        parse_notice("2月5日至12日放假调休，共8天。")


def test_a_text_file_holds_a_notice_and_its_name_may_give_the_year(tmp_path):
    sentence = "2月5日至12日放假调休，共8天。2月20日（星期六）上班。"
    days = read_holidays(write(tmp_path / "holidays_2027.txt", sentence))
    assert days == parse_notice(sentence, 2027)
    with pytest.raises(CalendarError, match="哪一年"):
        read_holidays(write(tmp_path / "通知.txt", sentence))


# --- the file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_of_any_usual_encoding_and_date(tmp_path, encoding):
    text = "日期,类别,名称\n2027/2/5,休,春节\n20270220,班,\n2027年2月6日,休,春节\n\n"
    days = read_holidays(write(tmp_path / "holidays_2027.csv", text, encoding))
    assert off(days) == ["2027-02-05", "2027-02-06"]
    assert on(days) == ["2027-02-20"]


def test_a_file_without_names_will_do(tmp_path):
    days = read_holidays(write(tmp_path / "holidays_2027.csv", "date,kind\n2027-02-05,休\n"))
    assert days == (Holiday(date(2027, 2, 5), DayKind.REST),)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            "date,kind,name\n2027-02-05,休,春节\n2027-02-30,休,春节\n",
            "第 3 行：日期读到“2027-02-30”",
        ),
        ("date,kind,name\n2027-02-05,放假,春节\n", "第 2 行：类别读到“放假”"),
        ("date,kind,name\n2027-02-05,休,\n2027-02-05,班,\n", "第 3 行：2027-02-05 与第 2 行重复"),
        ("date,name\n2027-02-05,春节\n", "第 1 行：缺少列 kind（类别）"),
        ("", "第 1 行：缺少列 date（日期）"),
        ("date,kind,name\n明天,休,\n", "第 2 行：日期读到“明天”"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path, lines, said):
    with pytest.raises(CalendarError, match=said):
        read_holidays(write(tmp_path / "holidays_2027.csv", lines))


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path):
    with pytest.raises(CalendarError, match="打不开"):
        read_holidays(tmp_path / "holidays_2027.csv")
    (tmp_path / "holidays_2028.csv").write_bytes(b"PK\x03\x04\xff\xff")
    with pytest.raises(CalendarError, match="不是文本文件"):
        read_holidays(tmp_path / "holidays_2028.csv")


@given(
    st.dictionaries(
        st.dates(date(2027, 1, 1), date(2027, 12, 31)),
        st.tuples(st.sampled_from(DayKind), st.sampled_from(["", "春节", "总行,安排", '"停业"'])),
        max_size=20,
    )
)
def test_what_is_written_reads_back(tmp_path_factory, days):
    holidays = tuple(sorted(Holiday(day, *values) for day, values in days.items()))
    path = tmp_path_factory.mktemp("calendar") / "holidays_2027.csv"
    assert read_holidays(write(path, holidays_csv(holidays))) == holidays
