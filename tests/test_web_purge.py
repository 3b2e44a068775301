"""What the pages keep of people goes when asked, and the log of who did what stays whole."""

import json
import subprocess
import sys

import pytest

from campaign.book.recipe import Recipe
from campaign.errors import CampaignError
from campaign.web import log, recipes
from campaign.web.job import JobRequest
from campaign.web.jobs import Jobs
from campaign.web.purge import purge

CANARY = "金丝雀客户 6217000000000000001"


@pytest.fixture
def home(tmp_path):
    jobs = Jobs(tmp_path / "home")
    for _ in range(2):
        job = jobs.new()
        (job.folder / "books" / "台账.csv").write_text(CANARY, encoding="utf-8")
        job.ask(JobRequest(("books/台账.csv",)))
    recipes.remember(jobs.home, "甲行", Recipe({"loans": {"余额": "balance"}}))
    log.note(jobs.home, "upload", {"files": 2})
    jobs.stop()
    return jobs.home


def test_a_purge_leaves_the_log_alone_and_says_what_went(home):
    found = purge(home)
    assert (found.jobs, found.files, found.recipes) == (2, 4, 1)
    assert [path.name for path in home.iterdir()] == [log.FILE]
    lines = [json.loads(line) for line in (home / log.FILE).read_text("utf-8").splitlines()]
    assert [line["action"] for line in lines] == ["upload", "purge"]
    assert lines[1]["detail"]["jobs"] == 2
    assert CANARY not in (home / log.FILE).read_text("utf-8")


def test_the_bytes_are_overwritten_before_the_file_goes(home, tmp_path):
    (one,) = sorted(home.glob("*/books/台账.csv"))[:1]
    twin = tmp_path / "twin"
    twin.hardlink_to(one)  # the same blocks under a name that stays
    size = twin.stat().st_size
    purge(home)
    assert twin.read_bytes() == bytes(size)


def test_a_folder_that_is_no_home_is_left_alone(tmp_path):
    (tmp_path / "账.csv").write_text("x")
    with pytest.raises(CampaignError, match="没有网页保存的方案"):
        purge(tmp_path)
    assert (tmp_path / "账.csv").exists()


def test_the_command_asks_first_and_then_says_what_it_removed(home):
    command = [sys.executable, "-m", "campaign", "purge", "--home", str(home)]
    no = subprocess.run(command, input="n\n", capture_output=True, text=True, encoding="utf-8")
    assert no.returncode == 1
    assert len(list(home.glob("*/request.json"))) == 2
    yes = subprocess.run(
        [*command, "--yes"], capture_output=True, check=True, text=True, encoding="utf-8"
    )
    assert "清除 2 个方案，4 个文件" in yes.stdout
    assert list(home.glob("*/request.json")) == []


@pytest.mark.parametrize("edit", [lambda t: t.replace("upload", "upl0ad"), lambda t: t[5:]])
def test_an_edited_line_of_the_log_is_seen(home, edit):
    log.note(home, "download", {"kind": "zip"})
    assert log.broken_line(home) is None
    path = home / log.FILE
    path.write_text(edit(path.read_text("utf-8")), encoding="utf-8")
    assert log.broken_line(home) == 1


def test_a_line_taken_out_of_the_log_is_seen(home):
    for _ in range(3):
        log.note(home, "download", {"kind": "zip"})
    path = home / log.FILE
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([lines[0], *lines[2:]]), encoding="utf-8")
    assert log.broken_line(home) == 2


def test_the_log_is_the_user_s_alone(home):
    assert (home / log.FILE).stat().st_mode & 0o077 == 0
