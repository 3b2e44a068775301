"""Tasks by week and manager: visits, calls, referrals, contacts, and the amount they bring."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.festival import campaign_week, week_start
from campaign.growth.outings import is_outing
from campaign.plan.capacity import whole_units
from campaign.plan.problem import VisitProblem
from campaign.settings import Settings, TeamRules
from campaign.vocabulary import QUOTAS, Channel, Source

COUNTS = ("visits", "calls", "referrals", "contacts", "applications")


def make_quotas(
    problem: VisitProblem,
    touches: pd.DataFrame,
    settings: Settings,
    opportunities: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return what each manager does in each week of the campaign.

    Visits and calls are those planned. Every visit to an existing customer asks for
    referrals; every outing (外拓) collects new contacts, fewer each time at one place. Parts
    of a name, or of an application, are carried to the next week.

    Args:
        problem: What was planned.
        touches: Table TOUCHES.
        settings: All settings.
        opportunities: Table OPPORTUNITIES under the plan; without it no applications are asked.

    Returns:
        Table QUOTAS, a row for every manager and week with days to plan; `amount` is the
        expected uplift of the week's touches.
    """
    weeks = sorted({campaign_week(day, problem.festival) for day in problem.days})
    managers = problem.staff["manager_id"].tolist()
    every = pd.MultiIndex.from_product([managers, weeks], names=["manager_id", "week"])
    visit = touches["channel"] == Channel.VISIT.value
    keys = ["manager_id", "week"]
    table = pd.DataFrame(index=every)
    table["visits"] = touches[visit].groupby(keys).size()
    table["calls"] = touches[~visit].groupby(keys).size()
    table["amount"] = touches.groupby(keys)["value"].sum().round(2)
    is_prospect = problem.customers["is_prospect"].fillna(False).astype(bool)
    prospects = problem.customers.loc[is_prospect, "customer_id"]
    existing = touches[visit & ~touches["customer_id"].isin(prospects)]
    names = existing.groupby(keys).size() * settings.referral.names_per_visit
    table["referrals"] = names
    table["contacts"] = new_contacts(touches, settings.team)
    if opportunities is not None:
        each = settings.quotas.loans_per_application
        table["applications"] = expected_applications(problem, touches, opportunities, each)
    else:
        table["applications"] = 0.0
    table = table.fillna(0.0)
    for name in ("referrals", "contacts", "applications"):
        by_week = table[name].to_numpy().reshape(len(managers), len(weeks))
        table[name] = whole_units(by_week).ravel()
    mondays = {week: np.datetime64(week_start(week, problem.festival)) for week in weeks}
    table = table.reset_index()
    table["week_start"] = table["week"].map(mondays)
    return QUOTAS.check(QUOTAS.conform(table))


def new_contacts(touches: pd.DataFrame, rules: TeamRules) -> pd.Series:
    """Return the contacts that planned outings collect, by manager and week.

    Formula:
        contacts_per_stop x stop_yield ^ (n - 1) at a manager's n-th outing

    Source:
        授课材料 (ten valid contacts a market stop); docs/method.md#quotas.
    """
    stops = touches[is_outing(touches["customer_id"])].sort_values("date")
    nth = stops.groupby("manager_id").cumcount()
    found = stops.assign(contacts=rules.contacts_per_stop * rules.stop_yield**nth)
    return found.groupby(["manager_id", "week"])["contacts"].sum()


def expected_applications(
    problem: VisitProblem, touches: pd.DataFrame, opportunities: pd.DataFrame, each: float
) -> pd.Series:
    """Return the loan applications that planned touches should bring, by manager and week.

    Formula:
        an opportunity's probability under the plan / loans per application, spread over its
        touches by their shares; drawing a limit (提款) needs no application

    Source:
        docs/method.md#quotas.
    """
    purposes = problem.purposes
    place = np.full(len(problem.ids) + 1, -1)  # the last one stands for what serves nothing
    place[problem.ids.get_indexer(pd.Index(touches["candidate_id"]))] = np.arange(len(touches))
    touch = place[problem.serving]
    useful = np.flatnonzero((touch >= 0) & (purposes["source"] != Source.DRAW.value))
    useful = useful[np.argsort(touch[useful], kind="stable")]
    served = purposes[["opportunity_id", "share"]].iloc[useful].reset_index(drop=True)
    ids = pd.Index(opportunities["opportunity_id"])
    row = ids.get_indexer(pd.Index(served["opportunity_id"]))
    whole = served["share"].groupby(row).transform("sum")
    chance = opportunities["probability"].to_numpy(dtype="float64")[row]
    won = np.where(row >= 0, chance, np.nan) * served["share"] / whole
    who = touches[["manager_id", "week"]].iloc[touch[useful]].reset_index(drop=True)
    found: pd.Series = (won / each).groupby([who["manager_id"], who["week"]]).sum()
    return found


def with_amounts(quotas: pd.DataFrame, managers: pd.DataFrame) -> pd.DataFrame:
    """Return the tasks with each week's part of the manager's floor, target and stretch.

    Formula:
        a manager's net growth x the week's part of the amount that his touches should bring, the
        same every week where they bring none; the weeks add up to the fen, floor <= target <= stretch

    Args:
        quotas: Table QUOTAS.
        managers: Table MANAGER_PLANS.
    """
    rows = quotas.sort_values(["manager_id", "week"], kind="stable")
    own = rows.groupby("manager_id")["amount"]
    whole, weeks = own.transform("sum"), own.transform("size")
    part = (rows["amount"] / whole.where(whole > 0)).fillna(1 / weeks)
    done = part.groupby(rows["manager_id"]).cumsum().clip(upper=1.0)
    last = ~rows["manager_id"].duplicated(keep="last")
    done = done.mask(last, 1.0)

    def shared(amount: pd.Series) -> pd.Series:
        until = (rows["manager_id"].map(amount) * done).round(2)
        before = until.groupby(rows["manager_id"]).shift(fill_value=0.0)
        return (until - before).round(2)

    known = managers.set_index("manager_id")
    target = shared(known["amount_target"])
    filled = rows.assign(
        amount_target=target,
        amount_floor=(target - shared(known["amount_target"] - known["amount_floor"])).round(2),
        amount_stretch=(target + shared(known["amount_stretch"] - known["amount_target"])).round(2),
    )
    return QUOTAS.check(QUOTAS.conform(filled))


def total_quotas(quotas: pd.DataFrame) -> pd.DataFrame:
    """Return each manager's visits, calls, referrals, contacts and applications over all weeks."""
    return quotas.groupby("manager_id")[list(COUNTS)].sum()
