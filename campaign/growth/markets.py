"""片区与市场: the places that are visited together, with their customers and prospects."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from campaign.growth.keys import categories
from campaign.growth.portfolio import Portfolio
from campaign.vocabulary import MARKETS, Source

KEYS = ["branch", "area"]


def markets_of(
    portfolio: Portfolio,
    opportunities: pd.DataFrame,
    staff: pd.DataFrame,
    sizes: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Return every area of every branch: who is there, what could come, who is locked on it.

    Formula:
        unlisted = size - customers - prospects, at least 0, where the size is told;
        unlisted_hot = unlisted x in_season / (customers + prospects);
        share = customers / size, else / (customers + prospects): how much of it is ours;
        uplift = sum of amount x (full - natural probability) of customers and prospects

    Source:
        source_notes (锁定营销具体区域和客群, 目标市场); docs/method.md#team.

    Args:
        portfolio: The customers.
        opportunities: Table OPPORTUNITIES.
        staff: Table STAFF.
        sizes: Area to how many trade there, as the bank counted (team.market_size).

    Returns:
        Table MARKETS, the most promising place of each branch first; people without an
        area stand in no row.
    """
    people = _placed(portfolio.customers[[*KEYS, "customer_id"]]).assign(
        balance=portfolio.total(portfolio.notes, portfolio.notes["balance"])
    )
    added = opportunities["full_probability"] - opportunities["natural_probability"]
    found = _placed(opportunities[[*KEYS, "source", "sub_industry", "is_prospect"]]).assign(
        uplift=opportunities["amount"] * added,
        # People are only told apart, for which a number each will do.
        customer_id=pd.factorize(np.asarray(opportunities["customer_id"], dtype=object))[0],
    )
    found = found[~opportunities["is_outing"].astype(bool)]
    seasonal = found[found["source"].eq(Source.INDUSTRY.value)]
    names = found[found["is_prospect"].astype(bool)]
    parts = [
        people.groupby(KEYS).agg(customers=("customer_id", "nunique"), balance=("balance", "sum")),
        names.groupby(KEYS).agg(prospects=("customer_id", "nunique")),
        seasonal.groupby(KEYS).agg(in_season=("customer_id", "nunique")),
        found.groupby(KEYS).agg(uplift=("uplift", "sum")),
        _top_trade(seasonal),
        _placed(staff.sort_values("manager_id"))
        .groupby(KEYS)
        .agg(managers=("manager_id", "；".join)),
    ]
    table = parts[0].reset_index()
    for part in parts[1:]:
        table = table.merge(part.reset_index(), how="outer", on=KEYS)
    counts = ["customers", "balance", "prospects", "in_season", "uplift"]
    table[counts] = table[counts].fillna(0.0).round(2)
    known = table["customers"] + table["prospects"]
    table["size"] = table["area"].map(dict(sizes or {})).astype(float)
    table["unlisted"] = (table["size"] - known).clip(lower=0)
    hot = table["in_season"] / known.where(known > 0)
    table["unlisted_hot"] = (table["unlisted"] * hot).round()
    whole = known.where(known >= table["size"].fillna(0.0), table["size"])
    table["share"] = (table["customers"] / whole.where(whole > 0)).round(6)
    table = table.sort_values(["branch", "uplift", "area"], ascending=[True, False, True])
    return MARKETS.check(MARKETS.conform(table))


def unlisted_households(
    portfolio: Portfolio, prospects: pd.DataFrame, sizes: Mapping[str, float]
) -> dict[str, float]:
    """Return how many of each place whose size is told are neither customers nor on a list.

    It is what outings there can still find.
    """
    known = portfolio.customers["area"].value_counts()
    listed = prospects["area"].value_counts()
    return {
        area: max(0.0, size - float(known.get(area, 0)) - float(listed.get(area, 0)))
        for area, size in sizes.items()
    }


def _placed(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with their place as categories: an unknown branch is empty, an area is not.

    Grouped by place, a row without an area goes nowhere.
    """
    return rows.assign(branch=categories(rows["branch"].fillna("")), area=categories(rows["area"]))


def _top_trade(seasonal: pd.DataFrame) -> pd.DataFrame:
    """Return the trade in season with most people of each place; of equals the first."""
    named = seasonal[seasonal["sub_industry"].notna() & seasonal["area"].notna()]
    keys = [*KEYS, "sub_industry"]
    named = named.assign(sub_industry=categories(named["sub_industry"]))
    people = named.drop_duplicates([*keys, "customer_id"])
    counts = people.groupby(keys).size().rename("people").reset_index()
    counts = counts.sort_values(
        [*KEYS, "people", "sub_industry"], ascending=[True, True, False, True]
    )
    best = counts.drop_duplicates(KEYS).set_index(KEYS)
    return best.rename(columns={"sub_industry": "top_trade"})[["top_trade"]]


def locked_areas(
    staff: pd.DataFrame, customers: pd.DataFrame, prospects: pd.DataFrame
) -> pd.Series:
    """Return the home area of each manager, new ones without any locked on one.

    Each of them gets the place of his branch with most names for every manager who is
    there already; of equals the first in order. A branch without a place leaves it open.

    Args:
        staff: manager_id, branch, area, is_new.
        customers: The portfolio's customers.
        prospects: Table PROSPECTS.
    """
    areas = staff["area"].astype("object").copy()
    open_ones = staff.index[staff["is_new"].fillna(False).astype(bool) & areas.isna()]
    if not len(open_ones):
        return staff["area"]
    sizes = _placed(customers[KEYS]).groupby(KEYS).size().rename("customers").reset_index()
    sizes["listed"] = sizes["area"].map(prospects["area"].value_counts()).fillna(0)
    for row in open_ones:
        branch = staff.loc[row, "branch"]
        here = sizes[sizes["branch"].eq(branch)].sort_values("area")
        if here.empty:
            continue
        mates = here["area"].map(areas[staff["branch"].eq(branch)].value_counts()).fillna(0)
        worth = (here["customers"] + here["listed"]) / (1 + mates)
        areas[row] = here["area"].to_numpy()[int(worth.to_numpy().argmax())]
    return areas.astype("str").where(areas.notna())
