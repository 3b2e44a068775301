"""Loans that customers have at other banks, and how our bank came to know of them."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from campaign.synthetic.customers import Town, need_of
from campaign.synthetic.history import Past
from campaign.synthetic.streams import Streams
from campaign.synthetic.values import DAY, NEVER, add_months, known_where, rounded

BUSINESS = ("operating", "housing", "consumer", "card", "online")
BUSINESS_SHARES = np.cumsum([0.58, 0.16, 0.10, 0.09, 0.07])
MONTHS = np.array([12, 240, 36, 0, 12])
OPERATING, HOUSING, CARD, ONLINE = 0, 1, 3, 4
KNOWN_FROM = (
    "statement", "contract", "account_flow", "register",
    "credit_report_marketing", "credit_report", "unknown",
)  # fmt: skip
KNOWN_SHARES = np.cumsum([0.34, 0.11, 0.14, 0.07, 0.10, 0.21, 0.03])
RATE_KNOWN, WILLINGNESS_KNOWN = 0.38, 0.62


def other_loans(past: Past, living: NDArray[np.int64], count: int) -> pd.DataFrame:
    """Return the table OTHER_LOANS for some of the `living` rows; `customer` is the row."""
    streams = past.streams
    who = living[np.sort(streams("other loans").integers(0, len(living), count))]
    mine = past.customers.iloc[who].reset_index(drop=True)
    is_firm = mine["customer_type"].isin(["company", "cooperative"]).to_numpy()
    drawn = streams("other business").random(count) * BUSINESS_SHARES[-1]
    kind = np.where(is_firm, OPERATING, np.searchsorted(BUSINESS_SHARES, drawn))
    start = past.today - streams("other start").integers(5, 360, count) * DAY
    start = np.where(kind == HOUSING, start - 1_400 * DAY, start)
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "customer": who,
                    "customer_id": mine["customer_id"],
                    "customer_name": mine["customer_name"],
                    "lender": _lenders(past.town, kind, streams("other lender")),
                    "business_type": np.where(
                        is_firm, "working_capital", np.array(BUSINESS, dtype=object)[kind]
                    ),
                    "start_date": np.where(kind == CARD, NEVER, start),
                    "maturity_date": np.where(kind == CARD, NEVER, add_months(start, MONTHS[kind])),
                }
            ),
            _money(kind, need_of(past.town, mine), streams),
            _known(past, mine, start),
        ],
        axis=1,
    )


def debts_elsewhere(others: pd.DataFrame, count: int) -> pd.DataFrame:
    """Return by customer how many other lenders he has and what he owes them for his trade."""
    trading = others[others["business_type"].isin(["operating", "working_capital"])]
    lenders = others.loc[others["business_type"] != "card", "customer"]
    debt = np.bincount(trading["customer"], weights=trading["balance"], minlength=count)
    many = np.bincount(lenders, minlength=count).astype(float)
    return pd.DataFrame({"lenders": many, "debt": debt})


def _money(kind: NDArray[np.int64], need: NDArray[np.float64], streams: Streams) -> pd.DataFrame:
    """Return amount, balance, rate, guarantee and class at the other bank."""
    count = len(kind)
    least = np.array([0.0, 2e5, 5e4, 2e4, 2e4])[kind]
    most = np.array([0.0, 8e5, 3e5, 8e4, 1.5e5])[kind]
    luck = streams("other amount").random((2, count))
    amount = np.where(
        kind == OPERATING, need * (0.3 + 0.9 * luck[0]), least + (most - least) * luck[0]
    )
    amount = rounded(amount)
    left = np.where(kind == OPERATING, 1.0, 0.3 + 0.7 * luck[1])
    rate = 0.056 + 0.012 * streams("other rate").standard_normal(count) + 0.06 * (kind == ONLINE)
    rate = np.clip(np.round(rate / 0.0005) * 0.0005, 0.034, 0.18).round(6)
    secured = streams("other guarantee").random(count)
    return pd.DataFrame(
        {
            "loan_amount": amount,
            "balance": np.minimum(rounded(amount * left), amount),
            "annual_rate": np.where(
                streams("other rate known").random(count) < RATE_KNOWN, rate, np.nan
            ),
            "guarantee_type": np.select(
                [kind == HOUSING, kind != OPERATING, secured < 0.45, secured < 0.72],
                ["mortgage", "credit", "mortgage", "guaranteed"],
                "credit",
            ),
            "loan_class": np.where(
                streams("other class").random(count) < 0.96, "normal", "special_mention"
            ),
        }
    )


def _known(past: Past, mine: pd.DataFrame, start: NDArray[np.datetime64]) -> pd.DataFrame:
    """Return from where and when the bank knows, what the consent covers, and willingness."""
    streams, count = past.streams, len(mine)
    drawn = streams("known from").random(count) * KNOWN_SHARES[-1]
    source = np.array(KNOWN_FROM, dtype=object)[np.searchsorted(KNOWN_SHARES, drawn)]
    day = past.today - streams("known on").integers(3, 420, count) * DAY
    reported = np.isin(source, ["credit_report", "credit_report_marketing"])
    asked = reported | (streams("consent").random(count) < 0.4)
    felt = 2.3 + 0.9 * mine["warmth"].to_numpy()
    felt = felt + 0.8 * streams("other willingness").standard_normal(count)
    heard = streams("other willingness known").random(count) < WILLINGNESS_KNOWN
    return pd.DataFrame(
        {
            "knowledge_source": source,
            "knowledge_date": np.where(day < start, start + (past.today - start) // 2, day),
            "marketing_consent": pd.Series(
                known_where(asked, source != "credit_report"), dtype="boolean"
            ),
            "willingness": np.where(heard, np.clip(np.round(felt), 0, 5), np.nan),
        }
    )


def _lenders(town: Town, kind: NDArray[np.int64], luck: np.random.Generator) -> NDArray[np.object_]:
    banks = np.array(town.county.words["lenders"], dtype=object)
    online = np.array(town.county.words["online_lenders"], dtype=object)
    place = luck.random(len(kind))
    lender = banks[(place * len(banks)).astype(int)]
    is_online = kind == ONLINE
    lender[is_online] = online[(place[is_online] * len(online)).astype(int)]
    return np.asarray(lender)
