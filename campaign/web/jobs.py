"""A job: one upload, planned by a process of its own; its folder is all its memory.

JOB/request.json   what was asked for
JOB/status.json    stage, error, summary; replaced whole
JOB/books/ history/  the files uploaded
JOB/plan/          the campaign folder
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

STAGES = (
    "读取台账",
    "读取往年台账，估计转化率与旺季",
    "测算增长来源",
    "排定走访与任务",
    "写出数据表",
    "写出行动方案",
    "写出支行简报",
)


@dataclass(frozen=True)
class JobOptions:
    """What the user fixed on the page; empty text where he left it to the book."""

    as_of: str = ""
    start: str = ""
    end: str = ""
    target: str = ""
    unit: str = ""


@dataclass(frozen=True)
class JobStatus:
    """Where a job stands.

    Attributes:
        state: waiting, running, done, failed or cancelled.
        stage: The stage under way, as `STAGES`.
        error: One Chinese sentence where it failed.
        report: What `campaign check` says of the book, once it was read.
        summary: The closing lines, once it is done.
    """

    state: str = "waiting"
    stage: str = ""
    error: str = ""
    report: dict[str, Any] | None = None
    summary: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """Return whether nothing more will happen."""
        return self.state in ("done", "failed", "cancelled")

    @property
    def stages_done(self) -> int:
        """Return how many stages are behind the one under way."""
        if self.state == "done":
            return len(STAGES)
        return STAGES.index(self.stage) if self.stage in STAGES else 0


class Job:
    """One job, by its folder; any process may look at it."""

    def __init__(self, folder: Path) -> None:
        """Point at a job's folder, which need not be there yet."""
        self.folder = folder
        self.plan = folder / "plan"

    @property
    def name(self) -> str:
        """Return the job's number, which stands in its address."""
        return self.folder.name

    def status(self) -> JobStatus:
        """Return where the job stands."""
        try:
            values = json.loads((self.folder / "status.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return JobStatus()
        return JobStatus(**{**values, "summary": tuple(values["summary"])})

    def say(self, status: JobStatus) -> None:
        """Replace the status whole; a cancelled job stays cancelled."""
        if self.status().state == "cancelled":
            return
        from campaign.render.files import write_atomically

        text = json.dumps(asdict(status), ensure_ascii=False)
        write_atomically(self.folder / "status.json", text.encode("utf-8"))

    def request(self) -> dict[str, Any]:
        """Return what was asked for: books, history, options."""
        values: dict[str, Any] = json.loads(
            (self.folder / "request.json").read_text(encoding="utf-8")
        )
        return values


class Jobs:
    """The jobs of this machine's user, and the processes of those under way."""

    def __init__(self, home: Path) -> None:
        """Keep jobs under a private folder, made where needed."""
        self.home = home
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def new(self) -> Job:
        """Return a job with a folder of its own and a number nobody can guess."""
        job = Job(self.home / secrets.token_hex(8))
        for name in ("books", "history"):
            (job.folder / name).mkdir(parents=True, mode=0o700)
        return job

    def get(self, name: str) -> Job | None:
        """Return a job by its number, or None."""
        known = len(name) == 16 and all(c in "0123456789abcdef" for c in name)
        job = Job(self.home / name)
        return job if known and (job.folder / "request.json").is_file() else None

    def all(self) -> list[Job]:
        """Return the jobs, newest first."""
        found = [Job(path.parent) for path in self.home.glob("*/request.json")]
        return sorted(
            found, key=lambda job: (job.folder / "request.json").stat().st_mtime, reverse=True
        )

    def start(self, job: Job, books: list[Path], history: list[Path], options: JobOptions) -> None:
        """Start planning in a process of its own."""
        request = {
            "books": [str(path) for path in books],
            "history": [str(path) for path in history],
            "options": asdict(options),
        }
        (job.folder / "request.json").write_text(
            json.dumps(request, ensure_ascii=False), encoding="utf-8"
        )
        job.say(JobStatus(state="running"))
        command = [sys.executable, "-m", "campaign.web.jobs", str(job.folder)]
        environment = {**os.environ, "PYTHONUTF8": "1"}
        with (job.folder / "log.txt").open("wb") as log:
            self._running[job.name] = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )

    def watch(self, job: Job) -> JobStatus:
        """Return where a job stands; one whose process died unsaid has failed."""
        status = job.status()
        process = self._running.get(job.name)
        if not status.is_over and (process is None or process.poll() is not None):
            status = job.status()  # it may have spoken last in between
            if not status.is_over:
                status = JobStatus(
                    state="failed",
                    stage=status.stage,
                    error="处理中断，没有完成。请重新上传再试。",
                    report=status.report,
                )
                job.say(status)
        return status

    def cancel(self, job: Job) -> None:
        """Stop a job that is under way."""
        process = self._running.pop(job.name, None)
        if process is not None and process.poll() is None:
            process.kill()
            process.wait()
        if not job.status().is_over:
            job.say(JobStatus(state="cancelled", error="已取消。"))


def run(job: Job) -> None:
    """Do a job in this process, saying where it stands."""
    from campaign.errors import CampaignError

    try:
        _work(job)
    except CampaignError as error:
        job.say(
            JobStatus(
                state="failed",
                stage=job.status().stage,
                error=str(error),
                report=job.status().report,
            )
        )
    except MemoryError:
        job.say(JobStatus(state="failed", error="内存不足。请关闭其他程序，或把台账拆成几份再试。"))


def _work(job: Job) -> None:
    from campaign import workflow
    from campaign.book.read import check_report
    from campaign.tell import plan_lines

    request = request_of(job.request())
    report: dict[str, Any] | None = None

    def progress(stage: str) -> None:
        job.say(JobStatus(state="running", stage=stage, report=report))

    progress(STAGES[0])
    book = workflow.read(request)
    report = check_report(book)
    progress(STAGES[0])
    workflow.refuse_unusable(book)
    plan = workflow.plan_book(book, request, progress)
    done = workflow.write_campaign(plan, job.plan, progress, request=request)
    job.say(JobStatus(state="done", report=report, summary=tuple(plan_lines(done))))


def request_of(values: Mapping[str, Any]) -> Any:
    """Return the workflow's request for what a page asked.

    Raises:
        BookUnreadable: A date or an amount cannot be understood.
    """
    from campaign.settings.amounts import parse_amount
    from campaign.workflow import CampaignRequest

    options = JobOptions(**values["options"])
    return CampaignRequest(
        books=tuple(map(Path, values["books"])),
        history=tuple(map(Path, values["history"])),
        as_of=_day("数据日期", options.as_of),
        start=_day("活动开始", options.start),
        end=_day("活动结束", options.end),
        target=_understood("净增目标", options.target, parse_amount, "请写成 3亿 或 5000万。"),
        unit=options.unit or None,
    )


def _day(label: str, text: str) -> date | None:
    day: date | None = _understood(label, text, _iso_day, "请写成 2026-11-15 的样子。")
    return day


def _iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _understood(label: str, text: str, parse: Any, hint: str) -> Any:
    from campaign.errors import BookUnreadable

    if not text.strip():
        return None
    value = parse(text.strip())
    if value is None:
        raise BookUnreadable(f"{label}读到“{text}”，看不懂。", hint)
    return value


if __name__ == "__main__":
    run(Job(Path(sys.argv[1])))
