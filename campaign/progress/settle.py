"""Decides row by row what of a filled-in list is taken; touches no file and no store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaign.progress.filled_values import Value
from campaign.progress.filled_workbook import FilledRow
from campaign.progress.return_report import SettledRow
from campaign.vocabulary import Field, ReturnState, Unit

WAN = 10_000


@dataclass(frozen=True)
class Known:
    """What the store holds for a row: the values last taken, and the version they came in."""

    version: int
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Settled:
    """What became of a list.

    Attributes:
        rows: One a row of the list, in its order.
        taken: Key to all values of a row that is taken.
    """

    rows: list[SettledRow]
    taken: dict[str, dict[str, Value]]


def settle(
    rows: Sequence[FilledRow],
    fields: Sequence[Field],
    known: Mapping[str, Known],
    version: int,
    foreign: Callable[[FilledRow], SettledRow | None],
) -> Settled:
    """Return what of a list is taken.

    An empty cell never takes away what came in before. A row that stands twice is taken
    once where both say the same, and not at all where they differ. What a later version
    brought stays.

    Args:
        rows: The rows as filled in.
        fields: What a row may hold.
        known: By key, what was taken before.
        version: Plan version of the workbook.
        foreign: Says why a row cannot be one of this list, or None.
    """
    filled = defaultdict(set)
    for row in rows:
        if not row.is_blank:
            filled[row.key].add(_said(row))
    settled: list[SettledRow] = []
    taken: dict[str, dict[str, Value]] = {}
    for row in rows:
        answer = foreign(row)
        if answer is None and not row.is_blank:
            answer = _refusal(row, len(filled[row.key]) > 1)
        if answer is None:
            answer = _taken(row, fields, known.get(row.key), version, taken)
        settled.append(answer)
    return Settled(settled, taken)


def _said(row: FilledRow) -> tuple[Any, ...]:
    return (row.problems, tuple(sorted((k, v) for k, v in row.values.items() if v is not None)))


def _refusal(row: FilledRow, is_contradicted: bool) -> SettledRow | None:
    if row.problems:
        return SettledRow(row.place, ReturnState.REJECTED, "；".join(row.problems))
    if is_contradicted:
        why = f"{row.place}：同一条出现多行，填写不一致，请只留一行"
        return SettledRow(row.place, ReturnState.REJECTED, why)
    return None


def _taken(
    row: FilledRow,
    fields: Sequence[Field],
    before: Known | None,
    version: int,
    taken: dict[str, dict[str, Value]],
) -> SettledRow:
    old = before.values if before else {}
    new = {f.name: old.get(f.name) if (v := row.values.get(f.name)) is None else v for f in fields}
    says_the_same = before is not None and all(new[f.name] == old.get(f.name) for f in fields)
    if row.is_blank or row.key in taken or says_the_same:
        return SettledRow(row.place, ReturnState.UNCHANGED)
    if before is not None and before.version > version:
        why = f"{row.place}：第 {before.version} 版工作簿里已有较新的结果，不覆盖"
        return SettledRow(row.place, ReturnState.REJECTED, why)
    taken[row.key] = new
    changes = [
        f"{f.label.split('（')[0]} {_shown(f, old[f.name])}→{_shown(f, new[f.name])}"
        for f in fields
        if old.get(f.name) is not None and new[f.name] != old[f.name]
    ]
    words = f"{row.place}：改了上次的结果：{'，'.join(changes)}" if changes else ""
    return SettledRow(row.place, ReturnState.APPLIED, words)


def _shown(field: Field, value: Value) -> str:
    if field.values is not None:
        return field.values(str(value)).label
    if field.unit is Unit.YUAN and isinstance(value, float):
        return f"{value / WAN:,.2f} 万元"
    return str(value)
