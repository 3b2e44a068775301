"""The calls in order, for the command line and the pages: read, learn, grow, plan, write.

No banking rule of its own lives here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.errors import (
    BookUnreadable,
    CampaignError,
    FieldsMissing,
    OutputBlocked,
    QuestionOpen,
    StoreError,
)
from campaign.festival import campaign_window, load_calendar
from campaign.request import CampaignRequest as CampaignRequest
from campaign.request import to_keep
from campaign.vocabulary import Severity

if TYPE_CHECKING:
    import pandas as pd

    from campaign.book.loan_book import LoanBook, SheetsRead
    from campaign.festival import CampaignWindow
    from campaign.findings import Ask
    from campaign.growth.opportunities import Growth
    from campaign.plan.campaign_plan import CampaignPlan
    from campaign.plan.commitments import Commitments
    from campaign.progress.carried import Carried

Progress = Callable[[str], None]
PROBE = ".campaign-probe"


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


def _quiet(_stage: str) -> None:
    """Say nothing."""


def read(request: CampaignRequest) -> LoanBook:
    """Return the book of a request, usable or not.

    Raises:
        BookUnreadable, FieldsMissing, QuestionOpen: As `book.read.read_book`.
    """
    from campaign.book.read import read_book

    return read_book(request.books, as_of=request.as_of, **_how_to_read(request))


def _how_to_read(request: CampaignRequest) -> dict[str, Any]:
    return {"recipe": request.recipe, "password": request.password, "unit": request.unit}


def look_at(request: CampaignRequest) -> SheetsRead:
    """Return how the sheets of a request are understood, also where they are no book yet.

    Raises:
        BookUnreadable: As `book.read.look_at`.
    """
    from campaign.book.read import look_at as look

    return look(request.books, **_how_to_read(request))


def plan_campaign(request: CampaignRequest, progress: Progress = _quiet) -> CampaignPlan:
    """Read a book and make its plan; write nothing.

    Raises:
        BookUnreadable: A finding makes the book unusable, or it cannot be read.
    """
    progress("读取台账")
    book = read(request)
    refuse_unusable(book)
    return plan_book(book, request, progress)


def plan_book(
    book: LoanBook,
    request: CampaignRequest,
    progress: Progress = _quiet,
    *,
    commitments: Commitments | None = None,
) -> CampaignPlan:
    """Make the plan of a book that has been read; `commitments` as `plan_from`."""
    progress("读取往年台账，估计转化率与旺季")
    return plan_from(book, read_history(request), request, progress, commitments=commitments)


def read_history(request: CampaignRequest) -> list[LoanBook]:
    """Return the older ledgers of a request, each with its own day."""
    return [read(replace(request, books=(path,), as_of=None)) for path in request.history]


@dataclass(frozen=True)
class Estimates:
    """What a plan is made from: the campaign's days, what the past teaches, where growth is."""

    window: CampaignWindow
    rates: pd.DataFrame
    season: pd.DataFrame
    growth: Growth


def estimate(
    book: LoanBook,
    old_books: Sequence[LoanBook],
    request: CampaignRequest,
    progress: Progress = _quiet,
    *,
    moved: Callable[[pd.DataFrame], pd.DataFrame] | None = None,
) -> Estimates:
    """Return where growth can come from, by a book and older ledgers that have been read.

    `moved` moves the rates (RATES) by what came back of a season under way.
    """
    from campaign.growth.opportunities import find_growth
    from campaign.growth.portfolio import portfolio_of
    from campaign.learn.inflow import season_inflow
    from campaign.learn.past import learn_past

    settings = request.settings
    window = campaign_window(
        book.as_of,
        settings.campaign,
        load_calendar(request.holidays),
        start=request.start,
        end=request.end,
    )
    people = portfolio_of(book)
    past = learn_past(book, old_books, settings, people)
    rates = moved(past.rates) if moved else past.rates
    progress("测算增长来源")
    inflow = season_inflow(book, old_books, window)
    growth = find_growth(
        book, window, settings, rates, past.season, inflow,
        portfolio=people, vote_scores=past.vote_scores,
    )  # fmt: skip
    growth = replace(growth, findings=(*growth.findings, *past.findings))
    return Estimates(window, rates, past.season, growth)


def plan_from(
    book: LoanBook,
    old_books: Sequence[LoanBook],
    request: CampaignRequest,
    progress: Progress = _quiet,
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
    from campaign.plan.make import make_plan

    found = estimate(book, old_books, request, progress)
    progress("排定走访与任务")
    return make_plan(
        book,
        found.growth,
        found.window,
        request.settings,
        rates=found.rates,
        season=found.season,
        target=request.target,
        seed=request.settings.campaign.seed,
        commitments=commitments,
        version=version,
    )


def refuse_unusable(book: LoanBook) -> None:
    """Raise the errors of a book that no plan can be made from.

    Raises:
        BookUnreadable: With the first errors in one sentence each.
    """
    errors = [f.message for f in book.findings if f.severity is Severity.ERROR]
    if errors:
        raise BookUnreadable(
            "台账暂不能用于制定方案：" + " ".join(errors[:3]),
            f"（共 {len(errors)} 类错误，运行 campaign check 查看全部。）"
            if len(errors) > 3
            else "",
        )


def write_campaign(
    plan: CampaignPlan,
    out: Path,
    progress: Progress = _quiet,
    *,
    request: CampaignRequest | None = None,
) -> CampaignRun:
    """Write everything of the output contract into the folder `out`, and keep the plan.

    Args:
        plan: What to write.
        out: The campaign folder.
        progress: Told the stage under way.
        request: What the plan was made from; kept, so that scenarios can be tried on it.
    """
    from campaign.progress.kept_plans import record_plan, refuse_replacing
    from campaign.progress.kept_request import keep_request

    refuse_unwritable(out)
    refuse_replacing(plan, out / "campaign.db")
    paths = write_outputs(plan, out, progress)
    paths.append(record_plan(plan, out / "campaign.db"))
    if request is not None:
        keep_request(paths[-1], plan.version, to_keep(request))
    return CampaignRun(plan, out, tuple(paths))


def write_outputs(
    plan: CampaignPlan,
    out: Path,
    progress: Progress = _quiet,
    *,
    carried: Carried | None = None,
) -> list[Path]:
    """Write what people and machines read of a plan, the store left alone; return the paths."""
    from campaign.render.action_plan import write_action_plans
    from campaign.render.bank_summary import write_bank_summary
    from campaign.render.briefing import write_briefings
    from campaign.render.plan_json import write_plan_json
    from campaign.render.tables import write_tables

    progress("写出数据表")
    paths = [write_plan_json(plan, out / "plan.json"), *write_tables(plan, out / "tables")]
    progress("写出行动方案")
    paths += write_action_plans(plan, out / "行动方案", carried=carried)
    progress("写出支行简报")
    paths += write_briefings(plan, out / "简报")
    paths.append(write_bank_summary(plan, out / "全行汇总.xlsx"))
    return paths


def run_campaign(request: CampaignRequest, out: Path, progress: Progress = _quiet) -> CampaignRun:
    """Read a book, estimate, plan and write: the whole job.

    Raises:
        OutputBlocked: `out` cannot be written; said before the work begins.
    """
    refuse_unwritable(out)
    plan = plan_campaign(request, progress)
    return write_campaign(plan, out, progress, request=request)


def refuse_unwritable(out: Path) -> None:
    """Make the folder `out` and try to write into it.

    Raises:
        OutputBlocked: It cannot be made or written.
    """
    from campaign.render.files import remove_leftovers, write_atomically

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputBlocked(
            f"文件夹 {out} 建不了（{error.strerror or error}）。", "请换一个有写入权限的位置。"
        ) from error
    remove_leftovers(out)
    write_atomically(out / PROBE, b"").unlink()


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


def check_books(request: CampaignRequest) -> tuple[LoanBook, dict[str, Any]]:
    """Return a book and what was understood of it, as the contract of `campaign check`."""
    from campaign.book.report import check_report

    book = read(request)
    return book, check_report(book)


def write_bad_rows(request: CampaignRequest, path: Path) -> tuple[LoanBook, int]:
    """Write the rows of a book that must be looked at as a workbook; return book and row count.

    Raises:
        BookUnreadable, FieldsMissing, QuestionOpen: As `book.read.read_book`.
        OutputBlocked: The workbook cannot be written there.
    """
    from campaign.book.read import read_with_rows
    from campaign.render.bad_rows import write_bad_rows

    book, rows = read_with_rows(request.books, as_of=request.as_of, **_how_to_read(request))
    write_bad_rows(book, rows, path)
    return book, rows.count


def open_questions(
    request: CampaignRequest, error: CampaignError
) -> tuple[dict[str, Any], list[Ask]]:
    """Return the contract of `campaign check` for files that are no book yet, and questions.

    What was understood is there all the same, and every question at once.

    Args:
        request: What was asked for.
        error: What kept the files from being a book.
    """
    from campaign.book.as_of import NO_DAY
    from campaign.book.loan_book import SheetsRead
    from campaign.book.report import unfinished_report
    from campaign.findings import Finding, asks_of

    why = [Finding(type(error).__name__, Severity.ERROR, str(error))]
    try:
        seen = look_at(request)
    except CampaignError:
        seen = SheetsRead((), (), "")
    if isinstance(error, FieldsMissing) and not (request.as_of or seen.as_of):
        why.append(Finding(QuestionOpen.__name__, Severity.ERROR, NO_DAY))
    return unfinished_report(seen, why, request.as_of), asks_of(seen.findings)


def recipe_text(request: CampaignRequest) -> str:
    """Return as TOML how the files of a request are read; what is open stands in comments.

    Raises:
        BookUnreadable: A file is missing, locked, broken, or no table.
    """
    from campaign.book.recipe import NO_RECIPE
    from campaign.book.recipe_draft import recipe_draft

    try:
        seen: LoanBook | SheetsRead = read(request)
    except (FieldsMissing, QuestionOpen):
        seen = look_at(request)
    return recipe_draft(seen, request.recipe or NO_RECIPE)
