"""What a plan is bound to: touches promised, forbidden, done already, and planned before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from campaign.plan.capacity import BANK_OWNER, shared_needs
from campaign.vocabulary import DONE_TOUCHES, LEFT_OUT, MUST_TOUCH, TOUCHES, VETOES, Resource

SAME = ["customer_id", "manager_id", "channel"]
VETOED = "按要求本期不走访"


@dataclass(frozen=True)
class Commitments:
    """What a plan is bound to; empty, it is free.

    Attributes:
        must: Table MUST_TOUCH: promises, pins, maturities. They go before all others; those
            that do not fit are named as a shortage.
        vetoes: Table VETOES: who must not be touched, by whom.
        done: Table DONE_TOUCHES: they use the capacity of their day and the shared limits,
            and count towards the customer's sequence of touches and the gap between them.
        previous: Table TOUCHES of the plan before, of which as much is kept as can be.
    """

    must: pd.DataFrame = field(default_factory=MUST_TOUCH.empty)
    vetoes: pd.DataFrame = field(default_factory=VETOES.empty)
    done: pd.DataFrame = field(default_factory=DONE_TOUCHES.empty)
    previous: pd.DataFrame = field(default_factory=TOUCHES.empty)


def is_vetoed(rows: pd.DataFrame, vetoes: pd.DataFrame) -> pd.Series:
    """Return for each row whether its manager_id must not touch its customer_id."""
    if vetoes.empty:
        return pd.Series(False, index=rows.index)
    general = vetoes["manager_id"].fillna("") == ""
    by_nobody = rows["customer_id"].isin(vetoes.loc[general, "customer_id"])
    pairs = pd.MultiIndex.from_frame(vetoes.loc[~general, ["customer_id", "manager_id"]])
    own = pd.MultiIndex.from_frame(rows[["customer_id", "manager_id"]])
    return by_nobody | pd.Series(own.isin(pairs), index=rows.index)


def open_opportunities(
    opportunities: pd.DataFrame, commitments: Commitments, gap_days: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the opportunities that may still be touched, and table LEFT_OUT of the vetoed.

    A window begins `gap_days` after the customer's last touch done. Column `done` lists the
    channels of his touches done in order, as `visit;call`; empty without one.
    """
    if commitments.vetoes.empty and commitments.done.empty:
        return opportunities.reset_index(drop=True).assign(done=""), LEFT_OUT.empty()
    vetoed = is_vetoed(opportunities, commitments.vetoes)
    uplift = opportunities["full_probability"] - opportunities["natural_probability"]
    shut = opportunities.assign(value=(opportunities["amount"] * uplift).clip(lower=0.0))[vetoed]
    said = commitments.vetoes.drop_duplicates("customer_id").set_index("customer_id")["reason"]
    lost = shut.groupby(["customer_id", "source"])["value"].sum().reset_index()
    lost["reason"] = said.reindex(lost["customer_id"]).fillna(VETOED).to_numpy()
    rows = opportunities[~vetoed].reset_index(drop=True)
    left_out = LEFT_OUT.conform(lost)
    if commitments.done.empty:
        return rows.assign(done=""), left_out
    by = commitments.done.sort_values(["customer_id", "date", "channel"]).groupby("customer_id")
    after = rows["customer_id"].map(by["date"].max()) + pd.Timedelta(days=gap_days)
    start = rows["window_start"]
    later = (after > start) | (start.isna() & after.notna())
    channels = rows["customer_id"].map(by["channel"].agg(";".join)).where(after.notna(), "")
    return rows.assign(done=channels, window_start=after.where(later, start)), left_out


def with_kept_dates(
    candidates: pd.DataFrame, previous: pd.DataFrame, first_day: pd.Timestamp
) -> pd.DataFrame:
    """Return candidates with `kept_date`, the day of each in the plan before.

    A candidate is the touch of the same number; of those without one, the n-th still ahead
    of a customer, manager and channel is the n-th candidate of the same. The day counts if
    it lies inside the candidate's window.
    """
    ahead = previous[previous["date"] >= first_day]
    if ahead.empty:
        return candidates
    by_number = ["candidate_id", *SAME]
    now = candidates.merge(ahead[[*by_number, "date"]], on=by_number, how="left")
    inside = (now["earliest"] <= now["date"]) & (now["date"] <= now["latest"])
    kept = now["date"].where(inside)
    found = now.loc[inside, "candidate_id"]
    rest, left = candidates[~inside], ahead[~ahead["candidate_id"].isin(found)]
    pairs = _nth(rest, "touch").merge(_nth(left, "date"), on=[*SAME, "nth"], suffixes=("", "_was"))
    pairs = pairs[(pairs["earliest"] <= pairs["date"]) & (pairs["date"] <= pairs["latest"])]
    also = pairs.set_index("candidate_id")["date"].reindex(candidates["candidate_id"])
    return candidates.assign(kept_date=kept.where(inside, also.to_numpy()))


def _nth(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    ordered = rows.sort_values([*SAME, by, "candidate_id"])
    columns = ["candidate_id", *SAME, *({"earliest", "latest", "date"} & {*rows.columns})]
    return ordered.assign(nth=ordered.groupby(SAME).cumcount())[[*columns, "nth"]]


def less_done(capacity: pd.DataFrame, done: pd.DataFrame, festival: date) -> pd.DataFrame:
    """Return table CAPACITY less what touches done already used of it; never below 0.

    A visit or call uses its manager's day. What was used of a shared limit before its first
    row begins is taken from that row, if the row's period reaches back that far: a week's
    slots from the same calendar week, a branch's rate quota on the same side of the
    festival, the bank's always.
    """
    if done.empty or capacity.empty:
        return capacity
    own = pd.DataFrame(
        {
            "owner": done["manager_id"],
            "resource": done["channel"].map({"visit": "visits", "call": "calls"}),
            "day": done["date"],
            "need": 1.0,
        }
    )
    used = pd.concat([own, _shared_uses(done)], ignore_index=True)
    left = capacity["amount"].to_numpy(dtype="float64").copy()
    rows = capacity.reset_index(drop=True)
    groups = rows.groupby(["owner", "resource"]).indices
    for owner, resource, day, need in used.itertuples(index=False):
        numbers = groups.get((owner, resource), np.array([], dtype=int))
        row = _row_of(rows.iloc[numbers], day, festival)
        if row >= 0:
            left[numbers[row]] = max(left[numbers[row]] - need, 0.0)
    return rows.assign(amount=left)


def _shared_uses(done: pd.DataFrame) -> pd.DataFrame:
    rows = [
        (owner, resource, day, need)
        for branch, day, text in zip(
            done["owner"].fillna(""), done["date"], done["resources"].fillna(""), strict=True
        )
        for resource, need in shared_needs(text)
        for owner in (branch, BANK_OWNER)
    ]
    return pd.DataFrame(rows, columns=["owner", "resource", "day", "need"])


def _row_of(rows: pd.DataFrame, day: pd.Timestamp, festival: date) -> int:
    """Return which row of one owner and resource a use on a day falls into, or -1."""
    if rows.empty:
        return -1
    inside = ((rows["period_start"] <= day) & (day <= rows["period_end"])).to_numpy()
    if inside.any():
        return int(inside.argmax())
    first = int(rows["period_start"].argmin())
    owner, resource, start = rows.iloc[first][["owner", "resource", "period_start"]]
    if resource == Resource.SENIOR.value:
        same_period = start - pd.Timedelta(days=start.weekday()) <= day < start
    else:
        crossed = day < pd.Timestamp(festival) <= start
        is_quota = resource == Resource.RATE_QUOTA.value
        same_period = is_quota and day < start and (owner == BANK_OWNER or not crossed)
    return first if same_period else -1
