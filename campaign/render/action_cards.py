"""测算卡: how headroom and the saving of a refinance were found, step by step, with source cells."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from campaign.render.action_pack import CampaignFacts, ManagerPack, Rows
from campaign.render.action_sheets import NAME, NUMBER
from campaign.render.action_writer import EMPTY_SPAN, HEAD_ROW, close_sheet, write_top
from campaign.render.formats import REFERENCE_ONLY
from campaign.render.xlsx_lists import (
    Column,
    set_widths,
    write_empty,
    write_heads,
    write_note,
    write_rows,
    write_section,
)
from campaign.render.xlsx_styles import Workbook
from campaign.vocabulary import HEADROOM, REFINANCE, WorkbookSheet

MONEY = 9.2
CAPS = tuple(
    Column(field.label.removesuffix("上限"), "wan", MONEY)
    for field in HEADROOM.fields
    if field.name.startswith("cap_")
)
FIRST_CAP = 3
BINDING = Column("约束项", "wrap", 9.4)
DERIVATION = (
    NUMBER, NAME, Column("他行债务", "wan", MONEY), *CAPS, BINDING,
    Column("增贷空间", "wan_bold", MONEY), Column("其中可新增", "wan", 10.0),
    Column("未能检查", "small", 22.0), Column("来源行", "small", 20.0),
)  # fmt: skip
SAVING = (
    NUMBER, NAME, Column("他行名称", "wrap", MONEY), Column("他行余额", "wan", MONEY),
    Column("可置换金额", "wan_bold", MONEY), Column("他行利率", "rate", MONEY),
    Column("本行利率", "rate", MONEY), Column("利差", "rate", MONEY),
    Column("他行到期", "date", 10.8),
    Column(REFINANCE.field("gross_saving").label, "wan", MONEY),
    Column(REFINANCE.field("switch_cost").label, "wan", MONEY),
    Column("净节省", "wan_bold", MONEY),
    Column("推算", "small", 36.0), Column("来源行", "small", 20.0),
)  # fmt: skip
FIGURES = len(SAVING) - 2
HOW_HEADROOM = (
    "序号与“增贷”页一致。各列是扣除现有债务后还剩的空间，加框一项最低、即约束项，打折取整后为增贷空间；"
    f"“—”为资料不足、未能计算。金额单位万元，{REFERENCE_ONLY}。"
)
HOW_SAVING = (
    "序号与“置换”页一致。利息节省 = 可置换金额 × 利差 × 到他行到期的时间；净节省 = 利息节省 − 转换成本，"
    f"为负则到期日再衔接。来源行是台账里的表名和行号。金额单位万元，{REFERENCE_ONLY}。"
)


def write_cards(book: Workbook, facts: CampaignFacts, pack: ManagerPack) -> None:
    """Write 测算卡: headroom cap by cap, then the saving of each refinance."""
    sheet = book.sheet(WorkbookSheet.HEADROOM.label)
    columns, rows = known_caps(pack.lists[WorkbookSheet.HEADROOM.value])
    grid = (*columns, *SAVING[len(columns) :])
    widths = [column.width for column in grid]
    set_widths(sheet, grid)
    write_top(book, sheet, f"{WorkbookSheet.HEADROOM.label}　{pack.title}", HOW_HEADROOM, widths)
    last = _write_list(book, sheet, HEAD_ROW, columns, rows, "没有可增贷或可提款的客户。")
    _frame_binding(book, sheet, columns, rows)
    if rows:
        sheet.autofilter(HEAD_ROW, 0, last - 1, len(columns) - 1)
    write_section(book, sheet, last + 1, "置换测算", widths)
    write_note(book, sheet, (last + 2, 0), HOW_SAVING, widths)
    savings = pack.lists["saving"]
    shown = _saving_on(widths)
    last = _write_list(book, sheet, last + 3, shown, savings, "没有可办理的置换。")
    sheet.freeze_panes(HEAD_ROW + 1, 2)
    sheet.print_area(0, 0, last - 1, len(grid) - 1)
    close_sheet(sheet, facts, pack)


def known_caps(rows: Rows) -> tuple[tuple[Column, ...], Rows]:
    """Return columns and rows of the derivation without caps unknown for every customer."""
    caps = range(FIRST_CAP, FIRST_CAP + len(CAPS))
    unknown = {place for place in caps if all(row[place] is None for row in rows)}
    kept = [place for place in range(len(DERIVATION)) if place not in unknown]
    columns = tuple(DERIVATION[place] for place in kept)
    return columns, [tuple(row[place] for place in kept) for row in rows]


def _saving_on(widths: list[float]) -> tuple[Column, ...]:
    """Return the columns of the savings on the grid of the caps: the words take what is left."""
    span = len(widths) - FIGURES - 1
    words = replace(SAVING[FIGURES], width=sum(widths[FIGURES:-1]), span=span)
    return (*SAVING[:FIGURES], words, SAVING[-1])


def _write_list(
    book: Workbook, sheet: Any, row: int, columns: tuple[Column, ...], rows: Rows, empty: str
) -> int:
    if not rows:
        return write_empty(book, sheet, (row, 0), EMPTY_SPAN, empty)
    write_heads(book, sheet, (row, 0), columns)
    return write_rows(book, sheet, (row + 1, 0), columns, rows)


def _frame_binding(book: Workbook, sheet: Any, columns: tuple[Column, ...], rows: Rows) -> None:
    """Put a frame around the cap that binds, which a black-and-white print shows too."""
    places = {column.label: place for place, column in enumerate(columns)}
    said = columns.index(BINDING)
    for number, row in enumerate(rows, start=HEAD_ROW + 1):
        place = places.get(row[said])
        if place is not None and row[place] is not None:
            book.put(sheet, number, place, row[place], "wan_binding")
