"""转介: who brought whom, and what a visit is worth beyond the customer's own loan."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.growth.portfolio import Portfolio
from campaign.settings import ReferralRules


def referral_yield(portfolio: Portfolio) -> pd.DataFrame:
    """Return by customer whom he brought, directly and through others.

    Customers who brought each other in a ring have no first one; their links are dropped.

    Returns:
        One row a customer: brought (customers brought directly), descendants (also by those
        brought), brought_balance (yuan owed today by all of them).
    """
    ids = pd.Index(portfolio.customers["customer_id"])
    count = len(ids)
    parent = ids.get_indexer(portfolio.customers["referrer_id"].fillna(""))
    parent = _without_rings(parent)
    owed = portfolio.total(portfolio.notes, portfolio.notes["balance"])
    brought = np.bincount(parent[parent >= 0], minlength=count).astype(float)
    descendants, balance = np.zeros(count), np.zeros(count)
    above = parent
    while (above >= 0).any():
        has = above >= 0
        descendants += np.bincount(above[has], minlength=count)
        balance += np.bincount(above[has], owed[has], count)
        above = _step(parent, above)
    return pd.DataFrame(
        {"brought": brought, "descendants": descendants, "brought_balance": balance}
    )


def _without_rings(parent: np.ndarray) -> np.ndarray:
    """Return the links without those of members of a ring."""
    far = parent
    for _ in range(max(len(parent), 1).bit_length()):
        far = _step(far, far)
    ring = np.unique(far[far >= 0])
    links = parent.copy()
    links[ring] = -1
    return links


def _step(parent: np.ndarray, above: np.ndarray) -> np.ndarray:
    return np.where(above >= 0, parent[above], -1)


def expected_names(portfolio: Portfolio, rules: ReferralRules) -> pd.DataFrame:
    """Return how many names a visit to each customer should bring home.

    Formula:
        names_per_visit x (1 + referrer_bonus x brought) x (1 + market_bonus in a market),
        at most most_names

    Source:
        The lecture's one case gave three names; the average is an example assumption;
        docs/method.md#referral.

    Returns:
        brought, descendants, brought_balance, in_market, names.
    """
    table = referral_yield(portfolio)
    area = portfolio.customers["area"]
    neighbours = area.map(area.value_counts()).fillna(0)
    table["in_market"] = neighbours.ge(rules.market_customers)
    names = rules.names_per_visit * (1 + rules.referrer_bonus * table["brought"])
    names *= np.where(table["in_market"], 1 + rules.market_bonus, 1.0)
    table["names"] = names.clip(upper=rules.most_names)
    return table


def referral_reasons(table: pd.DataFrame) -> list[str]:
    """Return why a visit to each customer may bring names."""
    rows = zip(table["names"], table["brought"], table["in_market"], strict=True)
    return [
        f"走访须完成转介动作，预计得 {names:.2g} 人"
        + (f"；已带来 {brought:.0f} 户" if brought else "")
        + ("；身处集中市场，同行多" if market else "")
        for names, brought, market in rows
    ]
