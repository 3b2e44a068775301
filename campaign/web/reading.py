"""Reads the files of a job and says what only the user can answer; remembered answers first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from campaign.errors import CampaignError, FieldsMissing, QuestionOpen
from campaign.findings import Finding
from campaign.vocabulary import Severity
from campaign.web.answers import questions, restricted, said
from campaign.web.book_questions import is_to_be_asked
from campaign.web.job import Job
from campaign.web.mapping import Mapping, mapping_of
from campaign.web.recipes import answers_of, remembered, write

if TYPE_CHECKING:
    from campaign.book.loan_book import LoanBook
    from campaign.request import CampaignRequest

ASK_COLUMNS = "请在下面的表里指定各列，再继续。"
ASK_SHEET = "若其中一张是台账，请在下面改成“贷款台账”，再继续；若都不是，请换文件。"
FEWEST_ROWS = 2


@dataclass(frozen=True)
class Reading:
    """What a job's files hold, as far as it is known.

    Attributes:
        request: What was asked for, with the answers that hold.
        book: The book, None while something that it needs is open.
        mapping: How the columns were read.
        asks: Names of what only the user can answer; empty if nothing is open.
        evidence: What was seen in the files, a sentence each, for the questions.
    """

    request: CampaignRequest
    book: LoanBook | None
    mapping: Mapping
    asks: tuple[str, ...]
    evidence: tuple[str, ...]


def read_job(job: Job, request: CampaignRequest) -> Reading:
    """Read the files of a job with its answers, or with those remembered for the bank.

    Raises:
        CampaignError: They cannot be read, and no answer on the page would help.
    """
    found = _read(replace(request, recipe=answers_of(job.folder)))
    if (job.folder / "recipe.toml").exists():
        return found
    known = restricted(remembered(job.folder.parent, found.mapping.bank), found.mapping)
    if not said(known):
        return found
    write(known, job.folder / "recipe.toml")
    again = _read(replace(request, recipe=known))
    return replace(again, mapping=replace(again.mapping, recalled=said(known)))


def _read(request: CampaignRequest) -> Reading:
    from campaign import reading

    try:
        book = reading.read(request)
    except (FieldsMissing, QuestionOpen) as error:
        look = reading.look_at(request)
        mapping = mapping_of(look.sheets, look.bank_name, look.findings)
        return _open(request, mapping, look.findings, error)
    mapping = mapping_of(book.sheets, book.bank_name, book.findings)
    asks, evidence = _open_questions(mapping, book.findings)
    if is_to_be_asked(mapping.choices, request.recipe):
        asks = (*asks, "book")
    return Reading(request, book, mapping, asks, evidence)


def _open(
    request: CampaignRequest, mapping: Mapping, findings: Iterable[Finding], error: CampaignError
) -> Reading:
    """Return what is open where there is no book yet.

    Raises:
        CampaignError: There is no ledger whose columns could be chosen.
    """
    asks, evidence = _open_questions(mapping, findings)
    if isinstance(error, QuestionOpen):
        return Reading(request, None, mapping, ("as_of", *asks), (error.message, *evidence))
    if not any(sheet.rows > FEWEST_ROWS for sheet in mapping.sheets):
        raise error
    if not any(sheet.role == "loans" for sheet in mapping.sheets):
        asks, evidence = (*asks, "columns"), (*evidence, error.message + ASK_SHEET)
    elif "columns" not in asks:
        asks, evidence = (*asks, "columns"), (*evidence, error.message + ASK_COLUMNS)
    return Reading(request, None, mapping, asks, evidence)


def _open_questions(
    mapping: Mapping, findings: Iterable[Finding]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    evidence = unit_questions(findings)
    asks = ("unit",) if evidence else ()
    must = [question for question in questions(mapping) if question.must]
    return (*asks, *(("columns",) if must else ())), evidence


def unit_questions(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return what was seen in money columns whose unit must be known and is not written."""
    return tuple(
        found.message.partition("；请用 --unit")[0]
        for found in findings
        if found.kind == "unit_unknown"
        and found.severity is Severity.ERROR
        and "--unit" in found.message
    )


def keep_full_recipe(job: Job, reading: Reading) -> None:
    """Keep the whole mapping of a job's book, for `campaign plan --recipe` elsewhere."""
    from campaign.book.recipe import recipe_of
    from campaign.web.answers import merged

    assert reading.book is not None
    known = reading.request.recipe or answers_of(job.folder)
    write(merged(recipe_of(reading.book), known), job.folder / "full_recipe.toml")
