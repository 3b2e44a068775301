"""The made-up county: its trades with their seasons, places, and the words for names."""

import csv
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from campaign.festival import spring_festival
from campaign.resources import reference_file
from campaign.synthetic.values import Days

FIRST_WEEK, LAST_WEEK = -26, 25
WEEKS = np.arange(FIRST_WEEK, LAST_WEEK + 1)
# How far the peak week of a wholly seasonal trade stands above its usual week.
PEAK = 7.0


@dataclass(frozen=True)
class County:
    """What does not change from seed to seed.

    Attributes:
        words: The lists and small tables of county.toml.
        trades: One row a trade, in the order of trades.csv.
        demand: Demand by trade (row) and week from the festival (column), mean 1.
    """

    words: dict[str, Any]
    trades: pd.DataFrame
    demand: NDArray[np.float64]

    @property
    def bank(self) -> str:
        """Return the name of the bank."""
        return str(self.words["bank"])

    def season_share(self) -> NDArray[np.float64]:
        """Return by trade the share of a year's demand from 12 weeks before to 8 after."""
        inside = (WEEKS >= -12) & (WEEKS <= 8)
        return np.asarray(self.demand[:, inside].sum(axis=1) / self.demand.sum(axis=1))


def load_county() -> County:
    """Read county.toml, trades.csv and the seasons of the shipped reference table."""
    folder = files("campaign.synthetic")
    words = tomllib.loads((folder / "county.toml").read_text(encoding="utf-8"))
    rows = list(csv.DictReader((folder / "trades.csv").read_text(encoding="utf-8").splitlines()))
    text = {"sub_industry", "gbt_code", "gbt_name", "sector", "place", "season", "firm", "business"}
    trades = pd.DataFrame(
        {
            name: [row[name] if name in text else float(row[name]) for row in rows]
            for name in rows[0]
        }
    )
    return County(words, trades, _demand(trades["season"]))


def wanted_days(
    county: County, trade: NDArray[np.int64], festival_year: int, weeks: range, luck: Any
) -> Days:
    """Return for each borrower a day on which his trade wants money.

    Args:
        county: The trades with their demand by week.
        trade: Row of each borrower's trade.
        festival_year: Weeks are counted from the Spring Festival of this year.
        weeks: Only these weeks from the festival are drawn.
        luck: The stream of random numbers to draw from.
    """
    monday = _monday(spring_festival(festival_year))
    columns = np.arange(weeks.start, weeks.stop) - FIRST_WEEK
    cumulated = np.cumsum(county.demand[:, columns], axis=1)
    cumulated /= cumulated[:, -1:]
    draw = luck.random(len(trade))
    week = (cumulated[trade] < draw[:, None]).sum(axis=1) + weeks.start
    weekday = luck.integers(0, 5, len(trade))
    return off_holiday(monday + (week * 7 + weekday).astype("timedelta64[D]"))


def off_holiday(days: Days) -> Days:
    """Move days in the festival's own holiday to the weeks beside it, weekends to weekdays."""
    for year in range(2019, 2029):
        first = np.datetime64(spring_festival(year), "D") - 1
        inside = (days >= first) & (days < first + 8)
        days = np.where(inside & (days < first + 3), days - 8, np.where(inside, days + 8, days))
    weekday = (days.astype(np.int64) + 3) % 7
    return np.asarray(days - np.maximum(weekday - 4, 0).astype("timedelta64[D]"))


def _demand(seasons: Iterable[str]) -> NDArray[np.float64]:
    lines = {
        row["sub_industry"]: row
        for row in csv.DictReader(
            reference_file("industry_season.csv").read_text(encoding="utf-8").splitlines()
        )
    }
    demand = np.ones((len(list(seasons)), len(WEEKS)))
    for place, names in enumerate(seasons):
        for name in filter(None, names.split("|")):
            row = lines[name]
            start, peak, end = (int(row[f"{part}_week"]) for part in ("start", "peak", "end"))
            rise = np.interp(WEEKS, [start - 1, peak, end + 1], [0, 1, 0])
            demand[place] += PEAK * float(row["strength"]) * rise
    return np.asarray(demand / demand.mean(axis=1, keepdims=True))


def _monday(day: date) -> np.datetime64:
    return np.datetime64(day, "D") - np.timedelta64(day.weekday(), "D")
