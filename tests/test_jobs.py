"""Jobs: planned as the command plans, questions asked and answered, stopped, forgotten."""

import json
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from types import SimpleNamespace

import openpyxl
import pytest

from campaign.progress.store import opened
from campaign.resources import resource_folder
from campaign.web import jobs as jobs_module
from campaign.web import work
from campaign.web.job import Job, JobOptions, JobRequest, JobStatus
from campaign.web.jobs import MOST_AT_ONCE, Jobs
from campaign.web.log import FILE as LOG

FIRST_LOOK = resource_folder("sample_books") / "first_look.xlsx"
PATIENCE = 60.0
SLEEPS = ("-c", "import time; time.sleep(60)")
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
PASSWORD = "k9-of-qinghe"


@pytest.fixture
def jobs(tmp_path):
    kept = Jobs(tmp_path / "home")
    yield kept
    kept.stop()


def a_job(jobs, *books, history=(), **options) -> Job:
    job = jobs.new()
    job.ask(JobRequest(tuple(map(str, books)), tuple(map(str, history)), JobOptions(**options)))
    return job


def first_look(path, *, day=True, units=True, change=None, rename=None):
    """Return the small sample with its as-of day, its units or a column's values taken out."""
    workbook = openpyxl.load_workbook(FIRST_LOOK)
    sheet = workbook["贷款台账"]
    if not day:
        sheet["A1"] = "小微贷款台账"
    for head in sheet[2]:
        if change and head.value == change[0]:
            for row in range(3, sheet.max_row + 1):
                sheet.cell(row, head.column).value = change[1]
        if rename and head.value == rename[0]:
            head.value = rename[1]
        if not units:
            head.value = head.value.replace("（万元）", "")
    workbook.save(path)
    return path


def wait_until(condition):
    """Wait for what another thread brings about."""
    end = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    assert condition()


def files_of(folder):
    return {
        path.name: path.read_bytes()
        for path in [*(folder / "tables").iterdir(), folder / "plan.json"]
    }


def test_the_plan_of_a_page_is_the_command_s_to_the_byte_and_both_are_logged(jobs, tmp_path):
    job = a_job(jobs, FIRST_LOOK, target="250万")
    jobs.start(job)
    command = [sys.executable, "-m", "campaign", "plan", str(FIRST_LOOK)]
    out = tmp_path / "command"
    subprocess.run([*command, "--out", str(out), "--target", "250万"], check=True)
    status = jobs.wait(job, PATIENCE)
    assert status.state == "done", status.error
    assert status.summary[0].startswith("清河农商银行开门红方案")
    made, wanted = files_of(job.plan), files_of(out)
    assert len(wanted) >= 14
    assert [name for name in wanted if made.get(name) != wanted[name]] == []
    logged = json.loads((jobs.home / LOG).read_text(encoding="utf-8").splitlines()[-1])
    assert (logged["action"], logged["detail"]["job"]) == ("plan", job.name)
    assert logged["detail"]["masked"] is True
    with opened(out / "campaign.db") as store:
        (detail,) = store.execute("SELECT detail FROM log WHERE action = 'plan'").fetchone()
    assert json.loads(detail)["masked"] is True


def test_a_book_without_a_day_asks_for_it_and_goes_on_with_the_answer(jobs, tmp_path):
    job = a_job(jobs, first_look(tmp_path / "台账.xlsx", day=False))
    work.run(job)
    status = job.status()
    assert (status.state, status.asks) == ("asking", ("as_of",))
    assert "台账.xlsx" in status.evidence[0]
    asked = job.request()
    job.ask(replace(asked, options=JobOptions(as_of="2026-11-15")))
    work.run(job)
    assert job.status().state == "done"
    assert job.status().report["as_of"] == "2026-11-15"


def test_money_without_a_unit_asks_for_it_with_what_the_values_look_like(jobs, tmp_path):
    job = a_job(jobs, first_look(tmp_path / "book.xlsx", units=False))
    work.run(job)
    status = job.status()
    assert (status.state, status.asks) == ("asking", ("unit",))
    assert "列“贷款余额”没有注明单位（中位数 20.00，最大 350.00" in "".join(status.evidence)
    assert "--" not in "".join(status.evidence)
    job.ask(replace(job.request(), options=JobOptions(unit="万元")))
    work.run(job)
    assert job.status().report["totals"]["balance"] == 14_000_000


@pytest.mark.parametrize(
    ("field", "text"), [("target", "三个亿"), ("start", "冬天"), ("as_of", "2026-13-01")]
)
def test_what_was_typed_and_not_understood_is_asked_again(jobs, field, text):
    job = a_job(jobs, FIRST_LOOK, **{field: text})
    work.run(job)
    status = job.status()
    assert (status.state, status.asks) == ("asking", (field,))
    assert f"读到“{text}”" in status.evidence[0]


def test_a_locked_workbook_asks_for_its_password(jobs, tmp_path, monkeypatch):
    (tmp_path / "locked.xlsx").write_bytes(LOCKED)
    job = a_job(jobs, tmp_path / "locked.xlsx")
    monkeypatch.setattr(work, "find_spec", lambda _name: object())
    work.run(job)
    assert job.status().asks == ("password",)
    assert "locked.xlsx" in job.status().evidence[0]


def test_without_the_part_that_unlocks_a_locked_workbook_is_a_sentence(jobs, tmp_path, monkeypatch):
    (tmp_path / "locked.xlsx").write_bytes(LOCKED)
    job = a_job(jobs, tmp_path / "locked.xlsx")
    monkeypatch.setattr(work, "find_spec", lambda _name: None)
    work.run(job)
    assert job.status().state == "failed"
    assert "在 Excel 中先取消密码" in job.status().error


def test_a_password_lies_in_no_file_and_on_no_command_line(jobs, tmp_path, monkeypatch):
    locked = tmp_path / "locked.xlsx"
    locked.write_bytes(LOCKED)
    job = a_job(jobs, locked)
    seen = []
    popen = subprocess.Popen
    monkeypatch.setattr(
        jobs_module.subprocess,
        "Popen",
        lambda *args, **given: seen.append(repr((args, given))) or popen(*args, **given),
    )
    jobs.start(job, PASSWORD)
    assert jobs.wait(job, PATIENCE).is_over
    kept = [path for path in job.folder.rglob("*") if path.is_file()]
    assert len(kept) == 3  # request, status, log
    assert [path for path in kept if PASSWORD.encode() in path.read_bytes()] == []
    assert seen
    assert PASSWORD not in "".join(seen)


def test_a_book_that_cannot_be_used_says_so_and_shows_why(jobs, tmp_path):
    job = a_job(jobs, first_look(tmp_path / "book.xlsx", change=("贷款余额（万元）", 0)))
    work.run(job)
    status = job.status()
    assert status.state == "failed"
    assert "标“错误”" in status.error
    assert "error" in {finding["severity"] for finding in status.report["findings"]}


def test_an_older_ledger_without_a_day_is_no_question_about_this_one(jobs, tmp_path):
    old = first_look(tmp_path / "old.xlsx", day=False)
    job = a_job(jobs, FIRST_LOOK, history=[old])
    work.run(job)
    assert job.status().state == "failed"
    assert "请把日期写进文件名" in job.status().error


def test_no_more_run_at_once_than_may(jobs, monkeypatch):
    monkeypatch.setattr(jobs_module, "PROGRAM", SLEEPS)
    asked = [a_job(jobs, FIRST_LOOK) for _ in range(MOST_AT_ONCE + 2)]
    for job in asked:
        jobs.start(job)
    wait_until(lambda: len(jobs._running) == MOST_AT_ONCE)
    time.sleep(0.2)
    assert len(jobs._running) == MOST_AT_ONCE
    states = sorted(jobs.watch(job).state for job in asked)
    assert states == ["running"] * MOST_AT_ONCE + ["waiting"] * 2


def test_the_end_of_the_program_ends_every_job(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs_module, "PROGRAM", SLEEPS)
    jobs = Jobs(tmp_path)
    asked = [a_job(jobs, FIRST_LOOK) for _ in range(MOST_AT_ONCE + 1)]
    for job in asked:
        jobs.start(job)
    wait_until(lambda: len(jobs._running) == MOST_AT_ONCE)
    processes = list(jobs._running.values())
    jobs.stop()
    assert len(processes) == MOST_AT_ONCE
    assert all(process.poll() is not None for process in processes)
    assert [job.status().state for job in asked] == ["cancelled"] * len(asked)


def test_a_cancelled_job_can_be_started_again(jobs, monkeypatch):
    monkeypatch.setattr(jobs_module, "PROGRAM", SLEEPS)
    job = a_job(jobs, FIRST_LOOK)
    jobs.start(job)
    jobs.cancel(job)
    assert jobs.watch(job).state == "cancelled"
    jobs.start(job)
    assert jobs.watch(job).state in ("waiting", "running")


def test_a_process_that_dies_unsaid_has_failed(jobs, monkeypatch):
    monkeypatch.setattr(jobs_module, "PROGRAM", ("-c", "import os; os._exit(3)"))
    job = a_job(jobs, FIRST_LOOK)
    jobs.start(job)
    status = jobs.wait(job, PATIENCE)
    assert status.state == "failed"
    assert "处理中断" in status.error


@pytest.mark.parametrize(
    "full",
    [OSError(28, "No space left"), sqlite3.OperationalError("database or disk is full")],
)
def test_a_disk_that_fills_up_while_planning_is_said(jobs, monkeypatch, full):
    def stop(*_given):
        raise full

    job = a_job(jobs, FIRST_LOOK)
    monkeypatch.setattr(work, "_work", stop)
    work.run(job)
    assert "磁盘写满了" in job.status().error


def test_a_disk_too_full_to_say_so_is_seen_afterwards(jobs, monkeypatch):
    job = a_job(jobs, FIRST_LOOK)
    job.say(JobStatus("running"))
    monkeypatch.setattr(
        jobs_module.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=4_096)
    )
    assert "磁盘写满了" in jobs.watch(job).error


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("空.xlsx", b"", "空"),
        ("截图.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(50), "图片"),
        ("台账.csv", b"", "空"),
    ],
)
def test_a_file_that_is_no_ledger_ends_in_a_sentence_of_its_own(
    jobs, tmp_path, name, content, words
):
    (tmp_path / name).write_bytes(content)
    job = a_job(jobs, tmp_path / name)
    work.run(job)
    assert job.status().state == "failed"
    assert name in job.status().error
    assert words in job.status().error


def test_what_was_under_way_when_the_program_ended_has_failed(jobs):
    job = a_job(jobs, FIRST_LOOK)
    job.say(JobStatus("running", stage="测算增长来源"))
    assert Jobs(jobs.home).watch(job).state == "failed"


def test_folders_are_the_user_s_alone(jobs):
    job = a_job(jobs, FIRST_LOOK)
    work.run(job)
    assert jobs.home.stat().st_mode & 0o077 == 0
    assert job.folder.stat().st_mode & 0o077 == 0


def test_a_copy_asks_for_the_same_and_holds_the_files(jobs):
    job = a_job(jobs, "books/a.csv", target="3亿")
    (job.folder / "books" / "a.csv").write_bytes(b"x")
    other = jobs.copy(job)
    assert other.request() == job.request()
    assert [path.read_bytes() for path in other.files(other.request().books)] == [b"x"]
    assert jobs.all()[0].name in {job.name, other.name}
    assert len(jobs.all()) == 2


def test_nothing_is_left_of_a_forgotten_job(jobs):
    job = a_job(jobs, FIRST_LOOK)
    jobs.forget(job)
    assert jobs.get(job.name) is None
    assert list(jobs.home.iterdir()) == []


@pytest.mark.parametrize("name", ["", "..", "0" * 15, "../" + "0" * 13, "G" * 16])
def test_only_its_number_names_a_job(jobs, name):
    assert jobs.get(name) is None


def test_a_status_of_another_version_is_read(jobs):
    job = a_job(jobs, FIRST_LOOK)
    (job.folder / "status.json").write_text('{"state": "done", "colour": "red"}')
    assert job.status() == JobStatus("done")
