"""The weekly review: pace, pool, who sent nothing, whom to talk to, what next week holds."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date

import pandas as pd

from campaign.learn.scored_votes import SeasonSoFar
from campaign.progress import records
from campaign.progress.case_cards import case_cards
from campaign.progress.customers import customers_as_planned
from campaign.progress.incentives import measure_payouts
from campaign.progress.interviews import compare_all
from campaign.progress.lessons import Lessons, learn_so_far, touches_told
from campaign.progress.newcomers import check_days, newcomers, skill_checks
from campaign.progress.pace import measure_pace
from campaign.progress.pace_parts import pace_by_source, pace_by_week
from campaign.progress.peers import like_books
from campaign.progress.pool import measure_pool
from campaign.progress.promises import measure_promises
from campaign.progress.records import PlanVersion
from campaign.progress.referral_tree import referral_tree
from campaign.progress.talk_figures import talk_figures
from campaign.progress.talks import Talk, prepare_talks
from campaign.progress.week import (
    A_WEEK,
    customer_funnel,
    days_ahead,
    find_silent,
    look_ahead,
    pace_by_branch,
)
from campaign.progress.wins import breakthroughs, small_wins
from campaign.settings import Settings
from campaign.vocabulary import PromiseState


@dataclass(frozen=True)
class Moved:
    """What the seven days up to a review brought: touches, customers, and yuan lent."""

    done: float
    applied: float
    disbursed: float
    amount: float


@dataclass(frozen=True)
class Stories:
    """What the campaign has to tell: loans won, small wins, and the lane of new managers.

    Tables: `cards` CASE_CARDS, `wins` WINS, `breakthroughs` WINS of those to be invited,
    `newcomers` NEWCOMERS, `checks` SKILL_CHECKS.

    Attributes:
        next_check: Next day on which new managers' skills are checked; None after the last.
    """

    cards: pd.DataFrame
    wins: pd.DataFrame
    breakthroughs: pd.DataFrame
    newcomers: pd.DataFrame
    checks: pd.DataFrame
    next_check: date | None


@dataclass(frozen=True)
class Taken:
    """What a review rests on, as it was known on its day.

    Tables: `issued` ISSUED, `results` OUTCOMES, `managers` as `records.managers` returns,
    `opportunities` OPPORTUNITIES of those touched, `customers` ISSUED_CUSTOMERS, `tree`
    REFERRAL_TREE, `pace` and `pace_before` PACE of the day, the second with what was known a
    week before.
    """

    issued: pd.DataFrame
    results: pd.DataFrame
    managers: pd.DataFrame
    opportunities: pd.DataFrame
    customers: pd.DataFrame
    tree: pd.DataFrame
    pace: pd.DataFrame
    pace_before: pd.DataFrame


@dataclass(frozen=True)
class Review:
    """Where the campaign stands on a day.

    Tables: `branches` BRANCH_PACE, `pace` PACE, `pool` POOL, `interviews` INTERVIEWS,
    `payouts` PAYOUTS, `silent` SILENT, `ahead` AHEAD, `days` AHEAD_DAYS, `promises` PROMISES,
    `comparison` INTERVIEWS of every manager, `tree` REFERRAL_TREE, `sources` SOURCE_PACE,
    `weeks` WEEK_PACE.

    Attributes:
        day: The day of the review; what was taken back later does not count.
        plan: The plan version in force on it.
        talks: What is said to each manager in `interviews`, in their order.
        moved: What the last seven days brought.
        funnel: How many customers came how far: field of PACE and count, from the widest.
        stories: What there is to tell.
        lessons: What the season teaches so far.
        taken: What all of it rests on.
    """

    day: date
    plan: PlanVersion
    moved: Moved
    funnel: tuple[tuple[str, int], ...]
    branches: pd.DataFrame
    pace: pd.DataFrame
    pool: pd.DataFrame
    interviews: pd.DataFrame
    payouts: pd.DataFrame
    silent: pd.DataFrame
    ahead: pd.DataFrame
    days: pd.DataFrame
    promises: pd.DataFrame
    comparison: pd.DataFrame
    tree: pd.DataFrame
    talks: tuple[Talk, ...]
    sources: pd.DataFrame
    weeks: pd.DataFrame
    stories: Stories
    lessons: Lessons
    taken: Taken


def review(connection: sqlite3.Connection, day: date, settings: Settings | None = None) -> Review:
    """Return where the campaign stands on a day.

    Args:
        connection: An open store.
        day: The day of the review.
        settings: Policy numbers; those that the plan was made with where none are given.

    Raises:
        StoreError: There is no plan up to that day.
    """
    plan = records.version_in_force(connection, day)
    settings = settings or plan.settings
    taken = _taken(connection, plan, day)
    issued, results, pace = taken.issued, taken.results, taken.pace
    rules = settings.interviews
    pool = measure_pool(issued, results, pace, settings.pool, start=plan.start, day=day)
    promises = measure_promises(records.promises(connection), results, day)
    overdue = promises[promises["state"] == PromiseState.OVERDUE.value]
    last = records.last_returns(connection, day)
    silent = find_silent(pace, last, day, settings.returns.due_days)
    heard = taken.managers["manager_id"].isin(last.index)
    peers = like_books(taken.managers[heard], rules.peers)
    comparison = compare_all(pace, pool, peers, overdue.groupby("manager_id").size(), rules)
    named = comparison[comparison["reason"] != ""].reset_index(drop=True)
    figures = talk_figures(issued, results, taken.managers, day, rules.best_share)
    names = dict(zip(pace["manager_id"], pace["manager_name"].fillna(""), strict=True))
    on_target = pace["amount_ratio"] >= settings.incentives.tier_ratio
    return Review(
        day=day,
        plan=plan,
        moved=what_moved(pace, taken.pace_before),
        funnel=customer_funnel(results, issued),
        branches=pace_by_branch(pace, silent),
        pace=pace,
        pool=pool,
        interviews=named,
        comparison=comparison,
        talks=prepare_talks(named, figures, names, day, rules),
        tree=taken.tree,
        payouts=measure_payouts(
            results,
            issued,
            taken.customers,
            settings.incentives,
            frozenset(pace.loc[on_target, "manager_id"]),
        ),
        silent=silent,
        ahead=look_ahead(issued, results, pace, day),
        days=days_ahead(issued, results, day),
        promises=promises,
        sources=pace_by_source(issued, results, day),
        weeks=pace_by_week(issued, results, day, plan.festival),
        stories=_stories(taken, figures, plan, day, settings),
        lessons=learn_so_far(
            records.votes(connection),
            SeasonSoFar(
                touches_told(results, issued),
                taken.opportunities,
                records.first_rates(connection),
                day,
            ),
            settings,
        ),
        taken=taken,
    )


def what_moved(now: pd.DataFrame, before: pd.DataFrame) -> Moved:
    """Return what came in between two tables PACE of one plan; a correction may be negative."""
    return Moved(
        *(
            float(now[name].sum() - before[name].sum())
            for name in ("done", "applied", "disbursed", "amount")
        )
    )


def _taken(connection: sqlite3.Connection, plan: PlanVersion, day: date) -> Taken:
    issued = records.issued(connection, plan.version)
    results = records.outcomes(connection, day)
    before = records.outcomes(connection, day - A_WEEK)
    managers = records.managers(connection, plan.version)
    opportunities = records.issued_opportunities(connection)
    return Taken(
        issued=issued,
        results=results,
        managers=managers,
        opportunities=opportunities,
        customers=customers_as_planned(opportunities),
        tree=referral_tree(records.referred(connection, day)),
        pace=measure_pace(issued, results, managers, day),
        pace_before=measure_pace(issued, before, managers, day),
    )


def _stories(
    taken: Taken, figures: pd.DataFrame, plan: PlanVersion, day: date, settings: Settings
) -> Stories:
    issued, results, managers = taken.issued, taken.results, taken.managers
    cards = case_cards(results, issued, taken.customers, managers)
    wins = small_wins(results, issued, taken.customers, managers)
    days = check_days(plan.start, plan.end, settings.newcomers.check_days)
    new = newcomers(managers, figures, results, taken.customers, taken.tree, cards)
    pace = taken.pace.merge(managers[["manager_id", "is_new"]], on="manager_id")
    return Stories(
        cards=cards,
        wins=wins,
        breakthroughs=breakthroughs(
            wins, pace, taken.pace_before, settings.interviews.amount_ratio, day
        ),
        newcomers=new,
        checks=skill_checks(new, results, issued, days, plan.start, day),
        next_check=next((one for one in days if one > day), None),
    )
