"""What a touch could add: opportunities turned into gains with days on which they can be had."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from campaign.growth.keys import categories, first_known, runs
from campaign.plan.occasions import assign_occasions
from campaign.plan.response import touch_shares
from campaign.settings import ResponseRules
from campaign.vocabulary import LEFT_OUT, TOUCHED_CUSTOMERS, Channel

NO_MANAGER = "管户客户经理不在岗或未登记，请先移交客户"
NO_CONTACT = "在免打扰名单内，不安排走访和电话"
NO_GAIN = "触达不增加成功的可能"
NO_DAY = "时间窗内没有可安排的工作日"
NO_COMMON_DAY = "时间窗与该客户其他目的错开，本次走访不能兼顾"


NAMES = ("customer_id", "opportunity_id", "source")
ASKED = ("manager_id", "branch", "area", "amount", "rate_quota", "done", "spread")
NO_DAYS = np.array([], dtype="datetime64[D]")


@dataclass(frozen=True)
class Gains:
    """What touches could add.

    Attributes:
        rows: One row an opportunity: customer_id, opportunity_id and source as categories,
            manager_id, branch, area, is_prospect, is_outing, amount, gain, rate_quota, needs_senior,
            first, last, occasion, and done and spread where they were given; by customer, the
            greatest gain first.
        customers: Table TOUCHED_CUSTOMERS.
        left_out: Table LEFT_OUT: opportunities that no touch can serve, and why.
    """

    rows: pd.DataFrame
    customers: pd.DataFrame
    left_out: pd.DataFrame


def find_gains(
    opportunities: pd.DataFrame,
    staff: pd.DataFrame,
    days: np.ndarray,
    rules: ResponseRules,
    no_contact: frozenset[str] = frozenset(),
    pair_days: np.ndarray = NO_DAYS,
) -> Gains:
    """Return what touches could add to each opportunity, and when.

    Formula:
        gain = amount x (full probability - natural probability)

    Args:
        opportunities: Table OPPORTUNITIES; its column `done`, where there is one, goes along.
        staff: Table STAFF; only its managers are planned for.
        days: Days on which anything may be planned, as datetime64[D].
        rules: Response settings.
        no_contact: Customers who must not be touched.
        pair_days: Days on which new managers go out with their partner; their outings
            (外拓) are kept to these.
    """
    uplift = opportunities["full_probability"] - opportunities["natural_probability"]
    rows = opportunities[[name for name in ASKED if name in opportunities]].assign(
        # As categories they are compared by number, not letter by letter.
        **{name: categories(opportunities[name]) for name in NAMES},
        gain=(opportunities["amount"] * uplift).fillna(0.0),
        is_prospect=opportunities["is_prospect"].fillna(False).astype(bool),
        is_outing=opportunities["is_outing"].fillna(False).astype(bool),
        needs_senior=opportunities["needs_senior"].fillna(False).astype(bool),
        first=_day_number(opportunities["window_start"], days, days[0], "left"),
        last=_day_number(opportunities["window_end"], days, days[-1], "right") - 1,
    )
    rows = _on_pair_days(rows, staff, np.searchsorted(days, pair_days))
    rows["why"] = _why_not(rows, staff, no_contact)
    number, customer = rows["opportunity_id"].cat.codes, rows["customer_id"].cat.codes
    rows = rows.iloc[np.lexsort((number, -rows["gain"], customer))].reset_index(drop=True)
    usable = rows[rows["why"] == ""]
    usable["occasion"] = assign_occasions(usable, rules.common_window_days)
    starts = runs(usable["customer_id"].cat.codes.to_numpy())
    whose = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(usable)))
    for name in ("manager_id", "branch", "is_prospect"):
        leading = first_known(usable[name], starts)
        usable[name] = leading.iloc[whose].set_axis(usable.index)
    customers = _customers(usable, starts)
    apart = usable[usable["occasion"] < 0].assign(why=NO_COMMON_DAY)
    one_touch = touch_shares([Channel.VISIT], rules)[0]
    left_out = _left_out(pd.concat([rows[rows["why"] != ""], apart]), one_touch)
    return Gains(usable.reset_index(drop=True), customers, left_out)


def _day_number(
    dates: pd.Series, days: np.ndarray, unknown: np.datetime64, side: str
) -> np.ndarray:
    known = dates.fillna(pd.Timestamp(unknown)).to_numpy().astype("datetime64[D]")
    return np.searchsorted(days, known, side=side)  # type: ignore[call-overload,no-any-return]


def _on_pair_days(rows: pd.DataFrame, staff: pd.DataFrame, pair_days: np.ndarray) -> pd.DataFrame:
    """Return rows with new managers' outings on the first pair day of their window."""
    new = staff["is_new"].fillna(False).astype(bool) & staff["partner"].notna()
    paired = rows["is_outing"] & rows["manager_id"].isin(staff.loc[new, "manager_id"])
    following = np.append(pair_days, np.iinfo(np.int32).max)
    day = following[np.searchsorted(pair_days, rows["first"])]
    moved = paired & (day <= rows["last"])
    return rows.assign(first=rows["first"].where(~moved, day), last=rows["last"].where(~moved, day))


def _why_not(rows: pd.DataFrame, staff: pd.DataFrame, no_contact: frozenset[str]) -> pd.Series:
    """Return why no touch can serve an opportunity; empty where one can."""
    reasons = [
        (rows["customer_id"].isin(no_contact), NO_CONTACT),
        (~rows["manager_id"].isin(staff["manager_id"]), NO_MANAGER),
        (rows["gain"] <= 0, NO_GAIN),
        (rows["first"] > rows["last"], NO_DAY),
    ]
    why = pd.Series("", index=rows.index, dtype="str")
    for applies, reason in reversed(reasons):
        why = why.mask(applies, reason)
    return why


def _customers(usable: pd.DataFrame, starts: np.ndarray) -> pd.DataFrame:
    """Return table TOUCHED_CUSTOMERS; the area is the one of the greatest gain that has one."""
    names = ("customer_id", "manager_id", "branch", "area", "is_prospect")
    table = pd.DataFrame({name: first_known(usable[name], starts) for name in names})
    customer = usable["customer_id"].cat.codes
    table["amount"] = usable["amount"].groupby(customer.to_numpy()).sum().to_numpy()
    return TOUCHED_CUSTOMERS.check(TOUCHED_CUSTOMERS.conform(table))


def _left_out(rows: pd.DataFrame, share: float) -> pd.DataFrame:
    """Return table LEFT_OUT, each worth what one visit would have added."""
    table = rows.assign(reason=rows["why"], value=rows["gain"].clip(lower=0.0) * share)
    by = table.groupby(["customer_id", "source", "reason"])
    merged = by["value"].sum().round(2).reset_index()
    return LEFT_OUT.check(LEFT_OUT.conform(merged))
