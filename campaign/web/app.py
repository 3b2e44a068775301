"""The Flask app: upload, follow a job, answer its questions, look at the plan, take it away."""

from __future__ import annotations

import secrets
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, abort, g, redirect, render_template, request, send_file, url_for
from werkzeug.exceptions import HTTPException

from campaign import __version__
from campaign.book.header_text import UNUSED
from campaign.errors import CampaignError
from campaign.render.browser_print import find_browser
from campaign.render.files import safe_name
from campaign.resources import resource_folder
from campaign.vocabulary import Role, Severity
from campaign.web import (
    confirm,
    guard,
    look,
    returns,
    running,
    scenario,
    settings_page,
    uploads,
    wishes,
)
from campaign.web.answers import code_choices, questions, role_choices
from campaign.web.door import Door
from campaign.web.home import STATES, home_row
from campaign.web.job import Job, JobOptions, JobRequest
from campaign.web.jobs import Jobs
from campaign.web.log import note
from campaign.web.mapping import HELPER, choices, field_label, kept
from campaign.web.pages import finished_job, found_job, jobs, refused, sorry
from campaign.web.views import plan_files, plan_page
from campaign.web.wording import for_page

PLAN_FILES = (".xlsx", ".html", ".csv", ".json")
ZIP_DAY = (1980, 1, 1, 0, 0, 0)
MEMORY_FOR_ZIP = 32 * uploads.MIB


def create_app(
    home: Path,
    *,
    launch_token: str,
    hosts: tuple[str, ...],
    tell: Callable[[str], None] = lambda _token: None,
    password: str | None = None,
) -> Flask:
    """Return the app.

    Args:
        home: Private folder that holds the jobs.
        launch_token: Secret of the launch link; it works once.
        hosts: Host names, with port, that requests may be addressed to.
        tell: Says the secret of a new launch link where only the user sees it.
        password: Lets people on other machines in; None where only this machine is served.
    """
    templates = resource_folder("templates")
    app = Flask("campaign.web", static_folder=str(templates / "web" / "static"))
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_NAME="campaign_" + (hosts[0].rpartition(":")[2] if hosts else "test"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        MAX_CONTENT_LENGTH=uploads.MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=uploads.MOST_FIELD_BYTES,
        MAX_FORM_PARTS=uploads.MOST_PARTS,
        TRUSTED_HOSTS=list(hosts),
    )
    _add_words(app, templates)
    app.extensions["jobs"] = Jobs(home)
    guard.install(app, launch_token, tell, Door(password))
    _add_routes(app)
    confirm.add_routes(app)
    look.add_routes(app)
    scenario.add_routes(app)
    settings_page.add_routes(app)
    returns.add_routes(app)
    running.add_routes(app)
    app.register_error_handler(HTTPException, sorry)
    app.register_error_handler(CampaignError, refused)
    return app


def _add_words(app: Flask, templates: Path) -> None:
    """Set up what the templates know; the bridge is drawn as in the briefings."""
    from jinja2 import FileSystemLoader, StrictUndefined

    app.jinja_loader = FileSystemLoader([templates / "web", templates / "briefing"])
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["for_page"] = for_page
    app.jinja_env.globals.update(
        version=__version__,
        role_labels={role.value: role.label for role in Role} | {"unused": "没有用"},
        severity_labels={severity.value: severity.label for severity in Severity},
        states=STATES,
        choices=choices,
        role_choices=role_choices,
        code_choices=code_choices,
        field_label=field_label,
        unused=UNUSED,
        helper=HELPER,
        kinds=",".join(uploads.KINDS),
        most_files=uploads.MOST_FILES,
        most_workbooks=returns.MOST_WORKBOOKS,
        most_bytes=uploads.MOST_BYTES,
    )


def _add_routes(app: Flask) -> None:
    app.add_url_rule("/", "home", _home)
    app.add_url_rule("/favicon.ico", "icon", lambda: app.send_static_file("icon.svg"))
    app.add_url_rule("/jobs", "upload", _upload, methods=["POST"])
    app.add_url_rule("/sample", "sample", _sample, methods=["POST"])
    app.add_url_rule("/jobs/<name>", "job", _job)
    app.add_url_rule("/jobs/<name>/cancel", "cancel", _cancel, methods=["POST"])
    app.add_url_rule("/jobs/<name>/forget", "forget", _forget, methods=["POST"])
    app.add_url_rule("/jobs/<name>/plan.zip", "zip", _zip)
    app.add_url_rule("/jobs/<name>/files/<path:file>", "file", _file)


def _home() -> str:
    rows = [home_row(job, jobs().watch(job)) for job in jobs().all()]
    return render_template("home.html", rows=rows, options=JobOptions())


def _upload() -> Any:
    uploads.refuse_full_disk(jobs().home)
    books, history = uploads.uploaded("books", "history")
    if not books:
        abort(400, "没有选择台账文件。请先选择至少一个文件。")
    job = jobs().new()
    try:
        asked = JobRequest(
            books=confirm.saved(books, job, "books"),
            history=confirm.saved(history, job, "history"),
            options=confirm.options_of(JobOptions()),
        )
    except OSError:
        jobs().forget(job)
        raise
    job.ask(asked)
    note(jobs().home, "upload", {"job": job.name, "files": confirm.digests(job, asked)})
    jobs().start(job, request.form.get("password", ""))
    return redirect(url_for("job", name=job.name), 303)


def _sample() -> Any:
    samples = resource_folder("sample_books")
    job = jobs().new()
    job.ask(JobRequest((str(samples / "qinghe.xlsx"),), (str(samples / "qinghe_2025.xlsx"),)))
    jobs().start(job)
    return redirect(url_for("job", name=job.name), 303)


def _job(name: str) -> Any:
    job = found_job(name)
    status = jobs().watch(job)
    asked_for = job.request()
    if status.state == "done" and asked_for.replan:
        return running.replanned_page(job, status)
    if status.state == "done" and asked_for.base:
        return scenario.result_page(job)
    if status.state == "done":
        return render_template(
            "plan.html",
            job=job,
            status=status,
            page=plan_page(job.plan, status.summary),
            prints=find_browser() is not None,
            wishes=wishes.wishes_of(job.folder),
            wishes_open=wishes.are_open(job.folder),
        )
    mapping = kept(job.mapping) if status.is_over else None
    asked = questions(mapping) if mapping else []
    return render_template(
        "job.html",
        job=job,
        status=status,
        stages=asked_for.stages,
        mapping=mapping,
        asked=asked,
    )


def _cancel(name: str) -> Any:
    jobs().cancel(found_job(name))
    return redirect(url_for("job", name=name), 303)


def _forget(name: str) -> Any:
    jobs().forget(found_job(name))
    note(jobs().home, "forget", {"job": name})
    return redirect(url_for("home"), 303)


def _zip(name: str) -> Any:
    job = finished_job(name)
    file = tempfile.SpooledTemporaryFile(MEMORY_FOR_ZIP)  # noqa: SIM115 - sent, then closed
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bundle:
        for path in plan_files(job.plan):
            entry = zipfile.ZipInfo(path.relative_to(job.plan).as_posix(), ZIP_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, path.read_bytes())
    file.seek(0)
    note(jobs().home, "download", {"job": name, "kind": "zip"})
    return send_file(
        file, mimetype="application/zip", as_attachment=True, download_name="开门红方案.zip"
    )


def _file(name: str, file: str) -> Any:
    job = found_job(name)
    path = _plan_file(job, file)
    if path is None:
        abort(404, "没有这个文件。")
    inline = path.suffix == ".html"
    if inline:
        g.policy = guard.BRIEFING_POLICY
    note(jobs().home, "print" if inline else "download", {"job": name, "kind": path.suffix[1:]})
    return send_file(path, as_attachment=not inline, download_name=safe_name(path.name))


def _plan_file(job: Job, file: str) -> Path | None:
    """Return a file that a user may take away, or None."""
    try:
        path = (job.plan / file).resolve()
        is_ours = path.is_relative_to(job.plan.resolve()) and path.suffix in PLAN_FILES
        return path if is_ours and path.is_file() else None
    except (OSError, ValueError):  # no name that a file could have
        return None
