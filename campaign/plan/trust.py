"""How far single estimates may be trusted: large ones are pulled towards what is usual."""

from __future__ import annotations

from math import erf, sqrt

import numpy as np
import pandas as pd

from campaign.settings import ResponseRules
from campaign.vocabulary import Grade

# What is usual of a source is not known from fewer customers than this.
LEAST_ROWS = 20


def as_trusted(opportunities: pd.DataFrame, rules: ResponseRules) -> pd.DataFrame:
    """Return opportunities with amounts and responses as far as they can be trusted.

    Who is picked for a large estimate was on average estimated too high (winner's curse).
    So the logarithm of each amount, and of each uplift (full less natural probability), keeps
    only the part of its distance from its source's mean that real differences between
    customers explain; a source's total stays what it was. An uplift that n customers share is
    a rate and no estimate of one of them: its noise is that of n together.

    Formula:
        reliability = t^2 / (t^2 + s^2), t^2 = max(observed variance - mean s^2, 0), and at least
        `least_reliability`: s is itself only assumed, and even a weak estimate tells something;
        log trusted = mean + reliability x (log estimate - mean); s^2 of a rate is s^2 / n;
        spread = sqrt(sum of reliability x s^2), the standard deviation that stays unknown

    Source:
        Empirical Bayes; s from `response.noise_by_grade` and `response.response_noise`
        (示例假设); docs/method.md#trust.

    Args:
        opportunities: Table OPPORTUNITIES; an unknown grade counts as C.
        rules: Response settings.

    Returns:
        Table OPPORTUNITIES with trusted `amount` and `full_probability`, and `spread`.
    """
    source = opportunities["source"].astype("category")
    grade = opportunities["grade"].fillna(Grade.C.value)
    by_grade = grade.map(dict(rules.noise_by_grade)).astype("float64")
    least = rules.least_reliability
    amount, of_amount = pulled(opportunities["amount"], source, by_grade, least)
    uplift = opportunities["full_probability"] - opportunities["natural_probability"]
    sharing = uplift.groupby([source, uplift]).transform("size").fillna(1.0)
    response, of_response = pulled(uplift, source, rules.response_noise / np.sqrt(sharing), least)
    full = (opportunities["natural_probability"] + response).clip(upper=1.0)
    changed = response != uplift
    return opportunities.assign(
        amount=amount,
        full_probability=opportunities["full_probability"].where(~changed, full),
        spread=np.sqrt(of_amount + of_response),
    )


def pulled(
    estimate: pd.Series, source: pd.Series, noise: pd.Series, least: float = 0.0
) -> tuple[pd.Series, pd.Series]:
    """Return estimates pulled towards their source's mean, and the variance left unknown.

    Estimates that are not above 0, and sources with fewer than `LEAST_ROWS`, stay as they are;
    of the others at least the part `least` of each distance stays.

    Example:
        Logarithms vary by 1 (variance); of that 0.5 is noise, so half of each distance stays:

        >>> estimate = pd.Series(np.exp(np.tile([-1.0, 1.0], 500) * np.sqrt(0.999)))
        >>> same = pd.Series("top_up", index=estimate.index)
        >>> found, unknown = pulled(estimate, same, pd.Series(np.sqrt(0.5), index=estimate.index))
        >>> round(float(np.log(found[1] / found[0])), 2), round(float(unknown[0]), 2)
        (1.0, 0.25)
    """
    known = estimate > 0
    log = np.log(estimate.where(known))
    variance = noise**2
    of_source = log.groupby(source)
    mean = of_source.transform("mean")
    real = (of_source.transform("var") - variance.groupby(source).transform("mean")).clip(lower=0.0)
    used = known & (of_source.transform("count") >= LEAST_ROWS) & (variance > 0)
    reliability = (real / (real + variance)).where(used, 1.0)
    found = np.exp(mean + reliability.clip(lower=least) * (log - mean)).where(used, estimate)
    total = estimate.where(used, 0.0).groupby(source).transform("sum")
    scale = total / found.where(used, 0.0).groupby(source).transform("sum")
    return found.where(~used, found * scale), (reliability * variance).where(known, 0.0)


def chance_better(
    value: np.ndarray, spread: np.ndarray, customer: np.ndarray, sign: np.ndarray
) -> float:
    """Return the chance that one plan is really worth more than another.

    Formula:
        Phi(D / sd): D sums the values of touches that only the one (sign 1) or only the other
        (sign -1) has; a customer's touches are off together, customers apart from each other:
        sd^2 = sum over customers of (his part of D)^2 x (exp(spread^2) - 1)

    Example:
        100 against 60 from two customers, both known to about half:

        >>> both = np.array([100.0, 60.0]), np.array([0.47, 0.47]), np.array([0, 1])
        >>> round(chance_better(*both, np.array([1, -1])), 2)
        0.75
    """
    part = np.bincount(customer, weights=sign * value)
    unknown = np.bincount(customer, weights=np.abs(sign * value) * np.expm1(spread**2))
    whole = np.bincount(customer, weights=np.abs(sign * value))
    variance = part**2 * unknown / np.where(whole > 0, whole, 1.0)
    deviation = float(np.sqrt(variance.sum()))
    difference = float(part.sum())
    if deviation <= 0:
        return 1.0 if difference >= 0 else 0.0
    return 0.5 * (1.0 + erf(difference / deviation / sqrt(2.0)))
