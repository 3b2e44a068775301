"""Tables written before a plan is made, beside the work on it: what it rests on does not change."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.beside import beside, may_copy
from campaign.render.files import name_aside, write_atomically

if TYPE_CHECKING:
    import pandas as pd


# So much of what is held do these tables' own texts take, of which a copy comes to hold its own.
PART = 0.2


class TablesAside:
    """Tables of the output contract under other names; `write_tables` gives them their own."""

    def __init__(self, folder: Path) -> None:
        """Take the folder of the tables."""
        self._folder = folder
        self._made: dict[str, tuple[pd.DataFrame, Path]] = {}

    @contextmanager
    def writing(self, frames: Mapping[str, pd.DataFrame]) -> Iterator[None]:
        """Write tables beside the block; they are written when it is over.

        Where no copy of the process may be made, or is worth it, nothing is: they are written
        with the others.

        Raises:
            OutputBlocked: One of them cannot be written.
        """
        rows = sum(map(len, frames.values()))
        if not may_copy(PART, rows):
            yield
            return
        self._made = {
            name: (frame, name_aside(self._folder / f"{name}.csv"))
            for name, frame in frames.items()
        }
        with beside(self._write, rows=rows, part=PART) as written:
            yield
            written()

    def path_of(self, name: str, frame: pd.DataFrame) -> Path | None:
        """Return where this very table was written, None where it was not."""
        made, path = self._made.get(name, (None, None))
        return path if made is frame else None

    def remove(self) -> None:
        """Remove what has not got its own name."""
        for _, path in self._made.values():
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    def _write(self) -> None:
        from campaign.render.tables import csv_pieces
        from campaign.vocabulary import OUTPUT_TABLES

        for name, (frame, path) in self._made.items():
            write_atomically(path, csv_pieces(OUTPUT_TABLES[name], frame))


@contextmanager
def tables_aside(folder: Path) -> Iterator[TablesAside]:
    """Yield where tables can be written before the plan; what nobody took is removed."""
    aside = TablesAside(folder)
    try:
        yield aside
    finally:
        aside.remove()
