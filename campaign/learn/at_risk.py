"""Who could have come in a season, touched or not, and for how many of its days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from campaign.festival import campaign_window, load_calendar
from campaign.settings import CampaignRules, LearnRules
from campaign.vocabulary import Touched

ONE_DAY = pd.Timedelta(days=1)


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


def seen_cases(
    people: pd.DataFrame, span: SeasonSpan, rules: LearnRules, *, log: bool
) -> pd.DataFrame:
    """Return cases and successes by segment, untouched and touched apart.

    Days before a customer's first visit or call count as untouched, so that one who came
    early is not taken for untouched by nature; from then on he is one touched case. Who
    came before the season is no case; nor is one touched too late to follow up.

    Args:
        people: segment, success, possible, taken, event_date (unknown where undated),
            first_touch, and effect (of the touches, 0 to 1) of each customer that could
            have come.
        span: The season that is seen.
        rules: Days that a touch must be seen for, and the least effect of one.
        log: Whether there is a log of visits; without one all are `Touched.UNKNOWN`.

    Returns:
        segment, touched, people, came, cases, successes, possible, taken.

    Formula:
        untouched, n = days at risk / days of a season, s came: p0 = 1 - e^(-s/n);
        touched, n people, s came: pt = 1 - (1 - s/n) (1 - p0)^f, where f is the mean share
        of the season before the first touch; see `after_every_touch` for the rest.
    """
    people = people.assign(day=people["event_date"].where(people["success"]))
    people = people[~(people["day"] < span.start)]
    day, touch = people["day"], people["first_touch"]
    free = touch.isna() | (day < touch)
    end = pd.concat([day, touch], axis=1).min(axis=1).fillna(span.stop)
    end = end.where(end < span.stop, span.stop)
    came = people["success"] & free & ~(day > span.stop)
    kind = Touched.NO if log else Touched.UNKNOWN
    untouched = _cell(people, came, (end - span.start) / ONE_DAY / span.days, kind)
    hazard = (untouched["came"] / untouched["cases"].where(untouched["cases"] > 0)).fillna(0.0)
    untouched["successes"] = untouched["cases"] * (1 - np.exp(-hazard))
    natural = untouched["successes"].sum() / max(untouched["cases"].sum(), 1.0)
    touched = _touched_cell(people[~free], span, rules, natural)
    return pd.concat([untouched, touched]).reset_index()


def after_every_touch(
    rate: pd.Series, natural: float, effect: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """Return the rate after every touch that helps, and how much one case says about it.

    The touches of the past had only part of the reachable effect, so the uplift seen is
    divided by their mean effect; the fewer touches, the less each case weighs.

    Formula:
        p1 = p0 + (pt - p0) / e within 0 to 1; weight of a case = e²

    Source:
        campaign.plan.response: p = p0 + (p1 - p0) x effect.

    Example:
        A tenth more came after touches with half of the effect:

        >>> half = pd.Series([0.5])
        >>> full, weight = after_every_touch(pd.Series([0.15]), 0.05, half)
        >>> round(float(full[0]), 6), float(weight[0])
        (0.25, 0.25)
    """
    full = (natural + (rate - natural) / effect).clip(0.0, 1.0)
    return full, effect**2


def _touched_cell(
    people: pd.DataFrame, span: SeasonSpan, rules: LearnRules, natural: float
) -> pd.DataFrame:
    touch = people["first_touch"]
    follow = pd.Timedelta(days=rules.follow_days)
    until = (touch + follow).where(touch + follow > span.stop, span.stop)
    until = until.where(until < span.last, span.last)
    followed = until - touch >= follow
    people, touch = people[followed], touch[followed]
    came = people["success"] & ~(people["day"] > until[followed])
    cell = _cell(people, came, pd.Series(1.0, index=people.index), Touched.YES)
    before = ((touch - span.start) / ONE_DAY / span.days).groupby(people["segment"]).mean()
    rate = 1 - (1 - cell["came"] / cell["people"]) * (1 - natural) ** before
    effect = people["effect"].groupby(people["segment"]).mean()
    full, weight = after_every_touch(rate, natural, effect.clip(lower=rules.least_effect))
    return cell.assign(cases=cell["people"] * weight, successes=cell["people"] * weight * full)


def _cell(people: pd.DataFrame, came: pd.Series, weight: pd.Series, kind: Touched) -> pd.DataFrame:
    """Return the sums by segment: cases by weight, those that came, and their money."""
    sums = pd.DataFrame(
        {
            "segment": people["segment"],
            "people": 1.0,
            "came": came.astype("float64"),
            "cases": weight.clip(lower=0),
            "possible": people["possible"].where(came, 0.0),
            "taken": people["taken"].where(came, 0.0),
        }
    )
    return sums.groupby("segment").sum().assign(touched=kind.value)
