"""转介 and 新联系人: whom to ask for names and how, and rows to write them into."""

from __future__ import annotations

from typing import Any

from campaign.render.action_pack import CampaignFacts, ManagerPack
from campaign.render.action_sheets import (
    NEW_NAMES,
    REFERRAL,
    left_unprinted,
    printed_rows,
)
from campaign.render.action_writer import (
    EMPTY_SPAN,
    FIRST_ROW,
    HEAD_ROW,
    close_sheet,
    cut_note,
    validate_fills,
    write_top,
)
from campaign.render.xlsx_lists import (
    Column,
    set_widths,
    spread,
    write_empty,
    write_filled,
    write_heads,
    write_rows,
    write_section,
)
from campaign.render.xlsx_page import Page
from campaign.render.xlsx_styles import Workbook
from campaign.vocabulary import WorkbookSheet

LEAST_NAMES, MOST_NAMES = 12, 40
NAME_HEIGHT = 18.5


def write_referral_sheet(book: Workbook, facts: CampaignFacts, pack: ManagerPack) -> None:
    """Write 转介: how to ask, circle by circle, and the customers likely to bring names."""
    label = WorkbookSheet.REFERRAL
    sheet = book.sheet(label.label)
    set_widths(sheet, REFERRAL)
    widths = [column.width for column in REFERRAL]
    rows = pack.lists[label.value]
    note = (
        "每次走访存量客户都问一遍，问到的名字当场写进“新联系人”页。"
        "下表按预计能带来的增长排名；问到几人，填在“填写处”那一行的转介人数。"
        + cut_note(pack, label)
        + left_unprinted(len(rows) - len(printed_rows(rows)))
    )
    write_top(book, sheet, f"{label.label}　{pack.title}", note, widths)
    row = _write_steps(book, sheet, HEAD_ROW, facts)
    write_section(book, sheet, row + 1, "可请转介的客户", widths)
    write_heads(book, sheet, (row + 2, 0), REFERRAL)
    if rows:
        last = write_rows(book, sheet, (row + 3, 0), REFERRAL, rows)
        sheet.autofilter(row + 2, 0, last - 1, len(REFERRAL) - 1)
        last -= len(rows) - len(printed_rows(rows))
    else:
        why = "没有列为转介重点的存量客户；走访时仍请例行问到。"
        last = write_empty(book, sheet, (row + 3, 0), EMPTY_SPAN, why)
    sheet.repeat_rows(row + 2)
    sheet.freeze_panes(HEAD_ROW, 0)
    sheet.print_area(0, 0, last - 1, len(REFERRAL) - 1)
    close_sheet(sheet, facts, pack)


def write_contacts_sheet(book: Workbook, facts: CampaignFacts, pack: ManagerPack) -> None:
    """Write 新联系人: rows for names by hand, so many that whole pages are filled."""
    label = WorkbookSheet.CONTACTS
    sheet = book.sheet(label.label)
    set_widths(sheet, NEW_NAMES)
    widths = [column.width for column in NEW_NAMES]
    note = "一行一人，当场写。首次联系时先说明号码来源，对方拒绝即止。金额单位万元。"
    write_top(book, sheet, f"{label.label}　{pack.title}", note, widths)
    write_heads(book, sheet, (HEAD_ROW, 0), NEW_NAMES)
    wanted = max(LEAST_NAMES, min(int(pack.figures.get("referrals") or 0), MOST_NAMES))
    used = book.heights(sheet, FIRST_ROW)
    count = Page(widths).rows_to_fill(used, NAME_HEIGHT, wanted + len(pack.contacts))
    rows = [(number,) for number in range(1, count + 1)]
    last = write_rows(book, sheet, (FIRST_ROW, 0), NEW_NAMES, rows)
    write_filled(book, sheet, (FIRST_ROW, 0), NEW_NAMES, pack.contacts)
    validate_fills(sheet, NEW_NAMES, (FIRST_ROW, last - 1), facts)
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.repeat_rows(HEAD_ROW)
    sheet.print_area(0, 0, last - 1, len(NEW_NAMES) - 1)
    close_sheet(sheet, facts, pack)


def _write_steps(book: Workbook, sheet: Any, row: int, facts: CampaignFacts) -> int:
    columns = spread(
        (
            Column("圈子", "bold", span=2),
            Column("怎么问", "wrap", span=4),
            Column("记下", "wrap", span=1),
            Column("注意", "wrap", span=len(REFERRAL) - 7),
        ),
        [column.width for column in REFERRAL],
    )
    write_heads(book, sheet, (row, 0), columns)
    return write_rows(book, sheet, (row + 1, 0), columns, facts.guidance.referral)
