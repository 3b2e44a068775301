"""Where growth can come from, by books that have been read: learnt and examined side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from campaign.beside import beside
from campaign.collector import give_back
from campaign.festival import campaign_window, load_calendar

if TYPE_CHECKING:
    import pandas as pd

    from campaign.book.loan_book import LoanBook
    from campaign.festival import CampaignWindow
    from campaign.growth.examined import Examined
    from campaign.growth.opportunities import Growth
    from campaign.learn.curve import LearntResponse
    from campaign.learn.past import Past
    from campaign.request import CampaignRequest
    from campaign.settings import Settings

Progress = Callable[[str], None]


def quiet(_stage: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Estimates:
    """What a plan is made from: the campaign's days, what the past teaches, where growth is."""

    window: CampaignWindow
    rates: pd.DataFrame
    season: pd.DataFrame
    growth: Growth
    response: LearntResponse


@dataclass(frozen=True)
class Seen:
    """What is known before opportunities are found; growth looks at no log of touches any more.

    Attributes:
        window: The campaign.
        past: What older ledgers teach.
        inflow: Table INFLOW.
        examined: The customers and prospects of the book.
    """

    window: CampaignWindow
    past: Past
    inflow: pd.DataFrame
    examined: Examined

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return tables HEADROOM, REFINANCE and SCREEN, which no plan changes."""
        seen = self.examined
        screen = seen.screening.customers
        return {"headroom": seen.headroom, "refinance": seen.refinance, "screen": screen}


def estimate(
    book: LoanBook,
    old_books: Sequence[LoanBook],
    request: CampaignRequest,
    progress: Progress = quiet,
    *,
    moved: Callable[[pd.DataFrame, Settings], pd.DataFrame] | None = None,
) -> Estimates:
    """Return where growth can come from, by a book and older ledgers that have been read.

    `moved` as of `grown`.
    """
    return grown(book, look(book, old_books, request), request, progress, moved=moved)


def look(book: LoanBook, old_books: Sequence[LoanBook], request: CampaignRequest) -> Seen:
    """Return what a book and older ledgers show before opportunities are found."""
    give_back()
    settings = request.settings
    window = campaign_window(
        book.as_of,
        settings.campaign,
        load_calendar(request.holidays),
        start=request.start,
        end=request.end,
    )
    return Seen(window, *_taught_and_examined(book, old_books, window, settings))


def grown(
    book: LoanBook,
    seen: Seen,
    request: CampaignRequest,
    progress: Progress = quiet,
    *,
    moved: Callable[[pd.DataFrame, Settings], pd.DataFrame] | None = None,
) -> Estimates:
    """Return where growth can come from, by what was seen of a book (`LoanBook.for_growth` will do).

    `moved` moves the rates (RATES) by what came back of a season under way; it is given the
    settings with the effect of touches as learnt.
    """
    from campaign.growth.opportunities import find_growth

    progress("测算增长来源")
    settings, past = request.settings, seen.past
    learnt = replace(settings, response=past.response.rules)
    rates = moved(past.rates, learnt) if moved else past.rates
    growth = find_growth(
        book, seen.window, settings, rates, past.season, seen.inflow,
        examined=seen.examined, vote_scores=past.vote_scores,
    )  # fmt: skip
    growth = replace(growth, findings=(*growth.findings, *past.findings))
    return Estimates(seen.window, rates, past.season, growth, past.response)


def _taught_and_examined(
    book: LoanBook, old_books: Sequence[LoanBook], window: CampaignWindow, settings: Settings
) -> tuple[Past, pd.DataFrame, Examined]:
    """Return what older ledgers teach, table INFLOW, and the customers examined meanwhile."""
    from campaign.growth.examined import examine
    from campaign.growth.portfolio import portfolio_of
    from campaign.learn.inflow import season_inflow
    from campaign.learn.past import learn_past, season_of

    rows = len(book.loans)
    of_season = partial(season_of, book, old_books, settings)
    with beside(of_season, rows=rows, part=0.0) as season_known:
        people = portfolio_of(book)
        season = season_known()

    def learn() -> tuple[Past, pd.DataFrame]:
        past = learn_past(book, old_books, settings, people, season)
        return past, season_inflow(book, old_books, window)

    if not old_books:
        return *learn(), examine(book, window, settings, season, people)
    with beside(learn, rows=rows) as taught:
        examined = examine(book, window, settings, season, people, two_cores=False)
        return *taught(), examined
