"""The customers of a campaign as they stood when they were first planned."""

from __future__ import annotations

import pandas as pd

from campaign.vocabulary import ISSUED_CUSTOMERS, Source


def customers_as_planned(opportunities: pd.DataFrame) -> pd.DataFrame:
    """Return table ISSUED_CUSTOMERS.

    Args:
        opportunities: Table OPPORTUNITIES.

    Formula:
        extra_share = 1 - sum of amount x natural_probability / sum of amount x probability,
        over a customer's opportunities without renewals: how much of a loan that comes is
        owed to the touches

    Source:
        docs/method.md#incentives.

    Example:
        20万 that would come in 5 of 100 cases, and in 20 with the touches planned:

        >>> rows = pd.DataFrame({"customer_id": ["k"], "source": ["top_up"], "amount": [2e5],
        ...     "natural_probability": [0.05], "probability": [0.2], "is_prospect": [False],
        ...     "rewarded": [False], "origin": [None]})
        >>> customers_as_planned(rows)["extra_share"].tolist()
        [0.75]
    """
    found = opportunities[opportunities["source"].ne(Source.RENEWAL.value)]
    money = found.assign(
        hoped=found["amount"] * found["probability"],
        anyway=found["amount"] * found["natural_probability"],
        is_first=found["is_prospect"].fillna(False).astype(bool),
        rewarded=found["rewarded"].fillna(False).astype(bool),
    )
    sums = money.groupby("customer_id", as_index=False).agg(
        hoped=("hoped", "sum"), anyway=("anyway", "sum"), rewarded=("rewarded", "max"),
        is_first=("is_first", "max"), origin=("origin", "first"),
    )  # fmt: skip
    share = 1 - sums["anyway"] / sums["hoped"].where(sums["hoped"] > 0)
    sums["extra_share"] = share.clip(0.0, 1.0).round(6)
    return ISSUED_CUSTOMERS.check(ISSUED_CUSTOMERS.conform(sums))
