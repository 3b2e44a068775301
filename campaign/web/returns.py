"""Pages of a campaign under way: workbooks come back, with a preview; the weekly review."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flask import Flask, abort, flash, redirect, render_template, request, url_for

from campaign.render.files import write_atomically
from campaign.web import errands
from campaign.web.errands import Returned
from campaign.web.jobs import Job
from campaign.web.log import note
from campaign.web.pages import finished_job, jobs
from campaign.web.uploads import refuse_full_disk, save, uploaded


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


def add_routes(app: Flask) -> None:
    """Add the pages to an app."""
    app.add_url_rule("/jobs/<name>/returns", "send_back", _send_back, methods=["POST"])
    app.add_url_rule("/jobs/<name>/returns/<batch>", "batch", _show)
    app.add_url_rule("/jobs/<name>/returns/<batch>", "keep", _keep, methods=["POST"])
    app.add_url_rule("/jobs/<name>/undo", "undo", _undo, methods=["POST"])
    app.add_url_rule("/jobs/<name>/review", "review", _review, methods=["POST"])


def _send_back(name: str) -> Any:
    """Take workbooks in and say what they would change."""
    job = finished_job(name)
    refuse_full_disk(job.folder)
    (files,) = uploaded("workbooks")
    if not files:
        abort(400, "没有选择工作簿。请选择客户经理填好交回的行动方案，可以一次选多份。")
    folder = job.folder / "returns" / secrets.token_hex(8)
    paths = save(files, folder / "files")
    try:
        _remember(folder, errands.take_back(job.plan, paths, preview=True), kept=False)
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return redirect(url_for("batch", name=name, batch=folder.name), 303)


def _show(name: str, batch: str) -> str:
    job = finished_job(name)
    return render_template("returns.html", job=job, batch=_batch(job, batch))


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
    return redirect(url_for("job", name=name), 303)


def _review(name: str) -> Any:
    job = finished_job(name)
    page = errands.review(job.plan, request.form.get("day", "").strip())
    return redirect(url_for("file", name=name, file=page), 303)


def _batch(job: Job, name: str) -> Batch:
    folder = job.folder / "returns" / name
    if not (name.isalnum() and (folder / "report.json").is_file()):
        abort(404, "没有这次收回。")
    values = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    reports = tuple(errands.returned(report) for report in values["reports"])
    return Batch(folder, values["kept"], reports)


def _remember(folder: Path, reports: Sequence[Returned], *, kept: bool) -> None:
    values = {"kept": kept, "reports": [asdict(report) for report in reports]}
    text = json.dumps(values, ensure_ascii=False)
    write_atomically(folder / "report.json", text.encode("utf-8"))
