"""Costs of the jobs at one size → the ratios of docs/benchmarks.md, and how cost grows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from benchmarks.child import Cost

Costs = Mapping[str, Cost]
Turns = Mapping[tuple[int, int], tuple[Cost, Cost]]
NO_TURNS: Turns = {}

GOALS = {
    "reading, typed and checked / python-calamine alone": "≤ 1.6",
    "reading, typed and checked / fastexcel alone": "–",
    "growth and learning / reading the same books": "≤ 0.5",
    "planning / reading": "≤ 1",
    "tables, workbooks and pages / bare XlsxWriter, the cells of the workbooks": "≤ 1.3",
    "tables, workbooks and pages / the same with bare XlsxWriter and pandas": "–",
    "whole job / (fastexcel + bare XlsxWriter)": "≤ 1.5",
    "whole job / (fastexcel + bare XlsxWriter and pandas, all outputs)": "–",
    "plain pandas and openpyxl script / whole job": "≥ 5",
}


def ratios(costs: Costs) -> dict[str, float]:
    """Return the ratios of seconds that the jobs which ended allow, by the names of `GOALS`."""
    whole = costs["whole"].stages if "whole" in costs else {}
    wall = {job: cost.wall for job, cost in costs.items()}
    past = costs["history"].stages if "history" in costs else {}
    pairs = (
        (whole.get("read"), wall.get("calamine")),
        (whole.get("read"), wall.get("fastexcel")),
        (past.get("learn and growth"), past.get("read")),
        (whole.get("plan"), whole.get("read")),
        (whole.get("outputs"), wall.get("write")),
        (whole.get("outputs"), wall.get("write_all")),
        (wall.get("whole"), _sum(wall.get("fastexcel"), wall.get("write"))),
        (wall.get("whole"), _sum(wall.get("fastexcel"), wall.get("write_all"))),
        (wall.get("naive"), wall.get("whole")),
    )
    return {
        name: ours / theirs
        for name, (ours, theirs) in zip(GOALS, pairs, strict=True)
        if ours is not None and theirs
    }


def _sum(*seconds: float | None) -> float | None:
    known = [each for each in seconds if each is not None]
    return sum(known) if len(known) == len(seconds) else None


def growth_of(
    stage: str, sizes: Mapping[int, Costs], turns: Turns = NO_TURNS
) -> list[tuple[int, int, float, float]]:
    """Return for each pair of sizes in a row: from, to, how many times longer, the exponent.

    Formula:
        exponent = ln(time ratio) / ln(size ratio); 1 is proportional to the loans

    Args:
        stage: A stage of the whole job, or a job.
        sizes: Costs by size.
        turns: Of each two sizes the costs of the whole job that ran in turns; these go first.
    """
    steps = []
    for small, big in pairwise(sorted(sizes)):
        in_turns = [{"whole": cost} for cost in turns.get((small, big), ())]
        for costs in (in_turns, [sizes[small], sizes[big]]):
            seconds = [some for each in costs if (some := seconds_of(stage, each))]
            if len(seconds) == 2:
                times = seconds[1] / seconds[0]
                steps.append((small, big, times, math.log(times) / math.log(big / small)))
                break
    return steps


def seconds_of(stage: str, costs: Costs) -> float | None:
    """Return the seconds of a stage of the whole job, or of a job by its name."""
    if "whole" in costs and stage in costs["whole"].stages:
        return costs["whole"].stages[stage]
    return costs[stage].wall if stage in costs else None


def stages_of(sizes: Mapping[int, Costs]) -> Sequence[str]:
    """Return the stages of the whole job in their order, then the other jobs."""
    stages = [
        stage for costs in sizes.values() if "whole" in costs for stage in costs["whole"].stages
    ]
    return list(dict.fromkeys([*stages, *(job for costs in sizes.values() for job in costs)]))
