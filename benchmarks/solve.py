"""Value, bound, gap and time of planning: `python -m benchmarks.solve [MANAGERS CUSTOMERS]...`.

Without arguments: about 60 managers x 350 and 300 x 400 touches, as performance was measured
before (300 x 400: greedy 3.6 s, one compact programme 5.2-8 s).
"""

from __future__ import annotations

import resource
import sys
import time

from benchmarks.made_banks import made_growth, made_window
from campaign.plan.problem import build_problem
from campaign.plan.schedule import schedule
from campaign.plan.solve import plan_visits
from campaign.plan.verify import broken_rules
from campaign.settings import Settings

USUAL = ((60, 128), (300, 147))


def measure(managers: int, customers: int) -> str:
    """Return one line: size, value, bound, gap, best rule of thumb, seconds of each step."""
    settings = Settings()
    growth, window = made_growth(managers, customers), made_window()
    clock = [time.perf_counter()]
    problem = build_problem(growth, window, settings)
    clock.append(time.perf_counter())
    plan = plan_visits(problem)
    clock.append(time.perf_counter())
    touches = schedule(problem, plan)
    clock.append(time.perf_counter())
    build, solve, days = (b - a for a, b in zip(clock, clock[1:], strict=False))
    best = max(plan.rules_of_thumb.values())
    gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return (
        f"{managers} x {len(problem.candidates) / managers:.0f} touches over "
        f"{len(problem.days)} days: value {plan.value:,.0f} bound {plan.upper_bound:,.0f} "
        f"gap {plan.gap:.4%}, {plan.value / best - 1:+.2%} over the best rule of thumb, "
        f"{len(broken_rules(problem, touches))} broken rules; "
        f"build {build:.2f} s, solve {solve:.2f} s, schedule {days:.2f} s, peak {gib:.2f} GiB"
    )


if __name__ == "__main__":
    asked = [int(text) for text in sys.argv[1:]]
    for pair in zip(asked[::2], asked[1::2], strict=True) if asked else USUAL:
        print(measure(*pair))
