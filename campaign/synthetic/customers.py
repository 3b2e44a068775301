"""The customers: who they are, where they trade, and what they are like inside."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from campaign.synthetic.county import County
from campaign.synthetic.identities import credit_codes, identity_numbers, phones
from campaign.synthetic.names import firm_names, person_names
from campaign.synthetic.streams import Streams

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Town:
    """Where everything happens: county, branches, areas, managers."""

    county: County
    branches: pd.DataFrame
    areas: pd.DataFrame
    managers: pd.DataFrame


def make_customers(town: Town, count: int, streams: Streams) -> pd.DataFrame:
    """Return people and firms with the columns the other modules build on.

    `trade`, `branch_row`, `area_row`, `manager_row` are rows of the town's tables. `size`
    is what such a borrower needs, as a multiple of his trade's usual loan; `quality`,
    `appetite` and `warmth` are standard normal and never enter a book.
    """
    branch, trade, area = _places(town, count, streams)
    kind = _kinds(town.county, trade, streams)
    luck = streams("customer size")
    is_firm = np.isin(kind, ["company", "cooperative"])
    size = np.exp(luck.normal(0.15, 0.85, count) + np.where(is_firm, 0.55, 0.0))
    is_male = streams("customer sex").random(count) < 0.68
    order = np.arange(count)
    owner = person_names(town.county, is_male, streams("customer names"))
    firm = firm_names(town.county, trade, kind, streams("firm names"))
    trades_under_own_name = streams("own name").random(count) < 0.45
    as_person = np.isin(kind, ["owner", "farmer"]) | (
        (kind == "sole_trader") & trades_under_own_name
    )
    prefix = np.select([kind == "company", kind == "cooperative"], ["91", "93"], "92")
    return pd.DataFrame(
        {
            "customer_id": [f"81{number:08d}" for number in _scattered(order)],
            "customer_name": np.where(as_person, owner, firm),
            "owner": owner,
            "cert_no": np.where(
                as_person, identity_numbers(order, is_male), credit_codes(prefix, order)
            ),
            "customer_type": kind,
            "phone": phones(order + 1_234),
            "trade": trade,
            "branch_row": branch,
            "area_row": area,
            "manager_row": _managers(town, branch, streams),
            "size": size,
            "quality": streams("quality").standard_normal(count),
            "appetite": streams("appetite").standard_normal(count),
            "warmth": streams("warmth").standard_normal(count),
        }
    )


def need_of(town: Town, customers: pd.DataFrame) -> NDArray[np.float64]:
    """Return the working capital each customer would borrow in all, in yuan."""
    median = town.county.trades["median"].to_numpy()
    return np.asarray(median[customers["trade"]] * customers["size"])


def _places(town: Town, count: int, streams: Streams) -> tuple[Rows, Rows, Rows]:
    weight = town.branches["weight"].to_numpy()
    branch = _draw(
        np.cumsum(weight)[None, :], np.zeros(count, dtype=int), streams("branch of customer")
    )
    trades = town.county.trades
    pull = np.array(
        [
            [town.county.words["pull"][kind][place] for place in trades["place"]]
            for kind in town.branches["kind"]
        ]
    )
    trade = _draw(np.cumsum(pull * trades["weight"].to_numpy(), axis=1), branch, streams("trade"))
    return branch, trade, _areas(town, branch, trade, streams)


def _areas(town: Town, branch: Rows, trade: Rows, streams: Streams) -> Rows:
    """Put each customer into an area of his branch that suits his trade."""
    liking = _liking(town)
    mine = town.areas["branch"].to_numpy()[None, :] == np.arange(len(town.branches))[:, None]
    fit = mine[:, None, :] * liking[None, :, :]
    flat = np.cumsum(fit, axis=2).reshape(-1, len(town.areas))
    return _draw(flat, branch * len(liking) + trade, streams("area"))


def _liking(town: Town) -> NDArray[np.float64]:
    """Return by trade and area how much the trade likes it; markets are for certain trades."""
    trades, areas, spots = town.county.trades, town.areas, town.county.words["spots"]
    place = areas["place"].to_numpy()
    liking = np.where(trades["place"].to_numpy()[:, None] == place[None, :], 1.0, 0.03)
    for column, (kind, name) in enumerate(zip(place, areas["area"], strict=True)):
        codes = [codes for word, codes in spots.items() if name.endswith(word)]
        if kind == "market" and codes:
            liking[:, column] = np.where(trades["gbt_code"].isin(codes[0]), 6.0, 0.004)
    at_market = (trades["place"] == "market").to_numpy()
    liking[np.ix_(at_market, place == "street")] = 0.25
    return liking


def _kinds(county: County, trade: Rows, streams: Streams) -> NDArray[np.object_]:
    company = county.trades["company"].to_numpy()[trade]
    sector = county.trades["sector"].to_numpy()[trade]
    luck = streams("customer type").random(len(trade))
    rest = (luck - company) / np.maximum(1 - company, 1e-9)
    person = np.select(
        [sector == "farm", np.isin(sector, ["making", "building", "hiring", "transport"])],
        ["farmer", np.where(rest < 0.55, "owner", "sole_trader")],
        np.where(rest < 0.22, "owner", "sole_trader"),
    )
    firm = np.where(sector == "farm", "cooperative", "company")
    return np.asarray(np.where(luck < company, firm, person), dtype=object)


def _managers(town: Town, branch: Rows, streams: Streams) -> Rows:
    managers = town.managers
    weight = np.where(managers["is_new"], 0.45, 1.0)
    load = (
        managers["branch_row"].to_numpy()[None, :] == np.arange(len(town.branches))[:, None]
    ) * weight
    return _draw(np.cumsum(load, axis=1), branch, streams("manager of customer"))


def _draw(cumulated: NDArray[np.float64], row: Rows, luck: np.random.Generator) -> Rows:
    """Draw one column for each entry of `row`, with the weights of that row."""
    edges = cumulated / cumulated[:, -1:]
    values = luck.random(len(row))
    order = np.argsort(row, kind="stable")
    ends = np.cumsum(np.bincount(row, minlength=len(edges)))
    result = np.zeros(len(row), dtype=np.int64)
    for number, end in enumerate(ends):
        mine = order[(ends[number - 1] if number else 0) : end]
        if len(mine):
            result[mine] = np.searchsorted(edges[number], values[mine], side="right")
    return np.asarray(np.minimum(result, edges.shape[1] - 1))


def _scattered(order: Rows) -> Rows:
    """Return numbers that do not betray the order in which customers were made."""
    return (order * 7_368_787 + 2_468_013) % 100_000_000
