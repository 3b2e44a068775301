"""A plan made on last year's ledger and scored on this year's; nothing of it is carried out.

No banking rule of its own lives here.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.errors import BookUnreadable, CampaignError, QuestionOpen
from campaign.estimates import Progress, quiet
from campaign.reading import read, refuse_unusable
from campaign.request import CampaignRequest
from campaign.workflow import plan_from

if TYPE_CHECKING:
    from campaign.book.loan_book import LoanBook
    from campaign.learn.scored import ScoredPlan


def score_old_plan(
    request: CampaignRequest, new_book: Path, progress: Progress = quiet
) -> ScoredPlan:
    """Plan on an old ledger with what was known then, and score it on a new one.

    Args:
        request: The old ledger as its book; `history` holds still older ones alone.
        new_book: The ledger to score it on; nothing is learnt from it.
        progress: Told the stage under way.

    Raises:
        CampaignError: A ledger cannot be used, or is not older than the one after it.
    """
    from campaign.learn.past import past_beyond
    from campaign.learn.past_season import past_seasons
    from campaign.learn.scored import score_plan

    progress("读取新旧台账")
    old = _read_dated(request)
    new = _read_dated(replace(request, books=(new_book,)))
    older = [_read_dated(replace(request, books=(path,))) for path in request.history]
    for book in older:
        if book.as_of >= old.as_of:
            raise CampaignError(
                f"--history 的台账（{book.as_of}）不早于被回测的 {old.as_of}。",
                "回测只能用当时已经知道的；请只给更早的台账。",
            )
    progress("用旧台账做方案")
    plan = plan_from(old, older, request)
    progress("对照两期台账")
    seasons = past_seasons(old, older, request.settings)
    return score_plan(plan, new, past_beyond(seasons, old, request.settings))


def write_backtest(scored: ScoredPlan, out: Path) -> list[Path]:
    """Write the page and the tables of a backtest into a folder and return their paths.

    Raises:
        OutputBlocked: The folder cannot be written.
    """
    from campaign.render.backtest_page import write_backtest as write

    return write(scored, out)


def _read_dated(request: CampaignRequest) -> LoanBook:
    """Return a usable book; what only the user could answer is asked of its file name."""
    try:
        book = read(replace(request, as_of=None))
    except QuestionOpen as question:
        if "--as-of" not in question.hint:
            raise
        raise BookUnreadable(
            f"{request.books[0].name}：{question.message}",
            "请把日期写进文件名，如 台账20251115.xlsx。",
        ) from question
    refuse_unusable(book)
    return book
