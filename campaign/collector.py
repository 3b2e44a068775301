"""Memory while millions of cells come and go: no search for rings of them, and none kept unused.

Nor is any handed back and fetched anew by a process that needs as much for each piece of its work.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

MANY_ROWS = 200_000  # of a table, from which on free memory is worth handing back at once
MIB = 1024 * 1024
# Settings of mallopt(3), and up to which size its free memory is kept for the next who asks.
TRIM_THRESHOLD, TOP_PAD, MMAP_THRESHOLD = -1, -2, -3
MOST_KEPT = 32 * MIB  # glibc takes no more
LITTLE = 1024 * MIB  # of memory held, below which none is handed back


@contextmanager
def without_collector() -> Iterator[None]:
    """Switch the collector off for a block; it takes a fifth of the time that making cells takes.

    >>> with without_collector():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def held() -> int:
    """Return the bytes of memory that this process holds; on Linux.

    >>> sys.platform != "linux" or held() > 4 * MIB
    True
    """
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def keep_freed() -> None:
    """Have this process keep memory that it frees for what it makes next (glibc); else nothing.

    Arrays of a megabyte would come from the system each time, a page at a time and wiped: for a
    process that does the same with piece after piece of a file that is a tenth of its work.

    >>> keep_freed()
    """
    change = _of_c_library("mallopt")
    change(MMAP_THRESHOLD, MOST_KEPT)
    change(TRIM_THRESHOLD, 1024 * MIB)
    change(TOP_PAD, MOST_KEPT)


def give_back() -> None:
    """Hand memory that is free back to the system, where the C library can (glibc); else nothing.

    After the tables of a stage are gone, half of what the process holds may be such memory. A
    process that holds little keeps it: the next stage would have to fetch it anew.

    >>> give_back()
    """
    if sys.platform == "linux" and held() < LITTLE:
        return
    _of_c_library("malloc_trim")(0)


def _of_c_library(name: str) -> Callable[..., object]:
    """Return a function of the C library; where there is none of that name, one that does nothing."""
    import ctypes

    try:
        found: Callable[..., object] = getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):
        return lambda *_: None
    return found
