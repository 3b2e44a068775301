"""What a touch adds: how far it is to be believed, and how far the effect of one visit is known."""

from __future__ import annotations

from math import erf

import numpy as np

from campaign.learn.pooling import NORMAL_90, Pooled
from campaign.settings import LearnRules, ResponseRules

# Less than this is no uplift; it keeps logarithms finite.
LEAST_UPLIFT = 1e-9


def effect_doubt(rules: ResponseRules, strength: float) -> float:
    """Return the standard deviation of one visit's effect before any data, as a part of it.

    Formula:
        of a beta of mean visit_share worth `strength` cases, by its mean

    Example:
        >>> round(effect_doubt(ResponseRules(visit_share=0.6), 20.0), 3)
        0.178
    """
    share = rules.visit_share
    return float(np.sqrt((1 - share) / (share * (strength + 1))))


def believed_uplift(natural: Pooled, full: Pooled) -> np.ndarray:
    """Return the uplift to be expected of a touch, which does no harm and may do some good.

    Where natural and full rate cannot be told apart, their difference may be nought by chance.
    Planned with an uplift of nought nobody would be visited, and nothing learnt.

    Formula:
        d = p1 - p0, s^2 = the sum of both variances, m = min(d, 0);
        the greater of d and m Phi(m / s) + s phi(m / s), at most 1 - p0

    Source:
        Mean of a normal variable whose negative part counts as nought.

    Example:
        Of the touched 92 % renewed (90 % interval 88 to 96), of the others 93 % (91 to 95):

        >>> natural = Pooled(np.array([0.93]), np.array([0.91]), np.array([0.95]))
        >>> full = Pooled(np.array([0.92]), np.array([0.88]), np.array([0.96]))
        >>> believed_uplift(natural, full).round(4).tolist()
        [0.0066]
    """
    uplift = full.mean - natural.mean
    reach = np.hypot(natural.high - natural.low, full.high - full.low)
    spread = np.maximum(reach / (2 * NORMAL_90), LEAST_UPLIFT)
    middle = np.minimum(uplift, 0.0)
    by = middle / spread
    above = np.array([0.5 * (1 + erf(at / 2**0.5)) for at in by])
    chance = middle * above + spread * np.exp(-(by**2) / 2) / (2 * np.pi) ** 0.5
    return np.asarray(np.minimum(np.maximum(uplift, chance), 1 - natural.mean))


def in_doubt(
    natural: Pooled, full: Pooled, cases: np.ndarray, rules: LearnRules, doubt: float
) -> Pooled:
    """Return full rates with intervals that allow for an effect of one visit that is not known.

    The uplift was divided by that effect, so it is off by a factor and the interval is wider by one.

    Formula:
        ends of the interval: p0 + (p1 - p0) exp(± reach'), reach'^2 = reach^2 + (1.645 doubt w)^2,
        reach = how far the end lies from p1 - p0 in logarithms, w = n / (n + k): the part of the
        rate that own touched cases, divided by that effect, have a say in
    """
    more = NORMAL_90 * doubt * cases / (cases + rules.prior_strength)
    uplift, low, high = (
        np.maximum(end - natural.mean, LEAST_UPLIFT) for end in (full.mean, full.low, full.high)
    )
    down, up = np.hypot(np.log(uplift / low), more), np.hypot(np.log(high / uplift), more)
    return Pooled(
        full.mean,
        np.minimum(natural.mean + uplift * np.exp(-down), full.mean),
        np.minimum(natural.mean + uplift * np.exp(up), 1.0),
    )
