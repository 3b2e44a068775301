"""A program killed at any moment loses nothing that it confirmed and tears nothing; a full disk too."""

import os
import shutil
import sys

import pytest

from benchmarks.kills import HAND, KINDS, kill_work, lay_ground
from campaign.errors import CampaignError
from campaign.loop import take_back
from campaign.progress.activity_log import broken_log_entry
from campaign.progress.store import opened
from campaign.publish import ASIDE
from campaign.replan import issue_rest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills by signal, limits of POSIX")
KILLS = 20


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


@pytest.mark.parametrize("kilobytes", [4, 12, 60])
def test_a_full_disk_leaves_the_version_before(ground, tmp_path, kilobytes):
    folder = shutil.copytree(ground.taken, tmp_path / "campaign")
    before = whole(folder)
    words = on_a_full_disk(lambda: issue_rest(folder, ground.rest, HAND), kilobytes * 1024)
    assert "原有" in words, words
    assert "没有改动" in words, words
    after = {p: c for p, c in whole(folder).items() if ASIDE not in str(p)}
    assert after == before


def test_a_full_disk_takes_nothing_back(ground, tmp_path):
    folder = shutil.copytree(ground.folder, tmp_path / "campaign")
    before = whole(folder)
    half = (folder / "campaign.db").stat().st_size // 2
    files = sorted((ground.folder.parent / "desk").rglob("*.xlsx"))
    words = on_a_full_disk(lambda: take_back(folder, files, HAND), half)
    assert words.startswith(f"{folder / 'campaign.db'} "), words
    assert words.endswith("原有内容没有改动。"), words
    assert whole(folder) == before
