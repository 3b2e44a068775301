"""The sheet 提成试算 of a manager's workbook: what a few more loans would pay him, live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from campaign.progress.reward_parts import PARTS, Earned, reward_parts
from campaign.progress.reward_trial import Trial, try_payout
from campaign.render.action_pack import CampaignFacts, ManagerPack
from campaign.render.action_writer import close_sheet, write_top
from campaign.render.formats import WAN
from campaign.render.xlsx_styles import Workbook
from campaign.settings import IncentiveRules
from campaign.vocabulary import PAYOUTS, WorkbookSheet

WIDTHS = (26.0, 14.0, 10.0, 84.0)
VALUE = 1
ASK_ROW = 3
YES, NO = "是", "否"
# Head of each cell to fill in, its first value, its unit and what it means.
ASKED = (
    ("再放几笔", Trial.loans, "笔", "比如：再放两笔"),
    ("每笔金额", Trial.ticket / WAN, "万元", "比如：每笔 30 万元"),
    ("其中首贷户", Trial.first, "笔", "以前在本行没有贷款的客户"),
    ("其中重点行业", Trial.seasonal, "笔", "专项奖励名单上的旺季行业"),
    ("带回名单", Trial.names, "人", "走访时问到的新联系人"),
    ("达到上一档", NO, "", "目标完成率达到上档线，填“是”或“否”"),
)
TOLD_ROW = ASK_ROW + len(ASKED) + 2
TOLD = (*PARTS, "payout", "deferred")


def write_reward(book: Workbook, facts: CampaignFacts, pack: ManagerPack) -> None:
    """Write 提成试算: cells to fill in, and what the loans would pay by the rules in force."""
    label = WorkbookSheet.REWARD.label
    sheet = book.sheet(label)
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    note = (
        "改浅色格里的数字，看多放几笔能多得多少。按方案里的提成规则试算，非发放依据；本页不用交回。"
    )
    write_top(book, sheet, f"{label}　{pack.title}", note, WIDTHS)
    _write_asked(book, sheet)
    book.put(sheet, TOLD_ROW - 1, 0, "多得多少", "section")
    found = try_payout(Trial(), facts.incentives)
    meanings = _meanings(facts.incentives)
    for row, name in enumerate(TOLD, start=TOLD_ROW):
        is_sum = name == "payout"
        book.put(sheet, row, 0, PAYOUTS.field(name).label, "bold" if is_sum else "text")
        formula = reward_formulas(facts.incentives)[name]
        style = "index_bold" if is_sum else "index"
        sheet.write_formula(row, VALUE, formula, book.style(style), found[name])
        book.put(sheet, row, 2, "元", "text")
        book.put(sheet, row, 3, meanings[name], "text")
    sheet.print_area(0, 0, TOLD_ROW + len(TOLD) - 1, len(WIDTHS) - 1)
    close_sheet(sheet, facts, pack)


@dataclass(frozen=True)
class Term:
    """A part of a formula, written by adding and multiplying.

    >>> (Term("B4") * 0.5 + Term("B5")) * Term("B6")
    Term(text='(B4*0.5+B5)*B6')
    """

    text: str

    def __add__(self, other: Term) -> Term:
        """Return the sum, in brackets."""
        return Term(f"({self.text}+{other.text})")

    def __mul__(self, other: Term | float) -> Term:
        """Return the product."""
        return Term(f"{self.text}*{other.text if isinstance(other, Term) else repr(other)}")


def reward_formulas(rules: IncentiveRules) -> dict[str, str]:
    """Return the formula of each field of PAYOUTS on the sheet; numbers alone come from the rules."""
    loans, ticket, first, seasonal, names, tier = (
        xl_rowcol_to_cell(row, VALUE) for row in range(ASK_ROW, ASK_ROW + len(ASKED))
    )
    yuan, in_trade = Term(ticket) * WAN, Term(f"MIN({seasonal},{loans})")
    earned = Earned(
        loans=Term(loans),
        amount=Term(loans) * yuan,
        small=Term(f"IF({yuan.text}<={rules.small_ticket!r},{loans},0)"),
        first=Term(f"MIN({first},{loans})"),
        trade_loans=in_trade,
        trade_amount=in_trade * yuan,
        tier=Term(f'IF({tier}="{YES}",1,0)'),
        names=Term(names),
    )
    parts = [f"={term.text}" for term in reward_parts(earned, rules).values()]
    cells = [xl_rowcol_to_cell(row, VALUE) for row in range(TOLD_ROW, TOLD_ROW + len(TOLD))]
    total = f"=SUM({cells[0]}:{cells[len(PARTS) - 1]})"
    deferred = f"={cells[len(PARTS)]}*{rules.deferred_share!r}"
    return dict(zip(TOLD, (*parts, total, deferred), strict=True))


def _write_asked(book: Workbook, sheet: Any) -> None:
    book.put(sheet, ASK_ROW - 1, 0, "填这里", "section")
    for row, (head, value, unit, meaning) in enumerate(ASKED, start=ASK_ROW):
        book.put(sheet, row, 0, head, "text")
        style = "fill_text" if value == NO else "fill_number" if unit == "万元" else "fill_count"
        book.put(sheet, row, VALUE, value, style)
        book.put(sheet, row, 2, unit, "text")
        book.put(sheet, row, 3, meaning, "text")
        rule: dict[str, Any] = {"validate": "decimal", "criteria": ">=", "value": 0}
        if value == NO:
            rule = {"validate": "list", "source": [YES, NO]}
        sheet.data_validation(row, VALUE, row, VALUE, rule)


def _meanings(rules: IncentiveRules) -> dict[str, str]:
    """Return the rule behind each line, in words."""
    wan = rules.small_ticket / WAN
    words = (
        f"放款金额的 {rules.amount_share:.3%}，加每笔 {rules.per_loan:g} 元",
        f"每笔 {wan:g} 万元以内的，固定部分按 {rules.small_multiplier:g} 倍",
        f"首贷户，固定部分按 {rules.first_multiplier:g} 倍",
        f"重点行业，基础提成按 {rules.industry_multiplier:g} 倍",
        f"目标完成率到 {rules.tier_ratio:.0%}，基础提成按 {rules.tier_multiplier:g} 倍",
        f"每人 {rules.per_referral:g} 元",
        "以上相加",
        f"合计的 {rules.deferred_share:.0%}，春节后 {rules.hold_days} 天看资产质量再发",
    )
    return dict(zip(TOLD, words, strict=True))
