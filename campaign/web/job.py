"""A job: one upload in a folder of its own, with what was asked for and where it stands.

JOB/request.json   what was asked for; never a password
JOB/mapping.json   how the columns were read, samples masked
JOB/status.json    where it stands; replaced whole
JOB/books/ history/  the files uploaded
JOB/plan/          the campaign folder
JOB/lookup.db      what the pages look up of each customer
JOB/returns/       filled-in workbooks on their way back
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from campaign.render.files import write_atomically
from campaign.trials import scenario_name

DISK_IS_FULL = "磁盘写满了，没有做完。请清理磁盘，或在首页清除不要的方案，再试一次。"
REACHING = "看要怎样才够"
STAGES = (
    "读取台账",
    "读取往年台账，估计转化率与旺季",
    "测算增长来源",
    "排定走访与任务",
    "写出行动方案",
    "写出数据表",
    "写出支行简报",
)
REPLAN_STAGES = (
    "读取台账",
    "并入收回的结果",
    "测算增长来源",
    "排定余下的走访与任务",
    "写出行动方案",
    "写出数据表",
    "写出支行简报",
    "记下新版方案",
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
        base: Number of the job whose plan is tried under other settings, or is made anew;
            empty for a plan of its own.
        tried: What each scenario changes, as `campaign scenario --set` takes it.
        reach: Net growth asked for, as typed; empty if nothing is asked.
        replan: Day after which the rest of the base's plan is made anew; empty for a trial.
    """

    books: tuple[str, ...]
    history: tuple[str, ...] = ()
    options: JobOptions = field(default_factory=JobOptions)
    base: str = ""
    tried: tuple[str, ...] = ()
    reach: str = ""
    replan: str = ""

    @property
    def stages(self) -> tuple[str, ...]:
        """Return the stages that the job goes through."""
        if not self.base:
            return STAGES
        if self.replan:
            return REPLAN_STAGES
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
