"""One column of raw cells → the typed values of its field, and what was noticed on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from campaign.book.cells import Parsed
from campaign.book.codes import Decoded, decode, flags, scores, vocabulary_of
from campaign.book.column import Places
from campaign.book.dates import dates
from campaign.book.header_text import HeaderText
from campaign.book.identifiers import identifiers, phones, texts, without_masked
from campaign.book.meanings import meanings
from campaign.book.raw_sheet import Cell
from campaign.book.values import numbers, rates, shares, terms
from campaign.vocabulary import Field, Unit

IDENTIFIERS = frozenset(
    [
        "loan_note_id",
        "contract_id",
        "customer_id",
        "cert_no",
        "manager_id",
        "prospect_id",
        "referrer_id",
        "_credit_code",
        "_branch_code",
        "_loan_account",
    ]
)
# Numbers that tell rows apart: one with stars in it is none.
KEYS = frozenset({"loan_note_id", "contract_id", "customer_id", "manager_id"})
# Known columns that are not fields of their own but help to fill one (see derive.py).
HELPERS: Mapping[str, Unit] = {
    "_report_date": Unit.DATE,
    "_maturity_extended": Unit.DATE,
    "_maturity_original": Unit.DATE,
    "_overdue_since": Unit.DATE,
    "_settled_date": Unit.DATE,
    "_term": Unit.COUNT,
    "_term_unit": Unit.TEXT,
    "_interest_overdue_days": Unit.DAY,
    "_interest_arrears_off": Unit.YUAN,
    "_credit_code": Unit.TEXT,
    "_branch_code": Unit.TEXT,
    "_loan_account": Unit.TEXT,
    "_currency": Unit.TEXT,
    "_settled": Unit.TEXT,
    "_is_manager": Unit.FLAG,
    "_industry_group": Unit.TEXT,
    "_industry_division": Unit.TEXT,
    "_industry_section": Unit.TEXT,
}
NEEDS_DAY = frozenset({"maturity_date", "_maturity_extended", "_maturity_original"})


@dataclass
class Noticed:
    """What was noticed in a column: positions among the kept rows, by kind.

    Attributes:
        bad: Cells that were not understood.
        notes: Repairs, kind → positions.
        unknown: Texts of a closed list that are not in it → positions.
        bare: Bare codes without a legend → positions.
        loose: Text → code where only a part of the text was recognised.
    """

    bad: Places = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    notes: dict[str, Places] = field(default_factory=dict)
    unknown: dict[str, Places] = field(default_factory=dict)
    bare: dict[str, Places] = field(default_factory=dict)
    loose: dict[str, str] = field(default_factory=dict)


Values = npt.NDArray[Any]


def convert(
    cells: Sequence[Cell],
    known: Field,
    header: HeaderText,
    codes: Mapping[str, str] | None = None,
    unit: str = "",
) -> tuple[Values, Noticed]:
    """Return the values of a column that is no money, and what was noticed.

    Args:
        cells: The kept cells.
        known: The field.
        header: Its header, for unit and legend.
        codes: Answers of a recipe, code → our code; they beat the header's legend.
        unit: Unit of a rate by a recipe; it beats the header.
    """
    legend = {**header.legend, **(codes or {})}
    if known.values is not None:
        return _coded(decode(cells, vocabulary_of(known.values), legend))
    if known.unit is Unit.DATE:
        return _plain(dates(cells, month_ok=known.name not in NEEDS_DAY))
    if known.unit is Unit.RATIO:
        return _plain(_ratio(cells, known, header, unit))
    if known.unit is Unit.FLAG:
        return _plain(flags(cells, legend))
    if known.unit is Unit.SCORE:
        return _plain(scores(cells, known.name))
    if known.name == "_term":
        return _plain(terms(cells, header.raw))
    if known.unit is not Unit.TEXT:
        return _plain(numbers(cells))
    if known.name in IDENTIFIERS:
        found = identifiers(cells)
        return _plain(without_masked(found) if known.name in KEYS else found)
    if known.name == "phone":
        return phones(cells), Noticed()
    return texts(cells), Noticed()


def helper_field(name: str) -> Field | None:
    """Return a helper column as a field, or None if it is known but of no use.

    >>> helper_field("_term").unit.value, helper_field("_gender") is None
    ('count', True)
    """
    unit = HELPERS.get(name)
    return Field(name, name, unit, "helper") if unit else None


def rate_unit(header: HeaderText) -> str:
    """Return the unit of a rate column from its sign and from 月 in its name."""
    found = meanings(header.name)
    if "month" in found and not header.unit.startswith(("月", "日")):
        sign = header.unit if header.unit in ("%", "‰") else ""
        return "月" + sign
    return header.unit


def _ratio(cells: Sequence[Cell], known: Field, header: HeaderText, unit: str) -> Parsed:
    if known.name == "annual_rate":
        return rates(cells, unit or rate_unit(header))
    return shares(cells, header.unit)


def _plain(parsed: Parsed) -> tuple[Values, Noticed]:
    return parsed.values, Noticed(bad=parsed.bad, notes=dict(parsed.notes))


def _coded(decoded: Decoded) -> tuple[Values, Noticed]:
    noticed = Noticed(unknown=decoded.unknown, bare=decoded.bare, loose=decoded.loose)
    return decoded.values, noticed
