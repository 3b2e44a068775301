"""The trade cards as a workbook that a bank edits: written out, and read back with its changes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from campaign.book.new_workbook import new_workbook
from campaign.book.open import open_file
from campaign.book.raw_sheet import RawSheet
from campaign.errors import BookUnreadable
from campaign.vocabulary import INDUSTRY_CARDS, Field

KEY = INDUSTRY_CARDS.field("sub_industry")
HEADER_ROWS = 5
A4 = 9
WIDTHS = {"sub_industry": 18, "industry_code": 9, "usual_ticket": 12, "usual_term": 18}
WIDE = 26
LINE = 15.0  # points; a Chinese character is two columns wide
HINT = f"第一行写列名：{'、'.join(field.label for field in INDUSTRY_CARDS.fields)}；可先写出一份自带的行业卡来改。"


def write_cards(cards: pd.DataFrame, path: Path) -> None:
    """Write table INDUSTRY_CARDS as a workbook to edit, one trade a row.

    Raises:
        OutputBlocked: The file cannot be written there.
    """
    with new_workbook(path) as book:
        sheet = book.add_worksheet(INDUSTRY_CARDS.label)
        head = book.add_format({"bold": True, "bottom": 1})
        cell = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        for place, field in enumerate(INDUSTRY_CARDS.fields):
            sheet.set_column(place, place, WIDTHS.get(field.name, WIDE))
            sheet.write_string(0, place, field.label, head)
        for row, card in enumerate(cards.fillna("").to_dict("records"), start=1):
            texts = [str(card[field.name]) for field in INDUSTRY_CARDS.fields]
            for place, text in enumerate(texts):
                sheet.write_string(row, place, text, cell)
            sheet.set_row(row, LINE * max(map(_lines, texts, INDUSTRY_CARDS.fields)))
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)


def read_cards(path: Path) -> pd.DataFrame:
    """Return table INDUSTRY_CARDS from a bank's own file: a workbook, csv or the like.

    Columns are found by their label or English name, in any order; what is not there, and
    empty cells, stay unknown. Rows without a trade are passed over where they are empty.

    Raises:
        BookUnreadable: No sheet has the column 细分行业, a card names no trade, or two cards
            name the same one.
    """
    for sheet in open_file(path).sheets:
        for row in range(min(HEADER_ROWS, sheet.height)):
            places = _places(sheet, row)
            if KEY.name in places:
                return _cards_of(sheet, row, places)
    raise BookUnreadable(f"“{path.name}”里没有一张表有“{KEY.label}”列。", HINT)


def _lines(text: str, field: Field) -> int:
    """Return how many lines a text takes in the column of its field."""
    width = WIDTHS.get(field.name, WIDE) - 1
    return sum(max(-(-2 * len(line) // width), 1) for line in text.split("\n"))


def _places(sheet: RawSheet, row: int) -> dict[str, int]:
    """Return the column of each field of the cards that a row names."""
    names = {field.label: field.name for field in INDUSTRY_CARDS.fields}
    names |= {field.name: field.name for field in INDUSTRY_CARDS.fields}
    heads = [str(column[row]).strip() for column in sheet.columns]
    return {names[head]: place for place, head in enumerate(heads) if head in names}


def _cards_of(sheet: RawSheet, head: int, places: dict[str, int]) -> pd.DataFrame:
    rows: list[dict[str, str | None]] = []
    seen: dict[str, int] = {}
    for number, cells in enumerate(sheet.rows(head + 1, sheet.height), start=head + 2):
        card = {name: str(cells[place]).strip() or None for name, place in places.items()}
        trade = card[KEY.name]
        if not any(card.values()):
            continue
        where = f"“{sheet.file}”{sheet.name}!{sheet.letter(places[KEY.name])}{number}"
        if trade is None:
            raise BookUnreadable(f"{where} 没有写{KEY.label}，不知道这张卡是哪个行业的。", HINT)
        if trade in seen:
            raise BookUnreadable(
                f"{where} 的“{trade}”与第 {seen[trade]} 行重复。", "每个细分行业留一行。"
            )
        seen[trade] = number
        rows.append(card)
    return INDUSTRY_CARDS.check(INDUSTRY_CARDS.conform(pd.DataFrame(rows, columns=list(places))))
