"""The number of each different text of a workbook; short ones are looked up by whole arrays.

Most cells of a ledger repeat a short text. Such texts stand by their bytes in a table of rooms (open
addressing), so a thousand cells are known by a few operations, and a text takes 50 to 110 bytes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from campaign.book.sheet_cells import Text, Words
from campaign.book.sheet_tags import Ints, Mask

WORDS = 3  # of eight bytes: so long is a short text at most
SHORT = 8 * WORDS
MOST_SHORT, MOST_LONG = 5_000_000, 1_500_000  # texts that are remembered
MOST_TAKEN = 200_000
_FIRST_ROOMS = 1 << 16
_FULL = 0.6  # share of the rooms
_ABSENT, _NONE = -1, np.uint64(0xFFFFFFFFFFFFFFFF)  # the same; no text has such bytes
_FACTORS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
_HALF = np.uint64(32)

Codes = npt.NDArray[np.int64]


class KnownTexts:
    """Numbers texts from 1 on, the empty one 0; what is new is kept until it is said.

    Attributes:
        count: How many numbers there are.
        era: How often all texts were forgotten: one of an earlier era may have another number too.
    """

    def __init__(self) -> None:
        """Begin with the empty text."""
        self.count = self.era = 0
        self._new: list[bytes] = []
        self._long: dict[bytes, int] = {}
        self._short = _Rooms()

    def take(self, texts: Sequence[str]) -> None:
        """Number texts that were said already, each by its place; too many are not remembered."""
        begin = self.count + 1
        self.count += len(texts)
        if self.count > MOST_TAKEN:
            self._forget()
            return
        written = [text.encode() for text in texts]
        words, long = _words(*laid_out(written))
        numbers = np.arange(begin, begin + len(texts))
        some = ~long & (words[:, 0] > 0)  # not the empty one
        self._short.put(words[some], numbers[some])
        for place in np.flatnonzero(long).tolist():
            self._long.setdefault(written[place], begin + place)

    def said(self) -> tuple[list[bytes], int]:
        """Return the new texts and their era; forget all texts where they are too many."""
        (new, self._new), era = (self._new, []), self.era
        if self._short.held > MOST_SHORT or len(self._long) > MOST_LONG:
            self._forget()
        return new, era

    def codes(self, text: Text, starts: Ints, ends: Ints) -> Codes:
        """Return the numbers of texts in a stretch, none of which holds a byte of nought."""
        words, long = _words(text, starts, ends)
        codes = self._short.find(words)
        absent = np.flatnonzero((codes == _ABSENT) & ~long)
        codes[absent], new = self._short.number(words[absent], self.count + 1)
        absent = absent[new]
        self._new += text.pieces(starts[absent], ends[absent])
        self.count += len(absent)
        codes[long] = [self._number(t) for t in text.pieces(starts[long], ends[long])]
        return codes

    def _number(self, long: bytes) -> int:
        if long not in self._long:
            self.count += 1
            self._long[long] = self.count
            self._new.append(long)
        return self._long[long]

    def _forget(self) -> None:
        self._long, self._short = {}, _Rooms()
        self.era += 1


class _Rooms:
    """Words and number of each short text, in the first free room from the one that its words name.

    Attributes:
        held: How many texts there are.
    """

    def __init__(self) -> None:
        self.held = 0
        self._make(_FIRST_ROOMS)

    def _make(self, count: int) -> None:
        self._rooms = np.zeros((count, WORDS + 1), dtype=np.uint64)
        self._whole = self._rooms.view(np.dtype((np.void, 8 * (WORDS + 1)))).reshape(-1)

    def find(self, words: Words) -> Codes:
        """Return numbers, -1 where a text is absent; an empty room is the empty text, number 0."""
        rooms = self._first(words)
        there = self._rooms.take(rooms, axis=0)
        codes = np.where(_same(there, words), there[:, WORDS], _NONE).astype(np.int64)
        left = np.flatnonzero((codes == _ABSENT) & (there[:, WORDS] > 0))
        while len(left):
            rooms[left] = self._next(rooms[left])
            there = self._rooms.take(rooms[left], axis=0)
            same = _same(there, words[left])
            codes[left[same]] = there[same, WORDS]
            left = left[~same & (there[:, WORDS] > 0)]
        return codes

    def number(self, words: Words, begin: int) -> tuple[Codes, Mask]:
        """Take in absent texts under the numbers from `begin` on, equal ones under one.

        Returns:
            The number of each text, and of equal ones which alone is true.
        """
        rooms, codes = self.put(words, np.arange(begin, begin + len(words)))
        new = codes == np.arange(begin, begin + len(words))
        numbers = np.cumsum(new) + (begin - 1)
        self._rooms[rooms[new], WORDS] = numbers[new]
        return numbers[codes - begin], new

    def put(self, words: Words, numbers: Codes) -> tuple[Ints, Codes]:
        """Take in texts with their numbers, of equal ones one.

        Returns:
            The room where each text stands by now, and the number there.
        """
        self._widen(len(words))
        rooms = self._first(words)
        entries = np.column_stack([words, numbers.astype(np.uint64)])
        whole = entries.view(self._whole.dtype).reshape(-1)
        left = np.arange(len(words))
        while len(left):
            free = left[self._rooms[rooms[left], WORDS] == 0]
            self._whole[rooms[free]] = whole[free]  # of several the last
            left = left[~_same(self._rooms.take(rooms[left], axis=0), words[left])]
            rooms[left] = self._next(rooms[left])
        codes = self._rooms[rooms, WORDS].astype(np.int64)
        self.held += int((codes == numbers).sum())
        return rooms, codes

    def _widen(self, more: int) -> None:
        """Make room for more texts."""
        count = len(self._rooms)
        while self.held + more > _FULL * count:
            count *= 2
        if count > len(self._rooms):
            old = self._rooms[self._rooms[:, WORDS] > 0]
            self.held = 0
            self._make(count)
            self.put(old[:, :WORDS], old[:, WORDS].astype(np.int64))

    def _first(self, words: Words) -> Ints:
        mixed = words[:, 0]
        for place, factor in enumerate(_FACTORS, start=1):
            mixed = mixed * factor ^ words[:, place]
        mixed = mixed * _FACTORS[0]
        return ((mixed ^ mixed >> _HALF) & np.uint64(len(self._rooms) - 1)).astype(np.int64)

    def _next(self, rooms: Ints) -> Ints:
        return (rooms + 1) & (len(self._rooms) - 1)


def _same(there: Words, words: Words) -> Mask:
    same: Mask = there[:, 0] == words[:, 0]
    for place in range(1, WORDS):
        same &= there[:, place] == words[:, place]
    return same


def _words(text: Text, starts: Ints, ends: Ints) -> tuple[Words, Mask]:
    """Return the bytes of short texts as words, those of a long one as no text has; which are long."""
    lengths = ends - starts
    words = np.empty((len(starts), WORDS), dtype=np.uint64)
    for place in range(WORDS):
        words[:, place] = text.words(starts + 8 * place, np.clip(lengths - 8 * place, 0, 8))
    long = lengths > SHORT
    words[long] = _NONE
    return words, long


def laid_out(texts: Sequence[bytes]) -> tuple[Text, Ints, Ints]:
    """Return texts as a stretch, and where each begins and ends."""
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    ends = np.cumsum(lengths)
    return Text(b"".join(texts)), ends - lengths, ends
