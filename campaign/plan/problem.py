"""What is to be planned: the touches possible, and the days and limits they must fit."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from campaign.collector import give_back
from campaign.festival import CampaignWindow
from campaign.growth.keys import numbered, runs
from campaign.plan.candidates import find_candidates
from campaign.plan.capacity import action_days, find_capacity, outing_days
from campaign.plan.challenge import accepted_share
from campaign.plan.commitments import (
    Commitments,
    less_done,
    open_opportunities,
    with_kept_dates,
)
from campaign.plan.duties import Ground, assign_duties
from campaign.plan.gains import find_gains
from campaign.plan.nearby import nearby
from campaign.plan.response import reached_by_done
from campaign.plan.trust import as_trusted
from campaign.settings import Settings
from campaign.vocabulary import (
    CANDIDATES,
    CAPACITY,
    LEFT_OUT,
    PURPOSES,
    SHORTAGES,
    TOUCHED_CUSTOMERS,
    Resource,
    Table,
)

if TYPE_CHECKING:
    from campaign.growth.opportunities import Growth

NO_DAYS_LEFT = "活动期内已没有可安排的工作日"
ALL_DONE = "计划内的触达已经做完，等待结果"


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
        commitments: What the plan is bound to; `candidates` and `capacity` heed it already.
        shortage: Table SHORTAGES: must-do touches that no plan can hold.
        reached: What touches done already have of the reachable effect, by opportunity_id.
        near: Which places are visited together by their distance, by customer_id; empty
            without coordinates, where areas say it.
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
    commitments: Commitments = field(default_factory=Commitments)
    shortage: pd.DataFrame = field(default_factory=SHORTAGES.empty)
    reached: pd.Series = field(default_factory=lambda: pd.Series(dtype="float64"))
    near: pd.Series = field(default_factory=lambda: pd.Series(dtype="str"))

    @cached_property
    def by_id(self) -> pd.DataFrame:
        """Return the candidates in the order of their ids, which numbers them."""
        table = self.candidates
        if not table["candidate_id"].is_monotonic_increasing:
            table = table.sort_values("candidate_id")
        return table.reset_index(drop=True)

    @cached_property
    def ids(self) -> pd.Index:
        """Return the ids of the candidates in order, to find their numbers by."""
        ids: pd.Index = pd.Index(self.by_id["candidate_id"])
        return ids

    @cached_property
    def whose(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the number of each candidate's customer, by id, and the customers so numbered."""
        return numbered(self.by_id["customer_id"])

    @cached_property
    def serving(self) -> np.ndarray:
        """Return the number of the candidate that serves each purpose."""
        asked = self.purposes["candidate_id"].to_numpy(dtype=object)
        starts = runs(asked)
        number = self.ids.get_indexer(pd.Index(asked[starts], dtype="str"))
        return np.repeat(number, np.diff(starts, append=len(asked)))


def build_problem(
    growth: Growth,
    window: CampaignWindow,
    settings: Settings,
    no_contact: frozenset[str] = frozenset(),
    commitments: Commitments | None = None,
) -> VisitProblem:
    """Return the problem of planning a campaign's touches.

    Args:
        growth: Opportunities and staff; the order of their rows does not matter.
        window: The campaign.
        settings: All settings; response, capacity and the challenges to quotas are used.
        no_contact: Customers who must not be touched, whatever `growth` holds.
        commitments: What the plan is bound to; None leaves it free.
    """
    commitments = commitments or Commitments()
    staff = growth.staff.sort_values("manager_id").reset_index(drop=True)
    days = action_days(window, settings.capacity)
    accepted = accepted_share(settings.quotas.challenges, staff["manager_id"])
    capacity = find_capacity(staff, days, window, settings.capacity, accepted)
    free = VisitProblem(
        candidates=CANDIDATES.empty(),
        capacity=CAPACITY.check(less_done(capacity, commitments.done, window.festival)),
        purposes=PURPOSES.empty(),
        customers=TOUCHED_CUSTOMERS.empty(),
        staff=staff,
        days=tuple(days),
        outings=tuple(outing_days(days, settings.capacity)),
        festival=window.festival,
        gap_days=settings.response.gap_days,
        no_contact=no_contact,
        not_possible=LEFT_OUT.empty(),
        commitments=commitments,
    )
    if not days:
        return replace(free, shortage=SHORTAGES.conform(commitments.must.assign(why=NO_DAYS_LEFT)))
    problem = _bound(_with_touches(free, growth, settings), growth)
    near = nearby(growth.places, problem.customers, settings.capacity.near_km)
    return replace(problem, near=near)


def _with_touches(problem: VisitProblem, growth: Growth, settings: Settings) -> VisitProblem:
    """Return the problem with the touches that serve its opportunities."""
    if growth.opportunities.empty:
        return problem
    dates, pair_days = _dates(problem.days), _dates(problem.outings)
    rules, bound = settings.response, problem.commitments
    rows, vetoed = open_opportunities(growth.opportunities, bound, rules.gap_days)
    rows = as_trusted(rows, rules)
    gains = find_gains(rows, problem.staff, dates, rules, problem.no_contact, pair_days)
    del rows  # not held while the touches are made
    give_back()
    limited = {Resource(name) for name in problem.capacity["resource"].unique()}
    candidates, purposes = find_candidates(gains.rows, dates, rules, limited)
    return replace(
        problem,
        candidates=candidates,
        purposes=purposes,
        customers=gains.customers,
        not_possible=_stacked(LEFT_OUT, gains.left_out, vetoed, _all_done(gains.rows, purposes)),
        reached=reached_by_done(growth.opportunities, bound.done, rules),
    )


def _bound(problem: VisitProblem, growth: Growth) -> VisitProblem:
    """Return the problem with its must-do touches and the days of the plan before."""
    commitments, customers = problem.commitments, problem.customers
    known = [growth.opportunities, growth.run_off, commitments.must, commitments.previous]
    keepers = _keepers([customers, *known], problem.staff, commitments.must["customer_id"])
    ground = Ground(
        days=_dates(problem.days),
        gap_days=problem.gap_days,
        staff=problem.staff,
        keepers=keepers,
        no_contact=problem.no_contact,
        done=commitments.done.groupby("customer_id").size(),
    )
    duties = assign_duties(problem.candidates, commitments, ground)
    purposes, renamed = problem.purposes, duties.renamed
    if renamed:
        ids = purposes["candidate_id"]
        purposes = purposes.assign(candidate_id=ids.map(renamed).where(ids.isin(renamed), ids))
        purposes = purposes.sort_values(["candidate_id", "opportunity_id"], ignore_index=True)
    if len(commitments.must):
        served = purposes["candidate_id"].isin(duties.candidates["candidate_id"])
        purposes = PURPOSES.conform(purposes[served])
    fresh = keepers[keepers.index.isin(duties.candidates["customer_id"])]
    fresh = fresh[~fresh.index.isin(customers["customer_id"])].reset_index()
    if len(fresh):
        customers = _stacked(TOUCHED_CUSTOMERS, customers, fresh)
    candidates = with_kept_dates(
        duties.candidates, commitments.previous, pd.Timestamp(problem.days[0])
    )
    return replace(
        problem,
        candidates=CANDIDATES.check(candidates),
        purposes=purposes,
        customers=TOUCHED_CUSTOMERS.check(customers),
        shortage=duties.shortage,
    )


def _keepers(tables: list[pd.DataFrame], staff: pd.DataFrame, customers: pd.Series) -> pd.DataFrame:
    """Return manager_id, branch and area of customers, from the first table that knows each."""
    named = [table[table["customer_id"].isin(customers)] for table in tables]
    parts = [
        table.reindex(columns=["customer_id", "manager_id", "area"])
        for table in named
        if len(table)
    ]
    if not parts:
        return pd.DataFrame(columns=["manager_id", "area", "branch"])
    rows = pd.concat(parts, ignore_index=True).dropna(subset=["customer_id"]).replace("", None)
    found = rows.groupby("customer_id", sort=True)[["manager_id", "area"]].first()
    branch = staff.set_index("manager_id")["branch"]
    return found.assign(branch=found["manager_id"].map(branch), is_prospect=False)


def _all_done(gains: pd.DataFrame, purposes: pd.DataFrame) -> pd.DataFrame:
    """Return table LEFT_OUT of opportunities whose customer has had all his touches."""
    rows = gains[(gains["done"] != "") & (gains["occasion"] >= 0)]
    if rows.empty:
        return LEFT_OUT.empty()
    rows = rows[~rows["opportunity_id"].isin(purposes["opportunity_id"])]
    lost = rows.groupby(["customer_id", "source"])["gain"].sum().rename("value").reset_index()
    return LEFT_OUT.conform(lost.assign(reason=ALL_DONE))


def _dates(days: tuple[date, ...]) -> np.ndarray:
    return np.array(days, dtype="datetime64[D]")


def _stacked(table: Table, *parts: pd.DataFrame) -> pd.DataFrame:
    """Return rows one below the other; of those with the same key the first stays."""
    filled = [table.conform(part) for part in parts if len(part)]
    if not filled:
        return table.empty()
    whole = pd.concat(filled, ignore_index=True).drop_duplicates(list(table.key))
    return table.conform(whole.sort_values(list(table.key)))
