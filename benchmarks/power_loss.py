"""Cuts the power after every call of a command that changes the disk, and looks at what is left.

    python -m benchmarks.power_loss

Taking back, reviewing and planning anew are each run once under strace. From the calls alone it is
then worked out, for every moment between two of them, which bytes a power cut may leave: all that
was done (the program alone dies), only what had reached the disk for certain, all names without the
bytes, and some of both by chance. From each the folder is laid out again and settled as the next
command would: the store must be sound and hold the state before or the one after, the one after
once the command had said so; every file must be one of those before or after, whole. Linux with
strace only.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import crash_disk
from benchmarks.crash_disk import Disk, Left, calls, laid_out
from benchmarks.kills import DAY, KINDS, Ground, is_sound, lay_ground, results, versions
from campaign.errors import CampaignError
from campaign.publish import settle
from campaign.render.files import remove_leftovers

State = Callable[[Path], object]
Content = Mapping[str, bytes | None]


@dataclass
class Cuts:
    """What came of the power cuts in one command.

    Attributes:
        moments: Between how many calls the power was cut.
        states: How many different states of the disk came of it.
        lost: States in which what the command had said was not there.
        mixed: States of the store that are neither the one before nor the one after.
        torn: States with a file that is neither one of before nor one of after.
        unsound: States whose store is damaged or whose folder cannot be settled.
        first: What went wrong first; empty where nothing did.
    """

    moments: int = 0
    states: int = 0
    lost: int = 0
    mixed: int = 0
    torn: int = 0
    unsound: int = 0
    first: str = ""
    seen: set[bytes] = field(default_factory=set, repr=False)


@dataclass(frozen=True)
class Expected:
    """What a folder may hold: its store and the digests of its files, before and after."""

    state: State
    old: object
    new: object
    old_files: frozenset[bytes]
    new_files: frozenset[bytes]

    @classmethod
    def of(cls, state: State, old: Path, new: Path) -> Expected:
        """Return what a folder before a command and one after it hold."""
        return cls(state, state(old), state(new), _digests(old), _digests(new))

    def wrong(self, folder: Path, *, has_said: bool) -> dict[str, bool]:
        """Return what is wrong with a folder, by the fields of `Cuts`."""
        now, files, sound = self.state(folder), _digests(folder), is_sound(folder)
        return {
            "lost": has_said and (now != self.new or not self.new_files <= files),
            "mixed": not has_said and now not in (self.old, self.new),
            "torn": not files <= self.old_files | self.new_files,
            "unsound": not sound,
        }


def cut_power(ground: Ground, kind: str, *, every: int = 1, seed: int = 7) -> Cuts:
    """Cut the power at each moment of a command, or at each so many, and count what was lost.

    Args:
        ground: A small campaign.
        kind: One of KINDS.
        every: Look at every so-manieth moment only.
        seed: Of what is left by chance.
    """
    start = ground.folder if kind == "take-back" else ground.taken
    state: State = versions if kind == "replan" else results
    chance, cuts = random.Random(seed), Cuts()
    with tempfile.TemporaryDirectory() as given:
        place = Path(given).resolve()
        folder = Path(shutil.copytree(start, place / "campaign"))
        trace = _traced(folder, ground, kind)
        expected, disk = Expected.of(state, start, folder), Disk.of(start)
        for number, (has_said, call) in enumerate(_moments(disk, trace, str(folder))):
            cuts.moments += 1
            for left in Left if number % every == 0 else ():
                content = disk.left(left, chance)
                if not _is_new(content, has_said, cuts):
                    continue
                after = laid_out(content.items(), place / "after")
                wrong = _look(after, expected, has_said, cuts)
                shutil.rmtree(after)
                if wrong and not cuts.first:
                    cuts.first = f"{wrong} after {call}, where is left: {left.value}"
    return cuts


def _traced(folder: Path, ground: Ground, kind: str) -> str:
    """Run a command under strace and return the trace of what it did to files."""
    words = {
        "take-back": ["take-back", str(folder), *(str(path) for path in ground.files)],
        "review": ["review", str(folder), "--as-of", str(DAY)],
        "replan": ["replan", str(folder), "--as-of", str(DAY)],
    }[kind]
    trace = folder.parent / "trace"
    known = f"{crash_disk.CALLS},{crash_disk.UNKNOWN}"
    strace = ["strace", "-f", "-y", "-qq", "-s", "100000000", "-o", str(trace)]
    subprocess.run(
        [*strace, "-e", f"trace={known}", sys.executable, "-m", "campaign", *words],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    return trace.read_text(encoding="latin-1")


def _moments(disk: Disk, trace: str, root: str) -> Iterator[tuple[bool, str]]:
    """Do the calls of a trace and stop after each that changed something.

    Yields:
        Whether the command had said that it was done, and the call.
    """
    has_said, process = False, trace.split(maxsplit=1)[0]
    for call in calls(trace):
        says = call.name == "write" and call.process == process and call.words[0].startswith("1<")
        has_said = has_said or says
        if says or disk.apply(call, root):
            yield has_said, f"{call.name}({call.words[0][-60:]})"


def _is_new(content: Content, has_said: bool, cuts: Cuts) -> bool:
    """Return whether a state of the disk was not looked at yet, and remember it."""
    mark = hashlib.sha256(bytes([has_said]))
    for path, data in sorted(content.items()):
        mark.update(
            path.encode() + b"\0" + (b"" if data is None else hashlib.sha256(data).digest())
        )
    is_new = mark.digest() not in cuts.seen
    cuts.seen.add(mark.digest())
    return is_new


def _look(folder: Path, expected: Expected, has_said: bool, cuts: Cuts) -> str:
    """Settle a folder, count what is wrong with it and say it."""
    cuts.states += 1
    try:
        settle(folder)
        remove_leftovers(folder)
        wrong = expected.wrong(folder, has_said=has_said)
    except (CampaignError, OSError) as error:
        cuts.unsound += 1
        return f"{error}"
    for name, is_so in wrong.items():
        setattr(cuts, name, getattr(cuts, name) + is_so)
    return "; ".join(name for name, is_so in wrong.items() if is_so)


def _digests(folder: Path) -> frozenset[bytes]:
    """Return the digests of all files of a folder but the store."""
    return frozenset(
        hashlib.sha256(path.read_bytes()).digest()
        for path in folder.rglob("*")
        if path.is_file() and "campaign.db" not in path.name
    )


def main() -> None:
    """Print what came of the power cuts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="*", default=list(KINDS))
    parser.add_argument("--every", type=int, default=1, help="look at every so-manieth moment only")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        ground = lay_ground(Path(place))
        for kind in given.kinds:
            print(kind, cut_power(ground, kind, every=given.every), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
