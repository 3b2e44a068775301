"""The terms of each note: guarantee, collateral, limit, rate, numbers."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from campaign.synthetic.customers import Town
from campaign.synthetic.streams import Streams
from campaign.synthetic.values import NEVER, days_between, known_where, rounded

GUARANTEES = ("credit", "guaranteed", "mortgage", "pledge", "combined")
# Shares of the guarantees by size of the loan: below 200 thousand, below 600 thousand, above.
GUARANTEE_SHARES = np.array(
    [
        [0.56, 0.29, 0.13, 0.01, 0.01],
        [0.28, 0.36, 0.32, 0.015, 0.025],
        [0.05, 0.20, 0.68, 0.015, 0.055],
    ]
)
BASE_RATES = {
    "credit": 0.0630,
    "guaranteed": 0.0545,
    "mortgage": 0.0430,
    "pledge": 0.0365,
    "combined": 0.0460,
}
PRODUCTS = {
    "credit": "惠商信用贷",
    "guaranteed": "惠商保证贷",
    "mortgage": "房抵经营贷",
    "pledge": "存单质押贷",
    "combined": "组合担保贷",
}
LOAN_TO_VALUE = {"住宅": 0.62, "商铺": 0.48, "厂房": 0.46, "设备": 0.35, "存单": 0.88}


def add_terms(
    town: Town, customers: pd.DataFrame, notes: pd.DataFrame, streams: Streams
) -> pd.DataFrame:
    """Return the notes with guarantee, limit, collateral, rate and their numbers."""
    notes = notes.assign(guarantee_type=_guarantees(notes, streams))
    notes = _limits(notes, streams)
    notes = _collateral(town, customers, notes, streams)
    notes = notes.assign(annual_rate=_rates(customers, notes, streams))
    return _numbers(customers, notes)


def _guarantees(notes: pd.DataFrame, streams: Streams) -> NDArray[np.object_]:
    """Return the guarantee of each line, fixed by its first note."""
    first = notes.drop_duplicates("line").set_index("line")
    amount = first["amount"].to_numpy()
    row = np.searchsorted([200_000, 600_000], amount, side="right")
    edges = np.cumsum(GUARANTEE_SHARES, axis=1)[row]
    luck = streams("guarantee").random(int(first.index.max()) + 1)[first.index.to_numpy()]
    chosen = np.minimum((edges < luck[:, None]).sum(axis=1), len(GUARANTEES) - 1)
    by_line = pd.Series(np.array(GUARANTEES, dtype=object)[chosen], index=first.index)
    return notes["line"].map(by_line).to_numpy()


def _limits(notes: pd.DataFrame, streams: Streams) -> pd.DataFrame:
    """Return the notes with limit, and draws put under the revolving contract they fit in."""
    room = streams("limit").uniform(1.15, 2.2, int(notes["line"].max()) + 1)[notes["line"]]
    revolves = (notes["method"] == "revolving").to_numpy()
    first_amount = notes.groupby("line")["amount"].transform("max").to_numpy()
    limit = np.where(revolves, rounded(first_amount * room), notes["amount"].to_numpy())
    notes = notes.assign(limit=limit, in_contract=False, contract_note=notes["note"])
    main = notes.loc[
        revolves, ["customer", "start", "note", "limit", "amount", "settle", "guarantee_type"]
    ]
    extra = notes.loc[notes["is_top_up"] & ~revolves, ["customer", "start", "note", "amount"]]
    met = pd.merge_asof(extra, main, on="start", by="customer", suffixes=("", "_main"))
    alive = met["settle"].isna() | (met["settle"] > met["start"])
    met = met[met["note_main"].notna() & alive]
    drawn = met.groupby("note_main")["amount"].cumsum() + met["amount_main"]
    met = met[drawn <= met["limit"]]
    place = met["note"].to_numpy()
    for name, source in (
        ("limit", "limit"),
        ("contract_note", "note_main"),
        ("guarantee_type", "guarantee_type"),
    ):
        values = notes[name].to_numpy().copy()
        values[place] = met[source].to_numpy()
        notes[name] = values
    joined = np.zeros(len(notes), dtype=bool)
    joined[place] = True
    return notes.assign(in_contract=joined)


def _collateral(
    town: Town, customers: pd.DataFrame, notes: pd.DataFrame, streams: Streams
) -> pd.DataFrame:
    """Return the notes with collateral, its value, the registered maximum and the appraisal."""
    guarantee = notes["guarantee_type"].to_numpy()
    line = notes["line"].to_numpy()
    luck = streams("collateral").random((4, int(line.max()) + 1))[:, line]
    who = notes["customer"].to_numpy()
    sector = town.county.trades["sector"].to_numpy()[customers["trade"].to_numpy()[who]]
    is_firm = customers["customer_type"].to_numpy()[who] == "company"
    makes = is_firm & np.isin(sector, ["making", "transport"])
    kind = np.select(
        [guarantee == "pledge", makes & (luck[0] < 0.6), luck[0] < 0.62, luck[0] < 0.93],
        ["存单", "厂房", "住宅", "商铺"],
        "设备",
    )
    secured = np.isin(guarantee, ["mortgage", "pledge", "combined"])
    share = pd.Series(kind).map(LOAN_TO_VALUE).to_numpy() * (0.5 + 0.6 * luck[1])
    peak = notes.assign(limit=notes["limit"]).groupby("line")["limit"].transform("max").to_numpy()
    value = rounded(peak / share)
    start = notes["start"].to_numpy().astype("datetime64[D]")
    age = np.where(luck[2] < 0.62, 3 + luck[3] * 35, 120 + luck[3] * 700).astype("timedelta64[D]")
    registered = np.where(
        guarantee == "pledge", value, np.ceil(peak * (1.0 + 0.12 * luck[3]) / 10_000) * 10_000
    )
    return notes.assign(
        collateral=known_where(secured, kind),
        collateral_value=np.where(secured, value, np.nan),
        registered_maximum=np.where(secured, np.minimum(registered, value), np.nan),
        appraisal=np.where(secured, start - age, NEVER),
    )


def _rates(customers: pd.DataFrame, notes: pd.DataFrame, streams: Streams) -> NDArray[np.float64]:
    """Return yearly rates from 3.6 % to 8 %, in steps of 0.05 points."""
    luck = streams("rates").normal(0, 0.0028, len(notes))
    who = notes["customer"].to_numpy()
    base = notes["guarantee_type"].map(BASE_RATES).to_numpy().astype(float)
    start = notes["start"].to_numpy()
    years = days_between(start, start.max()) / 365
    size = np.log(notes["amount"].to_numpy() / 250_000)
    rate = (
        base - 0.0022 * size + 0.0028 * years - 0.001 * customers["quality"].to_numpy()[who] + luck
    )
    return np.asarray(np.round(np.clip(rate, 0.036, 0.08) / 0.0005) * 0.0005).round(6)


def _numbers(customers: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    branch = customers["branch_row"].to_numpy()[notes["customer"].to_numpy()]
    day = notes["start"].dt.strftime("%Y%m%d").to_numpy()
    number = notes["note"].to_numpy()
    contract = notes["contract_note"].to_numpy().astype(np.int64)
    contract_year = notes["start"].dt.year.to_numpy()[contract]
    return notes.assign(
        loan_note_id=[
            f"08{b + 1:02d}{d}{n + 1:07d}" for b, d, n in zip(branch, day, number, strict=True)
        ],
        contract_id=[
            f"清农商借字{y}第{n + 1:07d}号" for y, n in zip(contract_year, contract, strict=True)
        ],
    )
