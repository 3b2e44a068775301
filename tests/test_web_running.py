"""The pages of a campaign under way: workbooks come back, reviews, promises, a new version, PDFs."""

import csv
import io
import sqlite3
import zipfile
from pathlib import Path

import pytest

from campaign.progress.activity_log import broken_log_entry
from campaign.progress.store import opened
from campaign.web import errands, running, work
from campaign.web.job import JobRequest, JobStatus
from campaign.web.views import read_plan
from campaign.web.wishes import Wish, add, are_open
from tests.web_pages import OWN, Planned, an_app, at_once, filled_in, planned_job, signed_in, upload

DAY = "2026-12-04"
PINNED = "2027-01-07"


@pytest.fixture
def planned(tmp_path, monkeypatch):
    """Return a user and the job with its plan that he finds; errands are done at once."""
    at_once(monkeypatch)
    app = an_app(tmp_path / "jobs")
    job = planned_job(app.extensions["jobs"].home)
    yield Planned(signed_in(app), job)
    app.extensions["jobs"].stop()


def touches(job):
    with (job.plan / "tables" / "touches.csv").open(encoding="utf-8-sig", newline="") as file:
        return [(r["customer_id"], r["channel"], r["date"]) for r in csv.DictReader(file)]


def open_customers(planned):
    """Return customers with a visit after the day of the new version, in order."""
    later = (c for c, channel, day in touches(planned.job) if channel == "visit" and day > PINNED)
    return sorted(set(later))


def send(planned, *files, field="workbooks"):
    return upload(planned.user, *files, field=field, to=planned.at + "/returns")


def test_workbooks_come_back_after_a_look_at_what_they_change(planned):
    answer = send(planned, filled_in(planned.job, "有意向"), ("别的.xlsx", b"x"))
    batch = answer.headers["Location"]
    look = planned.user.get(batch).text
    assert "还没有写入。写入后会收回 1 份，采用 1 行，拒收 1 份" in look
    assert planned.user.post(batch, headers=OWN).status_code == 303
    assert "收回 1 份，采用 1 行，拒收 1 份" in planned.user.get(batch).text
    again = send(planned, filled_in(planned.job, "有意向"))
    assert "采用 0 行" in planned.user.get(again.headers["Location"]).text
    undone = planned.user.post(planned.at + "/undo", headers=OWN, follow_redirects=True)
    assert "已撤销最近一次收回：QH001_张伟民.xlsx" in undone.text
    assert "没有可撤销的" in planned.user.post(planned.at + "/undo", headers=OWN).text


def test_a_folder_of_workbooks_comes_back_in_one_go_and_names_who_is_missing(planned):
    planned.user.application.config["MAX_FORM_PARTS"] = 3
    name, content = filled_in(planned.job, "有意向")
    files = [(f"第50周/城关支行/{name}", content), ("第50周/~$锁.xlsx", b"x")]
    files += [(f"第50周/别的{n}.xlsx", b"x") for n in range(2)]
    page = planned.user.get(send(planned, *files, field="folder").headers["Location"]).text
    assert "收回 1 份，采用 1 行，拒收 2 份" in page
    silent = {m["manager_name"] for m in read_plan(planned.job.plan)["managers"]} - {"张伟民"}
    assert f"这一次没有收到的 {len(silent)} 人" in page
    assert all(who in page for who in silent)


def test_the_weekly_review_and_the_talks_open_as_pages_and_stay_listed(planned):
    answer = planned.user.post(
        planned.at + "/review", data={"day": DAY}, headers=OWN, follow_redirects=True
    )
    assert "开门红进度复盘" in answer.text
    page = planned.user.get(planned.at + "/running").text
    assert f"files/%E5%A4%8D%E7%9B%98/{DAY}_%E7%BA%A6%E8%B0%88.html" in page
    for day, words in (("2026-10-01", "2026-10-01"), ("明天", "看不懂")):
        sorry = planned.user.post(planned.at + "/review", data={"day": day}, headers=OWN)
        assert sorry.status_code == 400
        assert words in sorry.text


PROMISE = {
    **{"manager": "QH001", "metric": "visits", "amount": "8"},
    **{"made_on": DAY, "due_on": "2026-12-18"},
}


def test_reviews_list_the_bank_s_pages_then_the_branches_then_the_tables(tmp_path):
    (tmp_path / running.REVIEWS).mkdir()
    for ending in ("_城关支行.html", "_进度.csv", "_约谈.html", ".html", "_案例.html"):
        (tmp_path / running.REVIEWS / f"2026-12-04{ending}").touch()
    (review,) = running.reviews_in(tmp_path, {"城关支行"})
    assert [words for _, words in review.files] == [
        "复盘",
        "案例",
        "约谈",
        "城关支行",
        "进度（CSV）",
    ]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "已记下：张伟民（QH001）到 2026-12-18 走访 8。"),
        ({"amount": "很多"}, "承诺的数量读到“很多”"),
        ({"amount": "nan"}, "承诺的数量读到“nan”"),
        ({"metric": "luck"}, "没有选承诺什么"),
        ({"manager": "X1"}, "工号 X1 不在第 1 版方案里"),
        ({"due_on": ""}, "看不懂"),
    ],
)
def test_a_promise_is_kept_or_refused_in_a_sentence(planned, changed, words):
    data = {**PROMISE, **changed}
    answer = planned.user.post(
        planned.at + "/promise", data=data, headers=OWN, follow_redirects=True
    )
    assert words in answer.text
    with opened(planned.job.plan / "campaign.db") as store:
        assert store.execute("SELECT count(*) FROM promises").fetchone()[0] == (not changed)


def test_the_rest_is_planned_anew_in_place_and_figures_still_open(planned):
    jobs = planned.user.application.extensions["jobs"]
    veto, pin = open_customers(planned)[:2]
    add(planned.job.folder, Wish(veto, "veto"))
    add(planned.job.folder, Wish(pin, "pin", "visit", PINNED))
    job = jobs.new()
    job.ask(JobRequest((), base=planned.job.name, replan="2027-01-05"))
    work.run(job)
    assert job.status().state == "done", job.status().error
    after = touches(planned.job)
    assert veto not in {customer for customer, _, _ in after}
    assert (pin, "visit", PINNED) in after
    assert not are_open(planned.job.folder)
    assert read_plan(planned.job.plan)["version"] == 2
    made = planned.user.get(f"/jobs/{job.name}").text
    assert "余下的方案重排好了" in made
    page = planned.user.get(planned.at).text
    assert "（第 2 版）" in page
    assert "看由哪些客户构成" in page
    assert planned.user.get(planned.at + "/customers").status_code == 200
    assert "这一版改了什么" in planned.user.get(planned.at + "/running").text
    assert "重排到 2027-01-05" in planned.user.get("/").text


def test_one_new_version_at_a_time_and_a_newer_book_stays_with_its_campaign(planned, monkeypatch):
    jobs = planned.user.application.extensions["jobs"]
    monkeypatch.setattr(jobs, "start", lambda job, _password: job.say(JobStatus()))
    monkeypatch.setattr(jobs, "watch", lambda job: job.status())
    to, data = planned.at + "/replan", {"day": "2027-01-05"}
    assert planned.user.post(to, data={"day": ""}, headers=OWN).status_code == 400
    first = upload(planned.user, ("新.csv", b"x"), to=to, **data).headers["Location"]
    asked = jobs.get(first.rpartition("/")[2]).request()
    (book,) = map(Path, asked.books)
    assert (asked.base, asked.replan, asked.stages[1]) == (
        planned.job.name,
        "2027-01-05",
        "并入收回的结果",
    )
    assert book.is_file()
    assert book.is_relative_to(planned.job.folder)
    assert upload(planned.user, to=to, **data).headers["Location"] == first
    assert "正在重排余下的方案" in planned.user.get(planned.at + "/running").text


def test_a_trial_that_failed_leads_back_to_its_plan_and_asks_for_no_book(planned):
    job = planned.user.application.extensions["jobs"].new()
    job.ask(JobRequest((), base=planned.job.name, replan="2020-01-05"))
    work.run(job)
    page = planned.user.get(f"/jobs/{job.name}").text
    assert job.status().state == "failed"
    assert f'href="{planned.at}"' in page
    assert "重新上传" not in page


def test_a_backup_is_sent_checked(planned, tmp_path):
    answer = planned.user.post(planned.at + "/backup", headers=OWN)
    assert "campaign_" in answer.headers["Content-Disposition"]
    (tmp_path / "copy.db").write_bytes(answer.data)
    connection = sqlite3.connect(tmp_path / "copy.db")
    assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
    assert broken_log_entry(connection) is None
    connection.close()


def test_briefings_are_sent_as_pdfs_in_one_zip_or_it_is_said_how(planned, monkeypatch):
    pdf = planned.job.plan / "打印" / "城关支行.pdf"
    pdf.parent.mkdir()
    pdf.write_bytes(b"%PDF-1.4")
    monkeypatch.setattr(errands, "print_pages", lambda _folder: [pdf])
    monkeypatch.setattr(running, "find_browser", lambda: Path("chromium"))
    answer = planned.user.post(planned.at + "/pdf", headers=OWN)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as bundle:
        assert bundle.read("城关支行.pdf") == b"%PDF-1.4"
    monkeypatch.setattr(running, "find_browser", lambda: None)
    sorry = planned.user.post(planned.at + "/pdf", headers=OWN)
    assert sorry.status_code == 400
    assert "按 Ctrl+P" in sorry.text


def test_an_errand_that_dies_or_waits_too_long_is_a_sentence(planned, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(errands, "PROGRAM", ("-c", "import os; os._exit(3)"))
    answer = planned.user.post(planned.at + "/backup", headers=OWN)
    assert (answer.status_code, "处理中断" in answer.text) == (400, True)
    monkeypatch.setattr(errands, "MOST_WAITING", 0.01)
    with errands._one_at_a_time:
        assert "请等它做完再试" in planned.user.post(planned.at + "/backup", headers=OWN).text
