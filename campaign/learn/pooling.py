"""Partial pooling: what segments of one source say of each other, with an interval for each.

A beta-binomial in two layers. The whole source may be off its prior by one factor on the odds,
as strongly as `prior_strength` cases allow; each segment then lies about its own prior so moved,
and how closely is judged from the segments themselves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

# How many cases the source as a whole may weigh against a segment's own: all are tried, and
# each counts as much as the segment's counts make it likely. What priors say of one another is
# known no better than the priors themselves, some 40 cases.
HOLDING = np.array([2.0, 6.0, 18.0, 54.0])
# A prior may be right as its strength says, or a guess worth so many times fewer cases, down to one.
GUESSES = np.array([1.0, 8.0, 40.0])
NORMAL_90 = 1.645  # standard deviations to each end of a 90 % interval
FACTORS = np.linspace(-3.0, 3.0, 121)
RATES = 1 / (1 + np.exp(-np.linspace(-11.0, 9.0, 801)))
LOW, HIGH = 0.05, 0.95
# Weights below this part of the largest are left out.
NEGLIGIBLE = 1e-5


@dataclass(frozen=True)
class Pooled:
    """Rates with the ends of their 90 % intervals, one a row.

    Attributes:
        mean: Expected rate.
        low: The rate lies above it in 95 of 100 cases.
        high: The rate lies below it in 95 of 100 cases.
    """

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


def pooled(
    prior: np.ndarray,
    own: np.ndarray,
    successes: np.ndarray,
    strength: float,
    *,
    alike: bool = True,
) -> Pooled:
    """Return the rate of each row of a source: counts against a prior that the others moved.

    The first row is the whole source. A source without segments has its counts there; one
    with segments has none there, and the row says what a case of unknown segment is worth.
    Segments that are not `alike` (customers and prospects) say nothing of one another.

    Formula:
        one row: Beta(k m + s, k (1 - m) + n - s), k = strength, an eighth or a fortieth of it;
        segments: odds(c_j) = f odds(m_j), p_j ~ Beta(K c_j, K (1 - c_j)), s_j of n_j came;
        the whole source, f odds(m_0), has the prior Beta(k m_0, k (1 - m_0)), K any of
        `HOLDING`; averaged over f, K and k by how likely they make the counts

    Source:
        Gelman and others, Bayesian Data Analysis, chapter 5 (beta-binomial hierarchy);
        Schmidli and others 2014, robust mixture priors: one that own data contradict gives way.

    Example:
        40 cases of which 4 came as a prior of 10 % has it, and 40 of which 20 came: the first
        leaves the prior its 40 cases, the second makes it a guess.

        >>> one, other = (pooled(np.array([0.1]), np.array([40.0]), np.array([s]), 40)
        ...               for s in (4.0, 20.0))
        >>> round(float(one.mean[0]), 3), round(float(other.mean[0]), 3)
        (0.1, 0.474)
    """
    if len(prior) == 1 or not alike or own.sum() == 0:
        return _each_alone(prior, own, successes, strength)
    return _together(prior, own, successes, strength)


def beta_interval(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the 5 % and 95 % points of beta distributions.

    Example:
        >>> low, high = beta_interval(np.array([24.0]), np.array([56.0]))
        >>> round(float(low[0]), 2), round(float(high[0]), 2)
        (0.22, 0.38)
    """
    ends = [
        _quantiles(np.array([1.0]), a[None], b[None]) for a, b in zip(first, second, strict=True)
    ]
    low, high = np.array(ends).T
    return low, high


def _each_alone(
    prior: np.ndarray, own: np.ndarray, successes: np.ndarray, strength: float
) -> Pooled:
    worth = strength / GUESSES[:, None]
    first, second = worth * prior + successes, worth * (1 - prior) + own - successes
    weight = np.zeros_like(first)
    weight[0] = 1.0
    judged = (own > 0) & (prior > 0) & (prior < 1)
    started = (worth * prior[judged], worth * (1 - prior[judged]))
    likely = _log_beta(first[:, judged], second[:, judged]) - _log_beta(*started)
    likely = np.exp(likely - likely.max(axis=0, initial=-np.inf))
    weight[:, judged] = likely / likely.sum(axis=0)
    mean = np.where(own > 0, (weight * first / (worth + own)).sum(axis=0), prior)
    ends = [_quantiles(weight[:, row], first[:, row], second[:, row]) for row in range(len(prior))]
    low, high = np.array(ends).T
    return Pooled(mean, low, high)


def _together(prior: np.ndarray, own: np.ndarray, successes: np.ndarray, strength: float) -> Pooled:
    centres = _moved(prior[None, :], FACTORS[:, None])
    whole = centres[:, 0]
    log_weight = _log_prior(whole, prior[0], strength)
    first = HOLDING[:, None, None] * centres[None] + successes
    second = HOLDING[:, None, None] * (1 - centres[None]) + own - successes
    seen = np.flatnonzero(own > 0)
    started = HOLDING[:, None, None] * centres[None]
    gain = _log_beta(first[..., seen], second[..., seen]) - _log_beta(
        started[..., seen], HOLDING[:, None, None] - started[..., seen]
    )
    # Each segment may follow the source closely or hardly at all, whatever the others do.
    likely = np.logaddexp.reduce(gain, axis=0) - np.log(len(HOLDING))
    log_weight = log_weight + likely.sum(axis=-1)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    held = np.full((len(HOLDING), len(weight), len(prior)), 1 / len(HOLDING))
    held[..., seen] = np.exp(gain - np.logaddexp.reduce(gain, axis=0))
    both = weight[None, :, None] * held
    mean, low, high = (np.zeros(len(prior)) for _ in range(3))
    for row in range(1, len(prior)):
        kept = both[..., row] > NEGLIGIBLE * both[..., row].max()
        shares = both[..., row][kept] / both[..., row][kept].sum()
        ends = first[..., row][kept], second[..., row][kept]
        mean[row] = shares @ (ends[0] / (ends[0] + ends[1]))
        low[row], high[row] = _quantiles(shares, *ends)
    mean[0] = weight @ whole
    low[0], high[0] = _weighted_quantiles(whole, weight)
    return Pooled(mean, low, high)


def _log_prior(rates: np.ndarray, mean: float, strength: float) -> np.ndarray:
    """Return the log of the prior weight of each rate of a whole source."""
    shape = mean * np.log(rates) + (1 - mean) * np.log1p(-rates)
    kinds = np.outer(strength / GUESSES, shape)
    kinds -= np.logaddexp.reduce(kinds, axis=1, keepdims=True)
    return np.asarray(np.logaddexp.reduce(kinds, axis=0))


def _moved(rates: np.ndarray, log_factor: np.ndarray) -> np.ndarray:
    factor = np.exp(log_factor)
    moved: np.ndarray = rates * factor / (1 - rates + rates * factor)
    return np.asarray(np.clip(moved, 1e-9, 1 - 1e-9))


def _quantiles(weight: np.ndarray, first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """Return the 5 % and 95 % points of a weighted mixture of beta distributions."""
    if (first <= 0).any():
        return 0.0, 0.0
    if (second <= 0).any():
        return 1.0, 1.0
    density = (first[:, None] * np.log(RATES) + second[:, None] * np.log1p(-RATES)) - _log_beta(
        first, second
    )[:, None]
    reached = np.cumsum(weight @ np.exp(density))
    low, high = np.interp([LOW, HIGH], reached / reached[-1], RATES)
    return float(low), float(high)


def _weighted_quantiles(values: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order]) - weight[order] / 2
    low, high = np.interp([LOW, HIGH], reached, values[order])
    return float(low), float(high)


def _log_beta(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.asarray(log_gamma(first) + log_gamma(second) - log_gamma(first + second))


def log_gamma(values: np.ndarray) -> np.ndarray:
    """Return ln Γ of positive values (Stirling's series from 8 on, shifted up below).

    Example:
        >>> round(float(log_gamma(np.array([5.0]))[0]), 9) == round(math.log(24), 9)
        True
    """
    shifted = values + 8
    series = 1 / (12 * shifted) - 1 / (360 * shifted**3) + 1 / (1260 * shifted**5)
    whole = (shifted - 0.5) * np.log(shifted) - shifted + math.log(2 * math.pi) / 2 + series
    below = np.ones_like(values)
    for step in range(8):
        below = below * (values + step)
    return np.asarray(whole - np.log(below))
