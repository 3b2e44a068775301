"""Writes 全行汇总.xlsx: what a department head shows upstairs, and where each figure is from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.render import summary_growth, summary_rates, summary_tables
from campaign.render.action_pack import CampaignFacts
from campaign.render.action_packs import campaign_facts
from campaign.render.action_source import ActionSource
from campaign.render.action_writer import write_top
from campaign.render.files import write_atomically
from campaign.render.formats import REFERENCE_ONLY
from campaign.render.guidance import load_guidance
from campaign.render.masking import Masker
from campaign.render.summary_overview import write_chart_data, write_summary_overview
from campaign.render.summary_referral import referrer_listing
from campaign.render.summary_tables import Listing
from campaign.render.xlsx_lists import (
    Column,
    set_widths,
    spread,
    write_empty,
    write_heads,
    write_rows,
    write_section,
)
from campaign.render.xlsx_page import set_page
from campaign.render.xlsx_styles import ACCENT, FONT, INK, MID_TINT, RULE, Workbook
from campaign.vocabulary import BRANCH_PLANS

if TYPE_CHECKING:
    from campaign.plan.campaign_plan import CampaignPlan
    from campaign.render.contacts import ContactCards

HEAD_ROW = 2
DASHES = ("solid", "dash", "square_dot", "long_dash", "dash_dot")
MARKERS = ("circle", "square", "diamond", "triangle", "x")
PLANNED_VISITS = BRANCH_PLANS.field("visits").label
EXPLANATIONS = (
    (
        "预计金额",
        "机会金额 × 本方案下的成功概率。概率介于“不触达也会来”与“触达上限”之间，随走访、电话次数递增。",
    ),
    (
        "可能金额",
        "若成功可得的金额，同一客户的钱只计一次；只有政策上限的（C 级）不显示确定金额，写“待核实”。",
    ),
    (
        "增贷空间",
        "各项上限中最低的一项，扣除现有债务，再按风险信号与资料等级打折；红灯为零。",
    ),
    ("到期与还款", "活动期内到期本金加计划内还款；预计续贷另列，续贷不算增长。"),
    ("达成把握", "按各机会的概率反复模拟整个活动期，达到目标的次数占比；是估计，不是承诺。"),
    ("保底与冲刺", "同一模拟里偏差的一季与偏好的一季；分位见“参数”页。"),
    ("入选线", "已排入的触达里最小的预计增益；低于它的未排入。"),
    ("理论上界", "放宽整数限制后的最好结果，任何排法都超不过；本方案离它越近越好。"),
    ("转化率", "没有往年台账时用示例假设，有往年台账时与本行数据合并；样本数为零即全靠假设。"),
    ("示例假设", "没有可靠出处的默认值，见“参数”页标记；用本行数据替换后再作承诺。"),
    ("追溯", "每个估算都带来源行（工作表!行号），可回到台账原格核对；全部明细在 tables 目录。"),
)


def write_bank_summary(plan: CampaignPlan, path: Path, cards: ContactCards | None = None) -> Path:
    """Write the bank summary and return its path; the same plan gives the same bytes.

    `cards` are the names of its customers, where they are gathered already.

    Raises:
        OutputBlocked: The workbook cannot be written.
    """
    guidance = load_guidance(plan.own_cards)
    facts = campaign_facts(plan, guidance)
    source = ActionSource(plan, Masker(plan.settings.output.masked), guidance, cards=cards)
    book = Workbook(facts.as_of, f"{facts.bank_name} 开门红方案 全行汇总".strip())
    _close(write_summary_overview(book, plan, facts), facts, one_page=True)
    _write_branches(book, plan, facts)
    _write_lists(book, facts, "客户经理", [("", summary_tables.manager_listing(plan))])
    _write_lists(
        book,
        facts,
        "增长来源",
        [
            ("", summary_growth.source_listing(source)),
            ("他行置换办到哪一步", summary_growth.refinance_listing(plan)),
            ("置换的限时限额：每支行每批（周）的优惠利率额度", summary_growth.quota_listing(plan)),
            ("每次触达增加多少", summary_rates.response_listing(plan)),
            ("用到的转化率", summary_rates.rate_listing(plan)),
        ],
    )
    _write_trades(book, source, facts)
    _write_run_off(book, source, facts)
    _write_lists(book, facts, "片区市场", [("", summary_growth.market_listing(source))])
    _write_lists(book, facts, "转介", [("", referrer_listing(source))])
    _write_lists(book, facts, "储备池", [("", summary_growth.reserve_listing(plan))])
    _write_lists(book, facts, "未排入", [("", summary_tables.left_out_listing(plan))])
    _write_lists(book, facts, "未排入客户", [("", summary_tables.left_out_cases(source))])
    _write_lists(book, facts, "数据问题", [("", summary_tables.finding_listing(plan))])
    _write_lists(book, facts, "初筛规则", [("", summary_tables.screen_rule_listing(plan))])
    _write_lists(book, facts, "参数", [("", summary_tables.setting_listing(plan))])
    _write_lists(book, facts, "说明", [("", _explanations(plan))])
    write_chart_data(book, plan)
    return write_atomically(path, book.content())


def _write_lists(
    book: Workbook, facts: CampaignFacts, label: str, listings: Sequence[tuple[str, Listing]]
) -> tuple[Any, int]:
    """Write a sheet of lists one below the other; return it and the row after the last.

    The widest list sets the columns; the last, which may be long, has the filter and the
    heads that are repeated in print.
    """
    sheet = book.sheet(label)
    grid = max((listing.columns for _, listing in listings), key=_width)
    widths = [column.width for column in grid]
    write_top(book, sheet, label, f"金额单位万元。{REFERENCE_ONLY}。{facts.basis}", widths)
    set_widths(sheet, grid)
    row = HEAD_ROW
    for place, (title, listing) in enumerate(listings):
        if place:
            write_section(book, sheet, row + 1, title, widths)
        head = row + 2 if place else HEAD_ROW
        fitted = spread(listing.columns, widths)
        write_heads(book, sheet, (head, 0), fitted)
        if listing.rows:
            row = write_rows(book, sheet, (head + 1, 0), fitted, listing.rows)
        else:
            row = write_empty(book, sheet, (head + 1, 0), min(6, len(widths)), listing.empty)
    sheet.autofilter(head, 0, row - 1, len(listings[-1][1].columns) - 1)
    sheet.repeat_rows(head)
    if len(listings) == 1:
        sheet.freeze_panes(HEAD_ROW + 1, 0)
    sheet.print_area(0, 0, row - 1, len(widths) - 1)
    _close(sheet, facts)
    return sheet, row


def _width(columns: Sequence[Column]) -> float:
    return sum(column.width for column in columns)


def _write_branches(book: Workbook, plan: CampaignPlan, facts: CampaignFacts) -> None:
    listing = summary_tables.branch_listing(plan)
    sheet, row = _write_lists(book, facts, "支行", [("", listing)])
    place = [column.label for column in listing.columns].index(PLANNED_VISITS)
    rows = (HEAD_ROW + 1, HEAD_ROW + len(listing.rows) - 1)
    series = [(place, "走访计划", ACCENT), (place + 1, "走访能力", MID_TINT)]
    chart = _column_chart(book, sheet, rows, series, categories=1)
    _place_chart(sheet, chart, (row + 1, 0), "各支行走访计划与能力（次）", (1200, 300))
    sheet.print_area(0, 0, row + 17, len(listing.columns) - 1)


def _write_trades(book: Workbook, source: ActionSource, facts: CampaignFacts) -> None:
    trades = summary_growth.trade_listing(source)
    curves = summary_growth.season_listing(source, [str(row[0]) for row in trades.rows])
    listings = [("各行业什么时候要钱", trades)] if curves.rows else [("", trades)]
    if curves.rows:
        listings.insert(0, ("", curves))
    sheet, _ = _write_lists(book, facts, "行业季节", listings)
    if not curves.rows:
        return
    first, last = HEAD_ROW + 1, HEAD_ROW + len(curves.rows)
    chart = book.file.add_chart({"type": "line"})
    looks = zip(range(1, len(curves.columns)), DASHES, MARKERS, strict=False)
    for place, dash, marker in looks:
        border = {"color": ACCENT}
        chart.add_series(
            {
                "name": [sheet.name, HEAD_ROW, place],
                "categories": [sheet.name, first, 0, last, 0],
                "values": [sheet.name, first, place, last, place],
                "line": {"color": ACCENT, "width": 1.5, "dash_type": dash},
                "marker": {
                    "type": marker,
                    "size": 5,
                    "fill": {"color": "#FFFFFF"},
                    "border": border,
                },
            }
        )
    size = (490, 23 * len(curves.rows))
    at = (first, len(trades.columns) - 1)
    _place_chart(sheet, chart, at, "旺季指数（1 为平常一周）", size)


def _write_run_off(book: Workbook, source: ActionSource, facts: CampaignFacts) -> None:
    weeks = summary_growth.run_off_listing(source.plan)
    cases = summary_growth.maturity_cases(source)
    listings = [("", weeks), ("最大的到期（重点保有）", cases)]
    sheet, _ = _write_lists(book, facts, "到期与流失", listings)
    rows = (HEAD_ROW + 1, HEAD_ROW + len(weeks.rows))
    series = [(2, "到期本金", ACCENT), (3, "预计续贷", MID_TINT)]
    chart = _column_chart(book, sheet, rows, series)
    size = (480, 23 * len(weeks.rows))
    _place_chart(sheet, chart, (HEAD_ROW + 1, 6), "每周到期与预计续贷（万元）", size)


def _explanations(plan: CampaignPlan) -> Listing:
    version = (
        f"第 {plan.version} 版；随机种子 {plan.seed}；台账指纹 {plan.book.digest[:12]}；"
        f"设置指纹 {plan.settings.digest()[:12]}。同样的台账、设置与种子得到同样的方案。"
    )
    columns = (Column("名词", "bold", 16.0), Column("怎么算的", "wrap", 120.0))
    return Listing(columns, [*EXPLANATIONS, ("版本", version)])


def _column_chart(
    book: Workbook,
    sheet: Any,
    rows: tuple[int, int],
    series: Sequence[tuple[int, str, str]],
    categories: int = 0,
) -> Any:
    chart = book.file.add_chart({"type": "column"})
    for place, name, colour in series:
        chart.add_series(
            {
                "name": name,
                "categories": [sheet.name, rows[0], categories, rows[1], categories],
                "values": [sheet.name, rows[0], place, rows[1], place],
                "fill": {"color": colour},
                "border": {"color": ACCENT, "width": 0.5},
                "gap": 60,
                "overlap": 0,
            }
        )
    return chart


def _place_chart(
    sheet: Any, chart: Any, at: tuple[int, int], title: str, size: tuple[int, int]
) -> None:
    font = {"name": FONT, "size": 8, "color": INK}
    chart.set_title(
        {"name": title, "name_font": {**font, "size": 9, "bold": True}, "overlay": False}
    )
    chart.set_legend({"position": "top", "font": font})
    chart.set_x_axis({"num_font": font, "line": {"color": RULE}})
    chart.set_y_axis(
        {
            "num_font": font,
            "major_gridlines": {"visible": True, "line": {"color": RULE, "width": 0.5}},
            "line": {"none": True},
        }
    )
    chart.set_chartarea({"border": {"none": True}})
    chart.set_size({"width": size[0], "height": size[1]})
    sheet.insert_chart(*at, chart, {"object_position": 2})


def _close(sheet: Any, facts: CampaignFacts, *, one_page: bool = False) -> None:
    set_page(
        sheet,
        header=f"{facts.bank_name} 开门红方案 全行汇总",
        footer=facts.footer,
        mark=facts.mask_note,
    )
    if one_page:
        sheet.fit_to_pages(1, 1)
