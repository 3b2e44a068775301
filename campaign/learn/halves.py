"""What a season would have taught itself: each half of the customers rated by the other half.

A plan without older ledgers has only priors, and a backtest of it says little of the method. So
the customers are split in two by their numbers, and each half is expected to do what the other
half did. How high the season was as a whole could not be known before it; the rest could.
"""

from __future__ import annotations

from zlib import crc32

import pandas as pd

from campaign.learn.beyond import growth_beyond
from campaign.learn.cases import count_cases
from campaign.learn.conversion import rates_from_cases
from campaign.learn.past_season import PastSeason
from campaign.learn.update import segments_of
from campaign.settings import Settings
from campaign.vocabulary import Source

MEASURES = ["natural_probability", "full_probability", "amount_share"]
# What the two ledgers themselves can teach; the rest keeps its rates.
TAUGHT = [Source.RENEWAL.value, Source.DRAW.value, Source.TOP_UP.value, Source.INDUSTRY.value]
# Fewer customers that could have grown teach nothing.
LEAST_CASES = 30
HALVES = (0, 1)


def half_of(customers: pd.Series) -> pd.Series:
    """Return which half each customer is in, 0 or 1, by his number alone.

    Example:
        >>> half_of(pd.Series(["K1", "K2", "K3", "K4"])).tolist()
        [1, 1, 1, 0]
    """
    return customers.map(lambda number: crc32(str(number).encode()) % 2).astype("int64")


def rated_by_other_half(
    opportunities: pd.DataFrame, rates: pd.DataFrame, season: PastSeason, settings: Settings
) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Return the opportunities as the other half's season would have rated them.

    Args:
        opportunities: OPPORTUNITIES of existing customers, made with `rates`.
        rates: Table RATES that they were made with.
        season: The season that they are scored on.
        settings: The priors that the halves start from.

    Returns:
        OPPORTUNITIES, and BEYOND as the other half has it; None where a half has fewer than
        `LEAST_CASES` customers that could have grown, or none that did.
    """
    parts, beyond = [], []
    here, balances = half_of(opportunities["customer_id"]), season.events["old_balance"]
    inside = half_of(season.events["customer_id"])
    for half in HALVES:
        taught = _rates_of_half(season, 1 - half, settings)
        if taught is None:
            return None
        parts.append(_rated(opportunities[here == half], rates, taught))
        mine = balances[inside == half].groupby(season.events["branch"]).sum()
        others = season.events[inside != half]
        beyond.append(growth_beyond([(others, season.headroom)], mine, settings))
    return pd.concat(parts).sort_index(), pd.concat(beyond, ignore_index=True)


def _rates_of_half(season: PastSeason, half: int, settings: Settings) -> pd.DataFrame | None:
    events, log = season.events, season.pair.log
    events = events[half_of(events["customer_id"]) == half]
    log = log[half_of(log["customer_id"].fillna("")) == half]
    cases = count_cases(events, log, season.headroom, settings)
    grown = cases[cases["source"].isin([Source.DRAW.value, Source.TOP_UP.value])]
    if grown["people"].sum() < LEAST_CASES or not grown["came"].sum():
        return None
    return rates_from_cases(cases, settings)


def _rated(rows: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the rates and the amount share of another table RATES."""
    keys = pd.MultiIndex.from_frame(segments_of(rows)[["source", "segment"]])
    old, new = (
        rates.assign(segment=rates["segment"].fillna("")).set_index(["source", "segment"])[MEASURES]
        for rates in (before, after)
    )
    old, new = (table.reindex(keys).set_axis(rows.index) for table in (old, new))
    taught = rows["source"].isin(TAUGHT)
    share = (new["amount_share"] / old["amount_share"]).where(taught, 1.0)
    return rows.assign(
        natural_probability=new["natural_probability"].where(taught, rows["natural_probability"]),
        full_probability=new["full_probability"].where(taught, rows["full_probability"]),
        amount=rows["amount"] * share,
    )
