"""Puts a manager's lists on sheets: heads, rows, cells to fill in, page and protection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from campaign.render.action_pack import CONSENTS, CampaignFacts, ManagerPack, workbook_keys
from campaign.render.action_sheets import (
    KEY,
    NAME,
    NUMBER,
    PHONE,
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
from campaign.render.xlsx_page import set_page
from campaign.render.xlsx_styles import Workbook
from campaign.vocabulary import KEY_NAMES, KEY_SEPARATOR, WorkbookSheet

HEAD_ROW = 2
FIRST_ROW = HEAD_ROW + 1
EMPTY_SPAN = 8


def write_list_sheet(
    book: Workbook, facts: CampaignFacts, pack: ManagerPack, spec: ListSheet
) -> Any:
    """Write a sheet that is mainly one list, and return it."""
    sheet = book.sheet(spec.sheet.label)
    first, end = spec.first, len(spec.columns) - 1
    title, note = f"{spec.sheet.label}　{pack.title}", _note(facts, pack, spec)
    write_top(book, sheet, title, note, [c.width for c in spec.printed_columns], first)
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
        last -= len(spec.rows) - spec.printed
    else:
        last = write_empty(book, sheet, (FIRST_ROW, first), EMPTY_SPAN, spec.empty)
    sheet.freeze_panes(FIRST_ROW, spec.frozen)
    if spec.sheet is WorkbookSheet.REFINANCE:
        last = _write_consents(book, sheet, FIRST_ROW + max(1, len(spec.rows)) + 1, pack)
    sheet.repeat_rows(HEAD_ROW)
    sheet.print_area(0, first, last - 1, first + len(spec.printed_columns) - 1)
    close_sheet(sheet, facts, pack)
    return sheet


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
        stamp=f"{pack.manager_name} {pack.manager_id} · {facts.made_on}",
    )
    sheet.protect("", PROTECTION)


def _note(facts: CampaignFacts, pack: ManagerPack, spec: ListSheet) -> str:
    """Return what stands under the title of a list: how to read it, what to say, whom to ask."""
    lines = [spec.note + cut_note(pack, spec.sheet) + spec.print_note]
    if spec.wording is not None:
        asked = facts.guidance.referral[0][1] if facts.guidance.referral else ""
        lines.append(f"怎么说：{facts.guidance.words_for(spec.wording)}")
        lines.append(f"问转介：{asked}其余问法见“转介”页。")
    return "\n".join(lines)


def _write_consents(book: Workbook, sheet: Any, row: int, pack: ManagerPack) -> int:
    widths = [column.width for column in REFINANCE]
    write_section(book, sheet, row, "需先取得授权", widths)
    note = "以下客户的他行信息不含营销授权，取得授权前不得用于营销，此处不显示他行名称与金额。"
    book.put(sheet, row + 1, 0, note, "note")
    columns = spread((NUMBER, NAME, PHONE, Column("先做什么", "wrap", span=8)), widths)
    consents = pack.lists[CONSENTS]
    if not consents:
        return write_empty(book, sheet, (row + 2, 0), EMPTY_SPAN, "没有需要先取得授权的客户。")
    write_heads(book, sheet, (row + 2, 0), columns)
    return write_rows(book, sheet, (row + 3, 0), columns, consents)


def cut_note(pack: ManagerPack, sheet: WorkbookSheet) -> str:
    """Return how many there are of a list that holds only the best; empty of a whole one."""
    total = pack.cut.get(sheet.value)
    if total is None:
        return ""
    return f"（共 {total} 户，此处列前 {len(pack.lists[sheet.value])} 户，其余见 tables 目录）"
