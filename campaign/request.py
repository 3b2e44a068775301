"""What is asked for when a campaign is planned, and how a campaign folder remembers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.settings import Settings
from campaign.vocabulary import RequestFile

if TYPE_CHECKING:
    from campaign.book.recipe import Recipe
    from campaign.progress.kept_request import KeptRequest


@dataclass(frozen=True)
class CampaignRequest:
    """What is asked for: the files, and what the user fixed.

    Attributes:
        books: Files that together are the bank's book.
        history: Older ledgers of the same bank, oldest first or not.
        settings: Policy numbers, after campaign.toml.
        holidays: Files of the user's own holiday table, which go before all others.
        cards: The bank's own trade cards, which go before those that ship.
        as_of, start, end, target: What the command line fixed, else None.
        recipe: The mapping confirmed for this bank's files.
        password: Opens encrypted workbooks; never kept.
        unit: Unit of amounts where a file does not say (元, 千元, 万元, 亿元).
    """

    books: tuple[Path, ...]
    history: tuple[Path, ...] = ()
    settings: Settings = Settings()
    holidays: tuple[Path, ...] = ()
    cards: tuple[Path, ...] = ()
    as_of: date | None = None
    start: date | None = None
    end: date | None = None
    target: float | None = None
    recipe: Recipe | None = None
    password: str | None = None
    unit: str | None = None


def to_keep(request: CampaignRequest) -> KeptRequest:
    """Return what a campaign folder keeps of a request: no password, files with a digest.

    Raises:
        BookUnreadable: A file cannot be read.
    """
    from campaign.book.recipe import recipe_toml
    from campaign.progress.kept_request import KeptRequest, kept_files

    return KeptRequest(
        (
            *kept_files(RequestFile.BOOK, request.books),
            *kept_files(RequestFile.HISTORY, request.history),
            *kept_files(RequestFile.HOLIDAYS, request.holidays),
            *kept_files(RequestFile.CARDS, request.cards),
        ),
        as_of=request.as_of,
        start=request.start,
        end=request.end,
        target=request.target,
        unit=request.unit,
        recipe=recipe_toml(request.recipe) if request.recipe else "",
        settings=request.settings.changed(),
    )


def asked_again(kept: KeptRequest, password: str | None = None) -> CampaignRequest:
    """Return the request that `to_keep` was given; the password has to be given anew.

    Raises:
        SettingsError: A setting of that time is none any more.
    """
    from campaign.book.recipe import recipe_from

    return CampaignRequest(
        kept.paths(RequestFile.BOOK),
        history=kept.paths(RequestFile.HISTORY),
        settings=Settings().with_values(kept.settings),
        holidays=kept.paths(RequestFile.HOLIDAYS),
        cards=kept.paths(RequestFile.CARDS),
        as_of=kept.as_of,
        start=kept.start,
        end=kept.end,
        target=kept.target,
        recipe=recipe_from(kept.recipe) if kept.recipe else None,
        password=password,
        unit=kept.unit,
    )
