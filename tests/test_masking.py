"""What of a person's data an output shows."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.render.masking import Masker, mask_name

MASKED = Masker(masked=True)


@pytest.mark.parametrize(
    ("name", "customer_type", "shown"),
    [
        ("张三", "person", "张*"),
        ("张三丰", "farmer", "张*丰"),
        ("欧阳小丰", "owner", "欧**丰"),
        ("王小二", "sole_trader", "王*二"),
        ("清河县王丽丽烟酒店", "sole_trader", "清河县王*丽烟酒店"),
        ("李四副食店", "sole_trader", "李*副食店"),
        ("王记副食店", "sole_trader", "王记副食店"),
        ("金福源超市", "sole_trader", "金福源超市"),
        ("清河县鑫达建材经营部", "sole_trader", "清河县鑫达建材经营部"),
        ("张三丰食品有限公司", "company", "张三丰食品有限公司"),
        ("李家村种植专业合作社", "cooperative", "李家村种植专业合作社"),
        ("李家村种植专业合作社", None, "李家村种植专业合作社"),
        ("赵六", None, "赵*"),
        ("阿卜杜·买买提", "person", "阿*****提"),
        ("张*", "person", "张*"),
        (None, "person", ""),
    ],
)
def test_people_are_masked_and_firms_are_not(name, customer_type, shown):
    assert MASKED.customer(name, customer_type) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800138000", "138****8000"),
        ("138 0013 8000", "138****8000"),
        ("+86 13800138000", "+86 138****8000"),
        ("0571-87654321", "0571-****4321"),
        ("057187654321", "0571****4321"),
        ("13800138000；13900139000", "138****8000；139****9000"),
        ("87654321", "876****4321"),
        ("138****8000", "138****8000"),
        ("114", "114"),
        (float("nan"), ""),
    ],
)
def test_a_phone_keeps_three_and_four_digits(number, shown):
    assert MASKED.phone(number) == shown


@pytest.mark.parametrize(
    ("number", "customer_type", "shown"),
    [
        ("430181198001011234", "person", "430181********1234"),
        ("43018119800101123X", None, "430181********123X"),
        ("430181800101123", "farmer", "430181*****1123"),
        ("91330100MA27X00000", "company", "91330100MA27X00000"),
        ("92330100MA27X00000", "sole_trader", "923301********0000"),
        ("E12345678", "person", "*****5678"),
    ],
)
def test_an_identity_number_keeps_six_and_four(number, customer_type, shown):
    assert MASKED.cert_no(number, customer_type) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("清河县武松街道学府路28号", "清河县武松街道…"),
        ("湖南省浏阳市大瑶镇南川村三组", "湖南省浏阳市大瑶镇…"),
        ("清河县连庄镇路", "清河县…"),
        ("滨江市场3排12号", "滨江市场…"),
        ("武松街道", "武松街道"),
        ("", ""),
    ],
)
def test_an_address_goes_as_far_as_the_street(address, shown):
    assert MASKED.address(address) == shown


def test_numbers_in_free_words_are_masked():
    words = "微信同号13800138000，卡6222021234567890123，欠 120000 元"
    assert MASKED.text(words) == "微信同号138****8000，卡622****0123，欠 120000 元"


def test_without_masking_everything_passes():
    plain = Masker(masked=False)
    shown = [
        plain.customer("张三", "person"),
        plain.person("张三"),
        plain.phone("13800138000"),
        plain.cert_no("430181198001011234"),
        plain.address("武松街道学府路28号"),
        plain.text("13800138000"),
    ]
    assert shown[0] == shown[1] == "张三"
    assert shown[2] == shown[5] == "13800138000"
    assert shown[3:5] == ["430181198001011234", "武松街道学府路28号"]
    assert plain.note == "未脱敏，专人专用"


@given(st.from_regex(r"[^0-9]{0,3}1[3-9][0-9]{9}[^0-9]{0,3}", fullmatch=True))
def test_no_whole_mobile_number_survives(words):
    assert not re.search(r"1[3-9]\d{9}", MASKED.text(words))
    assert not re.search(r"1[3-9]\d{9}", MASKED.phone(words))


@given(st.text("张王李丰三四小", min_size=1, max_size=5))
def test_masking_a_name_twice_changes_nothing(name):
    assert mask_name(mask_name(name)) == mask_name(name)
    assert len(mask_name(name)) == len(name)


def test_a_customer_known_by_name_alone_is_not_printed_by_name(tmp_path):
    from campaign.workflow import CampaignRequest, run_campaign

    book = tmp_path / "台账20261115.csv"
    book.write_text(
        "客户名称,借据号,贷款余额（元）,到期日期,客户经理\n"
        "张国强,J1,300000,2027-01-10,王强\n"
        "李明,J2,200000,2027-02-10,王强\n",
        encoding="utf-8",
    )
    run = run_campaign(CampaignRequest((book,)), tmp_path / "out")
    assert set(run.plan.growth.headroom["customer_id"].str[:3]) == {"无号-"}
    for page in (tmp_path / "out" / "简报").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "张国强" not in text
        assert "李明" not in text
