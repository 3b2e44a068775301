"""Where a figure stands: source rows and fields → cell addresses like 借据!F12."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import pandas as pd

from campaign.book.sheet_table import SheetTable
from campaign.findings import CELLS_SHOWN, Cells

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

    def cells(self, table: str, name: str, rows: pd.DataFrame) -> Cells:
        """Return the addresses of a field in some rows of a table: the first few, all on asking."""
        source = rows["source_row"].dropna()
        shown = self._addresses(table, name, source.head(CELLS_SHOWN))
        return Cells.of(shown, partial(self._addresses, table, name, source))

    def _addresses(self, table: str, name: str, source: Iterable[str]) -> list[str]:
        found = []
        letters: dict[str, str] = {}
        for row in source:
            label, _, number = str(row).rpartition("!")
            if label not in letters:
                letters[label] = self._letter(label, table, name)
            found.append(f"{label}!{letters[label]}{number}")
        return found

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
