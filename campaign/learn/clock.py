"""The season between two ledgers, and how its demand ran: what part fell between two days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from campaign.festival import campaign_window, load_calendar
from campaign.settings import CampaignRules

ONE_DAY = pd.Timedelta(days=1)
# With fewer still free at the beginning of a week, those who came then would count for too much.
LEAST_FREE = 0.1


@dataclass(frozen=True)
class SeasonSpan:
    """The days of the season after an old ledger that both ledgers let us see.

    Attributes:
        start: First day at risk.
        stop: Last day at risk, not after the new ledger.
        last: Day of the new ledger.
        days: Days of a whole season; rates are for that long.
    """

    start: pd.Timestamp
    stop: pd.Timestamp
    last: pd.Timestamp
    days: int


def season_span(period_start: date, period_end: date, rules: CampaignRules) -> SeasonSpan:
    """Return the season between two ledgers; the whole period where it holds hardly any.

    Example:
        >>> span = season_span(date(2025, 11, 15), date(2026, 10, 31), CampaignRules())
        >>> str(span.start.date()), str(span.stop.date()), span.days
        ('2025-12-01', '2026-03-31', 121)
    """
    calendar = load_calendar()
    window = campaign_window(period_start, rules, calendar)
    whole = campaign_window(window.end - timedelta(days=300), rules, calendar)
    days = (whole.end - whole.start).days + 1
    start, stop = window.start, min(window.end, period_end)
    if (stop - start).days < days // 4:
        start, stop = period_start + timedelta(days=1), period_end
    return SeasonSpan(pd.Timestamp(start), pd.Timestamp(stop), pd.Timestamp(period_end), days)


@dataclass(frozen=True)
class SeasonClock:
    """The part of a whole season's demand that had come by each day.

    Attributes:
        start: First day of the season.
        reached: Demand by the morning of each day, then of the day after the last; from 0 up
            to the part of a whole season that the ledgers let us see.
    """

    start: pd.Timestamp
    reached: np.ndarray

    def between(self, first: pd.Series, last: pd.Series) -> pd.Series:
        """Return the part of a season's demand between the mornings of two days.

        Example:
            A season of four days whose demand came half on the first:

            >>> clock = SeasonClock(pd.Timestamp("2026-12-01"), np.array([0, 0.5, 0.6, 0.8, 1.0]))
            >>> days = pd.Series(pd.to_datetime(["2026-12-01", "2026-12-02"]))
            >>> clock.between(days, days + ONE_DAY * 2).round(6).tolist()
            [0.6, 0.3]
        """
        return (self._at(last) - self._at(first)).clip(lower=0.0)

    def _at(self, days: pd.Series) -> pd.Series:
        place = ((days - self.start) / ONE_DAY).to_numpy(float)
        known = np.interp(np.nan_to_num(place), np.arange(len(self.reached)), self.reached)
        return pd.Series(known, index=days.index)


def even_clock(span: SeasonSpan) -> SeasonClock:
    """Return the clock of a season whose demand is the same every day."""
    count = (span.stop - span.start).days + 1
    return SeasonClock(span.start, np.arange(count + 1) / span.days)


def season_clock(
    events: pd.DataFrame, span: SeasonSpan, strength: float, log: pd.DataFrame | None = None
) -> SeasonClock:
    """Return the clock of a season's own demand as its new money shows it, mixed with an even one.

    Counted by week, so that a payday does not matter. Who was not visited before January had
    all of December's demand behind him: with an even clock he would count for too little.
    Whom a touch won came after it and not when demand had it: so only those count who came
    before their first touch, of those still without one. Else the season would seem to run
    later than it does, and natural rates higher.

    Formula:
        demand of week w ~ notes of w / part of the customers still free at its beginning;
        mixed: (k x its share of the days + n x its share of the demand) / (k + n),
        k = clock_strength, n = notes counted

    Args:
        events: Table EVENTS; only the day of the first new money counts.
        span: The season that is seen.
        strength: How many notes an even season weighs.
        log: CONTACTS up to the season's end; None where there is no log: then all count.
    """
    even = even_clock(span)
    old = events[~events["arrived"].eq(True)]
    day = old["event_date"].where(old["event_date"] >= span.start)
    first = _first_touch(old["customer_id"], log)
    came = (day <= span.stop) & ~(first <= day)
    left = pd.concat([day, first], axis=1).min(axis=1)
    seen = float(even.reached[-1])
    daily = np.full(len(even.reached) - 1, seen / (len(even.reached) - 1))
    which = np.arange(len(daily)) // 7
    days_of = np.bincount(which)
    gone = _by_week(left, left.notna() & (left <= span.stop), span, len(days_of))
    free = 1 - np.concatenate([[0.0], np.cumsum(gone)[:-1]]) / max(len(old), 1)
    counted = _by_week(day, came, span, len(days_of))
    demand = counted / np.maximum(free, LEAST_FREE)
    number = counted.sum()
    demand *= number / demand.sum() if number else 0.0
    share = (strength * daily / seen + (demand / days_of)[which]) / (strength + number)
    return SeasonClock(span.start, np.concatenate([[0.0], np.cumsum(share)]) * seen)


def _first_touch(customers: pd.Series, log: pd.DataFrame | None) -> pd.Series:
    if log is None or log.empty:
        return pd.Series(pd.NaT, index=customers.index, dtype="datetime64[s]")
    first = log.groupby("customer_id")["contact_date"].min()
    return first.reindex(customers).set_axis(customers.index)


def _by_week(day: pd.Series, which: pd.Series, span: SeasonSpan, weeks: int) -> np.ndarray:
    """Return how many of these days fall in each week of the season; earlier ones in the first."""
    place = ((day[which] - span.start) / ONE_DAY // 7).clip(lower=0).astype("int64")
    return np.bincount(place, minlength=weeks).astype(float)
