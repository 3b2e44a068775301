"""How figures look: rounding, unknowns, weeks, chances."""

from datetime import date, datetime

import pandas as pd
import pytest

from campaign.render import formats
from campaign.vocabulary import Source


@pytest.mark.parametrize("unknown", [None, float("nan"), pd.NaT, pd.NA])
def test_unknown_is_a_dash_and_never_zero(unknown):
    shown = [
        formats.wan_text(unknown),
        formats.wan_words(unknown),
        formats.yuan_text(unknown),
        formats.count_text(unknown),
        formats.percent_text(unknown),
        formats.day_text(unknown),
        formats.weekday(unknown),
        formats.label_of(Source, unknown),
    ]
    assert shown == ["—"] * 8


def test_half_a_fen_of_wan_rounds_up():
    # 12,345,650 yuan is 1,234.565 万元; binary floats would round it down.
    assert formats.wan_text(12_345_650.0) == "1,234.57"


def test_a_numeric_cell_keeps_the_fen():
    assert formats.wan(30_000_000.01) == 3000.000001


def test_nothing_shows_as_minus_zero():
    assert formats.wan_text(-0.001) == "0.00"
    assert str(formats.wan(-0.0)) == "0.0"


def test_a_signed_zero_carries_no_plus():
    assert formats.wan_text(0.0, signed=True) == "0.00"
    assert formats.wan_text(-10_000, signed=True) == "-1.00"


def test_large_sums_are_said_in_yi():
    assert formats.wan_words(123_456_789) == "1.23 亿元"
    assert formats.wan_words(99_999_999) == "10,000.00 万元"


def test_a_week_names_its_place_around_the_festival():
    # Spring Festival 2027 falls on Saturday 6 February; its week starts on Monday the 1st.
    assert formats.week_label(0, date(2027, 2, 1)) == "春节周（02-01—02-07）"
    assert formats.week_label(-1.0, date(2027, 1, 25)) == "节前第1周（01-25—01-31）"
    assert formats.week_label(1, date(2027, 2, 8)) == "节后第1周（02-08—02-14）"


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (1.0, "很有把握（99% 以上）"),
        (0.9, "很有把握（约 90%）"),
        (0.5, "过半把握（约 50%）"),
        (0.3, "不到一半把握（约 30%）"),
        (0.009, "几乎没有把握（不到 1%）"),
        (float("nan"), "无法估计"),
    ],
)
def test_chance_is_said_in_words_and_never_as_certain(chance, words):
    assert formats.chance_text(chance) == words


def test_codes_show_as_labels_and_strangers_as_themselves():
    assert formats.labels_of(Source, "top_up;renewal") == "存量增贷、续贷保有"
    assert formats.labels_of(Source, ("referral",)) == "转介拜访"
    assert formats.label_of(Source, "新来源") == "新来源"
    assert formats.labels_of(Source, "") == "—"


def test_a_timestamp_becomes_a_day():
    assert formats.as_day(pd.Timestamp("2027-01-08 00:00")) == date(2027, 1, 8)
    assert formats.as_day(datetime(2027, 1, 8, 9)) == date(2027, 1, 8)
    assert formats.as_day(pd.NaT) is None
    with pytest.raises(TypeError):
        formats.as_day("2027-01-08")


def test_a_chinese_character_is_as_wide_as_two_latin_ones():
    assert formats.text_width("节前备货 A级，20%") == 17
