"""Kills the running campaign at random moments: nothing acknowledged is lost, nothing is torn.

    python -m benchmarks.kills --kills 1000

Taking back, reviewing and planning anew are each done in a process of its own that is killed
(SIGKILL) after a random time. What the process had confirmed must be there; what it had not
is there whole or not at all; the store is sound and its log unbroken; every file of the
folder opens; the next command leaves no file of the broken run behind. POSIX only.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.filled import World
from benchmarks.season import Season, read_truth
from campaign.loop import Hand
from campaign.progress import returns
from campaign.progress.activity_log import broken_log_entry
from campaign.progress.filled_workbook import FilledWorkbook, read_return
from campaign.progress.review import review
from campaign.progress.store import opened
from campaign.publish import ASIDE, settle
from campaign.render.files import TEMPORARY, remove_leftovers
from campaign.render.review_files import write_review
from campaign.replan import Rest, issue_rest, plan_rest
from campaign.request import CampaignRequest
from campaign.synthetic import make_book
from campaign.workflow import run_campaign

HAND = Hand(at="2026-12-13T09:00:00", actor="head-office")
FRIDAY, DAY = date(2026, 12, 11), date(2026, 12, 13)
ACK = b"1"
Work = Callable[[Path], None]


@dataclass(frozen=True)
class Ground:
    """A campaign to be killed in.

    Attributes:
        folder: The campaign before anything came back.
        taken: The campaign after the workbooks were taken back.
        files: The filled-in workbooks.
        filled: The same as they are read.
        rest: The rest planned anew.
    """

    folder: Path
    taken: Path
    files: tuple[Path, ...]
    filled: tuple[FilledWorkbook, ...]
    rest: Rest


@dataclass(frozen=True)
class Toll:
    """What came of the kills of one kind of work."""

    kills: int
    confirmed: int
    lost: int
    torn: int
    unsound: int


def lay_ground(place: Path, loans: int = 60) -> Ground:
    """Return a small campaign before and after its first workbooks were taken back."""
    book, _, truth = make_book(place / "book", loans, 5, with_truth=True)
    before, after = place / "before", place / "after"
    run_campaign(CampaignRequest((book,)), before)
    season = Season(before, place / "desk", World(read_truth(truth)))
    season.hand_out()
    files = sorted(season.desk.rglob("*.xlsx"))
    for path in files:
        season.world.fill(path, path.stem.split("_")[0], FRIDAY)
    filled = tuple(read_return(path) for path in files)
    shutil.copytree(before, after)
    _take(after, filled)
    return Ground(before, after, tuple(files), filled, plan_rest(after, DAY))


def kill_work(ground: Ground, kind: str, kills: int, seed: int) -> Toll:
    """Kill one kind of work so many times, and count what was lost or torn."""
    start, work, state = _works(ground)[kind]
    chance = random.Random(seed)
    old = state(start)
    whole = _timed(start, work)
    new = state(whole[0])
    shutil.rmtree(whole[0].parent)
    counts = dict.fromkeys(("confirmed", "lost", "torn", "unsound"), 0)
    for _ in range(kills):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(shutil.copytree(start, Path(place) / "campaign"))
            confirmed = _killed(folder, work, chance.uniform(0, whole[1] * 1.1))
            settle(folder)
            remove_leftovers(folder)
            now = state(folder)
            counts["confirmed"] += confirmed
            counts["lost"] += confirmed and now != new
            counts["torn"] += now not in (old, new)
            counts["unsound"] += not is_sound(folder)
    return Toll(kills, **counts)


KINDS = ("take-back", "review", "replan")


def _works(ground: Ground) -> dict[str, tuple[Path, Work, Callable[[Path], object]]]:
    """Return of each kind of work where it starts, what it does, and what it changes."""

    def take(folder: Path) -> None:
        _take(folder, ground.filled)

    def look(folder: Path) -> None:
        with opened(folder / "campaign.db") as connection:
            found = review(connection, DAY)
        write_review(found, folder / "复盘")

    def again(folder: Path) -> None:
        issue_rest(folder, ground.rest, HAND)

    return {
        "take-back": (ground.folder, take, results),
        "review": (ground.taken, look, results),
        "replan": (ground.taken, again, versions),
    }


def _take(folder: Path, filled: tuple[FilledWorkbook, ...]) -> None:
    paths = [Path(one.name) for one in filled]
    with _known(filled), opened(folder / "campaign.db") as connection:
        returns.take_back(connection, paths, at=HAND.at, actor="a")


def results(folder: Path) -> object:
    """Return how much the store holds of what came back, and of its log."""
    with opened(folder / "campaign.db") as connection:
        return [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in ("returns", "outcomes", "referrals", "log")
        ]


def versions(folder: Path) -> object:
    """Return what the store and every workbook say of the version in force."""
    with opened(folder / "campaign.db") as connection:
        kept = connection.execute(
            "SELECT (SELECT max(version) FROM plan_versions), (SELECT max(version) FROM requests),"
            " (SELECT count(*) FROM issued_touches), (SELECT count(*) FROM log)"
        ).fetchone()
    # A journal without a header is of a write that never began; SQLite overwrites it.
    files = sorted(
        path for path in folder.rglob("*") if path.is_file() and "campaign.db" not in path.name
    )
    sizes = [(str(path.relative_to(folder)), path.stat().st_size) for path in files]
    return kept, sizes


def is_sound(folder: Path) -> bool:
    """Return whether the store, its log and every file of a campaign folder are whole."""
    with opened(folder / "campaign.db") as connection:
        whole = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        whole = whole and broken_log_entry(connection) is None
    return whole and all(is_whole(path) for path in folder.rglob("*"))


def is_whole(path: Path) -> bool:
    """Return whether a file can be opened to its end, and is none that a run left behind."""
    if path.name.startswith((TEMPORARY, ASIDE)):
        return False
    if path.suffix == ".xlsx":
        with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(path) as book:
            return book.testzip() is None
        return False
    return path.suffix != ".html" or path.read_bytes().rstrip().endswith(b"</html>")


def _timed(start: Path, work: Work) -> tuple[Path, float]:
    """Return a folder in which the work was done, and how long it took in a process."""
    place = Path(tempfile.mkdtemp())
    folder = Path(shutil.copytree(start, place / "campaign"))
    began = time.perf_counter()
    assert _killed(folder, work, 60.0), "the work did not finish by itself"
    return folder, time.perf_counter() - began


def _killed(folder: Path, work: Work, seconds: float) -> bool:
    """Do the work in a child killed after a time; return whether it had confirmed the end."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # newer Pythons warn of fork beside threads
        child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            work(folder)
            os.write(writer, ACK)
        os._exit(0)
    os.close(writer)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and os.waitpid(child, os.WNOHANG) == (0, 0):
        time.sleep(0.0005)
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as pipe:
        return pipe.read() == ACK


@contextlib.contextmanager
def _known(filled: tuple[FilledWorkbook, ...]) -> Iterator[None]:
    """Take workbooks that were read before, so that a kill falls into the keeping of them."""
    read, known = returns.read_return, {one.name: one for one in filled}
    returns.read_return = lambda path, _rules=None: known[path.name]
    try:
        yield
    finally:
        returns.read_return = read


def main() -> None:
    """Print what came of the kills."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000, help="kills over all kinds of work")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        ground = lay_ground(Path(place))
        for kind in KINDS:
            print(kind, kill_work(ground, kind, given.kills // len(KINDS) + 1, given.seed))  # noqa: T201


if __name__ == "__main__":
    main()
