"""A visit problem in numbers: days, teams of one channel, windows and shared limits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from campaign.growth.keys import numbered, numbers_known
from campaign.plan.capacity import BANK_OWNER, shared_needs
from campaign.plan.problem import VisitProblem
from campaign.vocabulary import Channel, Duty, Resource

RESOURCE_OF = {Channel.VISIT.value: Resource.VISITS.value, Channel.CALL.value: Resource.CALLS.value}
MUST = 3
RANK_OF_DUTY = {Duty.MUST.value: MUST, Duty.COVER.value: 2, Duty.SHARE.value: 1}
DAILY = tuple(RESOURCE_OF.values())
# Slack for sums of fractional efforts and amounts.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Limit:
    """A shared resource of one owner: an amount a period.

    Attributes:
        owner: Branch, or `bank`.
        resource: rate_quota or senior.
        period: Number of the period of each day; days that no row covers have a period of
            their own without end.
        amounts: What each period holds.
        rows: Rows of table CAPACITY, and in `row_periods` the period of each (-1 for none).
    """

    owner: str
    resource: str
    period: np.ndarray
    amounts: np.ndarray
    rows: pd.DataFrame
    row_periods: np.ndarray


@dataclass(frozen=True)
class Grid:
    """A visit problem in numbers; candidates in the order of their ids.

    A lane is one manager's visits or calls. `first` and `last` number the days of a window
    (`first` > `last` where it holds none); `uses` lists which candidate asks how much of
    which limit. `duty` says who goes first: 3 must be, 2 is to be covered, 1 makes up a share, 0 is free;
    `kept` numbers the day of the plan before, -1 for none; `spread` is what is unknown of `value`.
    """

    ids: np.ndarray
    customer: np.ndarray
    touch: np.ndarray
    lane: np.ndarray
    first: np.ndarray
    last: np.ndarray
    effort: np.ndarray
    value: np.ndarray
    days: np.ndarray
    lanes: pd.MultiIndex
    capacity: np.ndarray
    limits: tuple[Limit, ...]
    uses: pd.DataFrame
    gap_days: int
    duty: np.ndarray
    kept: np.ndarray
    spread: np.ndarray

    @property
    def size(self) -> int:
        """Return how many candidates there are."""
        return len(self.ids)

    @cached_property
    def by_customer(self) -> np.ndarray:
        """Return the candidates by customer, and of each in the order of touches."""
        return np.lexsort((self.touch, self.customer))

    @cached_property
    def shares_limits(self) -> np.ndarray:
        """Return for each candidate whether it asks for a shared limit."""
        found = np.zeros(self.size, dtype=bool)
        found[self.uses["candidate"].to_numpy()] = True
        return found


def make_grid(problem: VisitProblem) -> Grid:
    """Return a problem in numbers; the order of its rows does not matter."""
    table = problem.by_id
    daily = problem.capacity[problem.capacity["resource"].isin(DAILY)]
    days = np.unique(daily["period_start"].to_numpy().astype("datetime64[D]"))
    known, lane = _lanes(table)
    if not len(days):
        days = np.array(["1970-01-01"], dtype="datetime64[D]")
    limits = _limits(problem.capacity, days)
    earliest = table["earliest"].to_numpy().astype("datetime64[D]")
    latest = table["latest"].to_numpy().astype("datetime64[D]")
    return Grid(
        ids=table["candidate_id"].to_numpy(dtype=object),
        customer=problem.whose[0],
        touch=table["touch"].to_numpy(dtype="int64"),
        lane=lane,
        first=np.searchsorted(days, earliest),
        last=np.searchsorted(days, latest, side="right") - 1,
        effort=table["effort"].to_numpy(dtype="float64"),
        value=table["value"].to_numpy(dtype="float64"),
        days=days,
        lanes=known,
        capacity=_lane_capacity(daily, known, days),
        limits=limits,
        uses=_uses(table, limits),
        gap_days=problem.gap_days,
        duty=numbers_known(table["duty"], RANK_OF_DUTY, 0),
        kept=_day_numbers(table["kept_date"], days),
        spread=table["spread"].fillna(0.0).to_numpy(dtype="float64"),
    )


def _lanes(table: pd.DataFrame) -> tuple[pd.MultiIndex, np.ndarray]:
    """Return every manager and resource that is asked for, in order, and each candidate's."""
    manager, managers = numbered(table["manager_id"])
    resource, resources = numbered(table["channel"].map(RESOURCE_OF))
    asked, lane = np.unique(manager * len(resources) + resource, return_inverse=True)
    which, what = np.divmod(asked, max(len(resources), 1))
    known = pd.MultiIndex.from_arrays(
        [managers[which], resources[what]], names=["manager_id", "channel"]
    )
    return known, lane


def _day_numbers(dates: pd.Series, days: np.ndarray) -> np.ndarray:
    """Return the number of each day, -1 where it is unknown or no day to plan."""
    numbers: np.ndarray = pd.Index(days.astype("datetime64[s]")).get_indexer(pd.Index(dates))
    return numbers


def _lane_capacity(daily: pd.DataFrame, lanes: pd.MultiIndex, days: np.ndarray) -> np.ndarray:
    lane = lanes.get_indexer(pd.MultiIndex.from_frame(daily[["owner", "resource"]]))
    day = np.searchsorted(days, daily["period_start"].to_numpy().astype("datetime64[D]"))
    capacity = np.zeros((len(lanes), len(days)))
    known = lane >= 0
    capacity[lane[known], day[known]] = daily["amount"].to_numpy(dtype="float64")[known]
    return capacity


def _limits(capacity: pd.DataFrame, days: np.ndarray) -> tuple[Limit, ...]:
    shared = capacity[~capacity["resource"].isin(DAILY)]
    found = []
    for (owner, resource), rows in shared.groupby(["owner", "resource"], sort=True):
        rows = rows.sort_values("period_start").reset_index(drop=True)
        start = rows["period_start"].to_numpy().astype("datetime64[D]")
        end = rows["period_end"].to_numpy().astype("datetime64[D]")
        row = np.searchsorted(start, days, side="right") - 1
        covered = (row >= 0) & (days <= end[row])
        # Neighbouring days with the same row (or without one) make one period.
        mark = np.where(covered, row, -1)
        period = np.cumsum(np.diff(mark, prepend=mark[0]) != 0)
        holds = np.where(covered, rows["amount"].to_numpy(dtype="float64")[row], np.inf)
        amounts = holds[np.unique(period, return_index=True)[1]]
        row_periods = np.full(len(rows), -1)
        row_periods[mark[covered]] = period[covered]
        found.append(Limit(str(owner), str(resource), period, amounts, rows, row_periods))
    return tuple(found)


def _uses(table: pd.DataFrame, limits: tuple[Limit, ...]) -> pd.DataFrame:
    """Return candidate, limit, need: one row for each shared limit that a candidate asks for."""
    number = {(limit.owner, limit.resource): n for n, limit in enumerate(limits)}
    rows: list[tuple[int, int, float]] = []
    asking = table[table["resources"].fillna("") != ""]
    owners = asking["owner"].fillna("")
    for candidate, owner, text in zip(asking.index, owners, asking["resources"], strict=True):
        for resource, need in shared_needs(text):
            for whose in (owner, BANK_OWNER):
                if (whose, resource) in number and need > 0:
                    rows.append((candidate, number[whose, resource], need))
    uses = pd.DataFrame(rows, columns=["candidate", "limit", "need"])
    return uses.astype({"candidate": "int64", "limit": "int64", "need": "float64"})
