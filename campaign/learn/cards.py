"""The cards that managers carry: trades, knock-out questions, papers, referral steps, calls.

They are editable text that ships with the program, marked 示例 where nothing supports it.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from campaign.resources import reference_file
from campaign.vocabulary import (
    CALL_GUIDE,
    DOCUMENTS,
    INDUSTRY_CARDS,
    PRESCREEN_QUESTIONS,
    REFERRAL_STEPS,
    Table,
)

BETWEEN_ITEMS = "；"


def industry_cards() -> pd.DataFrame:
    """Return table INDUSTRY_CARDS (行业营销与风险指引), in the order of the file."""
    return _read(INDUSTRY_CARDS)


def with_own_cards(own: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return table INDUSTRY_CARDS with a bank's own cards in place of those that ship.

    A bank's card of a trade replaces the whole card of that name; a trade that ships no
    card is added behind. Of several files the later one stands.
    """
    shipped = industry_cards()
    rows = pd.concat([*reversed(own), shipped], ignore_index=True)
    rows = rows.drop_duplicates("sub_industry").set_index("sub_industry")
    order = dict.fromkeys([*shipped["sub_industry"], *rows.index])
    return INDUSTRY_CARDS.check(INDUSTRY_CARDS.conform(rows.loc[list(order)].reset_index()))


def prescreen_questions() -> pd.DataFrame:
    """Return table PRESCREEN_QUESTIONS: three to five knock-out questions a kind of loan."""
    return _read(PRESCREEN_QUESTIONS)


def document_list() -> pd.DataFrame:
    """Return table DOCUMENTS: the papers to send ahead, by kind of loan."""
    return _read(DOCUMENTS)


def referral_steps() -> pd.DataFrame:
    """Return table REFERRAL_STEPS: what to ask on every visit to an existing customer."""
    return _read(REFERRAL_STEPS)


def call_guide() -> pd.DataFrame:
    """Return table CALL_GUIDE: what to say, by what the call is for."""
    return _read(CALL_GUIDE)


def _read(table: Table) -> pd.DataFrame:
    path = reference_file(f"{table.name}.csv")
    return table.check(table.conform(pd.read_csv(path, dtype="str", encoding="utf-8-sig")))
