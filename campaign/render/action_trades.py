"""行业卡: the cards of a manager's trades in season, one page behind his leads."""

from __future__ import annotations

from campaign.render.action_pack import CampaignFacts, ManagerPack
from campaign.render.action_sheets import INDUSTRY, REWARD, TRADE
from campaign.render.action_writer import (
    EMPTY_SPAN,
    FIRST_ROW,
    HEAD_ROW,
    close_sheet,
    write_top,
)
from campaign.render.xlsx_lists import Column, set_widths, write_empty, write_heads, write_rows
from campaign.render.xlsx_styles import Workbook
from campaign.vocabulary import INDUSTRY_CARDS, WorkbookSheet

TRADES_SHOWN = 8
WIDTHS = {
    "sub_industry": 12.0,
    "why_now": 27.0,
    "what_to_ask": 36.0,
    "usual_ticket": 11.0,
    "usual_term": 15.0,
    "what_to_check": 30.0,
    "what_goes_wrong": 30.0,
    "documents": 30.0,
}
CARDS = tuple(
    Column(INDUSTRY_CARDS.field(name).label, "wrap", width) for name, width in WIDTHS.items()
)
REWARDED = "\n专项奖励"


def write_cards(book: Workbook, facts: CampaignFacts, pack: ManagerPack) -> None:
    """Write 行业卡: why now, what to ask, usual loan, what to check, what goes wrong."""
    label = WorkbookSheet.CARDS
    sheet = book.sheet(label.label)
    set_widths(sheet, CARDS)
    note = (
        f"名下最要紧的 {TRADES_SHOWN} 个旺季行业，打印“行业商机”时带上这一页。"
        "常见金额、期限供谈话参考，以审批为准；标“示例”的请按本行情况改（行业卡可编辑）。"
    )
    write_top(book, sheet, f"{label.label}　{pack.title}", note, [c.width for c in CARDS])
    write_heads(book, sheet, (HEAD_ROW, 0), CARDS)
    rows = _card_rows(facts, pack)
    if rows:
        last = write_rows(book, sheet, (FIRST_ROW, 0), CARDS, rows)
    else:
        why = "名下没有本期进入旺季、又有行业卡的行业。"
        last = write_empty(book, sheet, (FIRST_ROW, 0), EMPTY_SPAN, why)
    sheet.repeat_rows(HEAD_ROW)
    sheet.freeze_panes(FIRST_ROW, 1)
    sheet.print_area(0, 0, last - 1, len(CARDS) - 1)
    close_sheet(sheet, facts, pack)


def _card_rows(facts: CampaignFacts, pack: ManagerPack) -> list[tuple[str, ...]]:
    """Return the cards of his best trades in season, each once, points numbered."""
    leads = pack.lists[WorkbookSheet.INDUSTRY.value]
    trade, reward = INDUSTRY.index(TRADE), INDUSTRY.index(REWARD)
    rewarded = {row[trade] for row in leads if row[reward]}
    names = dict.fromkeys([*(season[0] for season in pack.seasons), *(row[trade] for row in leads)])
    known = [name for name in names if name in facts.guidance.trades][:TRADES_SHOWN]
    return [
        (
            name + (REWARDED if name in rewarded else ""),
            *(_points(getattr(facts.guidance.trade(name), part)) for part in list(WIDTHS)[1:]),
        )
        for name in known
    ]


def _points(words: str) -> str:
    r"""Return the points of a card one a line; they are told apart by ；.

    >>> _points("备多少货？；向谁付款？")
    '备多少货？\n向谁付款？'
    """
    return "\n".join(words.split("；"))
