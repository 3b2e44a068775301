"""What a plan made anew carries over: touches done, what was filled in, what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from campaign.vocabulary import TOUCHES


@dataclass(frozen=True)
class Carried:
    """What the workbooks and the store of a new version take over from those before.

    Attributes:
        since: Day of the first plan; a result cannot be older.
        start: First day of the campaign.
        touches: Table TOUCHES of the touches with a result, on the day they happened.
        results: Table OUTCOMES.
        contacts: Table REFERRED.
        changes: Table CHANGES.
        kept: How many open touches of the version before stay as they were.
        lent: manager_id to the loans won, in yuan, that a new book's balance holds already.
    """

    since: date
    start: date
    touches: pd.DataFrame
    results: pd.DataFrame
    contacts: pd.DataFrame
    changes: pd.DataFrame
    kept: int
    lent: pd.Series

    def with_touches(self, touches: pd.DataFrame) -> pd.DataFrame:
        """Return table TOUCHES: those planned, then those done."""
        return TOUCHES.check(pd.concat([touches, self.touches], ignore_index=True))

    @cached_property
    def filled(self) -> dict[str, dict[str, object]]:
        """Return what was filled in, by the number of the touch; None where nothing was."""
        columns = self.results.astype("object")
        rows = columns.where(columns.notna(), None).to_dict("records")
        return {str(row["candidate_id"]): {str(k): v for k, v in row.items()} for row in rows}
