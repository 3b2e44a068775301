"""The sources of growth side by side, one customer's money counted once."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.festival import CampaignWindow
from campaign.findings import Finding
from campaign.growth.examined import Examined, examine
from campaign.growth.existing import CustomerCase, opportunities_of_customers
from campaign.growth.growth_findings import growth_findings
from campaign.growth.industry import Seasons, hot_seasons, with_rewards
from campaign.growth.inflow import inflow_opportunities
from campaign.growth.keys import first_that_holds, in_order, numbered, numbers_known, order_of
from campaign.growth.leads import lead_opportunities, with_call_ranks
from campaign.growth.markets import markets_of, unlisted_households
from campaign.growth.outings import outing_opportunities
from campaign.growth.places import places_of
from campaign.growth.portfolio import Portfolio
from campaign.growth.prospects import usual_ticket, usual_tickets
from campaign.growth.rates import UNRATED, with_rates
from campaign.growth.referral import expected_names, referral_table
from campaign.growth.refinance_status import STATUS_PLANNED
from campaign.growth.renewal import estimate_run_off, renewal_opportunities
from campaign.growth.switches import without_sources
from campaign.growth.team import with_focus
from campaign.growth.votes import branch_outlook
from campaign.settings import Settings
from campaign.vocabulary import (
    INFLOW,
    LEFT_OUT,
    MARKETS,
    OPPORTUNITIES,
    PLACES,
    REFERRAL,
    SCREEN_RULES,
    Source,
)

LEFT = ["customer_id", "source", "reason"]
LETTERS = {
    Source.RENEWAL: "N",
    Source.DRAW: "D",
    Source.TOP_UP: "T",
    Source.REFINANCE: "F",
    Source.INDUSTRY: "I",
    Source.TEAM: "G",
    Source.REFERRAL: "R",
}


PLACES_OF_SOURCES = {source.value: place for place, source in enumerate(LETTERS)}


@dataclass(frozen=True)
class Growth:
    """Where growth can come from, before anybody is planned to visit.

    `opportunities` holds only what may be touched; who is left out of a source stands in
    `left_out` with the reason. Natural renewal of those who must not be contacted stays in
    `run_off`: they are not asked, but most come of themselves.
    """

    screen: pd.DataFrame
    headroom: pd.DataFrame
    refinance: pd.DataFrame
    run_off: pd.DataFrame
    opportunities: pd.DataFrame
    left_out: pd.DataFrame
    staff: pd.DataFrame
    findings: tuple[Finding, ...]
    screen_rules: pd.DataFrame = field(default_factory=SCREEN_RULES.empty)
    referral: pd.DataFrame = field(default_factory=REFERRAL.empty)
    markets: pd.DataFrame = field(default_factory=MARKETS.empty)
    places: pd.DataFrame = field(default_factory=PLACES.empty)


@dataclass(frozen=True)
class _Asked:
    """What `find_growth` was asked, for its steps."""

    book: LoanBook
    window: CampaignWindow
    settings: Settings
    rates: pd.DataFrame
    season: pd.DataFrame
    inflow: pd.DataFrame
    vote_scores: pd.DataFrame | None


def find_growth(  # noqa: PLR0913 - what is known, one table each
    book: LoanBook,
    window: CampaignWindow,
    settings: Settings,
    rates: pd.DataFrame,
    season: pd.DataFrame,
    inflow: pd.DataFrame | None = None,
    *,
    examined: Examined | None = None,
    vote_scores: pd.DataFrame | None = None,
) -> Growth:
    """Find every opportunity of a book for one campaign.

    Args:
        book: The loan book.
        window: The campaign.
        settings: All policy numbers.
        rates: Table RATES, prior or learnt.
        season: Table SEASON_INDEX, prior or learnt.
        inflow: Table INFLOW, learnt; None where no older ledger shows last season.
        examined: The customers of the book examined, where that is done already.
        vote_scores: Table VOTE_SCORES of past seasons: whose votes count more; None: all alike.

    Returns:
        Tables SCREEN, HEADROOM, REFINANCE, RUN_OFF, OPPORTUNITIES, LEFT_OUT, STAFF, and
        findings about what the estimates lack. `probability` and `expected` are natural
        until the plan knows its touches.
    """
    inflow = INFLOW.empty() if inflow is None else inflow
    asked = _Asked(book, window, settings, rates, season, inflow, vote_scores)
    examined = examined or examine(book, window, settings, season)
    portfolio, team = examined.portfolio, examined.staff
    screening, refinance = examined.screening, examined.refinance
    seasons = _seasons(asked, examined)
    case = _customer_case(asked, examined, seasons)
    run_off = estimate_run_off(portfolio, screening.customers, window, settings.renewal, rates)
    visited, left_out = _stacked(
        opportunities_of_customers(case, window, settings),
        _refinance_opportunities(refinance),
        renewal_opportunities(run_off, case.barred_by_id(), window, settings.renewal),
        _leads(asked, examined.leads, seasons),
        (_outings(asked, portfolio, team), LEFT_OUT.empty()),
    )
    unvisited = inflow_opportunities(asked.inflow, team, window, settings.team)
    visited = with_rewards(_with_people(visited, portfolio, rates), settings.industry)
    visited, shut = without_sources(visited, settings.sources)
    parts = [visited, unvisited]
    del visited  # not held beside the table it becomes
    opportunities = _numbered(parts)
    places, unplaced = places_of(book)
    return Growth(
        places=places,
        screen=screening.customers,
        screen_rules=screening.rules,
        referral=referral_table(portfolio, case.names, book),
        markets=markets_of(portfolio, opportunities, team, settings.team.market_size),
        headroom=case.headroom,
        refinance=refinance,
        run_off=run_off,
        opportunities=opportunities,
        left_out=_left_out(pd.concat([left_out, shut])),
        staff=with_focus(team, opportunities),
        findings=(
            *growth_findings(book, examined.as_booked, case, refinance, team, settings.headroom),
            *unplaced,
        ),
    )


def _stacked(*parts: tuple[pd.DataFrame, pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the opportunities of all sources, and who each leaves out, one below the other."""
    chosen = [part[[name for name in part if name in UNRATED]] for part, _ in parts]
    return pd.concat(chosen), pd.concat([left[LEFT] for _, left in parts])


def _customer_case(asked: _Asked, examined: Examined, seasons: Seasons) -> CustomerCase:
    """Return what opportunities of customers are shared out from."""
    window, settings, portfolio = asked.window, asked.settings, examined.portfolio
    moved = examined.refinance.groupby("customer_id")["amount"].sum()
    people = portfolio.customers.assign(trade=examined.customer_trades)
    hot = hot_seasons(people, seasons, window, settings.industry)
    return CustomerCase(
        portfolio=portfolio,
        headroom=examined.headroom,
        refusal=examined.refusal,
        first_day=examined.first_day,
        trades=people["trade"],
        seasons=hot,
        moved=examined.headroom["customer_id"].map(moved).fillna(0.0).to_numpy(),
        tickets=usual_tickets(portfolio, portfolio.customers, settings.team),
        names=expected_names(portfolio, settings.referral, hot["peak"].notna().to_numpy()),
    )


def _seasons(asked: _Asked, examined: Examined) -> Seasons:
    """Return the season table with its trades and the branches' votes on them."""
    trades = examined.trades
    outlook = branch_outlook(asked.book.votes, trades, asked.settings.industry, asked.vote_scores)
    return Seasons(asked.season, trades, outlook)


def _refinance_opportunities(refinance: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = refinance.assign(source=Source.REFINANCE.value, possible=refinance["amount"])
    planned = rows["status"].eq(STATUS_PLANNED)
    chosen = rows[planned].assign(is_prospect=False)
    chosen["segment"] = _willingness_segment(chosen["willingness"])
    return chosen, rows.loc[~planned, ["customer_id", "source", "reason"]]


def _willingness_segment(willingness: pd.Series) -> np.ndarray:
    return first_that_holds(
        [willingness.isna(), willingness.lt(1), willingness.lt(3)],
        ["unknown", "0", "1-2"],
        "3-5",
    )


def _leads(
    asked: _Asked, leads: pd.DataFrame, seasons: Seasons
) -> tuple[pd.DataFrame, pd.DataFrame]:
    hot = hot_seasons(leads, seasons, asked.window, asked.settings.industry)
    return lead_opportunities(leads, hot, asked.window)


def _outings(asked: _Asked, portfolio: Portfolio, team: pd.DataFrame) -> pd.DataFrame:
    rules = asked.settings.team
    ticket, basis, _ = usual_ticket(portfolio, rules)
    left = unlisted_households(portfolio, asked.book.prospects, rules.market_size)
    return outing_opportunities(asked.book, team, (ticket, basis), asked.window, rules, left)


def _with_people(rows: pd.DataFrame, portfolio: Portfolio, rates: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with rates put on and what customers are like filled in."""
    rows = with_rates(rows.reset_index(drop=True), rates)
    people = portfolio.customers
    owner = pd.Index(people["customer_id"]).get_indexer(pd.Index(rows["customer_id"]))
    for name in ("manager_id", "branch", "area", "industry_code"):
        taken = people[name].array.take(owner, allow_fill=True)
        theirs = pd.Series(taken, index=rows.index)
        given = rows.get(name, theirs)
        rows[name] = given.where(given.notna(), theirs)
    rows["rate_quota"] = np.minimum(
        rows.get("rate_quota", pd.Series(0.0, rows.index)).fillna(0.0), rows["amount"]
    )
    return OPPORTUNITIES.conform(rows)


def _numbered(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return table OPPORTUNITIES: the parts in one order, numbered by source; none is kept."""
    rows = pd.concat(parts, ignore_index=True)
    parts.clear()
    source = numbers_known(rows["source"], PLACES_OF_SOURCES, -1)
    customer, names = numbered(rows["customer_id"])
    customer = np.where(customer < 0, len(names), customer)
    order = order_of([source, customer], [rows["source_rows"], rows["window_start"]])
    rows = pd.DataFrame({name: rows.pop(name).array.take(order) for name in map(str, list(rows))})
    source = source[order]
    rows["rate_quota"] = rows["rate_quota"].fillna(0.0)
    for flag in ("is_prospect", "is_outing", "needs_senior", "rewarded"):
        rows[flag] = rows[flag].fillna(False)
    counts = np.bincount(source, minlength=len(LETTERS)).tolist()
    letters = zip(LETTERS.values(), counts, strict=True)
    ids = [f"{letter}{number:06d}" for letter, count in letters for number in range(1, count + 1)]
    rows["opportunity_id"] = pd.Series(ids, index=rows.index, dtype="str")
    return OPPORTUNITIES.check(OPPORTUNITIES.conform(with_call_ranks(rows)))


def _left_out(rows: pd.DataFrame) -> pd.DataFrame:
    return LEFT_OUT.conform(in_order(rows, LEFT_OUT.key).assign(value=0.0))
