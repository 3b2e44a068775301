"""Puts a manager's lists on sheets: heads, rows, cells to fill in, page and protection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from campaign.render.action_pack import CampaignFacts, ManagerPack, workbook_keys
from campaign.render.action_sheets import (
    KEY,
    NAME,
    NEW_NAMES,
    NUMBER,
    PHONE,
    REFERRAL,
    REFINANCE,
    ListSheet,
)
from campaign.render.xlsx_lists import (
    PROTECTION,
    Column,
    set_widths,
    spread,
    validate,
    write_empty,
    write_filled,
    write_heads,
    write_note,
    write_rows,
    write_section,
)
from campaign.render.xlsx_page import Page, set_page
from campaign.render.xlsx_styles import Workbook
from campaign.vocabulary import KEY_NAMES, KEY_SEPARATOR, WorkbookSheet

HEAD_ROW = 2
FIRST_ROW = HEAD_ROW + 1
EMPTY_SPAN = 8
LEAST_NAMES, MOST_NAMES = 12, 40
NAME_HEIGHT = 18.5


def write_list_sheet(
    book: Workbook, facts: CampaignFacts, pack: ManagerPack, spec: ListSheet
) -> None:
    """Write a sheet that is mainly one list."""
    sheet = book.sheet(spec.sheet.label)
    first, end = spec.first, len(spec.columns) - 1
    title, note = f"{spec.sheet.label}　{pack.title}", spec.note + _cut(pack, spec.sheet)
    write_top(book, sheet, title, note, [c.width for c in spec.printed], first)
    set_widths(sheet, spec.columns)
    if first:
        sheet.set_column(0, 0, KEY.width, None, {"hidden": True})
        keys = workbook_keys(facts, pack)
        book.put(sheet, 0, 0, KEY_SEPARATOR.join(keys[name] for name in KEY_NAMES), "key")
    write_heads(book, sheet, (HEAD_ROW, 0), spec.columns)
    if spec.rows:
        last = write_rows(book, sheet, (FIRST_ROW, 0), spec.columns, spec.rows)
        if first and pack.filled:
            before = [pack.filled.get(row[0]) for row in spec.rows]
            write_filled(book, sheet, (FIRST_ROW, 0), spec.columns, before)
        sheet.autofilter(HEAD_ROW, 0, last - 1, end)  # with the key, so that sorting moves it
        validate_fills(sheet, spec.columns, (FIRST_ROW, last - 1), facts)
    else:
        last = write_empty(book, sheet, (FIRST_ROW, first), EMPTY_SPAN, spec.empty)
    sheet.freeze_panes(FIRST_ROW, spec.frozen)
    if spec.sheet is WorkbookSheet.REFINANCE:
        last = _write_consents(book, sheet, last + 1, pack)
    sheet.repeat_rows(HEAD_ROW)
    sheet.print_area(0, first, last - 1, first + len(spec.printed) - 1)
    close_sheet(sheet, facts, pack)


def write_referral_sheet(book: Workbook, facts: CampaignFacts, pack: ManagerPack) -> None:
    """Write 转介: the questions, rows for new contacts, and who may bring names."""
    label = WorkbookSheet.REFERRAL
    sheet = book.sheet(label.label)
    set_widths(sheet, REFERRAL)
    note = (
        "每次走访存量客户都问一遍，问到的名字当场写进浅色格，一行一人。"
        "首次联系时先说明号码来源，对方拒绝即止。"
    )
    widths = [column.width for column in REFERRAL]
    write_top(book, sheet, f"{label.label}　{pack.title}", note, widths)
    row = _write_steps(book, sheet, HEAD_ROW, facts)
    row = _write_names(book, sheet, row + 1, facts, pack)
    book.put(sheet, row + 1, 0, "可请转介的客户" + _cut(pack, label), "section")
    write_heads(book, sheet, (row + 2, 0), REFERRAL)
    rows = pack.lists[label.value]
    if rows:
        last = write_rows(book, sheet, (row + 3, 0), REFERRAL, rows)
        sheet.autofilter(row + 2, 0, last - 1, len(REFERRAL) - 1)
    else:
        why = "没有列为转介重点的存量客户；走访时仍请例行问到。"
        last = write_empty(book, sheet, (row + 3, 0), EMPTY_SPAN, why)
    sheet.freeze_panes(HEAD_ROW, 0)
    sheet.print_area(0, 0, last - 1, len(REFERRAL) - 1)
    close_sheet(sheet, facts, pack)


def write_top(
    book: Workbook, sheet: Any, title: str, note: str, widths: Sequence[float], first: int = 0
) -> None:
    """Write the title of a sheet and the note under it, across its columns."""
    book.raise_row(sheet, 0, 25)
    book.put(sheet, 0, first, title, "title")
    write_note(book, sheet, (1, first), note, widths)


def validate_fills(
    sheet: Any, columns: Sequence[Column], rows: tuple[int, int], facts: CampaignFacts
) -> None:
    """Put drop-downs and ranges on the cells to fill in."""
    for place, column in enumerate(columns):
        if column.field is not None:
            validate(sheet, rows, place, column.field, (facts.since, facts.end))


def close_sheet(sheet: Any, facts: CampaignFacts, pack: ManagerPack) -> None:
    """Set the page and the protection of a sheet that is done."""
    set_page(
        sheet,
        header=f"{facts.bank_name} {pack.title}",
        footer=f"{facts.footer} · 仅供 {pack.manager_name} 使用",
        mark=facts.mask_note,
    )
    sheet.protect("", PROTECTION)


def _write_steps(book: Workbook, sheet: Any, row: int, facts: CampaignFacts) -> int:
    columns = spread(
        (
            Column("圈子", "bold", span=2),
            Column("怎么问", "wrap", span=4),
            Column("记下", "wrap", span=1),
            Column("注意", "wrap", span=2),
        ),
        [column.width for column in REFERRAL],
    )
    write_heads(book, sheet, (row, 0), columns)
    return write_rows(book, sheet, (row + 1, 0), columns, facts.guidance.referral)


def _write_names(
    book: Workbook, sheet: Any, row: int, facts: CampaignFacts, pack: ManagerPack
) -> int:
    """Write the rows for new contacts, so many that whole pages are filled."""
    book.put(sheet, row, 0, "新联系人（填写）", "section")
    write_heads(book, sheet, (row + 1, 0), NEW_NAMES)
    page = Page([column.width for column in REFERRAL])
    wanted = max(LEAST_NAMES, min(int(pack.figures.get("referrals") or 0), MOST_NAMES))
    wanted += len(pack.contacts)
    count = page.rows_to_fill(book.heights(sheet, row + 2), NAME_HEIGHT, wanted)
    rows = [(number,) for number in range(1, count + 1)]
    last = write_rows(book, sheet, (row + 2, 0), NEW_NAMES, rows)
    write_filled(book, sheet, (row + 2, 0), NEW_NAMES, pack.contacts)
    validate_fills(sheet, NEW_NAMES, (row + 2, last - 1), facts)
    return last


def _write_consents(book: Workbook, sheet: Any, row: int, pack: ManagerPack) -> int:
    widths = [column.width for column in REFINANCE]
    write_section(book, sheet, row, "需先取得授权", widths)
    note = "以下客户的他行信息不含营销授权，取得授权前不得用于营销，此处不显示他行名称与金额。"
    book.put(sheet, row + 1, 0, note, "note")
    columns = spread((NUMBER, NAME, PHONE, Column("先做什么", "wrap", span=8)), widths)
    consents = pack.lists["consent"]
    if not consents:
        return write_empty(book, sheet, (row + 2, 0), EMPTY_SPAN, "没有需要先取得授权的客户。")
    write_heads(book, sheet, (row + 2, 0), columns)
    return write_rows(book, sheet, (row + 3, 0), columns, consents)


def _cut(pack: ManagerPack, sheet: WorkbookSheet) -> str:
    total = pack.cut.get(sheet.value)
    if total is None:
        return ""
    return f"（共 {total} 户，此处列前 {len(pack.lists[sheet.value])} 户，其余见 tables 目录）"
