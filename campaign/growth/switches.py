"""Sources of growth that the bank does not go for this season."""

from __future__ import annotations

import pandas as pd

from campaign.settings import SourceRules
from campaign.vocabulary import Source

SWITCHED_OFF = "本期不做这一来源（设置里已关）"


def without_sources(rows: pd.DataFrame, rules: SourceRules) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the opportunities of the sources that are on, and who is left out by the others.

    Args:
        rows: Columns of table OPPORTUNITIES; renewals are always kept.
        rules: Which sources are on.

    Returns:
        The rows kept, and `customer_id`, `source`, `reason` of the rest without outings,
        which are no customers. What a source that is off would have used of a customer's
        headroom is given to no other.

    Source:
        docs/method.md#opportunities.
    """
    off = {source.value for source in Source if not getattr(rules, source.value, True)}
    shut = rows["source"].isin(off)
    if not shut.any():
        return rows, pd.DataFrame(columns=["customer_id", "source", "reason"], dtype="str")
    outing = rows["is_outing"].fillna(value=False).astype(bool)
    people = rows[shut & ~outing]
    left = people[["customer_id", "source"]].drop_duplicates()
    return rows[~shut], left.assign(reason=SWITCHED_OFF)
