"""What was measured as Markdown, and its place in docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from pathlib import Path

from benchmarks.figures import (
    GOALS,
    NO_TURNS,
    Costs,
    Turns,
    growth_of,
    ratios,
    seconds_of,
    stages_of,
)

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
PACKAGES = ("pandas", "numpy", "python-calamine", "fastexcel", "openpyxl", "XlsxWriter", "highspy")
GIB = 2**30


def report(sizes: Mapping[int, Costs], rounds: int = 1, turns: Turns = NO_TURNS) -> str:
    """Return every table: the ratios, the seconds, the growth from size to size, the memory.

    `turns` as of `growth_of`.
    """
    growth = _growth(sizes, turns)
    parts = [_where(rounds), _ratios(sizes), _seconds(sizes), growth, _memory(sizes)]
    return "\n\n".join(part for part in parts if part)


def write_page(text: str, page: Path = PAGE) -> None:
    """Put the tables between the marks of the page; the words around them stay.

    Raises:
        ValueError: The page has no marks.
    """
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{page.name} has no place for what was measured")
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def _where(rounds: int) -> str:
    versions = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    return (
        f"Measured on {date.today().isoformat()}, {_runs(rounds)}: {os.cpu_count()} cores "
        f"({_processor()}), {_memory_of_machine():.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}, {versions}."
    )


def _runs(rounds: int) -> str:
    if rounds == 1:
        return "one run of each job"
    return f"the mean of {rounds - 1} runs in turns, of jobs over a minute one run"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _processor() -> str:
    for line in _lines("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_of_machine() -> float:
    return next(
        (int(x.split()[1]) * 1024 / GIB for x in _lines("/proc/meminfo") if x[:9] == "MemTotal:"),
        float("nan"),
    )


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _ratios(sizes: Mapping[int, Costs]) -> str:
    found = {size: ratios(costs) for size, costs in sizes.items()}
    rows = [
        [name, goal, *(_figure(found[size].get(name)) for size in sizes)]
        for name, goal in GOALS.items()
    ]
    return _table(["ratio of seconds", "goal", *_titles(sizes)], rows)


def _seconds(sizes: Mapping[int, Costs]) -> str:
    rows = [
        [stage, *(_figure(seconds_of(stage, costs)) for costs in sizes.values())]
        for stage in stages_of(sizes)
    ]
    return _table(["seconds", *_titles(sizes)], rows)


def _growth(sizes: Mapping[int, Costs], turns: Turns) -> str:
    if len(sizes) < 2:
        return ""
    pairs = list(pairwise(sorted(sizes)))
    rows = []
    for stage in stages_of(sizes):
        steps = {step[:2]: step[2:] for step in growth_of(stage, sizes, turns)}
        cells = [
            "{:.1f} × ({:.2f})".format(*steps[pair]) if pair in steps else "–" for pair in pairs
        ]
        rows.append([stage, *cells])
    heads = [
        f"{small:,} → {big:,}{', in turns' if (small, big) in turns else ''}"
        for small, big in pairs
    ]
    return _table(["times longer (exponent)", *heads], rows)


def _memory(sizes: Mapping[int, Costs]) -> str:
    jobs = dict.fromkeys(job for costs in sizes.values() for job in costs)
    rows = [
        [job, *(f"{c[job].peak / GIB:.2f}" if job in c else "–" for c in sizes.values())]
        for job in jobs
    ]
    return _table(["most memory, GiB", *_titles(sizes)], rows)


def _titles(sizes: Mapping[int, Costs]) -> list[str]:
    return [f"{size:,} loans" for size in sizes]


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
