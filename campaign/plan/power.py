"""Are enough customers or managers held out for the uplift to be seen after the campaign?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from campaign.growth.keys import first_known, numbered, runs
from campaign.plan.commitments import Commitments
from campaign.plan.measure import (
    HELD_OUT,
    MANAGER_HELD_OUT,
    chance_to_see,
    least_held_out_managers,
)
from campaign.vocabulary import Source

POWER, DOUBT = 0.8, 0.05
MOST_HELD_SHARE = 0.5
LEAST_MANAGERS = 2


@dataclass(frozen=True)
class Measurement:
    """How surely the uplift of a plan will be seen, by who is held out.

    The rate is of customers of ours that bring any new money (renewals and names apart).

    Attributes:
        customers: Of whom some are held out or planned for.
        held: Of them held out one by one.
        natural: Rate expected of those left on the old way.
        planned: Rate expected of those the plan touches.
        chance: Chance that the interval of the uplift will lie above nothing; 0 without any held.
        needed: How many must be held out to see it in four of five campaigns; None where half
            of them are too few.
        held_managers: Managers held out.
        managers: All that have customers with something to win.
        needed_managers: Managers to hold out, half of them all at most; None where that is not enough.
    """

    customers: int
    held: int
    natural: float
    planned: float
    chance: float
    needed: int | None
    held_managers: int
    managers: int
    needed_managers: int | None


def measurement_of(
    opportunities: pd.DataFrame,
    touches: pd.DataFrame,
    commitments: Commitments,
    manager_spread: float,
) -> Measurement | None:
    """Return how surely a plan's uplift will be seen; None where touches can add nothing.

    Formula:
        a customer's rate = 1 - product of (1 - p) over his opportunities; natural: mean over all,
        planned: mean over those touched and not held out, under the plan; a manager's result
        varies by what his customers would bring (sum p), by `manager_spread` and by chance:
        v^2 = variance of sum p / (mean of sum p)^2 + manager_spread^2 + mean of sum p (1 - p) / (mean of sum p)^2

    Source:
        docs/method.md#measurement.

    Args:
        opportunities: Table OPPORTUNITIES under the plan.
        touches: Table TOUCHES.
        commitments: What the plan was bound to; who is held out stands in its vetoes.
        manager_spread: How far managers differ in skill, as a part of their results.
    """
    people = _people(opportunities)
    vetoes = commitments.vetoes
    held = set(vetoes.loc[vetoes["reason"] == HELD_OUT, "customer_id"])
    apart = set(vetoes.loc[vetoes["reason"] == MANAGER_HELD_OUT, "manager_id"].dropna())
    touched = people.index.isin(touches["customer_id"])
    people = people[touched | people.index.isin(held) | people["manager_id"].isin(apart)]
    mine = people[people.index.isin(touches["customer_id"]) & ~people.index.isin(held)]
    if mine.empty or not mine["planned"].mean() > mine["natural"].mean() > 0:
        return None
    natural, planned = float(mine["natural"].mean()), float(mine["planned"].mean())
    count = int(people.index.isin(held).sum())
    return Measurement(
        customers=len(people),
        held=count,
        natural=natural,
        planned=planned,
        chance=chance_to_see(count, len(mine), natural, planned, DOUBT) if count else 0.0,
        needed=_least_held(len(people), natural, planned),
        held_managers=len(apart),
        managers=people["manager_id"].nunique(),
        needed_managers=_least_managers(people, mine, planned / natural - 1, manager_spread),
    )


def _people(opportunities: pd.DataFrame) -> pd.DataFrame:
    """Return natural and planned rate, and manager, of customers of ours that could grow."""
    prospect = opportunities["is_prospect"].fillna(False).astype(bool)
    beside = [Source.RENEWAL.value, Source.REFERRAL.value]
    names = ["customer_id", "manager_id", "natural_probability", "probability"]
    rows = opportunities.loc[~prospect & ~opportunities["source"].isin(beside), names]
    customer, customers = numbered(rows["customer_id"])
    order = np.argsort(customer, kind="stable")
    rows, customer = rows.iloc[order], customer[order]
    missing = pd.DataFrame(
        {"natural": 1 - rows["natural_probability"], "planned": 1 - rows["probability"]}
    )
    rates = 1 - missing.groupby(customer).prod()
    keeper = first_known(rows["manager_id"], runs(customer))
    return rates.assign(manager_id=keeper.to_numpy()).set_axis(
        pd.Index(customers, dtype="str", name="customer_id")
    )


def _least_held(customers: int, natural: float, planned: float) -> int | None:
    """Return the least number of so many customers to hold out; None where half are too few."""

    def enough(held: int) -> bool:
        return chance_to_see(held, customers - held, natural, planned, DOUBT) >= POWER

    most = int(customers * MOST_HELD_SHARE)
    low, high = 0, 1
    while high < most and not enough(high):
        low, high = high, min(2 * high, most)
    if most < 1 or not enough(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _least_managers(
    people: pd.DataFrame, mine: pd.DataFrame, uplift: float, skill: float
) -> int | None:
    """Return the least number of managers to hold out, two at least; None where half are too few."""
    won = mine["natural"].groupby(mine["manager_id"])
    luck = (mine["natural"] * (1 - mine["natural"])).groupby(mine["manager_id"]).sum()
    each, managers = won.sum(), people["manager_id"].nunique()
    if len(each) < LEAST_MANAGERS:
        return None
    variance = (each.var(ddof=1) + luck.mean()) / each.mean() ** 2 + skill**2
    for held in range(LEAST_MANAGERS, int(managers * MOST_HELD_SHARE) + 1):
        share, spread = held / managers, float(variance**0.5)
        if held >= least_held_out_managers(uplift, spread, share, power=POWER, doubt=DOUBT):
            return held
    return None
