"""The plan of an old ledger scored on the new one, and what to mind when reading it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.growth.portfolio import portfolio_of
from campaign.learn.backtest import LEDGER_SOURCE, Backtest, backtest, is_prospect
from campaign.learn.halves import rated_by_other_half
from campaign.learn.history import compare_pair
from campaign.learn.matching import history_findings, ledger_pair
from campaign.learn.outcomes import customer_outcomes
from campaign.learn.past_season import PastSeason
from campaign.plan.campaign_plan import CampaignPlan
from campaign.vocabulary import Severity, Source

# A choice of nearly everybody cannot be better than another.
NEARLY_ALL = 0.9
FEW_CASES = 30


@dataclass(frozen=True)
class ScoredPlan:
    """A plan of an old ledger, scored on the new one.

    Attributes:
        plan: The plan, made with what was known on its day.
        new_day: Day of the new ledger.
        result: The scores.
        halves: The scores of the same customers with the rates that the other half of them
            teaches; None where the plan's own rates were learnt, or there are too few.
        caveats: Chinese sentences on what the two ledgers cannot show.
    """

    plan: CampaignPlan
    new_day: date
    result: Backtest
    halves: Backtest | None
    caveats: tuple[str, ...]

    @property
    def only_priors(self) -> bool:
        """Return whether no ledger had taught the plan anything."""
        return not self.plan.rates["observations"].sum()


def score_plan(plan: CampaignPlan, new: LoanBook, beyond: pd.DataFrame | None = None) -> ScoredPlan:
    """Return how well a plan of an old ledger foresaw the new one.

    Where the plan touches nearly all customers its choice cannot be told from another; then
    the customers with the best three tenths of the estimated uplift stand for it.

    Args:
        plan: Its rates must not have been learnt from `new`.
        new: A later ledger of the same bank.
        beyond: Table BEYOND of ledgers older than the plan's, if there are any.

    Raises:
        CampaignError: The new ledger is not newer than the plan's book.
    """
    pair = ledger_pair(plan.book, new)
    growth, settings = plan.growth, plan.settings
    portfolio = portfolio_of(plan.book)
    events = compare_pair(pair, settings, (portfolio, portfolio_of(pair.new)))
    people = _growing(growth.opportunities)
    touched = pd.Index(plan.touches["customer_id"].unique())
    share = people["customer_id"].drop_duplicates().isin(touched).mean()
    telling = 0 < share < NEARLY_ALL
    result = backtest(
        growth.opportunities,
        growth.headroom,
        events,
        settings,
        chosen=touched if telling else None,
        beyond=beyond,
    )
    outcomes = customer_outcomes(people, growth.headroom, events, settings)
    caveats = [
        *_choice(share, result, telling=telling),
        *_survivors(events),
        *_few_cases(result),
        *_beyond_estimate(people, outcomes),
        *(f.message for f in history_findings(pair) if f.severity is Severity.WARNING),
    ]
    scored = ScoredPlan(plan, new.as_of, result, None, tuple(caveats))
    if not scored.only_priors:
        return scored
    return replace(
        scored, halves=_halves(plan, PastSeason(pair, growth.headroom, events, portfolio.customers))
    )


def _halves(plan: CampaignPlan, season: PastSeason) -> Backtest | None:
    settings, people = plan.settings, plan.growth.opportunities
    people = people[people["source"].isin(LEDGER_SOURCE) & ~is_prospect(people)]
    rated = rated_by_other_half(people, plan.rates, season, settings)
    if rated is None:
        return None
    opportunities, beyond = rated
    return backtest(opportunities, season.headroom, season.events, settings, beyond=beyond)


def _growing(opportunities: pd.DataFrame) -> pd.DataFrame:
    """Return what could have grown with customers of the old ledger."""
    known = opportunities[~is_prospect(opportunities)]
    grows = known["source"].isin(LEDGER_SOURCE) & (known["source"] != Source.RENEWAL.value)
    return known[grows]


def _choice(share: float, result: Backtest, *, telling: bool) -> Iterator[str]:
    chosen = result.capture["customers"].max()
    if not telling and chosen > 0:
        yield (
            f"旧方案触达了 {share:.0%} 的客户，比不出先后；"
            f"“谁选得准”改比预计增益最大的三成（{chosen:.0f} 户）。"
        )


def _survivors(events: pd.DataFrame) -> Iterator[str]:
    before = int((events["old_balance"] > 0).sum())
    left = int(events["left"].fillna(False).sum())
    if left:
        yield (
            f"前期有余额的 {before} 户中，{left} 户在新台账里已没有余额（结清、流失或未导出）："
            "走掉的客户只看得到新台账里还有借据的那部分增长，读数偏向留下来的客户。"
        )


def _few_cases(result: Backtest) -> Iterator[str]:
    table = result.calibration
    few = int((table["cases"] < FEW_CASES).sum())
    whole = table[(table["source"] == "") & (table["band"] == "")]
    grew = round(float((whole["cases"] * whole["actual_rate"]).sum()))
    amounts = result.deciles["actual"]
    if few:
        yield f"有 {few} 档样本不足 {FEW_CASES} 户，只看区间，不看点数。"
    yield (
        f"全部 {whole['cases'].sum():.0f} 户里实际增长的只有 {grew} 户，金额的"
        f" {amounts.iloc[0] / amounts.sum():.0%} 来自第一组；金额之比比户数之比更靠运气。"
        if grew and amounts.sum() > 0
        else "没有一户增长，比不出准不准。"
    )


def _beyond_estimate(people: pd.DataFrame, outcomes: pd.DataFrame) -> Iterator[str]:
    """Say how much was lent beyond all that the estimate held possible for a customer."""
    possible = people.groupby("customer_id")["amount"].sum()
    grew = outcomes["drawn"] + outcomes["more"]
    beyond = (grew - possible.reindex(grew.index).fillna(0.0)).clip(lower=0.0)
    count = int((beyond > 0).sum())
    if count:
        yield (
            f"{count} 户实际增长超过当时测算的可能金额，多出 {beyond.sum() / 1e4:,.2f} 万元，"
            f"占全部实际增长的 {beyond.sum() / grew.sum():.0%}：测算空间小于后来放出的，"
            "方案不可能预计到，实际/预计因此偏高；请核对 [headroom] 的上限是否过紧。"
        )
