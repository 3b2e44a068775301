"""The number of each different text of a workbook; short ones are looked up by whole arrays.

Most cells of a ledger repeat a short text. Such texts stand by their bytes in a table of rooms (open
addressing), so a thousand cells are known by a few operations, and a text takes 65 to 130 bytes, a
longer one half as much again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from campaign.book.sheet_cells import Text, Words
from campaign.book.sheet_tags import Ints, Mask

WORDS = (3, 5)  # of eight bytes: so long are short and longer texts at most
MOST_SHORT, MOST_LONG = 5_000_000, 1_500_000  # texts that are remembered
MOST_TAKEN = 200_000
_FIRST_ROOMS = 1 << 18
_FULL = 0.5  # share of the rooms
_ABSENT = -1
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
        self._begin()

    def _begin(self) -> None:
        self._rooms = [_Rooms(words) for words in WORDS]
        self._long: dict[bytes, int] = {}  # those that no room takes

    def take(self, texts: Sequence[str]) -> None:
        """Number texts that were said already, each by its place; too many are not remembered."""
        begin = self.count + 1
        self.count += len(texts)
        if self.count > MOST_TAKEN:
            self._forget()
            return
        written = [text.encode() for text in texts]
        text, starts, ends = laid_out(written)
        *fitting, beyond = _by_length(ends - starts)
        for rooms, some in zip(self._rooms, fitting, strict=True):
            words = rooms.words(text, starts[some], ends[some])
            there = np.flatnonzero(words[:, 0] > 0)  # not the empty one
            rooms.put(words[there], begin + some[there])
        for place in beyond.tolist():
            self._long.setdefault(written[place], begin + place)

    def said(self) -> tuple[list[bytes], int]:
        """Return the new texts and their era; forget all texts where they are too many."""
        (new, self._new), era = (self._new, []), self.era
        short, longer = (rooms.held for rooms in self._rooms)
        if short > MOST_SHORT or longer + len(self._long) > MOST_LONG:
            self._forget()
        return new, era

    def codes(self, text: Text, starts: Ints, ends: Ints) -> Codes:
        """Return the numbers of texts in a stretch, none of which holds a byte of nought."""
        codes = np.empty(len(starts), dtype=np.int64)
        *fitting, beyond = _by_length(ends - starts)
        for rooms, some in zip(self._rooms, fitting, strict=True):
            if len(some):
                codes[some] = self._codes_in(rooms, text, starts[some], ends[some])
        long = text.pieces(starts[beyond], ends[beyond])
        codes[beyond] = [self._number(written) for written in long]
        return codes

    def _codes_in(self, rooms: _Rooms, text: Text, starts: Ints, ends: Ints) -> Codes:
        words = rooms.words(text, starts, ends)
        codes = rooms.find(words)
        absent = np.flatnonzero(codes == _ABSENT)
        codes[absent], new = rooms.number(words[absent], self.count + 1)
        absent = absent[new]
        self._new += text.pieces(starts[absent], ends[absent])
        self.count += len(absent)
        return codes

    def _number(self, long: bytes) -> int:
        if long not in self._long:
            self.count += 1
            self._long[long] = self.count
            self._new.append(long)
        return self._long[long]

    def _forget(self) -> None:
        self._begin()
        self.era += 1


class _Rooms:
    """Words and number of each text, in the first free room on the way that its words name.

    Attributes:
        held: How many texts there are.
    """

    def __init__(self, words: int) -> None:
        """Begin empty, for texts of so many words of eight bytes at most."""
        self.held, self._count = 0, words
        self._make(_FIRST_ROOMS)

    def _make(self, rooms: int) -> None:
        wide = self._count + 1
        self._rooms = np.zeros((rooms, wide), dtype=np.uint64)
        self._whole = self._rooms.view(np.dtype((np.void, 8 * wide))).reshape(-1)

    def words(self, text: Text, starts: Ints, ends: Ints) -> Words:
        """Return the bytes of texts as words; bytes of nought stand behind the last."""
        lengths = ends - starts
        words = np.empty((len(starts), self._count), dtype=np.uint64)
        for place in range(self._count):
            words[:, place] = text.words(starts + 8 * place, np.clip(lengths - 8 * place, 0, 8))
        return words

    def find(self, words: Words) -> Codes:
        """Return numbers, -1 where a text is absent; an empty room is the empty text, number 0."""
        rooms = self._first(words)
        there = self._rooms.take(rooms, axis=0)
        codes = np.where(_same(there, words), there[:, -1].astype(np.int64), _ABSENT)
        left = np.flatnonzero((codes == _ABSENT) & (there[:, -1] > 0))
        step = 0
        while len(left):
            step += 1
            rooms[left] = self._next(rooms[left], step)
            there = self._rooms.take(rooms[left], axis=0)
            same = _same(there, words[left])
            codes[left[same]] = there[same, -1]
            left = left[~same & (there[:, -1] > 0)]
        return codes

    def number(self, words: Words, begin: int) -> tuple[Codes, Mask]:
        """Take in absent texts under the numbers from `begin` on, equal ones under one.

        Returns:
            The number of each text, and of equal ones which alone is true.
        """
        rooms, codes = self.put(words, np.arange(begin, begin + len(words)))
        new = codes == np.arange(begin, begin + len(words))
        numbers = np.cumsum(new) + (begin - 1)
        self._rooms[rooms[new], -1] = numbers[new]
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
        step = 0
        while len(left):
            step += 1
            free = left[self._rooms[rooms[left], -1] == 0]
            self._whole[rooms[free]] = whole[free]  # of several the last
            left = left[~_same(self._rooms.take(rooms[left], axis=0), words[left])]
            rooms[left] = self._next(rooms[left], step)
        codes = self._rooms[rooms, -1].astype(np.int64)
        self.held += int((codes == numbers).sum())
        return rooms, codes

    def _widen(self, more: int) -> None:
        """Make room for more texts."""
        count = len(self._rooms)
        while self.held + more > _FULL * count:
            count *= 2
        if count > len(self._rooms):
            old = self._rooms[self._rooms[:, -1] > 0]
            self.held = 0
            self._make(count)
            self.put(old[:, :-1], old[:, -1].astype(np.int64))

    def _first(self, words: Words) -> Ints:
        mixed = words[:, 0]
        for place in range(1, self._count):
            mixed = mixed * _FACTORS[place % 2] ^ words[:, place]
        mixed = mixed * _FACTORS[0]
        return ((mixed ^ mixed >> _HALF) & np.uint64(len(self._rooms) - 1)).astype(np.int64)

    def _next(self, rooms: Ints, step: int) -> Ints:
        """Return the rooms to look at next; steps that grow leave rows of full rooms behind soon."""
        return (rooms + step) & (len(self._rooms) - 1)


def _same(there: Words, words: Words) -> Mask:
    same: Mask = there[:, 0] == words[:, 0]
    for place in range(1, words.shape[1]):
        same &= there[:, place] == words[:, place]
    return same


def _by_length(lengths: Ints) -> list[Ints]:
    """Return which texts the rooms for each length take, and at last which none takes."""
    kind = np.searchsorted([8 * words for words in WORDS], lengths)
    return [np.flatnonzero(kind == place) for place in range(len(WORDS) + 1)]


def laid_out(texts: Sequence[bytes]) -> tuple[Text, Ints, Ints]:
    """Return texts as a stretch, and where each begins and ends."""
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    ends = np.cumsum(lengths)
    return Text(b"".join(texts)), ends - lengths, ends
