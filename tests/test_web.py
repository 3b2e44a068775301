"""The pages' guard: who may ask, what is sent with every answer, what an upload may hold."""

import io

import pytest
from flask.testing import FlaskClient

from campaign.errors import CampaignError
from campaign.web.app import create_app
from campaign.web.serve import refuse_open_host

HOST = "127.0.0.1:8765"
OWN = {"Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def app(tmp_path):
    return create_app(tmp_path / "jobs", launch_token="secret", hosts=(HOST, "localhost:8765"))


class Browser(FlaskClient):
    """A client that asks our host unless told otherwise."""

    def open(self, *args, **given):
        given.setdefault("base_url", f"http://{HOST}")
        return super().open(*args, buffered=True, **given)


@pytest.fixture
def stranger(app):
    app.test_client_class = Browser
    return app.test_client()


@pytest.fixture
def user(stranger):
    assert stranger.get("/start/secret").status_code == 302
    return stranger


def routes(app):
    values = {"name": "0" * 16, "file": "plan.json", "filename": "page.css", "token": "wrong"}
    adapter = app.url_map.bind(HOST)
    return [
        (
            rule.endpoint,
            adapter.build(rule.endpoint, {k: values[k] for k in rule.arguments}),
            rule.methods,
        )
        for rule in app.url_map.iter_rules()
    ]


def test_nobody_gets_in_without_the_launch_link(app, stranger):
    for endpoint, address, methods in routes(app):
        if endpoint != "static":
            method = "POST" if "POST" in methods else "GET"
            assert stranger.open(address, method=method, headers=OWN).status_code == 403, address


def test_the_launch_link_works_once(app, user):
    other = app.test_client()  # user has used it
    assert other.get("/start/secret").status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1:99", "user@evil.example", ""]
)
def test_other_hosts_are_refused(user, host):
    assert user.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": f"http://{HOST}"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_changes_come_from_our_own_pages_only(app, user, headers):
    before = list(app.extensions["jobs"].home.iterdir())
    changing = [address for _, address, methods in routes(app) if "POST" in methods]
    assert len(changing) == 3
    for address in changing:
        assert user.post(address, headers=headers).status_code == 403, address
    assert list(app.extensions["jobs"].home.iterdir()) == before


def test_every_answer_carries_the_safe_headers(app, user):
    for _, address, _ in routes(app):
        answer = user.get(address)
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_session_cookie_is_strict(stranger):
    cookie = stranger.get("/start/secret").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert cookie.startswith("campaign_8765=")


def test_an_upload_without_a_file_is_one_sentence(user):
    answer = user.post(
        "/jobs", data={"target": "3亿"}, headers=OWN, content_type="multipart/form-data"
    )
    assert answer.status_code == 400
    assert "没有选择台账文件" in answer.text


def test_an_unreadable_upload_ends_in_a_sentence(app, user):
    answer = user.post(
        "/jobs",
        data={"books": (io.BytesIO(b"no workbook"), "../../台账.xlsx")},
        headers=OWN,
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303
    jobs = app.extensions["jobs"]
    (job,) = jobs.all()
    jobs._running[job.name].wait(timeout=60)
    page = user.get(answer.headers["Location"]).text
    assert "没有完成" in page
    assert "Traceback" not in page
    assert sorted(path.name for path in (job.folder / "books").iterdir()) == ["_.._台账.xlsx"]


def test_a_target_nobody_understands_is_said(app, user):
    answer = user.post(
        "/jobs",
        data={"books": (io.BytesIO(b"x"), "a.xlsx"), "target": "三个亿"},
        headers=OWN,
        content_type="multipart/form-data",
    )
    jobs = app.extensions["jobs"]
    (job,) = jobs.all()
    jobs._running[job.name].wait(timeout=60)
    assert "净增目标读到“三个亿”" in user.get(answer.headers["Location"]).text


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.com"])
def test_only_this_machine_is_served(host):
    with pytest.raises(CampaignError, match="已拒绝"):
        refuse_open_host(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_this_machine_is_fine(host):
    refuse_open_host(host)
