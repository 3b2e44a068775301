"""What people can do: visits and calls a day, and the limits that branches share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pandas as pd

from campaign.festival import CampaignWindow
from campaign.settings import CapacityRules
from campaign.vocabulary import CAPACITY, DayBasis, Resource

BANK_OWNER = "bank"
# The festival's days off run from the eve to the seventh day (初七).
EVE, SEVENTH_DAY = timedelta(days=1), timedelta(days=6)


def action_days(window: CampaignWindow, rules: CapacityRules) -> list[date]:
    """Return the working days on which touches may be planned.

    In a year whose holidays are provisional, the days around the festival's edges are kept
    free, because the notice may still move them.
    """
    days = window.working_days
    if window.calendar.basis(window.festival.year) is not DayBasis.PROVISIONAL:
        return days
    first = window.festival - EVE - timedelta(days=rules.edge_days_before)
    last = window.festival + SEVENTH_DAY + timedelta(days=rules.edge_days_after)
    return [day for day in days if not first <= day <= last]


def shared_needs(resources: str) -> Iterator[tuple[str, float]]:
    """Yield each shared resource that a touch asks for, and how much of it.

    >>> list(shared_needs("rate_quota:300000;senior:1"))
    [('rate_quota', 300000.0), ('senior', 1.0)]
    """
    for part in filter(None, resources.split(";")):
        resource, need = part.split(":")
        yield resource, float(need)


def find_capacity(
    staff: pd.DataFrame,
    days: list[date],
    window: CampaignWindow,
    rules: CapacityRules,
    accepted: pd.Series | None = None,
) -> pd.DataFrame:
    """Return table CAPACITY: visits and calls a manager and day, then the shared limits.

    A limit that the settings leave at 0 is not limited and has no row.

    Args:
        staff: Table STAFF.
        days: What `action_days` returned.
        window: The campaign.
        rules: Capacity settings.
        accepted: Part of his days that each manager is asked for, by manager_id; None for all.
    """
    if not days or staff.empty:
        return CAPACITY.empty()
    staff = staff.sort_values("manager_id").reset_index(drop=True)
    free = _free_share(staff, days, rules)
    if accepted is not None:
        free = free * accepted.reindex(staff["manager_id"]).to_numpy()[:, None]
    visits = free * rules.visits_per_day * new_manager_share(staff, rules)[:, None]
    visits = np.maximum(visits - _outings(staff, days, rules), 0.0)
    parts = [
        _daily(staff, days, Resource.VISITS, whole_units(visits)),
        _daily(staff, days, Resource.CALLS, whole_units(free * rules.calls_per_day)),
        _shared(sorted(staff["branch"].dropna().unique()), days, window, rules),
    ]
    table = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return CAPACITY.check(CAPACITY.conform(table))


def whole_units(rates: np.ndarray) -> np.ndarray:
    """Return whole numbers a day that follow uneven daily rates as closely as can be.

    A day holds whole visits only; what one day cannot hold is carried to the next.

    Example:
        >>> whole_units(np.array([[2.8, 2.8, 2.8, 2.8, 2.8]])).tolist()
        [[3.0, 3.0, 2.0, 3.0, 3.0]]
    """
    total = np.floor(np.cumsum(rates, axis=1) + 0.5 + 1e-9)
    return np.diff(total, axis=1, prepend=0.0)


def new_manager_share(staff: pd.DataFrame, rules: CapacityRules) -> np.ndarray:
    """Return each manager's part of a full day of visits; new ones grow into it.

    Formula:
        new_visit_share + (1 - new_visit_share) x months served / ramp_months, at most 1

    Source:
        示例假设; docs/method.md#capacity.

    Example:
        >>> staff = pd.DataFrame({"is_new": [True, False], "tenure_months": [6.0, 90.0]})
        >>> from campaign.settings import CapacityRules
        >>> new_manager_share(staff, CapacityRules(new_visit_share=0.5, ramp_months=12)).tolist()
        [0.75, 1.0]
    """
    served = (staff["tenure_months"].fillna(0.0) / rules.ramp_months).clip(0.0, 1.0)
    share = rules.new_visit_share + (1.0 - rules.new_visit_share) * served
    is_new = staff["is_new"].fillna(False).astype(bool)
    return share.where(is_new, 1.0).to_numpy(dtype="float64")


def outing_days(days: list[date], rules: CapacityRules) -> list[date]:
    """Return the days on which new managers go out with their partner (结对外出)."""
    return [day for day in days if day.isoweekday() == rules.outing_weekday]


def _free_share(staff: pd.DataFrame, days: list[date], rules: CapacityRules) -> np.ndarray:
    """Return the part of each day (managers x days) left by meetings, leave and slack."""
    week = np.array([day.toordinal() - day.weekday() for day in days])
    nth = np.arange(len(days)) - np.searchsorted(week, week)
    in_meetings = np.clip(rules.meeting_days - nth, 0.0, 1.0)
    leave = staff["leave_days"].fillna(0.0).clip(0.0, len(days)).to_numpy(dtype="float64")
    at_work = 1.0 - leave / len(days)
    return np.outer(at_work, 1.0 - in_meetings) * (1.0 - rules.slack_share)


def _outings(staff: pd.DataFrame, days: list[date], rules: CapacityRules) -> np.ndarray:
    """Return the visits (managers x days) that outings with new managers cost the partners.

    Who leads several goes out with all of them at once, as a small team.
    """
    new = staff[staff["is_new"].fillna(False).astype(bool)]
    led = staff["manager_id"].isin(new["partner"])
    out = set(outing_days(days, rules))
    is_outing = np.array([day in out for day in days], dtype="float64")
    return np.outer(led.to_numpy(dtype="float64") * rules.outing_visits, is_outing)


def _daily(
    staff: pd.DataFrame, days: list[date], resource: Resource, amounts: np.ndarray
) -> pd.DataFrame:
    manager, day = np.nonzero(amounts > 0)
    dates = np.array(days, dtype="datetime64[D]")[day]
    return pd.DataFrame(
        {
            "owner": staff["manager_id"].to_numpy(dtype=object)[manager],
            "resource": resource.value,
            "period_start": dates,
            "period_end": dates,
            "amount": amounts[manager, day],
        }
    )


def _shared(
    branches: list[str], days: list[date], window: CampaignWindow, rules: CapacityRules
) -> pd.DataFrame:
    quota = Resource.RATE_QUOTA
    each_branch = [
        *((quota, *period) for period in _quota_periods(days, window, rules)),
        *((Resource.SENIOR, *week, rules.senior_per_week) for week in _weeks(days, window)),
    ]
    whole_bank = (BANK_OWNER, quota, window.start, window.end, rules.rate_quota_bank)
    rows = [(branch, *row) for branch in branches for row in each_branch] + [whole_bank]
    kept = [row for row in rows if row[4] > 0 and row[2] <= row[3]]
    names = ["owner", "resource", "period_start", "period_end", "amount"]
    table = pd.DataFrame(kept, columns=names)
    return table.assign(resource=[resource.value for resource in table["resource"]])


def _quota_periods(
    days: list[date], window: CampaignWindow, rules: CapacityRules
) -> list[tuple[date, date, float]]:
    """Return the waves of the special rate: every week, else before and after the festival."""
    if rules.rate_quota_week > 0:
        return [(*week, rules.rate_quota_week) for week in _weeks(days, window)]
    eve = window.festival - EVE
    return [
        (window.start, min(eve, window.end), rules.rate_quota_before),
        (max(window.festival, window.start), window.end, rules.rate_quota_after),
    ]


def _weeks(days: list[date], window: CampaignWindow) -> list[tuple[date, date]]:
    """Return first and last day of each calendar week that holds one of the days."""
    mondays = sorted({day - timedelta(days=day.weekday()) for day in days})
    return [
        (max(monday, window.start), min(monday + timedelta(days=6), window.end))
        for monday in mondays
    ]
