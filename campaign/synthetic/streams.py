"""Named streams of random numbers: a new column never shifts the draws of another."""

import hashlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Streams:
    """Random numbers of one bank; each name is a stream of its own."""

    seed: int

    def __call__(self, name: str) -> np.random.Generator:
        """Return the stream of this name, from its beginning.

        Example:
            >>> [int(Streams(7)("balance").integers(100)) for _ in range(3)]
            [36, 36, 36]
        """
        digest = hashlib.sha256(f"{self.seed}:{name}".encode()).digest()
        return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))

    def of(self, part: str) -> "Streams":
        """Return streams of a part, whose names meet no others.

        Example:
            >>> Streams(7).of("top ups 2026") == Streams(7).of("top ups 2025")
            False
        """
        digest = hashlib.sha256(f"{self.seed}:{part}".encode()).digest()
        return Streams(int.from_bytes(digest[16:24], "big"))
