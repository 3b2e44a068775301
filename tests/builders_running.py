"""A running campaign in a few lines: what was issued, what came back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from campaign.progress.records import PlanVersion
from campaign.progress.running import Running
from campaign.settings import Settings
from campaign.vocabulary import ISSUED, OPPORTUNITIES, OUTCOMES, REFERRED

FIRST, DAY, END = date(2026, 11, 20), date(2027, 1, 3), date(2027, 3, 31)
Row = dict[str, Any]


def make_version(number: int = 1, as_of: date = FIRST, **changed: Any) -> PlanVersion:
    """Return a version of a campaign from December to March."""
    values: Row = {
        "version": number,
        "as_of": as_of,
        "start": date(2026, 12, 1),
        "end": END,
        "festival": date(2027, 2, 6),
        "target": 1e7,
        "expected": 8e6,
        "bank_name": "清河农商银行",
        "settings": Settings(),
        "book_digest": "test",
        "opening": 5e7,
        "book_day": as_of,
        **changed,
    }
    return PlanVersion(**values)


def make_running(issued: list[Row], results: list[Row] = (), referred: list[Row] = ()) -> Running:
    """Return the campaign on 3 January; a touch is `K1-V1`, of manager m1 unless told.

    Args:
        issued: candidate_id, date, and what else of ISSUED matters.
        results: candidate_id, outcome, and what else of OUTCOMES matters.
        referred: Rows of REFERRED.
    """
    touches = pd.DataFrame([_touch(row) for row in issued])
    known = {} if touches.empty else touches.set_index("candidate_id").to_dict("index")
    rows = [{**_whose(known[row["candidate_id"]]), "version": 1, **row} for row in results]
    return Running(
        day=DAY,
        first=make_version(),
        latest=make_version(),
        issued=ISSUED.conform(touches),
        outcomes=OUTCOMES.conform(pd.DataFrame(rows)),
        referred=REFERRED.conform(pd.DataFrame(list(referred))),
        opportunities=OPPORTUNITIES.empty(),
    )


def _touch(row: Row) -> Row:
    customer, _, last = row["candidate_id"].rpartition("-")
    return {
        "customer_id": customer,
        "manager_id": "m1",
        "channel": "call" if last[0] == "C" else "visit",
        "version": 1,
        "purposes": "top_up",
        "value": 10_000.0,
        **row,
    }


def _whose(touch: Row) -> Row:
    return {name: touch[name] for name in ("customer_id", "manager_id", "channel")}
