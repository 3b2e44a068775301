"""Jobs: each is one upload in a folder of its own, planned by a process of its own.

JOB/request.json   what was asked for; never a password
JOB/mapping.json   how the columns were read, samples masked
JOB/status.json    where it stands; replaced whole
JOB/books/ history/  the files uploaded
JOB/plan/          the campaign folder
JOB/lookup.db      what the pages look up of each customer
JOB/returns/       filled-in workbooks on their way back
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from campaign.render.files import write_atomically
from campaign.trials import scenario_name

MOST_AT_ONCE = 2
PROGRAM = ("-m", "campaign.web.work")
ANSWERS = ("recipe.toml", "campaign.toml", "mapping.json", "wishes.json")
REACHING = "看要怎样才够"
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
    """What the user fixed on the page, as typed; empty where he left it to the book.

    `check` says that he wants to see how the book was read before it is planned.
    """

    target: str = ""
    as_of: str = ""
    start: str = ""
    end: str = ""
    unit: str = ""
    check: str = ""


@dataclass(frozen=True)
class JobRequest:
    """What was asked for.

    Attributes:
        books, history: Files; relative ones lie in the job's folder.
        options: What the user fixed.
        base: Number of the job whose plan is tried under other settings; empty for a plan.
        tried: What each scenario changes, as `campaign scenario --set` takes it.
        reach: Net growth asked for, as typed; empty if nothing is asked.
    """

    books: tuple[str, ...]
    history: tuple[str, ...] = ()
    options: JobOptions = field(default_factory=JobOptions)
    base: str = ""
    tried: tuple[str, ...] = ()
    reach: str = ""

    @property
    def stages(self) -> tuple[str, ...]:
        """Return the stages that the job goes through."""
        if not self.base:
            return STAGES
        names = (scenario_name(place, len(self.tried)) for place in range(len(self.tried) + 1))
        last = (REACHING,) if self.reach else ()
        return ("读取台账", "读取往年台账", *(f"试算{name}" for name in names), *last)


@dataclass(frozen=True)
class JobStatus:
    """Where a job stands.

    Attributes:
        state: waiting, running, asking, done, failed or cancelled.
        stage: The stage under way, as `STAGES`.
        error: One Chinese sentence where it failed.
        asks: Names of what only the user can answer: as_of, unit, columns, password; or
            confirm, where he asked to look first.
        evidence: What was seen in the files, a sentence each, for the questions.
        report: What `campaign check` says of the book, once it was read.
        summary: The closing lines, once it is done.
    """

    state: str = "waiting"
    stage: str = ""
    error: str = ""
    asks: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    report: dict[str, Any] | None = None
    summary: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """Return whether nothing more happens until the user does something."""
        return self.state in ("asking", "done", "failed", "cancelled")

    def stages_done(self, stages: Sequence[str]) -> int:
        """Return how many stages are behind the one under way."""
        if self.state == "done":
            return len(stages)
        return stages.index(self.stage) if self.stage in stages else 0


class Job:
    """One job, by its folder; any process may look at it."""

    def __init__(self, folder: Path) -> None:
        """Point at a job's folder, which need not be there yet."""
        self.folder = folder
        self.plan = folder / "plan"
        self.mapping = folder / "mapping.json"

    @property
    def name(self) -> str:
        """Return the job's number, which stands in its address."""
        return self.folder.name

    @property
    def made_at(self) -> str:
        """Return when it was asked for, as 2026-11-15 09:30."""
        seconds = (self.folder / "request.json").stat().st_mtime
        return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")

    def request(self) -> JobRequest:
        """Return what was asked for."""
        values = json.loads((self.folder / "request.json").read_text(encoding="utf-8"))
        options = JobOptions(**_known(JobOptions, values["options"]))
        lists = {name: tuple(values.get(name, ())) for name in ("books", "history", "tried")}
        return JobRequest(**{**_known(JobRequest, values), **lists, "options": options})

    def ask(self, request: JobRequest) -> None:
        """Keep what is asked for."""
        text = json.dumps(asdict(request), ensure_ascii=False)
        write_atomically(self.folder / "request.json", text.encode("utf-8"))

    def files(self, names: Sequence[str]) -> tuple[Path, ...]:
        """Return the paths of files of the request."""
        return tuple(self.folder / name for name in names)

    def status(self) -> JobStatus:
        """Return where the job stands."""
        try:
            values = json.loads((self.folder / "status.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return JobStatus()
        lists = {name: tuple(values.get(name, ())) for name in ("asks", "evidence", "summary")}
        return JobStatus(**{**_known(JobStatus, values), **lists})

    def say(self, status: JobStatus) -> None:
        """Replace the status whole."""
        text = json.dumps(asdict(status), ensure_ascii=False)
        write_atomically(self.folder / "status.json", text.encode("utf-8"))


def _known(kind: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values that a class of this version has; a folder may be of another."""
    return {name: values[name] for name in {f.name for f in fields(kind)} & values.keys()}


class Jobs:
    """The jobs of this machine's user, and the processes of those under way.

    At most `MOST_AT_ONCE` run; the others wait their turn.
    """

    def __init__(self, home: Path) -> None:
        """Keep jobs under a private folder, made where needed."""
        self.home = home
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(OSError):
            home.chmod(0o700)
        self._turns = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="job")
        self._asked: dict[str, Future[None]] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()

    def new(self) -> Job:
        """Return a job with a private folder and a number nobody can guess."""
        job = Job(self.home / secrets.token_hex(8))
        job.folder.mkdir(mode=0o700)
        for name in ("books", "history"):
            (job.folder / name).mkdir()
        return job

    def get(self, name: str) -> Job | None:
        """Return a job by its number, or None."""
        known = len(name) == 16 and all(c in "0123456789abcdef" for c in name)
        job = Job(self.home / name)
        return job if known and (job.folder / "request.json").is_file() else None

    def all(self) -> list[Job]:
        """Return the jobs, newest first."""
        found = [(path.stat().st_mtime, path) for path in self.home.glob("*/request.json")]
        return [Job(path.parent) for _, path in sorted(found, reverse=True)]

    def copy(self, job: Job) -> Job:
        """Return a new job with the files of another; both plans stay."""
        other = self.new()
        for name in ("books", "history"):
            shutil.copytree(job.folder / name, other.folder / name, dirs_exist_ok=True)
        for name in ANSWERS:
            if (job.folder / name).exists():
                shutil.copy2(job.folder / name, other.folder / name)
        other.ask(job.request())
        return other

    def start(self, job: Job, password: str = "") -> None:
        """Plan a job that has its request, when its turn comes.

        Args:
            job: The job.
            password: Opens encrypted workbooks; goes to the process by pipe, to no file.
        """
        with self._lock:
            job.say(JobStatus())
            self._asked[job.name] = self._turns.submit(self._turn, job, password)

    def watch(self, job: Job) -> JobStatus:
        """Return where a job stands; one whose process died unsaid has failed."""
        asked = self._asked.get(job.name)
        is_asked = asked is not None and not asked.done()
        status = job.status()  # after the look at the process, which may speak last
        if status.is_over or is_asked:
            begins = status.state == "waiting" and job.name in self._running
            return replace(status, state="running") if begins else status
        sentence = "处理中断，没有完成。请再试一次。"
        return replace(status, state="failed", error=sentence)

    def wait(self, job: Job, seconds: float) -> JobStatus:
        """Return where a job stands when nothing more happens, or after so many seconds."""
        asked = self._asked.get(job.name)
        if asked is not None:
            with contextlib.suppress(Exception):
                asked.exception(timeout=seconds)
        return self.watch(job)

    def cancel(self, job: Job) -> None:
        """Stop a job that waits or is under way."""
        with self._lock:
            asked, process = self._asked.pop(job.name, None), self._running.get(job.name)
        if asked is not None:
            asked.cancel()
        if process is not None:
            _kill(process)
        if not job.status().is_over:
            job.say(JobStatus("cancelled", error="已取消。"))

    def forget(self, job: Job) -> None:
        """Stop a job and remove all that is kept of it."""
        self.cancel(job)
        shutil.rmtree(job.folder, ignore_errors=True)

    def stop(self) -> None:
        """Stop every job, for the end of the program."""
        for name in list(self._asked):
            self.cancel(Job(self.home / name))
        self._turns.shutdown(cancel_futures=True)

    def _turn(self, job: Job, password: str) -> None:
        command = [sys.executable, *PROGRAM, str(job.folder)]
        with self._lock:
            if job.name not in self._asked:  # cancelled in between
                return
            with (job.folder / "log.txt").open("wb") as log:
                process = subprocess.Popen(
                    command,
                    env={**os.environ, "PYTHONUTF8": "1"},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                    start_new_session=True,
                )
            self._running[job.name] = process
        process.communicate(password.encode("utf-8"))
        with self._lock:
            del self._running[job.name]


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and the readers that it started."""
    with contextlib.suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
