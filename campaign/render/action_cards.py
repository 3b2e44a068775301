"""测算卡 and 置换测算: how headroom and savings were found, step by step, with source cells."""

from __future__ import annotations

from typing import Any

from campaign.render.action_pack import CampaignFacts, ManagerPack, Rows
from campaign.render.action_sheets import NAME, NUMBER, ListSheet
from campaign.render.action_writer import FIRST_ROW, write_list_sheet
from campaign.render.formats import REFERENCE_ONLY
from campaign.render.xlsx_lists import Column
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
    Column("未能检查", "small", 32.0), Column("来源行", "small", 22.0),
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
HOW_HEADROOM = (
    "序号与“增贷”页一致。各列是扣除现有债务后还剩的空间，加框一项最低、即约束项，打折取整后为增贷空间；"
    f"“—”为资料不足、未能计算。金额单位万元，{REFERENCE_ONLY}。"
)
HOW_SAVING = (
    "序号与“置换”页一致。利息节省 = 可置换金额 × 利差 × 到他行到期的时间；净节省 = 利息节省 − 转换成本，"
    f"为负则到期日再衔接。来源行是台账里的表名和行号。金额单位万元，{REFERENCE_ONLY}。"
)


def write_headroom(book: Workbook, facts: CampaignFacts, pack: ManagerPack) -> None:
    """Write 测算卡: the headroom of each customer, cap by cap, the one that binds in a frame."""
    label = WorkbookSheet.HEADROOM
    columns, rows = known_caps(pack.lists[label.value])
    empty = "没有可增贷或可提款的客户。"
    card = ListSheet(label, columns, rows, HOW_HEADROOM, empty, frozen=2)
    sheet = write_list_sheet(book, facts, pack, card)
    _frame_binding(book, sheet, columns, rows)


def write_savings(book: Workbook, facts: CampaignFacts, pack: ManagerPack) -> None:
    """Write 置换测算: what each refinance saves the customer, step by step."""
    label = WorkbookSheet.SAVINGS
    rows = pack.lists[label.value]
    card = ListSheet(label, SAVING, rows, HOW_SAVING, "没有可办理的置换。", frozen=2)
    write_list_sheet(book, facts, pack, card)


def known_caps(rows: Rows) -> tuple[tuple[Column, ...], Rows]:
    """Return columns and rows of the derivation without caps unknown for every customer."""
    caps = range(FIRST_CAP, FIRST_CAP + len(CAPS))
    unknown = {place for place in caps if all(row[place] is None for row in rows)}
    kept = [place for place in range(len(DERIVATION)) if place not in unknown]
    columns = tuple(DERIVATION[place] for place in kept)
    return columns, [tuple(row[place] for place in kept) for row in rows]


def _frame_binding(book: Workbook, sheet: Any, columns: tuple[Column, ...], rows: Rows) -> None:
    """Put a frame around the cap that binds, which a black-and-white print shows too."""
    places = {column.label: place for place, column in enumerate(columns)}
    said = columns.index(BINDING)
    for number, row in enumerate(rows, start=FIRST_ROW):
        place = places.get(row[said])
        if place is not None and row[place] is not None:
            book.put(sheet, number, place, row[place], "wan_binding")
