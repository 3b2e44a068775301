"""A program killed at any moment loses nothing that it confirmed and tears nothing; a full disk too."""

import os
import re
import shutil
import subprocess
import sys

import openpyxl
import pytest
from click.testing import CliRunner

from benchmarks.anomalies import fail_calls
from benchmarks.kills import DAY, HAND, KINDS, is_whole, kill_work, lay_ground
from benchmarks.power_loss import cut_power
from campaign.cli import main
from campaign.errors import CampaignError
from campaign.loop import review, take_back
from campaign.progress.activity_log import broken_log_entry
from campaign.progress.store import opened
from campaign.replan import issue_rest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills by signal, limits of POSIX")
KILLS = 12


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    return lay_ground(tmp_path_factory.mktemp("ground"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_kill_at_any_moment_loses_and_tears_nothing(ground, kind):
    toll = kill_work(ground, kind, KILLS, seed=7)
    assert (toll.kills, toll.lost, toll.torn, toll.unsound) == (KILLS, 0, 0, 0)


def on_a_full_disk(work, most_bytes):
    """Do the work in a child whose files cannot grow beyond a size; return its sentence."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        import resource
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
        try:
            work()
            words = "done"
        except CampaignError as error:
            words = str(error)
        except BaseException as error:  # noqa: BLE001 - the parent says what it was
            words = f"defect {error!r}"
        os.write(writer, words.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        words = pipe.read().decode()
    os.waitpid(child, 0)
    return words


def whole(folder):
    """Return every file of a campaign by name, and that its store is sound."""
    with opened(folder / "campaign.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert broken_log_entry(connection) is None
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_is_one_sentence(words):
    """One line that says what and what now, in Chinese: nothing of the system's own words."""
    assert "\n" not in words, words
    assert re.search("原有(文件|内容)没有改动。$", words), words
    assert not re.search("[a-z]+ [a-z]+ [a-z]+", words, re.IGNORECASE), words


# Every command, where it starts, and how large a file it may still write.
FULL = [
    ("replan", 4), ("replan", 12), ("replan", 60),
    ("review", 4), ("review", 12), ("take-back", 40),
]  # fmt: skip


def command_of(ground, kind, folder):
    """Return what a command does to a folder, as the door calls it."""
    return {
        "replan": lambda: issue_rest(folder, ground.rest, HAND),
        "review": lambda: review(folder, DAY),
        "take-back": lambda: take_back(folder, ground.files, HAND),
    }[kind]


@pytest.mark.parametrize(("kind", "kilobytes"), FULL)
def test_a_full_disk_leaves_what_was_before(ground, tmp_path, kind, kilobytes):
    start = ground.folder if kind == "take-back" else ground.taken
    folder = shutil.copytree(start, tmp_path / "campaign")
    before = whole(folder)
    assert_is_one_sentence(on_a_full_disk(command_of(ground, kind, folder), kilobytes * 1024))
    added = {path: content for path, content in whole(folder).items() if path not in before}
    assert {path: content for path, content in whole(folder).items() if path in before} == before
    assert {path.parent.name for path in added} <= ({"复盘"} if kind == "review" else set())
    assert all(is_whole(path) for path in folder.rglob("*"))


@pytest.fixture
def small_disk(tmp_path):
    """Return a disk of its own of 2 MiB; only root may have one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no disk of its own may be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("left", [0, 30_000])
def test_a_disk_that_is_really_full_leaves_what_was_before(ground, small_disk, kind, left):
    start = ground.folder if kind == "take-back" else ground.taken
    folder = shutil.copytree(start, small_disk / "campaign")
    before = whole(folder)
    free = shutil.disk_usage(small_disk).free
    (small_disk / "other").write_bytes(b"x" * (free - left))
    with pytest.raises(CampaignError) as said:
        command_of(ground, kind, folder)()
    assert_is_one_sentence(str(said.value))
    assert re.search("剩余 [0-9,]+ 字节", str(said.value))
    assert {path: content for path, content in whole(folder).items() if path in before} == before
    assert all(is_whole(path) for path in folder.rglob("*"))


@pytest.fixture
def sealed_disk(ground, small_disk):
    """Return a campaign on a disk that can only be read."""
    folder = shutil.copytree(ground.taken, small_disk / "campaign")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    return folder


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("replan", "--as-of", str(DAY)), "不能写入（磁盘是只读的）。请换一个有写入权限的位置。"),
        (("review", "--as-of", str(DAY)), "磁盘是只读的"),
        (("take-back",), "不可写。请换一个有写入权限的文件夹。"),
    ],
)
def test_a_folder_that_can_only_be_read_is_refused_in_a_sentence(ground, sealed_disk, words, said):
    name, *rest = words
    more = edited_again(ground, sealed_disk.parent.parent) if name == "take-back" else []
    done = CliRunner().invoke(main, [name, str(sealed_disk), *more, *rest])
    assert done.exit_code == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def edited_again(ground, place):
    """Return a workbook of the ground with one more note, so that it is no file known before."""
    to = place / ground.files[0].name
    book = openpyxl.load_workbook(ground.files[0])
    sheet = book["走访日程"]
    head = {cell.value: cell.column for cell in sheet[3]}
    sheet.cell(4, head["备注"], "补记")
    book.save(to)
    return [str(to)]


traced = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")


@traced
@pytest.mark.parametrize(("kind", "every"), [("take-back", 1), ("review", 4), ("replan", 16)])
def test_a_power_cut_at_any_moment_loses_and_mixes_nothing(ground, kind, every):
    cuts = cut_power(ground, kind, every=every)
    assert (cuts.lost, cuts.mixed, cuts.torn, cuts.unsound) == (0, 0, 0, 0), cuts.first
    assert cuts.states >= 10


@traced
@pytest.mark.parametrize(
    ("kind", "call", "number", "fault"),
    [
        ("take-back", "pwrite64", 20, "error=ENOSPC"),
        ("review", "fsync", 7, "error=EIO"),
        ("replan", "rename", 40, "error=ENOSPC"),
    ],
)
def test_a_call_that_fails_is_said_in_one_sentence(ground, kind, call, number, fault):
    toll = fail_calls(ground, kind, call, fault, [number])
    assert (toll.faults, toll.mixed, toll.unsound, toll.untold) == (1, 0, 0, [])
