"""Do plans that give a target 70-90 % reach it so often? `python -m benchmarks.calibration [BANKS]`.

For each made-up bank a plan is made and its chance stated for targets around what it expects. Then
real seasons are drawn customer by customer, by code of their own: the odds of every source move with
the year and with the source, those of a manager with the manager, tickets with the year, and each
customer says yes or no once. `as set` moves them as the forecast's settings say, `calm` by half,
`wild` by one and a half times as much. The chance is worth what it says only as far as the spreads
are right; learnt from several years of ledgers they are better than the defaults.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from benchmarks.made_banks import made_growth, made_window
from campaign.plan.problem import build_problem
from campaign.plan.response import with_touched
from campaign.plan.seasons import draw_seasons
from campaign.plan.solve import plan_visits
from campaign.settings import ForecastRules, Settings
from campaign.vocabulary import RATES, RUN_OFF

MANAGERS, CUSTOMERS, BANKS, SEASONS = 6, 80, 24, 60
BANDS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
YEARS = {"as set": 1.0, "calm": 0.5, "wild": 1.5}


def planned(seed: int) -> pd.DataFrame:
    """Return the opportunities of a made-up bank under its plan."""
    settings = Settings()
    growth = made_growth(MANAGERS, CUSTOMERS, seed)
    problem = build_problem(growth, made_window(), settings)
    is_planned = plan_visits(problem).day_of[problem.serving] >= 0
    return with_touched(growth.opportunities, problem.purposes[is_planned])


def real_season(rows: pd.DataFrame, rules: ForecastRules, draw: np.random.Generator) -> float:
    """Return what one real season brings: every customer says yes or no to each opportunity."""
    year = draw.standard_normal()
    share = rules.common_share
    of_source = {
        name: np.sqrt(share) * year + np.sqrt(1 - share) * draw.standard_normal()
        for name in sorted(rows["source"].unique())
    }
    of_manager = {name: draw.standard_normal() for name in sorted(rows["manager_id"].unique())}
    luck = rules.rate_spread * rows["source"].map(of_source)
    luck = luck + rules.manager_spread * rows["manager_id"].map(of_manager)
    usual = rows["probability"].clip(1e-9, 1 - 1e-9)
    odds = usual / (1 - usual) * np.exp(luck)
    yes = draw.random(len(rows)) < odds / (1 + odds)
    ticket = np.exp(rules.ticket_spread * draw.standard_normal() - rules.ticket_spread**2 / 2)
    size = np.where(rows["source"] == "renewal", 1.0, ticket) * rows["amount"]
    return float(size[yes].sum())


def stated_and_reached(seed: int, times: float) -> pd.DataFrame:
    """Return for targets of one bank the chance stated, and the part of real seasons that reach it."""
    rows = planned(seed)
    rules = Settings().forecast
    grown = rows[rows["source"] != "renewal"]
    net = draw_seasons(grown, RUN_OFF.empty(), RATES.empty(), rules, seed).net.sum(axis=1)
    targets = np.quantile(net, np.linspace(0.04, 0.96, 24))
    wider = {
        name: min(getattr(rules, name) * times, 1.0)
        for name in ("rate_spread", "manager_spread", "ticket_spread")
    }
    real = Settings().with_values({"forecast": wider}).forecast
    draw = np.random.default_rng([seed, 5])
    seasons = np.array([real_season(grown, real, draw) for _ in range(SEASONS)])
    return pd.DataFrame(
        {
            "stated": [(net >= target).mean() for target in targets],
            "reached": [(seasons >= target).mean() for target in targets],
        }
    )


def table(banks: int, times: float) -> pd.DataFrame:
    """Return by band of the chance stated: its mean, and the part that reached the target."""
    whole = pd.concat([stated_and_reached(seed, times) for seed in range(banks)])
    band = pd.cut(whole["stated"], BANDS, include_lowest=True)
    return whole.groupby(band, observed=True)[["stated", "reached"]].mean()


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else BANKS
    for name, times in YEARS.items():
        print(f"real seasons {name}, {asked} banks x {SEASONS} seasons")
        print(table(asked, times).round(3).to_string())
