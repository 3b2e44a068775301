"""Every policy number says what it is, and a wrong value is refused in one Chinese sentence."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.errors import SettingsError
from campaign.settings import EXAMPLE, Rule, Settings, each_setting, load_settings, settings_toml

EVERY = [
    (f"{section}.{name}", known, value) for section, name, known, value in each_setting(Settings())
]
NUMBERS = [
    (where, known, value)
    for where, known, value in EVERY
    if isinstance(value, int | float) and not isinstance(value, bool)
]


def dotted(value) -> str:
    """Return the name of a setting as a test id; a rule and a value need none."""
    return value if isinstance(value, str) and re.fullmatch(r"\w+\.\w+", value) else ""


def with_value(where: str, value):
    section, name = where.split(".")
    return Settings().with_values({section: {name: value}})


def read_back(tmp_path, text: str) -> Settings:
    path = tmp_path / "campaign.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


@pytest.mark.parametrize(("where", "known", "value"), EVERY, ids=dotted)
def test_a_setting_says_its_unit_label_and_source(where, known, value):
    assert known.unit
    assert re.search(r"[一-鿿]", known.label)
    assert known.source
    assert known.is_example == known.source.startswith(EXAMPLE)


@pytest.mark.parametrize(("where", "known", "value"), NUMBERS, ids=dotted)
def test_a_number_has_a_range_and_its_default_lies_in_it(where, known, value):
    assert known.least is not None
    assert known.most is not None
    assert known.least <= value <= known.most


def test_labels_are_unique_inside_a_section():
    labels = [(where.split(".")[0], known.label) for where, known, _ in EVERY]
    assert len(labels) == len(set(labels))


def test_an_empty_file_equals_the_defaults(tmp_path):
    assert read_back(tmp_path, "") == Settings() == load_settings(None)


def test_printed_settings_read_back_equal(tmp_path):
    assert read_back(tmp_path, settings_toml(Settings())) == Settings()


@given(st.sampled_from(NUMBERS), st.floats(0, 1))
def test_any_number_in_its_range_reads_back_equal(tmp_path_factory, setting, share):
    where, known, default = setting
    value = known.least + share * (known.most - known.least)
    changed = with_value(where, int(value) if isinstance(default, int) else value)
    assert read_back(tmp_path_factory.mktemp("toml"), settings_toml(changed)) == changed


@pytest.mark.parametrize(("where", "known", "value"), NUMBERS, ids=dotted)
def test_a_number_out_of_its_range_is_refused(where, known, value):
    for wrong in (known.least - 1, known.most * 2 + 1):
        with pytest.raises(SettingsError, match="超出允许范围") as refused:
            with_value(where, wrong)
        assert known.label in str(refused.value)


@pytest.mark.parametrize("wrong", ["三", True, float("nan"), [1], None])
def test_what_is_no_number_is_refused(wrong):
    with pytest.raises(SettingsError, match="应为数字（次/天）"):
        with_value("capacity.visits_per_day", wrong)


def test_a_fraction_is_no_whole_number():
    with pytest.raises(SettingsError, match="应为整数"):
        with_value("campaign.seed", 1.5)


def test_a_switch_is_true_or_false():
    with pytest.raises(SettingsError, match="应为 true 或 false"):
        with_value("output.masked", 1)


def test_a_text_is_text():
    with pytest.raises(SettingsError, match="应为文字"):
        with_value("output.bank_name", 5)


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(SettingsError, match=r"\[campaign\] 里没有 targets。是否要写 target？"):
        with_value("campaign.targets", 1)


def test_an_unknown_section_is_answered_with_the_nearest():
    with pytest.raises(SettingsError, match=r"没有 \[capacities\] 这一节。是否要写 capacity？"):
        Settings().with_values({"capacities": {}})


def test_a_name_far_from_all_is_answered_with_the_list():
    with pytest.raises(SettingsError, match="可用的有：start_month_day、end_month_day"):
        with_value("campaign.zzz", 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("campaign = 5", "应写成一节"),
        ("[campaign", "不是有效的 TOML"),
        ("[campaign]\ntarget = 3亿", "不是有效的 TOML"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path, text, said):
    with pytest.raises(SettingsError, match=said):
        read_back(tmp_path, text)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="打不开"):
        load_settings(tmp_path / "campaign.toml")


def test_the_digest_follows_the_values():
    assert Settings().digest() == Settings().digest()
    assert with_value("campaign.target", 3e8).digest() != Settings().digest()


def test_a_rule_knows_whether_it_is_an_example():
    assert Rule("元", "额", EXAMPLE).is_example
    assert Rule("元", "额", "示例假设（授课材料）").is_example
    assert not Rule("元", "额", "监管文件").is_example
