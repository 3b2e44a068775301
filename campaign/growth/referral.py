"""转介: who brought whom, and what a visit is worth beyond the customer's own loan."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.growth.portfolio import Portfolio
from campaign.settings import ReferralRules
from campaign.vocabulary import REFERRAL

# The circles that names come from, as columns of REFERRAL and as people say.
CIRCLES = {
    name: REFERRAL.field(name).label.removesuffix("人数")
    for name in ("names_peers", "names_market", "names_chain", "names_family", "names_employer")
}


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


def expected_names(
    portfolio: Portfolio, rules: ReferralRules, in_season: np.ndarray | None = None
) -> pd.DataFrame:
    """Return how many names a visit to each customer should bring home, circle by circle.

    Formula:
        of a circle: names_per_visit x (1 + referrer_bonus x brought) x (share of the circle
        + market_bonus for 市场邻居 in a market, + season_bonus for 同行 in season);
        names = their sum, at most most_names (then all circles shrink alike)

    Source:
        The lecture's one case gave three names (peers, family, the daughter's employer);
        the average and the shares are example assumptions; docs/method.md#referral.

    Args:
        portfolio: The customers.
        rules: Settings [referral].
        in_season: Whose trade is in season; nobody's where not given.

    Returns:
        brought, descendants, brought_balance, in_market, names_… of every circle, names.
    """
    table = referral_yield(portfolio)
    area = portfolio.customers["area"]
    neighbours = area.map(area.value_counts()).fillna(0)
    table["in_market"] = neighbours.ge(rules.market_customers)
    table["in_season"] = False if in_season is None else in_season
    usual = rules.names_per_visit * (1 + rules.referrer_bonus * table["brought"])
    for name, label in CIRCLES.items():
        share = pd.Series(rules.circle_share[label], index=table.index)
        if name == "names_market":
            share = share + rules.market_bonus * table["in_market"]
        if name == "names_peers":
            share = share + rules.season_bonus * table["in_season"]
        table[name] = usual * share
    total = table[list(CIRCLES)].sum(axis=1).round(9)
    table["names"] = total.clip(upper=rules.most_names)
    shrink = (table["names"] / total.where(total > 0)).fillna(0.0)
    table[list(CIRCLES)] = table[list(CIRCLES)].mul(shrink, axis=0)
    return table


def referral_table(portfolio: Portfolio, names: pd.DataFrame, book: LoanBook) -> pd.DataFrame:
    """Return table REFERRAL: what each customer brought and what a visit should bring.

    Who brought most money today ranks first; of equals who brought more customers, then the
    smaller number. Names given are those of the prospect list that name him.
    """
    people = portfolio.customers
    given = book.prospects["referrer_id"].value_counts()
    table = names.assign(
        customer_id=people["customer_id"],
        manager_id=people["manager_id"],
        branch=people["branch"],
        referrer_id=people["referrer_id"],
        names_given=people["customer_id"].map(given).fillna(0),
        source_rows=people["source_rows"],
    )
    # The customers stand in the order of their numbers.
    order = np.lexsort((-table["descendants"], -table["brought_balance"]))
    rank = np.empty(len(table))
    rank[order] = np.arange(1, len(table) + 1)
    table["rank"] = np.where(table["brought"] > 0, rank, np.nan)
    return REFERRAL.check(REFERRAL.conform(table))


def referral_reasons(table: pd.DataFrame) -> list[str]:
    """Return why a visit to each customer may bring names, and which circle to ask first."""
    best = table[list(CIRCLES)].to_numpy().argmax(axis=1)
    circles = np.array(list(CIRCLES.values()), dtype=object)[best]
    names = ("names", "brought", "descendants", "in_market")
    columns = [table[name].tolist() for name in names]
    rows = zip(columns[0], circles.tolist(), *columns[1:], strict=True)
    return [
        f"走访须完成转介动作，预计得 {names:.2g} 人，先问{circle}"
        + (f"；已带来 {brought:.0f} 户" if brought else "")
        + (f"（连同再转介 {below:.0f} 户）" if below > brought else "")
        + ("；身处集中市场，同行多" if market else "")
        for names, circle, brought, below, market in rows
    ]
