"""Conversion rates by source and segment: the prior, and what own ledgers make of it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from campaign.errors import SettingsError
from campaign.learn.cases import count_cases
from campaign.learn.shrink import learn_source
from campaign.learn.uplift import effect_doubt
from campaign.settings import Settings
from campaign.vocabulary import CASES, RATES, ContactOrigin, Grade, RateBasis, Source

WHOLE = "all"
SEGMENTS: dict[Source, tuple[str, ...]] = {
    Source.RENEWAL: (),
    Source.DRAW: (),
    Source.TOP_UP: tuple(grade.value for grade in Grade),
    Source.REFINANCE: ("0", "1-2", "3-5", "unknown"),
    Source.INDUSTRY: ("customer", "prospect"),
    Source.TEAM: tuple(origin.value for origin in ContactOrigin),
    Source.REFERRAL: (),
}


def prior_rates(settings: Settings) -> pd.DataFrame:
    """Return what is assumed before any of the bank's own data.

    `natural_probability` is that a case comes in one season without a touch,
    `full_probability` that it comes after every touch that helps. `amount_share` is the
    money taken, given success, as a share of the amount possible (top-up: of the headroom;
    draw: of the undrawn limit; renewal: of the maturing principal; refinance: of the
    amount our caps allow; industry, team, referral: of the need or ticket estimated).

    Returns:
        Table RATES: for each source a row with the empty segment, and one a segment.

    Raises:
        SettingsError: A [conversion] table names a segment that the source has not, or
            puts the natural rate above the full one.

    Example:
        >>> rates = prior_rates(Settings()).set_index(["source", "segment"])
        >>> float(rates.loc[("top_up", "A"), "full_probability"])
        0.22
    """
    table = _prior_table(settings)
    nothing = CASES.empty()
    parts = [
        learn_source(part, nothing, settings) for _, part in table.groupby("source", sort=False)
    ]
    return RATES.check(RATES.conform(pd.concat(parts, ignore_index=True)))


def learn_rates(
    events: pd.DataFrame, contacts: pd.DataFrame, headroom_old: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """Return the rates that one pair of ledgers teaches, shrunk towards the prior.

    Args:
        events: `history.compare_books` of the pair.
        contacts: `matching.touch_log` of the pair.
        headroom_old: HEADROOM of the old ledger.
        settings: The prior in [conversion], its weight in [learn].

    Returns:
        Table RATES, the same rows as `prior_rates`.
    """
    return rates_from_cases(count_cases(events, contacts, headroom_old, settings), settings)


def rates_from_cases(
    cases: pd.DataFrame, settings: Settings, doubt: float | None = None
) -> pd.DataFrame:
    """Return the prior rates moved by cases of the past (CASES of one or more pairs).

    The natural rate is learnt from untouched cases, the full one from touched ones; without
    a log both move together. Customers that a manager chose to visit were likelier to come
    anyway, and one visit is less than every touch that helps: the first makes the full rate
    too high, the second too low, and neither is corrected here.

    Args:
        cases: Table CASES.
        settings: The prior in [conversion], its weight in [learn].
        doubt: Standard deviation of the effect of one visit that the cases were divided by,
            as a part of it; by default that of [response].

    Returns:
        Table RATES.
    """
    prior = _prior_table(settings)
    if doubt is None:
        doubt = effect_doubt(settings.response, settings.learn.response_strength)
    parts = [
        learn_source(
            prior[prior["source"] == source], cases[cases["source"] == source], settings, doubt
        )
        for source in SEGMENTS
    ]
    return RATES.check(RATES.conform(pd.concat(parts, ignore_index=True)))


def with_uplift(rates: pd.DataFrame, factor: float) -> pd.DataFrame:
    """Return the rates with a touch adding so many times as much; natural rates stay.

    For a what-if alone: nothing of the past says that touches could do more.

    Formula:
        p1' = min(1, p0 + factor × (p1 − p0))

    Source:
        docs/method.md#scenario.

    Example:
        >>> rates = with_uplift(prior_rates(Settings()), 1.5).set_index(["source", "segment"])
        >>> round(float(rates.loc[("top_up", "A"), "full_probability"]), 4)  # 0.06 + 1.5 × 0.16
        0.3
    """
    if factor == 1:
        return rates
    natural = rates["natural_probability"]
    names = ("full_probability", "full_low", "full_high")
    full = {
        name: (natural + factor * (rates[name] - natural)).clip(lower=natural, upper=1.0)
        for name in names
    }
    basis = rates["basis"] + f"；触达效果按 {factor:g} 倍试算"
    return RATES.check(rates.assign(**full, basis=basis))


def _prior_table(settings: Settings) -> pd.DataFrame:
    rows = [
        _prior_row(settings, source, segment)
        for source, segments in SEGMENTS.items()
        for segment in ("", *segments)
    ]
    return RATES.conform(pd.DataFrame(rows))


def _prior_row(settings: Settings, source: Source, segment: str) -> dict[str, object]:
    natural = _setting(settings, source, "natural", segment)
    full = _setting(settings, source, "full", segment)
    if natural > full:
        raise SettingsError(
            f"设置 [conversion] 里“{source.label}”{segment} 的自然概率 {natural:g} "
            f"高于触达上限概率 {full:g}。",
            "自然概率应不高于触达上限概率。",
        )
    return {
        "source": source.value,
        "segment": segment,
        "natural_probability": natural,
        "full_probability": full,
        "amount_share": _setting(settings, source, "share", segment),
        "observations": 0,
        "basis": f"{RateBasis.PRIOR.label}：示例假设，请用本行数据替换",
    }


def _setting(settings: Settings, source: Source, what: str, segment: str) -> float:
    name = f"{source.value}_{what}"
    value = getattr(settings.conversion, name)
    if not isinstance(value, Mapping):
        return float(value)
    known = (WHOLE, *SEGMENTS[source])
    for key in value:
        if key not in known:
            raise SettingsError(
                f"设置 conversion.{name} 里没有客群“{key}”。", f"可用的有：{'、'.join(known)}。"
            )
    return float(value[segment or WHOLE])
