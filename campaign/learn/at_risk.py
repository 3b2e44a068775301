"""Who could have come in a season, touched or not, and for how much of its demand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.learn.clock import SeasonClock, SeasonSpan, even_clock
from campaign.settings import LearnRules
from campaign.vocabulary import Touched

SIZE_BANDS = 3
# Cases that the whole source weighs in the natural rate of one size band.
BAND_WEIGHT = 20.0


def seen_cases(
    people: pd.DataFrame,
    span: SeasonSpan,
    rules: LearnRules,
    *,
    log: bool,
    clock: SeasonClock | None = None,
) -> pd.DataFrame:
    """Return cases and successes by segment, untouched and touched apart.

    Demand before a customer's first visit or call counts as untouched, so that one who came
    early is not taken for untouched by nature; from then on he is one touched case. Who
    came before the season is no case; nor is one touched too late to follow up. Managers
    rather visit the bigger: the touched are compared with untouched ones of their own
    segment and size, and the difference is put on the segment's natural rate.

    Args:
        people: segment, success, possible, taken, event_date (unknown where undated),
            first_touch, and effect (of the touches, 0 to 1) of each customer that could
            have come; `size` (yuan) where it is known.
        span: The season that is seen.
        rules: Days that a touch must be seen for, and the least effect of one.
        log: Whether there is a log of visits; without one all are `Touched.UNKNOWN`.
        clock: How the season's demand ran; by default evenly.

    Returns:
        segment, touched, people, came, cases, successes, possible, taken, squares.

    Formula:
        untouched, n = seasons at risk, s came: p0 = 1 - e^(-s/n);
        touched, n people, s came: pt = 1 - (1 - s/n) (1 - q0)^f, where f is the mean part of
        the season before the first touch and q0 the natural rate of customers like them;
        p1 = p0 + (pt - q0) / effect, worth as many cases as `after_every_touch` says
    """
    clock = clock or even_clock(span)
    people, free, came, at_risk = _exposed(people, span, clock)
    kind = Touched.NO if log else Touched.UNKNOWN
    untouched = _cell(people, came, at_risk, kind)
    untouched["successes"] = untouched["cases"] * _chance(untouched["came"], untouched["cases"])
    begin = pd.Series(span.start, index=people.index)
    parts = people.assign(before=clock.between(begin, people["first_touch"]))
    touched = _touched_cell(parts[~free], span, rules, untouched)
    return pd.concat([untouched, touched]).reset_index()


def touched_people(people: pd.DataFrame, span: SeasonSpan, clock: SeasonClock) -> pd.DataFrame:
    """Return those touched before they came, with `day` (they came) and `like`, the natural rate.

    Args:
        people: As of `seen_cases`.
        span: The season that is seen.
        clock: How the season's demand ran.
    """
    exposed, free, _, _ = _exposed(people, span, clock)
    return exposed[~free]


def _exposed(
    people: pd.DataFrame, span: SeasonSpan, clock: SeasonClock
) -> tuple[pd.DataFrame, pd.Series, pd.Series, pd.Series]:
    """Return people with `day`, `band` and `like`; who is untouched, who of them came, seasons at risk."""
    people = people.assign(day=people["event_date"].where(people["success"]))
    people = people[~(people["day"] < span.start)]
    people = people.assign(band=_size_bands(people))
    day, touch = people["day"], people["first_touch"]
    free = touch.isna() | (day < touch)
    over = span.stop + pd.Timedelta(days=1)
    end = pd.concat([day, touch], axis=1).min(axis=1).fillna(over)
    end = end.where(end < over, over)
    at_risk = clock.between(pd.Series(span.start, index=people.index), end)
    came = people["success"] & free & ~(day > span.stop)
    people = people.assign(like=_natural_of_like(people, came, at_risk))
    return people, free, came, at_risk


def after_every_touch(
    rate: pd.Series,
    natural: pd.Series | float,
    effect: pd.Series,
    people: pd.Series,
    unsure: pd.Series | float = 0.0,
) -> tuple[pd.Series, pd.Series]:
    """Return the rate after every touch that helps, and how many plain cases say as much of it.

    The touches of the past had only part of the reachable effect, so the uplift seen is
    divided by their mean effect, and its variance with it. A touch does no harm, so nothing
    below the natural rate is believed. A rate counts as no nearer to nought or one than its own
    standard error.

    Formula:
        p1 = p0 + (pt - p0) / e within p0 to 1; cases = p1 (1 - p1) / variance of p1,
        at most n; variance = (pt (1 - pt) / n + (1 - e)² variance of p0) / e²

    Source:
        campaign.plan.response: p = p0 + (p1 - p0) x effect; error propagation, binomial counts
        (half a case more that came, and half a case more that did not).

    Args:
        rate: Part of the touched that came, pt.
        natural: Natural rate of customers like them, p0.
        effect: Mean effect of their touches, e.
        people: Touched customers, n.
        unsure: Variance of the natural rate.

    Example:
        A tenth more of 400 came after touches with half of the effect. Had p1 been seen itself,
        400 x 0.25 x (0.25 x 0.75) / (0.15 x 0.85) = 147 customers would tell as much:

        >>> half = pd.Series([0.5])
        >>> full, cases = after_every_touch(pd.Series([0.15]), 0.05, half, pd.Series([400.0]))
        >>> round(float(full[0]), 6), round(float(cases[0]))
        (0.25, 147)
    """
    full = (natural + (rate - natural) / effect).clip(lower=natural, upper=1.0)
    seen = (rate * people + 0.5) / (people + 1)
    variance = (seen * (1 - seen) / people + (1 - effect) ** 2 * unsure) / effect**2
    error = (variance**0.5).clip(upper=0.5)
    reached = (natural + (seen - natural) / effect).clip(lower=error, upper=1 - error)
    cases = reached * (1 - reached) / variance
    return full, cases.clip(upper=people)


def _chance(came: pd.Series, seasons: pd.Series) -> pd.Series:
    """Return the chance in a whole season of those at risk for so many seasons."""
    pace = (came / seasons.where(seasons > 0)).fillna(0.0)
    return pd.Series(1 - np.exp(-pace.to_numpy(float)), index=pace.index)


def _size_bands(people: pd.DataFrame) -> pd.Series:
    """Return the third of its segment by size that each case is in; 0 where sizes are unknown."""
    if "size" not in people or people.empty:
        return pd.Series(0, index=people.index)
    place = people.groupby("segment")["size"].rank(method="first", pct=True).fillna(0.5)
    return pd.Series(np.ceil(place.to_numpy(float) * SIZE_BANDS), index=people.index)


def _natural_of_like(people: pd.DataFrame, came: pd.Series, at_risk: pd.Series) -> pd.Series:
    """Return the natural rate of each case's segment and size, leaning on all cases."""
    sums = pd.DataFrame({"came": came.astype("float64"), "seasons": at_risk})
    whole = sums["came"].sum() / max(sums["seasons"].sum(), 1.0)
    like = sums.groupby([people["segment"], people["band"]]).transform("sum")
    leaned = (like["came"] + BAND_WEIGHT * whole) / (like["seasons"] + BAND_WEIGHT)
    return pd.Series(1 - np.exp(-leaned.to_numpy(float)), index=people.index)


def _touched_cell(
    people: pd.DataFrame, span: SeasonSpan, rules: LearnRules, untouched: pd.DataFrame
) -> pd.DataFrame:
    touch = people["first_touch"]
    follow = pd.Timedelta(days=rules.follow_days)
    until = (touch + follow).where(touch + follow > span.stop, span.stop)
    until = until.where(until < span.last, span.last)
    followed = until - touch >= follow
    people = people[followed]
    came = people["success"] & ~(people["day"] > until[followed])
    cell = _cell(people, came, pd.Series(1.0, index=people.index), Touched.YES)
    means = people.groupby("segment")[["like", "before", "effect"]].mean()
    rate = 1 - (1 - cell["came"] / cell["people"]) * (1 - means["like"]) ** means["before"]
    natural = untouched["successes"] / untouched["cases"].where(untouched["cases"] > 0)
    natural = natural.reindex(cell.index).fillna(means["like"])
    effect = means["effect"].clip(lower=rules.least_effect)
    free = untouched["cases"].reindex(cell.index).fillna(0.0).clip(lower=1.0)
    unsure = natural * (1 - natural) / free
    full, cases = after_every_touch(
        rate + natural - means["like"], natural, effect, cell["people"], unsure
    )
    return cell.assign(cases=cases, successes=cases * full)


def _cell(people: pd.DataFrame, came: pd.Series, weight: pd.Series, kind: Touched) -> pd.DataFrame:
    """Return the sums by segment: cases by weight, those that came, and their money.

    The money possible in those that came is their number times what was possible in all, so
    that rate x possible x share adds up to the money taken even where big ones come more often.
    """
    sums = pd.DataFrame(
        {
            "segment": people["segment"],
            "people": 1.0,
            "came": came.astype("float64"),
            "cases": weight.clip(lower=0),
            "possible": people["possible"],
            "taken": people["taken"].where(came, 0.0),
            "squares": (people["taken"].where(came, 0.0)) ** 2,
        }
    )
    cell = sums.groupby("segment").sum()
    cell["possible"] *= cell["came"] / cell["people"]
    return cell.assign(touched=kind.value)
