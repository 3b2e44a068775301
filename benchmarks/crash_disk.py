"""A disk that forgets: what a traced program's calls would leave after a power cut.

Files and folders are followed twice: as the program sees them, and as they stand on the disk for
certain. Bytes written are certain after fsync of their file; a name given, changed or taken away is
certain after fsync of its folder, a renaming as a whole after fsync of either folder. What is not
certain may be there or not: bytes block by block, names in the order of their changes.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path, PurePosixPath

CALLS = (
    "openat,write,pwrite64,ftruncate,fsync,fdatasync,lseek,mkdir,rmdir,rename,renameat,renameat2,"
    "unlink,unlinkat"
)
# Calls that would change a file and that this disk does not know.
UNKNOWN = "creat,truncate,fallocate,writev,pwritev,pwritev2,copy_file_range,sendfile,link,linkat"
BLOCK = 512
FOLDER = None

_LINE = re.compile(r"^(\d+)\s+(.*)$")
_CALL = re.compile(r"^(\w+)\((.*)\)\s*= (-?\d+)", re.S)
_HANDLE = re.compile(r"^(\d+)<(.*?)(?: \(deleted\))?>$", re.S)
_ARGUMENT = re.compile(r'\s*("(?:[^"\\]|\\.)*"|\w+<[^>]*>|[^,]+)(?:,|$)', re.S)


class Left(Enum):
    """What of that which is not certain a power cut leaves."""

    ALL = "the program alone dies"
    NOTHING = "nothing"
    NAMES = "all names, no bytes"
    SOME = "some of both, by chance"


@dataclass(eq=False)
class File:
    """The bytes of a file, as seen and as certain."""

    seen: bytearray = field(default_factory=bytearray)
    certain: bytes = b""


class Gone(Enum):
    """The mark of a name taken away."""

    GONE = "gone"


GONE = Gone.GONE
Entry = File | None
# Names given and taken away together.
Change = dict[str, Entry | Gone]


@dataclass
class Disk:
    """A folder tree, as seen and as certain; paths are relative to its root, which is `.`."""

    seen: dict[str, Entry] = field(default_factory=dict)
    certain: dict[str, Entry] = field(default_factory=dict)
    waiting: list[Change] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Path) -> Disk:
        """Return a disk that holds a folder for certain."""
        disk = cls()
        for path in sorted(root.rglob("*")):
            content = None if path.is_dir() else path.read_bytes()
            entry = FOLDER if content is None else File(bytearray(content), content)
            disk.seen[path.relative_to(root).as_posix()] = entry
        disk.certain = dict(disk.seen)
        return disk

    def left(self, what: Left, chance: random.Random) -> dict[str, bytes | None]:
        """Return the files that are there after a power cut, None for a folder."""
        if what is Left.ALL:
            return {path: bytes(one.seen) if one else None for path, one in self.seen.items()}
        names = dict(self.seen if what is Left.NAMES else self.certain)
        if what is Left.SOME:
            for change in self.waiting[: chance.randint(0, len(self.waiting))]:
                _name(names, change)
        found: dict[str, bytes | None] = {}
        for path, one in sorted(names.items()):
            above = _above(path)
            if above == "." or (above in found and found[above] is None):
                certain = one.certain if one else None
                found[path] = _torn(one, chance) if one and what is Left.SOME else certain
        return found

    def apply(self, call: Call, root: str) -> bool:
        """Do one call on files below a root; return whether anything changed."""
        words, paths = call.words, [inside(word, root) for word in call.words]
        if call.name == "openat":
            return self._open(paths[1], words[2])
        if call.name in ("rename", "renameat", "renameat2"):
            named = [path for path, word in zip(paths, words, strict=True) if word[0] == '"']
            return self._rename(*named)
        if call.name in ("mkdir", "unlink", "rmdir"):
            return self._change({paths[0]: FOLDER if call.name == "mkdir" else GONE})
        if call.name == "unlinkat":
            return self._change({inside(words[0], root, unquoted(words[1]).decode()): GONE})
        path = paths[0]
        if path is None or (path != "." and path not in self.seen):
            return False
        if call.name in ("fsync", "fdatasync"):
            return self._sync(path)
        one = self.seen.get(path)
        return one is not None and self._write(path, one, call)

    def _write(self, path: str, one: File, call: Call) -> bool:
        if call.name == "lseek":
            self.places[path] = call.result
            return False
        if call.name == "ftruncate":
            size = int(call.words[1])
            one.seen[size:] = b"\0" * max(size - len(one.seen), 0)
            return True
        at = int(call.words[3]) if call.name == "pwrite64" else self.places.get(path, 0)
        content = unquoted(call.words[1])[: call.result]
        one.seen[len(one.seen) : at] = b"\0" * max(at - len(one.seen), 0)
        one.seen[at : at + len(content)] = content
        if call.name == "write":
            self.places[path] = at + len(content)
        return True

    def _open(self, path: str | None, flags: str) -> bool:
        if path is None or path == ".":
            return False
        self.places[path] = 0
        if path not in self.seen:
            return "O_CREAT" in flags and self._change({path: File()})
        one = self.seen[path]
        if isinstance(one, File) and "O_TRUNC" in flags:
            one.seen.clear()
            return True
        return False

    def _rename(self, old: str | None, new: str | None) -> bool:
        if old is None or new is None:
            if old == new:
                return False
            raise NotImplementedError("a file comes from outside of the folder, or leaves it")
        one = self.seen[old]
        assert one is not FOLDER, "this disk renames files only"
        return self._change({new: one, old: GONE})

    def _change(self, names: Mapping[str | None, Entry | Gone]) -> bool:
        change = {path: entry for path, entry in names.items() if path is not None}
        if not change:
            return False
        _name(self.seen, change)
        self.waiting.append(change)
        return True

    def _sync(self, path: str) -> bool:
        one = self.seen.get(path)
        if isinstance(one, File):
            one.certain = bytes(one.seen)
            return True
        certain = [any(_above(name) == path for name in change) for change in self.waiting]
        for later in reversed(range(len(self.waiting))):
            for earlier in range(later if certain[later] else 0):
                shared = self.waiting[earlier].keys() & self.waiting[later].keys()
                certain[earlier] = certain[earlier] or bool(shared)
        for change, is_certain in zip(self.waiting, certain, strict=True):
            if is_certain:
                _name(self.certain, change)
        self.waiting = [
            c for c, is_certain in zip(self.waiting, certain, strict=True) if not is_certain
        ]
        return True


@dataclass(frozen=True)
class Call:
    """A call that was done: by which process, its name, arguments as strace writes them, result."""

    process: str
    name: str
    words: list[str]
    result: int


def calls(trace: str) -> Iterator[Call]:
    """Return each call of a trace that was done.

    Raises:
        NotImplementedError: A file was changed in a way that a `Disk` does not know.
    """
    halves: dict[str, str] = {}
    for line in trace.splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        process, text = found.groups()
        if text.endswith("<unfinished ...>"):
            halves[process] = text.removesuffix("<unfinished ...>").rstrip()
            continue
        if text.startswith("<... "):
            text = halves.pop(process) + text.partition("resumed>")[2]
        done = _CALL.match(text)
        if done is None or int(done[3]) < 0:
            continue
        if done[1] in UNKNOWN.split(","):
            raise NotImplementedError(f"the disk does not know {done[1]}")
        words = _ARGUMENT.findall(done[2])
        yield Call(process, done[1], words, int(done[3]))


def inside(word: str, root: str, name: str = "") -> str | None:
    """Return the path of an argument (a name or a handle) below a root, None elsewhere."""
    if word[0] == '"':
        path = unquoted(word).decode(errors="replace")
    elif (handle := _HANDLE.match(word)) is not None:
        path = unquoted(f'"{handle[2]}"').decode(errors="replace")
    else:
        return None
    whole = PurePosixPath(path, name) if name else PurePosixPath(path)
    if not whole.is_relative_to(root):
        return None
    return whole.relative_to(root).as_posix()


def unquoted(word: str) -> bytes:
    """Return the bytes of a text as strace quotes it."""
    return word[1:-1].encode("latin-1").decode("unicode_escape").encode("latin-1")


def laid_out(found: Iterable[tuple[str, bytes | None]], root: Path) -> Path:
    """Write files, None for a folder, below a new root."""
    root.mkdir()
    for path, content in sorted(found):
        if content is None:
            (root / path).mkdir()
        else:
            (root / path).write_bytes(content)
    return root


def _name(names: dict[str, Entry], change: Change) -> None:
    for path, entry in change.items():
        if isinstance(entry, Gone):
            names.pop(path, None)
        else:
            names[path] = entry


def _above(path: str) -> str:
    return PurePosixPath(path).parent.as_posix()


def _torn(one: File, chance: random.Random) -> bytes:
    """Return the bytes of a file of which each block is the one written last or the one before."""
    size = len(chance.choice((one.seen, one.certain)))
    blocks = []
    for start in range(0, size, BLOCK):
        source = chance.choice((one.seen, one.certain))
        block = bytes(source[start : start + BLOCK])
        blocks.append(block.ljust(min(BLOCK, size - start), b"\0"))
    return b"".join(blocks)
