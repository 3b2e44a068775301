"""A job beside the block: its result, its error, and what happens where no copy answers."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from campaign import beside as module
from campaign.beside import beside
from campaign.errors import OutputBlocked

copies = pytest.mark.skipif(sys.platform != "linux", reason="copies are made on Linux alone")


@pytest.fixture(params=[True, False], ids=["in a copy", "here"])
def copied(request, monkeypatch):
    if request.param and sys.platform != "linux":
        pytest.skip("copies are made on Linux alone")
    monkeypatch.setattr(module, "may_copy", lambda *_: request.param)
    return request.param


def test_the_result_comes_from_a_copy_or_from_here(copied):
    with beside(lambda: (os.getpid(), "甲")) as result:
        process, word = result()
    assert (process != os.getpid(), word) == (copied, "甲")


@copies
def test_a_job_of_few_rows_is_done_here(monkeypatch):
    monkeypatch.setattr(module.threading, "active_count", lambda: 1)
    monkeypatch.setattr(module.os, "cpu_count", lambda: 2)
    assert module.may_copy(rows=module.WORTH_A_COPY)
    with beside(os.getpid, rows=module.WORTH_A_COPY - 1) as process:
        assert process() == os.getpid()


def test_an_error_is_raised_where_the_result_is_asked_for(copied):
    def fail():
        raise OutputBlocked("写不了。", "换一个。")

    with beside(fail) as result, pytest.raises(OutputBlocked, match="写不了") as raised:
        result()
    assert raised.value.hint == "换一个。"


@copies
def test_a_copy_that_ends_without_an_answer_is_done_again_here(monkeypatch):
    monkeypatch.setattr(module, "may_copy", lambda *_: True)
    home = os.getpid()

    def job():
        if os.getpid() != home:
            os._exit(9)
        return "hier"

    with beside(job) as result:
        assert result() == "hier"


@copies
def test_a_block_that_fails_waits_for_a_copy_nobody_asks(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "may_copy", lambda *_: True)

    def job():
        time.sleep(0.2)
        (tmp_path / "done").write_text("x")
        return "x" * 1_000_000  # more than a pipe holds

    with pytest.raises(RuntimeError, match="block"), beside(job):
        raise RuntimeError("block")
    assert (tmp_path / "done").exists()


KILLED = """
import os, sys, time
from pathlib import Path
from campaign import beside as module

module.may_copy = lambda *_: True

def job():
    Path(sys.argv[1]).write_text(str(os.getpid()))
    time.sleep(60)

with module.beside(job):
    time.sleep(60)
"""


@copies
def test_a_copy_ends_when_its_parent_is_killed(tmp_path):
    note = tmp_path / "pid"
    parent = subprocess.Popen([sys.executable, "-c", KILLED, str(note)])
    until = time.monotonic() + 30
    while not (note.exists() and note.read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    parent.kill()
    parent.wait()
    copy = int(note.read_text())
    while _runs(copy) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _runs(copy)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@copies
def test_a_process_that_holds_much_is_copied_for_numbers_alone(monkeypatch):
    monkeypatch.setattr(module.threading, "active_count", lambda: 1)
    monkeypatch.setattr(module.os, "cpu_count", lambda: 2)
    assert module.may_copy()
    monkeypatch.setattr(module, "MOST_COPIED", 1024)
    assert not module.may_copy()
    assert module.may_copy(part=0.0)
