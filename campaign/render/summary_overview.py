"""The first sheet of the bank summary (总览): figures, bridge with its picture, quality."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from campaign.render.action_pack import CampaignFacts, grade_words
from campaign.render.action_writer import write_top
from campaign.render.formats import (
    REFERENCE_ONLY,
    chance_text,
    chance_words,
    percent_text,
    wan,
    wan_text,
)
from campaign.render.measure_words import measurement_sentence
from campaign.render.settings_used import target_source
from campaign.render.spare_words import spare_sentence
from campaign.render.summary_tables import grade_shares_of_bank
from campaign.render.xlsx_lists import (
    Column,
    set_widths,
    write_heads,
    write_note,
    write_rows,
)
from campaign.render.xlsx_styles import ACCENT, FONT, INK, MID_TINT, MUTED, RULE, Workbook
from campaign.vocabulary import BRANCH_PLANS

if TYPE_CHECKING:
    from campaign.plan.campaign_plan import Bridge, CampaignPlan, PlanQuality

OVERVIEW = "总览"
CHART_DATA = "_图"
BRIDGE = (
    Column("余额怎样变化", "text", 22.0),
    Column("金额（万元）", "signed_wan", 17.0),
    Column("占净增目标", "percent", 13.0),
    Column("说明", "small", 40.0),
)
GAP = Column("", "plain", 4.0)
QUALITY = (
    Column("方案与经验法比较", "bold", 26.0),
    Column("预计增益（万元）", "wan", 16.0),
    Column("占上界", "percent", 12.0),
    Column("说明", "small", 40.0),
)
RIGHT = len(BRIDGE) + 1
WIDTHS = [column.width for column in (*BRIDGE, GAP, *QUALITY)]
FIGURE_ROW, TABLE_ROW = 3, 7
CHART_SIZE = {"width": 670, "height": 320}
STEPS = (
    ("run_off", -1, "到期本金与计划还款"),
    ("renewed", 1, "到期再贷，不算增长"),
    ("draw", 1, "已批额度的提用"),
    ("top_up", 1, "存量客户增加授信"),
    ("refinance", 1, "他行经营贷款转入"),
    ("industry", 1, "旺季行业的备货与周转"),
    ("team", 1, "名单与市场走访"),
    ("referral", 1, "存量客户介绍"),
)
RULES_OF_THUMB = {
    "equal": ("平均分配", "每户同样走访"),
    "proportional": ("按余额分配", "余额大的多走访"),
    "abc": ("ABC 分类", "A 类多、C 类少"),
    "largest_first": ("先大后小", "从可能金额最大的走起"),
}


def write_summary_overview(book: Workbook, plan: CampaignPlan, facts: CampaignFacts) -> Any:
    """Write 总览 and return its sheet."""
    sheet = book.sheet(OVERVIEW)
    set_widths(sheet, (*BRIDGE, GAP, *QUALITY))
    write_top(book, sheet, f"{facts.bank_name} 开门红方案　全行汇总".strip(), facts.basis, WIDTHS)
    _write_figures(book, sheet, plan)
    below = _write_bridge(book, sheet, plan)
    row = _write_quality(book, sheet, plan.quality)
    _insert_waterfall(book, sheet, plan.bridge, (row + 1, RIGHT))
    last = _write_notes(book, sheet, max(below, row + 18) + 1, plan, facts)
    sheet.print_area(0, 0, last - 1, len(WIDTHS) - 1)
    return sheet


def write_chart_data(book: Workbook, plan: CampaignPlan) -> None:
    """Write the hidden figures behind the waterfall: base, level, rise and fall of each step."""
    sheet = book.sheet(CHART_DATA)
    for row, values in enumerate(_waterfall(plan.bridge)):
        for place, value in enumerate(values):
            book.put(sheet, row, place, value, "wan" if place else "text")
    sheet.very_hidden()


def _write_figures(book: Workbook, sheet: Any, plan: CampaignPlan) -> None:
    bridge, forecast = plan.bridge, plan.forecast
    chance = forecast.chance
    spread = f"{wan_text(forecast.p10)} 至 {wan_text(forecast.p90)}"
    boxes = (
        (0, 0, "期初余额（万元）", bridge.opening, "figure", f"数据日期 {plan.book.as_of}"),
        (1, 2, "净增目标（万元）", bridge.target, "figure", target_source(plan)),
        (3, 3, "预计净增（万元）", bridge.net_growth, "figure", f"十季中八季在 {spread}"),
        (5, 5, "缺口（万元）", bridge.gap, "figure", "目标减预计净增，负数为超出"),
        (6, 7, "达成目标的把握", chance_words(chance), "figure_text", chance_text(chance)),
        (8, 8, "走访 / 电话（次）", _touch_words(plan), "figure_text", "活动期合计"),
    )
    for height, row in ((16, FIGURE_ROW), (27, FIGURE_ROW + 1), (15, FIGURE_ROW + 2)):
        book.raise_row(sheet, row, height)
    for first, last, label, value, style, note in boxes:
        lines = ((label, "figure_label"), (value, style), (note, "figure_note"))
        for row, (shown, look) in enumerate(lines, start=FIGURE_ROW):
            column = Column("", look, span=last - first + 1)
            write_rows(book, sheet, (row, first), [column], [(shown,)], 0.0)


def _touch_words(plan: CampaignPlan) -> str:
    visits, calls = plan.managers["visits"].sum(), plan.managers["calls"].sum()
    return f"{visits:,.0f} / {calls:,.0f}"


def _write_bridge(book: Workbook, sheet: Any, plan: CampaignPlan) -> int:
    bridge = plan.bridge

    def share(amount: float) -> float | None:
        return amount / bridge.target if bridge.target > 0 else None

    rows: list[tuple[Any, ...]] = []
    for name, sign, note in STEPS:
        amount = sign * getattr(bridge, name)
        rows.append((BRANCH_PLANS.field(name).label, amount, share(amount), note))
    write_heads(book, sheet, (TABLE_ROW, 0), BRIDGE)
    first = [("期初余额", bridge.opening, None, "数据日期的贷款余额")]
    totals = BRIDGE_TOTAL
    row = write_rows(book, sheet, (TABLE_ROW + 1, 0), totals, first)
    row = write_rows(book, sheet, (row, 0), BRIDGE, rows)
    last = [
        ("预计期末余额", bridge.closing, None, "期初 − 到期与还款 + 续贷 + 提款 + 五个来源"),
        ("预计净增", bridge.net_growth, share(bridge.net_growth), "期末减期初"),
        ("净增目标", bridge.target, None, target_source(plan)),
        ("缺口", bridge.gap, share(bridge.gap), "目标减预计净增，负数为超出"),
    ]
    return write_rows(book, sheet, (row, 0), totals, last)


BRIDGE_TOTAL = (
    Column("", "bold", 22.0),
    Column("", "wan_bold", 17.0),
    Column("", "percent", 13.0),
    Column("", "small", 40.0),
)


def _write_quality(book: Workbook, sheet: Any, quality: PlanQuality) -> int:
    bound = quality.upper_bound

    def share(value: float) -> float | None:
        return value / bound if bound > 0 else None

    gap = percent_text(quality.gap, 2)
    rows = [
        ("本方案", quality.value, share(quality.value), f"{quality.method}；离上界 {gap}"),
        ("理论上界", bound, share(bound), "放宽整数限制后的最好结果，任何排法都超不过"),
    ]
    for name, value in quality.rules_of_thumb.items():
        label, note = RULES_OF_THUMB.get(name, (name, ""))
        rows.append((label, value, share(value), note))
    write_heads(book, sheet, (TABLE_ROW, RIGHT), QUALITY)
    return write_rows(book, sheet, (TABLE_ROW + 1, RIGHT), QUALITY, rows)


def _waterfall(bridge: Bridge) -> list[tuple[Any, ...]]:
    """Return label, base, level, rise and fall of each bar."""
    bars: list[tuple[Any, ...]] = [("期初", 0.0, bridge.opening, 0.0, 0.0)]
    level = bridge.opening
    for name, sign, _ in STEPS:
        amount = sign * getattr(bridge, name)
        base = min(level, level + amount)
        bars.append(
            (BRANCH_PLANS.field(name).label, base, 0.0, max(amount, 0.0), max(-amount, 0.0))
        )
        level += amount
    bars.append(("期末", 0.0, bridge.closing, 0.0, 0.0))
    bars.append(("目标", 0.0, bridge.opening + bridge.target, 0.0, 0.0))
    return bars


def _insert_waterfall(book: Workbook, sheet: Any, bridge: Bridge, at: tuple[int, int]) -> None:
    bars = _waterfall(bridge)
    chart = book.file.add_chart({"type": "column", "subtype": "stacked"})
    looks = (
        (1, "", {"none": True}, {"none": True}),
        (2, "余额", {"color": ACCENT}, {"none": True}),
        (3, "增加", {"color": MID_TINT}, {"color": ACCENT, "width": 0.75}),
        (4, "减少", {"color": "#FFFFFF"}, {"color": MUTED, "width": 0.75, "dash_type": "dash"}),
    )
    last = len(bars) - 1
    for place, name, fill, border in looks:
        chart.add_series(
            {
                "name": name,
                "categories": [CHART_DATA, 0, 0, last, 0],
                "values": [CHART_DATA, 0, place, last, place],
                "fill": fill,
                "border": border,
                "gap": 45,
            }
        )
    font = {"name": FONT, "size": 8, "color": INK}
    floor = axis_floor([bar[1] or bar[2] for bar in bars])
    note = "，纵轴未从零起" if floor else ""
    chart.set_title(
        {
            "name": f"余额变化（万元{note}）",
            "name_font": {**font, "size": 9, "bold": True},
            "overlay": False,
        }
    )
    chart.set_legend({"position": "bottom", "font": font, "delete_series": [0]})
    chart.set_x_axis({"num_font": font, "line": {"color": RULE}})
    chart.set_y_axis(
        {
            "num_font": font,
            "num_format": "#,##0",
            "min": floor,
            "major_gridlines": {"visible": True, "line": {"color": RULE, "width": 0.5}},
            "line": {"none": True},
        }
    )
    chart.set_chartarea({"border": {"none": True}})
    chart.set_size(CHART_SIZE)
    chart.show_hidden_data()
    sheet.insert_chart(*at, chart, {"object_position": 2})


def axis_floor(levels: list[float]) -> float:
    """Return where the axis begins, in 万元: below every bar, so that small steps are seen.

    >>> axis_floor([1_600_000_000.0, 1_450_000_000.0, 1_900_000_000.0]), axis_floor([5.0, 100.0])
    (130000.0, 0.0)
    """
    low, high = min(levels), max(levels)
    if low <= 0 or (high - low) > 0.6 * high:
        return 0.0
    floor = wan(low - 0.3 * (high - low)) or 0.0
    step = 10.0 ** (math.floor(math.log10(max(floor, 10.0))) - 1)
    return max(0.0, math.floor(floor / step) * step)


def _write_notes(
    book: Workbook, sheet: Any, row: int, plan: CampaignPlan, facts: CampaignFacts
) -> int:
    notes = [
        f"{grade_words(grade_shares_of_bank(plan))}。{REFERENCE_ONLY}。",
        "续贷是同行到期再贷，不算增长；增长只来自提款与五个来源。各项先按分取整再相加，合计与明细一致；显示保留两位小数。",
    ]
    notes += [spare] if (spare := spare_sentence(plan)) else []
    notes.append(f"事后检验：{measurement_sentence(plan.measurement)}")
    if facts.calendar_note:
        notes.append(facts.calendar_note)
    for note in notes:
        write_note(book, sheet, (row, 0), note, WIDTHS)
        row += 1
    return row
