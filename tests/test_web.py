"""The pages: who may ask, what is sent with every answer, what an upload may hold, what is shown."""

import ast
import io
import re
import zipfile
from types import SimpleNamespace

import pytest

from campaign.web import uploads, work
from campaign.web.views import plan_files, plan_page
from campaign.web.wording import for_page
from tests.source_code import PACKAGE
from tests.web_pages import FORM, HOST, OWN, Planned, an_app, planned_job, upload

CHANGING = {
    "upload": "/jobs",
    "sample": "/sample",
    "again": "/jobs/0000000000000000/again",
    "cancel": "/jobs/0000000000000000/cancel",
    "forget": "/jobs/0000000000000000/forget",
    "send_back": "/jobs/0000000000000000/returns",
    "keep": "/jobs/0000000000000000/returns/ab",
    "undo": "/jobs/0000000000000000/undo",
    "review": "/jobs/0000000000000000/review",
    "bad_rows": "/jobs/0000000000000000/bad-rows",
    "promise": "/jobs/0000000000000000/promise",
    "replan": "/jobs/0000000000000000/replan",
    "backup": "/jobs/0000000000000000/backup",
    "pdf": "/jobs/0000000000000000/pdf",
    "login": "/login",
    "logout": "/logout",
    "try_scenario": "/jobs/0000000000000000/scenario",
    "set": "/jobs/0000000000000000/settings",
    "wish": "/jobs/0000000000000000/customers/K001/wish",
    "plan_wishes": "/jobs/0000000000000000/wishes",
    "set_file": "/jobs/0000000000000000/settings/file",
}
PAYLOAD = "<img src=x onerror=alert(1)>"


@pytest.fixture
def told():
    """Return the launch tokens that were told later."""
    return []


@pytest.fixture
def app(tmp_path, told):
    app = an_app(tmp_path / "jobs", told)
    yield app
    app.extensions["jobs"].stop()


@pytest.fixture
def stranger(app):
    return app.test_client()


@pytest.fixture
def user(stranger):
    assert stranger.get("/start/secret").status_code == 302
    return stranger


@pytest.fixture
def planned(app, user):
    """Return a user, and the job with its plan that he finds."""
    return Planned(user, planned_job(app.extensions["jobs"].home))


def routes(app):
    values = {
        "name": "0" * 16,
        "file": "plan.json",
        "filename": "page.css",
        "token": "wrong",
        "batch": "ab",
        "number": "K001",
    }
    adapter = app.url_map.bind(HOST)
    return [
        (
            rule.endpoint,
            adapter.build(rule.endpoint, {k: values[k] for k in rule.arguments}, method=method),
            method,
        )
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


def finished(app):
    (job,) = app.extensions["jobs"].all()
    return job, app.extensions["jobs"].wait(job, 60)


def test_nobody_gets_in_without_the_launch_link(app, stranger):
    for endpoint, address, method in routes(app):
        if endpoint != "static":
            assert stranger.open(address, method=method, headers=OWN).status_code == 403, address


def test_the_launch_link_works_once(app, user):
    other = app.test_client()  # user has used it
    assert other.get("/start/secret").status_code == 403


def test_who_knocks_later_finds_one_new_link_where_only_the_user_sees_it(app, user, told):
    other = app.test_client()
    pages = [other.get("/"), other.get("/start/secret"), other.get("/")]
    assert len(told) == 1
    assert all(told[0] not in page.text for page in pages)
    assert other.get(f"/start/{told[0]}").status_code == 302
    assert other.get("/").status_code == 200


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
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_changes_come_from_our_own_pages_only(app, user, headers):
    home = app.extensions["jobs"].home
    changing = {name: address for name, address, method in routes(app) if method == "POST"}
    assert changing == CHANGING
    for address in changing.values():
        for kind in (FORM, "text/plain"):
            answer = user.post(address, headers=headers, content_type=kind)
            assert answer.status_code == 403, address
    assert list(home.iterdir()) == []


def test_every_answer_carries_the_safe_headers(app, user):
    for _, address, method in routes(app):
        answer = user.open(address, method=method)
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"


def test_no_script_runs_on_a_briefing(planned):
    answer = planned.user.get(planned.at + "/files/简报/index.html")
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_session_cookie_is_strict(stranger):
    cookie = stranger.get("/start/secret").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert cookie.startswith("campaign_8765=")


def test_an_upload_without_a_file_is_one_sentence(user):
    answer = user.post("/jobs", data={"target": "3亿"}, headers=OWN, content_type=FORM)
    assert answer.status_code == 400
    assert "没有选择台账文件" in answer.text


def test_an_unreadable_upload_ends_in_a_sentence(app, user):
    answer = upload(user, ("../../台账.xlsx", b"no workbook"))
    assert answer.status_code == 303
    job, status = finished(app)
    page = user.get(answer.headers["Location"]).text
    assert status.state == "failed"
    assert "没有完成" in page
    assert "Traceback" not in page
    assert sorted(path.name for path in (job.folder / "books").iterdir()) == ["_.._台账.xlsx"]


def test_a_target_nobody_understands_is_said(app, user):
    answer = upload(user, ("a.xlsx", b"x"), target="三个亿")
    finished(app)
    page = user.get(answer.headers["Location"]).text
    assert "净增目标读到“三个亿”" in page
    assert 'name="target"' in page


def test_the_password_is_kept_nowhere(app, user):
    upload(user, ("a.xlsx", b"x"), password="k9-of-qinghe")
    job, _ = finished(app)
    kept = [path.read_bytes() for path in job.folder.rglob("*") if path.is_file()]
    assert len(kept) == 4
    assert b"k9-of-qinghe" not in b"".join(kept)


# werkzeug drops the parts that it had taken without closing them
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("files", "answer"),
    [
        ((uploads.MOST_FILES + 1, 1), (400, "一次最多 20 个")),
        ((uploads.MOST_PARTS + 1, 1), (413, "文件太多")),
        ((1, 3_000), (413, "文件太大")),
    ],
)
def test_what_is_too_much_is_refused_in_one_sentence(app, user, monkeypatch, files, answer):
    count, size = files
    if size > 1:
        monkeypatch.setattr("campaign.web.pages.MOST_BYTES", 2_000)
        app.config["MAX_CONTENT_LENGTH"] = 2_000
    page = upload(user, *((f"{n}.csv", b"x" * size) for n in range(count)))
    assert page.status_code == answer[0]
    assert answer[1] in page.text
    assert list(app.extensions["jobs"].home.iterdir()) == []


def test_a_full_disk_is_said_before_anything_is_kept(app, user, monkeypatch):
    monkeypatch.setattr(
        uploads.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=99 * uploads.MIB)
    )
    answer = upload(user, ("a.csv", b"x"))
    assert answer.status_code == 507
    assert "磁盘空间不足：还剩 99 MB" in answer.text
    assert list(app.extensions["jobs"].home.iterdir()) == []


def test_a_disk_that_fills_up_leaves_nothing_behind(app, user, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(uploads.FileStorage, "save", full)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert upload(user, ("a.csv", b"x")).status_code == 500
    assert list(app.extensions["jobs"].home.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [
        ("/nothing", 404, "没有这个页面"),
        ("/jobs/ab", 404, "没有这个方案"),
        ("/sample", 405, "首页"),
    ],
)
def test_errors_are_chinese_pages(user, address, code, words):
    answer = user.get(address)
    assert answer.status_code == code
    assert words in answer.text
    assert '<html lang="zh-CN">' in answer.text


def test_a_file_name_is_text_wherever_it_is_shown(app, user):
    upload(user, (f"{PAYLOAD}.xlsx", b"x"))
    job, _ = finished(app)
    job.say(work.JobStatus("failed", error=PAYLOAD, evidence=(PAYLOAD,)))
    for address in ("/", f"/jobs/{job.name}"):
        page = user.get(address).text
        assert "<img" not in page
        assert "onerror=alert(1)" in page


def test_the_plan_page_shows_the_figures_of_the_plan(planned):
    page = planned.user.get(planned.at).text
    assert "清河农商银行开门红方案" in page
    for figure in ("200.00", "1,400.00", "城关支行", "QH001", "八成把握在"):
        assert figure in page
    shown = plan_page(planned.job.plan, ("甲行开门红方案（x）",))
    assert shown.title == "甲行开门红方案"
    assert [row.cells[0] for row in shown.branches] == ["东门市场支行", "城关支行"]
    assert all(row.link for row in (*shown.branches, *shown.managers))


def test_every_link_of_the_plan_page_leads_somewhere(planned):
    page = planned.user.get(planned.at).text
    links = set(re.findall(r'href="(/[^"#]+)', page))
    assert len(links) > 20
    assert [a for a in links if planned.user.get(a).status_code != 200] == []


def test_the_bundle_holds_what_people_take_away_and_is_the_same_each_time(planned):
    first, second = (planned.user.get(planned.at + "/plan.zip").data for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as bundle:
        names = bundle.namelist()
        assert bundle.testzip() is None
    assert names == [
        p.relative_to(planned.job.plan).as_posix() for p in plan_files(planned.job.plan)
    ]
    assert {"全行汇总.xlsx", "简报/index.html", "plan.json", "tables/touches.csv"} <= set(names)
    assert "campaign.db" not in names


@pytest.mark.parametrize(
    "file", ["../request.json", "../../x.json", "campaign.db", "%2e%2e/status.json", "简报"]
)
def test_only_the_plan_s_own_files_are_given(planned, file):
    assert planned.user.get(f"{planned.at}/files/{file}").status_code == 404


def test_another_target_makes_another_plan_beside_the_first(app, planned):
    data = {"target": "3亿", "as_of": ""}
    answer = planned.user.post(planned.at + "/again", data=data, headers=OWN)
    assert answer.headers["Location"] != planned.at
    jobs = app.extensions["jobs"]
    other = next(job for job in jobs.all() if job.name != planned.job.name)
    assert other.request().options.target == "3亿"
    assert planned.job.request().options.target == ""
    jobs.forget(other)
    assert planned.job.status().state == "done"


def test_a_forgotten_plan_is_gone(planned):
    assert planned.user.post(planned.at + "/forget", headers=OWN).status_code == 303
    assert planned.user.get(planned.at).status_code == 404
    assert not planned.job.folder.exists()


OPTION = re.compile(r"--[a-z]|campaign [a-z]|在配方|用配方")


class Sentences(ast.NodeVisitor):
    """Collects the Chinese texts of a module that name an option, a command or a recipe."""

    def __init__(self):
        self.found = []

    def visit_Expr(self, node):
        if not isinstance(node.value, ast.Constant):  # a docstring speaks to programmers
            self.generic_visit(node)

    def visit_JoinedStr(self, node):
        parts = [v.value if isinstance(v, ast.Constant) else "x" for v in node.values]
        self.keep("".join(map(str, parts)))

    def visit_Constant(self, node):
        if isinstance(node.value, str):
            self.keep(node.value)

    def keep(self, text):
        if re.search(r"[一-鿿]", text) and not text.startswith("#") and OPTION.search(text):
            self.found.append(text)


def test_the_pages_never_speak_of_options_of_the_command_line():
    """Every sentence of the rooms below that names one is put into the page's words."""
    seen = Sentences()
    for room in ("book", "growth", "plan", "learn", "progress"):
        for path in sorted((PACKAGE / room).rglob("*.py")):
            if path.name != "recipe.py":  # the pages take no recipe
                seen.visit(ast.parse(path.read_text(encoding="utf-8")))
    assert len(seen.found) > 8
    assert [text for text in seen.found if OPTION.search(for_page(text))] == []
