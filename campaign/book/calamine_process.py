"""Reads workbooks with calamine in a process of its own, bounded in memory and time.

calamine can abort its process on a hostile file, which no `except` catches; here only the
child dies. The child imports nothing but the standard library and python_calamine, so it
starts in well under a tenth of a second; cells travel as plain text, numbers and flags,
and the parent's unpickler refuses everything else.
"""

from __future__ import annotations

import contextlib
import gc
import io
import pickle
import subprocess
import sys
import threading
from array import array
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any, NoReturn

ROWS_A_CHUNK = 10_000
SEPARATOR = "\0"
MOST_CELLS = 120_000_000
MIB = 1024 * 1024


class ReaderFailed(Exception):
    """The child could not read the file.

    `kind` is password, not_understood, too_large, died or time.
    """

    def __init__(self, kind: str, detail: str = "") -> None:
        """Keep the kind and what the reader said."""
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail


class CalamineReader:
    """A running child that reads one workbook; close it in any case."""

    def __init__(self, data: bytes, *, memory: int, seconds: float, hidden: bool = False) -> None:
        """Start the child and hand it the file; with `hidden` it reads hidden sheets too."""
        command = [sys.executable, "-P", str(Path(__file__)), str(memory), str(int(hidden))]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._late = False
        self._timer = threading.Timer(seconds, self._stop_late)
        self._timer.daemon = True
        self._timer.start()
        self._feed(data)

    def messages(self) -> Iterator[tuple[Any, ...]]:
        """Yield what the child says, up to its end.

        Raises:
            ReaderFailed: The child refused the file, died, or was stopped.
        """
        assert self._process.stdout is not None
        reader = _PlainUnpickler(self._process.stdout)
        while True:
            try:
                message = reader.load()
            except (EOFError, pickle.UnpicklingError, OSError) as error:
                raise ReaderFailed("time" if self._late else "died") from error
            if message[0] == "end":
                return
            if message[0] == "failed":
                raise ReaderFailed(message[1], message[2])
            yield message

    def close(self) -> None:
        """Stop the child if it still runs, and free its pipes."""
        self._timer.cancel()
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


def _child(data: bytes, out: IO[bytes], *, hidden: bool) -> None:
    """Read the workbook and say each sheet and its rows, a chunk of columns at a time."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for meta in workbook.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(meta.name)
        visible = hidden or meta.visible == SheetVisibleEnum.Visible
        left = sheet.start[1] if sheet.start else 0
        height = sheet.end[0] + 1 if sheet.end else 0
        merges = [(t, c - left, b, d - left) for (t, c), (b, d) in sheet.merged_cell_ranges or ()]
        _say(out, ("sheet", meta.name, visible, height, sheet.width, left, merges))
        if visible and sheet.start:
            if height * sheet.width > MOST_CELLS:
                _say(out, ("failed", "too_large", meta.name))
                return
            _say_rows(out, sheet)
    _say(out, ("end",))


def _say_rows(out: IO[bytes], sheet: Any) -> None:
    rows = iter(sheet.iter_rows())
    as_text = _TextOf()
    while chunk := list(islice(rows, ROWS_A_CHUNK)):
        columns = [_packed(column, as_text) for column in zip(*chunk, strict=True)]
        _say(out, ("rows", columns))


def _packed(column: tuple[Any, ...], as_text: _TextOf) -> str | bytes | list[Any]:
    """Return the cells packed: texts as one text, numbers as bytes, a mixture as a list."""
    try:
        joined = SEPARATOR.join(column)
    except TypeError:
        pass
    else:
        return joined if joined.count(SEPARATOR) == len(column) - 1 else list(column)
    kinds = set(map(type, column))
    if kinds == {float}:
        return array("d", column).tobytes()
    if kinds <= {str, float, bool}:
        return list(column)
    return [cell if type(cell) in (str, float, bool) else as_text[cell] for cell in column]


def unpacked(column: str | bytes | list[Any]) -> list[Any]:
    """Return the cells that `_packed` put together."""
    if isinstance(column, str):
        return column.split(SEPARATOR)
    if isinstance(column, bytes):
        numbers = array("d")
        numbers.frombytes(column)
        return numbers.tolist()
    return column


class _TextOf(dict[Any, Any]):
    """Text of dates and times, made once for each; whole numbers become floats."""

    def __missing__(self, cell: Any) -> Any:
        self[cell] = value = float(cell) if isinstance(cell, int) else str(cell)
        return value


def _say(out: IO[bytes], message: tuple[Any, ...]) -> None:
    pickler = pickle.Pickler(out, protocol=5)
    pickler.fast = True  # no memo: cells do not repeat as objects
    pickler.dump(message)


def _limit_memory(limit: int) -> None:
    """Bound the address space where the system can; elsewhere the pre-flight must do."""
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(ValueError, OSError):  # a stricter limit is already set
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def main() -> None:
    """Run as the child: a file on standard input, plain messages on standard output."""
    _limit_memory(int(sys.argv[1]))
    gc.disable()
    out = sys.stdout.buffer
    try:
        _child(sys.stdin.buffer.read(), out, hidden=sys.argv[2] == "1")
    except BaseException as error:  # noqa: BLE001 - calamine's panic is no Exception
        kind = "password" if type(error).__name__ == "PasswordError" else "not_understood"
        _say(out, ("failed", kind, str(error)[:200]))
    out.flush()


if __name__ == "__main__":
    main()
