"""What a campaign's first week holds: visits, calls, areas, and who goes out together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from campaign.render.briefing.cuts import Row, grouped, keyed
from campaign.render.ranking import top
from campaign.vocabulary import Channel

AREAS_SHOWN = 2


@dataclass(frozen=True)
class FirstWeek:
    """The touches of one week, with branch and `senior`, cut when first asked."""

    touches: pd.DataFrame

    @cached_property
    def counts(self) -> dict[str, Row]:
        """Return visits and calls by manager."""
        counts = pd.crosstab(self.touches["manager_id"], self.touches["channel"])
        counts = counts.reindex(columns=[c.value for c in Channel], fill_value=0)
        return keyed(counts)

    @cached_property
    def areas(self) -> dict[str, list[Row]]:
        """Return the areas visited by manager, most visits first."""
        visits = self.touches[self.touches["channel"] == Channel.VISIT.value]
        named = visits[visits["area"] != ""]
        counts = named.groupby(["manager_id", "area"], as_index=False).size()
        order = {"manager_id": True, "size": False, "area": True}
        return grouped(top(counts, "manager_id", order, AREAS_SHOWN), "manager_id")

    @cached_property
    def outings(self) -> dict[str, list[Row]]:
        """Return visits made together, by branch: day, people, area, stops."""
        touches = self.touches
        together = touches[(touches["companion"] != "") & ~touches["senior"]]
        keys = ["branch", "date", "manager_id", "companion"]
        stops = together.groupby([*keys, "area"], as_index=False).size()
        stops["areas"] = (
            stops["area"].replace("", "片区未登记") + " " + stops["size"].astype(str) + " 户"
        )
        return grouped(stops.groupby(keys)["areas"].agg("、".join).reset_index(), "branch")
