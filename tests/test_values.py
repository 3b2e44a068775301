"""Money, rates, dates, numbers and codes in every shape of the catalogue."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.book import identifiers as identifying
from campaign.book import values as values_module
from campaign.book.cells import MISSING
from campaign.book.codes import decode, flags, scores, vocabulary_of
from campaign.book.dates import dates
from campaign.book.header_text import MONEY_UNITS
from campaign.book.identifiers import identifiers, looks_cut, phones, texts
from campaign.book.industry import industries
from campaign.book.title import bank_in, day_in
from campaign.book.values import money, rates, shares
from campaign.resources import reference_file
from campaign.vocabulary import (
    Business,
    CustomerType,
    GuaranteeType,
    KnowledgeSource,
    LoanClass,
    LoanStatus,
    RepaymentMethod,
)

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(values) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


@pytest.mark.parametrize("case", cases("money_cells.csv"), ids=lambda case: case["cell"])
def test_money_in_yuan(case):
    parsed = money([case["cell"]], MONEY_UNITS[case["unit"]])
    expected = float(case["yuan"]) if case["yuan"] else np.nan
    assert parsed.values[0] == pytest.approx(expected, nan_ok=True)
    assert len(parsed.bad) == 0


def test_money_that_is_none_is_bad_and_others_keep_their_place():
    parsed = money(["1", "见合同", 3.0, ""], 10_000)
    assert parsed.bad.tolist() == [1]
    assert parsed.values.tolist() == [
        10_000,
        pytest.approx(np.nan, nan_ok=True),
        30_000,
        pytest.approx(np.nan, nan_ok=True),
    ]


def test_foreign_money_in_a_cell_is_not_read_as_yuan():
    assert money(["100美元"], 1).bad.tolist() == [0]


def test_wan_leaves_no_binary_dust():
    assert money([66.87], 10_000).values[0] == 668_700.0


@pytest.mark.parametrize("case", cases("date_cells.csv"), ids=lambda case: case["cell"])
def test_days(case):
    parsed = dates([case["cell"]])
    expected = np.datetime64(case["day"] or "NaT", "s")
    assert str(parsed.values[0]) == str(expected)
    assert (len(parsed.bad) == 1) == (case["note"] == "bad")
    if case["note"] not in ("", "bad"):
        assert parsed.notes[case["note"]].tolist() == [0]


@pytest.mark.parametrize(
    ("number", "day"),
    [(45657.0, "2024-12-31"), (20241231.0, "2024-12-31"), (202412.0, "2024-12-01")],
)
def test_days_that_came_as_numbers(number, day):
    assert str(dates([number]).values[0])[:10] == day


def test_serials_and_eight_digits_in_one_column():
    assert [str(d)[:10] for d in dates([45657.0, 20250105.0, "2025.1.6"]).values] == [
        "2024-12-31",
        "2025-01-05",
        "2025-01-06",
    ]


def test_a_month_alone_is_no_maturity():
    parsed = dates(["2024-12"], month_ok=False)
    assert np.isnat(parsed.values[0])
    assert parsed.bad.tolist() == [0]


def test_day_and_month_are_told_apart_by_one_number_above_twelve():
    assert [str(d)[:10] for d in dates(["03/05/2026", "25/06/2026"]).values] == [
        "2026-05-03",
        "2026-06-25",
    ]
    assert dates(["03/05/2026", "04/06/2026"]).bad.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("cells", "unit", "expected"),
    [
        ([4.35, 5.2], "%", [0.0435, 0.052]),
        ([4.35, 5.2], "", [0.0435, 0.052]),
        ([0.0435, 0.052], "", [0.0435, 0.052]),
        ([0.0435, 0.052], "%", [0.0435, 0.052]),
        (["4.35%", "5.2％"], "", [0.0435, 0.052]),
        ([3.625, 4.5], "月‰", [0.0435, 0.054]),
        ([3.625, 4.5], "‰", [0.0435, 0.054]),
        (["3.625‰"], "月", [0.0435]),
        ([3.625, 4.5], "月", [0.0435, 0.054]),
        ([0.3625, 0.45], "月%", [0.0435, 0.054]),
    ],
)
def test_rates_a_year(cells, unit, expected):
    assert rates(cells, unit).values.tolist() == pytest.approx(expected)


def test_a_column_that_mixes_rate_units_is_asked():
    parsed = rates([4.35, 0.0435, 5.2, 0.05], "")
    assert np.isnan(parsed.values).all()
    assert "unit_unknown" in parsed.notes


def test_shares_are_fractions():
    assert shares([12.0, 8.5], "").values.tolist() == [0.12, 0.085]
    assert shares([0.12, 0.085], "%").values.tolist() == [0.12, 0.085]


def test_identifiers_are_text_without_point_zero():
    assert identifiers([1001.0, "13800138000.0", " K１ ", "'0012", ""]).values.tolist() == [
        "1001",
        "13800138000",
        "K1",
        "0012",
        None,
    ]


@pytest.mark.parametrize("cell", [4.3018119800101e17, "4.30182E+17"])
def test_a_number_that_excel_rounded_is_no_key(cell):
    parsed = identifiers(["430181198001010013", cell])
    assert parsed.values.tolist() == ["430181198001010013", None]
    assert parsed.notes["damaged"].tolist() == [1]


def test_certificates_cut_to_fifteen_digits_are_noticed():
    good = column(["430181198001010013"] * 300)
    cut = column(["430181198001010000"] * 10 + ["430181198001010013"] * 90)
    assert (looks_cut(good), looks_cut(cut)) == (False, True)


def test_long_columns_of_clean_texts_are_kept_as_they_are():
    names = [f"客户{number}" for number in range(200)]
    assert texts(names).tolist() == names
    assert identifiers([f"K{n:05d}" for n in range(200)]).values[7] == "K00007"


def test_blanks_are_cut_in_long_columns_too():
    names = [f"客户{number} " for number in range(200)]
    assert texts(names)[3] == "客户3"
    assert texts(["null", *names])[0] is None


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (13800138000.0, "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("013800138000", "13800138000"),
        ("0571-88886666；13800138000", "13800138000"),
        ("400-820-8820", "400-820-8820"),
        ("138****8000", "138****8000"),
        ("-", None),
        ("见档案", None),
    ],
)
def test_phones(cell, number):
    assert phones([cell]).tolist() == [number]


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("正常", LoanClass, "normal"),
        ("1-正常", LoanClass, "normal"),
        ("正常2", LoanClass, "normal"),
        ("关注-", LoanClass, "special_mention"),
        ("QA01", LoanClass, "normal"),
        ("次级类贷款", LoanClass, "substandard"),
        ("房产抵押", GuaranteeType, "mortgage"),
        ("抵押+保证", GuaranteeType, "combined"),
        ("3-保证", GuaranteeType, "guaranteed"),
        ("按月付息，到期还本", RepaymentMethod, "monthly_interest"),
        ("先息后本", RepaymentMethod, "monthly_interest"),
        ("已结清", LoanStatus, "settled"),
        ("01-农户", CustomerType, "farmer"),
        ("个体户", CustomerType, "sole_trader"),
        ("征信（授权含营销）", KnowledgeSource, "credit_report_marketing"),
        ("征信报告", KnowledgeSource, "credit_report"),
        ("个人住房贷款", Business, "housing"),
    ],
)
def test_codes_by_their_names(text, kind, code):
    assert decode([text], vocabulary_of(kind)).values.tolist() == [code]


def test_a_bare_digit_without_a_legend_is_not_guessed():
    decoded = decode([1.0, 2.0, "正常"], vocabulary_of(LoanClass))
    assert decoded.values.tolist() == [None, None, "normal"]
    assert {code: places.tolist() for code, places in decoded.bare.items()} == {"1": [0], "2": [1]}


def test_a_legend_gives_digits_their_meaning():
    decoded = decode(["01", 2.0], vocabulary_of(CustomerType), {"1": "个人", "2": "企业"})
    assert decoded.values.tolist() == ["person", "company"]


def test_single_letters_count_only_where_the_whole_column_agrees():
    assert decode(["A", "B"], vocabulary_of(LoanClass)).values.tolist() == [
        "normal",
        "special_mention",
    ]
    assert decode(["A", "某某"], vocabulary_of(LoanClass)).values.tolist() == [None, None]


def test_an_unknown_name_is_said_with_its_places():
    decoded = decode(["正常", "很好", "很好"], vocabulary_of(LoanClass))
    assert {text: places.tolist() for text, places in decoded.unknown.items()} == {"很好": [1, 2]}


def test_flags_and_scores():
    assert flags(["是", "否", 1.0, 0.0, "√", "1-是", "-"]).values.tolist() == [
        True,
        False,
        True,
        False,
        True,
        True,
        None,
    ]
    assert scores([4.0, "强烈", "3分"], "willingness").values.tolist() == [4, 5, 3]
    assert scores(["持平", "明显走强", -1.0], "outlook").values.tolist() == [0, 2, -1]


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("F5122", None, "5122"),
        ("5122", None, "5122"),
        ("A0111-稻谷种植", None, "0111"),
        ("a01", None, "01"),
        ("7113", "建筑工程机械与设备经营租赁", "7113"),
        (None, "正餐服务", "6210"),
        ("5122", "酒、饮料及茶叶批发", "5127"),
        (None, "某种不存在的行业", None),
        (None, "餐饮", "62"),
        (None, "道路运输", "54"),
        (None, "养殖业", "03"),
        (None, "超市", "5212"),
        ("5122", "食品加工", "5122"),
    ],
)
def test_industry_codes(code, name, expected):
    joined = industries(column([code]), column([name]))
    assert joined.codes.tolist() == [expected]


def test_a_section_is_known_but_no_code_and_neither_is_an_unknown_word():
    joined = industries(None, column(["批发和零售业", "批发零售", "制造业", "F", "天外行业"]))
    assert joined.codes.tolist() == [None] * 5
    assert joined.wide == ("F", "制造业", "批发和零售业", "批发零售")
    assert joined.unknown == ("天外行业",)


def test_every_everyday_name_of_a_trade_leads_into_the_standard():
    with reference_file("gbt4754_2017.csv").open(encoding="utf-8", newline="") as file:
        known = {row["code"]: row["name"] for row in csv.DictReader(file)}
    with reference_file("industry_everyday.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row for row in rows if row["code"] not in known] == []
    assert [row for row in rows if row["name"] in known.values()] == []


def test_a_class_that_lost_its_zero_gets_it_back():
    joined = industries(column(["111", "5122", "5127", "7113", "6210", "5226"]), None)
    assert joined.codes[0] == "0111"


def test_days_and_banks_in_titles():
    assert day_in("2020年8月31日贷款台账（调整后以此为准）").isoformat() == "2020-08-31"
    assert day_in("借据JJ2026123456789") is None
    assert bank_in("普定县农村信用联社统计表") == "普定县农村信用联社"


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 10**11)), min_size=1, max_size=30),
    st.sampled_from(["元", "万元"]),
    st.booleans(),
)
def test_money_written_in_any_unit_reads_back_equal(fen, unit, marks):
    factor = MONEY_UNITS[unit]
    cells = ["" if f is None else f"{f / 100 / factor:{',' if marks else ''}.6f}" for f in fen]
    yuan = money(cells, factor).values
    expected = [np.nan if f is None else f / 100 for f in fen]
    assert yuan.tolist() == pytest.approx(expected, nan_ok=True)


@given(
    st.dates(min_value=datetime.date(1955, 1, 1), max_value=datetime.date(2080, 12, 31)),
    st.sampled_from(
        ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%Y-%m-%d 00:00:00"]
    ),
)
def test_a_day_written_in_any_shape_reads_back_equal(day, shape):
    assert str(dates([day.strftime(shape)]).values[0])[:10] == day.isoformat()


def test_a_number_with_decimals_in_a_text_column_reads_as_excel_shows_it():
    assert list(texts([118.102, 1001.0, "东街"])) == ["118.102", "1001", "东街"]


AWKWARD = "Kk019aN/-—无空nulNULLnone()\\* \t\u3000\xa0\ufeffＮＡ１：'’.eE+甲乙\u0301ﬁ\x1c\x85"


@given(st.text(AWKWARD, min_size=1, max_size=12) | st.text("0123456789", min_size=9, max_size=13))
def test_a_text_that_is_taken_as_clean_is_what_cleaning_makes_of_it(text):
    for is_clean, clean in (
        (identifying._CLEAN_TEXT, identifying.clean_text),
        (identifying._CLEAN_IDENTIFIER, identifying.clean_identifier),
        (identifying._CLEAN_MOBILE, identifying.phone),
    ):
        assert not is_clean(text) or clean(text) == text


def test_no_word_for_nothing_is_taken_as_clean():
    assert not any(map(identifying._CLEAN_TEXT, MISSING))


AMOUNTS = [
    "12",
    "-0.5",
    "１２",
    "nan",
    "NaN",
    "-",
    "1e3",
    "1_000",
    " 7 ",
    "inf",
    "1,000",
    "5万",
    "已结清",
    "甲",
]


@given(st.lists(st.sampled_from(AMOUNTS), min_size=1, max_size=8), st.integers(1, 3))
def test_amounts_of_many_texts_are_those_of_each_alone(texts, piece):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(values_module, "PIECE", piece)
        together = money(texts, 10_000)
    alone = [money([text], 10_000) for text in texts]
    np.testing.assert_array_equal(together.values, [one.values[0] for one in alone])
    assert together.bad.tolist() == [n for n, one in enumerate(alone) if len(one.bad)]
    for kind in ("own_unit", "paid_off"):
        places = together.notes.get(kind, np.array([], dtype=np.intp)).tolist()
        assert places == [n for n, one in enumerate(alone) if kind in one.notes]


def test_an_amount_that_is_a_number_as_it_stands_is_what_a_look_at_it_says():
    for text in AMOUNTS:
        try:
            value = float(text)
        except ValueError:
            continue
        looked_at = values_module._number_or_missing(text)
        np.testing.assert_equal(looked_at, (value, False, False, False))
