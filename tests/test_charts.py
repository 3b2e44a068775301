"""Pictures are right to the tenth, for every figure that a bank may have."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.render.briefing import picture
from campaign.render.charts import WeekLoad, funnel, load_chart, season_strip, waterfall
from campaign.render.drawing import WIDTH, Box, Drawing, Text, fitted

WEEKS = [(-1, "01-25"), (0, "02-01"), (1, "02-08")]
YUAN = st.floats(-1e12, 1e12).map(lambda value: round(value, 2))


def words(drawing: Drawing, kind: str) -> list[str]:
    return [text.words for text in drawing.texts if text.kind == kind]


def boxes(drawing: Drawing, kind: str) -> list[Box]:
    return [box for box in drawing.boxes if box.kind == kind]


def assert_inside(drawing: Drawing) -> None:
    for box in drawing.boxes:
        numbers = (box.x, box.y, box.width, box.height)
        assert all(map(math.isfinite, numbers))
        assert box.width >= 0
        assert box.height >= 0
        assert -0.1 <= box.x <= box.x + box.width <= WIDTH + 0.1
        assert -0.1 <= box.y <= box.y + box.height <= drawing.height + 1


def test_a_bridge_is_drawn_to_scale():
    """100 万 - 40 万 + 20 万 = 80 万 on 136 units: 1 万 is 1.36 units."""
    drawing = waterfall(1e6, [("到期还款", -4e5), ("存量提款", 2e5)], height=190.0)
    heights = [box.height for box in drawing.boxes]
    assert heights == [136.0, 54.4, 27.2, 108.8]
    assert [box.y for box in drawing.boxes] == [30.0, 30.0, 57.2, 57.2]
    assert words(drawing, "value") == ["100.00", "-40.00", "+20.00", "80.00"]


def test_every_bar_starts_where_the_one_before_ended():
    drawing = waterfall(1e6, [("甲", 3e5), ("乙", -6e5), ("丙", 1e5)])
    links = [line for line in drawing.lines if line.kind == "link"]
    tops = [(box.y, round(box.y + box.height, 1)) for box in drawing.boxes]
    assert all(
        link.y1 == link.y2 and link.y1 in here and link.y1 in there
        for link, here, there in zip(links, tops[:-1], tops[1:], strict=True)
    )


def test_a_gap_leads_to_the_target():
    drawing = waterfall(1e6, [("增贷", 1e5)], target=1.3e6)
    assert words(drawing, "label")[-2:] == ["缺口", "期末目标"]
    assert words(drawing, "value")[-2:] == ["20.00", "130.00"]
    assert boxes(drawing, "gap")[0].y == boxes(drawing, "total")[-1].y


def test_passing_the_target_is_no_negative_gap():
    drawing = waterfall(1e6, [("增贷", 5e5)], target=1.2e6)
    assert words(drawing, "label")[-2:] == ["超出目标", "期末目标"]
    assert words(drawing, "value")[-2:] == ["30.00", "120.00"]
    assert boxes(drawing, "gap")[0].y < boxes(drawing, "total")[-1].y


@pytest.mark.parametrize("target", [None, float("nan")])
def test_without_a_target_the_bridge_ends_at_the_closing(target):
    drawing = waterfall(1e6, [("增贷", 5e5)], target=target)
    assert words(drawing, "label") == ["期初余额", "增贷", "预计期末"]


def test_a_zero_is_seen_and_said():
    drawing = waterfall(1e6, [("他行置换", 0.0)])
    assert boxes(drawing, "gain")[0].height == 0.8
    assert words(drawing, "value")[1] == "0.00"


def test_small_changes_cut_the_scale_and_say_so():
    drawing = waterfall(5e9, [("增贷", 1e8)])
    assert "柱上有断口" in words(drawing, "muted")[0]
    assert len([line for line in drawing.lines if line.kind == "break"]) == 4
    assert boxes(drawing, "gain")[0].height > 50


def test_great_changes_leave_the_scale_whole():
    drawing = waterfall(1e6, [("增贷", 1e6)])
    assert words(drawing, "muted") == ["单位：万元"]
    assert not [line for line in drawing.lines if line.kind == "break"]


def test_a_great_bank_counts_in_hundreds_of_millions():
    drawing = waterfall(5e10, [("增贷", 1.234e9)])
    assert words(drawing, "muted")[0].startswith("单位：亿元")
    assert words(drawing, "value") == ["500.00", "+12.34", "512.34"]


def test_long_amounts_are_set_smaller():
    drawing = waterfall(1.264e9, [("增贷", 1.34e8)])
    assert words(drawing, "close") == ["126,400.00", "+13,400.00", "139,800.00"]


@given(YUAN, st.lists(st.tuples(st.just("项"), YUAN), max_size=8), st.none() | YUAN)
def test_every_bridge_stays_on_its_paper(opening, changes, target):
    assert_inside(waterfall(opening, changes, target))


def test_the_picture_says_everything_in_words():
    drawing = waterfall(1e6, [("增贷", 1e6)])
    assert drawing.summary == "单位：万元 100.00 期初余额 +100.00 增贷 200.00 预计期末"


def test_quota_fills_the_outline_of_capacity():
    """The largest number of the row, 20, takes 24 units; 5 takes 6."""
    loads = [WeekLoad(5, 20.0), WeekLoad(0, 0.0), WeekLoad(10, 10.0)]
    drawing = load_chart(WEEKS, [("走访", loads)])
    assert [box.height for box in boxes(drawing, "plan")] == [6.0, 12.0]
    assert [box.height for box in boxes(drawing, "room")] == [24.0, 12.0]
    assert words(drawing, "small") == ["−1", "春节", "+1", "5", "10"]


def test_a_week_beyond_capacity_is_marked():
    drawing = load_chart(WEEKS[:1], [("走访", [WeekLoad(21, 20.0)])])
    assert "21▲" in words(drawing, "small")


@pytest.mark.parametrize("capacity", [None, float("nan")])
def test_an_unknown_capacity_draws_no_outline(capacity):
    drawing = load_chart(WEEKS[:1], [("走访", [WeekLoad(4, capacity)])])
    assert boxes(drawing, "room") == []
    assert "4" in words(drawing, "small")


@given(st.lists(st.tuples(st.integers(0, 500), st.none() | st.floats(0, 500)), max_size=20))
def test_every_load_stays_on_its_paper(loads):
    weeks = [(week - 9, "12-01") for week in range(len(loads))]
    rows = [WeekLoad(planned, capacity) for planned, capacity in loads]
    assert_inside(load_chart(weeks, [("走访", rows), ("电话", rows)]))


def test_the_season_prints_each_index_and_frames_the_peak():
    drawing = season_strip(WEEKS, [("烟酒", [1.2, 2.35, None])])
    assert words(drawing, "small")[3:] == ["1.2", "·"]
    assert words(drawing, "light") == ["2.4"]
    assert [box.kind for box in drawing.boxes] == ["festival", "heat1", "heat4", "frame", "heat0"]


def test_a_flat_season_has_no_peak():
    drawing = season_strip(WEEKS, [("餐饮", [1.0, 1.0, 1.0])])
    assert boxes(drawing, "frame") == []


def test_a_long_trade_is_cut_to_its_column():
    drawing = season_strip(WEEKS, [("农村集贸市场干果炒货副食品综合批发", [1.0, 1.0, 1.0])])
    assert words(drawing, "label") == ["农村集贸市场干果炒货…"]


def test_a_funnel_says_the_share_of_the_step_before():
    drawing = funnel([("有余额客户", 400), ("排入走访", 100), ("预计用款", 0)])
    assert words(drawing, "value") == ["400 户", "100 户（上一步的 25%）", "0 户（上一步的 0%）"]
    assert [box.width for box in drawing.boxes] == [400.0, 100.0, 0.8]


@given(st.text(max_size=40), st.integers(1, 40))
def test_fitted_text_is_never_wider_than_asked(text, widest):
    cut = fitted(text, widest)
    assert cut == text or sum(0.55 if ord(c) < 0x2E80 else 1 for c in cut[:-1]) + 1 <= widest + 0.01


def test_text_in_a_picture_is_escaped():
    drawing = Drawing(10, 10, (), (), (Text("label", 0, 0, "start", "<b>\"'&"),), "<b>\"'&")
    svg = picture(drawing)
    assert "<b>" not in svg
    assert "&lt;b&gt;" in svg
    assert 'font-family="' in svg
    assert 'lang="zh-CN"' in svg


def test_the_same_figures_give_the_same_bytes():
    args = (WEEKS, [("烟酒", [1.2, 2.35, None])])
    assert picture(season_strip(*args)) == picture(season_strip(*args))


def test_the_pictures_of_sixty_branches_take_less_than_a_second():
    weeks = [(week, "12-01") for week in range(-9, 9)]
    loads = [WeekLoad(10, 16.0)] * 18
    started = time.process_time()
    for _ in range(60):
        for drawing in (
            waterfall(1e9, [("项", -1e7), ("项", 2e7)] * 4, 1.2e9),
            load_chart(weeks, [("走访", loads), ("电话", loads)]),
            season_strip(weeks, [("烟酒", [1.5] * 18)] * 3),
            funnel([("客户", 100), ("走访", 50)]),
        ):
            picture(drawing)
    assert time.process_time() - started < 1.0
