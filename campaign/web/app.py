"""The Flask app: upload, follow a job, look at the plan, take the files away."""

from __future__ import annotations

import io
import secrets
import zipfile
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, g, redirect, render_template, request, send_file, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException, SecurityError

from campaign import __version__
from campaign.errors import CampaignError
from campaign.render.files import safe_name, unique_names
from campaign.resources import resource_folder
from campaign.vocabulary import Role, Severity
from campaign.web import guard
from campaign.web.jobs import STAGES, Job, JobOptions, Jobs
from campaign.web.views import briefings, plan_page, workbooks

MOST_BYTES = 256 * 1024 * 1024
MOST_FILES = 20
PLAN_FILES = (".xlsx", ".html", ".csv", ".json")


def create_app(home: Path, *, launch_token: str, hosts: tuple[str, ...]) -> Flask:
    """Return the app.

    Args:
        home: Private folder that holds the jobs.
        launch_token: Secret of the launch link; it works once.
        hosts: Host names, with port, that requests may be addressed to.
    """
    templates = resource_folder("templates") / "web"
    app = Flask(
        "campaign.web", template_folder=str(templates), static_folder=str(templates / "static")
    )
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_NAME="campaign_" + (hosts[0].rpartition(":")[2] if hosts else "test"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=64 * 1024,
        MAX_FORM_PARTS=60,
        TRUSTED_HOSTS=list(hosts),
    )
    app.jinja_env.globals.update(
        version=__version__,
        role_labels={role.value: role.label for role in Role},
        severity_labels={severity.value: severity.label for severity in Severity},
    )
    app.extensions["jobs"] = Jobs(home)
    guard.install(app, launch_token)
    _add_routes(app)
    app.register_error_handler(HTTPException, _sorry)
    app.register_error_handler(CampaignError, lambda error: _page_of_error(str(error), 400))
    return app


def _add_routes(app: Flask) -> None:
    app.add_url_rule("/", "home", _home)
    app.add_url_rule("/jobs", "upload", _upload, methods=["POST"])
    app.add_url_rule("/sample", "sample", _sample, methods=["POST"])
    app.add_url_rule("/jobs/<name>", "job", _job)
    app.add_url_rule("/jobs/<name>/cancel", "cancel", _cancel, methods=["POST"])
    app.add_url_rule("/jobs/<name>/plan.zip", "zip", _zip)
    app.add_url_rule("/jobs/<name>/files/<path:file>", "file", _file)


def _jobs() -> Jobs:
    from flask import current_app

    jobs: Jobs = current_app.extensions["jobs"]
    return jobs


def _found(name: str) -> Job:
    job = _jobs().get(name)
    if job is None:
        abort(404, "没有这个任务，可能已被清除。")
    return job


def _home() -> str:
    jobs = _jobs()
    return render_template("home.html", jobs=[(job, jobs.watch(job)) for job in jobs.all()])


def _upload() -> Any:
    jobs = _jobs()
    job = jobs.new()
    books = _saved(request.files.getlist("books"), job.folder / "books")
    history = _saved(request.files.getlist("history"), job.folder / "history")
    if not books:
        abort(400, "没有选择台账文件。请先选择至少一个文件。")
    fields = {name: request.form.get(name, "").strip() for name in JobOptions.__dataclass_fields__}
    jobs.start(job, books, history, JobOptions(**fields))
    return redirect(url_for("job", name=job.name), 303)


def _saved(uploads: list[FileStorage], folder: Path) -> list[Path]:
    """Save uploads under safe names; the name is kept since it may hold the as-of date."""
    given = [upload for upload in uploads if upload.filename]
    if len(given) > MOST_FILES:
        abort(400, f"一次最多 {MOST_FILES} 个文件。")
    paths = []
    for upload, name in zip(given, unique_names(str(u.filename) for u in given), strict=True):
        upload.save(folder / name)
        paths.append(folder / name)
    return paths


def _sample() -> Any:
    samples = resource_folder("sample_books")
    jobs = _jobs()
    job = jobs.new()
    jobs.start(job, [samples / "qinghe.xlsx"], [samples / "qinghe_2025.xlsx"], JobOptions())
    return redirect(url_for("job", name=job.name), 303)


def _job(name: str) -> str:
    job = _found(name)
    status = _jobs().watch(job)
    if status.state != "done":
        return render_template("job.html", job=job, status=status, stages=STAGES)
    return render_template("plan.html", job=job, status=status, page=plan_page(job.plan))


def _cancel(name: str) -> Any:
    job = _found(name)
    _jobs().cancel(job)
    return redirect(url_for("job", name=name), 303)


def _zip(name: str) -> Any:
    job = _found(name)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as bundle:
        for path in [*briefings(job.plan), *workbooks(job.plan), job.plan / "全行汇总.xlsx"]:
            bundle.write(path, str(path.relative_to(job.plan)))
    buffer.seek(0)
    return send_file(
        buffer, mimetype="application/zip", as_attachment=True, download_name="开门红方案.zip"
    )


def _file(name: str, file: str) -> Any:
    job = _found(name)
    path = (job.plan / file).resolve()
    if (
        not path.is_relative_to(job.plan.resolve())
        or path.suffix not in PLAN_FILES
        or not path.is_file()
    ):
        abort(404, "没有这个文件。")
    inline = path.suffix == ".html"
    if inline:
        g.policy = guard.BRIEFING_POLICY
    return send_file(path, as_attachment=not inline, download_name=safe_name(path.name))


def _sorry(error: HTTPException) -> Any:
    if isinstance(error, SecurityError):  # no page of ours for a foreign host
        return Response("400", 400, content_type="text/plain")
    sentences = {
        404: "没有这个页面。",
        405: "这个地址不能这样使用。",
        413: "文件太大：一次上传合计不能超过 256 MB。",
        500: "程序出错了，数据没有改动。请重试。",
    }
    code = error.code or 500
    own = (
        error.description
        if error.description and any("一" <= c <= "鿿" for c in error.description)
        else ""
    )
    return _page_of_error(own or sentences.get(code, "这个请求不能处理。"), code)


def _page_of_error(sentence: str, code: int) -> Any:
    return render_template("error.html", sentence=sentence), code
