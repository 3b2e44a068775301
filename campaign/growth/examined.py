"""What a book shows of its customers before any rate is known: signals, headroom, loans elsewhere."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.festival import CampaignWindow
from campaign.growth.changes import with_changes
from campaign.growth.contactable import latest_contacts, refusal_reasons
from campaign.growth.facts import SECURED
from campaign.growth.headroom import estimate_headroom
from campaign.growth.portfolio import Portfolio, portfolio_of
from campaign.growth.refinance import estimate_refinance, movable_debt, refinance_candidates
from campaign.growth.screen import Screening, screen_book
from campaign.growth.team import share_out, staff
from campaign.growth.windows import first_days
from campaign.settings import Settings


@dataclass(frozen=True)
class Examined:
    """Customers examined: nothing here rests on what older ledgers teach.

    Attributes:
        as_booked: The customers as the book has them.
        portfolio: The same, those of nobody handed to managers of their branch.
        staff: Table STAFF.
        screening: What the screen found.
        refusal: Why a customer must not be contacted, by row of the portfolio; empty where he may.
        first_day: The first day on which he may be asked for more, likewise.
        headroom: Table HEADROOM.
        refinance: Table REFINANCE.
    """

    as_booked: Portfolio
    portfolio: Portfolio
    staff: pd.DataFrame
    screening: Screening
    refusal: np.ndarray
    first_day: pd.Series
    headroom: pd.DataFrame
    refinance: pd.DataFrame


def examine(
    book: LoanBook, window: CampaignWindow, settings: Settings, as_booked: Portfolio | None = None
) -> Examined:
    """Screen the customers of a book, measure their headroom and find what could be moved here.

    Args:
        book: The loan book.
        window: The campaign.
        settings: All policy numbers.
        as_booked: The customers of the book, where they are at hand already.
    """
    as_booked = as_booked or portfolio_of(book)
    team = staff(book, window, settings.team, as_booked)
    portfolio = _with_working_managers(as_booked, team)
    screening = screen_book(book, settings.screen, portfolio)
    screen = screening.customers
    latest = latest_contacts(book, portfolio)
    refusal = refusal_reasons(book, portfolio.customers, latest, settings.team.refusal_days)
    on_credit = ~portfolio.any_of(portfolio.notes, portfolio.notes["guarantee_type"].isin(SECURED))
    wait_days = settings.screen.yellow_wait_days
    first_day = first_days(screen["signal"], on_credit, window, wait_days)
    contacts = latest[["willingness"]].assign(refusal=refusal, first_day=first_day)
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
    refinance = estimate_refinance(
        candidates, headroom, window, settings.refinance, limited=settings.capacity.limits_rates
    )
    return Examined(
        as_booked=as_booked,
        portfolio=portfolio,
        staff=team,
        screening=screening,
        refusal=refusal,
        first_day=first_day,
        headroom=headroom,
        refinance=refinance,
    )


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
