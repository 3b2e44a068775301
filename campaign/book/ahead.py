"""Looks at each sheet and types it as soon as it is read, while the child reads the next one."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress

from campaign.book.listener import Listener
from campaign.book.raw_sheet import RawSheet
from campaign.book.reading import Reading
from campaign.book.sheet_guess import SheetGuess
from campaign.book.sheet_table import SheetTable
from campaign.errors import CampaignError


class Ahead(Listener):
    """Sheets looked at and typed before all are seen.

    Once all are seen, a sheet may be called otherwise in addresses or hold something else than
    it seemed to; then what was done ahead is left, and it is done again.
    """

    def __init__(
        self,
        look: Callable[[RawSheet, str], Reading],
        make_table: Callable[[SheetGuess], SheetTable],
        idle: Callable[[SheetGuess], Collection[int]] | None = None,
    ) -> None:
        """Begin with nothing done.

        Args:
            look: Returns what one sheet is, under its name in addresses.
            make_table: Types a sheet.
            idle: Returns which columns of a sheet nothing needs; None where all are.
        """
        self._look, self._make_table, self._idle = look, make_table, idle
        self._readings: list[tuple[RawSheet, Reading]] = []
        self._tables: list[tuple[SheetGuess, SheetTable]] = []

    def take(self, sheet: RawSheet) -> None:
        """Look at a sheet and type it; what is wrong with it is said when its turn comes."""
        with suppress(CampaignError):
            reading = self._look(sheet, sheet.name)
            self._readings.append((sheet, reading))
            self._tables += [(guess, self._make_table(guess)) for guess in reading.guesses]

    def needless(self, sheet: RawSheet) -> Collection[int]:
        """Return which columns nothing needs; none of a sheet that is not understood."""
        if self._idle is None:
            return ()
        with suppress(CampaignError):
            guesses = self._look(sheet, sheet.name).guesses
            if len(guesses) == 1:
                return self._idle(guesses[0])
        return ()

    def reading(self, sheet: RawSheet, label: str) -> Reading:
        """Return what a sheet is, under the name that it has in addresses."""
        known = (reading for seen, reading in self._readings if seen is sheet)
        found = next(known, None) if label == sheet.name else None
        return found or self._look(sheet, label)

    def table(self, guess: SheetGuess) -> SheetTable:
        """Return a sheet typed."""
        known = (table for seen, table in self._tables if seen is guess)
        return next(known, None) or self._make_table(guess)
