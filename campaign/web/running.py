"""Pages of a campaign under way: the weekly review, promises, a new version, backup, PDFs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask, abort, flash, redirect, render_template, request, send_file, url_for

from campaign.render.browser_print import BRIEFINGS, BY_HAND, REVIEWS, find_browser
from campaign.vocabulary import PromiseMetric
from campaign.web import errands, returns
from campaign.web.confirm import saved
from campaign.web.job import Job, JobRequest, JobStatus
from campaign.web.log import note
from campaign.web.pages import finished_job, jobs
from campaign.web.uploads import refuse_full_disk, uploaded
from campaign.web.views import read_plan
from campaign.web.wishes import wishes_of

CHANGES = f"{BRIEFINGS}/方案变动.html"
NEWER_BOOKS = "newer"
DAY_LENGTH = len("2026-12-04")


@dataclass(frozen=True)
class ReviewShown:
    """The pages of one weekly review: its day, and each file with what it is called."""

    day: str
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RunningPage:
    """A campaign under way.

    Attributes:
        title: Whose plan.
        version: Number of the version in force.
        day: Day that a review or a new version would be of, as 2026-12-04.
        end: Last day of the campaign.
        managers: Number and name of each manager.
        reviews: Reviews written, the latest first.
        batches: Workbooks taken back or looked at, the latest first.
        changes: Page of what the version in force changed; empty for the first.
        replan: Number of the job that makes a new version now; empty where none does.
        is_bound: Whether visits were fixed or forbidden by hand, which a new version keeps.
    """

    title: str
    version: int
    day: str
    end: str
    managers: tuple[tuple[str, str], ...]
    reviews: tuple[ReviewShown, ...]
    batches: tuple[returns.Batch, ...]
    changes: str
    replan: str
    is_bound: bool


def add_routes(app: Flask) -> None:
    """Add the pages to an app."""
    app.add_url_rule("/jobs/<name>/running", "running", _show)
    app.add_url_rule("/jobs/<name>/review", "review", _review, methods=["POST"])
    app.add_url_rule("/jobs/<name>/promise", "promise", _promise, methods=["POST"])
    app.add_url_rule("/jobs/<name>/replan", "replan", _replan, methods=["POST"])
    app.add_url_rule("/jobs/<name>/backup", "backup", _backup, methods=["POST"])
    app.add_url_rule("/jobs/<name>/pdf", "pdf", _pdf, methods=["POST"])


def _show(name: str) -> str:
    job = finished_job(name)
    return render_template(
        "running.html", job=job, page=running_page(job), metrics=tuple(PromiseMetric)
    )


def running_page(job: Job) -> RunningPage:
    """Return what the page of a campaign under way shows."""
    plan = read_plan(job.plan)
    under_way = _replan_of(job)
    return RunningPage(
        title=job.status().summary[0].partition("（")[0],
        version=plan["version"],
        day=min(max(date.today().isoformat(), plan["start"]), plan["end"]),
        end=plan["end"],
        managers=tuple((m["manager_id"], m["manager_name"]) for m in plan["managers"]),
        reviews=reviews_in(job.plan, {row["branch"] for row in plan["branches"]}),
        batches=returns.batches(job),
        changes=CHANGES if plan["version"] > 1 and (job.plan / CHANGES).is_file() else "",
        replan=under_way.name if under_way else "",
        is_bound=bool(wishes_of(job.folder)),
    )


def replanned_page(job: Job, status: JobStatus) -> str:
    """Return the page of a new version that was made, of a plan that may be gone."""
    base = jobs().get(job.request().base)
    has_changes = base is not None and (base.plan / CHANGES).is_file()
    return render_template(
        "replanned.html", job=base, status=status, changes=CHANGES if has_changes else ""
    )


def reviews_in(plan: Path, branches: Collection[str]) -> tuple[ReviewShown, ...]:
    """Return the reviews of a campaign folder, the latest first.

    The files of one begin with its day: the bank's pages, those of its branches, the tables.
    """

    def order(path: Path) -> tuple[bool, bool, str]:
        return path.suffix == ".csv", path.stem[DAY_LENGTH:].lstrip("_") in branches, path.name

    found: dict[str, list[tuple[str, str]]] = {}
    for path in sorted((plan / REVIEWS).glob("*.*"), key=order):
        kind = "（CSV）" if path.suffix == ".csv" else ""
        what = (path.stem[DAY_LENGTH:].lstrip("_") or "复盘") + kind
        file = path.relative_to(plan).as_posix()
        found.setdefault(path.stem[:DAY_LENGTH], []).append((file, what))
    return tuple(ReviewShown(day, tuple(found[day])) for day in sorted(found, reverse=True))


def _replan_of(job: Job) -> Job | None:
    """Return the job that makes a new version of a plan now, if one does."""
    for other in jobs().all():
        asked = other.request()
        if asked.base == job.name and asked.replan and not jobs().watch(other).is_over:
            return other
    return None


def _review(name: str) -> Any:
    job = finished_job(name)
    page = errands.review(job.plan, request.form.get("day", "").strip())
    return redirect(url_for("file", name=name, file=page), 303)


def _promise(name: str) -> Any:
    """Keep what a manager promised in a talk."""
    job = finished_job(name)
    fields = ("manager", "metric", "amount", "made_on", "due_on")
    given = {field: request.form.get(field, "").strip() for field in fields}
    if given["metric"] not in set(PromiseMetric):
        abort(400, "没有选承诺什么。请选走访、电话、转介人数、申请或放款。")
    flash(errands.promise(job.plan, given))
    return redirect(url_for("running", name=name) + "#promise", 303)


def _replan(name: str) -> Any:
    """Start to plan the rest anew; the plan in force stays until the new one is written."""
    job = finished_job(name)
    under_way = _replan_of(job)
    if under_way:
        return redirect(url_for("job", name=under_way.name), 303)
    day = request.form.get("day", "").strip()
    if not day:
        abort(400, "没有填重排到哪一天。请选已经过去的最后一天。")
    refuse_full_disk(job.folder)
    (books,) = uploaded("books")
    other = jobs().new()
    files = saved(books, job, f"{NEWER_BOOKS}/{other.name}") if books else ()
    newer = tuple(str(path) for path in job.files(files))
    other.ask(JobRequest(newer, base=job.name, replan=day))
    note(jobs().home, "replan", {"job": job.name, "day": day, "books": len(newer)})
    jobs().start(other, request.form.get("password", ""))
    return redirect(url_for("job", name=other.name), 303)


def _backup(name: str) -> Any:
    """Send a copy of the campaign's memory, checked."""
    job = finished_job(name)
    path = errands.back_up(job.plan, date.today().isoformat())
    note(jobs().home, "download", {"job": name, "kind": "backup"})
    return send_file(path, as_attachment=True, download_name=path.name)


def _pdf(name: str) -> Any:
    """Send the briefings and the latest review as PDFs in one zip."""
    job = finished_job(name)
    if find_browser() is None:
        abort(400, f"这台电脑上没有找到 Edge、Chrome 或 Chromium，做不了 PDF。{BY_HAND}")
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w") as kept:
        for path in errands.print_pages(job.plan):
            kept.write(path, path.name)
    bundle.seek(0)
    note(jobs().home, "print", {"job": name, "kind": "pdf"})
    return send_file(
        bundle, mimetype="application/zip", as_attachment=True, download_name="简报PDF.zip"
    )
