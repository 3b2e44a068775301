"""Mortgages, cards, discounted bills and the like: told apart from the loans of the campaign."""

from __future__ import annotations

import pandas as pd

from campaign.book.addresses import Addresses
from campaign.book.answers import Answers, answer_to
from campaign.book.codes import decode, vocabulary_of
from campaign.findings import Ask, Finding
from campaign.vocabulary import BookQuestion, Business, Scope, Severity

SET_ASIDE, COUNTED = Scope.SET_ASIDE.value, Scope.COUNTED.value
# What is taken without an answer; a kind that is not here is what the campaign is about.
USUALLY = {
    Business.HOUSING: SET_ASIDE,
    Business.CARD: SET_ASIDE,
    Business.DISCOUNT: SET_ASIDE,
    Business.ENTRUSTED: SET_ASIDE,
    Business.OFF_BALANCE: SET_ASIDE,
    Business.CONSUMER: COUNTED,
    Business.ONLINE: COUNTED,
}


def split_by_scope(
    loans: pd.DataFrame, live: pd.Series, where: Addresses, answers: Answers
) -> tuple[pd.DataFrame, pd.DataFrame, list[Finding]]:
    """Return the loans of the campaign, those set aside, and the question about them.

    A row without a kind goes by its product's name, where that names one of these kinds.

    Args:
        loans: The ledger.
        live: Which rows count in the balance.
        where: Knows the cell of every field.
        answers: What was answered before.
    """
    kinds = _kinds(loans)
    held = set(kinds[live].dropna().unique())
    present = [kind for kind in USUALLY if kind.value in held]
    asks = []
    aside = pd.Series(False, index=loans.index)
    for kind in present:
        answer = answer_to(answers, BookQuestion.SCOPE, kind.label) or USUALLY[kind]
        asks.append(Ask(BookQuestion.SCOPE, kind.label, answer))
        if answer == SET_ASIDE:
            aside |= kinds == kind
    findings = _findings(loans, kinds, live, asks, where)
    kept = loans[~aside].reset_index(drop=True)
    return kept, loans[aside].reset_index(drop=True), findings


def _kinds(loans: pd.DataFrame) -> pd.Series:
    named = loans["business_type"]
    unknown = named.isna() & loans["product"].notna()
    if not unknown.any():
        return named
    products = decode(loans.loc[unknown, "product"].tolist(), vocabulary_of(Business)).values
    told = pd.Series(products, index=loans.index[unknown])
    usual = [kind for kind, answer in USUALLY.items() if answer == SET_ASIDE]
    return named.astype(object).where(~unknown, told.where(told.isin(usual), None))


def _findings(
    loans: pd.DataFrame, kinds: pd.Series, live: pd.Series, asks: list[Ask], where: Addresses
) -> list[Finding]:
    """Say what was taken out and what is counted, with rows and yuan of each kind."""
    findings = []
    for answer, what, advice in (
        (SET_ASIDE, "不计入开门红口径，已剔出", "若要计入，请改选“计入”"),
        (COUNTED, "计入开门红口径", "若不该计入，请改选“剔出”"),
    ):
        chosen = tuple(ask for ask in asks if ask.answer == answer)
        labels = [ask.key for ask in chosen]
        if not labels:
            continue
        codes = {kind.value: kind.label for kind in Business if kind.label in labels}
        rows = loans[live & kinds.isin(list(codes))]
        each = rows.groupby(kinds[rows.index].map(codes).astype(str))["balance"]
        listed = "、".join(f"{label} {len(part)} 笔 {part.sum():,.2f} 元" for label, part in each)
        message = (
            f"台账里有{listed}，{what}（共 {len(rows)} 笔，余额 {rows['balance'].sum():,.2f} 元）；"
            f"{advice}。"
        )
        field = "business_type" if rows["business_type"].notna().any() else "product"
        cells = where.cells("loans", field, rows)
        severity = Severity.WARNING if answer == SET_ASIDE else Severity.INFO
        findings.append(Finding("not_operating", severity, message, len(rows), cells, asks=chosen))
    return findings
