"""Small planning problems for tests: opportunities, staff, and random visit problems."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from campaign.festival import CampaignWindow, load_calendar
from campaign.growth.opportunities import Growth
from campaign.plan.problem import VisitProblem
from campaign.vocabulary import (
    CANDIDATES,
    CAPACITY,
    HEADROOM,
    LEFT_OUT,
    OPPORTUNITIES,
    PURPOSES,
    RATES,
    REFINANCE,
    RUN_OFF,
    SCREEN,
    STAFF,
    TOUCHED_CUSTOMERS,
)

MONDAY = date(2026, 11, 30)
FESTIVAL = date(2027, 2, 6)


def opportunities(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return table OPPORTUNITIES; what a row does not say is usual.

    >>> opportunities({"customer_id": "K1"})["opportunity_id"][0]
    'T1'
    """
    full = []
    for number, row in enumerate(rows, start=1):
        usual = {
            "opportunity_id": f"T{number}",
            "customer_id": f"K{number}",
            "is_prospect": False,
            "manager_id": "M1",
            "branch": "城关支行",
            "source": "top_up",
            "amount": 100_000.0,
            "natural_probability": 0.1,
            "full_probability": 0.3,
            "rate_quota": 0.0,
            "needs_senior": False,
        }
        full.append({**usual, **row})
    table = OPPORTUNITIES.conform(pd.DataFrame(full))
    natural = table["natural_probability"]
    return table.assign(probability=natural, expected=(table["amount"] * natural).round(2))


def staff(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return table STAFF; without rows, one experienced manager M1."""
    usual = {"manager_name": "张三", "branch": "城关支行", "is_new": False, "leave_days": 0.0}
    return STAFF.conform(
        pd.DataFrame([{**usual, **row} for row in rows or ({"manager_id": "M1"},)])
    )


def campaign(start: date = MONDAY, end: date = date(2026, 12, 18)) -> CampaignWindow:
    """Return a window of official working days, three weeks unless told otherwise."""
    return CampaignWindow(start - timedelta(days=15), start, end, FESTIVAL, load_calendar())


def growth(
    found: pd.DataFrame | None = None,
    people: pd.DataFrame | None = None,
    run_off: list[dict[str, Any]] | None = None,
) -> Growth:
    """Return a Growth that holds only what planning reads."""
    return Growth(
        screen=SCREEN.empty(),
        headroom=HEADROOM.empty(),
        refinance=REFINANCE.empty(),
        run_off=RUN_OFF.conform(pd.DataFrame(run_off or [])),
        opportunities=OPPORTUNITIES.empty() if found is None else found,
        left_out=LEFT_OUT.empty(),
        staff=staff() if people is None else people,
        findings=(),
    )


def rates(**spread: float) -> pd.DataFrame:
    """Return table RATES with the deviation of some sources; every full rate is 0.2."""
    rows = [
        {"source": source, "segment": "", "full_probability": 0.2, "deviation": deviation}
        for source, deviation in spread.items()
    ]
    return RATES.conform(pd.DataFrame(rows))


def workdays(count: int, start: date = MONDAY) -> list[date]:
    """Return so many weekdays from `start` on."""
    days = (start + timedelta(days=number) for number in range(count * 2 + 7))
    return [day for day in days if day.weekday() < 5][:count]


def visit_problem(
    candidates: list[dict[str, Any]], capacity: list[dict[str, Any]], gap_days: int = 1
) -> VisitProblem:
    """Return a problem from rows of CANDIDATES and CAPACITY, days as numbers from MONDAY."""
    table = pd.DataFrame(candidates)
    usual = {"touch": 1, "channel": "visit", "effort": 1.0, "resources": "", "owner": "城关支行"}
    usual |= {"duty": ""}
    for name, value in {**usual, "manager_id": "M1"}.items():
        table[name] = table[name].fillna(value) if name in table else value
    for name in ("earliest", "latest"):
        table[name] = [MONDAY + timedelta(days=int(day)) for day in table[name]]
    rows = pd.DataFrame(capacity)
    for name in ("period_start", "period_end"):
        rows[name] = [MONDAY + timedelta(days=int(day)) for day in rows[name]]
    people = sorted(table["manager_id"].unique())
    one_each = table.drop_duplicates("customer_id").assign(
        branch="城关支行",
        is_prospect=False,
        amount=table.groupby("customer_id")["value"].transform("max") * 5,
    )
    daily = rows[rows["resource"].isin(["visits", "calls"])]
    purposes = table.assign(opportunity_id=table["customer_id"], source="top_up", share=0.5)
    return VisitProblem(
        candidates=CANDIDATES.check(CANDIDATES.conform(table)),
        capacity=CAPACITY.check(CAPACITY.conform(rows)),
        purposes=PURPOSES.check(PURPOSES.conform(purposes)),
        customers=TOUCHED_CUSTOMERS.check(TOUCHED_CUSTOMERS.conform(one_each)),
        staff=staff(*({"manager_id": person} for person in people)),
        days=tuple(sorted(daily["period_start"].unique())),
        outings=(),
        festival=FESTIVAL,
        gap_days=gap_days,
        no_contact=frozenset(),
        not_possible=LEFT_OUT.empty(),
    )


def daily(owner: str, amounts: list[float], resource: str = "visits") -> list[dict[str, Any]]:
    """Return capacity rows of one manager, one a day from MONDAY."""
    return [
        {
            "owner": owner,
            "resource": resource,
            "period_start": day,
            "period_end": day,
            "amount": amount,
        }
        for day, amount in enumerate(amounts)
    ]


def random_problem(
    seed: int, managers: int = 3, customers: int = 12, days: int = 10, halves: bool = False
) -> VisitProblem:
    """Return a problem with windows, two channels, several touches and shared limits."""
    draw = np.random.default_rng(seed)
    rows = []
    for number in range(managers * customers):
        first = int(draw.integers(0, days))
        size = float(np.exp(draw.normal(9, 1)))
        for touch in range(1, int(draw.integers(1, 4)) + 1):
            start = min(first + touch - 1, days - 1)
            rows.append(
                {
                    "candidate_id": f"K{number:04d}-{touch}",
                    "customer_id": f"K{number:04d}",
                    "manager_id": f"M{number % managers}",
                    "touch": touch,
                    "channel": "call" if draw.random() < 0.3 else "visit",
                    "value": round(size * 0.5**touch, 2),
                    "earliest": start,
                    "latest": int(draw.integers(start, days)),
                    "effort": 0.5 if halves and draw.random() < 0.4 else 1.0,
                    "resources": _asked(draw),
                }
            )
    return visit_problem(rows, _limits(draw, managers, customers, days), int(draw.integers(1, 4)))


def _asked(draw: np.random.Generator) -> str:
    quota = f"rate_quota:{int(draw.integers(1, 10)) * 10000}" if draw.random() < 0.2 else ""
    return ";".join(part for part in (quota, "senior:1" if draw.random() < 0.2 else "") if part)


def _limits(
    draw: np.random.Generator, managers: int, customers: int, days: int
) -> list[dict[str, Any]]:
    rows = []
    for number in range(managers):
        rows += daily(f"M{number}", [float(x) for x in draw.integers(0, 3, days)])
        rows += daily(f"M{number}", [float(x) for x in draw.integers(0, 3, days)], "calls")
    half = days // 2
    shared = [
        ("城关支行", "senior", 0, half - 1, 2.0),
        ("城关支行", "senior", half, days - 1, 1.0),
        ("城关支行", "rate_quota", 0, half - 1, 3000.0 * managers * customers),
        ("bank", "rate_quota", 0, days - 1, 5000.0 * managers * customers),
    ]
    names = ["owner", "resource", "period_start", "period_end", "amount"]
    return rows + [dict(zip(names, row, strict=True)) for row in shared]
