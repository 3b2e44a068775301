"""Fails the N-th write, sync, rename or removal of a command, N = 1, 2, … until none is left.

    python -m benchmarks.anomalies

Taking a workbook back, reviewing and planning anew are each run under strace, which kills the
command at its N-th call or lets the call fail (disk full, input/output error). Afterwards the
store must hold the old state or the new one and be sound, every file must be whole, and a failure
must have been said in one sentence. Linux with strace only.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.kills import DAY, FRIDAY, KINDS, Ground, is_sound, lay_ground, results
from campaign.publish import settle
from campaign.render.files import remove_leftovers

CALLS = ("pwrite64", "fsync", "fdatasync", "rename", "unlink")
FAULTS = ("signal=KILL", "error=ENOSPC", "error=EIO")
INJECTED = "(INJECTED)"
# Words of the system's own, as in `No space left on device`.
_LATIN = re.compile(r"[A-Za-z]+ [A-Za-z]+ [A-Za-z]+")
MOST = 200


@dataclass
class Toll:
    """What came of the faults of one kind of call."""

    faults: int = 0
    mixed: int = 0
    unsound: int = 0
    untold: list[str] = field(default_factory=list)


def arguments(ground: Ground) -> dict[str, list[str]]:
    """Return what follows each command and the campaign folder."""
    return {
        "take-back": [str(ground.files[0])],
        "review": ["--as-of", str(FRIDAY)],
        "replan": ["--as-of", str(DAY)],
    }


def fail_calls(ground: Ground, command: str, call: str, fault: str, numbers: Iterable[int]) -> Toll:
    """Let these calls of a kind fail in turn, up to the first that never comes; say what came of it.

    Args:
        ground: A small campaign.
        command: One of KINDS.
        call: One of CALLS.
        fault: One of FAULTS.
        numbers: Which calls, counted from 1.
    """
    start = ground.folder if command == "take-back" else ground.taken
    args = arguments(ground)[command]
    whole = (results(start), _state_after(start, command, args))
    toll = Toll()
    for folder, number in _copies(start, numbers):
        done, was_hit = _run(folder, [command, str(folder), *args], f"{call}:{fault}:when={number}")
        if not was_hit:
            break
        settle(folder)
        remove_leftovers(folder)
        toll.faults += 1
        toll.mixed += results(folder) not in whole
        toll.unsound += not is_sound(folder)
        if fault.startswith("error") and not _is_told(done):
            toll.untold.append(f"{number}: {done.stderr[-200:]}")
    return toll


def _copies(start: Path, numbers: Iterable[int]) -> Iterator[tuple[Path, int]]:
    for number in numbers:
        with tempfile.TemporaryDirectory() as place:
            yield Path(shutil.copytree(start, Path(place) / "campaign")), number


def _state_after(start: Path, command: str, args: list[str]) -> object:
    """Return what the store holds after a command that nothing disturbs."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(shutil.copytree(start, Path(place) / "campaign"))
        subprocess.run(_python(command, str(folder), *args), check=True, capture_output=True)
        return results(folder)


def _run(
    folder: Path, words: list[str], inject: str
) -> tuple[subprocess.CompletedProcess[str], bool]:
    """Run a command with one call failing; return how it ended, and whether the call came."""
    trace = folder.parent / "trace"
    call = inject.split(":")[0]
    strace = ["strace", "-f", "-qq", "-o", str(trace), "-e", f"trace={call}"]
    done = subprocess.run(
        [*strace, "-e", f"inject={inject}", *_python(*words)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    said = trace.read_text(encoding="utf-8", errors="replace")
    # The child that reads workbooks is always killed in the end; only the program's own death counts.
    return done, INJECTED in said or done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)


def _python(*words: str) -> list[str]:
    return [sys.executable, "-m", "campaign", *words]


def _is_told(done: subprocess.CompletedProcess[str]) -> bool:
    """Return whether a command that failed said so in one Chinese sentence; one that did not may."""
    lines = done.stderr.strip().splitlines()
    return done.returncode == 0 or (len(lines) == 1 and not _LATIN.search(lines[0]))


def main() -> None:
    """Print what came of the faults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", nargs="*", default=list(CALLS))
    parser.add_argument("--kinds", nargs="*", default=list(KINDS))
    parser.add_argument("--every", type=int, default=1, help="fail every so-manieth call only")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        ground = lay_ground(Path(place))
        for command in given.kinds:
            for call in given.calls:
                for fault in FAULTS:
                    toll = fail_calls(ground, command, call, fault, range(1, MOST, given.every))
                    print(command, call, fault, toll, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
