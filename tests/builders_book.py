"""Small workbooks for tests of the import: sheets as lists of rows."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from campaign.book.loan_book import LoanBook
from campaign.book.read import read_book
from campaign.findings import Finding

HEADER = ["借据号", "客户编号", "客户名称", "贷款余额（元）", "发放日期", "到期日期", "客户经理"]
ROWS = [
    ["JJ0001", "K001", "刘桂芳", 200000, "2026-03-01", "2027-03-01", "张伟民"],
    ["JJ0002", "K002", "孙立新", 350000, "2026-01-20", "2027-01-20", "张伟民"],
    ["JJ0003", "K003", "清河县鑫达建材有限公司", 800000, "2025-12-10", "2026-12-10", "李雪梅"],
]
AS_OF_TITLE = ["清河农商银行贷款台账 数据日期：2026-11-15"]


def save(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    *,
    merges: Mapping[str, Sequence[str]] | None = None,
) -> Path:
    """Write a workbook; None leaves a cell empty."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                if value is not None:
                    sheet.cell(number, column, value)
        for area in (merges or {}).get(name, ()):
            sheet.merge_cells(area)
    book.save(path)
    return path


def ledger(*changes: tuple[int, str, Any], rows: int = 3) -> list[list[Any]]:
    """Return a titled ledger with cells changed: (row of data from 0, header, value)."""
    body = [list(row) for row in ROWS[:rows]]
    for row, header, value in changes:
        body[row][HEADER.index(header)] = value
    return [list(AS_OF_TITLE), list(HEADER), *body]


def with_column(header: str, values: Sequence[Any]) -> list[list[Any]]:
    """Return the titled ledger with one more column at its right."""
    table = ledger()
    for row, value in zip(table[1:], [header, *values], strict=True):
        row.append(value)
    return table


def read(tmp_path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], **options: Any) -> LoanBook:
    """Write sheets and read them back as a book."""
    return read_book([save(tmp_path / "book.xlsx", sheets)], **options)


def read_ledger(tmp_path: Path, table: Sequence[Sequence[Any]], **options: Any) -> LoanBook:
    """Read a book that is one sheet called 借据."""
    return read(tmp_path, {"借据": table}, **options)


def found(book: LoanBook, kind: str) -> Finding:
    """Return the one finding of a kind."""
    matching = [finding for finding in book.findings if finding.kind == kind]
    assert len(matching) == 1, [finding.kind for finding in book.findings]
    return matching[0]


def kinds(book: LoanBook) -> set[str]:
    """Return the kinds of all findings."""
    return {finding.kind for finding in book.findings}


def field_of(book: LoanBook, header: str) -> str | None:
    """Return the field that a header was read as."""
    for sheet in book.sheets:
        for column in sheet.columns:
            if column.header == header:
                return column.field
    raise AssertionError(f"no header {header}")


def sheet_xml(body: str, *, root: str = "") -> bytes:
    """Return a worksheet part with a body of rows."""
    start = '<?xml version="1.0" encoding="UTF-8"?>' + root
    return (
        start + '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{body}</sheetData></worksheet>"
    ).encode()


def rewrite_part(path: Path, part: str, content: bytes, *, level: int = 6) -> Path:
    """Put other content into one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def letter(number: int) -> str:
    """Return the Excel letter of a 1-based column."""
    return str(get_column_letter(number))
