"""The parts of an .xlsx that are read by arrays, and whether it is worth it."""

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


def is_large(archive: zipfile.ZipFile) -> bool:
    """Return whether an archive is an .xlsx whose sheets are worth reading by arrays."""
    sheets = (part for part in archive.infolist() if part.filename.startswith(SHEETS))
    size = sum(part.file_size for part in sheets)
    return set(archive.namelist()) >= DESCRIBING and size >= LEAST_BYTES
