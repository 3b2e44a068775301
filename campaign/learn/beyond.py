"""Growth beyond what was held possible: past seasons' part of it, put on today's balance.

The estimate of headroom is careful, and where the old ledger lacks figures of the customers it
rests on policy caps alone. What was lent beyond it can be put on no customer in advance, but a
total without it would be too low by as much each year.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from campaign.learn.outcomes import season_rise
from campaign.learn.pooling import NORMAL_90
from campaign.settings import Settings
from campaign.vocabulary import BEYOND


def rises_of(events: pd.DataFrame, headroom: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return rise and, in it, beyond of every customer that owed before, in yuan, by customer_id.

    Args:
        events: Table EVENTS.
        headroom: HEADROOM of the old ledger; who is not in it had nothing possible.
        settings: [campaign] for the season, [learn] for what counts as growth.
    """
    old = events[events["old_balance"] > 0].set_index("customer_id")
    possible = headroom.set_index("customer_id")[["new_money", "undrawn"]].fillna(0.0)
    held = possible.sum(axis=1).reindex(old.index).fillna(0.0)
    rise = season_rise(old, events, settings)
    return pd.DataFrame({"rise": rise, "beyond": (rise - held).clip(lower=0.0)})


def growth_beyond(
    pairs: Iterable[tuple[pd.DataFrame, pd.DataFrame]], balances: pd.Series, settings: Settings
) -> pd.DataFrame:
    """Return what customers may grow beyond their headroom this season, by branch, in yuan.

    Args:
        pairs: EVENTS and the HEADROOM of the old ledger, of each two ledgers.
        balances: Today's balance by branch, in yuan.
        settings: [campaign] for the season, [learn] for what counts as growth.

    Returns:
        Table BEYOND; empty without any pair, for unknown is not zero.

    Formula:
        share = sum of max(rise - (new_money + undrawn), 0) / sum of old balances;
        interval: share x (1 ± 1.645 x sqrt(sum of squares) / sum)

    Example:
        See tests/test_beyond.py: 30万 more where 10万 were possible, on a balance of 100万, is
        a share of 20 %.
    """
    over, before = [], 0.0
    for events, headroom in pairs:
        over.append(rises_of(events, headroom, settings)["beyond"])
        before += float(events["old_balance"].sum())
    if not over or before <= 0:
        return BEYOND.empty()
    money = pd.concat(over).to_numpy()
    total, count = float(money.sum()), int((money > 0).sum())
    share = total / before
    reach = NORMAL_90 * float(np.sqrt((money**2).sum())) / total if total else 0.0
    known = balances[balances > 0].sort_index()
    expected = (known * share).round(2)
    table = pd.DataFrame(
        {
            "branch": known.index,
            "balance": known.to_numpy(),
            "share": share,
            "expected": expected.to_numpy(),
            "low": (expected * max(1 - reach, 0.0)).round(2).to_numpy(),
            "high": (expected * (1 + reach)).round(2).to_numpy(),
            "customers": float(count),
            "basis": f"往年旺季 {count} 户增长超出测算空间 {total / 1e4:,.2f} 万元，占期初余额"
            f" {share:.2%}；按余额分摊，不归到任何一户",
        }
    )
    return BEYOND.check(BEYOND.conform(table))
