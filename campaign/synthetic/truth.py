"""The truth behind a synthetic bank: what the coming season holds, and what touches would change."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from campaign.festival import spring_festival
from campaign.synthetic.behaviour import answered, chance
from campaign.synthetic.county import wanted_days
from campaign.synthetic.customers import need_of
from campaign.synthetic.history import SEASON_WEEKS, Past
from campaign.synthetic.values import DAY, days_between, rounded

# How often a visitor's names, lists and own contacts turn into loans after every touch.
PROSPECT_LOG_ODDS = {"external_list": -4.0, "own_visit": -2.9, "referral": -2.0}
COLUMNS = (
    "unit_id", "is_prospect", "source", "reference", "manager_id", "branch", "amount",
    "wanted_on", "natural_probability", "full_probability", "visit_effect", "call_effect",
    "luck", "turns_bad",
)  # fmt: skip


def trade_shift(past: Past) -> NDArray[np.float64]:
    """Return by trade how much stronger (in log-odds) this season is than the usual one."""
    trades = past.town.county.trades
    shift = past.streams("trade shift").normal(0, 0.45, len(trades))
    return np.where(trades["sub_industry"] == "塔吊租赁", 1.0, shift)


def coming_season(
    past: Past, ledger: pd.DataFrame, others: pd.DataFrame, prospects: pd.DataFrame
) -> pd.DataFrame:
    """Return the table of what would happen: one row a customer or prospect and source.

    A row happens when `luck` lies below the probability that the touches give (`played`).
    `amount` is then lent; `wanted_on` is the day the money is wanted; `turns_bad` says that
    the customer stops paying within the year.
    """
    live = ledger[ledger["balance"] > 0]
    parts = [
        _top_ups(past, live),
        _draws(past, live),
        _renewals(past, live),
        _refinance(past, others),
        _names(past, live),
        _newcomers(past, prospects),
    ]
    truth = pd.concat(parts, ignore_index=True)
    truth["luck"] = past.streams("truth luck").random(len(truth))
    return truth[list(COLUMNS)]


def played(truth: pd.DataFrame, touches: pd.DataFrame) -> pd.DataFrame:
    """Return the truth with what happens under these touches.

    Args:
        truth: What `coming_season` returned.
        touches: `customer_id` and `channel` (visit or call), one row a touch.

    Returns:
        The truth with `visits`, `calls`, `probability`, `happened` and `lent` (yuan).
    """
    counted = touches.groupby(["customer_id", "channel"]).size().unstack(fill_value=0)
    counted = counted.reindex(columns=["visit", "call"], fill_value=0)
    mine = counted.reindex(truth["unit_id"]).fillna(0.0)
    visits, calls = mine["visit"].to_numpy(dtype=float), mine["call"].to_numpy(dtype=float)
    probability = answered(
        (truth["natural_probability"].to_numpy(), truth["full_probability"].to_numpy()),
        (truth["visit_effect"].to_numpy(), truth["call_effect"].to_numpy()),
        (visits, calls),
    )
    happened = truth["luck"].to_numpy() < probability
    lent = np.where(happened, truth["amount"], 0.0)
    return truth.assign(
        visits=visits, calls=calls, probability=probability, happened=happened, lent=lent
    )


def _rows(past: Past, who: NDArray[np.int64], source: str, **columns: Any) -> pd.DataFrame:
    """Return truth rows for customers (by row), with who they are and how they answer."""
    customers, behaviour = past.customers.iloc[who], past.behaviour.iloc[who]
    managers, branches = past.town.managers, past.town.branches
    frame = pd.DataFrame(
        {
            "unit_id": customers["customer_id"].to_numpy(),
            "is_prospect": False,
            "source": source,
            "reference": None,
            "manager_id": managers["manager_id"].to_numpy()[customers["manager_row"]],
            "branch": branches["branch"].to_numpy()[customers["branch_row"]],
            "visit_effect": behaviour["visit_effect"].to_numpy(),
            "call_effect": behaviour["call_effect"].to_numpy(),
            "turns_bad": _turns_bad(past)[who],
        }
    )
    return frame.assign(**columns)


def _turns_bad(past: Past) -> NDArray[np.bool_]:
    weight = np.exp(-0.9 * past.customers["quality"].to_numpy()) / 1.5
    return past.streams("turns bad").random(len(weight)) < 0.017 * weight


def _wanted(past: Past, who: NDArray[np.int64], name: str) -> NDArray[np.datetime64]:
    trade = past.customers["trade"].to_numpy()[who]
    luck = past.streams(f"wanted {name}")
    return wanted_days(past.town.county, trade, past.as_of.year + 1, SEASON_WEEKS, luck)


def _top_ups(past: Past, live: pd.DataFrame) -> pd.DataFrame:
    who = np.unique(live["customer"].to_numpy())
    shift = trade_shift(past)[past.customers["trade"].to_numpy()[who]]
    mine = past.behaviour.iloc[who]
    late = live.groupby("customer")["days_past_due"].max().reindex(who).to_numpy() > 0
    ends = {
        name: np.where(late, 0.0, chance(np.log(p / (1 - p)) + shift))
        for name, p in (
            ("natural_probability", mine["top_up_natural"].to_numpy()),
            ("full_probability", mine["top_up_full"].to_numpy()),
        )
    }
    amount = rounded(need_of(past.town, past.customers)[who] * mine["top_up_share"].to_numpy())
    return _rows(past, who, "top_up", amount=amount, wanted_on=_wanted(past, who, "top up"), **ends)


def _draws(past: Past, live: pd.DataFrame) -> pd.DataFrame:
    lines = live[live["is_revolving"] & (live["days_past_due"] == 0)]
    lines = lines.groupby("contract_id", sort=True).agg(
        customer=("customer", "first"), limit=("credit_limit", "max"), drawn=("balance", "sum")
    )
    lines = lines[lines["limit"] - lines["drawn"] >= 10_000]
    who = lines["customer"].to_numpy()
    luck = past.streams("draws")
    undrawn = (lines["limit"] - lines["drawn"]).to_numpy()
    natural = chance(-0.7 + 0.5 * past.customers["appetite"].to_numpy()[who])
    return _rows(
        past, who, "draw", reference=lines.index.to_numpy(),
        amount=np.minimum(rounded(undrawn * luck.uniform(0.4, 1.0, len(who))), undrawn),
        wanted_on=_wanted(past, who, "draw"), natural_probability=natural,
        full_probability=natural + (1 - natural) * 0.4,
    )  # fmt: skip


def _renewals(past: Past, live: pd.DataFrame) -> pd.DataFrame:
    festival = np.datetime64(spring_festival(past.as_of.year + 1), "D")
    maturity = live["maturity_date"].to_numpy().astype("datetime64[D]")
    due = live[
        (maturity > past.today) & (maturity <= festival + 60 * DAY) & (live["days_past_due"] == 0)
    ]
    who = due["customer"].to_numpy()
    return _rows(
        past, who, "renewal", reference=due["loan_note_id"].to_numpy(),
        amount=due["balance"].to_numpy(), wanted_on=due["maturity_date"].to_numpy(),
        natural_probability=past.behaviour["renew_natural"].to_numpy()[who],
        full_probability=past.behaviour["renew_full"].to_numpy()[who],
    )  # fmt: skip


def _refinance(past: Past, others: pd.DataFrame) -> pd.DataFrame:
    mine = others[others["business_type"].isin(["operating", "working_capital"])]
    who = mine["customer"].to_numpy()
    rate = mine["annual_rate"].fillna(0.056).to_numpy()
    odds = -2.3 + 0.8 * past.customers["warmth"].to_numpy()[who] + 40 * (rate - 0.056)
    maturity = mine["maturity_date"].to_numpy().astype("datetime64[D]")
    near = days_between(past.today, maturity) < 150
    return _rows(
        past, who, "refinance", reference=mine["lender"].to_numpy(),
        amount=mine["balance"].to_numpy(), wanted_on=maturity,
        natural_probability=chance(odds - 2.5), full_probability=chance(odds + np.where(near, 0.6, -0.6)),
    )  # fmt: skip


def _names(past: Past, live: pd.DataFrame) -> pd.DataFrame:
    """Return what asking a customer for names brings: a loan to somebody he knows."""
    who = np.unique(live["customer"].to_numpy())
    names = past.behaviour["names_per_visit"].to_numpy()[who]
    luck = past.streams("names")
    amount = rounded(need_of(past.town, past.customers)[who] * luck.uniform(0.3, 0.9, len(who)))
    return _rows(
        past, who, "referral", amount=amount, wanted_on=_wanted(past, who, "names"),
        natural_probability=0.002, full_probability=1 - np.exp(-0.09 * names) + 0.002,
    )  # fmt: skip


def _newcomers(past: Past, prospects: pd.DataFrame) -> pd.DataFrame:
    odds = (
        prospects["origin"].map(PROSPECT_LOG_ODDS).to_numpy() + 0.7 * prospects["warmth"].to_numpy()
    )
    odds = odds + 0.8 * trade_shift(past)[prospects["trade"].to_numpy()]
    gone = (prospects["operating_status"] != "存续").to_numpy()
    count = len(prospects)
    luck = past.streams("newcomers")
    wanted = wanted_days(
        past.town.county, prospects["trade"].to_numpy(), past.as_of.year + 1, SEASON_WEEKS, luck
    )
    visit = luck.beta(4.0, 5.0, count)
    return pd.DataFrame(
        {
            "unit_id": prospects["prospect_id"],
            "is_prospect": True,
            "source": np.where(prospects["origin"] == "referral", "referral", "team"),
            "reference": prospects["origin"],
            "manager_id": prospects["manager_id"],
            "branch": prospects["branch"],
            "amount": rounded(prospects["need"].to_numpy() * luck.uniform(0.4, 1.0, count)),
            "wanted_on": wanted,
            "natural_probability": np.where(gone, 0.0, chance(odds - 3.0)),
            "full_probability": np.where(gone, 0.0, chance(odds)),
            "visit_effect": visit,
            "call_effect": visit * luck.beta(2.0, 5.0, count),
            "turns_bad": luck.random(count) < 0.02,
        }
    )
