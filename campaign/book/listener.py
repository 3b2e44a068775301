"""Who is told of a file's sheets while they are read."""

from __future__ import annotations

from collections.abc import Collection

from campaign.book.raw_sheet import RawSheet


class Listener:
    """Told each sheet as soon as it is whole, while the next one is read; this one does nothing."""

    def take(self, sheet: RawSheet) -> None:
        """Take a sheet that is whole."""

    def needless(self, sheet: RawSheet) -> Collection[int]:
        """Return which columns nothing needs, judged by the first rows of a long sheet."""
        del sheet
        return ()
