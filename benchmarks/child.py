"""One job in a process of its own, and what it cost: wall, processors, peak of memory.

A job says its stages and, when its measured part is over, its cost; it may then go on (to
prepare what others need). Memory is watched up to there, over the job and what it starts.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
EVERY_SECONDS = 0.05
# So many times as long as a look took is not looked again: the system stops what is looked at.
REST = 20


@dataclass(frozen=True)
class Cost:
    """What a job cost.

    Attributes:
        wall: Seconds of the measured part, imports left out; None where it did not end.
        cpu: Seconds of all processors, child processes too.
        peak: Most bytes that the job and its processes held at once; 0 where nobody looked.
        stages: Seconds of each stage that ended.
    """

    wall: float | None
    cpu: float | None
    peak: int
    stages: dict[str, float]


def cost_of(job: str, *arguments: object, seconds: float, watched: bool = True) -> Cost:
    """Run a job of `benchmarks.jobs` in a process of its own and return its cost.

    A job that fails, or is not over after so many `seconds` and is stopped, has no wall. Looking
    at memory stops several large processes for a moment each time: what is `watched` is slower.
    """
    command = [sys.executable, "-m", "benchmarks.jobs", job, *map(str, arguments)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    late = threading.Timer(max(seconds, 1), os.killpg, (child.pid, signal.SIGKILL))
    late.start()
    stages: dict[str, float] = {}
    total: dict[str, float] = {}
    assert child.stdout is not None
    with child, _watched(child.pid) if watched else nullcontext(lambda: 0) as peak:
        for line in child.stdout:
            said = json.loads(line)
            if "stage" not in said:
                total = said
                break
            stages[said["stage"]] = said["seconds"]
        most = peak()
    late.cancel()
    return Cost(total.get("wall"), total.get("cpu"), most, stages)


def clocks() -> tuple[float, float]:
    """Return wall clock and the time of all processors so far, ended child processes too."""
    return time.perf_counter(), sum(os.times()[:4])


def say_stage(name: str, seconds: float) -> None:
    """Print that a stage ended."""
    print(json.dumps({"stage": name, "seconds": seconds}), flush=True)


def say_cost(begin: tuple[float, float]) -> None:
    """Print what was used since `begin`: the end of a job's measured part."""
    wall, cpu = (now - then for now, then in zip(clocks(), begin, strict=True))
    say_used(wall, cpu)


def say_used(wall: float, cpu: float) -> None:
    """Print what a job used in its measured part, which is over."""
    print(json.dumps({"wall": wall, "cpu": cpu}), flush=True)


@dataclass
class Stopwatch:
    """Adds up what is used while it runs, so that preparing in between does not count."""

    wall: float = 0.0
    cpu: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count what the block uses."""
        begin = clocks()
        try:
            yield
        finally:
            wall, cpu = clocks()
            self.wall += wall - begin[0]
            self.cpu += cpu - begin[1]


@contextmanager
def _watched(pid: int) -> Iterator[Callable[[], int]]:
    """Look at the memory of a process and its descendants until the block ends."""
    seen, over = [0], threading.Event()

    def watch() -> None:
        rest = EVERY_SECONDS
        while not over.wait(rest):
            begin = time.perf_counter()
            held = _held(pid)
            if sum(held.values()) > seen[0]:
                seen[0] = max(seen[0], _shared_out(held))
            rest = max(EVERY_SECONDS, REST * (time.perf_counter() - begin))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield lambda: seen[0]
    finally:
        over.set()
        watcher.join()


def _held(pid: int) -> dict[int, int]:
    """Return the bytes that a process and its descendants hold now, each (Linux; elsewhere none)."""
    try:
        held = {pid: int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE}
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, IndexError):
        return {}
    for child in children:
        held |= _held(int(child))
    return held


def _shared_out(held: Mapping[int, int]) -> int:
    """Return the bytes of processes together, what several share counted once."""
    if len(held) == 1:
        return sum(held.values())
    return sum(min(resident, _share(pid, resident)) for pid, resident in held.items())


def _share(pid: int, resident: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    except ProcessLookupError:  # it has ended meanwhile
        return 0
    except (OSError, StopIteration):
        return resident if Path(f"/proc/{pid}").exists() else 0
