"""Two ledgers of the bank that follow each other, compared: one past season."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from campaign.beside import beside
from campaign.book.loan_book import LoanBook
from campaign.growth.headroom import estimate_headroom
from campaign.growth.keys import categories, numbered
from campaign.growth.portfolio import Portfolio, portfolio_of
from campaign.growth.screen import screen_customers
from campaign.learn.history import compare_pair
from campaign.learn.matching import LedgerPair, ledger_pair
from campaign.settings import Settings


@dataclass(frozen=True)
class PastSeason:
    """Two ledgers that follow each other, compared.

    Attributes:
        pair: The two, under the numbers of the older one.
        headroom: What table HEADROOM says of the older one by the rules of today: customer_id,
            new_money, undrawn and grade.
        events: Table EVENTS.
        customers: The older one's customers, as `Portfolio.customers`.
    """

    pair: LedgerPair
    headroom: pd.DataFrame
    events: pd.DataFrame
    customers: pd.DataFrame

    @cached_property
    def by_number(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Return events, log and headroom with a number for each customer's id, in their order.

        Numbers are quicker to look up than texts. Contacts with nobody in particular are left out.
        """
        log = self.pair.log[self.pair.log["customer_id"].notna()]
        tables = (self.events, log, self.headroom)
        number, _ = numbered(pd.concat([table["customer_id"] for table in tables]))
        ends = np.cumsum([len(table) for table in tables])
        parts = zip(tables, np.split(number, ends[:-1]), strict=True)
        events, log, headroom = (table.assign(customer_id=part) for table, part in parts)
        return events, log, headroom


def past_seasons(
    book: LoanBook,
    old_books: Sequence[LoanBook],
    settings: Settings,
    portfolio: Portfolio | None = None,
) -> list[PastSeason]:
    """Return every two ledgers that follow each other, compared, the oldest first.

    Args:
        book: The book of today.
        old_books: Older ledgers, in any order.
        settings: The rules of headroom and of learning.
        portfolio: The customers of `book`, where they are at hand already.

    Raises:
        CampaignError: Two ledgers are of the same day.
    """
    if not old_books:
        return []
    books = oldest_first(book, old_books)
    people = [portfolio if portfolio and one is book else portfolio_of(one) for one in books]
    seasons = []
    for place, (old, new) in enumerate(zip(books, books[1:], strict=False)):
        seasons.append(_compared(old, new, (people[place], people[place + 1]), settings))
    return seasons


def _compared(
    old: LoanBook, new: LoanBook, people: tuple[Portfolio, Portfolio], settings: Settings
) -> PastSeason:
    before, after = people

    def possible() -> pd.DataFrame:
        found = old_headroom(old, before, settings)
        return found[["new_money", "undrawn"]].assign(grade=categories(found["grade"]))

    with beside(possible, rows=len(old.loans)) as estimated:
        pair = ledger_pair(old, new)
        after = after if pair.new is new else portfolio_of(pair.new)
        events = compare_pair(pair, settings, (before, after))
        headroom = estimated()
    ids = before.customers["customer_id"]
    headroom = headroom.assign(customer_id=ids, grade=headroom["grade"].astype("str"))
    return PastSeason(pair, headroom, events, before.customers)


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


def oldest_first(book: LoanBook, old_books: Sequence[LoanBook]) -> list[LoanBook]:
    """Return all ledgers in the order of their days."""
    return sorted([*old_books, book], key=lambda one: one.as_of)
