"""Every stage against its baseline, at several sizes: `python -m benchmarks`.

    python -m benchmarks                                     10,000 loans, about two minutes
    python -m benchmarks --sizes 10000,100000,1000000 --write    all, into docs/benchmarks.md
    python -m benchmarks --books FOLDER --minutes 25         keep the books; stop what takes longer
    python -m benchmarks --books FOLDER --resume             go on where such a run was stopped
    python -m benchmarks --rounds 3                          short jobs three times, in turns
    python -m benchmarks --turns 2           how cost grows: two sizes in turns, the larger twice

Each job runs in a process of its own, one after another, so that its memory is its own. Ratios
are printed, and no time is passed or failed: the machine is not part of the product. Of a job
that ran several times the mean counts: a machine whose speed changes by the minute is met by all
jobs of a round alike, by the middle runs of each not.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.child import Cost, cost_of
from benchmarks.figures import NO_TURNS, Costs, Turns
from benchmarks.report import report, write_page
from benchmarks.turns import mean, measured_in_turns

QUICK = "10000"
MANAGERS_A_LOAN = 1 / 2_000
LEAST_MANAGERS = 50
COSTS = "costs.json"
# Beyond this size the plain script and what needs a second ledger are left out: they take longer
# than all else together.
COMPARED_UP_TO = 200_000
SHORT_SECONDS = 60.0  # what takes longer runs once


def measure(
    loans: int, folder: Path, until: float, *, resume: bool = False, rounds: int = 1
) -> dict[str, Cost]:
    """Run every job at one size and return their costs; books that are there are used again.

    What each job cost is kept beside the books; with `resume` jobs that ended are not run again.
    """
    home = folder / f"{loans}"
    home.mkdir(parents=True, exist_ok=True)
    kept = home / COSTS
    costs = read_costs(kept) if resume else {}
    if not (home / "calls").is_dir():  # others write what the whole job noted
        costs.pop("whole", None)
    every = [costs]
    _run_all(loans, home, until, costs, lambda: write_costs(kept, costs))
    for _ in range(1, rounds):
        every.append({job: cost for job, cost in costs.items() if not is_short(cost)})
        _run_all(loans, home, until, every[-1], lambda: None, watched=False)
    costs = {job: together([some[job] for some in every if job in some]) for job in costs}
    write_costs(kept, costs)
    return costs


def is_short(cost: Cost) -> bool:
    """Return whether a job is worth another round."""
    return cost.wall is not None and cost.wall <= SHORT_SECONDS


def together(runs: Sequence[Cost]) -> Cost:
    """Return the mean of the runs of a job that ended, by the clock.

    Where memory was looked at in the first run alone, the others tell the time and it the memory.
    """
    ended = [run for run in runs if run.wall is not None]
    timed = [run for run in ended if not run.peak] or ended
    return replace(mean(timed), peak=max(run.peak for run in runs)) if timed else runs[0]


def _run_all(
    loans: int,
    home: Path,
    until: float,
    costs: dict[str, Cost],
    keep: Callable[[], None],
    *,
    watched: bool = True,
) -> None:
    """Run the jobs that have no cost yet and put their costs in; `watched` as of `cost_of`."""
    book, out, calls = home / "book.xlsx", home / "out", home / "calls"

    def run(job: str, *arguments: object) -> None:
        if job in costs:
            return
        begin = time.monotonic()
        costs[job] = cost_of(job, *arguments, seconds=until - begin, watched=watched)
        keep()
        wall = costs[job].wall
        took = "did not end" if wall is None else f"{wall:7.2f} s"
        print(f"{loans:>9,}  {job:<10} {took}", flush=True)

    managers = max(round(loans * MANAGERS_A_LOAN), LEAST_MANAGERS)
    if not book.is_file():
        run("make", book, loans, managers)
    run("fastexcel", book)
    run("calamine", book)
    if "whole" not in costs:
        shutil.rmtree(out, ignore_errors=True)
        if watched:  # the first round, which notes what the others write too
            shutil.rmtree(calls, ignore_errors=True)
    run("whole", book, out, calls if watched else "")
    compared, noted = loans <= COMPARED_UP_TO, calls.is_dir()
    if noted:
        run("write", calls)
    if compared:
        run("history", book, next(home.glob("book_*.xlsx")))
    if compared and noted:
        run("write_all", calls, out)
        run("naive", book, calls, out / "tables")


def read_costs(path: Path) -> dict[str, Cost]:
    """Return the costs of the jobs that ended in an earlier run."""
    if not path.is_file():
        return {}
    kept = {job: Cost(**cost) for job, cost in json.loads(path.read_text("utf-8")).items()}
    return {job: cost for job, cost in kept.items() if cost.wall is not None}


def write_costs(path: Path, costs: Mapping[str, Cost]) -> None:
    """Keep the costs of the jobs so far."""
    path.write_text(json.dumps({job: asdict(cost) for job, cost in costs.items()}), "utf-8")


def main() -> None:
    """Measure each size in turn and print the tables; what has ended by then is written."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default=QUICK, help="loans, separated by commas")
    parser.add_argument("--books", type=Path, help="folder where the made-up books stay")
    parser.add_argument(
        "--minutes", type=float, default=60, help="jobs not over by then are stopped"
    )
    parser.add_argument(
        "--resume", action="store_true", help="take over what an earlier run with --books measured"
    )
    parser.add_argument(
        "--rounds", type=int, default=1, help="how often jobs of under a minute run"
    )
    parser.add_argument(
        "--turns", type=int, default=0, help="how often two sizes run in turns, for how cost grows"
    )
    parser.add_argument("--write", action="store_true", help="put the tables into the page")
    asked = parser.parse_args()
    until = time.monotonic() + 60 * asked.minutes
    kept = nullcontext(asked.books) if asked.books else tempfile.TemporaryDirectory()
    sizes: dict[int, dict[str, Cost]] = {}
    with kept as folder:
        for size in map(int, asked.sizes.split(",")):
            home, again = Path(folder), asked.resume
            sizes[size] = measure(size, home, until, resume=again, rounds=asked.rounds)
            text = _told(sizes, asked)
        if asked.turns and len(sizes) > 1:
            turns = measured_in_turns([*sizes], Path(folder), until, asked.turns)
            text = _told(sizes, asked, turns)
    print(f"\n{text}")


def _told(sizes: Mapping[int, Costs], asked: argparse.Namespace, turns: Turns = NO_TURNS) -> str:
    """Return the tables, put into the page where that is asked for."""
    text = report(sizes, asked.rounds, turns)
    if asked.write:
        write_page(text)
    return text


if __name__ == "__main__":
    main()
