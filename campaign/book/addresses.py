"""Where a figure stands: source rows and fields → cell addresses like 借据!F12."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from campaign.book.sheet_table import SheetTable
from campaign.findings import CELLS_SHOWN

# A field that may stand in another's column: managers and customers are often names only.
_STAND_IN = {
    "manager_id": "manager_name",
    "customer_id": "customer_name",
    "customer_name": "customer_id",
}


@dataclass(frozen=True)
class Addresses:
    """Knows the Excel column of every field on every sheet.

    Attributes:
        letters: (sheet label, table, field) → Excel letter.
    """

    letters: Mapping[tuple[str, str, str], str] = field(default_factory=dict)

    def cells(self, table: str, name: str, rows: pd.DataFrame) -> tuple[str, ...]:
        """Return the addresses of a field in some rows of a table, the first few."""
        found = []
        for row in rows["source_row"].dropna().head(CELLS_SHOWN):
            label, _, number = str(row).rpartition("!")
            found.append(f"{label}!{self._letter(label, table, name)}{number}")
        return tuple(found)

    def _letter(self, label: str, table: str, name: str) -> str:
        for field_name in (name, _STAND_IN.get(name, name)):
            for place in (table, "loans", "customers"):
                if (label, place, field_name) in self.letters:
                    return self.letters[label, place, field_name]
        return "A"


def addresses_of(sheets: Sequence[SheetTable]) -> Addresses:
    """Return the addresses of every field of the sheets read."""
    return Addresses(
        {
            (sheet.label, table, name): letter
            for sheet in sheets
            for (table, name), letter in sheet.letters.items()
        }
    )
