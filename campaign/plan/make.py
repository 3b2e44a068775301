"""The whole plan in order: problem, touches, days, money, ranges and tasks."""

from __future__ import annotations

import dataclasses
from functools import partial

import pandas as pd

from campaign.beside import beside
from campaign.book.loan_book import LoanBook
from campaign.collector import give_back
from campaign.festival import CampaignWindow
from campaign.findings import Finding
from campaign.growth.keys import first_of_each
from campaign.growth.opportunities import Growth
from campaign.growth.reserve import reserve_needs
from campaign.plan.campaign_plan import CampaignPlan, PlanQuality
from campaign.plan.challenge import challenge_findings
from campaign.plan.commitments import Commitments
from campaign.plan.coverage import duty_findings, with_duties, with_maturities
from campaign.plan.forecast import BANK, fill_renewed, make_bridge, make_forecast, make_outlook
from campaign.plan.left_out import left_out_customers
from campaign.plan.measure import with_held_out
from campaign.plan.plans import branch_plans, manager_plans, money_of, set_targets
from campaign.plan.power import Measurement, measurement_of
from campaign.plan.problem import VisitProblem, build_problem
from campaign.plan.quotas import make_quotas, with_amounts
from campaign.plan.response import with_touched
from campaign.plan.schedule import field_days, schedule, touches_of
from campaign.plan.seasons import draw_seasons
from campaign.plan.shortage import shortage_findings
from campaign.plan.solve import VisitPlan, plan_visits
from campaign.plan.verify import refuse_broken
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
    response: pd.DataFrame | None = None,
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
        response: Table RESPONSE behind `settings.response`, where a log was looked at.
        target: Net growth wanted in yuan; None takes the settings, else the book's targets.
        version: Number of the plan inside its folder.
        seed: Of the forecast's draws.
        commitments: Promises, vetoes, touches done, and the plan before; None for a first plan.
    """
    problem = problem_of(book, growth, window, settings, commitments, seed)
    visits = _visits(problem, settings, seed)
    chosen = touches_of(problem, visits)
    with beside(lambda: field_days(problem, visits, chosen), rows=len(chosen)) as days:
        growth = _under_plan(growth, problem, visits)
        seasons = draw_seasons(growth.opportunities, growth.run_off, rates, settings.forecast, seed)
        money = money_of(book, growth.run_off, growth.opportunities)
        targets = set_targets(book, problem.staff, money, target, settings)
        outlook = make_outlook(seasons, targets, settings.quotas)
        left_out = left_out_customers(problem, visits.grid, visits.day_of)
        touches = schedule(problem, visits, chosen, days())
    findings = _findings(problem, visits, touches, settings)
    growth = dataclasses.replace(growth, findings=(*growth.findings, *findings))
    proof = partial(_proved, problem, touches, growth.opportunities, settings)
    with beside(proof, rows=len(touches)) as proved:
        quotas = make_quotas(problem, touches, settings, growth.opportunities)
        working = len(window.working_days)
        managers = manager_plans(problem, quotas, touches, money, outlook, working)
        reserve = reserve_needs(managers, growth.opportunities, max(quotas["week"].nunique(), 1))
        measurement = proved()
    whole = float(targets[Level.BANK.value][BANK])
    return CampaignPlan(
        book=book,
        window=window,
        settings=settings,
        growth=growth,
        problem=dataclasses.replace(problem),  # without what was looked up on the way
        touches=touches,
        quotas=with_amounts(quotas, managers),
        left_out=_all_left_out(growth.left_out, problem.not_possible, left_out),
        managers=managers,
        branches=branch_plans(managers, money, targets),
        rates=rates,
        season=season,
        response=response,
        measurement=measurement,
        bridge=make_bridge(book, growth.run_off, growth.opportunities, whole),
        forecast=make_forecast(outlook),
        quality=_quality(visits),
        version=version,
        seed=seed,
        prices=visits.prices,
        outlook=outlook,
        shortage=visits.shortage,
        reserve=reserve,
    )


def problem_of(
    book: LoanBook,
    growth: Growth,
    window: CampaignWindow,
    settings: Settings,
    commitments: Commitments | None = None,
    seed: int = 0,
) -> VisitProblem:
    """Return whom a plan could touch when, duties among them; arguments as of `make_plan`."""
    bound = with_maturities(commitments or Commitments(), growth.run_off, settings.duties)
    bound = with_held_out(bound, growth.opportunities, settings.measurement, seed)
    listed = frozenset(book.do_not_contact["customer_id"].dropna())
    problem = build_problem(growth, window, settings, listed, bound)
    give_back()
    return with_duties(problem, growth.opportunities, settings.duties)


def _visits(problem: VisitProblem, settings: Settings, seed: int) -> VisitPlan:
    return plan_visits(
        problem,
        keep_bonus=settings.replan.keep_bonus,
        trust=settings.response.fallback_chance,
        seed=seed,
    )


def _under_plan(growth: Growth, problem: VisitProblem, visits: VisitPlan) -> Growth:
    """Return growth with the probabilities and renewals of the plan."""
    purposes = problem.purposes[visits.day_of[problem.serving] >= 0]
    opportunities = with_touched(growth.opportunities, purposes, problem.reached)
    return dataclasses.replace(
        growth,
        opportunities=opportunities,
        run_off=fill_renewed(growth.run_off, opportunities),
    )


def _findings(
    problem: VisitProblem, visits: VisitPlan, touches: pd.DataFrame, settings: Settings
) -> tuple[Finding, ...]:
    """Return what the plan falls short of."""
    return (
        *shortage_findings(visits.shortage),
        *duty_findings(problem, touches, settings.duties),
        *challenge_findings(settings.quotas.challenges, problem.staff),
    )


def _proved(
    problem: VisitProblem, touches: pd.DataFrame, opportunities: pd.DataFrame, settings: Settings
) -> Measurement | None:
    """Return how surely the uplift of a plan will be seen, once it keeps every rule.

    Raises:
        RuntimeError: A rule is broken, which would be a defect of the planner.
    """
    refuse_broken(problem, touches)
    return measurement_of(
        opportunities, touches, problem.commitments, settings.forecast.manager_spread
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
    return LEFT_OUT.conform(first_of_each(pd.concat(filled, ignore_index=True), LEFT_OUT.key))
