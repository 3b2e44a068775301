"""Own counts against a prior: partial pooling of the segments of one source (beta-binomial)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from campaign.learn.pooling import NORMAL_90, Pooled, pooled
from campaign.learn.uplift import believed_uplift, effect_doubt, in_doubt
from campaign.settings import LearnRules, Settings
from campaign.vocabulary import RateBasis, Source, Touched

# A rate is called learnt where own data weigh at least this many times the prior.
LEARNT_WEIGHT = 4
# Relative spread of single amounts that the prior share allows for.
PRIOR_SPREAD = 0.6
# Sources whose segments say nothing of one another.
APART = (Source.INDUSTRY.value,)
# Sources whose touches the curve of effect is learnt from; of others it is the prior's.
CURVE_OF = (Source.DRAW.value, Source.TOP_UP.value, Source.INDUSTRY.value)


@dataclass(frozen=True)
class Counts:
    """Cases and successes of each row of a source; the first row is the whole source.

    A source without segments has its counts in the first row; one with segments has none
    there, and the row is what all segments say together. `people` and `came` are the plain
    numbers behind them, to be shown.
    """

    cases: np.ndarray
    successes: np.ndarray
    people: np.ndarray
    came: np.ndarray


def pooled_rates(
    prior: np.ndarray,
    own: np.ndarray,
    successes: np.ndarray,
    strength: float | np.ndarray,
    *,
    alike: bool = True,
) -> np.ndarray:
    """Return the rate of each row: its own counts shrunk to a prior that the others moved.

    The other segments of the source first move the prior of a segment, by the same factor
    on its odds; its own counts then weigh against that prior. So nothing is counted twice,
    small segments follow the source, and without any counts the prior comes back. Segments
    that are not `alike` (customers and prospects) do not move one another.

    Formula:
        others: m' with odds(m') = odds(m) x odds((k m_o + s_o) / (k + n_o)) / odds(m_o),
        where m_o is the prior mean over the others' cases;
        own: (k m' + s) / (k + n), with k the strength of the prior in cases

    Source:
        Beta-binomial with a fixed prior weight ([learn] prior_strength).

    Example:
        40 cases of which 20 came, against a prior of 10 % worth 40 cases:

        >>> float(pooled_rates(np.array([0.1]), np.array([40.0]), np.array([20.0]), 40)[0])
        0.3
    """
    others = own.sum() - own
    came = successes.sum() - successes
    weighted = (prior * own).sum() - prior * own
    mean = np.divide(weighted, others, out=prior.copy(), where=others > 0)
    if not alike:
        others[1:], came[1:] = 0.0, 0.0
    moved = moved_odds(prior, mean, (strength * mean + came) / (strength + others))
    rates: np.ndarray = (strength * moved + successes) / (strength + own)
    return rates


def moved_odds(rates: np.ndarray, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return rates with their odds multiplied as much as `before` to `after`; 0 and 1 stay.

    Example:
        >>> moved_odds(np.array([0.2]), np.array([0.5]), np.array([2 / 3])).round(4).tolist()
        [0.3333]
    """
    fixed = (before <= 0) | (before >= 1)
    safe_before = np.where(fixed, 0.5, before)
    safe_after = np.where(fixed, 0.5, after)
    factor = safe_after * (1 - safe_before) / (safe_before * (1 - safe_after))
    moved: np.ndarray = rates * factor / (1 - rates + rates * factor)
    return moved


def split_by_prior(
    natural: np.ndarray, full: np.ndarray, rate: np.ndarray, touch_share: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return natural and full rates whose mix is an observed rate of unknown touching.

    The odds of both are multiplied by one factor, found by halving, so that
    (1 - touch_share) x natural + touch_share x full = rate.

    Example:
        >>> low, high = split_by_prior(np.array([0.1]), np.array([0.3]), np.array([0.16]), 0.3)
        >>> low.round(6).tolist(), high.round(6).tolist()
        ([0.1], [0.3])
    """
    low, high = np.full_like(rate, -30.0), np.full_like(rate, 30.0)
    for _ in range(100):
        middle = (low + high) / 2
        lower, upper = _scaled(natural, middle), _scaled(full, middle)
        too_small = (1 - touch_share) * lower + touch_share * upper < rate
        low, high = np.where(too_small, middle, low), np.where(too_small, high, middle)
    return lower, upper


def _scaled(rates: np.ndarray, log_factor: np.ndarray) -> np.ndarray:
    factor = np.exp(log_factor)
    scaled: np.ndarray = rates * factor / (1 - rates + rates * factor)
    return scaled


def learn_source(
    prior: pd.DataFrame, cases: pd.DataFrame, settings: Settings, doubt: float = 0.0
) -> pd.DataFrame:
    """Return the RATES rows of one source, moved by its CASES, with their 90 % intervals.

    Args:
        prior: RATES rows of the source, the whole source first.
        cases: CASES rows of the source.
        settings: [learn] for the weight of the prior.
        doubt: Standard deviation of the effect of one visit, as a part of it.
    """
    rules = settings.learn
    segments = prior["segment"].to_numpy()
    apart = prior["source"].iloc[0] in APART
    by_kind = {kind: _counts(cases, kind, segments) for kind in Touched}
    natural, full = _rates_of(prior, by_kind, rules)
    if prior["source"].iloc[0] not in CURVE_OF:
        doubt = effect_doubt(settings.response, rules.response_strength)
    # A visit may do more for one source than for another: half of the prior variance each.
    doubt = float(
        np.hypot(doubt, effect_doubt(settings.response, rules.response_strength) / 2**0.5)
    )
    full = in_doubt(natural, full, row_weight(by_kind[Touched.YES].cases), rules, doubt)
    share, share_low, share_high = _shares(prior, cases, rules.amount_strength)
    return prior.assign(
        natural_probability=natural.mean,
        full_probability=natural.mean + believed_uplift(natural, full),
        amount_share=share,
        natural_low=natural.low,
        natural_high=natural.high,
        full_low=np.maximum(full.low, natural.low),
        full_high=np.maximum(full.high, natural.high),
        share_low=share_low,
        share_high=share_high,
        observations=np.round(sum(row_weight(by_kind[kind].people) for kind in Touched)),
        deviation=_deviation(full, by_kind, rules.prior_strength),
        basis=[_basis(by_kind, row, rules, apart=apart) for row in range(len(prior))],
    )


def _deviation(full: Pooled, by_kind: dict[Touched, Counts], strength: float) -> np.ndarray:
    """Return the standard deviation: of the prior's beta without cases, else from the interval."""
    if not sum(counts.cases.sum() for counts in by_kind.values()):
        return np.asarray(np.sqrt(full.mean * (1 - full.mean) / (strength + 1)))
    return np.asarray((full.high - full.low) / (2 * NORMAL_90))


def _rates_of(
    prior: pd.DataFrame, by_kind: dict[Touched, Counts], rules: LearnRules
) -> tuple[Pooled, Pooled]:
    natural = prior["natural_probability"].to_numpy(float)
    full = prior["full_probability"].to_numpy(float)
    unknown, strength = by_kind[Touched.UNKNOWN], rules.prior_strength
    alike = prior["source"].iloc[0] not in APART
    free, touched = by_kind[Touched.NO], by_kind[Touched.YES]
    if unknown.cases.sum() > 0 and not free.cases.sum() + touched.cases.sum():
        return _split(natural, full, unknown, rules, alike=alike)
    if unknown.cases.sum() > 0:
        before, after = _split(natural, full, unknown, rules, alike=alike)
        natural, full = before.mean, after.mean
    return (
        pooled(natural, free.cases, free.successes, strength, alike=alike),
        pooled(full, touched.cases, touched.successes, strength, alike=alike),
    )


def _split(
    natural: np.ndarray, full: np.ndarray, unknown: Counts, rules: LearnRules, *, alike: bool
) -> tuple[Pooled, Pooled]:
    """Return natural and full rates from cases of which nobody knows who was touched.

    The ends of the intervals also allow for half as many or twice as many touched.
    """
    usual = rules.usual_touch_share
    mixed = (1 - usual) * natural + usual * full
    seen = pooled(mixed, unknown.cases, unknown.successes, rules.prior_strength, alike=alike)
    mean = split_by_prior(natural, full, seen.mean, usual)
    low = split_by_prior(natural, full, seen.low, min(2 * usual, 1.0))
    high = split_by_prior(natural, full, seen.high, usual / 2)
    before, after = (Pooled(*ends) for ends in zip(mean, low, high, strict=True))
    return before, after


def _counts(cases: pd.DataFrame, kind: Touched, segments: np.ndarray) -> Counts:
    rows = cases[cases["touched"] == kind].set_index("segment").reindex(segments)
    names = ("cases", "successes", "people", "came")
    return Counts(*(rows[name].fillna(0.0).to_numpy() for name in names))


def row_weight(cases: np.ndarray) -> np.ndarray:
    """Return the cases behind each row; the first row stands for all."""
    weight = cases.copy()
    weight[0] = cases.sum()
    return weight


def _shares(
    prior: pd.DataFrame, cases: pd.DataFrame, strength: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the share of the money taken with the ends of its interval, pooled like the rates.

    The interval is as wide as single amounts differ: relative variance of one amount over
    the number of amounts, the prior's own counted as `strength` of them.
    """
    names = ["came", "possible", "taken", "squares"]
    money = cases[cases["possible"] > 0].groupby("segment")[names].sum()
    sums = money.reindex(prior["segment"]).fillna(0.0)
    alike = prior["source"].iloc[0] not in APART
    count, possible, taken, squares = (sums[name].to_numpy() for name in names)
    ratio = np.divide(taken, possible, out=count * 0, where=possible > 0)
    before = prior["amount_share"].to_numpy(float)
    share = pooled_rates(before, count, count * np.clip(ratio, 0, 1), strength, alike=alike)
    weight = row_weight(count) if alike else count
    varied = np.divide(squares * count, taken**2, out=count * 0 + 1, where=taken > 0) - 1
    variance = (strength * PRIOR_SPREAD**2 + count * np.clip(varied, 0, None)) / (strength + count)
    reach = np.exp(NORMAL_90 * np.sqrt(variance / (strength + weight)))
    return share, share / reach, np.minimum(share * reach, 1.0)


def _basis(by_kind: dict[Touched, Counts], row: int, rules: LearnRules, *, apart: bool) -> str:
    total = sum(counts.people.sum() for counts in by_kind.values())
    if total == 0:
        return f"{RateBasis.PRIOR.label}：示例假设，请用本行数据替换"
    parts = []
    for kind, counts in by_kind.items():
        rows = slice(None) if row == 0 else slice(row, row + 1)
        people, came = counts.people[rows].sum(), counts.came[rows].sum()
        if people:
            parts.append(f"{kind.label} {people:.0f} 户成 {came:.0f} 户")
    if not parts and apart:
        return f"{RateBasis.PRIOR.label}：示例假设，本客群无样本"
    if not parts:
        return f"{RateBasis.SHRUNK.label}：本客群无样本，随同一来源其他客群（{total:.0f} 户）升降"
    weight = row_weight(by_kind[Touched.YES].cases)[row]
    learnt = weight >= LEARNT_WEIGHT * rules.prior_strength
    label = RateBasis.LEARNT.label if learnt else RateBasis.SHRUNK.label
    return f"{label}：{'，'.join(parts)}（先验最多折 {rules.prior_strength:.0f} 户）"
