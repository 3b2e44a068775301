"""What the bank's files know of each customer: sales, income, net worth, and the gaps."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from campaign.synthetic.customers import Town, need_of
from campaign.synthetic.streams import Streams
from campaign.synthetic.values import DAY, rounded

# Shares of customers with a full file, with a file in parts, and with none.
FULL_FILES, PART_FILES = 0.52, 0.32
FACTS = (
    "annual_sales", "prior_annual_sales", "profit_margin", "monthly_income",
    "other_monthly_payment", "net_assets", "inventory_days", "receivable_days",
    "payable_days", "own_funds", "credit_grade", "guarantees_given", "recent_enquiries",
    "lender_count", "deposit_average",
)  # fmt: skip
# Working capital in use as a multiple of what a customer would borrow in all, and how many
# times as fast as the trade's usual sales it may turn over.
WORKING_CAPITAL, MOST_TURNS = 3.0, 1.6
GRADES = np.array(["B", "BB", "BBB", "A", "AA", "AAA"], dtype=object)


def customer_table(
    town: Town,
    customers: pd.DataFrame,
    notes: pd.DataFrame,
    elsewhere: pd.DataFrame,
    streams: Streams,
) -> pd.DataFrame:
    """Return the table CUSTOMERS for the people and firms, with the gaps that files have.

    Args:
        town: The trades and areas.
        customers: The people and firms.
        notes: The history; the earliest start is the beginning of the relation.
        elsewhere: By customer `lenders` (how many) and `debt` (operating, in yuan).
        streams: Random numbers.
    """
    facts = _facts(town, customers, elsewhere, streams)
    where = place_and_trade(town, customers, streams("house number"))
    described = pd.DataFrame(
        {
            "customer_id": customers["customer_id"],
            "customer_name": customers["customer_name"],
            "customer_type": customers["customer_type"],
            "phone": customers["phone"],
            "lawsuit": _flags(streams("lawsuit").random(len(customers)), 0.013),
            "dishonest": _flags(streams("dishonest").random(len(customers)), 0.005),
            "referrer_id": customers["referrer_id"],
            "relation_since": _relation_since(customers, notes, streams),
            "remark": customers["household"],
        }
    )
    return pd.concat([described, where, _with_gaps(facts, streams)], axis=1)


def place_and_trade(town: Town, people: pd.DataFrame, luck: np.random.Generator) -> pd.DataFrame:
    """Return address, area, industry and business of people or firms."""
    trades, trade = town.county.trades, people["trade"].to_numpy()
    area = town.areas["area"].to_numpy()[people["area_row"]]
    house = luck.integers(1, 200, len(people))
    county = town.county.words["county"]
    return pd.DataFrame(
        {
            "address": [f"{county}{a}{n}号" for a, n in zip(area, house, strict=True)],
            "area": area,
            "industry_code": trades["gbt_code"].to_numpy()[trade],
            "industry": trades["gbt_name"].to_numpy()[trade],
            "main_business": trades["business"].to_numpy()[trade],
        }
    )


def _facts(
    town: Town, customers: pd.DataFrame, elsewhere: pd.DataFrame, streams: Streams
) -> pd.DataFrame:
    trade = customers["trade"].to_numpy()
    usual = {name: town.county.trades[name].to_numpy()[trade] for name in ("sales", "margin")}
    quality, lenders = customers["quality"].to_numpy(), elsewhere["lenders"].to_numpy()
    need = need_of(town, customers) + elsewhere["debt"].to_numpy()
    noise = streams("facts").standard_normal((6, len(customers)))
    luck = streams("odd facts").random((3, len(customers)))
    margin = np.clip(usual["margin"] * np.exp(0.2 * noise[1]), 0.02, 0.6).round(3)
    days = _turnover_days(town, trade, streams)
    cycle = np.maximum(days["inventory_days"] + days["receivable_days"] - days["payable_days"], 5)
    working = need * WORKING_CAPITAL * np.exp(0.35 * noise[0] + 0.08 * quality)
    turns = np.minimum(360 / cycle / (1 - margin), MOST_TURNS * usual["sales"])
    sales = rounded(working * turns)
    income = sales * margin / 12 * np.clip(0.62 + 0.2 * noise[2], 0.25, 1.5) + need * 0.012
    paid = np.where(lenders > 0, income * 0.25 * luck[0], 0.0)
    net = rounded(need * np.exp(1.15 + 0.5 * noise[3] + 0.15 * quality))
    grade = np.clip(np.round(3.0 + 1.1 * quality + 0.4 * noise[4]), 0, 5).astype(int)
    own = rounded(sales * (1 - margin) * cycle / 360 * (0.1 + 0.3 * luck[1]))
    enquiries = streams("enquiries").poisson(np.exp(0.1 - 0.45 * quality))
    growth = 0.05 + 0.05 * quality + 0.13 * streams("growth").standard_normal(len(customers))
    return pd.DataFrame(
        {
            "annual_sales": sales,
            "prior_annual_sales": rounded(sales / np.exp(growth)),
            "profit_margin": margin,
            "monthly_income": np.maximum(np.round(income / 500) * 500, 2_000.0),
            "other_monthly_payment": np.round(paid / 100) * 100,
            "net_assets": net,
            **days,
            "own_funds": np.maximum(own, 10_000),
            "credit_grade": GRADES[grade],
            "guarantees_given": np.where(luck[2] < 0.08, rounded(net * luck[1]), 0.0),
            "recent_enquiries": enquiries.astype(float),
            "lender_count": 1.0 + lenders,
            "deposit_average": np.round(sales * 0.03 * np.exp(0.8 * noise[5]) / 100) * 100,
        }
    )


def _turnover_days(
    town: Town, trade: NDArray[np.int64], streams: Streams
) -> dict[str, NDArray[np.float64]]:
    """Return the days of stock, receivables and payables, near those of the trade."""
    names = {"stock": "inventory_days", "receivable": "receivable_days", "payable": "payable_days"}
    noise = streams("turnover days").standard_normal((len(names), len(trade)))
    return {
        name: np.round(town.county.trades[source].to_numpy()[trade] * np.exp(0.25 * noise[row]))
        for row, (source, name) in enumerate(names.items())
    }


def _with_gaps(facts: pd.DataFrame, streams: Streams) -> pd.DataFrame:
    count = len(facts)
    file = streams("completeness").random(count)
    drop = streams("gaps").random((len(FACTS), count)) < 0.45
    in_parts = (file >= FULL_FILES) & (file < FULL_FILES + PART_FILES)
    without = file >= FULL_FILES + PART_FILES
    return pd.DataFrame(
        {
            name: facts[name].where(~(without | (in_parts & drop[place])))
            for place, name in enumerate(FACTS)
        }
    )


def _flags(luck: NDArray[np.float64], share: float) -> pd.Series:
    return pd.Series(luck < share, dtype="boolean")


def _relation_since(
    customers: pd.DataFrame, notes: pd.DataFrame, streams: Streams
) -> NDArray[np.datetime64]:
    """Return the first loan; old customers had earlier ones than the history shows."""
    first = notes.drop_duplicates("customer").set_index("customer").reindex(range(len(customers)))
    start = first["start"].to_numpy().astype("datetime64[D]")
    earlier = streams("earlier years").integers(200, 3_000, len(customers)) * DAY
    return np.where((first["occurrence"] == "repeat").to_numpy(), start - earlier, start)
