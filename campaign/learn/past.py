"""Everything that older ledgers teach, in one call: rates, season index, and what to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.findings import Finding, worst_first
from campaign.growth.portfolio import Portfolio
from campaign.learn.beyond import growth_beyond
from campaign.learn.cases import add_cases, count_cases
from campaign.learn.conversion import prior_rates, rates_from_cases, with_uplift
from campaign.learn.curve import LearntResponse, learn_response
from campaign.learn.matching import history_findings
from campaign.learn.past_season import PastSeason, oldest_first, past_seasons
from campaign.learn.prospects import count_prospect_cases
from campaign.learn.scored_votes import votes_of_past
from campaign.learn.season import learn_season, prior_season
from campaign.settings import Settings


@dataclass(frozen=True)
class Past:
    """What a bank's ledgers teach.

    Attributes:
        rates: Table RATES: the priors, moved by what older ledgers show.
        season: Table SEASON_INDEX, likewise.
        findings: What to know of the ledgers that were learnt from, worst first.
        vote_scores: Table VOTE_SCORES: who judged past seasons well; empty where nobody did.
        response: What each further touch adds.
    """

    rates: pd.DataFrame
    season: pd.DataFrame
    findings: tuple[Finding, ...]
    vote_scores: pd.DataFrame
    response: LearntResponse


def learn_past(
    book: LoanBook,
    old_books: Sequence[LoanBook],
    settings: Settings,
    portfolio: Portfolio | None = None,
    season: pd.DataFrame | None = None,
) -> Past:
    """Return what a book and the bank's older ledgers teach.

    Every two ledgers that follow each other are compared. The season is read off the
    book's own notes even where there is no older ledger.

    Args:
        book: The book of today.
        old_books: Older ledgers, in any order.
        settings: The priors and the rules of learning.
        portfolio: The customers of `book`, where they are at hand already.
        season: What `season_of` returned, where that is done already.

    Raises:
        CampaignError: Two ledgers are of the same day.
    """
    seasons = past_seasons(book, old_books, settings, portfolio)
    response = learn_response(seasons, settings)
    settings = replace(settings, response=response.rules)
    cases = [cases_of(season, settings) for season in seasons]
    rates = (
        rates_from_cases(add_cases(cases), settings, response.doubt)
        if cases
        else prior_rates(settings)
    )
    if season is None:
        season = season_of(book, old_books, settings)
    return Past(
        rates=with_uplift(rates, settings.conversion.uplift_factor),
        season=season,
        findings=worst_first(found for one in seasons for found in history_findings(one.pair)),
        vote_scores=votes_of_past(seasons, settings),
        response=response,
    )


def season_of(book: LoanBook, old_books: Sequence[LoanBook], settings: Settings) -> pd.DataFrame:
    """Return table SEASON_INDEX: the prior, moved by the notes of a book and of older ledgers."""
    prior = prior_season(settings.learn)
    return learn_season(oldest_first(book, old_books), prior, settings.learn)


def past_beyond(seasons: Sequence[PastSeason], book: LoanBook, settings: Settings) -> pd.DataFrame:
    """Return table BEYOND: what past seasons say customers grow beyond their headroom.

    It is part of no opportunity; a total without it is too low by as much.
    """
    balances = book.live_loans.groupby("branch")["balance"].sum()
    pairs = ((season.events, season.headroom) for season in seasons)
    return growth_beyond(pairs, balances, settings)


def cases_of(season: PastSeason, settings: Settings) -> pd.DataFrame:
    """Return table CASES of a past season, prospects of the old ledger counted in."""
    cases = count_cases(*season.by_number, settings)
    return add_cases([cases, count_prospect_cases(season.pair, settings)])
