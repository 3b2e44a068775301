"""Reads our workbooks back for tests: cells, formulas, links, what is unlocked."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.escape import unescape

# Everything that a careless writer turns into a formula, a link or broken XML.
PAYLOADS = (
    "=1+1", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://evil.example\",\"x\")", "{=1+1}",
    "+1+1", "-1+1", "@SUM(1)", "=DDE(\"cmd\";\"/C calc\";\"x\")", "\t=1+1", "\r=1+1", "\n=1+1",
    "http://evil.example", "https://evil.example/a b", "mailto:a@evil.example",
    "internal:总览!A1", "external:c:\\evil.xlsx", "ftp://evil.example", "file:///etc/passwd",
    "%0A=1+1", "'=1+1", "=WEBSERVICE(\"http://evil.example\")", "&L&\"Arial\"&P", "\x01\x0b=1+1", "<b>&amp;]]>\"'",
)  # fmt: skip


def cells(book: Any) -> Iterator[tuple[str, Any]]:
    """Yield sheet name and cell of every cell of a workbook (or its path) that holds something."""
    book = openpyxl.load_workbook(book) if isinstance(book, Path) else book
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    yield sheet.title, cell


def texts(book: Any) -> list[str]:
    """Return every text of a workbook as a person sees it."""
    return [unescape(cell.value) for _, cell in cells(book) if isinstance(cell.value, str)]


def formulas(book: Any) -> dict[tuple[str, str], str]:
    """Return sheet and address to formula."""
    return {
        (sheet, cell.coordinate): cell.value for sheet, cell in cells(book) if cell.data_type == "f"
    }


def links_and_live_parts(path: Path) -> list[str]:
    """Return what of a workbook's XML could reach outside: links, DDE, macros, pictures."""
    wanted = re.compile(
        rb"<hyperlink|externalLink|ddeLink|oleLink|vbaProject|TargetMode=\"External"
    )
    with zipfile.ZipFile(path) as archive:
        return [
            name for name in archive.namelist() if wanted.search(name.encode() + archive.read(name))
        ]


def rows_under(sheet: Any, label: str) -> list[dict[str, Any]]:
    """Return the rows below the line of heads that holds `label`, while its column is filled."""
    heads = (row for row in sheet.iter_rows() if sum(c.value is not None for c in row) > 1)
    head = next(row for row in heads if any(cell.value == label for cell in row))
    names = {cell.column: cell.value for cell in head if cell.value}
    found = []
    for row in sheet.iter_rows(min_row=head[0].row + 1):
        values = {names[c.column]: c.value for c in row if c.column in names}
        if values[label] is None:
            break
        found.append(values)
    return found
