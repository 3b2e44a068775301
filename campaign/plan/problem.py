"""What is to be planned: the touches possible, and the days and limits they must fit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from campaign.festival import CampaignWindow
from campaign.plan.candidates import find_candidates
from campaign.plan.capacity import action_days, find_capacity, outing_days
from campaign.plan.gains import find_gains
from campaign.settings import Settings
from campaign.vocabulary import (
    CANDIDATES,
    CAPACITY,
    LEFT_OUT,
    PURPOSES,
    TOUCHED_CUSTOMERS,
    Resource,
)

if TYPE_CHECKING:
    from campaign.growth.opportunities import Growth


@dataclass(frozen=True)
class VisitProblem:
    """Who could be touched when, worth what, and what must not be exceeded.

    `candidates` and `capacity` alone define the relaxed problem: choose a part (0 to 1) of
    each candidate and spread it over the days of its window, so that the effort of a
    manager's visits and calls stays inside `capacity` every day, and the shared resources
    asked for stay inside the amounts of every period; days of a shared resource that no row
    covers are not limited. A plan takes candidates whole, each on one day, and besides
    keeps one touch a customer and day, touches in order, and `gap_days` between them.

    Attributes:
        candidates: Table CANDIDATES.
        capacity: Table CAPACITY.
        purposes: Table PURPOSES: which opportunities a touch serves.
        customers: Table TOUCHED_CUSTOMERS.
        staff: Table STAFF.
        days: Days on which anything may be planned.
        outings: Those of them on which new managers go out with their partner.
        festival: 正月初一, from which campaign weeks are counted.
        gap_days: Least days between two touches of one customer.
        no_contact: Customers who must not be touched.
        not_possible: Table LEFT_OUT: opportunities that no touch can serve, and why.
    """

    candidates: pd.DataFrame
    capacity: pd.DataFrame
    purposes: pd.DataFrame
    customers: pd.DataFrame
    staff: pd.DataFrame
    days: tuple[date, ...]
    outings: tuple[date, ...]
    festival: date
    gap_days: int
    no_contact: frozenset[str]
    not_possible: pd.DataFrame


def build_problem(
    growth: Growth,
    window: CampaignWindow,
    settings: Settings,
    no_contact: frozenset[str] = frozenset(),
) -> VisitProblem:
    """Return the problem of planning a campaign's touches.

    Args:
        growth: Opportunities and staff; the order of their rows does not matter.
        window: The campaign.
        settings: All settings; response and capacity are used.
        no_contact: Customers who must not be touched, whatever `growth` holds.
    """
    staff = growth.staff.sort_values("manager_id").reset_index(drop=True)
    days = action_days(window, settings.capacity)
    capacity = find_capacity(staff, days, window, settings.capacity)
    candidates, purposes = CANDIDATES.empty(), PURPOSES.empty()
    customers, not_possible = TOUCHED_CUSTOMERS.empty(), LEFT_OUT.empty()
    if days and len(growth.opportunities):
        dates = np.array(days, dtype="datetime64[D]")
        pair_days = np.array(outing_days(days, settings.capacity), dtype="datetime64[D]")
        gains = find_gains(
            growth.opportunities, staff, dates, settings.response, no_contact, pair_days
        )
        limited = {Resource(name) for name in capacity["resource"].unique()}
        candidates, purposes = find_candidates(gains.rows, dates, settings.response, limited)
        customers, not_possible = gains.customers, gains.left_out
    return VisitProblem(
        candidates=CANDIDATES.check(candidates),
        capacity=CAPACITY.check(capacity),
        purposes=purposes,
        customers=customers,
        staff=staff,
        days=tuple(days),
        outings=tuple(outing_days(days, settings.capacity)),
        festival=window.festival,
        gap_days=settings.response.gap_days,
        no_contact=no_contact,
        not_possible=not_possible,
    )
