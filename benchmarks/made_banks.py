"""Banks made up for measuring the planner: opportunities, staff and the visit problem."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from campaign.festival import CampaignWindow, campaign_window, load_calendar
from campaign.growth.opportunities import Growth
from campaign.plan.problem import VisitProblem, build_problem
from campaign.settings import Settings
from campaign.vocabulary import (
    HEADROOM,
    LEFT_OUT,
    OPPORTUNITIES,
    REFINANCE,
    RUN_OFF,
    SCREEN,
    STAFF,
)

MANAGERS_A_BRANCH = 6
PROSPECT_SHARE = 0.25
# source, part of the customers who have it, part of his size, natural and full probability,
# latest first day, least and greatest length of the window in days (0: the whole campaign).
KINDS = (
    ("top_up", 0.6, 0.3, 0.05, 0.20, 0, 0, 0),
    ("draw", 0.3, 0.2, 0.25, 0.40, 0, 0, 0),
    ("renewal", 0.3, 1.0, 0.80, 0.92, 80, 20, 45),
    ("refinance", 0.3, 0.5, 0.01, 0.28, 90, 5, 40),
    ("industry", 0.3, 0.3, 0.02, 0.20, 70, 20, 60),
    ("referral", 1.0, 0.3, 0.00, 0.08, 0, 0, 0),
)


def made_window() -> CampaignWindow:
    """Return the campaign of the spring of 2027."""
    return campaign_window(date(2026, 11, 15), Settings().campaign, load_calendar())


def made_growth(managers: int, customers: int, seed: int = 0) -> Growth:
    """Return opportunities of so many managers with so many customers each."""
    draw = np.random.default_rng(seed)
    window = made_window()
    size = managers * customers
    manager = np.repeat(np.arange(managers), customers)
    is_prospect = draw.random(size) < PROSPECT_SHARE
    worth = np.exp(draw.normal(12.3, 0.8, size))
    parts = [_kind(kind, ~is_prospect, worth, window, draw) for kind in KINDS]
    leads = ("team", 1.0, 0.3, 0.002, 0.1, 0, 0, 0)
    parts.append(_kind(leads, is_prospect, worth, window, draw))
    rows = pd.concat(parts, ignore_index=True)
    who = rows["customer"].to_numpy()
    rows = rows.assign(
        opportunity_id=[f"X{number:07d}" for number in range(len(rows))],
        customer_id=[f"K{number:07d}" for number in who],
        manager_id=[f"M{number:04d}" for number in manager[who]],
        branch=[f"支行{number // MANAGERS_A_BRANCH:03d}" for number in manager[who]],
        area=[f"片区{number % 11:02d}" for number in who],
        is_prospect=is_prospect[who],
        needs_senior=(rows["source"] == "refinance") & (rows["amount"] > 150_000),
        rate_quota=rows["amount"].where(rows["source"] == "refinance", 0.0),
        grade="B",
    )
    natural = rows["natural_probability"]
    rows = rows.assign(probability=natural, expected=(rows["amount"] * natural).round(2))
    return Growth(
        screen=SCREEN.empty(),
        headroom=HEADROOM.empty(),
        refinance=REFINANCE.empty(),
        run_off=RUN_OFF.empty(),
        opportunities=OPPORTUNITIES.check(OPPORTUNITIES.conform(rows)),
        left_out=LEFT_OUT.empty(),
        staff=_staff(managers, draw),
        findings=(),
    )


def made_problem(managers: int, customers: int, seed: int = 0) -> VisitProblem:
    """Return the visit problem of a made-up bank."""
    return build_problem(made_growth(managers, customers, seed), made_window(), Settings())


def _kind(
    kind: tuple[str, float, float, float, float, int, int, int],
    may_have: np.ndarray,
    worth: np.ndarray,
    window: CampaignWindow,
    draw: np.random.Generator,
) -> pd.DataFrame:
    source, part, share, natural, full, latest, shortest, longest = kind
    has = np.flatnonzero(may_have & (draw.random(len(worth)) < part))
    start, span = np.datetime64(window.start), (window.end - window.start).days
    first, length = np.zeros(len(has), dtype=int), np.full(len(has), span)
    if latest:
        first = draw.integers(0, latest, len(has))
        length = draw.integers(shortest, longest, len(has))
    return pd.DataFrame(
        {
            "customer": has,
            "source": source,
            "amount": np.round(worth[has] * share * draw.uniform(0.5, 1.5, len(has)), -3),
            "natural_probability": natural,
            "full_probability": full,
            "window_start": start + first.astype("timedelta64[D]"),
            "window_end": start + np.minimum(first + length, span).astype("timedelta64[D]"),
        }
    )


def _staff(managers: int, draw: np.random.Generator) -> pd.DataFrame:
    """Return staff of which every fifth is new and goes out with the next."""
    number = np.arange(managers)
    is_new = (number % 5 == 0) & (number + 1 < managers)
    partners = [f"M{n + 1:04d}" if new else None for n, new in zip(number, is_new, strict=True)]
    rows = pd.DataFrame(
        {
            "manager_id": [f"M{n:04d}" for n in number],
            "manager_name": [f"客户经理{n}" for n in number],
            "branch": [f"支行{n // MANAGERS_A_BRANCH:03d}" for n in number],
            "is_new": is_new,
            "tenure_months": np.where(is_new, 4.0, 50.0),
            "leave_days": draw.integers(0, 6, managers).astype(float),
            "partner": partners,
        }
    )
    return STAFF.check(STAFF.conform(rows))
