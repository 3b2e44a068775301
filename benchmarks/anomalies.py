"""Fails the N-th write, sync, rename or removal of a command, N = 1, 2, … until none is left.

    python -m benchmarks.anomalies

Taking a workbook back and reviewing are each run under strace, which kills the command at its
N-th call or lets the call fail (disk full, input/output error). Afterwards the store must hold
the old state or the new one and be sound, every file must be whole, and a failure must have
been said in one sentence. Linux with strace only.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.kills import FRIDAY, is_sound, lay_ground, results
from campaign.publish import settle
from campaign.render.files import remove_leftovers

CALLS = ("pwrite64", "fsync", "fdatasync", "rename", "unlink")
FAULTS = ("signal=KILL", "error=ENOSPC", "error=EIO")
INJECTED = "(INJECTED)"
MOST = 200


@dataclass
class Toll:
    """What came of the faults of one kind of call."""

    faults: int = 0
    mixed: int = 0
    unsound: int = 0
    untold: list[str] = field(default_factory=list)


def commands(desk: Path) -> dict[str, list[str]]:
    """Return the commands, without the campaign folder that comes after their first word."""
    first = min(desk.rglob("*.xlsx"))
    return {"take-back": [str(first)], "review": ["--as-of", str(FRIDAY)]}


def fail_calls(start: Path, command: str, args: list[str], call: str, fault: str) -> Toll:
    """Let each call of a kind fail in turn and say what came of it."""
    whole = (results(start), _state_after(start, command, args))
    toll = Toll()
    for folder, number in _copies(start):
        done, was_hit = _run(folder, [command, str(folder), *args], f"{call}:{fault}:when={number}")
        if not was_hit:
            break
        settle(folder)
        remove_leftovers(folder)
        toll.faults += 1
        toll.mixed += results(folder) not in whole
        toll.unsound += not is_sound(folder)
        if "Traceback" in done.stderr or (fault.startswith("error") and _is_silent(done)):
            toll.untold.append(f"{number}: {done.stderr[-200:]}")
    return toll


def _copies(start: Path) -> Iterator[tuple[Path, int]]:
    for number in range(1, MOST + 1):
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
    return done, INJECTED in said or "+++ killed by SIGKILL" in said


def _python(*words: str) -> list[str]:
    return [sys.executable, "-m", "campaign", *words]


def _is_silent(done: subprocess.CompletedProcess[str]) -> bool:
    """Return whether a command failed without a word."""
    return done.returncode != 0 and not done.stderr.strip()


def main() -> None:
    """Print what came of the faults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", nargs="*", default=list(CALLS))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        ground = lay_ground(Path(place))
        for command, args in commands(Path(place) / "desk").items():
            start = ground.folder if command == "take-back" else ground.taken
            for call in given.calls:
                for fault in FAULTS:
                    print(command, call, fault, fail_calls(start, command, args, call, fault))  # noqa: T201


if __name__ == "__main__":
    main()
