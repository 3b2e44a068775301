"""How full each manager's visits could be, and loads that are fair inside a branch."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from campaign.plan.capacity import whole_units
from campaign.plan.problem import VisitProblem
from campaign.vocabulary import CAPACITY, Channel, Resource


def visit_loads(problem: VisitProblem) -> pd.DataFrame:
    """Return of each manager what of his visits could be filled: branch, capacity, load, usual.

    Formula:
        load = min(visits he has candidates for, capacity) / capacity; `usual` is his branch's:
        the sum of the one over the sum of the other

    Source:
        docs/method.md#duties.
    """
    visits = problem.candidates["channel"] == Channel.VISIT.value
    capacity = problem.capacity[problem.capacity["resource"] == Resource.VISITS.value]
    table = pd.DataFrame(
        {
            "branch": problem.staff.set_index("manager_id")["branch"],
            "capacity": capacity.groupby("owner")["amount"].sum(),
            "asked": problem.candidates[visits].groupby("manager_id")["effort"].sum(),
        }
    ).rename_axis("manager_id")
    table = table[table["capacity"] > 0]
    filled = table["asked"].fillna(0.0).clip(upper=table["capacity"])
    branch = table["branch"].fillna("")
    whole = table["capacity"].groupby(branch).transform("sum")
    usual = filled.groupby(branch).transform("sum") / whole
    return table.assign(load=filled / table["capacity"], usual=usual)


def with_fair_load(problem: VisitProblem, most: float) -> VisitProblem:
    """Return the problem with visits trimmed where a load passes `most` times its branch's.

    Args:
        problem: The problem.
        most: How many times; 0 trims nothing.
    """
    if most <= 0 or problem.candidates.empty:
        return problem
    loads = visit_loads(problem)
    ceiling = most * loads["usual"]
    capacity = problem.capacity.sort_values(list(CAPACITY.key)).reset_index(drop=True)
    for manager, part in ceiling[loads["load"] > ceiling].items():
        own = (capacity["owner"] == manager) & (capacity["resource"] == Resource.VISITS.value)
        amounts = capacity.loc[own, "amount"].to_numpy(dtype="float64")
        capacity.loc[own, "amount"] = whole_units(amounts[None, :] * part)[0]
    return replace(problem, capacity=CAPACITY.check(capacity[capacity["amount"] > 0]))
