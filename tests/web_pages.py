"""What several tests of the pages stand on: an app, a client of our host, one finished job."""

from __future__ import annotations

import io
import re

from flask.testing import FlaskClient

from campaign.resources import resource_folder
from campaign.web import work
from campaign.web.app import create_app
from campaign.web.jobs import Job, JobRequest, Jobs

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


def planned_job(home) -> Job:
    """Return a finished job, the small sample, in a home."""
    jobs = Jobs(home)
    job = jobs.new()
    job.ask(JobRequest((str(FIRST_LOOK),)))
    work.run(job)
    assert job.status().state == "done", job.status().error
    return job


def upload(user, *files, field="books", to="/jobs", **form):
    """Send files with a form and return the answer."""
    given = {field: [(io.BytesIO(content), name) for name, content in files], **form}
    return user.post(to, data=given, headers=OWN, content_type=FORM)


def text_of(page: str) -> str:
    """Return a page's words without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
