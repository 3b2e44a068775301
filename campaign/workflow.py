"""The calls in order, for the command line and the pages: read, learn, grow, plan, write.

No banking rule of its own lives here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.beside import beside
from campaign.collector import give_back, without_collector
from campaign.errors import OutputBlocked, StoreError, reason_of
from campaign.estimates import Estimates, Progress, estimate, grown, look, quiet
from campaign.reading import read, read_history, refuse_unusable
from campaign.request import CampaignRequest as CampaignRequest
from campaign.request import to_keep

if TYPE_CHECKING:
    from campaign.book.loan_book import LoanBook
    from campaign.plan.campaign_plan import CampaignPlan
    from campaign.plan.commitments import Commitments
    from campaign.progress.carried import Carried
    from campaign.render.tables_aside import TablesAside

LEARNING = "读取往年台账，估计转化率与旺季"
PLANNING = "排定走访与任务"
# So much of what is held do copies come to hold again: the one that keeps the plan, in what is issued
# and the rows made of it; pages look at nearly all texts, and so does what is written here meanwhile.
ISSUED = 1.0
PAPERS = 1.25 + ISSUED
PROBE = ".campaign-probe.tmp"  # removed with other leftovers


@dataclass(frozen=True)
class CampaignRun:
    """A plan that was made and written.

    Attributes:
        plan: The plan itself.
        out: The campaign folder.
        paths: Every file written, in order.
    """

    plan: CampaignPlan
    out: Path
    paths: tuple[Path, ...]


def plan_campaign(
    request: CampaignRequest, progress: Progress = quiet, aside: TablesAside | None = None
) -> CampaignPlan:
    """Read a book and make its plan, which keeps `LoanBook.for_papers`.

    Args:
        request: What is asked for.
        progress: Told the stage under way.
        aside: Where to write the tables that the plan does not change; without it nothing is written.

    Raises:
        BookUnreadable: A finding makes the book unusable, or it cannot be read.
    """
    book, found = _read_and_estimated(request, progress, aside)
    progress(PLANNING)
    return plan_of(book, found, request, target=request.target)


def _read_and_estimated(
    request: CampaignRequest, progress: Progress, aside: TablesAside | None
) -> tuple[LoanBook, Estimates]:
    """Return what papers look at of a book, and where growth is; the book as read is let go."""
    progress("读取台账")
    book = read(request, meanwhile=load_the_rest)
    refuse_unusable(book)
    progress(LEARNING)
    seen = look(book, read_history(request), request)
    book = book.for_growth()
    give_back()
    with aside.writing(seen.tables()) if aside else nullcontext():
        found = grown(book, seen, request, progress)
    return book.for_papers(), found


def load_the_rest() -> None:
    """Import what comes after reading."""
    from importlib import import_module

    for name in ("learn.past", "plan.make", "render.action_plan", "render.briefing"):
        import_module(f"campaign.{name}")


def plan_book(
    book: LoanBook,
    request: CampaignRequest,
    progress: Progress = quiet,
    *,
    commitments: Commitments | None = None,
) -> CampaignPlan:
    """Make the plan of a book that has been read; `commitments` as `plan_from`."""
    progress(LEARNING)
    return plan_from(book, read_history(request), request, progress, commitments=commitments)


def plan_from(
    book: LoanBook,
    old_books: Sequence[LoanBook],
    request: CampaignRequest,
    progress: Progress = quiet,
    *,
    commitments: Commitments | None = None,
    version: int = 1,
) -> CampaignPlan:
    """Make the plan of a book and older ledgers that have been read.

    Args:
        book: The loan book.
        old_books: Older ledgers.
        request: What was asked for.
        progress: Told the stage under way.
        commitments: What a later plan is bound to; None for a first plan.
        version: Number of the plan inside its folder.
    """
    found = estimate(book, old_books, request, progress)
    progress(PLANNING)
    return plan_of(
        book, found, request, target=request.target, commitments=commitments, version=version
    )


def plan_of(
    book: LoanBook,
    found: Estimates,
    request: CampaignRequest,
    *,
    target: float | None,
    commitments: Commitments | None = None,
    version: int = 1,
) -> CampaignPlan:
    """Make the plan of what was estimated; touches add what the log taught, where it did.

    The plan keeps the settings that were asked for; table RESPONSE says what was used instead.
    """
    from campaign.book.card_file import read_cards
    from campaign.plan.make import make_plan

    give_back()
    settings = request.settings
    own_cards = tuple(read_cards(path) for path in request.cards)
    plan = make_plan(
        book,
        found.growth,
        found.window,
        replace(settings, response=found.response.rules),
        rates=found.rates,
        season=found.season,
        response=found.response.table,
        target=target,
        seed=settings.campaign.seed,
        commitments=commitments,
        version=version,
    )
    give_back()
    return replace(plan, settings=settings, own_cards=own_cards)


def write_campaign(
    plan: CampaignPlan,
    out: Path,
    progress: Progress = quiet,
    *,
    request: CampaignRequest | None = None,
    aside: TablesAside | None = None,
) -> CampaignRun:
    """Write everything of the output contract into the folder `out`, and keep the plan.

    Args:
        plan: What to write.
        out: The campaign folder.
        progress: Told the stage under way.
        request: What the plan was made from; kept, so that scenarios can be tried on it.
        aside: Tables that were written before the plan was made.
    """
    from campaign.progress.kept_plans import refuse_replacing
    from campaign.progress.store import FILE_NAME
    from campaign.render.files import made_aside

    refuse_unwritable(out)
    store = out / FILE_NAME
    refuse_replacing(plan, store)
    if store.exists():
        paths = write_outputs(plan, out, progress, aside=aside)
        _keep(plan, store, request)
        return CampaignRun(plan, out, (*paths, store))
    with made_aside(store) as fresh:
        paths = write_outputs(
            plan, out, progress, aside=aside, keep=lambda: _keep(plan, fresh, request)
        )
    return CampaignRun(plan, out, (*paths, store))


def _keep(plan: CampaignPlan, store: Path, request: CampaignRequest | None) -> None:
    """Keep a plan, and what it was made from, in a store."""
    from campaign.progress.kept_plans import record_plan
    from campaign.progress.kept_request import keep_request

    record_plan(plan, store)
    if request is not None:
        keep_request(store, plan.version, to_keep(request))


def write_outputs(
    plan: CampaignPlan,
    out: Path,
    progress: Progress = quiet,
    *,
    carried: Carried | None = None,
    aside: TablesAside | None = None,
    keep: Callable[[], None] | None = None,
) -> list[Path]:
    """Write what people and machines read of a plan, the store left alone; return the paths.

    `keep` keeps the plan beside the writing; `aside` as of `write_campaign`.
    """
    from campaign.render.action_plan import writing_action_plans
    from campaign.render.bank_summary import write_bank_summary
    from campaign.render.briefing import write_briefings
    from campaign.render.contacts import ContactCards
    from campaign.render.masking import Masker
    from campaign.render.plan_json import write_plan_json
    from campaign.render.tables import write_tables

    cards = ContactCards(plan.book, Masker(plan.settings.output.masked))

    def write_pages() -> list[Path]:
        return [
            *write_briefings(plan, out / "简报"),
            write_bank_summary(plan, out / "全行汇总.xlsx", cards),
        ]

    progress("写出行动方案")
    rows = len(plan.growth.opportunities)
    with (
        beside(write_pages, rows=rows, part=PAPERS) as pages,
        beside(keep, rows=rows, part=ISSUED) if keep else nullcontext() as kept,
        writing_action_plans(plan, out / "行动方案", carried=carried, cards=cards) as workbooks,
    ):
        progress("写出数据表")
        tables = [
            write_plan_json(plan, out / "plan.json"),
            *write_tables(plan, out / "tables", workbooks.hand_over, aside),
        ]
        if kept:
            kept()
        progress("写出支行简报")
        briefings = pages()
        return [*tables, *workbooks.written(), *briefings]


def run_campaign(request: CampaignRequest, out: Path, progress: Progress = quiet) -> CampaignRun:
    """Read a book, estimate, plan and write: the whole job.

    Raises:
        OutputBlocked: `out` cannot be written; said before the work begins.
    """
    from campaign.render.tables_aside import tables_aside

    refuse_unwritable(out)
    with without_collector(), tables_aside(out / "tables") as aside:
        plan = plan_campaign(request, progress, aside)
        return write_campaign(plan, out, progress, request=request, aside=aside)


def refuse_unwritable(out: Path) -> None:
    """Make the folder `out` and try to write into it.

    Raises:
        OutputBlocked: It cannot be made or written.
    """
    from campaign.render.files import make_folder, remove_leftovers, write_atomically

    try:
        make_folder(out)
    except OSError as error:
        raise OutputBlocked(
            f"文件夹 {out} 建不了（{reason_of(error)}）。", "请换一个有写入权限的位置。"
        ) from error
    remove_leftovers(out)
    try:
        write_atomically(out / PROBE, b"").unlink(missing_ok=True)
    except OutputBlocked as error:
        reason = f"（{reason_of(error.__cause__)}）" if isinstance(error.__cause__, OSError) else ""
        raise OutputBlocked(
            f"文件夹 {out} 不能写入{reason}。", "请换一个有写入权限的位置。"
        ) from error


def store_of(folder: Path) -> Path:
    """Return the database of a campaign folder.

    Raises:
        StoreError: The folder holds no campaign.
    """
    from campaign.progress.store import FILE_NAME

    path = folder / FILE_NAME
    if not path.is_file():
        raise StoreError(
            f"{folder} 里没有 {FILE_NAME}。", "请先运行 campaign plan，或换一个文件夹。"
        )
    return path
