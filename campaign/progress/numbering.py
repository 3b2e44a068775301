"""Touches keep their numbers over the versions of a plan, so that results find them."""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict

import pandas as pd

from campaign.plan.campaign_plan import CampaignPlan

_NUMBER = re.compile(r"-([A-Z])(\d+)$")


def with_known_numbers(
    plan: CampaignPlan, undone: pd.DataFrame, issued: pd.DataFrame
) -> CampaignPlan:
    """Return a plan made anew whose touches bear the numbers of the versions before.

    The n-th touch of a customer, manager and channel takes the number of the n-th one that
    was issued and is not done; the others take the customer's next free numbers. A number
    once issued never names another touch.

    Args:
        plan: The plan of the rest.
        undone: Rows of ISSUED still without a result, of the version before.
        issued: Table ISSUED over all versions.

    Raises:
        RuntimeError: Two touches would bear one number; a defect of this function. No other rule
            that the plan was verified by knows numbers.
    """
    names = new_numbers(plan.problem.candidates, plan.touches, undone, issued)
    if len(set(names.values())) < len(plan.problem.candidates):
        raise RuntimeError("two touches of the plan made anew bear one number")

    def renamed(table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(candidate_id=table["candidate_id"].map(names).astype("str"))

    candidates = renamed(plan.problem.candidates)
    problem = dataclasses.replace(
        plan.problem,
        candidates=candidates.sort_values("candidate_id", ignore_index=True),
        purposes=renamed(plan.problem.purposes),
    )
    return dataclasses.replace(plan, problem=problem, touches=renamed(plan.touches))


def new_numbers(
    candidates: pd.DataFrame, touches: pd.DataFrame, undone: pd.DataFrame, issued: pd.DataFrame
) -> dict[str, str]:
    """Return the number that each candidate is to bear, by the one it bears.

    Example:
        One touch was done, the second stood; a plan of the rest calls it the first:

        >>> candidates = pd.DataFrame({"candidate_id": ["K-V1", "K-V2"], "customer_id": "K",
        ...     "manager_id": "m", "channel": "visit", "touch": [1, 2]})
        >>> touches = pd.DataFrame({"candidate_id": ["K-V1"], "date": ["2027-01-20"]})
        >>> issued = pd.DataFrame({"candidate_id": ["K-V1", "K-V2"], "customer_id": "K",
        ...     "manager_id": "m", "channel": "visit", "date": ["2026-12-03", "2027-01-10"]})
        >>> new_numbers(candidates, touches, issued[1:], issued)
        {'K-V1': 'K-V2', 'K-V2': 'K-V3'}
    """
    free: dict[str, int] = defaultdict(lambda: 1)
    for customer, name in zip(issued["customer_id"], issued["candidate_id"], strict=True):
        found = _NUMBER.search(name)
        if found:
            free[customer] = max(free[customer], int(found[2]) + 1)
    waiting: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    whose = ["customer_id", "manager_id", "channel"]
    for *key, name in (
        undone.sort_values(["date", "candidate_id"])[[*whose, "candidate_id"]]
    ).itertuples(index=False):
        waiting[(key[0], key[1], key[2])].append(name)
    day = touches.set_index("candidate_id")["date"]
    rows = candidates.assign(planned=candidates["candidate_id"].map(day))
    rows = rows.sort_values(["planned", "customer_id", "touch", "candidate_id"], na_position="last")
    names: dict[str, str] = {}
    for *key, name in rows[[*whose, "candidate_id"]].itertuples(index=False):
        known = waiting[(key[0], key[1], key[2])]
        if known:
            names[name] = known.pop(0)
            continue
        letter = _NUMBER.search(name)
        names[name] = f"{key[0]}-{letter[1] if letter else 'V'}{free[key[0]]}"
        free[key[0]] += 1
    return names
