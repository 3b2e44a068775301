"""Where what comes of a customer is filled in: the row of 走访日程 or 电话 that his list names."""

from __future__ import annotations

import pandas as pd

from campaign.render.action_source import ActionSource
from campaign.vocabulary import WorkbookSheet

NOT_PLANNED = "未排"
OWNER = ["manager_id", "customer_id"]
Places = dict[tuple[str, str], str]
PLACES = {WorkbookSheet.VISITS: "走访", WorkbookSheet.CALLS: "电话"}


def fill_places(source: ActionSource, lists: dict[WorkbookSheet, pd.DataFrame]) -> Places:
    """Return where each customer's first open touch is filled in, as 走访 12 or 电话 3.

    A visit is named by its number on the sheet, a call by its place in its day. A customer
    who was only touched before is named by that touch.

    Args:
        source: The plan.
        lists: The rows of 走访日程 and 电话.

    Returns:
        The places by manager and customer.
    """
    rows = pd.concat(
        [
            lists[sheet][["candidate_id", "number", "date"]].assign(sheet=word)
            for sheet, word in PLACES.items()
        ]
    )
    touches = source.touches[["candidate_id", *OWNER, "is_done"]]
    rows = rows.merge(touches, on="candidate_id").sort_values(["is_done", "date"], kind="stable")
    rows = rows.drop_duplicates(OWNER)
    named = zip(rows["sheet"].tolist(), rows["number"].astype("int64").tolist(), strict=True)
    owners = zip(*(rows[name].tolist() for name in OWNER), strict=True)
    return dict(zip(owners, [f"{sheet} {number}" for sheet, number in named], strict=True))


def with_places(rows: pd.DataFrame, places: Places) -> pd.DataFrame:
    """Return the rows of a list with `place`, where what comes of the customer is filled in."""
    owners = zip(*(rows[name].tolist() for name in OWNER), strict=True)
    found = [places.get(owner, NOT_PLANNED) for owner in owners]
    return rows.reset_index(drop=True).assign(place=found)
