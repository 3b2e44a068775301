"""Everything that older ledgers teach, in one call: rates, season index, and what to know."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.findings import Finding, worst_first
from campaign.growth.headroom import estimate_headroom
from campaign.growth.portfolio import Portfolio, portfolio_of
from campaign.growth.screen import screen_customers
from campaign.learn.beyond import growth_beyond
from campaign.learn.cases import add_cases, count_cases
from campaign.learn.conversion import prior_rates, rates_from_cases, with_uplift
from campaign.learn.history import compare_pair
from campaign.learn.matching import LedgerPair, history_findings, ledger_pair
from campaign.learn.prospects import count_prospect_cases
from campaign.learn.season import learn_season, prior_season
from campaign.settings import Settings


def rates_and_season(
    book: LoanBook, old_books: Sequence[LoanBook], settings: Settings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return tables RATES and SEASON_INDEX: the priors, moved by what older ledgers show.

    Every two ledgers that follow each other are compared. The season is read off the
    book's own notes even where there is no older ledger.

    Raises:
        CampaignError: Two ledgers are of the same day.
    """
    books = _oldest_first(book, old_books)
    cases = [pair_cases(pair, settings) for pair in _pairs(books)]
    rates = rates_from_cases(add_cases(cases), settings) if cases else prior_rates(settings)
    season = learn_season(books, prior_season(settings.learn), settings.learn)
    return with_uplift(rates, settings.conversion.uplift_factor), season


def past_findings(book: LoanBook, old_books: Sequence[LoanBook]) -> tuple[Finding, ...]:
    """Return what to know of the ledgers that were learnt from, worst first."""
    pairs = _pairs(_oldest_first(book, old_books))
    return worst_first(finding for pair in pairs for finding in history_findings(pair))


def past_beyond(book: LoanBook, old_books: Sequence[LoanBook], settings: Settings) -> pd.DataFrame:
    """Return table BEYOND: what older ledgers say customers grow beyond their headroom.

    It is part of no opportunity; a total without it is too low by as much.
    """
    pairs = []
    for pair in _pairs(_oldest_first(book, old_books)):
        portfolio = portfolio_of(pair.old)
        headroom = old_headroom(pair.old, portfolio, settings)
        pairs.append((compare_pair(pair, settings, portfolio), headroom))
    balances = book.live_loans.groupby("branch")["balance"].sum()
    return growth_beyond(pairs, balances, settings)


def pair_cases(pair: LedgerPair, settings: Settings) -> pd.DataFrame:
    """Return table CASES of one pair of ledgers, prospects of the old one counted in."""
    portfolio = portfolio_of(pair.old)
    headroom = old_headroom(pair.old, portfolio, settings)
    events = compare_pair(pair, settings, portfolio)
    cases = count_cases(events, pair.log, headroom, settings)
    return add_cases([cases, count_prospect_cases(pair, settings)])


def old_headroom(book: LoanBook, portfolio: Portfolio, settings: Settings) -> pd.DataFrame:
    """Return table HEADROOM of an old ledger, by the rules of today."""
    screen = screen_customers(book, settings.screen, portfolio)
    return estimate_headroom(
        book,
        screen,
        settings.headroom,
        portfolio=portfolio,
        unchecked_lowers=settings.screen.unchecked_lowers,
    )


def _oldest_first(book: LoanBook, old_books: Sequence[LoanBook]) -> list[LoanBook]:
    return sorted([*old_books, book], key=lambda one: one.as_of)


def _pairs(books: list[LoanBook]) -> list[LedgerPair]:
    return [ledger_pair(old, new) for old, new in zip(books, books[1:], strict=False)]
