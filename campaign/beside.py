"""Runs a job in a copy of this process, beside what the caller does, where a copy is safe."""

from __future__ import annotations

import ctypes
import math
import multiprocessing
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from campaign.collector import give_back, held

T = TypeVar("T")
WITH_ITS_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
# A copy comes to hold again the texts that it looks at, for looking counts references: of so many
# bytes at most is one made for that.
MOST_COPIED = 2 * 1024**3
# So many rows must a job look at; with fewer it is done before a copy is made.
WORTH_A_COPY = 5_000


@contextmanager
def beside(
    job: Callable[[], T], *, rows: float = math.inf, part: float = 1.0
) -> Iterator[Callable[[], T]]:
    """Begin a job beside the block; yield what waits for it and returns its result.

    A copy (fork) holds everything that this process holds and costs no handing over. It is made
    on Linux alone, where no other thread runs, whose locks it would inherit, where the job is
    long and not too much is held; it ends when this process is killed. Elsewhere, and where a copy
    ends without an answer, the job is done here when its result is asked for.

    Args:
        job: What to do; its result comes back through a pipe, so it had better be small.
        rows: How many rows it looks at; without it the job is long.
        part: Which part of the texts that are held the job and the block look at; nothing where
            it is arrays of numbers above all, which are not copied for being looked at.

    Raises:
        Exception: What the job raised, when its result is asked for.
    """
    begun = _begun(job) if may_copy(part, rows) else None
    if begun is None:
        yield job
        return
    process, answer = begun
    try:
        yield lambda: _result(job, answer)
    finally:
        answer.close()
        process.join()


def may_copy(part: float = 1.0, rows: float = math.inf) -> bool:
    """Return whether a copy of this process may be made, is worth it, and has memory and a core.

    `part` and `rows` as of `beside`.
    """
    if rows < WORTH_A_COPY:
        return False
    if sys.platform != "linux" or threading.active_count() > 1 or (os.cpu_count() or 1) < 2:
        return False
    return part * held() <= MOST_COPIED


def end_with(parent: int) -> None:
    """Let this copy of a process end when that process ends; on Linux."""
    ctypes.CDLL(None).prctl(WITH_ITS_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _begun(job: Callable[[], Any]) -> tuple[BaseProcess, Connection] | None:
    context = multiprocessing.get_context("fork")
    answer, give = context.Pipe(duplex=False)
    give_back()  # free memory would be written on here and in the copy, each its own
    process = context.Process(target=_do, args=(job, answer, give, os.getpid()))
    with suppress(OSError, AssertionError), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of libraries, all at rest
        process.start()
        give.close()
        return process, answer
    return None


def _do(job: Callable[[], Any], answer: Connection, give: Connection, parent: int) -> None:
    """Do the job in the copy and hand back what it returned or raised."""
    answer.close()
    end_with(parent)
    given: tuple[Any, BaseException | None]
    try:
        given = job(), None
    except BaseException as error:  # noqa: BLE001 - raised where the result is asked for
        given = None, error
    with suppress(OSError):  # nobody asks any more
        give.send(given)


def _result(job: Callable[[], T], answer: Connection) -> T:
    try:
        result, error = answer.recv()
    except (EOFError, OSError):
        return job()
    if error is not None:
        raise error
    made: T = result
    return made
