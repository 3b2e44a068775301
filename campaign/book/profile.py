"""A sample of a column's cells, and what can be measured on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from campaign.book.cells import is_missing
from campaign.book.column import Floats
from campaign.book.dates import dates
from campaign.book.identifiers import is_sound
from campaign.book.raw_sheet import Cell
from campaign.book.row_words import is_aside
from campaign.book.values import number_in

SAMPLE = 160
LEAST_COUNTED = 4
MOSTLY, SEVERAL = 0.8, 3


@dataclass(frozen=True)
class Profile:
    """A sample of a column's filled cells.

    Attributes:
        cells: The cells.
        fits: How the values speak for a field, by its name and unit, once it was asked.
    """

    cells: tuple[Cell, ...]
    fits: dict[tuple[str, str], float] = field(default_factory=dict, compare=False, repr=False)

    @property
    def empty(self) -> bool:
        """Return whether there is nothing to judge by."""
        return not self.cells

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Return the cells as text; whole numbers without a point."""
        return tuple(f"{c:.15g}" if isinstance(c, float) else str(c).strip() for c in self.cells)

    @cached_property
    def numbers(self) -> Floats:
        """Return the cells that are numbers or read as numbers."""
        found = [
            c if isinstance(c, float) else (number_in(str(c).rstrip("%‰")) or (np.nan,))[0]
            for c in self.cells
        ]
        values = np.array(found, dtype=float)
        known: Floats = values[~np.isnan(values)]
        return known

    @cached_property
    def date_share(self) -> float:
        """Return which share reads as a day written out or as eight digits."""
        if self.empty:
            return 0.0
        parsed = dates(
            [t if isinstance(c, float) else c for c, t in zip(self.cells, self.texts, strict=True)]
        )
        real = ~np.isnat(parsed.values)
        for note in ("serial", "month_only"):
            real[parsed.notes.get(note, [])] = False
        open_ended = len(parsed.notes.get("open_end", ()))
        return float(real.sum() + min(open_ended, real.sum())) / len(self.cells)

    @cached_property
    def day_span(self) -> int:
        """Return how many days lie between the first and the last day; 0 if there are none."""
        days = dates(self.cells).values
        days = days[~np.isnat(days)]
        return int((days.max() - days.min()) / np.timedelta64(1, "D")) if len(days) else 0

    @cached_property
    def middle_day(self) -> float:
        """Return the median day as a number, for comparison alone; NaN if there are none."""
        days = dates(self.cells).values
        days = days[~np.isnat(days)].astype("datetime64[D]").astype("int64")
        return float(np.median(days)) if len(days) else float("nan")

    @cached_property
    def serial_share(self) -> float:
        """Return which share could be Excel serial numbers of days."""
        whole = self.numbers[(self.numbers == np.floor(self.numbers))]
        return float(((whole > 30_000) & (whole < 60_000)).sum()) / max(len(self.cells), 1)

    @property
    def number_share(self) -> float:
        """Return which share is or reads as a number."""
        return len(self.numbers) / max(len(self.cells), 1)

    def share(self, pattern: re.Pattern[str]) -> float:
        """Return which share of the texts matches a pattern from its start."""
        return sum(1 for text in self.texts if pattern.search(text)) / max(len(self.cells), 1)

    def names_several(self, pattern: re.Pattern[str]) -> bool:
        """Return whether most cells match a pattern, in several different words."""
        found = [match.group() for text in self.texts if (match := pattern.search(text))]
        return len(found) >= MOSTLY * len(self.cells) and len(set(found)) >= SEVERAL

    @cached_property
    def open_ended(self) -> bool:
        """Return whether every cell stands for no day at all, such as 9999-12-31."""
        if self.empty:
            return False
        open_ones = dates(self.texts).notes.get("open_end", ())
        return len(open_ones) == len(self.cells)

    @cached_property
    def certified_share(self) -> float:
        """Return which share is an identity or credit number whose last sign checks."""
        sound = sum(map(is_sound, self.texts))
        return sound / max(len(self.cells), 1)

    @cached_property
    def counts_rows(self) -> bool:
        """Return whether the cells are small numbers that only rise: they number the rows."""
        whole = len(self.numbers) == len(self.cells) >= LEAST_COUNTED
        steps = np.diff(self.numbers)
        return bool(whole and self.numbers[0] <= 2 and np.all(steps >= 1) and np.ptp(steps) <= 1)

    @cached_property
    def distinct_share(self) -> float:
        """Return how many different values there are for each cell."""
        return len(set(self.texts)) / max(len(self.cells), 1)


def profile(cells: Sequence[Cell]) -> Profile:
    """Return the profile of a column from cells spread evenly over it, without sums and footers."""
    step = max(len(cells) // (SAMPLE * 2), 1)
    filled = [
        c for c in cells[::step] if isinstance(c, float) or not (is_missing(str(c)) or is_aside(c))
    ]
    return Profile(tuple(filled[:SAMPLE]))
