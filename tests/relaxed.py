"""The best possible total, from tables `candidates` and `capacity` alone: an LP of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from highspy._core import _Highs

Entries = list[tuple[int, float]]


def best_day_by_day(candidates: pd.DataFrame, capacity: pd.DataFrame) -> float:
    """Return the relaxed best, a variable a candidate and day."""
    solver = _Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)  # as the planner's, for a process has one number of them
    daily = capacity[capacity["resource"].isin(["visits", "calls"])]
    days = sorted(daily["period_start"].unique())
    rows: dict[tuple[Any, ...], Entries] = {}
    costs: list[float] = []
    for touch in candidates.itertuples():
        lane = (touch.manager_id, {"visit": "visits", "call": "calls"}[touch.channel])
        text = touch.resources if isinstance(touch.resources, str) else ""
        asked = [part.split(":") for part in text.split(";") if part]
        whole = rows.setdefault(("whole", touch.candidate_id), [])
        for day in days:
            if not touch.earliest <= day <= touch.latest:
                continue
            column = len(costs)
            costs.append(-touch.value)
            rows.setdefault((*lane, day), []).append((column, touch.effort))
            for name, need in asked:
                for owner in (touch.owner, "bank"):
                    rows.setdefault((owner, name, day), []).append((column, float(need)))
            whole.append((column, 1.0))
    size = len(costs)
    if not size:
        return 0.0
    solver.addVars(size, np.zeros(size), np.full(size, np.inf))
    solver.changeColsCost(size, np.arange(size, dtype=np.int32), np.array(costs))
    for amount, entries in _rows_of(capacity, days, rows):
        index = np.array([c for c, _ in entries], dtype=np.int32)
        solver.addRow(-np.inf, amount, len(entries), index, np.array([n for _, n in entries]))
    solver.run()
    return -float(solver.getInfo().objective_function_value)


def _rows_of(
    capacity: pd.DataFrame, days: list[Any], rows: dict[tuple[Any, ...], Entries]
) -> Iterator[tuple[float, Entries]]:
    """Yield amount and entries: days of managers, periods of limits, whole touches."""
    for line in capacity.itertuples():
        inside = [day for day in days if line.period_start <= day <= line.period_end]
        entries = [e for day in inside for e in rows.get((line.owner, line.resource, day), [])]
        if entries:
            yield line.amount, entries
    for key, entries in rows.items():
        if key[0] == "whole" and entries:
            yield 1.0, entries
