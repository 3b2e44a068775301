"""A plan cut down to some managers at a time, so that their workbooks begin before all are cut.

What the lists look up of the whole bank is looked up once, and taken along by each part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from campaign.growth.keys import numbers_known
from campaign.render.action_source import ActionSource, best_first
from campaign.render.action_touches import SERVED_COLUMNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The first workbooks soon, then more at a time, so that those who write never wait for long.
FIRST, MOST = 8, 50
Rows = Callable[[int], "NDArray[np.bool_]"]


def in_groups(numbers: Sequence[str]) -> list[Sequence[str]]:
    """Return manager numbers in groups: a few first, then twice as many each time, up to `MOST`.

    >>> [len(group) for group in in_groups([str(n) for n in range(120)])]
    [8, 16, 32, 50, 14]
    >>> in_groups([])
    []
    """
    groups = []
    begin, size = 0, FIRST
    while begin < len(numbers):
        groups.append(numbers[begin : begin + size])
        begin, size = begin + size, min(2 * size, MOST)
    return groups


def parts_of(source: ActionSource, groups: Sequence[Sequence[str]]) -> Iterator[ActionSource]:
    """Yield for each group of managers what their lists are cut from; look-ups stay whole."""
    if len(groups) == 1:
        yield source
        return
    group_of = {manager: n for n, group in enumerate(groups) for manager in group}
    plan, growth, carried = source.plan, source.plan.growth, source.carried

    def rows_of(table: pd.DataFrame) -> Rows:
        owners = numbers_known(table["manager_id"], group_of, -1)
        rows: Rows = lambda group: owners == group  # noqa: E731
        return rows

    touches, all_touches, quotas = map(rows_of, (plan.touches, source.touches, plan.quotas))
    changed = rows_of(plan.touches if carried is None else carried.changes)
    moved, leaving = rows_of(growth.refinance), rows_of(growth.run_off)
    found, served = rows_of(source.growth), _served(source, all_touches)
    for group in range(len(groups)):
        part = replace(
            plan,
            touches=plan.touches[touches(group)],
            quotas=plan.quotas[quotas(group)],
            growth=replace(
                growth,
                refinance=growth.refinance[moved(group)],
                run_off=growth.run_off[leaving(group)],
            ),
        )
        yield source.part(
            part,
            carried and replace(carried, changes=carried.changes[changed(group)]),
            touches=source.touches[all_touches(group)],
            opportunities=best_first(source.growth[found(group)]),
            served=best_first(source.growth.loc[served(group), SERVED_COLUMNS]),
        )


def _served(source: ActionSource, touches: Rows) -> Rows:
    """Return what tells the opportunities of those whom a group of managers touches."""
    found = source.growth["customer_no"].to_numpy()
    touched = source.touches["customer_no"].to_numpy()

    def rows(group: int) -> NDArray[np.bool_]:
        wanted = np.zeros(found.max(initial=-1) + 2, dtype=bool)  # the last stands for nobody
        wanted[touched[touches(group)]] = True
        wanted[-1] = False
        of_these: NDArray[np.bool_] = wanted[found]
        return of_these

    return rows
