"""The files of a request: read as books, checked, and asked about; no plan is made of them here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.errors import BookUnreadable, CampaignError, FieldsMissing, QuestionOpen
from campaign.request import CampaignRequest
from campaign.vocabulary import Severity

if TYPE_CHECKING:
    from campaign.book.loan_book import LoanBook, SheetsRead
    from campaign.book.open import OpensFile
    from campaign.findings import Ask


def read(request: CampaignRequest, meanwhile: Callable[[], None] = lambda: None) -> LoanBook:
    """Return the book of a request, usable or not.

    Children read its first file while what is needed for the rest is imported, and while what the
    caller has to do is done.

    Raises:
        BookUnreadable, FieldsMissing, QuestionOpen: As `book.read.read_book`.
    """
    from campaign.book.answers import NO_ANSWERS
    from campaign.book.open import begun

    how, rules = _how_to_read(request), request.settings.check
    answers = request.recipe.answers if request.recipe else NO_ANSWERS
    with begun(Path(request.books[0]), password=request.password, answers=answers) as first:
        from campaign.book.read import read_book

        meanwhile()
        books: list[Path | OpensFile] = [first, *request.books[1:]]
        return read_book(books, as_of=request.as_of, rules=rules, **how)


def read_history(request: CampaignRequest) -> list[LoanBook]:
    """Return the older ledgers of a request, each with its own day."""
    return [read(replace(request, books=(path,), as_of=None)) for path in request.history]


def look_at(request: CampaignRequest) -> SheetsRead:
    """Return how the sheets of a request are understood, also where they are no book yet.

    Raises:
        BookUnreadable: As `book.read.look_at`.
    """
    from campaign.book.read import look_at as look

    return look(request.books, **_how_to_read(request))


def _how_to_read(request: CampaignRequest) -> dict[str, Any]:
    return {"recipe": request.recipe, "password": request.password, "unit": request.unit}


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

    how = _how_to_read(request)
    rules = request.settings.check
    book, rows = read_with_rows(request.books, as_of=request.as_of, rules=rules, **how)
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
