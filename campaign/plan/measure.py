"""Did the plan work? Customers held out by seed, and how many it takes to see the uplift."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from math import ceil, exp, lgamma, log, log1p
from statistics import NormalDist

import pandas as pd

from campaign.plan.commitments import Commitments
from campaign.settings import MeasureRules
from campaign.vocabulary import VETOES

# Looked at no further than this; less likely outcomes do not count.
MOST_HELD, LEAST_CHANCE = 1_000_000, 1e-9
HELD_OUT = "留作对照组，不按方案安排，活动后比较效果"
MANAGER_HELD_OUT = "所属客户经理留作对照组，按原来的方式工作，活动后比较效果"


def held_out(customers: Iterable[str], share: float, seed: int) -> list[str]:
    """Return which customers are left on the old way, each by a draw of his own.

    A customer's draw depends on the seed and his number alone, so whoever was held out stays
    so when the plan is made anew with other customers beside him.

    Args:
        customers: Their numbers.
        share: Part to hold out, 0 to 1.
        seed: Of the draws.

    Example:
        >>> names = [f"K{n}" for n in range(1000)]
        >>> 80 < len(held_out(names, 0.1, seed=1)) < 120
        True
    """
    return sorted({name for name in customers if _drawn(name, seed) < share})


def with_held_out(
    commitments: Commitments, opportunities: pd.DataFrame, rules: MeasureRules, seed: int
) -> Commitments:
    """Return commitments that leave out the customers held out for comparison.

    Only customers of ours are held out, and none with whom something is agreed. Of a manager
    who is held out no touch is planned but those agreed; other managers may touch his customers.
    """
    if rules.held_out_share <= 0 and rules.held_out_managers <= 0:
        return commitments
    free = opportunities[~opportunities["customer_id"].isin(commitments.must["customer_id"])]
    prospect = free["is_prospect"].fillna(False).astype(bool)
    names = held_out(free.loc[~prospect, "customer_id"].unique(), rules.held_out_share, seed)
    managers = held_out_managers(
        opportunities["manager_id"].dropna(), rules.held_out_managers, seed
    )
    own = free.loc[free["manager_id"].isin(managers), ["customer_id", "manager_id"]]
    held = pd.DataFrame({"customer_id": names, "reason": HELD_OUT})
    left = own.drop_duplicates().assign(reason=MANAGER_HELD_OUT)
    vetoes = pd.concat([VETOES.conform(part) for part in (held, left, commitments.vetoes)])
    return replace(commitments, vetoes=VETOES.conform(vetoes))


def held_out_managers(managers: Iterable[str], share: float, seed: int) -> list[str]:
    """Return which managers work as before: those with the least draws, as many as asked for.

    Args:
        managers: Their numbers.
        share: Part to hold out, 0 to 1; the number is rounded, and at least 1 above 0.
        seed: Of the draws.

    Example:
        >>> held_out_managers(["A1", "A2", "A3", "A4", "A5"], 0.4, seed=1)
        ['A2', 'A3']
    """
    names = sorted(set(managers), key=lambda name: (_drawn(name, seed), name))
    count = max(round(share * len(names)), 1) if share > 0 else 0
    return sorted(names[:count])


def _drawn(name: str, seed: int) -> float:
    """Return a number from 0 to 1 that a customer and a seed have for good."""
    digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def least_held_out(
    natural: float, full: float, share: float, *, power: float = 0.8, doubt: float = 0.05
) -> int:
    """Return how many customers must be held out to see an uplift of the rate.

    The least number, by halving, with which `chance_to_see` reaches `power`.

    Source:
        docs/method.md#measurement. The usual formula with normal distributions asks for too
        few where the rate is small: 49 below, with which one sees it in half of the cases.

    Args:
        natural: Rate of those left on the old way.
        full: Rate of those planned for, above it.
        share: Part held out, above 0 and below 1.
        power: Chance to see an uplift that is there.
        doubt: Chance to see one that is not (two-sided).

    Example:
        A rate of 5 % that a plan lifts to 15 %, a tenth held out:

        >>> least_held_out(0.05, 0.15, share=0.1)
        86
    """

    def enough(held: int) -> bool:
        planned = round(held * (1 - share) / share)
        return chance_to_see(held, planned, natural, full, doubt) >= power

    low, high = 1, 2
    while not enough(high) and high < MOST_HELD:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def least_held_out_managers(
    uplift: float, spread: float, share: float, *, power: float = 0.8, doubt: float = 0.05
) -> int:
    """Return how many managers must be held out to see an uplift of their results.

    Formula:
        (z(1 - doubt / 2) + z(power)) ^ 2 x spread ^ 2 / ((1 - share) x uplift ^ 2)
        + share x z(1 - doubt / 2) ^ 2 / 2, rounded up; the last part pays for a spread that is
        itself only estimated (Guenther)

    Source:
        docs/method.md#measurement.

    Args:
        uplift: Of the mean result a manager, as a part of it.
        spread: Standard deviation between managers, as a part of the mean.
        share: Part held out, above 0 and below 1.
        power: Chance to see an uplift that is there.
        doubt: Chance to see one that is not (two-sided).

    Example:
        Results differ by 40 % between managers, the plan adds 30 %, half are held out:

        >>> least_held_out_managers(0.3, 0.4, share=0.5)
        29
    """
    sides = _sides(doubt)
    both = (sides + NormalDist().inv_cdf(power)) ** 2
    needed = both * spread**2 / ((1 - share) * uplift**2)
    return ceil(needed + share * sides**2 / 2)


def chance_to_see(held: int, planned: int, natural: float, full: float, doubt: float) -> float:
    """Return the chance that the interval of `seen_uplift` lies above nothing.

    The successes of those held out are binomial, those of the planned nearly normal.
    """
    normal = NormalDist(planned * full, max((planned * full * (1 - full)) ** 0.5, 1e-9))
    found = 0.0
    for won in range(held + 1):
        chance = exp(
            lgamma(held + 1) - lgamma(won + 1) - lgamma(held - won + 1)
            + won * log(natural) + (held - won) * log1p(-natural)
        )  # fmt: skip
        if chance > LEAST_CHANCE:
            needed = _least_seen((won, held), planned, doubt)
            found += chance * (1 - normal.cdf(needed - 0.5))
    return found


def _least_seen(held: tuple[int, int], planned: int, doubt: float) -> int:
    """Return the least successes of the planned that show an uplift above nothing."""
    low, high = 0, planned + 1
    while high - low > 1:
        middle = (low + high) // 2
        seen = seen_uplift(held, (middle, planned), doubt=doubt)[1] > 0
        low, high = (low, middle) if seen else (middle, high)
    return high


def seen_uplift(
    held: tuple[int, int], planned: tuple[int, int], *, doubt: float = 0.05
) -> tuple[float, float, float]:
    """Return the uplift of the rate and its confidence interval.

    Formula:
        difference of the rates, Newcombe's interval from two Wilson intervals

    Args:
        held: Successes and customers of those left on the old way.
        planned: Successes and customers of those planned for.
        doubt: 0.05 gives a 95 % interval.

    Example:
        3 of 60 against 90 of 540:

        >>> [round(x, 3) for x in seen_uplift((3, 60), (90, 540))]
        [0.117, 0.025, 0.164]
    """
    low_held, high_held = _wilson(*held, doubt)
    low, high = _wilson(*planned, doubt)
    rate_held, rate = held[0] / held[1], planned[0] / planned[1]
    uplift = rate - rate_held
    down = ((rate - low) ** 2 + (high_held - rate_held) ** 2) ** 0.5
    up = ((high - rate) ** 2 + (rate_held - low_held) ** 2) ** 0.5
    return uplift, uplift - down, uplift + up


@lru_cache(maxsize=4096)
def _wilson(successes: int, count: int, doubt: float) -> tuple[float, float]:
    z = _sides(doubt)
    rate = successes / count
    middle = (rate + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * (rate * (1 - rate) / count + z**2 / (4 * count**2)) ** 0.5
    return middle - half, middle + half


@lru_cache
def _sides(doubt: float) -> float:
    """Return how many standard deviations an interval reaches to each side."""
    return NormalDist().inv_cdf(1 - doubt / 2)
