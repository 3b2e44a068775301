"""Where what comes of a customer is filled in: the row of 走访日程 or 电话 that his list names."""

from __future__ import annotations

import pandas as pd

from campaign.render.action_source import ActionSource
from campaign.vocabulary import WorkbookSheet

NOT_PLANNED = "未排"
OWNER = ["manager_id", "customer_id"]
PLACES = {WorkbookSheet.VISITS: "走访", WorkbookSheet.CALLS: "电话"}


def fill_places(source: ActionSource, lists: dict[WorkbookSheet, pd.DataFrame]) -> pd.DataFrame:
    """Return where each customer's first open touch is filled in, as 走访 12 or 电话 3.

    A visit is named by its number on the sheet, a call by its place in its day. A customer
    who was only touched before is named by that touch.

    Args:
        source: The plan.
        lists: The rows of 走访日程 and 电话.

    Returns:
        manager_id, customer_id, place; one row a customer and manager.
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
    rows["place"] = rows["sheet"] + " " + rows["number"].astype("int64").astype("str")
    return rows[[*OWNER, "place"]]


def with_places(rows: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a list with `place`, where what comes of the customer is filled in."""
    rows = rows.merge(places, on=OWNER, how="left")
    return rows.assign(place=rows["place"].fillna(NOT_PLANNED))
