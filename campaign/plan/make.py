"""The whole plan in order: problem, touches, days, money, ranges and tasks."""

from __future__ import annotations

import dataclasses

import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.festival import CampaignWindow
from campaign.growth.opportunities import Growth
from campaign.growth.reserve import reserve_needs
from campaign.plan.campaign_plan import CampaignPlan, PlanQuality
from campaign.plan.commitments import Commitments
from campaign.plan.dated import shortage_findings
from campaign.plan.forecast import BANK, fill_renewed, make_bridge, make_forecast, make_outlook
from campaign.plan.measure import with_held_out
from campaign.plan.plans import branch_plans, manager_plans, money_of, set_targets
from campaign.plan.problem import build_problem
from campaign.plan.quotas import make_quotas
from campaign.plan.response import with_plan
from campaign.plan.schedule import schedule
from campaign.plan.seasons import draw_seasons
from campaign.plan.solve import VisitPlan, plan_visits
from campaign.settings import Settings
from campaign.vocabulary import LEFT_OUT, Level


def make_plan(  # noqa: PLR0913 - all that a plan rests on, named where it is passed
    book: LoanBook,
    growth: Growth,
    window: CampaignWindow,
    settings: Settings,
    *,
    rates: pd.DataFrame,
    season: pd.DataFrame,
    target: float | None = None,
    version: int = 1,
    seed: int = 0,
    commitments: Commitments | None = None,
) -> CampaignPlan:
    """Return the plan of a campaign: who is touched when, and what it should bring.

    Args:
        book: The loan book.
        growth: Where growth can come from.
        window: The campaign.
        settings: All settings.
        rates: Table RATES behind `growth`.
        season: Table SEASON_INDEX behind `growth`.
        target: Net growth wanted in yuan; None takes the settings, else the book's targets.
        version: Number of the plan inside its folder.
        seed: Of the forecast's draws.
        commitments: Promises, vetoes, touches done, and the plan before; None for a first plan.
    """
    listed = frozenset(book.do_not_contact["customer_id"].dropna())
    bound = with_held_out(
        commitments or Commitments(), growth.opportunities, settings.measurement, seed
    )
    problem = build_problem(growth, window, settings, listed, bound)
    visits = plan_visits(
        problem,
        keep_bonus=settings.replan.keep_bonus,
        trust=settings.response.fallback_chance,
        seed=seed,
    )
    touches = schedule(problem, visits)
    opportunities = with_plan(growth.opportunities, problem.purposes, touches, problem.reached)
    run_off = fill_renewed(growth.run_off, opportunities)
    money = money_of(book, run_off, opportunities)
    targets = set_targets(book, problem.staff, money, target, settings)
    seasons = draw_seasons(opportunities, run_off, rates, settings.forecast, seed)
    outlook = make_outlook(seasons, targets, settings.quotas)
    quotas = make_quotas(problem, touches, settings, opportunities)
    working = len(window.working_days)
    managers = manager_plans(problem, quotas, touches, money, outlook, working)
    whole = float(targets[Level.BANK.value][BANK])
    return CampaignPlan(
        book=book,
        window=window,
        settings=settings,
        growth=dataclasses.replace(
            growth,
            opportunities=opportunities,
            run_off=run_off,
            findings=(*growth.findings, *shortage_findings(visits.shortage)),
        ),
        problem=problem,
        touches=touches,
        quotas=quotas,
        left_out=_all_left_out(growth.left_out, problem.not_possible, visits.left_out),
        managers=managers,
        branches=branch_plans(managers, money, targets),
        rates=rates,
        season=season,
        bridge=make_bridge(book, run_off, opportunities, whole),
        forecast=make_forecast(outlook),
        quality=_quality(visits),
        version=version,
        seed=seed,
        prices=visits.prices,
        outlook=outlook,
        shortage=visits.shortage,
        reserve=reserve_needs(managers, opportunities, max(quotas["week"].nunique(), 1)),
    )


def _quality(visits: VisitPlan) -> PlanQuality:
    return PlanQuality(
        value=visits.value,
        upper_bound=visits.upper_bound,
        gap=visits.gap,
        rules_of_thumb=dict(visits.rules_of_thumb),
        method=visits.method,
    )


def _all_left_out(*tables: pd.DataFrame) -> pd.DataFrame:
    """Return those left out by the sources first, then by the plan; each reason once."""
    filled = [table for table in tables if len(table)]
    if not filled:
        return LEFT_OUT.empty()
    table = pd.concat(filled, ignore_index=True).drop_duplicates(list(LEFT_OUT.key))
    return LEFT_OUT.check(LEFT_OUT.conform(table))
