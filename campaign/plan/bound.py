"""How much no plan can pass: the relaxed problem's best value, and what its limits are worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from campaign.beside import beside
from campaign.plan.fit import by_lane
from campaign.plan.grid import Grid, Limit
from campaign.plan.programme import Family, solve_programme
from campaign.vocabulary import PRICES

# From so many candidates on do half of the programmes take longer than a copy costs.
WORTH_A_COPY = 20_000

Group = tuple[list[int], list[int]]  # lanes, and the limits that tie them


@dataclass(frozen=True)
class Bound:
    """The best value of the relaxed problem, and what its limits are worth.

    Attributes:
        value: No plan is worth more, in yuan.
        part: How much of each candidate the relaxed best takes (0 to 1).
        toll: What each candidate would pay for the shared limits it asks for, in yuan.
        prices: Table PRICES: what one more unit of each limit is worth; for a manager's
            visits and calls, on the day where it is worth most.
    """

    value: float
    part: np.ndarray
    toll: np.ndarray
    prices: pd.DataFrame


def relaxed_bound(grid: Grid, sure: np.ndarray | None = None) -> Bound:
    """Return the bound of the relaxed problem: a linear programme over all managers.

    Args:
        grid: The problem.
        sure: Must-do touches that every plan compared takes whole; together they must fit.

    It falls apart into one for each group of lanes that no shared limit ties to others.
    """
    sure = np.zeros(grid.size, dtype=bool) if sure is None else sure
    useful = np.flatnonzero(((grid.value > 0) | sure) & (grid.first <= grid.last))
    part, toll = np.zeros(grid.size), np.zeros(grid.size)
    prices: list[list[object]] = []
    for solved in _all_solved(grid, useful, sure):
        part[solved.own], toll[solved.own] = solved.part, solved.toll
        prices += solved.prices
    priced = {(owner, resource) for owner, resource, *_ in prices}
    for limit in grid.limits:
        if (limit.owner, limit.resource) not in priced:
            prices += _limit_prices(limit, np.zeros(len(limit.amounts)))
    table = PRICES.conform(pd.DataFrame(prices, columns=PRICES.columns))
    table = table.sort_values(list(PRICES.key), ignore_index=True)
    return Bound(float(grid.value @ part), part, toll, PRICES.check(table))


@dataclass(frozen=True)
class _Solved:
    """What the relaxed best of a group of lanes takes of its own candidates, and its prices."""

    own: np.ndarray
    part: np.ndarray
    toll: np.ndarray
    prices: list[list[object]]


def _all_solved(grid: Grid, useful: np.ndarray, sure: np.ndarray) -> list[_Solved]:
    """Return the groups' programmes solved, of many candidates half of them beside the others."""
    members = dict(by_lane(grid, useful))
    groups = _tied_together(grid, useful)

    def solved(some: Sequence[Group]) -> list[_Solved]:
        column = np.full(grid.size, -1)
        return [_solved(grid, group, members, sure, column) for group in some]

    if len(useful) < WORTH_A_COPY:
        return solved(groups)
    with beside(lambda: solved(groups[::2]), part=0.0) as others:
        return [*solved(groups[1::2]), *others()]


def _solved(
    grid: Grid,
    group: Group,
    members: Mapping[int, np.ndarray],
    sure: np.ndarray,
    column: np.ndarray,
) -> _Solved:
    """Solve the programme of a group; `column` comes to hold the number of each candidate in it."""
    lanes, limits = group
    own = np.concatenate([members[lane] for lane in lanes])
    column[own] = np.arange(len(own))
    of_lanes = [_lane_family(grid, lane, column, members[lane]) for lane in lanes]
    of_limits = [_limit_family(grid, number, column) for number in limits]
    part = solve_programme(grid.value[own], [*of_lanes, *of_limits], sure[own])
    toll = np.zeros(len(own))
    for family in of_limits:
        np.add.at(toll, family.columns, family.toll())
    prices = [_lane_price(grid, *one) for one in zip(lanes, of_lanes, strict=True)]
    for number, family in zip(limits, of_limits, strict=True):
        prices += _limit_prices(grid.limits[number], family.prices())
    return _Solved(own, part, toll, prices)


def _tied_together(grid: Grid, useful: np.ndarray) -> list[Group]:
    """Return groups of lanes with the limits that tie them; each lane with candidates once."""
    group = {lane: {lane} for lane in np.unique(grid.lane[useful]).tolist()}
    tied: dict[int, set[int]] = {}
    uses = grid.uses[np.isin(grid.uses["candidate"], useful)]
    for limit, asking in uses.groupby("limit", sort=True)["candidate"]:
        lanes = np.unique(grid.lane[asking]).tolist()
        tied[int(str(limit))] = set(lanes)
        whole = set().union(*(group[lane] for lane in lanes))
        for lane in whole:
            group[lane] = whole
    found = {min(whole): sorted(whole) for whole in group.values()}
    return [
        (lanes, [limit for limit, users in tied.items() if min(users) in lanes])
        for _, lanes in sorted(found.items())
    ]


def _lane_family(grid: Grid, lane: int, column: np.ndarray, members: np.ndarray) -> Family:
    return Family(
        columns=column[members],
        first=grid.first[members],
        last=grid.last[members],
        need=grid.effort[members],
        holds=grid.capacity[lane],
    )


def _limit_family(grid: Grid, number: int, column: np.ndarray) -> Family:
    """Return the rows of a shared limit, in units of its greatest need."""
    limit = grid.limits[number]
    uses = grid.uses[grid.uses["limit"] == number]
    asking = uses["candidate"].to_numpy()
    need = uses["need"].to_numpy()
    kept = column[asking] >= 0
    asking, need = asking[kept], need[kept]
    unit = float(need.max(initial=1.0))
    endless = float(need.sum()) + 1.0
    return Family(
        columns=column[asking],
        first=limit.period[grid.first[asking]],
        last=limit.period[grid.last[asking]],
        need=need / unit,
        holds=np.minimum(limit.amounts, endless) / unit,
        unit=unit,
    )


def _lane_price(grid: Grid, lane: int, family: Family) -> list[object]:
    owner, resource = grid.lanes[lane]
    best = float(family.prices().max(initial=0.0))
    return [owner, resource, grid.days[0], grid.days[-1], round(best, 2)]


def _limit_prices(limit: Limit, prices: np.ndarray) -> list[list[object]]:
    return [
        [limit.owner, limit.resource, row.period_start, row.period_end, float(prices[number])]
        for row, number in zip(limit.rows.itertuples(), limit.row_periods, strict=True)
        if number >= 0
    ]
