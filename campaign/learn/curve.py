"""What each further touch adds, learnt from the days of touches and of new money in the past."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from campaign.learn.past_season import PastSeason
from campaign.learn.trails import MOST_TOUCHES, Trails, trails_of
from campaign.learn.uplift import effect_doubt
from campaign.plan.response import effects, touch_sequence, touch_shares
from campaign.settings import ResponseRules, Settings
from campaign.vocabulary import RESPONSE, RateBasis

# The curves that are tried: effect of one visit; a call and the steepness in parts of the settings'.
VISIT_SHARES = tuple(round(0.05 * step, 2) for step in range(1, 20))
CALL_FACTORS, MOST_CALL = (0.16, 0.4, 0.8, 1.4, 2.4), 0.99
STEEPNESS_FACTORS = (1 / 1.2, 1.0, 1.25)
# How far the steepness is held to be off, in its logarithm (example assumption, as its value).
STEEPNESS_SPREAD = 0.2
# Uplifts of a group: where the search begins, and where it ends at the latest.
FIRST_UPLIFT, UPLIFT_RANGE, NEWTON_STEPS = 0.2, (0.005, 0.95), 6
LEAST_CHANCE = 1e-6
LOW, HIGH = 0.05, 0.95
# Own data are called the main part where they leave so much of the prior variance.
OWN_MOSTLY = 0.25


@dataclass(frozen=True)
class LearntResponse:
    """What the log says of the curve of effect.

    Attributes:
        rules: [response] with effect of a visit, of a call and steepness as learnt; as they were
            where the log does not say enough.
        table: Table RESPONSE: what each touch adds, and what that rests on.
        doubt: Standard deviation of the effect of one visit, as a part of it.
    """

    rules: ResponseRules
    table: pd.DataFrame
    doubt: float


@dataclass(frozen=True)
class _Curves:
    """Curves of effect, each with how likely it is held before and after the log."""

    rules: tuple[ResponseRules, ...]
    prior: np.ndarray
    weight: np.ndarray


def learn_response(seasons: Sequence[PastSeason], settings: Settings) -> LearntResponse:
    """Return the curve of effect that past seasons teach, leaning on that of the settings.

    Of a customer that came it is asked which touches may have won him, of one that did not how
    much of each touch's effect should have shown. How far touches can move a source and segment
    is unknown and averaged over; the curve is one for all of them.

    Formula:
        came on day t: q h(t) + u sum of s_j [t - d_j <= F] / F
        not come by T: 1 - q H - u sum of s_j min(1, (T - d_j) / F)
        s_j: what the j-th touch adds (`plan.response`), d_j its day, F `follow_days`;
        q, h, H: natural rate, its part of that day and of all days; u: uplift of the segment.
        Prior: one visit and one call betas worth `response_strength` customers each

    Source:
        docs/method.md#response: Bayes on a grid of curves; the prior is an example assumption.

    Args:
        seasons: Past seasons; those without a log teach nothing.
        settings: [response] is the prior, [learn] says how strong it is, and how many
            customers touched again it takes.
    """
    return curve_of([trails_of(season, settings) for season in seasons], settings)


def curve_of(trails: Sequence[Trails], settings: Settings) -> LearntResponse:
    """Return what `learn_response` does, of trails at hand."""
    rules, learn = settings.response, settings.learn
    reached = sum((_reached(trail) for trail in trails), start=np.zeros(MOST_TOUCHES))
    curves = _tried(rules, learn.response_strength)
    if reached[1] < learn.response_least:
        return LearntResponse(
            rules,
            _table(rules, rules, curves, reached),
            effect_doubt(rules, learn.response_strength),
        )
    log_weight = np.log(curves.prior)
    for trail in trails:
        log_weight = log_weight + _log_likelihood(trail, curves.rules)
    weight = np.exp(log_weight - log_weight.max())
    curves = dataclasses.replace(curves, weight=weight / weight.sum())
    learnt = _mean_rules(rules, curves)
    shares = np.array([curve.visit_share for curve in curves.rules])
    spread = float(np.sqrt(curves.weight @ (shares - curves.weight @ shares) ** 2))
    return LearntResponse(
        learnt, _table(rules, learnt, curves, reached), spread / learnt.visit_share
    )


def _reached(trail: Trails) -> np.ndarray:
    """Return how many customers had a first, a second … touch before they came."""
    who = trail.people["customer_id"].to_numpy()[trail.touches["person"].to_numpy(int)]
    most = trail.touches.assign(who=who).groupby("who")["nth"].max().clip(upper=MOST_TOUCHES)
    counted = np.bincount(most.to_numpy(int), minlength=MOST_TOUCHES + 1)[1:]
    return np.asarray(np.cumsum(counted[::-1])[::-1], dtype=float)


def _tried(rules: ResponseRules, strength: float) -> _Curves:
    """Return all curves with their prior weight."""
    calls = sorted({min(rules.call_dose * factor, MOST_CALL) for factor in CALL_FACTORS})
    steepnesses = sorted({max(rules.steepness * factor, 1.0) for factor in STEEPNESS_FACTORS})
    every = [
        dataclasses.replace(rules, visit_share=visit, call_dose=call, steepness=steep)
        for visit, call, steep in product(VISIT_SHARES, calls, steepnesses)
    ]
    log_prior = np.array([_log_prior(curve, rules, strength) for curve in every])
    prior = np.exp(log_prior - log_prior.max())
    prior /= prior.sum()
    return _Curves(tuple(every), prior, prior)


def _log_prior(curve: ResponseRules, rules: ResponseRules, strength: float) -> float:
    found = 0.0
    for value, mean in ((curve.visit_share, rules.visit_share), (curve.call_dose, rules.call_dose)):
        mean = min(mean, MOST_CALL)
        found += (strength * mean - 1) * np.log(value) + (strength * (1 - mean) - 1) * np.log1p(
            -value
        )
    off = np.log(curve.steepness / rules.steepness) / STEEPNESS_SPREAD
    # The calls and the steepness tried lie on a grid of unequal steps.
    return float(found - off**2 / 2 + np.log(curve.call_dose))


def _log_likelihood(trail: Trails, curves: Sequence[ResponseRules]) -> np.ndarray:
    """Return how likely each curve makes what a season shows, up to a common factor.

    The uplift of each group is integrated out around its likeliest value (Laplace).
    """
    people, touches = trail.people, trail.touches
    if people.empty:
        return np.zeros(len(curves))
    visits, calls = (
        np.minimum(touches[name].to_numpy(int), MOST_TOUCHES) for name in ("visits", "calls")
    )
    is_call = touches["is_call"].to_numpy(bool)
    before = np.where(is_call, visits, visits - 1), np.where(is_call, calls - 1, calls)
    person, shows = touches["person"].to_numpy(int), touches["shows"].to_numpy(float)
    sign = np.where(people["came"].to_numpy(bool), 1.0, -1.0)
    natural = people["natural"].to_numpy(float)
    known = np.where(sign > 0, natural, 1 - natural)
    group = pd.factorize(people["group"], sort=True)[0]
    count = np.arange(MOST_TOUCHES + 1.0)
    uplift = np.full(group.max() + 1, FIRST_UPLIFT)
    total = []
    for curve in curves:
        reached = effects(count[:, None] + curve.call_dose * count[None, :], curve)
        added = (reached[visits, calls] - reached[before]) * shows
        moved = sign * np.bincount(person, added, len(people))
        likely, uplift = _over_uplifts(known, moved, group, uplift)
        total.append(likely)
    return np.array(total)


def _over_uplifts(
    known: np.ndarray, moved: np.ndarray, group: np.ndarray, uplift: np.ndarray
) -> tuple[float, np.ndarray]:
    """Return the log of the integral over uplifts of the product of known + uplift x moved.

    The logarithm is concave in the uplift, so a few steps of Newton find its top; the uplifts
    there come along as a start for the next curve.
    """
    low, high = UPLIFT_RANGE
    for _ in range(NEWTON_STEPS):
        chance = np.maximum(known + uplift[group] * moved, LEAST_CHANCE)
        part = moved / chance
        slope = np.bincount(group, part, len(uplift))
        bend = np.bincount(group, part * part, len(uplift))
        uplift = np.clip(uplift + slope / np.maximum(bend, 1.0), low, high)
    chance = np.maximum(known + uplift[group] * moved, LEAST_CHANCE)
    bend = np.bincount(group, (moved / chance) ** 2, len(uplift))
    return float(np.log(chance).sum() - np.log(np.maximum(bend, 1.0)).sum() / 2), uplift


def _mean_rules(rules: ResponseRules, curves: _Curves) -> ResponseRules:
    visit, call, steep = (
        round(float(curves.weight @ np.array(values)), 3)
        for values in zip(
            *((c.visit_share, c.call_dose, c.steepness) for c in curves.rules), strict=True
        )
    )
    return dataclasses.replace(rules, visit_share=visit, call_dose=call, steepness=steep)


def _table(
    before: ResponseRules, after: ResponseRules, curves: _Curves, reached: np.ndarray
) -> pd.DataFrame:
    """Return table RESPONSE."""
    basis = _basis(before, after, curves, reached)
    rows = []
    for is_prospect, text in ((False, before.existing_touches), (True, before.prospect_touches)):
        sequence = touch_sequence(text)
        tried = np.array([touch_shares(sequence, curve) for curve in curves.rules])
        prior, share = touch_shares(sequence, before), touch_shares(sequence, after)
        for place, channel in enumerate(sequence):
            low, high = _ends(tried[:, place], curves.weight)
            rows.append(
                {
                    "is_prospect": is_prospect,
                    "touch": place + 1,
                    "channel": channel.value,
                    "share": share[place],
                    "low": low,
                    "high": high,
                    "prior": prior[place],
                    "observations": reached[min(place, MOST_TOUCHES - 1)],
                    "basis": basis,
                }
            )
    return RESPONSE.check(RESPONSE.conform(pd.DataFrame(rows)))


def _ends(values: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    order = np.argsort(values, kind="stable")
    passed = np.cumsum(weight[order]) - weight[order] / 2
    low, high = np.interp([LOW, HIGH], passed, values[order])
    return float(low), float(high)


def _basis(
    before: ResponseRules, after: ResponseRules, curves: _Curves, reached: np.ndarray
) -> str:
    """Return what the curve rests on, led by its grade: the prior, both, or mainly own data."""
    again = round(reached[1])
    if after is before:
        return (
            f"{RateBasis.PRIOR.label}：示例假设；走访记录里触达过两次以上的客户 {again} 户，不够学"
        )
    shares = np.array([curve.visit_share for curve in curves.rules])
    wide, narrow = (
        weight @ (shares - weight @ shares) ** 2 for weight in (curves.prior, curves.weight)
    )
    label = (RateBasis.LEARNT if narrow <= OWN_MOSTLY * wide else RateBasis.SHRUNK).label
    return (
        f"{label}：触达过的客户 {reached[0]:.0f} 户，其中两次以上 {again} 户；"
        f"一次走访 {before.visit_share:.0%} → {after.visit_share:.0%}，"
        f"一次电话抵 {before.call_dose:.2g} → {after.call_dose:.2g} 次走访"
    )
