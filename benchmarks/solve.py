"""Value, bound, gap, time and memory of planning, beside reading the book that it came from.

`python -m benchmarks.solve [MANAGERS CUSTOMERS]...`, without arguments about 60 managers x 350 and
300 x 400 touches, as performance was measured before (300 x 400: greedy 3.6 s, one compact programme
5.2-8 s). `500 735` makes a million touches: the goal there is 3 GiB, and no longer than reading.

All limits that touches share are in the problem: the special rate's quota of every branch before and
after the festival (a twentieth of what its customers ask for each) and of the bank (nine tenths of all
branches'), and senior managers' slots of every branch and week; how many of them bind is printed.

Planning and reading each run in a process of their own. The book is that of a made-up bank from whose
loans so many touches come (100,000 loans and 50 managers give 196,000), of no more than 20,000 loans:
beyond that its time is multiplied, for reading grows at least so fast.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.made_banks import made_growth, made_window
from benchmarks.read_ledger import measured, ours
from campaign.growth.opportunities import Growth
from campaign.plan.problem import build_problem
from campaign.plan.schedule import schedule
from campaign.plan.solve import plan_visits
from campaign.plan.verify import broken_rules
from campaign.settings import Settings
from campaign.synthetic import make_book
from campaign.vocabulary import Resource

USUAL = ((60, 128), (300, 147))
LOANS_A_TOUCH = 0.51
MOST_LOANS = 20_000
WAVE_SHARE, BANK_SHARE = 0.05, 0.9


@dataclass(frozen=True)
class Planning:
    """How a made-up bank was planned.

    Attributes:
        touches: Candidates that there were.
        words: Size, value, bound, gap, best rule of thumb, seconds of each step.
        wall, cpu: Seconds of building, solving and scheduling.
        gib: Greatest memory of the process, making the bank and checking the plan included.
    """

    touches: int
    words: str
    wall: float
    cpu: float
    gib: float


def planning(managers: int, customers: int) -> Planning:
    """Return how a bank of so many managers with so many customers each was planned."""
    growth, window = made_growth(managers, customers), made_window()
    settings = limited(growth)
    wall, cpu = [time.perf_counter()], time.process_time()
    problem = build_problem(growth, window, settings)
    wall.append(time.perf_counter())
    plan = plan_visits(problem)
    wall.append(time.perf_counter())
    touches = schedule(problem, plan)
    wall.append(time.perf_counter())
    cpu = time.process_time() - cpu
    build, solve, days = (b - a for a, b in zip(wall, wall[1:], strict=False))
    best = max(plan.rules_of_thumb.values())
    words = (
        f"{managers} x {len(problem.candidates) / managers:.0f} touches over "
        f"{len(problem.days)} days: value {plan.value:,.0f} bound {plan.upper_bound:,.0f} "
        f"gap {plan.gap:.4%}, {plan.value / best - 1:+.2%} over the best rule of thumb, "
        f"{len(broken_rules(problem, touches))} broken rules; "
        f"shared limits: {_limits(plan.prices)}; "
        f"build {build:.2f} s, solve {solve:.2f} s, schedule {days:.2f} s"
    )
    return Planning(len(problem.candidates), words, wall[-1] - wall[0], cpu, _peak())


def limited(growth: Growth) -> Settings:
    """Return settings under which the special rate is short in every branch and wave."""
    asked = growth.opportunities["rate_quota"].sum()
    branches = growth.opportunities["branch"].nunique()
    wave = round(WAVE_SHARE * asked / branches, -4)
    quota = {"rate_quota_before": wave, "rate_quota_after": wave}
    bank = round(BANK_SHARE * 2 * wave * branches, -4)
    return Settings().with_values({"capacity": {**quota, "rate_quota_bank": bank}})


def _limits(prices: pd.DataFrame) -> str:
    """Return how many limits that touches share there are, and how many of them bind."""
    shared = prices[prices["resource"].isin([Resource.RATE_QUOTA.value, Resource.SENIOR.value])]
    counted = shared.groupby("resource")["price"].agg(["size", lambda price: (price > 0).sum()])
    return ", ".join(f"{name} {size} ({bind} bind)" for name, size, bind in counted.itertuples())


def reading(loans: int) -> tuple[float, float, float]:
    """Return wall seconds, CPU seconds and GiB of reading the book of so many loans."""
    with tempfile.TemporaryDirectory() as folder:
        book = make_book(Path(folder), loans, seed=1)[0]
        return _alone(_read, book)


def _read(path: Path) -> tuple[float, float, float]:
    return (*measured(ours, path), _peak())


def _peak() -> float:
    """Return the greatest memory of this process or of a child of it, in GiB."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(each).ru_maxrss for each in who) / 2**20


def _alone(work: Callable[..., Any], *given: Any) -> Any:
    """Return what work gives in a process of its own."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(work, *given).result()


def compare(managers: int, customers: int) -> str:
    """Return two lines: how the bank was planned, and how long its book takes to read."""
    plan: Planning = _alone(planning, managers, customers)
    all_loans = round(plan.touches * LOANS_A_TOUCH)
    loans = min(all_loans, MOST_LOANS)
    times = all_loans / loans
    wall, cpu, gib = reading(loans)
    return (
        f"{plan.words}; planned in {plan.wall:.1f} s (CPU {plan.cpu:.1f}), peak {plan.gib:.2f} GiB\n"
        f"  reading {loans:,} loans x {times:.1f}: {wall * times:.1f} s (CPU {cpu * times:.1f}), "
        f"peak {gib:.2f} GiB at {loans:,}; planning / reading: {plan.wall / (wall * times):.2f}"
        f" (CPU {plan.cpu / (cpu * times):.2f})"
    )


if __name__ == "__main__":
    asked = [int(text) for text in sys.argv[1:]]
    for pair in zip(asked[::2], asked[1::2], strict=True) if asked else USUAL:
        print(compare(*pair), flush=True)
