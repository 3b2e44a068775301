"""The first sheet of a manager's workbook (总览): figures, weeks, sources, trades, notes."""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_col_to_name

from campaign.render.action_pack import CampaignFacts, ManagerPack
from campaign.render.action_sheets import CALLS, RESULTS, VISITS
from campaign.render.action_writer import FIRST_ROW, close_sheet
from campaign.render.formats import (
    REFERENCE_ONLY,
    count_text,
    day_and_weekday,
    wan_text,
    week_days,
    week_name,
)
from campaign.render.xlsx_lists import (
    Column,
    set_widths,
    spread,
    write_empty,
    write_heads,
    write_note,
    write_rows,
)
from campaign.render.xlsx_styles import ACCENT, FONT, INK, MID_TINT, RULE, Workbook
from campaign.vocabulary import (
    QUOTAS,
    Source,
    WorkbookSheet,
)

LEFT = (
    Column("活动周", "text", 12.0),
    Column("起止", "text", 15.0),
    Column(QUOTAS.field("visits").label, "count", 8.0),
    Column(QUOTAS.field("calls").label, "count", 8.0),
    Column(QUOTAS.field("referrals").label, "count", 8.0),
    Column("新增", "count", 8.0),
    Column(QUOTAS.field("applications").label, "count", 8.0),
    Column(QUOTAS.field("amount").label, "wan", 13.0),
)
GAP = Column("", "plain", 4.0)
SOURCES = (
    Column("增长来源", "text", 20.0),
    Column("笔数", "count", 8.0),
    Column("可能金额", "wan", 15.0),
    Column("预计", "wan_bold", 15.0),
    Column("说明", "small", 44.0),
)
SEASONS = (
    Column("行业", "wrap", 20.0),
    Column("户数", "count", 8.0),
    Column("可能金额", "wan", 15.0),
    Column("需求最旺", "center", 15.0),
    Column("为什么", "small", 44.0),
)
RIGHT = len(LEFT) + 1
VISITS_BOX = 5
WIDTHS = [column.width for column in (*LEFT, GAP, *SOURCES)]
FIGURE_ROW = 3
TABLE_ROW = 7
TIGHT = 1.5
NOT_GROWTH = "同行到期再贷，不计增长，只减流失"
ALREADY_GRANTED = "额度已批，只差提用"
CHART_ROWS = 11
# What the live cells count: rows with a result.
OUTCOME = next(column for column in RESULTS if column.field and column.field.name == "outcome")
SOURCE_NOTES = {Source.RENEWAL.label: NOT_GROWTH, Source.DRAW.label: ALREADY_GRANTED}


def write_overview(book: Workbook, facts: CampaignFacts, pack: ManagerPack) -> None:
    """Write 总览: figures, weeks with a picture, sources, the first week, trades, notes."""
    sheet = book.sheet(WorkbookSheet.OVERVIEW.label)
    set_widths(sheet, (*LEFT, GAP, *SOURCES))
    sheet.set_row(0, 27)
    title = f"{facts.bank_name} 开门红行动方案　{pack.title}"
    book.put(sheet, 0, 0, title.strip(), "title")
    book.put(sheet, 1, 0, facts.basis, "note")
    _write_figures(book, sheet, pack)
    end = _write_weeks(book, sheet, pack)
    _insert_chart(book, sheet, len(pack.weeks))
    below = _write_sources(book, sheet, pack)
    row = max(end, below) + 1
    row = max(_write_first_week(book, sheet, row, pack), _write_seasons(book, sheet, row, pack))
    last = _write_notes(book, sheet, row + 1, facts, pack)
    sheet.print_area(0, 0, last - 1, len(WIDTHS) - 1)
    close_sheet(sheet, facts, pack)
    sheet.fit_to_pages(1, 1)


def live_formulas(pack: ManagerPack) -> dict[tuple[int, int], tuple[str, str]]:
    """Return the only formulas of a workbook: row and column to formula and first result.

    They count on 总览 how many visits and calls have a result filled in.
    """
    found = {}
    for place, listed, columns, capacity in (
        (VISITS_BOX, WorkbookSheet.VISITS, VISITS, "visit_capacity"),
        (RIGHT, WorkbookSheet.CALLS, CALLS, "call_capacity"),
    ):
        column = xl_col_to_name(columns.index(OUTCOME))
        first = FIRST_ROW + 1
        last = first + max(1, len(pack.lists[listed.value])) - 1
        head = f"能力 {count_text(pack.figures.get(capacity))} 次，已填 "
        count = f"COUNTA('{listed.label}'!${column}${first}:${column}${last})"
        keys = {row[0] for row in pack.lists[listed.value]}
        told = RESULTS.index(OUTCOME)
        known = sum(key in keys and row[told] is not None for key, row in pack.filled.items())
        found[FIGURE_ROW + 2, place] = (f'="{head}"&{count}&" 次"', f"{head}{known} 次")
    return found


def _write_figures(book: Workbook, sheet: Any, pack: ManagerPack) -> None:
    given = pack.figures
    floor, stretch = wan_text(given["amount_floor"]), wan_text(given["amount_stretch"])
    boxes = (
        (0, 1, "净增目标（万元）", given["amount_target"], f"保底 {floor}　冲刺 {stretch}"),
        (2, VISITS_BOX - 1, "预计净增（万元）", given["expected"], "增长 + 续贷 − 到期"),
        (VISITS_BOX, RIGHT - 2, "走访（次）", given["visits"], ""),
        (RIGHT, RIGHT + 1, "电话（次）", given["calls"], ""),
        (RIGHT + 2, RIGHT + 2, "转介（人）", given["referrals"], "走访时问到"),
        (RIGHT + 3, RIGHT + 3, "新增联系人（个）", given["contacts"], "含市场自采"),
        (
            RIGHT + 4,
            RIGHT + 4,
            "到期与还款（万元）",
            given["run_off"],
            f"预计续贷 {wan_text(given['renewed'])}",
        ),
    )
    live = live_formulas(pack)
    for height, row in ((16, FIGURE_ROW), (27, FIGURE_ROW + 1), (15, FIGURE_ROW + 2)):
        book.raise_row(sheet, row, height)
    for first, last, label, value, note in boxes:
        style = "figure" if "万元" in label else "figure_count"
        lines = ((label, "figure_label"), (value, style), (note, "figure_note"))
        for row, (shown, look) in enumerate(lines, start=FIGURE_ROW):
            column = Column("", look, span=last - first + 1)
            write_rows(book, sheet, (row, first), [column], [(shown,)], 0.0)
    for (row, place), (formula, shown) in live.items():
        sheet.write_formula(row, place, formula, book.style("figure_note"), shown)


def _write_weeks(book: Workbook, sheet: Any, pack: ManagerPack) -> int:
    rows = [(week_name(week), week_days(monday), *figures) for week, monday, *figures in pack.weeks]
    write_heads(book, sheet, (TABLE_ROW, 0), LEFT)
    last = write_rows(book, sheet, (TABLE_ROW + 1, 0), LEFT, rows, TIGHT)
    for place, style in enumerate(("bold", "bold", *["count_bold"] * 5, "wan_bold")):
        total = "合计" if place == 0 else "" if place == 1 else sum(row[place] or 0 for row in rows)
        book.put(sheet, last, place, total, style)
    return last + 1


def _insert_chart(book: Workbook, sheet: Any, weeks: int) -> None:
    if not weeks:
        return
    chart = book.file.add_chart({"type": "column"})
    first, last = TABLE_ROW + 1, TABLE_ROW + weeks
    for place, colour in ((2, ACCENT), (3, MID_TINT)):
        chart.add_series(
            {
                "name": [sheet.name, TABLE_ROW, place],
                "categories": [sheet.name, first, 0, last, 0],
                "values": [sheet.name, first, place, last, place],
                "fill": {"color": colour},
                "border": {"color": ACCENT, "width": 0.5},
                "gap": 60,
                "overlap": 0,
            }
        )
    font = {"name": FONT, "size": 8, "color": INK}
    chart.set_title({"none": True})
    chart.set_legend({"position": "top", "font": font})
    chart.set_x_axis({"num_font": {**font, "rotation": -45}, "line": {"color": RULE}})
    chart.set_y_axis(
        {
            "num_font": font,
            "major_gridlines": {"visible": True, "line": {"color": RULE, "width": 0.5}},
            "line": {"none": True},
        }
    )
    chart.set_chartarea({"border": {"none": True}})
    chart.set_size({"width": 735, "height": 222})
    sheet.insert_chart(TABLE_ROW, RIGHT, chart, {"object_position": 2})


def _write_sources(book: Workbook, sheet: Any, pack: ManagerPack) -> int:
    row = TABLE_ROW + CHART_ROWS
    write_heads(book, sheet, (row, RIGHT), SOURCES)
    rows = [(*source, SOURCE_NOTES.get(source[0], "")) for source in pack.sources]
    if not rows:
        return write_empty(book, sheet, (row + 1, RIGHT), 5, "名下没有可推进的机会。")
    return write_rows(book, sheet, (row + 1, RIGHT), SOURCES, rows, TIGHT)


def _write_first_week(book: Workbook, sheet: Any, row: int, pack: ManagerPack) -> int:
    book.put(sheet, row, 0, "开局第一周", "section")
    columns = spread(
        (
            Column("日期", "text", span=2),
            Column("走访", "count"),
            Column("电话", "count"),
            Column("去哪里、和谁", "wrap", span=len(LEFT) - 4),
        ),
        WIDTHS,
    )
    if not pack.first_week:
        return write_empty(book, sheet, (row + 1, 0), len(LEFT), "没有排入走访和电话。")
    write_heads(book, sheet, (row + 1, 0), columns)
    rows = [(day_and_weekday(day), *rest) for day, *rest in pack.first_week]
    return write_rows(book, sheet, (row + 2, 0), columns, rows, TIGHT)


def _write_seasons(book: Workbook, sheet: Any, row: int, pack: ManagerPack) -> int:
    book.put(sheet, row, RIGHT, "名下客户的旺季行业", "section")
    if not pack.seasons:
        why = "名下客户没有本期进入旺季的行业。"
        return write_empty(book, sheet, (row + 1, RIGHT), len(SEASONS), why)
    write_heads(book, sheet, (row + 1, RIGHT), SEASONS)
    return write_rows(book, sheet, (row + 2, RIGHT), SEASONS, pack.seasons, TIGHT)


def _write_notes(
    book: Workbook, sheet: Any, row: int, facts: CampaignFacts, pack: ManagerPack
) -> int:
    pool = "、".join(f"{origin} {count_text(count)} 户" for origin, count in pack.pool)
    pair = f"与 {pack.partner} 结对外出" if pack.partner else "未安排固定结对"
    new = "新任；" if pack.figures.get("is_new") else ""
    area = pack.figures.get("area") or "未定"
    notes = [
        f"片区与结对：{new}主攻 {area}；{pair}。储备池：{pool or '名单为空，请先补充'}。",
        *(
            [f"新任怎么做：{pack.lock}，排好的打完，接着打外拓采来和转介来的号码。"]
            if pack.lock
            else []
        ),
        *([pack.reserve] if pack.reserve else []),
        f"{pack.grade_note}。{REFERENCE_ONLY}。金额单位万元。",
    ]
    if facts.calendar_note:
        notes.append(facts.calendar_note)
    for note in notes:
        write_note(book, sheet, (row, 0), note, WIDTHS)
        row += 1
    return row
