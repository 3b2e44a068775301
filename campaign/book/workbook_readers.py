"""The children that read a workbook: how many, and what each of them may take."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from campaign.book.calamine_process import MIB, ReaderProcess
from campaign.book.preflight import claimed_size
from campaign.book.xlsx_parts import shares

LEAST_MEMORY = 512 * MIB
MOST_MEMORY = 8_192 * MIB
LEAST_SECONDS = 3.0
BYTES_A_SECOND = 8 * MIB
USUAL_RATIO = 24  # an honest workbook packs its XML to a twentieth or worse


def workbook_readers(
    data: bytes | Path,
    size: int,
    archive: zipfile.ZipFile | None,
    hidden: str,
    *,
    beside: bool,
) -> list[ReaderProcess]:
    """Return children that read a workbook, begun.

    Two of them share out the sheets of a large .xlsx on the disk, where there are two cores; each
    may take what one would for as much, and of the memory that is the most no more than its part.

    Args:
        data: The workbook, or the file that holds it.
        size: Its bytes.
        archive: Its parts, where it has such.
        hidden: Hidden sheets to read too, as `ReaderProcess` takes them.
        beside: Whether two may read beside each other.
    """
    claimed = claimed_size(archive) if archive else 8 * size
    several = beside and isinstance(data, Path) and (os.cpu_count() or 1) > 1
    parts = shares(archive) if archive and several else {}
    if archive is None or len(parts) < 2:
        return [_reader(data, hidden, "", claimed, size, MOST_MEMORY)]
    begun: list[ReaderProcess] = []
    try:
        for share, names in parts.items():
            own = [part for part in archive.infolist() if part.filename in names]
            inflated = sum(part.file_size for part in own)
            packed = sum(part.compress_size for part in own)
            most = MOST_MEMORY * inflated // claimed
            begun.append(_reader(data, hidden, share, inflated, packed, most))
    except OSError:
        for reader in begun:
            reader.close()
        raise
    return begun


def _reader(
    data: bytes | Path, hidden: str, share: str, inflated: int, packed: int, most: int
) -> ReaderProcess:
    """Return a child that may take what so many bytes of XML, packed to so many, are worth."""
    memory = min(LEAST_MEMORY + 4 * inflated, most)
    seconds = LEAST_SECONDS + min(inflated, USUAL_RATIO * packed) / BYTES_A_SECOND
    return ReaderProcess(data, "workbook", hidden, memory=memory, seconds=seconds, share=share)
