"""What a customer owes us, may still draw, and was granted: limit is not balance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.growth.portfolio import Portfolio, is_revolving

COLUMNS = ["limit", "balance", "undrawn", "exposure", "granted", "line"]


def limits_of(portfolio: Portfolio) -> pd.DataFrame:
    """Return limit, balance and undrawn part of each customer, in yuan.

    The same limit on several notes of one customer is one limit, drawn by all of them: a
    ledger repeats it on each. A repaid part can be drawn again only where the limit
    revolves; else what was granted counts as drawn. A limit past its last day, or without
    one, gives nothing to draw.

    Formula:
        used = sum of balances (revolving), else of amounts granted
        undrawn = max(0, limit - used) while the limit is in force
        exposure = balance + undrawn

    Source:
        domain rules E4 and G1 (headroom is per customer); docs/method.md#headroom.

    Returns:
        One row a customer: limit (NaN where none is known), balance, undrawn, exposure,
        granted (NaN where unknown), line (limits in force, or balances above them: what
        the 1,000万 test asks for).
    """
    notes = portfolio.notes
    limit_code, _ = pd.factorize(notes["credit_limit"], sort=True)
    width = limit_code.max(initial=-1) + 2
    key = notes["owner"].to_numpy() * width + limit_code + 1
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    groups = _limit_groups(notes, first, group, pd.Timestamp(portfolio.as_of))
    owner = notes["owner"].to_numpy()[first]
    count = len(portfolio)
    table = pd.DataFrame(
        {name: np.bincount(owner, groups[name].fillna(0), count) for name in COLUMNS}
    )
    known = np.bincount(owner, groups["limit"].notna(), count) > 0
    table["limit"] = table["limit"].where(known)
    unknown = np.bincount(owner, groups["granted"].isna(), count) > 0
    table["granted"] = table["granted"].mask(unknown)
    return table


def _limit_groups(
    notes: pd.DataFrame, first: np.ndarray, group: np.ndarray, as_of: pd.Timestamp
) -> pd.DataFrame:
    count = len(first)
    balance = notes["balance"].fillna(0).to_numpy()
    granted = notes["loan_amount"].to_numpy()
    drawn = np.where(is_revolving(notes), balance, np.fmax(granted, balance))
    in_force = np.bincount(group, notes["maturity_date"].gt(as_of), count) > 0
    limit = notes["credit_limit"].to_numpy()[first]
    owed = np.bincount(group, balance, count)
    undrawn = np.clip(limit - np.bincount(group, drawn, count), 0, None)
    undrawn = np.where(in_force, np.nan_to_num(undrawn), 0.0)
    amounts = np.bincount(group, granted, count)
    return pd.DataFrame(
        {
            "limit": np.where(in_force, limit, np.nan),
            "balance": owed,
            "undrawn": undrawn,
            "exposure": owed + undrawn,
            "granted": np.where(np.isnan(limit), amounts, limit),
            "line": np.fmax(np.where(in_force, limit, 0.0), owed),
        }
    )
