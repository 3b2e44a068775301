"""The parts of an .xlsx that are read by arrays, whether it is worth it, and who reads which."""

from __future__ import annotations

import zipfile

SHEETS = "xl/worksheets/"
TEXTS = "xl/sharedStrings.xml"
# What describes a workbook beside its sheets and texts.
DESCRIBING = frozenset(
    (
        "[Content_Types].xml",
        "_rels/.rels",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
    )
)
LEAST_BYTES = 4 * 1024 * 1024  # of XML, from which on reading by arrays pays

FIRST, SECOND = "first:", "second:"  # of two children
LEAST_SHARE = 32 * 1024 * 1024  # of XML: one child has read as much when the parent is ready
TEXTS_TIMES = 4  # so many times the texts, which both must know, must a share hold


def is_large(archive: zipfile.ZipFile) -> bool:
    """Return whether an archive is an .xlsx whose sheets are worth reading by arrays."""
    sheets = (part for part in archive.infolist() if part.filename.startswith(SHEETS))
    size = sum(part.file_size for part in sheets)
    return set(archive.namelist()) >= DESCRIBING and size >= LEAST_BYTES


def shares(archive: zipfile.ZipFile) -> dict[str, frozenset[str]]:
    """Return the sheets of a large .xlsx as two children share them out.

    The largest sheet goes first, each to who has less. What is no sheet, both read.

    Returns:
        What a child is told of its share (see `left_by`) → the parts that it reads. One share,
        told as nothing, holds all where one child is as quick.
    """
    sizes = {part.filename: part.file_size for part in archive.infolist()}
    sheets = [name for name in sizes if name.startswith(SHEETS)]
    found: list[set[str]] = [set(), set()]
    size = [0, 0]
    for name in sorted(sheets, key=lambda name: (-sizes[name], name)):
        less = size.index(min(size))
        found[less].add(name)
        size[less] += sizes[name]
    if not is_large(archive) or min(size) < max(LEAST_SHARE, TEXTS_TIMES * sizes.get(TEXTS, 0)):
        return {"": frozenset(sizes)}
    places = {name: place for place, name in enumerate(archive.namelist())}
    left = [",".join(str(places[name]) for name in sorted(parts)) for parts in reversed(found)]
    rest = set(sizes) - set(sheets)
    return {
        FIRST + left[0]: frozenset(rest | found[0]),
        SECOND + left[1]: frozenset(rest | found[1]),
    }


def left_by(share: str, archive: zipfile.ZipFile) -> frozenset[str | None]:
    """Return the parts that a child leaves to the other; None, a sheet without one, to the first.

    Args:
        share: Nothing, or FIRST or SECOND and the places of the parts in the archive.
        archive: The workbook.
    """
    which, mark, places = share.partition(":")
    names = archive.namelist()
    left = {names[int(place)] for place in places.split(",") if place}
    return frozenset((*left, None) if which + mark == SECOND else left)
