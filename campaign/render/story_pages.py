"""Writes what a campaign has to tell: the lane of new managers, and the cases to share."""

from __future__ import annotations

from typing import Any

import pandas as pd

from campaign.progress.case_cards import WORDS, is_told
from campaign.progress.newcomers import REACHED
from campaign.progress.review import Review
from campaign.render.briefing.pages import Stamp
from campaign.render.formats import count_text, day_text, is_unknown, label_of, wan_text
from campaign.render.masking import Masker
from campaign.render.story_fields import (
    CaseCard,
    CasesPage,
    CheckRow,
    NewcomerBlock,
    NewcomersPage,
)
from campaign.vocabulary import CASE_CARDS, SOURCE_SHORT, ContactOrigin, Source, Win

NEWCOMERS_TITLE, CASES_TITLE = "新任客户经理", "案例"
REACHED_BY = ("customers", *REACHED)
CHECKED = ("days", "calls", "visits", "met", "names", "applied", "disbursed")
NO_WIN = "还没有小胜：先把电话打满，问到第一个名字。"
Row = dict[Any, Any]


def newcomers_page(review: Review, stamp: Stamp) -> NewcomersPage:
    """Return the page of the new managers' lane."""
    told = review.stories
    people = told.newcomers
    following = f"，下次过关 {day_text(told.next_check)}" if told.next_check else ""
    lead = (
        f"新任 {len(people)} 人，完成电话 {count_text(people['calls_done'].sum())} 次、"
        f"走访 {count_text(people['visits_done'].sum())} 次，"
        f"放款 {count_text(people['loans'].sum())} 户{following}。"
    )
    return NewcomersPage(
        stamp=stamp,
        title=NEWCOMERS_TITLE,
        day=day_text(review.day),
        lead=lead if len(people) else "名册里没有任职不满一年的客户经理。",
        people=tuple(
            _newcomer(row, _mine(told.wins, row), _mine(told.checks, row))
            for row in people.to_dict("records")
        ),
    )


def cases_page(review: Review, stamp: Stamp) -> CasesPage:
    """Return the page of the cases to share; phones in free words are masked."""
    cards = review.stories.cards
    masker = Masker(review.plan.settings.output.masked)
    told = is_told(cards)
    return CasesPage(
        stamp=stamp,
        title=CASES_TITLE,
        day=day_text(review.day),
        lead=(
            f"到 {day_text(review.day)} 放款 {len(cards)} 户，已写案例 {int(told.sum())} 户。"
            "每笔放款花五分钟写三句：怎么来的、做对了什么、能带来谁。"
        ),
        invited=tuple((_who(row), win_words(row)) for row in _rows(review.stories.breakthroughs)),
        cards=tuple(_card(row, masker) for row in _rows(cards[told])),
        untold=tuple(_card(row, masker) for row in _rows(cards[~told])),
    )


def win_words(row: Row) -> str:
    """Return a small win with its day and amount."""
    amount = "" if is_unknown(row["amount"]) else f" {wan_text(row['amount'])} 万元"
    return f"{day_text(row['day'])} {label_of(Win, row['win'])}{amount}"


def _newcomer(row: Row, wins: pd.DataFrame, checks: pd.DataFrame) -> NewcomerBlock:
    return NewcomerBlock(
        name=str(row["manager_name"]),
        detail=f"{row['branch']} {row['manager_id']}",
        calls=f"{count_text(row['calls_done'])}/{count_text(row['calls_due'])}",
        visits=f"{count_text(row['visits_done'])}/{count_text(row['visits_due'])}",
        reached=tuple(count_text(row[name]) for name in REACHED_BY),
        names=count_text(row["names"]),
        loans=count_text(row["loans"]),
        told=f"{count_text(row['told'])}/{count_text(row['loans'])}",
        wins="；".join(win_words(win) for win in _rows(wins)) + "。" if len(wins) else NO_WIN,
        checks=tuple(
            CheckRow(day_text(one["check_on"]), tuple(count_text(one[name]) for name in CHECKED))
            for one in _rows(checks)
        ),
    )


def _card(row: Row, masker: Masker) -> CaseCard:
    day = "日期未填" if is_unknown(row["won_on"]) else day_text(row["won_on"])
    amount = "金额未填" if is_unknown(row["amount"]) else f"{wan_text(row['amount'])} 万元"
    words = tuple(
        (CASE_CARDS.field(name).label, masker.text(row[name]))
        for name in WORDS
        if not is_unknown(row[name])
    )
    return CaseCard(f"{day} 放款 {amount}", _who(row), _kind(row), words, str(row["way"]))


def _kind(row: Row) -> str:
    """Return what a loan was for, where the customer came from, and whom he named."""
    purposes = "" if is_unknown(row["purposes"]) else str(row["purposes"])
    short = [SOURCE_SHORT[Source(one)] for one in purposes.split(";") if one]
    parts = [f"目的 {'、'.join(short)}"] if short else []
    if not is_unknown(row["origin"]):
        parts.append(f"来自 {label_of(ContactOrigin, row['origin'])}")
    if row["is_first"] is True:
        parts.append("首贷户")
    if not is_unknown(row["names"]) and row["names"] > 0:
        parts.append(f"带来名单 {count_text(row['names'])} 人")
    return "；".join(parts)


def _who(row: Row) -> str:
    return f"{row['manager_name']}（{row['branch']}）"


def _mine(table: pd.DataFrame, row: Row) -> pd.DataFrame:
    mine: pd.DataFrame = table[table["manager_id"] == row["manager_id"]]
    return mine


def _rows(table: pd.DataFrame) -> list[Row]:
    return list(table.to_dict("records"))
