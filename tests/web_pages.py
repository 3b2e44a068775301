"""What several tests of the pages stand on: an app, a client of our host, one finished job."""

from __future__ import annotations

import io
import re
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from flask.testing import FlaskClient

from campaign.errors import CampaignError
from campaign.resources import resource_folder
from campaign.vocabulary import WorkbookSheet
from campaign.web import errand_work, errands, work
from campaign.web.app import create_app
from campaign.web.job import Job, JobRequest
from campaign.web.jobs import Jobs

HOST = "127.0.0.1:8765"
OWN = {"Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin"}
FORM = "multipart/form-data"
FIRST_LOOK = resource_folder("sample_books") / "first_look.xlsx"


class Browser(FlaskClient):
    """A client that asks our host unless told otherwise."""

    def open(self, *args, **given):
        given.setdefault("base_url", f"http://{HOST}")
        given.setdefault("buffered", True)
        return super().open(*args, **given)


def an_app(home, told=None):
    """Return an app with a home, that tells new launch tokens to a list."""
    app = create_app(
        home,
        launch_token="secret",
        hosts=(HOST, "localhost:8765"),
        tell=(told if told is not None else []).append,
    )
    app.test_client_class = Browser
    return app


def signed_in(app):
    """Return a client that has used the launch link."""
    client = app.test_client()
    assert client.get("/start/secret").status_code == 302
    return client


@cache
def _planned_once() -> tuple[TemporaryDirectory, str]:
    """Plan the small sample once a process; return the home, gone at its end, and the job."""
    home = TemporaryDirectory(prefix="planned-")
    job = Jobs(Path(home.name)).new()
    job.ask(JobRequest((str(FIRST_LOOK),)))
    work.run(job)
    assert job.status().state == "done", job.status().error
    return home, job.name


def planned_job(home) -> Job:
    """Return a finished job, the small sample, in a home."""
    made, name = _planned_once()
    shutil.copytree(Path(made.name) / name, home / name)
    return Job(home / name)


def at_once(monkeypatch):
    """Let the errands of the pages be done in this process, without the start of another."""
    monkeypatch.setattr(errands, "_errand", _done_here)


def _done_here(name, folder, given, _seconds=0):
    answer = errand_work.run({"name": name, "folder": str(folder), **given})
    if "error" in answer:
        raise CampaignError(answer["error"])
    return answer


@dataclass(frozen=True)
class Planned:
    """A user who is signed in, the finished job that he finds, and its address."""

    user: FlaskClient
    job: Job

    @property
    def at(self) -> str:
        """Return the address of the plan."""
        return f"/jobs/{self.job.name}"


def filled_in(job, outcome, number="QH001"):
    """Return name and bytes of a manager's workbook with the first visit's result written in."""
    (path,) = (job.plan / "行动方案").rglob(f"{number}_*.xlsx")
    workbook = openpyxl.load_workbook(path)
    sheet = workbook[WorkbookSheet.VISITS.label]
    head = next(cell for row in sheet["A1:Z6"] for cell in row if cell.value == "结果")
    sheet.cell(head.row + 1, head.column).value = outcome
    kept = io.BytesIO()
    workbook.save(kept)
    return path.name, kept.getvalue()


def upload(user, *files, field="books", to="/jobs", **form):
    """Send files with a form and return the answer."""
    given = {field: [(io.BytesIO(content), name) for name, content in files], **form}
    return user.post(to, data=given, headers=OWN, content_type=FORM)


def text_of(page: str) -> str:
    """Return a page's words without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
