"""The unit of a money column: written, or certain from the values, or asked; never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from campaign.book.candidate import Target
from campaign.book.column import Floats
from campaign.book.header_text import MONEY_UNITS, HeaderText, unit_in
from campaign.book.headers import Title
from campaign.book.raw_sheet import Cell
from campaign.book.values import numbers

# A median above this cannot be 万元: it would be 200 million yuan for the usual small loan.
NOT_IN_WAN = 20_000.0
_NOT_IN_WAN = {
    "interest_arrears": 1_000.0,
    "monthly_income": 1_500.0,
    "other_monthly_payment": 500.0,
}
# Columns of one kind: a unit written over one holds for its neighbours of like size.
ALIKE = frozenset(
    {
        "balance",
        "loan_amount",
        "credit_limit",
        "collateral_value",
        "registered_maximum",
        "prior_registered",
    }
)
LIKE_SIZE = 60.0
NEEDED = frozenset({"balance", "loan_amount", "credit_limit", "target", "baseline"})


@dataclass(frozen=True)
class MoneyUnit:
    """The unit of a column.

    Attributes:
        factor: Yuan a unit; None if it cannot be told.
        name: 元, 万元 …; empty if unknown.
        origin: header, title, option, recipe, neighbour, values, nothing or unknown.
        evidence: What the values look like, in Chinese, for the question.
    """

    factor: float | None
    name: str
    origin: str
    evidence: str = ""


def written_unit(header: HeaderText, title: Title, chosen: str, option: str) -> MoneyUnit | None:
    """Return the unit that recipe, header, title or option names, in this order."""
    for name, origin in ((chosen, "recipe"), (header.unit, "header"), (title.unit, "title")):
        if name in MONEY_UNITS:
            return MoneyUnit(MONEY_UNITS[name], name, origin)
    name = unit_in(option) if option else ""
    return MoneyUnit(MONEY_UNITS[name], name, "option") if name in MONEY_UNITS else None


def unit_from_values(
    target: Target, cells: Sequence[Cell], neighbours: dict[str, tuple[MoneyUnit, float]]
) -> MoneyUnit:
    """Return the unit that the values leave as the only one possible, else an unknown one.

    Args:
        target: The field.
        cells: Its cells.
        neighbours: Field → unit written over it and median of its plain numbers.
    """
    parsed = numbers(cells)
    known = parsed.values[~np.isnan(parsed.values) & (parsed.values != 0)]
    own = len(parsed.notes.get("own_unit", ()))
    if not len(known) or own == len(known):
        return MoneyUnit(1.0, "元", "nothing")
    middle = float(np.median(known))
    if target.field in ALIKE:
        for name in sorted(neighbours.keys() & ALIKE):
            unit, other = neighbours[name]
            if other and 1 / LIKE_SIZE <= middle / other <= LIKE_SIZE:
                return MoneyUnit(unit.factor, unit.name, "neighbour", _evidence(known))
    if middle >= _NOT_IN_WAN.get(target.field, NOT_IN_WAN):
        return MoneyUnit(1.0, "元", "values", _evidence(known))
    return MoneyUnit(None, "", "unknown", _evidence(known))


def _evidence(known: Floats) -> str:
    middle, most, total = float(np.median(known)), float(known.max()), float(known.sum())
    return (
        f"中位数 {middle:,.2f}，最大 {most:,.2f}，合计 {total:,.2f}："
        f"若为元共 {total / 1e8:,.4f} 亿元，若为万元共 {total / 1e4:,.2f} 亿元"
    )
