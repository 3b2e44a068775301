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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
EVERY_SECONDS = 0.05


@dataclass(frozen=True)
class Cost:
    """What a job cost.

    Attributes:
        wall: Seconds of the measured part, imports left out; None where it did not end.
        cpu: Seconds of all processors, child processes too.
        peak: Most bytes that the job and its processes held at once.
        stages: Seconds of each stage that ended.
    """

    wall: float | None
    cpu: float | None
    peak: int
    stages: dict[str, float]


def cost_of(job: str, *arguments: object, seconds: float) -> Cost:
    """Run a job of `benchmarks.jobs` in a process of its own and return its cost.

    A job that fails, or is not over after so many `seconds` and is stopped, has no wall.
    """
    command = [sys.executable, "-m", "benchmarks.jobs", job, *map(str, arguments)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    late = threading.Timer(max(seconds, 1), os.killpg, (child.pid, signal.SIGKILL))
    late.start()
    stages: dict[str, float] = {}
    total: dict[str, float] = {}
    assert child.stdout is not None
    with child, _watched(child.pid) as peak:
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
    print(json.dumps({"wall": wall, "cpu": cpu}), flush=True)


@contextmanager
def _watched(pid: int) -> Iterator[Callable[[], int]]:
    """Look at the memory of a process and its descendants until the block ends."""
    seen, over = [0], threading.Event()

    def watch() -> None:
        while not over.wait(EVERY_SECONDS):
            seen[0] = max(seen[0], _held(pid))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield lambda: seen[0]
    finally:
        over.set()
        watcher.join()


def _held(pid: int) -> int:
    """Return the bytes that a process and its descendants hold now (Linux; elsewhere 0)."""
    try:
        resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, IndexError):
        return 0
    return resident + sum(_held(int(child)) for child in children)
