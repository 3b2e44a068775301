"""The plan by manager and by branch: money, tasks, capacity and targets side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.plan.challenge import accepted_share
from campaign.plan.forecast import BANK
from campaign.plan.problem import VisitProblem
from campaign.plan.quotas import total_quotas
from campaign.plan.targets import bank_target, given_targets, scaled_to, share_out
from campaign.settings import Settings
from campaign.vocabulary import (
    BRANCH_PLANS,
    MANAGER_PLANS,
    Channel,
    Level,
    Resource,
    Source,
)

NO_BRANCH = "未注明支行"
GROWTH = [source.value for source in Source if source is not Source.RENEWAL]


@dataclass(frozen=True)
class Money:
    """Yuan by manager and by branch: opening, run_off, renewed, each source, growth, expected."""

    managers: pd.DataFrame
    branches: pd.DataFrame


def money_of(book: LoanBook, run_off: pd.DataFrame, opportunities: pd.DataFrame) -> Money:
    """Return the money of every manager and branch under the plan.

    Formula:
        growth = draw + the five sources; expected net growth = growth + renewed - run_off
    """
    keys = ["manager_id", "branch"]
    opening = book.loans.loc[book.is_live, [*keys, "balance"]]
    grown = opportunities.loc[opportunities["source"].isin(GROWTH), [*keys, "source", "expected"]]
    return Money(
        managers=_sums("manager_id", opening, run_off, grown, unknown=""),
        branches=_sums("branch", opening, run_off, grown, unknown=NO_BRANCH),
    )


def set_targets(
    book: LoanBook, staff: pd.DataFrame, money: Money, asked: float | None, settings: Settings
) -> pd.Series:
    """Return the net growth wanted of the bank, each branch and each manager.

    Targets of the book stand as they are, unless the call or the settings ask the bank for
    another total: then the branches' are scaled to it. A gap between what is asked and what
    the plan expects is shared by growth; new managers, and those whose challenge is accepted,
    take a smaller part of it.

    Returns:
        Yuan by (level, subject); NaN where nobody set a target.
    """
    given = given_targets(book.targets)
    branches = money.branches
    whole = bank_target(given, branches.index.tolist(), book.bank_name, asked, settings.campaign)
    own = given.reindex(branches.index).astype("float64")
    if asked is not None or settings.campaign.target > 0:
        own = scaled_to(whole, own)
    by_branch = share_out(whole, branches["expected"], branches["growth"], own)
    people = staff.set_index("manager_id")
    accepted = accepted_share(settings.quotas.challenges, people.index)
    weight = _weights(people, money, settings.quotas.new_share) * accepted
    expected = money.managers["expected"].reindex(people.index).fillna(0.0)
    own = _else(given.reindex(people.index), _by_name(given, people)).astype("float64")
    own = own * accepted
    by_manager = pd.Series(np.nan, index=people.index)
    for branch, members in people.groupby(people["branch"].fillna(NO_BRANCH)).groups.items():
        total = float(by_branch.get(branch, np.nan))
        by_manager[members] = share_out(total, expected[members], weight[members], own[members])
    parts = {
        Level.BANK.value: pd.Series({BANK: whole}),
        Level.BRANCH.value: by_branch,
        Level.MANAGER.value: by_manager,
    }
    targets: pd.Series = pd.concat(parts).round(2)
    return targets


def manager_plans(
    problem: VisitProblem,
    quotas: pd.DataFrame,
    touches: pd.DataFrame,
    money: Money,
    outlook: pd.DataFrame,
    working_days: int,
) -> pd.DataFrame:
    """Return table MANAGER_PLANS; floor <= target <= stretch always.

    Without a target set, the expected net growth is the target.
    """
    staff = problem.staff.set_index("manager_id")
    own = money.managers.reindex(staff.index)
    ranges = outlook[outlook["level"] == Level.MANAGER.value].set_index("subject")
    ranges = ranges.reindex(staff.index)
    target = _else(ranges["target"], own["expected"]).fillna(0.0).round(2)
    names = _else(staff["manager_name"], pd.Series(staff.index, index=staff.index))
    table = staff.assign(
        working_days=(working_days - staff["leave_days"].fillna(0.0)).clip(lower=0.0),
        visit_capacity=_capacity(problem, Resource.VISITS),
        call_capacity=_capacity(problem, Resource.CALLS),
        amount_floor=np.minimum(_else(ranges["floor"], target), target),
        amount_target=target,
        amount_stretch=np.maximum(_else(ranges["stretch"], target), target),
        area=_else(_usual_area(touches).reindex(staff.index), staff["area"]),
        partner=_else(staff["partner"].map(names), staff["partner"]),
        **own[["run_off", "renewed", "growth", "expected"]],
    ).join(total_quotas(quotas))
    counted = ["visit_capacity", "call_capacity", "run_off", "renewed", "growth", "expected"]
    table[counted] = table[counted].fillna(0.0)
    return MANAGER_PLANS.check(MANAGER_PLANS.conform(table.reset_index()))


def branch_plans(managers: pd.DataFrame, money: Money, targets: pd.Series) -> pd.DataFrame:
    """Return table BRANCH_PLANS, one row a branch that has managers or money."""
    staff = managers.assign(branch=managers["branch"].fillna(NO_BRANCH))
    by = staff.groupby("branch")
    counts = pd.DataFrame(
        {
            "managers": by.size(),
            "new_managers": by["is_new"].sum(),
            **{
                name: by[name].sum()
                for name in ("visits", "calls", "visit_capacity", "call_capacity")
            },
        }
    )
    table = money.branches.join(counts, how="outer").fillna(0.0).rename_axis("branch")
    table["closing"] = (table["opening"] + table["expected"]).round(2)
    wanted = targets[Level.BRANCH.value] if Level.BRANCH.value in targets else pd.Series()
    table["target"] = wanted.reindex(table.index)
    table["gap"] = (table["target"] - table["expected"]).round(2)
    return BRANCH_PLANS.check(BRANCH_PLANS.conform(table.reset_index()))


def _sums(
    key: str, opening: pd.DataFrame, run_off: pd.DataFrame, grown: pd.DataFrame, *, unknown: str
) -> pd.DataFrame:
    def by(frame: pd.DataFrame, name: str) -> pd.Series:
        return frame.groupby(frame[key].fillna(unknown))[name].sum()

    parts = {
        "opening": by(opening, "balance"),
        "run_off": by(run_off, "run_off"),
        "renewed": by(run_off, "renewed"),
    }
    of_source = grown["expected"].groupby([grown[key].fillna(unknown), grown["source"]]).sum()
    each = of_source.unstack().reindex(columns=GROWTH)
    parts |= {source: each[source] for source in GROWTH}
    table = pd.concat(parts, axis=1).astype("float64").fillna(0.0).round(2).sort_index()
    table["growth"] = table[GROWTH].sum(axis=1).round(2)
    table["expected"] = (table["growth"] + table["renewed"] - table["run_off"]).round(2)
    return table


def _else(known: pd.Series, otherwise: pd.Series) -> pd.Series:
    """Return what is known, and the other value where it is not."""
    return known.where(known.notna(), otherwise)


def _weights(people: pd.DataFrame, money: Money, new_share: float) -> pd.Series:
    growth = money.managers["growth"].reindex(people.index).fillna(0.0)
    return growth * np.where(people["is_new"].fillna(False).astype(bool), new_share, 1.0)


def _by_name(given: pd.Series, people: pd.DataFrame) -> pd.Series:
    """Return targets given under a manager's name, where the name is borne by one alone."""
    unique = ~people["manager_name"].duplicated(keep=False)
    return people["manager_name"].where(unique).map(given)


def _capacity(problem: VisitProblem, resource: Resource) -> pd.Series:
    rows = problem.capacity[problem.capacity["resource"] == resource.value]
    return rows.groupby("owner")["amount"].sum()


def _usual_area(touches: pd.DataFrame) -> pd.Series:
    """Return the area of most planned visits of each manager; the first by name on a tie."""
    visits = touches[(touches["channel"] == Channel.VISIT.value) & touches["area"].notna()]
    counts = visits.groupby(["manager_id", "area"]).size().reset_index(name="count")
    counts = counts.sort_values(["manager_id", "count", "area"], ascending=[True, False, True])
    return counts.drop_duplicates("manager_id").set_index("manager_id")["area"]
