"""Plans under other settings side by side, and how far one lever must move to reach a sum."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable

import pandas as pd

from campaign.plan.campaign_plan import CampaignPlan
from campaign.plan.challenge import accepted_share
from campaign.vocabulary import CHALLENGE_EFFECTS, OUTLOOK, SCENARIOS, Channel, Level

LIKELY = 0.5


@dataclasses.dataclass(frozen=True)
class Lever:
    """One setting that may be moved upwards.

    Attributes:
        section, name: The setting.
        now: Its value.
        most: The largest value that is tried.
        step: By how much it is moved at least.
    """

    section: str
    name: str
    now: float
    most: float
    step: float


@dataclasses.dataclass(frozen=True)
class Reach:
    """What one lever alone can do.

    Attributes:
        lever: The lever.
        value: The least value that makes the sum likely; None where none does.
        chance: The chance at that value, or else at the lever's largest.
    """

    lever: Lever
    value: float | None
    chance: float


def compare_plans(plans: Iterable[tuple[str, CampaignPlan]]) -> pd.DataFrame:
    """Return table SCENARIOS, a row a plan in the order given.

    Args:
        plans: Name of the scenario, and the plan made under it.
    """
    rows = []
    for name, plan in plans:
        channels = plan.touches["channel"]
        rows.append(
            {
                **dataclasses.asdict(plan.bridge),
                **dataclasses.asdict(plan.forecast),
                "scenario": name,
                "net_growth": plan.bridge.net_growth,
                "visits": int((channels == Channel.VISIT.value).sum()),
                "calls": int((channels == Channel.CALL.value).sum()),
            }
        )
    return SCENARIOS.check(SCENARIOS.conform(pd.DataFrame(rows)))


def challenge_effects(before: CampaignPlan, after: CampaignPlan) -> pd.DataFrame:
    """Return who bears what of the challenges that a plan accepts and the one before did not.

    Returns:
        Table CHALLENGE_EFFECTS: those who challenged and their colleagues whose task changes,
        then their branches, then the bank; empty where the same challenges are accepted.
    """
    texts = (before.settings.quotas.challenges, after.settings.quotas.challenges)
    shares = [accepted_share(text, after.managers["manager_id"]) for text in texts]
    moved = after.managers[(shares[0] != shares[1]).to_numpy()]
    if moved.empty:
        return CHALLENGE_EFFECTS.empty()
    branches = moved["branch"].unique()
    now = _tasks(after).rename(columns={"manager_name": "name"})
    both = now.merge(_tasks(before), on=["level", "subject"], suffixes=("", "_before"))
    changed = (both["target"] - both["target_before"]).abs() > 0.005
    changed |= both["visits"] != both["visits_before"]
    mine = both["branch"].isin(branches) & (both["level"] == Level.MANAGER.value)
    shown = (mine & (changed | both["subject"].isin(moved["manager_id"]))) | (
        (both["level"] == Level.BRANCH.value) & both["subject"].isin(branches)
    )
    shown |= both["level"] == Level.BANK.value
    return CHALLENGE_EFFECTS.check(CHALLENGE_EFFECTS.conform(both[shown]))


def _tasks(plan: CampaignPlan) -> pd.DataFrame:
    """Return visits, target, expected net growth and chance of managers, branches and the bank."""
    managers, branches = plan.managers, plan.branches
    people = managers.assign(
        level=Level.MANAGER.value, subject=managers["manager_id"], target=managers["amount_target"]
    )
    offices = branches.assign(
        level=Level.BRANCH.value,
        subject=branches["branch"],
        expected=branches["closing"] - branches["opening"],
    )
    bank = pd.DataFrame(
        {
            "level": [Level.BANK.value],
            "subject": [Level.BANK.value],
            "target": [plan.bridge.target],
            "expected": [plan.bridge.net_growth],
            "visits": [float(managers["visits"].sum())],
        }
    )
    columns = ["level", "subject", "manager_name", "branch", "visits", "target", "expected"]
    rows = pd.concat([part.reindex(columns=columns) for part in (people, offices, bank)])
    outlook = OUTLOOK.empty() if plan.outlook is None else plan.outlook
    return rows.merge(outlook[["level", "subject", "chance"]], on=["level", "subject"], how="left")


def least_reaching(lever: Lever, chance_at: Callable[[float], float]) -> Reach:
    """Return the least value of a lever at which a sum is more likely than not.

    The chance must not fall as the lever rises. The value returned was tried itself, so
    where the chance wavers it may not be the least one, but it is enough.

    Args:
        lever: What is moved.
        chance_at: The chance of the sum with the lever at a value.

    Formula:
        least v of now, now + step, … most with chance(v) ≥ 1/2, by halving

    Source:
        docs/method.md#scenario.

    Example:
        >>> visits = Lever("capacity", "visits_per_day", now=4.0, most=20.0, step=0.5)
        >>> least_reaching(visits, lambda visits: visits / 14)
        ... # doctest: +ELLIPSIS
        Reach(lever=..., value=7.0, chance=0.5)
        >>> least_reaching(visits, lambda visits: 0.3).value is None
        True
    """
    steps = math.ceil(round((lever.most - lever.now) / lever.step, 9))

    def value(place: int) -> float:
        return min(round(lever.now + place * lever.step, 9), lever.most)

    chances = {0: chance_at(lever.now)}
    if chances[0] < LIKELY and steps > 0:
        chances[steps] = chance_at(lever.most)
    low, high = 0, max(chances)
    if chances[high] < LIKELY:
        return Reach(lever, None, chances[high])
    if chances[low] >= LIKELY:
        high = low
    while high - low > 1:
        middle = (low + high) // 2
        chances[middle] = chance_at(value(middle))
        low, high = (low, middle) if chances[middle] >= LIKELY else (middle, high)
    return Reach(lever, value(high), chances[high])
