"""The words beside the lists: questions, steps, papers and trade cards, as plain rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from campaign.render.formats import label_of
from campaign.vocabulary import (
    CALL_GUIDE,
    DOCUMENTS,
    PRESCREEN_QUESTIONS,
    REFERRAL_STEPS,
    CallPurpose,
    CardKind,
)

if TYPE_CHECKING:
    import pandas as pd

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class TradeCard:
    """One card of 行业营销与风险指引; empty words where the bank wrote none."""

    why_now: str = ""
    what_to_ask: str = ""
    usual_ticket: str = ""
    usual_term: str = ""
    what_to_check: str = ""
    what_goes_wrong: str = ""
    documents: str = ""


NO_CARD = TradeCard()


@dataclass(frozen=True)
class Guidance:
    """What a manager says and asks.

    Attributes:
        calls: Purpose, what to say, what to get; in order.
        referral: Circle, question, what to write down, what not to do.
        questions: Kind of loan, standard, question, answer that ends it.
        documents: Kind of loan, paper, what it is looked at for.
        trades: Trade to its card.
    """

    calls: Rows
    referral: Rows
    questions: Rows
    documents: Rows
    trades: Mapping[str, TradeCard]

    def trade(self, name: str) -> TradeCard:
        """Return the card of a trade; empty words for an unknown one."""
        return self.trades.get(name, NO_CARD)

    def words_for(self, purpose: CallPurpose) -> str:
        """Return what is said about a purpose, sentence by sentence."""
        return "".join(say for label, say, _ in self.calls if label == purpose.label)


def load_guidance(own_cards: Sequence[pd.DataFrame] = ()) -> Guidance:
    """Return the cards that ship with the program, the bank's own trade cards before them."""
    from campaign.learn import cards

    return guidance_of(
        calls=cards.call_guide(),
        referral=cards.referral_steps(),
        questions=cards.prescreen_questions(),
        documents=cards.document_list(),
        trades=cards.with_own_cards(own_cards),
    )


def guidance_of(
    *,
    calls: pd.DataFrame,
    referral: pd.DataFrame,
    questions: pd.DataFrame,
    documents: pd.DataFrame,
    trades: pd.DataFrame,
) -> Guidance:
    """Return the cards of these tables: CALL_GUIDE, REFERRAL_STEPS and so on, INDUSTRY_CARDS."""
    names = [field.name for field in fields(TradeCard)]
    cards = zip(trades["sub_industry"], _rows(trades[names]), strict=True)
    return Guidance(
        calls=_rows(CALL_GUIDE.check(calls), ("purpose", "say", "aim"), CallPurpose),
        referral=_rows(REFERRAL_STEPS.check(referral), ("circle", "question", "record", "care")),
        questions=_rows(
            PRESCREEN_QUESTIONS.check(questions),
            ("kind", "standard", "question", "stop_if"),
            CardKind,
        ),
        documents=_rows(DOCUMENTS.check(documents), ("kind", "document", "purpose"), CardKind),
        trades={str(name): TradeCard(*row) for name, row in cards},
    )


def _rows(
    table: pd.DataFrame,
    columns: tuple[str, ...] = (),
    codes: type[CallPurpose] | type[CardKind] | None = None,
) -> Rows:
    shown = table[list(columns)] if columns else table
    rows = shown.fillna("").astype("object").itertuples(index=False, name=None)
    if codes is None:
        return tuple(rows)
    return tuple((label_of(codes, row[0]), *row[1:]) for row in rows)
