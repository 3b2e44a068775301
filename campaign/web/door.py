"""Who is signed in, and how often somebody guessed the password wrong.

Nobody is known by what a cookie says: it carries a number that this process gave, new at
every sign-in, and that it forgets at sign-out or after a day without use.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable

IDLE_SECONDS = 24 * 3600
FREE_GUESSES = 5
FIRST_WAIT, LONGEST_WAIT = 10, 900
SHORTEST_PASSWORD = 10
MOST_ADDRESSES = 1_000
# Makes a guess cost about 50 ms and 16 MiB; guesses are looked at one after another.
COST = {"n": 2**14, "r": 8, "p": 1}


class Door:
    """The sign-ins of one running program; safe for its threads.

    Without a password only launch links open it.
    """

    def __init__(self, password: str | None, now: Callable[[], float] = time.monotonic) -> None:
        """Keep a digest of the password, not the password.

        Args:
            password: What people on other machines type; None where there are none.
            now: Seconds that only grow.
        """
        self._salt = secrets.token_bytes(16)
        self._digest = None if password is None else self._digest_of(password)
        self._now = now
        self._seen: dict[str, float] = {}
        self._wrong: dict[str, tuple[int, float]] = {}
        self._lock, self._guessing = threading.Lock(), threading.Lock()

    @property
    def is_shared(self) -> bool:
        """Return whether people on other machines may come in with the password."""
        return self._digest is not None

    def enter(self, before: str = "") -> str:
        """Return the number of a new sign-in; the one before is forgotten."""
        number = secrets.token_urlsafe(24)
        with self._lock:
            self._seen.pop(before, None)
            self._seen[number] = self._now()
        return number

    def knows(self, number: str) -> bool:
        """Return whether a number is signed in, and note that it was used."""
        with self._lock:
            now, seen = self._now(), self._seen.get(number)
            if seen is None or now - seen > IDLE_SECONDS:
                self._seen.pop(number, None)
                return False
            self._seen[number] = now
            return True

    def leave(self, number: str) -> None:
        """Forget a sign-in."""
        with self._lock:
            self._seen.pop(number, None)

    def wait(self, address: str) -> int:
        """Return for how many seconds an address may not guess again."""
        count, last = self._wrong.get(address, (0, 0.0))
        if count < FREE_GUESSES:
            return 0
        pause = min(FIRST_WAIT << (count - FREE_GUESSES), LONGEST_WAIT)
        return max(0, round(last + pause - self._now()))

    def opens(self, password: str, address: str) -> bool:
        """Return whether a password is the right one; a wrong one is counted for its address."""
        if self._digest is None:
            return False
        with self._guessing:
            if hmac.compare_digest(self._digest_of(password), self._digest):
                self._wrong.pop(address, None)
                return True
            self._count_wrong(address)
            return False

    def _count_wrong(self, address: str) -> None:
        count, _ = self._wrong.get(address, (0, 0.0))
        now = self._now()
        if len(self._wrong) >= MOST_ADDRESSES:
            self._wrong = {a: w for a, w in self._wrong.items() if now - w[1] < LONGEST_WAIT}
        self._wrong[address] = (count + 1, now)

    def _digest_of(self, password: str) -> bytes:
        return hashlib.scrypt(password.encode("utf-8"), salt=self._salt, **COST)
