"""Touches that must be: promises, pins and maturities find their place among the candidates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from campaign.plan.commitments import Commitments, is_vetoed
from campaign.vocabulary import CANDIDATES, SHORTAGES, Channel, Duty

FORBIDDEN = "客户在免打扰或不走访名单内"
NOBODY = "没有在岗的客户经理可以去，请先指定"
NO_SUCH_DAY = "要求的日子不在可安排的工作日内"
LETTER = {Channel.VISIT.value: "V", Channel.CALL.value: "C"}

Row = dict[str, Any]


@dataclass(frozen=True)
class Ground:
    """What must-do touches are checked against.

    Attributes:
        days: Days on which anything may be planned, as datetime64[D].
        gap_days: Least days between two touches of one customer.
        staff: Table STAFF.
        keepers: manager_id and branch of every customer known, by customer_id.
        no_contact: Customers who must not be touched.
        done: Touches of each customer done already, by customer_id.
    """

    days: np.ndarray
    gap_days: int
    staff: pd.DataFrame
    keepers: pd.DataFrame
    no_contact: frozenset[str]
    done: pd.Series


@dataclass(frozen=True)
class Duties:
    """Candidates with their duties.

    Attributes:
        candidates: Table CANDIDATES; must-do touches have duty `must` and the window asked for.
        renamed: New candidate_id of candidates that changed their place, by the old one.
        shortage: Table SHORTAGES: must-do touches that cannot be at all.
    """

    candidates: pd.DataFrame
    renamed: dict[str, str]
    shortage: pd.DataFrame


def assign_duties(candidates: pd.DataFrame, commitments: Commitments, ground: Ground) -> Duties:
    """Return the candidates with every must-do touch among them.

    A must-do touch takes the customer's first touch of its channel whose window meets the
    days asked for, and has these days instead. Where there is none it is a touch of its own,
    worth nothing to the plan. The customer's other touches keep their distance from it.
    """
    candidates = CANDIDATES.conform(candidates.assign(duty="").drop(columns="kept_date"))
    asked, shortage = _possible(commitments, ground)
    if asked.empty:
        return Duties(candidates, {}, shortage)
    named = candidates["customer_id"].isin(asked["customer_id"])
    own = {name: _rows(some) for name, some in candidates[named].groupby("customer_id")}
    settled: list[Row] = []
    for customer, wishes in asked.groupby("customer_id", sort=True):
        touches = own.get(customer, [])
        for wish in _rows(wishes):
            _serve(wish, touches)
        settled += _apart(touches, ground, int(ground.done.get(customer, 0)))
    renamed = {row["was"]: row["candidate_id"] for row in settled if row.get("was")}
    table = pd.concat([candidates[~named], CANDIDATES.conform(pd.DataFrame(settled))])
    table = CANDIDATES.conform(table.sort_values("candidate_id"))
    return Duties(CANDIDATES.check(table), renamed, shortage)


def _rows(table: pd.DataFrame) -> list[Row]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _possible(commitments: Commitments, ground: Ground) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the wishes that could be, with their days as numbers; and those that cannot be."""
    wishes = commitments.must.copy()
    keeper = wishes["customer_id"].map(ground.keepers["manager_id"])
    asked = wishes["manager_id"].where(wishes["manager_id"].fillna("") != "")
    wishes["manager_id"] = asked.where(asked.notna(), keeper)
    wishes["channel"] = wishes["channel"].replace("", None).fillna(Channel.VISIT.value)
    branch = ground.staff.set_index("manager_id")["branch"]
    wishes["owner"] = wishes["manager_id"].map(branch)
    first = wishes["earliest"].fillna(pd.Timestamp(ground.days[0]))
    last = wishes["latest"].fillna(pd.Timestamp(ground.days[-1]))
    wishes["first"] = np.searchsorted(ground.days, first.to_numpy().astype("datetime64[D]"))
    upto = np.searchsorted(ground.days, last.to_numpy().astype("datetime64[D]"), side="right")
    wishes["last"] = upto - 1
    forbidden = wishes["customer_id"].isin(ground.no_contact)
    forbidden |= is_vetoed(wishes, commitments.vetoes)
    why = pd.Series("", index=wishes.index, dtype="str")
    why = why.mask(wishes["first"] > wishes["last"], NO_SUCH_DAY)
    why = why.mask(~wishes["manager_id"].isin(ground.staff["manager_id"]), NOBODY)
    why = why.mask(forbidden, FORBIDDEN)
    order = ["customer_id", "last", "first", "channel", "reason"]
    possible = wishes[why == ""].sort_values(order).reset_index(drop=True)
    possible["start"] = ground.days[possible["first"]].astype("datetime64[s]")
    possible["stop"] = ground.days[possible["last"]].astype("datetime64[s]")
    return possible, SHORTAGES.conform(wishes.assign(why=why)[why != ""])


def _serve(wish: Row, touches: list[Row]) -> None:
    """Give a wish the customer's touch that agrees with it, or one of its own, in place."""
    start, stop = wish["start"], wish["stop"]
    fitting = [
        touch
        for touch in touches
        if not touch["duty"]
        and touch["channel"] == wish["channel"]
        and touch["earliest"] <= stop
        and start <= touch["latest"]
    ]
    if fitting:
        found = min(fitting, key=lambda touch: touch["touch"])
        found.update(earliest=start, latest=stop)
    else:
        found = {
            "customer_id": wish["customer_id"],
            "channel": wish["channel"],
            "value": 0.0,
            "effort": 1.0,
            "resources": "",
            "earliest": start,
            "latest": stop,
            "touch": np.inf,
            "candidate_id": "",
            "owner": wish["owner"],
        }
        touches.append(found)
    found.update(duty=Duty.MUST.value, manager_id=wish["manager_id"])


def _apart(touches: list[Row], ground: Ground, done: int) -> Iterator[Row]:
    """Yield a customer's touches in order of time, numbered on from those done.

    The others keep their distance from must-do touches, or are dropped.
    """
    gap = pd.Timedelta(days=max(ground.gap_days, 1))
    musts = sorted((t for t in touches if t["duty"]), key=lambda t: (t["latest"], t["touch"]))
    musts = [{**touch, "place": 2 * number + 1} for number, touch in enumerate(musts)]
    others = [_beside(touch, musts, gap) for touch in touches if not touch["duty"]]
    kept = [touch for touch in (*musts, *others) if touch["earliest"] <= touch["latest"]]
    kept.sort(key=lambda touch: (touch["place"], touch["touch"]))
    for number, touch in enumerate(kept, start=done + 1):
        name = f"{touch['customer_id']}-{LETTER[touch['channel']]}{number}"
        yield {**touch, "was": touch["candidate_id"], "candidate_id": name, "touch": number}


def _beside(touch: Row, musts: list[Row], gap: pd.Timedelta) -> Row:
    """Return a touch with its place among must-do ones: where it keeps most of its window."""
    spans = []
    for place in range(len(musts) + 1):
        start, stop = touch["earliest"], touch["latest"]
        if place:
            start = max(start, musts[place - 1]["earliest"] + gap)
        if place < len(musts):
            stop = min(stop, musts[place]["latest"] - gap)
        spans.append((stop - start, -place, start, stop))
    _, place, start, stop = max(spans)
    return {**touch, "earliest": start, "latest": stop, "place": -2 * place}
