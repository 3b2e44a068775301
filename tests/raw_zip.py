"""A zip writer that lies: any claimed size, offsets that overlap, streams without end.

A long stream is made without being compressed at length: one block ends with a full flush,
so its bytes may be repeated.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

DEFLATED = 8
MIB = 1024 * 1024


@dataclass(frozen=True)
class Part:
    """One file of an archive, already packed, with what its directory entry claims."""

    name: str
    packed: bytes
    size: int
    crc: int = 0
    method: int = DEFLATED
    offset: int | None = None


def part(name: str, content: bytes) -> Part:
    """Return an honest part."""
    stream = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = stream.compress(content) + stream.flush()
    return Part(name, packed, len(content), zlib.crc32(content))


def endless(name: str, head: bytes, unit: bytes, times: int, tail: bytes = b"") -> Part:
    """Return a part of head, unit again and again, and tail; the packed unit is repeated."""
    block = unit * max(MIB // len(unit), 1)
    first, middle, last = (_flushed(data) for data in (head, block, tail))
    end = zlib.compressobj(9, zlib.DEFLATED, -15)
    size = len(head) + len(block) * times + len(tail)
    return Part(name, first + middle * times + last + end.flush(), size)


def _flushed(data: bytes) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return stream.compress(data) + stream.flush(zlib.Z_FULL_FLUSH)


def archive(parts: list[Part]) -> bytes:
    """Return the bytes of an archive; a part with an offset has no content of its own."""
    out = bytearray()
    directory = bytearray()
    for entry in parts:
        offset = entry.offset
        if offset is None:
            offset = len(out)
            out += _local(entry) + entry.packed
        directory += _central(entry, offset)
    count = min(len(parts), 0xFFFF)
    start = len(out)
    out += directory
    if len(parts) > 0xFFFF or start >= 0xFFFFFFFF:
        end = struct.pack(
            "<IQHHIIQQQQ",
            *(0x06064B50, 44, 45, 45, 0, 0, len(parts), len(parts), len(directory), start),
        )
        locator = struct.pack("<IIQI", 0x07064B50, 0, len(out), 1)
        out += end + locator
    out += struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), start, 0)
    return bytes(out)


def _local(entry: Part) -> bytes:
    name = entry.name.encode()
    sizes = (entry.crc, len(entry.packed), min(entry.size, 0xFFFFFFFF), len(name), 0)
    return struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0x800, entry.method, 0, 33, *sizes) + name


def _central(entry: Part, offset: int) -> bytes:
    name = entry.name.encode()
    extra = struct.pack("<HHQ", 1, 8, entry.size) if entry.size >= 0xFFFFFFFF else b""
    size = min(entry.size, 0xFFFFFFFF)
    sizes = (entry.crc, len(entry.packed), size, len(name), len(extra), 0, 0, 0, 0, offset)
    head = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0x800, entry.method, 0, 33, *sizes)
    return head + name + extra
