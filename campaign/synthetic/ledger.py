"""The loan ledger of one day, made from the notes of the history."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from campaign.synthetic.customers import Town
from campaign.synthetic.streams import Streams
from campaign.synthetic.terms import PRODUCTS
from campaign.synthetic.values import DAY, NEVER, days_between, known_where, rounded

SETTLED_DAYS_LISTED = 730
WRITTEN_OFF_AFTER = 500
# Columns of the notes that go into a ledger, and their names there.
CARRIED_AS_THEY_ARE = {
    "customer": "customer",
    "note": "note",
    "loan_note_id": "loan_note_id",
    "contract_id": "contract_id",
    "amount": "loan_amount",
    "limit": "credit_limit",
    "start": "start_date",
    "maturity": "maturity_date",
    "annual_rate": "annual_rate",
    "method": "repayment_method",
    "guarantee_type": "guarantee_type",
    "collateral": "collateral",
    "collateral_value": "collateral_value",
    "registered_maximum": "registered_maximum",
    "occurrence": "occurrence_type",
}
BORROWER = ("customer_id", "customer_name", "cert_no", "customer_type")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ledger:
    """The notes with their terms, and whose they are; `at` gives the ledger of a day.

    `made` counts the notes of the whole story; `notes` may be a part of them.
    """

    town: Town
    customers: pd.DataFrame
    notes: pd.DataFrame
    streams: Streams
    made: int

    def at(self, day: date) -> pd.DataFrame:
        """Return the ledger of a day: standing notes, and those settled in two years before.

        A note that a renewal without repayment replaced is not listed: such systems carry
        the new note in its place.
        """
        today = np.datetime64(day, "D")
        notes = self.notes
        settled = notes["settle"].notna() & (notes["settle"] <= today)
        listed = (
            (notes["start"] <= today)
            & ~(settled & notes["replaced"])
            & ~(settled & (notes["settle"] <= today - SETTLED_DAYS_LISTED * DAY))
        )
        return _as_of(self, notes[listed].reset_index(drop=True), today)


def _as_of(ledger: Ledger, notes: pd.DataFrame, today: np.datetime64) -> pd.DataFrame:
    settled = (notes["settle"].notna() & (notes["settle"] <= today)).to_numpy()
    health = _health(ledger, notes, today, settled)
    standing = _balance(notes, today, health, ledger)
    balance = np.where(settled | health["is_written_off"], 0.0, standing)
    late_interest = balance * notes["annual_rate"] * health["days_past_due"] / 360
    return pd.concat(
        [
            _borrowers(ledger, notes, today),
            notes[list(CARRIED_AS_THEY_ARE)].rename(columns=CARRIED_AS_THEY_ARE),
            health.drop(columns="is_written_off"),
            pd.DataFrame(
                {
                    "product": notes["guarantee_type"].map(PRODUCTS),
                    "balance": balance,
                    "interest_arrears": np.round(late_interest, 2),
                    "appraisal_date": _appraised(notes, today),
                    "is_revolving": (notes["method"] == "revolving") | notes["in_contract"],
                    "settle_date": np.where(settled, notes["settle"], NEVER),
                }
            ),
        ],
        axis=1,
    )


def _appraised(notes: pd.DataFrame, today: np.datetime64) -> NDArray[np.datetime64]:
    """Return the last appraisal; most collateral is looked at again every year."""
    first = notes["appraisal"].to_numpy().astype("datetime64[D]")
    yearly = (notes["line"] % 10 < 7).to_numpy()
    years = np.nan_to_num(np.maximum(days_between(first, today), 0.0)) // 365
    return np.where(yearly, first + (years * 365).astype("timedelta64[D]"), first)


def _borrowers(ledger: Ledger, notes: pd.DataFrame, today: np.datetime64) -> pd.DataFrame:
    """Return by note who borrowed, for what trade, and who managed him on the day."""
    customers = ledger.customers.iloc[notes["customer"]].reset_index(drop=True)
    trades, managers = ledger.town.county.trades, ledger.town.managers
    trade = customers["trade"].to_numpy()
    manager = _manager_on(customers, managers, today)
    is_firm = customers["customer_type"].isin(["company", "cooperative"]).to_numpy()
    uses = trades["sector"].map(ledger.town.county.words["words"]["loan_use"])
    return pd.DataFrame(
        {
            **{name: customers[name] for name in BORROWER},
            "enterprise_scale": _scale(customers, notes),
            "branch": ledger.town.branches["branch"].to_numpy()[customers["branch_row"]],
            "manager_id": managers["manager_id"].to_numpy()[manager],
            "manager_name": managers["manager_name"].to_numpy()[manager],
            "business_type": np.where(is_firm, "working_capital", "operating"),
            "industry_code": trades["gbt_code"].to_numpy()[trade],
            "industry": trades["gbt_name"].to_numpy()[trade],
            "loan_use": uses.to_numpy()[trade],
            "area": ledger.town.areas["area"].to_numpy()[customers["area_row"]],
        }
    )


def _scale(customers: pd.DataFrame, notes: pd.DataFrame) -> NDArray[np.object_]:
    """Return the size of a firm; people have none."""
    kind = customers["customer_type"]
    small = kind.isin(["company", "cooperative"]) & (notes["limit"] > 1_500_000)
    return known_where(~kind.isin(["owner", "farmer"]), np.where(small, "小型", "微型"))


def _manager_on(
    customers: pd.DataFrame, managers: pd.DataFrame, today: np.datetime64
) -> NDArray[np.int64]:
    """Return the manager of that day; before a new one came, an old hand kept his customers."""
    now = customers["manager_row"].to_numpy()
    was_there = managers["manager_since"].to_numpy()[now] <= today
    return np.where(was_there, now, customers["earlier_manager_row"].to_numpy())


def _health(
    ledger: Ledger, notes: pd.DataFrame, today: np.datetime64, settled: NDArray[np.bool_]
) -> pd.DataFrame:
    """Return class, lateness and status of each note on the day."""
    since = notes["bad_since"].to_numpy().astype("datetime64[D]")
    start = notes["start"].to_numpy().astype("datetime64[D]")
    late_since = np.maximum(since, start + 30 * DAY)
    late = np.where(settled, 0.0, np.nan_to_num(np.maximum(days_between(late_since, today), 0)))
    luck = ledger.streams(f"health {today}").random((3, ledger.made))[:, notes["note"]]
    slightly = (luck[0] < 0.009) & (late == 0) & ~settled & (today - start > 40 * DAY)
    days = np.where(slightly, np.floor(luck[1] * 25) + 1, late).astype(float)
    watched = (luck[0] > 0.985) & (days == 0) & ~settled
    extended = watched & (luck[2] < 0.3)
    written_off = (days > WRITTEN_OFF_AFTER) & (luck[1] < 0.8)
    return pd.DataFrame(
        {
            "days_past_due": days,
            "arrears_count": np.where(
                days > 0, np.ceil(days / 30), np.where(luck[2] > 0.97, np.ceil(luck[1] * 3), 0.0)
            ),
            "loan_class": np.select(
                [days > 360, days > 270, days > 90, (days > 7) | watched],
                ["loss", "doubtful", "substandard", "special_mention"],
                "normal",
            ),
            "loan_status": np.select(
                [settled, written_off, days > 0, extended],
                ["settled", "written_off", "overdue", "extended"],
                "active",
            ),
            "extension_count": np.where(extended, 1.0, 0.0),
            "is_written_off": written_off,
        }
    )


def _balance(
    notes: pd.DataFrame, today: np.datetime64, health: pd.DataFrame, ledger: Ledger
) -> Floats:
    """Return the principal outstanding on the day, by repayment method.

    Formula:
        等额本息: amount x ((1 + r)^n - (1 + r)^k) / ((1 + r)^n - 1), r the monthly rate,
        n months in all, k months paid; 等额本金: amount x (n - k) / n; 分期还本: a twentieth
        of the amount each full quarter; 随借随还: what the customer has not paid down
    """
    amount, months = notes["amount"].to_numpy(), notes["months"].to_numpy().astype(float)
    stopped = health["days_past_due"].to_numpy().astype("timedelta64[D]")
    paid = _whole_months(notes["start"].to_numpy().astype("datetime64[D]"), today - stopped)
    paid = np.clip(paid, 0, months)
    rate = notes["annual_rate"].to_numpy() / 12
    growth = (1 + rate) ** months
    instalment = amount * (growth - (1 + rate) ** paid) / (growth - 1)
    principal = amount * (months - paid) / months
    quarterly = amount * (1 - 0.05 * (paid // 3))
    luck = ledger.streams(f"paid down {today}").random((2, ledger.made))[:, notes["note"]]
    left = rounded(amount * np.where(luck[0] < 0.3, 0.2 + 0.75 * luck[1], 1.0))
    method = notes["method"].to_numpy()
    by_method = {
        "equal_instalment": instalment,
        "equal_principal": principal,
        "instalments": quarterly,
        "revolving": np.minimum(left, amount),
    }
    standing = np.select([method == name for name in by_method], list(by_method.values()), amount)
    return np.asarray(np.round(standing, 2))


def _whole_months(start: NDArray[np.datetime64], day: NDArray[np.datetime64]) -> Floats:
    first, last = start.astype("datetime64[M]"), day.astype("datetime64[M]")
    months = (last - first).astype(np.int64)
    short = (day - last.astype("datetime64[D]")) < (start - first.astype("datetime64[D]"))
    return np.asarray((months - short).astype(float))
