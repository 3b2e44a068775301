"""The season index by trade, and what is known of each trade."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from campaign.learn.season import industry_seasons
from campaign.plan.campaign_plan import CampaignPlan
from campaign.render.briefing.cuts import Row, words
from campaign.resources import reference_file


@dataclass(frozen=True)
class Seasons:
    """The season index of a plan, with the shipped table of trades beside it."""

    plan: CampaignPlan

    @cached_property
    def indices(self) -> dict[tuple[str, str], dict[int, float]]:
        """Return the index of each week by industry code and trade."""
        found: dict[tuple[str, str], dict[int, float]] = {}
        columns = ["industry_code", "sub_industry", "week", "index"]
        table = self.plan.season[columns].astype({"sub_industry": "object"})
        for code, trade, week, index in table.itertuples(index=False, name=None):
            found.setdefault((str(code), words(trade)), {})[int(week)] = float(index)
        return found

    @cached_property
    def trades(self) -> dict[tuple[str, str], Row]:
        """Return name, reason and source of the shipped table by code and trade, and by code."""
        table = industry_seasons().sort_values("strength", ascending=False, kind="stable")
        found: dict[tuple[str, str], Row] = {}
        for row in table.to_dict("records"):
            plain = {str(key): value for key, value in row.items()}
            found[str(row["gbt_code"]), str(row["sub_industry"])] = plain
            found.setdefault((str(row["gbt_code"]), ""), plain)
        return found

    @cached_property
    def classes(self) -> dict[str, str]:
        """Return the names of GB/T 4754-2017 by code."""
        columns = ["code", "name"]
        path = reference_file("gbt4754_2017.csv")
        table = pd.read_csv(path, dtype="str", encoding="utf-8-sig", usecols=columns)
        return dict(table[columns].itertuples(index=False, name=None))

    def weeks_of(self, code: str, trade: str) -> dict[int, float]:
        """Return the index by week of the trade, else of its class, group or division."""
        keys = [(code, trade), *((code[:length], "") for length in (4, 3, 2))]
        return next((self.indices[key] for key in keys if key in self.indices), {})

    def name_of(self, code: str, trade: str) -> str:
        """Return the trade, else the name of its class, else its code."""
        if trade:
            return trade
        return self.classes.get(code, f"行业 {code}")

    def reason_of(self, code: str, trade: str) -> tuple[str, bool]:
        """Return why the trade wants money then, and whether a public source says so."""
        known = self.trades.get((code, trade)) or self.trades.get((code, ""))
        if not known:
            return "按本行往年投放节奏", True
        return words(known["reason"]), words(known["source"]) not in ("", "knowledge")
