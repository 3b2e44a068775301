"""What several pages share: finding a job, and the page that says sorry."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, render_template, request
from werkzeug.exceptions import HTTPException, SecurityError

from campaign.errors import CampaignError
from campaign.web.job import Job
from campaign.web.jobs import Jobs
from campaign.web.uploads import MOST_BYTES, TOO_LARGE, TOO_MANY, DiskFull
from campaign.web.wording import sentence_of

SENTENCES = {
    400: "这个请求不完整，没有处理。",
    404: "没有这个页面。",
    405: "这个地址不能这样打开。请从首页进入。",
    500: "程序出错了，数据没有改动。请再试一次；若仍出错，请把运行 campaign serve 的窗口里的内容发给支持人员。",
}


def jobs() -> Jobs:
    """Return the jobs of the running app."""
    found: Jobs = current_app.extensions["jobs"]
    return found


def found_job(name: str) -> Job:
    """Return a job by its number, or end with 404."""
    job = jobs().get(name)
    if job is None:
        abort(404, "没有这个方案，可能已被清除。")
    return job


def finished_job(name: str) -> Job:
    """Return a job that has its plan, or end with 404."""
    job = found_job(name)
    if job.status().state != "done" or job.request().base:
        abort(404, "这个方案还没有做完。")
    return job


def sorry(error: HTTPException) -> Any:
    """Return the page for an error of HTTP."""
    if isinstance(error, SecurityError):  # no page of ours for a foreign host
        return Response("400", 400, content_type="text/plain")
    code = error.code or 500
    own = error.description or ""
    if not any("一" <= char <= "鿿" for char in own):
        own = _too_much() if code == 413 else SENTENCES.get(code, "这个请求不能处理。")
    return error_page(own, code)


def refused(error: CampaignError) -> Any:
    """Return the page for what cannot be done."""
    return error_page(sentence_of(error), 507 if isinstance(error, DiskFull) else 400)


def error_page(sentence: str, code: int) -> Any:
    """Return a page with one sentence."""
    return render_template("error.html", sentence=sentence, code=code), code


def _too_much() -> str:
    return TOO_LARGE if (request.content_length or MOST_BYTES + 1) > MOST_BYTES else TOO_MANY
