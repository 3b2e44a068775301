"""What the plan of the rest is bound to: promises to customers, who is done with, what stood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from campaign.plan.commitments import Commitments
from campaign.progress.running import Running
from campaign.progress.standing import follow_ups_owed
from campaign.vocabulary import DONE_TOUCHES, MUST_TOUCH, TOUCHES, VETOES

ONE_DAY = timedelta(days=1)


def commitments_of(running: Running, by_hand: Commitments | None = None) -> Commitments:
    """Return what binds the plan of the rest.

    A customer who is to be seen again stands on the day promised; who was lent to, refused
    or needs nothing is not touched again; what was done counts; what stood stays where it can.
    Of what was fixed by hand a veto goes before a promise, and a promise before a pin.

    Args:
        running: The campaign so far.
        by_hand: Pins and vetoes of the head office; pins whose day has passed are over.
    """
    closed = running.closed
    vetoes = VETOES.conform(
        pd.DataFrame({"customer_id": closed.index, "reason": closed.to_numpy()})
    )
    must = _must_touch(running)
    if by_hand is not None:
        fixed = by_hand.vetoes[~by_hand.vetoes["customer_id"].isin(closed.index)]
        vetoes = pd.concat([vetoes, fixed], ignore_index=True)
        pins = by_hand.must[by_hand.must["latest"] > pd.Timestamp(running.day)]
        pins = pins[~pins["customer_id"].isin(must["customer_id"])]
        must = pd.concat([must, pins], ignore_index=True)
        must = must[~must["customer_id"].isin(vetoes["customer_id"])].reset_index(drop=True)
    return Commitments(
        must=MUST_TOUCH.conform(must),
        vetoes=VETOES.conform(vetoes),
        done=DONE_TOUCHES.conform(running.done),
        previous=TOUCHES.conform(running.open_before),
    )


@dataclass(frozen=True)
class Promise:
    """A customer is to be seen again: first and last day for it, and why, in Chinese."""

    earliest: date
    latest: date
    words: str


def promises_to_customers(running: Running) -> dict[str, Promise]:
    """Return the promise to each customer who is still open, by customer_id.

    One whose day has passed is to be kept within `returns.catch_up_days`.
    """
    rows = _follow_ups(running)
    catch_up = timedelta(days=running.latest.settings.returns.catch_up_days)
    found = {}
    for customer, asked in zip(rows["customer_id"], rows["next_follow_up"], strict=True):
        day = asked.date()
        words = f"客户约定 {day} 再谈"
        if day > running.day:
            found[customer] = Promise(day, day, words)
        else:
            soon = min(running.day + catch_up, running.latest.end)
            found[customer] = Promise(running.day + ONE_DAY, soon, f"{words}，已过约定日，尽快补上")
    return found


def _must_touch(running: Running) -> pd.DataFrame:
    """Return table MUST_TOUCH of the promises."""
    rows = _follow_ups(running)
    promises = promises_to_customers(running)
    mine = [promises[customer] for customer in rows["customer_id"]]
    rows = rows.assign(
        earliest=[promise.earliest for promise in mine],
        latest=[promise.latest for promise in mine],
        reason=[promise.words for promise in mine],
    )
    return MUST_TOUCH.conform(rows)


def _follow_ups(running: Running) -> pd.DataFrame:
    """Return the promises to customers that fall into the campaign, rows of OUTCOMES."""
    closed, end = running.closed.index, running.latest.end
    return follow_ups_owed(running.outcomes, running.issued, closed, end)
