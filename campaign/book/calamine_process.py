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
from queue import Full, Queue
from typing import IO, Any, NoReturn

CHILD = Path(__file__).with_name("reader_child.py")
MIB = 1024 * 1024
LENGTH = struct.Struct("<Q")
MOST_SAID = 1024 * MIB  # in one message
AHEAD = 256  # messages of 0.2 MB or so that the children of a file may be ahead
WALL_FACTOR = 3  # seconds on the wall for one of the processor: small files end within ten
STOPPED_FOR_TIME = (-24, 1816)  # SIGXCPU; on Windows ERROR_NOT_ENOUGH_QUOTA


Said = Queue[tuple["ReaderProcess", bytes]]


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


class ReaderProcess:
    """A running child that reads one file; close it in any case."""

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
        """Start the child on a task and hand it the file.

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
        self._closed = False
        if isinstance(data, bytes):
            self._feed(data)

    def listen(self, said: Said) -> None:
        """Take in what the child says as it comes, in a thread; at its end say nothing.

        So the child reads on while a sheet is typed, some hundred messages ahead.
        """
        threading.Thread(target=self._listen, args=(said,), daemon=True).start()

    def _listen(self, said: Said) -> None:
        assert self._process.stdout is not None
        try:
            while len(head := self._process.stdout.read(LENGTH.size)) == LENGTH.size:
                self._put(said, self._process.stdout.read(min(LENGTH.unpack(head)[0], MOST_SAID)))
        except (OSError, ValueError):
            return  # the pipe was closed: nobody listens any more
        finally:
            self._put(said, b"")

    def _put(self, said: Said, message: bytes) -> None:
        while not self._closed:
            with suppress(Full):
                said.put((self, message), timeout=1)
                return

    def understood(self, message: bytes) -> tuple[Any, ...]:
        """Return a message of this child.

        Raises:
            ReaderFailed: The child refused the file, died, or was stopped.
        """
        try:
            told: tuple[Any, ...] = _PlainUnpickler(io.BytesIO(message)).load()
        except (EOFError, pickle.UnpicklingError) as error:
            raise ReaderFailed("time" if self._out_of_time() else "died") from error
        if told[0] == "failed":
            raise ReaderFailed(told[1], told[2])
        if told[0] == "refused":
            raise ReaderFailed("refused", told[1], told[2])
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

    The others are heard from when the first has said what all need: the texts of a workbook.

    Raises:
        ReaderFailed: One of them refused the file, died, or was stopped.
    """
    said: Said = Queue(AHEAD)
    reading, waiting = list(readers[:1]), list(readers[1:])
    readers[0].listen(said)
    while reading:
        reader, message = said.get()
        if reader not in reading:
            continue  # it said its end
        told = reader.understood(message)
        if told[0] == "end":
            reading.remove(reader)
        else:
            yield reader, told
        if told[0] != "shared":
            for reader in waiting:
                reader.listen(said)
            reading += waiting
            waiting = []


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
