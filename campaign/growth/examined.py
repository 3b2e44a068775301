"""What a book shows before any rate is known: signals, headroom, loans elsewhere, whom to win."""

from __future__ import annotations

import dataclasses
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
import pandas as pd

from campaign.beside import beside
from campaign.book.loan_book import LoanBook
from campaign.festival import CampaignWindow
from campaign.growth.changes import with_changes
from campaign.growth.contactable import latest_contacts, refusal_reasons
from campaign.growth.facts import SECURED
from campaign.growth.headroom import estimate_headroom
from campaign.growth.keys import categories
from campaign.growth.portfolio import Portfolio, portfolio_of
from campaign.growth.prospects import judged_prospects, with_judgement
from campaign.growth.refinance import estimate_refinance, movable_debt, refinance_candidates
from campaign.growth.screen import Screening, screen_book
from campaign.growth.team import share_out, staff
from campaign.growth.trades import TradeBook, recognise, trade_book
from campaign.growth.windows import first_days
from campaign.settings import Settings

# So much of what is held are names and numbers of customers and prospects, at a million loans.
PART = 0.5


@dataclass(frozen=True)
class Examined:
    """Customers and prospects examined: nothing here rests on a rate.

    Attributes:
        as_booked: The customers as the book has them.
        portfolio: The same, those of nobody handed to managers of their branch.
        staff: Table STAFF.
        screening: What the screen found.
        refusal: Why a customer must not be contacted, by row of the portfolio; empty where he may.
        first_day: The first day on which he may be asked for more, likewise.
        headroom: Table HEADROOM.
        refinance: Table REFINANCE.
        trades: What the season table knows of trades.
        customer_trades: The trade of each customer, by row of the portfolio.
        leads: What `prospects.with_judgement` returned.
    """

    as_booked: Portfolio
    portfolio: Portfolio
    staff: pd.DataFrame
    screening: Screening
    refusal: np.ndarray
    first_day: pd.Series
    headroom: pd.DataFrame
    refinance: pd.DataFrame
    trades: TradeBook
    customer_trades: pd.Series
    leads: pd.DataFrame


def examine(
    book: LoanBook,
    window: CampaignWindow,
    settings: Settings,
    season: pd.DataFrame,
    as_booked: Portfolio | None = None,
    *,
    two_cores: bool = True,
) -> Examined:
    """Screen the customers of a book, measure their headroom, find whom and what could be won.

    Args:
        book: The loan book.
        window: The campaign.
        settings: All policy numbers.
        season: Table SEASON_INDEX, for its trades.
        as_booked: The customers of the book, where they are at hand already.
        two_cores: Nothing else runs beside: prospects may be looked at beside the customers.
    """
    as_booked = as_booked or portfolio_of(book)
    team = staff(book, window, settings.team, as_booked)
    portfolio = _with_working_managers(as_booked, team)
    trades = trade_book(season, settings.industry.words)

    def named() -> tuple[pd.Categorical, pd.DataFrame]:
        theirs = categories(recognise(portfolio.customers, trades))
        return theirs, judged_prospects(book, portfolio, team, settings.team, trades)

    rows = len(portfolio.customers) + len(book.prospects)
    with beside(named, rows=rows, part=PART) if two_cores else nullcontext(named) as known:
        screening = screen_book(book, settings.screen, portfolio)
        latest = latest_contacts(book, portfolio)
        refusal = refusal_reasons(book, portfolio.customers, latest, settings.team.refusal_days)
        first_day = _first_days(portfolio, screening, window, settings.screen.yellow_wait_days)
        contacts = latest[["willingness"]].assign(refusal=refusal, first_day=first_day)
        headroom, refinance = _what_could_be(
            book, portfolio, screening.customers, contacts, window, settings
        )
        customer_trades, judged = known()
    return Examined(
        as_booked=as_booked,
        portfolio=portfolio,
        staff=team,
        screening=screening,
        refusal=refusal,
        first_day=first_day,
        headroom=headroom,
        refinance=refinance,
        trades=trades,
        customer_trades=pd.Series(customer_trades.astype("str"), portfolio.customers.index),
        leads=with_judgement(book, judged),
    )


def _first_days(
    portfolio: Portfolio, screening: Screening, window: CampaignWindow, wait_days: int
) -> pd.Series:
    """Return the first day on which each customer may be asked for more."""
    on_credit = ~portfolio.any_of(portfolio.notes, portfolio.notes["guarantee_type"].isin(SECURED))
    return first_days(screening.customers["signal"], on_credit, window, wait_days)


def _what_could_be(
    book: LoanBook,
    portfolio: Portfolio,
    screen: pd.DataFrame,
    contacts: pd.DataFrame,
    window: CampaignWindow,
    settings: Settings,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return tables HEADROOM and REFINANCE; `contacts` as of `refinance_candidates`."""
    candidates = refinance_candidates(portfolio, screen, contacts, window, settings.refinance)
    headroom = estimate_headroom(
        book,
        screen,
        settings.headroom,
        portfolio=portfolio,
        movable_debt=movable_debt(candidates, len(portfolio)),
        unchecked_lowers=settings.screen.unchecked_lowers,
    )
    headroom = with_changes(headroom, screen, portfolio, settings)
    limited = settings.capacity.limits_rates
    refinance = estimate_refinance(
        candidates, headroom, window, settings.refinance, limited=limited
    )
    return headroom, refinance


def _with_working_managers(portfolio: Portfolio, team: pd.DataFrame) -> Portfolio:
    """Return the portfolio with customers of nobody handed to managers of their branch."""
    people = portfolio.customers
    working = people["manager_id"].isin(team["manager_id"])
    owed = portfolio.total(portfolio.notes, portfolio.notes["balance"])
    orphans = people.assign(amount=owed)[~working]
    if orphans.empty:
        return portfolio
    taken = share_out(orphans, team).reindex(people.index)
    manager = people["manager_id"].where(working | taken.isna(), taken)
    return dataclasses.replace(portfolio, customers=people.assign(manager_id=manager))
