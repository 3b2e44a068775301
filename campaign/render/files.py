"""Writes outputs whole or not at all, under names that every system takes."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import time
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from campaign.errors import OutputBlocked, reason_of

NAME_BYTES = 120
NAMELESS = "未命名"
TEMPORARY = ".campaign-"
# Waits after each refusal; Excel and virus scanners let go of a file within a second.
WAITS = (0.05, 0.1, 0.2, 0.3, 0.35)
OTHER_NAMES = range(2, 10)

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³]|conin\$|conout\$)\s*(\.|$)", re.I)
_BESIDE = re.compile(r"^(?P<stem>.+)（[2-9]）$")
_counter = itertools.count()


def write_atomically(path: Path, content: bytes | Iterable[bytes]) -> Path:
    """Write `content`, whole or in pieces, to `path`, replacing the file whole or not at all.

    The bytes go to a temporary file beside the target, reach the disk, and take the
    target's name. Where the target is held open (Excel on Windows) the write is tried
    again for a second, then kept beside it as `名单（2）.xlsx`; the caller sees this from
    the path returned, and `elsewhere_notes` says it.

    Raises:
        OutputBlocked: Nothing could be written there.
    """
    temporary = name_aside(path)
    pieces = iter((content,) if isinstance(content, bytes) else content)
    sizes: list[int] = []
    try:
        make_folder(path.parent)
        _write_through(temporary, pieces, sizes)
        written = _renamed(temporary, path)
        sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        needed = sum(sizes) + sum(len(piece) for piece in pieces)
        raise _blocked(path, needed, error) from error
    return written


def move_whole(source: Path, target: Path) -> Path:
    """Give a file that is on the disk another name in the same folder tree; return where it is.

    A target that is held open is dealt with as in `write_atomically`.

    Raises:
        OutputBlocked: It cannot be moved there.
    """
    try:
        make_folder(target.parent)
        moved = _renamed(source, target)
        sync_folder(target.parent)
    except OSError as error:
        raise _blocked(target, 0, error) from error
    return moved


@contextlib.contextmanager
def made_aside(path: Path) -> Iterator[Path]:
    """Yield where a new file can be made; it takes its own name when the block ends well.

    Raises:
        OutputBlocked: It cannot be moved there.
    """
    aside = name_aside(path)
    try:
        yield aside
        move_whole(aside, path)
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)


def name_aside(path: Path) -> Path:
    """Return another name, in the same folder, under which a file may be made first."""
    return path.parent / _temporary()


def make_folder(folder: Path) -> None:
    """Make a folder and those above it; their names reach the disk before anything lies in them."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for one in reversed(missing):
        sync_folder(one.parent)


def elsewhere_notes(paths: Iterable[Path]) -> list[str]:
    """Return one Chinese sentence for each output that had to take another name."""
    notes = []
    for path in paths:
        match = _BESIDE.match(path.stem)
        if match and path.with_name(match["stem"] + path.suffix).exists():
            wanted = match["stem"] + path.suffix
            notes.append(
                f"{wanted} 正被打开，未能替换；新内容已存为 {path.name}，请关闭旧文件后改用新文件。"
            )
    return notes


def remove_leftovers(folder: Path) -> int:
    """Remove temporary files that a killed run left anywhere in `folder`; return how many.

    Those of a program that is still running are left to it.
    """
    leftovers = [path for path in sorted(folder.rglob(f"{TEMPORARY}*.tmp*")) if not _in_use(path)]
    for path in leftovers:
        with contextlib.suppress(OSError):
            path.unlink()
    return len(leftovers)


def _temporary() -> str:
    return f"{TEMPORARY}{os.getpid()}-{next(_counter)}.tmp"


def _in_use(temporary: Path) -> bool:
    """Return whether the program that writes a temporary file is still there."""
    number = temporary.name.removeprefix(TEMPORARY).partition("-")[0]
    if os.name == "nt" or not number.isdigit():  # Windows lets nobody remove a file in use
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def safe_name(text: str, limit: int = NAME_BYTES) -> str:
    """Return one part of a path that Windows, macOS and Linux take, Chinese kept legible.

    Args:
        text: Any text, for example a branch as read.
        limit: Most bytes in UTF-8, cut between characters.

    >>> safe_name("../清河/支行:甲"), safe_name("CON"), safe_name(" . "), safe_name("客" * 99, 9)
    ('_清河_支行_甲', '_CON', '未命名', '客客客')
    """
    text = unicodedata.normalize("NFC", text)
    text = "".join(" " if c.isspace() else c for c in text if c.isspace() or _printable(c))
    text = _FORBIDDEN.sub("_", text).strip(" .~")
    text = text.encode("utf-8")[:limit].decode("utf-8", "ignore").strip(" .~")
    if not text:
        return NAMELESS
    return f"_{text}" if _RESERVED.match(text) else text


def unique_names(texts: Iterable[str], limit: int = NAME_BYTES) -> list[str]:
    """Return a safe name for each text, no two alike on any system.

    Names that differ only in case, width or the way an accent is composed count as alike.

    >>> unique_names(["A01_张三", "a01_张三", "A01_张三"])
    ['A01_张三', 'a01_张三_2', 'A01_张三_3']
    """
    taken: set[str] = set()
    names = []
    for text in texts:
        name = safe_name(text, limit)
        number = 1
        while _folded(name) in taken:
            number += 1
            name = f"{safe_name(text, limit - 4)}_{number}"
        taken.add(_folded(name))
        names.append(name)
    return names


def _printable(char: str) -> bool:
    return unicodedata.category(char)[0] != "C"


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _write_through(path: Path, pieces: Iterable[bytes], sizes: list[int]) -> None:
    """Write the pieces of a file to the disk, and note how many bytes each has."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        for piece in pieces:
            sizes.append(len(piece))
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def _renamed(temporary: Path, path: Path) -> Path:
    for wait in (*WAITS, None):
        try:
            temporary.replace(path)
        except PermissionError:
            if wait is None:
                break
            time.sleep(wait)
        else:
            return path
    for number in OTHER_NAMES:
        other = path.with_name(f"{path.stem}（{number}）{path.suffix}")
        with contextlib.suppress(PermissionError):
            temporary.replace(other)
            return other
    raise PermissionError(13, "file is held open", str(path))


def sync_folder(folder: Path) -> None:
    """Have the names of a folder reach the disk; Windows does it by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _blocked(path: Path, needed: int, error: OSError) -> OutputBlocked:
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError:
        free = needed
    if free < needed:
        return OutputBlocked(
            f"磁盘空间不足，{path.name} 未写出：需要 {needed:,} 字节，剩余 {free:,} 字节。",
            "请清理磁盘或换一个目录再试；原有文件没有改动。",
        )
    return OutputBlocked(
        f"无法写出 {path}（{reason_of(error)}）。",
        "请关闭正在打开该文件的程序，或换一个有写入权限的目录；原有文件没有改动。",
    )
