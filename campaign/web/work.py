"""The process that plans one job: `python -m campaign.web.work FOLDER`, password on stdin."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sqlite3
import sys
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.errors import BookUnreadable, CampaignError, QuestionOpen
from campaign.web.answers import said
from campaign.web.job import DISK_IS_FULL, STAGES, Job, JobStatus
from campaign.web.lookup import FILE, write_lookup
from campaign.web.mapping import keep
from campaign.web.reading import keep_full_recipe, read_job
from campaign.web.recipes import remember
from campaign.web.replan_work import plan_anew
from campaign.web.scenario_work import try_out
from campaign.web.settings_form import settings_of
from campaign.web.wishes import commitments_of, mark_applied
from campaign.web.wording import sentence_of

if TYPE_CHECKING:
    from campaign.workflow import CampaignRequest

LOCKED = re.compile(r"有打开密码。$|的密码不对")
UNUSABLE = "台账暂不能用于制定方案：请先处理下表中标“错误”的问题，改好后重新上传。"
LABELS = {"as_of": "数据日期", "start": "活动开始", "end": "活动结束", "target": "净增目标"}
DAY_HINT = "请写成 2026-11-15 的样子。"
NO_MEMORY = "内存不足。请关闭其他程序，或把台账拆成几份再试。"


class OptionUnclear(CampaignError):
    """What was typed into a field of the page cannot be understood."""

    def __init__(self, field: str, message: str, hint: str) -> None:
        """Keep which field it is."""
        super().__init__(message, hint)
        self.field = field


def run(job: Job, password: str = "") -> None:
    """Do a job in this process, saying where it stands."""
    try:
        asked = job.request()
        if asked.replan:
            plan_anew(job, password)
        elif asked.base:
            try_out(job, password)
        else:
            _work(job, password)
    except OptionUnclear as error:
        job.say(JobStatus("asking", asks=(error.field,), evidence=(sentence_of(error),)))
    except BookUnreadable as error:
        if LOCKED.search(error.message) and find_spec("msoffcrypto"):
            job.say(JobStatus("asking", asks=("password",), evidence=(error.message,)))
        else:
            _fail(job, sentence_of(error))
    except CampaignError as error:
        _fail(job, sentence_of(error))
    except MemoryError:
        _fail(job, NO_MEMORY)
    except (OSError, sqlite3.OperationalError) as error:
        if not _is_disk_full(error):
            raise
        _fail(job, DISK_IS_FULL)


def _is_disk_full(error: Exception) -> bool:
    return getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in str(error)


def _fail(job: Job, sentence: str) -> None:
    job.say(replace(job.status(), state="failed", error=sentence))


def _work(job: Job, password: str) -> None:
    from campaign import workflow
    from campaign.book.report import check_report
    from campaign.tell import plan_lines

    report: dict[str, Any] | None = None

    def progress(stage: str) -> None:
        job.say(JobStatus("running", stage=stage, report=report))

    progress(STAGES[0])
    reading = read_job(job, request_of(job, password))
    keep(reading.mapping, job.mapping)
    book, request = reading.book, reading.request
    report = check_report(book) if book else None
    if book:
        keep_full_recipe(job, reading)
    wants_a_look = bool(job.request().options.check) and book is not None and book.usable
    asks = reading.asks or (("confirm",) if wants_a_look else ())
    if asks:
        job.say(JobStatus("asking", asks=asks, evidence=reading.evidence, report=report))
        return
    assert book is not None
    progress(STAGES[0])
    if not book.usable:
        _fail(job, UNUSABLE)
        return
    try:
        wishes = commitments_of(job.folder)
        plan = workflow.plan_book(book, request, progress, commitments=wishes)
    except QuestionOpen as question:  # of an older ledger: no field of the page answers it
        sentence = f"去年同期台账：{question.message}"
        raise CampaignError(sentence, "请把日期写进文件名，如 台账20251115.xlsx。") from question
    done = workflow.write_campaign(plan, job.plan, progress, request=request)
    write_lookup(plan, job.plan / "tables", job.folder / FILE)
    mark_applied(job.folder)
    if request.recipe and said(request.recipe):
        remember(job.folder.parent, book.bank_name, request.recipe)
    job.say(JobStatus("done", report=report, summary=tuple(plan_lines(done))))


def request_of(job: Job, password: str = "") -> CampaignRequest:
    """Return the workflow's request for what a page asked.

    Raises:
        OptionUnclear: A date or an amount cannot be understood.
    """
    from campaign.settings.amounts import parse_amount
    from campaign.workflow import CampaignRequest

    asked = job.request()
    options = asked.options
    amount_hint = "请写成 3亿、5000万 或 12000000。"
    return CampaignRequest(
        books=job.files(asked.books),
        history=job.files(asked.history),
        as_of=_understood("as_of", options.as_of, _day, DAY_HINT),
        start=_understood("start", options.start, _day, DAY_HINT),
        end=_understood("end", options.end, _day, DAY_HINT),
        target=_understood("target", options.target, parse_amount, amount_hint),
        password=password or None,
        unit=options.unit or None,
        settings=settings_of(job),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _understood(field: str, text: str, parse: Any, hint: str) -> Any:
    if not text.strip():
        return None
    value = parse(text.strip())
    if value is None:
        raise OptionUnclear(field, f"{LABELS[field]}读到“{text}”，看不懂。", hint)
    return value


def main(folder: Path) -> None:
    """Do the job of a folder: private files, a low priority, the password from stdin."""
    if os.name == "posix":
        os.umask(0o077)
        with contextlib.suppress(OSError):
            os.nice(5)
    password = sys.stdin.buffer.read().decode("utf-8")
    run(Job(folder), password)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
