"""Pages on which workbooks come back: many at once, looked at before they are taken."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from flask import Flask, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage

from campaign.render.files import write_atomically
from campaign.web import errands
from campaign.web.errands import Returned
from campaign.web.job import Job
from campaign.web.jobs import NUMBER, new_number
from campaign.web.log import note
from campaign.web.pages import finished_job, jobs
from campaign.web.uploads import refuse_full_disk, save, uploaded
from campaign.web.views import read_plan

MOST_WORKBOOKS, FORM_FIELDS = 600, 40
REPORT = "report.json"


@dataclass(frozen=True)
class Batch:
    """Workbooks that were sent together.

    Attributes:
        folder: Where their files lie until they are taken, and what became of them.
        kept: Whether they have been taken back, or only looked at.
        reports: What became of each.
    """

    folder: Path
    kept: bool
    reports: tuple[Returned, ...]

    @property
    def sent_at(self) -> str:
        """Return when it was sent, as 2026-12-04 17:05."""
        seconds = (self.folder / REPORT).stat().st_mtime
        return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")

    @property
    def name(self) -> str:
        """Return its number, which stands in its address."""
        return self.folder.name

    @property
    def taken(self) -> int:
        """Return how many workbooks are not refused."""
        return sum(not report.refused for report in self.reports)

    @property
    def applied(self) -> int:
        """Return how many rows bring something new."""
        return sum(report.counts[1] for report in self.reports if report.counts)


def batches(job: Job) -> tuple[Batch, ...]:
    """Return the workbooks sent for a job, the latest first."""
    found = (job.folder / "returns").glob(f"*/{REPORT}")
    latest = sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)
    return tuple(_batch(job, path.parent.name) for path in latest)


def silent(job: Job, batch: Batch) -> list[str]:
    """Return the names of those whose workbook is not among those sent."""
    heard = {report.manager_id for report in batch.reports if not report.refused}
    managers = read_plan(job.plan)["managers"]
    return [m["manager_name"] for m in managers if m["manager_id"] not in heard]


def add_routes(app: Flask) -> None:
    """Add the pages to an app."""
    app.add_url_rule("/jobs/<name>/returns", "send_back", _send_back, methods=["POST"])
    app.add_url_rule("/jobs/<name>/returns/<batch>", "batch", _show)
    app.add_url_rule("/jobs/<name>/returns/<batch>", "keep", _keep, methods=["POST"])
    app.add_url_rule("/jobs/<name>/undo", "undo", _undo, methods=["POST"])


def _send_back(name: str) -> Any:
    """Take workbooks in and say what they would change."""
    job = finished_job(name)
    refuse_full_disk(job.folder)
    request.max_form_parts = MOST_WORKBOOKS + FORM_FIELDS
    chosen = uploaded("workbooks", "folder", most=MOST_WORKBOOKS)
    files = [file for files in chosen for file in files if not _is_lock(file)]
    if not files:
        abort(400, "没有选择工作簿。请选择客户经理填好交回的行动方案，可以一次选多份或整个文件夹。")
    folder = job.folder / "returns" / new_number()
    paths = save(files, folder / "files")
    try:
        _remember(folder, errands.take_back(job.plan, paths, preview=True), kept=False)
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return redirect(url_for("batch", name=name, batch=folder.name), 303)


def _is_lock(file: FileStorage) -> bool:
    """Return whether it is what Excel keeps beside a workbook that is open."""
    return PurePosixPath(str(file.filename)).name.startswith("~$")


def _show(name: str, batch: str) -> str:
    job = finished_job(name)
    found = _batch(job, batch)
    return render_template("returns.html", job=job, batch=found, silent=silent(job, found))


def _keep(name: str, batch: str) -> Any:
    """Take back what was looked at."""
    job = finished_job(name)
    found = _batch(job, batch)
    if not found.kept:
        files = sorted((found.folder / "files").iterdir())
        _remember(found.folder, errands.take_back(job.plan, files, preview=False), kept=True)
        shutil.rmtree(found.folder / "files", ignore_errors=True)
        note(jobs().home, "take_back", {"job": name, "workbooks": len(files)})
    return redirect(url_for("batch", name=name, batch=batch), 303)


def _undo(name: str) -> Any:
    job = finished_job(name)
    files = errands.undo(job.plan)
    flash(f"已撤销最近一次收回：{'、'.join(files)}")
    note(jobs().home, "undo", {"job": name, "workbooks": len(files)})
    return redirect(url_for("running", name=name), 303)


def _batch(job: Job, name: str) -> Batch:
    folder = job.folder / "returns" / name
    if not (NUMBER.fullmatch(name) and (folder / REPORT).is_file()):
        abort(404, "没有这次收回。")
    values = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    reports = tuple(errands.returned(report) for report in values["reports"])
    return Batch(folder, values["kept"], reports)


def _remember(folder: Path, reports: Sequence[Returned], *, kept: bool) -> None:
    values = {"kept": kept, "reports": [asdict(report) for report in reports]}
    text = json.dumps(values, ensure_ascii=False)
    write_atomically(folder / REPORT, text.encode("utf-8"))
