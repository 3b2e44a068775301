"""One sheet understood: where its table stands, what its columns mean, its rows as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from campaign.book.body import Body
from campaign.book.cells import is_missing
from campaign.book.convert import HELPERS
from campaign.book.headers import FoundTable
from campaign.book.loan_book import ColumnReport, SheetReport
from campaign.book.matching import ColumnMatch, SheetMapping
from campaign.book.raw_sheet import Cell, RawSheet
from campaign.findings import Finding


@dataclass
class SheetTable:
    """One sheet, typed.

    Attributes:
        sheet: The raw sheet.
        label: Its name in addresses.
        found: Where its table stands.
        mapping: What its columns mean.
        body: Which rows are data.
        frames: Table name → columns of that table (and helpers that begin with `_`).
        letters: (table, field) → Excel letter.
        units: Column → unit as reported.
        findings: What was noticed.
        codes: Column → codes that stand alone and are explained nowhere.
    """

    sheet: RawSheet
    label: str
    found: FoundTable
    mapping: SheetMapping
    body: Body
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    letters: dict[tuple[str, str], str] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    codes: dict[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def unread(self) -> frozenset[tuple[str, str]]:
        """Return (table, field) of the money columns whose unit is asked."""
        return frozenset(
            (match.target.table, match.target.field)
            for match in self.mapping.columns
            if match.target is not None and self.units.get(match.column) == UNIT_ASKED
        )

    @property
    def role(self) -> str:
        """Return what the sheet holds."""
        return self.mapping.role

    def report(self) -> SheetReport:
        """Return how the sheet was understood."""
        return SheetReport(
            self.sheet.file,
            self.sheet.name,
            self.role,
            self.found.bottom + 1,
            int(self.body.kept.sum()),
            tuple(self._column(match) for match in self.mapping.columns),
            self.label,
        )

    def _column(self, match: ColumnMatch) -> ColumnReport:
        return ColumnReport(
            match.header.raw,
            _reported(match),
            self.units.get(match.column, match.header.unit),
            match.confidence if _reported(match) else 0.0,
            _proof(match),
            self.sheet.letter(match.column),
            _samples(self.body.cells(match.column)),
            tuple(
                target.field if target.table == self.role else f"{target.table}.{target.field}"
                for target in match.near
            ),
            self.codes.get(match.column, ()),
        )


# Fields that a helper column fills where their own column is empty or absent.
FEEDS = {
    "_credit_code": "cert_no",
    "_maturity_extended": "maturity_date",
    "_maturity_original": "maturity_date",
    "_loan_account": "loan_note_id",
    "_overdue_since": "days_past_due",
    "_interest_overdue_days": "days_past_due",
    "_interest_arrears_off": "interest_arrears",
}
UNIT_ASKED = "未注明"
HELPS = "认识，用来推算"
SAMPLES, LOOKED_AT = 3, 200


def _samples(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Return the first few different values of a column, as written."""
    first = cells[:LOOKED_AT]
    written = [f"{c:.12g}" if isinstance(c, float) else str(c).strip() for c in first]
    filled = [text for cell, text in zip(first, written, strict=True) if not is_missing(text)]
    return tuple(list(dict.fromkeys(filled))[:SAMPLES])


def _reported(match: ColumnMatch) -> str | None:
    if match.target is None:
        return None
    return match.target.field if match.target.used else FEEDS.get(match.target.field)


def _proof(match: ColumnMatch) -> str:
    if match.target is None or match.target.used:
        return match.proof
    return HELPS if match.target.field in HELPERS else "认识，方案用不到"
