"""The children that read a workbook: how many, and what each of them may take."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from campaign.book.calamine_process import MIB, ReaderProcess
from campaign.book.preflight import claimed_size
from campaign.book.xlsx_parts import shares

LEAST_MEMORY = 512 * MIB
MOST_MEMORY = 8_192 * MIB
LEAST_SECONDS = 3.0
BYTES_A_SECOND = 8 * MIB
USUAL_RATIO = 24  # an honest workbook packs its XML to a twentieth or worse


@dataclass(frozen=True)
class Load:
    """What a child is to read.

    Attributes:
        share: Which sheets, as `xlsx_parts.shares` tells it; else all.
        inflated: Bytes of XML that the archive claims.
        packed: Bytes that they take packed.
        most: Memory that the child may have at most.
    """

    share: str
    inflated: int
    packed: int
    most: int = MOST_MEMORY

    @property
    def memory(self) -> int:
        """Return the bytes that the child may ask for."""
        return min(LEAST_MEMORY + 4 * self.inflated, self.most)

    @property
    def seconds(self) -> float:
        """Return the time of the processor that it may take."""
        return LEAST_SECONDS + min(self.inflated, USUAL_RATIO * self.packed) / BYTES_A_SECOND


def workbook_readers(
    data: bytes | Path, hidden: str, loads: Sequence[Load], closing: ExitStack
) -> list[ReaderProcess]:
    """Return children that read a workbook, begun; they are closed with `closing`.

    Args:
        data: The workbook, or the file that holds it.
        hidden: Hidden sheets to read too, as `ReaderProcess` takes them.
        loads: What each is to read.
        closing: Closes them.
    """
    begun = []
    for load in loads:
        reader = ReaderProcess(
            data,
            "workbook",
            hidden,
            memory=load.memory,
            seconds=load.seconds,
            share=load.share,
        )
        closing.callback(reader.close)
        begun.append(reader)
    return begun


def loads_of(archive: zipfile.ZipFile | None, size: int, *, beside: bool) -> list[Load]:
    """Return what children are to read of a workbook of `size` bytes.

    Two of them share out the sheets of a large .xlsx where there are two cores; each may take what
    one would for as much, and of the memory that is the most no more than its part.

    Args:
        archive: Its parts, where it has such.
        size: Its bytes.
        beside: Whether two may read beside each other.
    """
    claimed = claimed_size(archive) if archive else 8 * size
    parts = shares(archive) if archive and beside and (os.cpu_count() or 1) > 1 else {}
    if archive is None or len(parts) < 2:
        return [Load("", claimed, size)]
    loads = []
    for share, names in parts.items():
        own = [part for part in archive.infolist() if part.filename in names]
        inflated = sum(part.file_size for part in own)
        packed = sum(part.compress_size for part in own)
        loads.append(Load(share, inflated, packed, MOST_MEMORY * inflated // claimed))
    return loads
