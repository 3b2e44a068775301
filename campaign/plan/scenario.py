"""Plans under other settings side by side, and how far one lever must move to reach a sum."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable

import pandas as pd

from campaign.plan.campaign_plan import CampaignPlan
from campaign.vocabulary import SCENARIOS, Channel

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
