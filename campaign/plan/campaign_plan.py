"""The whole plan as one value: what the outputs are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from campaign.book.loan_book import LoanBook
    from campaign.festival import CampaignWindow
    from campaign.growth.opportunities import Growth
    from campaign.plan.power import Measurement
    from campaign.plan.problem import VisitProblem
    from campaign.settings import Settings


@dataclass(frozen=True)
class Bridge:
    """From the opening to the expected closing balance, in yuan, adding up to the fen.

    opening - run_off + renewed + draw + top_up + refinance + industry + team + referral
    = closing. `gap` is target - (closing - opening); negative when the plan exceeds it.
    """

    opening: float
    run_off: float
    renewed: float
    draw: float
    top_up: float
    refinance: float
    industry: float
    team: float
    referral: float
    closing: float
    target: float
    gap: float

    @property
    def net_growth(self) -> float:
        """Return closing minus opening, in yuan."""
        return round(self.closing - self.opening, 2)


@dataclass(frozen=True)
class Forecast:
    """Range of net growth in yuan and the chance of reaching the target (0 to 1)."""

    p10: float
    p50: float
    p90: float
    chance: float


@dataclass(frozen=True)
class PlanQuality:
    """How good the plan is: its value against a bound that no plan can pass.

    Attributes:
        value: Expected uplift of the touches planned, in yuan.
        upper_bound: Best value of the relaxed problem on the same candidates.
        gap: (upper_bound - value) / upper_bound, 0 where the bound is 0.
        rules_of_thumb: Value of equal, proportional, abc, largest_first.
        method: How the plan was found, in one Chinese phrase.
    """

    value: float
    upper_bound: float
    gap: float
    rules_of_thumb: Mapping[str, float]
    method: str


@dataclass(frozen=True)
class CampaignPlan:
    """One version of a campaign's plan, with everything that it rests on.

    Tables: `touches` TOUCHES, `quotas` QUOTAS, `left_out` LEFT_OUT, `managers`
    MANAGER_PLANS, `branches` BRANCH_PLANS, `rates` RATES, `season` SEASON_INDEX.
    `growth.opportunities` carries the probabilities under this plan. `prices` PRICES says
    what one more visit, slot or yuan of quota is worth, `outlook` OUTLOOK the ranges of the
    bank, every branch and every manager; `shortage` SHORTAGES the must-do touches that found
    no day, `reserve` RESERVE the names that each manager needs, `response` RESPONSE what each
    further touch adds and what that rests on. `measurement` says whether the uplift will be
    seen; None where touches add nothing. `own_cards` holds the bank's own INDUSTRY_CARDS.
    """

    book: LoanBook
    window: CampaignWindow
    settings: Settings
    growth: Growth
    problem: VisitProblem
    touches: pd.DataFrame
    quotas: pd.DataFrame
    left_out: pd.DataFrame
    managers: pd.DataFrame
    branches: pd.DataFrame
    rates: pd.DataFrame
    season: pd.DataFrame
    bridge: Bridge
    forecast: Forecast
    quality: PlanQuality
    version: int
    seed: int
    prices: pd.DataFrame | None = None
    outlook: pd.DataFrame | None = None
    shortage: pd.DataFrame | None = None
    reserve: pd.DataFrame | None = None
    response: pd.DataFrame | None = None
    measurement: Measurement | None = None
    own_cards: tuple[pd.DataFrame, ...] = ()
