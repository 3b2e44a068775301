"""Runs a parser in a process of its own, bounded in memory and time, and hears it out.

calamine can abort its process on a hostile file, which no `except` catches; here only the
child dies (`reader_child`). Cells travel as plain text, numbers and flags, and the parent's
unpickler refuses everything else.
"""

from __future__ import annotations

import io
import pickle
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from queue import Empty, Full, Queue
from typing import IO, Any, NoReturn

CHILD = Path(__file__).with_name("reader_child.py")
MIB = 1024 * 1024
LENGTH = struct.Struct("<Q")
MOST_SAID = 1024 * MIB  # in one message
AHEAD = 200  # messages of 0.4 MB at most that a child of a large workbook may be ahead
WALL_FACTOR = 3  # seconds on the wall for one of the processor: small files end within ten
STOPPED_FOR_TIME = (-24, 1816)  # SIGXCPU; on Windows ERROR_NOT_ENOUGH_QUOTA


class ReaderFailed(Exception):
    """The child could not read the file.

    `kind` is password, wrong_password, not_understood, not_shared, too_large, died or time; refused if
    `detail` and `hint` are the sentences to show.
    """

    def __init__(self, kind: str, detail: str = "", hint: str = "") -> None:
        """Keep the kind and what the reader said."""
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail
        self.hint = hint


class NotShared(Exception):
    """Children that share out a file's sheets cannot read it, or not so."""


class ReaderProcess:
    """A running child that reads one file; close it in any case.

    Attributes:
        there: Set after each message that comes.
    """

    def __init__(
        self,
        data: bytes | Path,
        task: str,
        detail: str,
        *,
        memory: int,
        seconds: float,
        share: str = "",
    ) -> None:
        """Start the child on a task and hand it the file; it is listened to at once.

        Args:
            data: What the child reads, or the file that holds it.
            task: workbook, csv, html, xml or decrypt.
            detail: Hidden sheets to read too (workbook), a / between their names or * for
                every one; else the file's name.
            memory: Bytes that the child may ask for.
            seconds: Time of the processor that it may take; a busy machine may take longer.
            share: Which sheets of a workbook it reads, as `xlsx_parts.shares` tells it; else all.
        """
        limits = (str(memory), str(seconds))
        command = [sys.executable, "-P", str(CHILD), *limits, task, detail, share]
        with data.open("rb") if isinstance(data, Path) else nullcontext(subprocess.PIPE) as source:
            self._process = subprocess.Popen(
                command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        self._late = False
        self._timer = threading.Timer(WALL_FACTOR * seconds, self._stop_late)
        self._timer.daemon = True
        self._timer.start()
        self.there = threading.Event()
        self._said: Queue[bytes] = Queue(AHEAD)
        self._closed = False
        threading.Thread(target=self._listen, daemon=True).start()
        if isinstance(data, bytes):
            self._feed(data)

    def _listen(self) -> None:
        """Take in what the child says as it comes; at its end say nothing.

        So the child reads on while a sheet is typed, some hundred messages ahead.
        """
        assert self._process.stdout is not None
        try:
            while len(head := self._process.stdout.read(LENGTH.size)) == LENGTH.size:
                self._put(self._process.stdout.read(min(LENGTH.unpack(head)[0], MOST_SAID)))
        except (OSError, ValueError):
            return  # the pipe was closed: nobody listens any more
        finally:
            self._put(b"")

    def _put(self, message: bytes) -> None:
        while not self._closed:
            with suppress(Full):
                self._said.put(message, timeout=1)
                self.there.set()
                return

    def said(self) -> tuple[Any, ...] | None:
        """Return the next message of the child, or None where it has said nothing new.

        Raises:
            ReaderFailed: The child refused the file, died, or was stopped.
        """
        try:
            message = _PlainUnpickler(io.BytesIO(self._said.get_nowait())).load()
        except Empty:
            return None
        except (EOFError, pickle.UnpicklingError) as error:
            raise ReaderFailed("time" if self._out_of_time() else "died") from error
        if message[0] == "failed":
            raise ReaderFailed(message[1], message[2])
        if message[0] == "refused":
            raise ReaderFailed("refused", message[1], message[2])
        told: tuple[Any, ...] = message
        return told

    def _out_of_time(self) -> bool:
        """Return whether the child was stopped for taking too long, by us or by the system."""
        if self._late:
            return True
        try:
            return self._process.wait(timeout=2) in STOPPED_FOR_TIME
        except subprocess.TimeoutExpired:
            return False

    def close(self) -> None:
        """Stop the child if it still runs, and free its pipes."""
        self._timer.cancel()
        self._closed = True
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                _close_quietly(pipe)

    def _feed(self, data: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(data)
            self._process.stdin.close()
        except OSError:
            return  # the child died; `messages` will say so

    def _stop_late(self) -> None:
        self._late = True
        self._process.kill()


def messages(readers: Sequence[ReaderProcess]) -> Iterator[tuple[ReaderProcess, tuple[Any, ...]]]:
    """Yield what children say that read a file beside each other, each up to its end, as it comes.

    The others are heard when the first has said what all need: the texts of a workbook.

    Raises:
        ReaderFailed: One of them refused the file, died, or was stopped.
    """
    first, *others = readers
    reading = [first]
    there = threading.Event()
    for reader in readers:
        reader.there = there  # what came before is found below without it
    while reading:
        there.clear()
        told = [(reader, reader.said()) for reader in reading]
        for reader, message in told:
            if message is None:
                continue
            if message[0] == "end":
                reading.remove(reader)
            else:
                yield reader, message
            if message[0] != "shared":
                reading += others
                others = []
        if not any(message for _, message in told):
            there.wait()


class _PlainUnpickler(pickle.Unpickler):
    """Loads text, numbers, flags, lists and tuples; a class or function is refused."""

    def find_class(self, module: str, name: str) -> NoReturn:
        """Refuse whatever is not plain data."""
        raise pickle.UnpicklingError(f"{module}.{name}")


def _close_quietly(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:
        return
