"""The numbers of short texts looked up by whole arrays: most cells of a ledger repeat one."""

from __future__ import annotations

from typing import Any

import numpy as np

from campaign.book.plain_texts import Remembered
from campaign.book.sheet_cells import Ints, Text

WORDS = 3  # of eight bytes: so long is a short text at most
_ROOMS = 18  # the number of rooms as a power of two
_FACTORS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
_SHIFT = np.uint64(64 - _ROOMS)


class ShortTexts:
    """Knows some of the short texts of a workbook by their bytes; asks `Remembered` for the others.

    Each text has one room where it may be; a later one that needs the room takes it. So memory is
    bounded, and what is said is the same whatever is known here.
    """

    def __init__(self, numbers: Remembered) -> None:
        """Know nothing."""
        self._numbers = numbers
        self._rooms = np.zeros((1 << _ROOMS, WORDS + 1), dtype=np.uint64)
        self._whole = self._rooms.view(np.dtype((np.void, 8 * (WORDS + 1)))).reshape(-1)

    def codes(self, text: Text, starts: Ints, ends: Ints) -> Any:
        """Return the numbers of texts, none of which holds a byte of nought or begins with one."""
        words = np.empty((len(starts), WORDS + 1), dtype=np.uint64)
        lengths = ends - starts
        for place in range(WORDS):
            part = np.clip(lengths - 8 * place, 0, 8)
            words[:, place] = text.words(starts + 8 * place, part)
        mixed = words[:, 0]
        for place, factor in enumerate(_FACTORS, start=1):
            mixed = mixed * factor ^ words[:, place]
        rooms = (mixed * _FACTORS[0] >> _SHIFT).astype(np.intp)
        there = self._rooms.take(rooms, axis=0)
        short = lengths <= 8 * WORDS
        known = short & (there[:, :WORDS] == words[:, :WORDS]).all(axis=1)
        codes = there[:, WORDS].astype(np.int32)
        others = np.flatnonzero(~known)
        codes[others] = words[others, WORDS] = self._asked(text, starts[others], ends[others])
        new = others[short[others]]
        self._whole[rooms[new]] = words[new].view(self._whole.dtype).reshape(-1)
        return codes

    def _asked(self, text: Text, starts: Ints, ends: Ints) -> Any:
        spans = zip(starts.tolist(), ends.tolist(), strict=True)
        written = [text.text[start:end] for start, end in spans]
        return np.fromiter(map(self._numbers.__getitem__, written), np.int32, len(written))
