"""What became of a workbook that came back: row by row, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from campaign.vocabulary import ReturnState


@dataclass(frozen=True)
class SettledRow:
    """What became of one row.

    Attributes:
        place: Where it stands, as 走访日程!12.
        state: Whether it was taken.
        words: Why it was not, or what it changed; empty where there is nothing to say.
    """

    place: str
    state: ReturnState
    words: str = ""


@dataclass(frozen=True)
class ReturnReport:
    """What became of one workbook.

    Attributes:
        file: File name.
        refused: Why nothing of it was taken; empty where it was.
        manager_id: Whose workbook it is; empty where it does not say.
        version: Plan version that it was issued with.
        rows_in: Rows that were to be settled.
        rows: What became of each.
        missing: Touches issued to the manager that have no row in the file.
        notes: What was noticed, in Chinese sentences.
    """

    file: str
    refused: str = ""
    manager_id: str = ""
    version: int = 0
    rows_in: int = 0
    rows: Sequence[SettledRow] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def applied(self) -> int:
        """Return how many rows brought something new."""
        return self._count(ReturnState.APPLIED)

    @property
    def unchanged(self) -> int:
        """Return how many rows say nothing, or what is known."""
        return self._count(ReturnState.UNCHANGED)

    @property
    def rejected(self) -> int:
        """Return how many rows were not taken."""
        return self._count(ReturnState.REJECTED)

    @property
    def unknown(self) -> int:
        """Return how many rows belong to no touch of this manager."""
        return self._count(ReturnState.UNKNOWN)

    @property
    def open_rows(self) -> list[SettledRow]:
        """Return the rows that somebody must look at: not taken, or changed what was known."""
        return [row for row in self.rows if row.words]

    def _count(self, state: ReturnState) -> int:
        return sum(row.state is state for row in self.rows)
