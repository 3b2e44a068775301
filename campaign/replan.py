"""The rest of a campaign is planned anew: with what came back, and as little changed as can be.

No banking rule of its own lives here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.errors import BookUnreadable, CampaignError, StoreError
from campaign.estimates import Progress, estimate, quiet
from campaign.loop import Hand
from campaign.publish import new_aside, seal, settle
from campaign.reading import read, read_history, refuse_unusable
from campaign.request import CampaignRequest, asked_again, to_keep
from campaign.workflow import plan_of, refuse_unwritable, store_of, write_outputs

if TYPE_CHECKING:
    from campaign.book.loan_book import LoanBook
    from campaign.plan.campaign_plan import CampaignPlan
    from campaign.plan.commitments import Commitments
    from campaign.progress.carried import Carried
    from campaign.progress.running import Running

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Replanned:
    """A new version of a campaign's plan.

    Attributes:
        plan: The plan of the rest.
        carried: What it took over, and what it changed.
        before: What the version before had open, in touches.
        paths: Every file written, where it was moved to.
    """

    plan: CampaignPlan
    carried: Carried
    before: int
    paths: tuple[Path, ...]


@dataclass(frozen=True)
class Rest:
    """The rest of a campaign, planned and not yet issued.

    Attributes:
        plan: The plan of the rest.
        carried: What it takes over, and what it changes.
        before: How many touches the version before had open.
        request: What it was made from.
        seen: Last line of the log that it knows of.
    """

    plan: CampaignPlan
    carried: Carried
    before: int
    request: CampaignRequest
    seen: int


def replan(  # noqa: PLR0913 - the call as a user makes it
    folder: Path,
    day: date,
    hand: Hand,
    *,
    books: Sequence[Path] = (),
    password: str | None = None,
    by_hand: Commitments | None = None,
    progress: Progress = quiet,
) -> Replanned:
    """Plan the rest of a campaign anew from a day on, and write everything as a new version.

    Args:
        folder: The campaign folder.
        day: The last day that has happened; the plan begins on the day after.
        hand: When and by whom, for the log.
        books: A newer book; without one, the book that the campaign was planned from.
        password: Opens encrypted workbooks; never kept.
        by_hand: Pins and vetoes of the head office.
        progress: Told the stage under way.

    Raises:
        StoreError: There is no campaign, its files have changed, or results came back
            while the plan was made.
        BookUnreadable: The book cannot be used.
    """
    settle(folder)
    refuse_unwritable(folder)
    rest = plan_rest(
        folder, day, books=books, password=password, by_hand=by_hand, progress=progress
    )
    return issue_rest(folder, rest, hand, progress)


def plan_rest(
    folder: Path,
    day: date,
    *,
    books: Sequence[Path] = (),
    password: str | None = None,
    by_hand: Commitments | None = None,
    progress: Progress = quiet,
) -> Rest:
    """Plan the rest of a campaign and write nothing; arguments and errors as of `replan`."""
    from campaign.progress.activity_log import last_entry
    from campaign.progress.kept_request import kept_request, refuse_changed
    from campaign.progress.running import running
    from campaign.progress.store import opened

    store = store_of(folder)
    with opened(store) as connection:
        run, seen = running(connection, day), last_entry(connection)
    kept = kept_request(store)
    request = asked_again(kept, password)
    if books:
        request = replace(request, books=tuple(books), as_of=None)
    else:
        refuse_changed(kept)
    progress("读取台账")
    book = read(request)
    refuse_unusable(book)
    old = read_history(request)
    plan, carried, before = rest_of(
        book, old, request, run, is_new=bool(books), by_hand=by_hand, progress=progress
    )
    return Rest(plan, carried, before, request, seen)


def issue_rest(folder: Path, rest: Rest, hand: Hand, progress: Progress = quiet) -> Replanned:
    """Write a plan of the rest aside, keep it, and move its files in.

    Raises:
        StoreError: Results came back since it was planned.
        OutputBlocked: Its files cannot be written.
    """
    from campaign.render.changes_page import write_changes

    aside = new_aside(folder, rest.plan.version)
    try:
        paths = write_outputs(rest.plan, aside, progress, carried=rest.carried)
        paths += write_changes(rest.plan, rest.carried, aside)
        seal(aside)
        progress("记下新版方案")
        _keep(folder, rest, hand)
    except CampaignError:
        with contextlib.suppress(CampaignError, OSError):
            settle(folder)
        raise
    settle(folder)
    moved = tuple(folder / path.relative_to(aside) for path in paths)
    return Replanned(rest.plan, rest.carried, rest.before, moved)


def rest_of(  # noqa: PLR0913 - all that the rest rests on, named where it is passed
    book: LoanBook,
    old_books: Sequence[LoanBook],
    request: CampaignRequest,
    run: Running,
    *,
    is_new: bool = False,
    by_hand: Commitments | None = None,
    progress: Progress = quiet,
) -> tuple[CampaignPlan, Carried, int]:
    """Return the plan of the rest, what it takes over, and how many touches were open before.

    Args:
        book: The book that the campaign was planned from, or a newer one.
        old_books: Older ledgers.
        request: What was asked for.
        run: The campaign so far.
        is_new: The book is newer than the version in force.
        by_hand: Pins and vetoes of the head office.
        progress: Told the stage under way.
    """
    from campaign.progress.actuals import book_with_results, growth_with_results
    from campaign.progress.carry import carry_over
    from campaign.progress.commitments import commitments_of
    from campaign.progress.lessons import rates_of_rest
    from campaign.progress.numbering import with_known_numbers

    if is_new and not run.latest.as_of <= book.as_of <= run.day:
        raise BookUnreadable(
            f"新台账是 {book.as_of} 的，应在 {run.latest.as_of}（上一版方案）至 {run.day} 之间。",
            "请换一份台账，或用 --as-of 指定重做到哪一天。",
        )
    progress("并入收回的结果")
    book = book_with_results(book, run)
    begins = book.as_of + ONE_DAY if is_new else run.first.start
    whole = replace(request, start=begins, end=run.latest.end)
    booked_until = book.as_of if is_new else None
    since = booked_until if request.history else None
    found = estimate(
        book,
        old_books,
        whole,
        progress,
        moved=lambda rates, learnt: rates_of_rest(rates, run, learnt, since),
    )
    growth = growth_with_results(found.growth, run, request.settings.pool, booked_until)
    progress("排定余下的走访与任务")
    window = replace(found.window, as_of=run.day, start=run.day + ONE_DAY)
    plan = plan_of(
        book,
        replace(found, growth=growth, window=window),
        request,
        target=_target(book, request, run, is_new=is_new),
        commitments=commitments_of(run, by_hand),
        version=run.latest.version + 1,
    )
    before = run.open_before
    plan = with_known_numbers(plan, before, run.issued)
    return plan, carry_over(plan, run, booked_until), len(before)


def _target(
    book: LoanBook, request: CampaignRequest, run: Running, *, is_new: bool
) -> float | None:
    """Return the net growth asked of the plan: what a newer book shows already is taken off."""
    if not is_new or run.first.target is None or run.first.opening is None:
        return request.target
    grown = float(book.live_loans["balance"].sum()) - run.first.opening
    return round(run.first.target - grown, 2)


def _keep(folder: Path, rest: Rest, hand: Hand) -> None:
    """Keep the new version and what it was made from, all or nothing."""
    from campaign.progress.activity_log import last_entry
    from campaign.progress.kept_plans import put_plan
    from campaign.progress.kept_request import put_request
    from campaign.progress.store import opened, writing

    kept = to_keep(rest.request)
    with opened(store_of(folder)) as connection, writing(connection):
        if last_entry(connection) != rest.seen:
            raise StoreError(
                "重做方案的时候又收回了填报结果，新方案里没有它们，没有写入。", "请再运行一次。"
            )
        put_plan(connection, rest.plan, at=hand.at, actor=hand.actor, carried=rest.carried)
        put_request(connection, rest.plan.version, kept)
