"""How cost grows: the whole job at one size and the next in turns, so that both meet the same machine.

The speed of a shared machine changes by the minute; a size measured an hour after another says
more of the hour than of the loans. Each run of the larger size stands between two of the smaller.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from benchmarks.child import Cost, cost_of
from benchmarks.figures import Turns


def measured_in_turns(sizes: Sequence[int], folder: Path, until: float, times: int) -> Turns:
    """Run the whole job at each two sizes in a row; return the mean costs of both by these.

    Args:
        sizes: Loans; their books are in `folder`.
        folder: As of `benchmarks.__main__.measure`.
        until: When to stop; a step that is not over by then has no costs.
        times: How often the larger size runs; the smaller one runs twice as often.
    """
    found = {}
    for small, big in pairwise(sorted(sizes)):
        runs: dict[int, list[Cost]] = {small: [], big: []}
        for size in [small, big, small] * times:
            runs[size].append(_run(folder / f"{size}" / "book.xlsx", until))
            print(f"{size:>9,}  in turns   {runs[size][-1].wall or 0.0:7.1f} s", flush=True)
        means = mean(runs[small]), mean(runs[big])
        if None not in (means[0].wall, means[1].wall):
            found[small, big] = means
    return found


def mean(runs: Sequence[Cost]) -> Cost:
    """Return the mean of runs by the clock, stage by stage; no wall where one did not end."""
    walls = [run.wall for run in runs if run.wall is not None]
    if len(walls) < len(runs):
        return Cost(None, None, 0, {})
    means = {stage: sum(run.stages[stage] for run in runs) / len(runs) for stage in runs[0].stages}
    return Cost(sum(walls) / len(walls), None, 0, means)


def _run(book: Path, until: float) -> Cost:
    with tempfile.TemporaryDirectory() as out:
        left = until - time.monotonic()
        return cost_of("whole", book, Path(out) / "out", "", seconds=left, watched=False)
