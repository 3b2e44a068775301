"""What a plan made anew changes of the one before, touch by touch, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pandas as pd

from campaign.progress.commitments import Promise
from campaign.progress.running import Running
from campaign.vocabulary import CHANGES, Change

WAN = 10_000
BACK_IN = "计划日已过、没有结果，改排"
LAPSED = "计划日已过、没有结果；其余日子排给了增益更高的触达"
GAVE_WAY = "让位给增益更高的触达"
OWNER_LEFT = "原客户经理不再承接"
FITTED = "随片区与同日安排调整"
EARLIER = "前面的日子有了空，提前"


@dataclass(frozen=True)
class Reasons:
    """What explains a change.

    Attributes:
        closed: customer_id to why nothing more is planned for him.
        promised: customer_id to the promise of seeing him again.
        new_people: prospect_id to the way he was named.
        left_out: (customer_id, source) to the new plan's reason for leaving that out.
        staff: Managers of the new plan.
    """

    closed: dict[str, str]
    promised: dict[str, Promise]
    new_people: dict[str, str]
    left_out: dict[tuple[str, str], str]
    staff: frozenset[str]


def list_changes(
    running: Running, before: pd.DataFrame, touches: pd.DataFrame, reasons: Reasons
) -> pd.DataFrame:
    """Return table CHANGES: what was added, moved and dropped; what stays is not in it.

    Args:
        running: The campaign so far.
        before: Rows of ISSUED that the version before had open.
        touches: Table TOUCHES of the new version, its numbers those of the versions before.
        reasons: What explains a change.
    """
    old = before.set_index("candidate_id")
    new = touches.set_index("candidate_id")
    rows = [
        *_dropped(old[~old.index.isin(new.index)], running, reasons),
        *_added(new[~new.index.isin(old.index)], reasons),
        *_moved(old, new, running, reasons),
    ]
    table = CHANGES.conform(pd.DataFrame(rows, columns=CHANGES.columns))
    order = ["manager_id", "new_date", "old_date", "candidate_id"]
    return CHANGES.check(table.sort_values(order, kind="stable", ignore_index=True))


def _dropped(gone: pd.DataFrame, running: Running, reasons: Reasons) -> list[dict[str, Any]]:
    rows = []
    for name, row in gone.iterrows():
        customer = row["customer_id"]
        if customer in reasons.closed:
            why = reasons.closed[customer]
        elif row["manager_id"] not in reasons.staff:
            why = OWNER_LEFT
        else:
            known = [reasons.left_out.get((customer, part)) for part in row["purposes"].split(";")]
            why = next((one for one in known if one), "") if all(known) else ""
            passed = row["date"] <= pd.Timestamp(running.day)
            why = why or (LAPSED if passed else GAVE_WAY)
        rows.append(_change(Change.DROPPED, name, row, row["date"], None, why))
    return rows


def _added(fresh: pd.DataFrame, reasons: Reasons) -> list[dict[str, Any]]:
    rows = []
    for name, row in fresh.iterrows():
        customer = row["customer_id"]
        if _is_promised(row, reasons):
            why = reasons.promised[customer].words
        elif customer in reasons.new_people:
            why = f"转介新联系人：{reasons.new_people[customer]}"
        else:
            why = f"腾出的时间，预计增益 {row['value'] / WAN:,.2f} 万元"
        rows.append(_change(Change.ADDED, name, row, None, row["date"], why))
    return rows


def _moved(
    old: pd.DataFrame, new: pd.DataFrame, running: Running, reasons: Reasons
) -> list[dict[str, Any]]:
    both = new.join(old[["date"]].rename(columns={"date": "old_date"}), how="inner")
    moved = both[both["date"] != both["old_date"]]
    arriving = Counter(
        zip(moved["manager_id"], moved["channel"], moved["date"], strict=True),
    )
    fresh = new[~new.index.isin(old.index)]
    arriving.update(zip(fresh["manager_id"], fresh["channel"], fresh["date"], strict=True))
    rows = []
    for name, row in moved.iterrows():
        taken = arriving[(row["manager_id"], row["channel"], row["old_date"])]
        if _is_promised(row, reasons):
            why = reasons.promised[row["customer_id"]].words
        elif row["old_date"] <= pd.Timestamp(running.day):
            why = BACK_IN
        else:
            is_earlier = row["date"] < row["old_date"]
            rest = EARLIER if is_earlier else FITTED
            why = f"原计划日改排了另外 {taken} 次触达" if taken else rest
        rows.append(_change(Change.MOVED, name, row, row["old_date"], row["date"], why))
    return rows


def _is_promised(row: pd.Series, reasons: Reasons) -> bool:
    """Return whether a touch keeps what the customer was promised."""
    promise = reasons.promised.get(row["customer_id"])
    return promise is not None and promise.earliest <= row["date"].date() <= promise.latest


def _change(  # noqa: PLR0913 - one argument a column
    change: Change, name: Any, row: pd.Series, old: Any, new: Any, why: str
) -> dict[str, Any]:
    return {
        "candidate_id": name,
        "manager_id": row["manager_id"],
        "customer_id": row["customer_id"],
        "channel": row["channel"],
        "change": change.value,
        "old_date": old,
        "new_date": new,
        "reason": why,
        "value": row["value"],
    }
