"""Puts conversion rates on opportunities: by source and segment, else by source."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.growth.keys import numbered
from campaign.vocabulary import OPPORTUNITIES, RATES, TableError

# What an opportunity may tell before it has its rates.
UNRATED = {*OPPORTUNITIES.columns, "segment", "possible", "cases"}
MEASURES = ["natural_probability", "full_probability", "amount_share"]


def with_rates(opportunities: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Return opportunities with their probabilities and the amount expected if they succeed.

    A segment that the rates do not know takes the rates of the whole source.

    Formula:
        amount = possible x amount_share; probability = rate x cases, at most 1;
        expected = amount x natural_probability, until the plan knows its touches

    Args:
        opportunities: Rows with source, segment and possible (yuan); `cases` where a row
            stands for several people with the same chance (the contacts of an outing).
        rates: Table RATES.

    Raises:
        TableError: The rates lack a source.
    """
    table = RATES.check(rates).assign(segment=rates["segment"].fillna(""))
    known = table.set_index(["source", "segment"])[MEASURES]
    source, sources = numbered(opportunities["source"])
    segment, segments = numbered(opportunities["segment"].fillna(""))
    kind, pairs = pd.factorize(source * len(segments) + segment)
    which, what = np.divmod(pairs, max(len(segments), 1))
    kinds = pd.DataFrame({"source": sources[which], "segment": segments[what]})
    own = known.reindex(pd.MultiIndex.from_frame(kinds)).to_numpy(dtype=float)
    whole = known.reindex([(source, "") for source in kinds["source"]]).to_numpy(dtype=float)
    values = np.where(np.isnan(own), whole, own)
    if np.isnan(values).any():
        lacking = kinds["source"].to_numpy()[np.isnan(values).any(axis=1)][0]
        raise TableError(f"rates lacks the source {lacking}")
    result = opportunities.copy(deep=False)
    natural, full, share = values[kind].T if len(kind) else np.zeros((3, 0))
    cases = result.get("cases", pd.Series(1.0, result.index)).fillna(1.0).to_numpy()
    natural = np.minimum(natural * cases, 1.0)
    result["natural_probability"] = result["probability"] = natural
    result["full_probability"] = np.maximum(np.minimum(full * cases, 1.0), natural)
    result["amount"] = (result["possible"] * share).round(2)
    result["expected"] = (result["amount"] * natural).round(2)
    return result


def rate_of(rates: pd.DataFrame, source: str) -> pd.Series:
    """Return the row of rates of a whole source.

    Raises:
        TableError: The rates lack the source.
    """
    row = rates[rates["source"].eq(source) & rates["segment"].fillna("").eq("")]
    if row.empty:
        raise TableError(f"rates lacks the source {source}")
    return row.iloc[0]
