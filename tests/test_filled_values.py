"""What managers write into cells, and what is made of it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.progress.filled_values import Believed, read_values
from campaign.vocabulary import REFERRAL_FIELDS, RESULT_FIELDS

FIELDS = {field.name: field for field in (*REFERRAL_FIELDS, *RESULT_FIELDS)}
BELIEVED = Believed(date(2026, 11, 15), date(2027, 5, 1), date(2028, 4, 1), 20_000_000)


def read(field, *cells):
    return read_values(FIELDS[field], cells, 10_000.0, BELIEVED)


@pytest.mark.parametrize(
    ("field", "written", "value"),
    [
        ("done_date", "2026-12-03 00:00:00", date(2026, 12, 3)),
        ("done_date", "2026.12.3", date(2026, 12, 3)),
        ("done_date", "12月3日", date(2026, 12, 3)),
        ("done_date", "11月20号", date(2026, 11, 20)),
        ("done_date", "3月5日", date(2027, 3, 5)),
        ("done_date", "１２月３日", date(2026, 12, 3)),
        ("done_date", "12/3", date(2026, 12, 3)),
        ("done_date", "20261203", date(2026, 12, 3)),
        ("done_date", 46359.0, date(2026, 12, 3)),
        ("next_follow_up", "2月29日", date(2028, 2, 29)),
        ("outcome", " 已申请 ", "applied"),
        ("outcome", "已进件", "applied"),
        ("outcome", "放款", "disbursed"),
        ("outcome", "无人接听", "not_met"),
        ("wanted_amount", 20.0, 200_000.0),
        ("wanted_amount", "1.2万", 12_000.0),
        ("wanted_amount", "１２.5", 125_000.0),
        ("wanted_amount", "30万元", 300_000.0),
        ("wanted_amount", "50000元", 50_000.0),
        ("wanted_amount", 0.0, 0.0),
        ("referrals", "2人", 2),
        ("referrals", "３", 3),
        ("note", 13900001234.0, "13900001234"),
        ("note", "=1+1", "=1+1"),
        ("phone", 13900001234.0, "13900001234"),
        ("phone", "139 0000 1234", "13900001234"),
        ("note", "", None),
        ("wanted_amount", "—", None),
        ("done_date", " ", None),
    ],
)
def test_a_cell_is_read_as_it_was_meant(field, written, value):
    assert read(field, written) == ([value], {})


@pytest.mark.parametrize(
    ("field", "written", "why"),
    [
        ("done_date", "上周五", "读到“上周五”，请写成 2027-01-08 的样子"),
        ("done_date", "2026-02-30", "请写成"),
        ("done_date", "长期", "请写成"),
        ("done_date", "2026-11-14", "应在 2026-11-15 至 2027-05-01 之间"),
        ("done_date", "11月10日", "应在"),
        ("next_follow_up", "2028-04-02", "至 2028-04-01 之间"),
        ("outcome", "没有意向", "请从下拉框里选一项"),
        ("outcome", 3.0, "读到“3”"),
        ("wanted_amount", "二十来万", "不是金额"),
        ("wanted_amount", 200_000.0, "读到“200000”，合 200,000 万元，是否写错了单位？"),
        ("wanted_amount", -5.0, "不能是负数"),
        ("wanted_amount", "10万美元", "不是金额"),
        ("wanted_amount", "inf", "是否写错了单位"),
        ("referrals", "两三个", "0 至 99 的整数"),
        ("referrals", 2.5, "0 至 99 的整数"),
        ("referrals", "inf", "0 至 99 的整数"),
        ("referrals", True, "0 至 99 的整数"),
        ("phone", "12", "不是电话号码"),
        ("referrer_id", 4.3018119800101e17, "编号已被 Excel 改坏"),
    ],
)
def test_a_doubtful_cell_is_refused_with_the_reason(field, written, why):
    _, reasons = read(field, written)
    assert why in reasons[0]


def test_cells_are_judged_one_by_one():
    values, reasons = read("wanted_amount", 20.0, "?", "", 5.0)
    assert values == [200_000.0, None, None, 50_000.0]
    assert list(reasons) == [1]


cells = st.one_of(st.text(max_size=12), st.floats(-1e100, 1e100), st.booleans())


@pytest.mark.parametrize("field", FIELDS)
@given(written=st.lists(cells, max_size=5))
def test_no_cell_whatever_stands_in_it_is_lost_or_fatal(field, written):
    values, reasons = read(field, *written)
    assert len(values) == len(written)
    for place, (cell, value) in enumerate(zip(written, values, strict=True)):
        if isinstance(cell, float | bool):
            assert value is not None or place in reasons
