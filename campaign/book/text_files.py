"""Text files read row by row: CSV and TSV here, pages and XML 2003 in `fake_xls`."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO

from campaign.book import fake_xls, parquet_tables
from campaign.book.text_tables import (
    MOST_COLUMNS,
    MOST_ROWS,
    SAMPLE,
    TextTable,
    encoding_of,
    too_long,
    too_wide,
)
from campaign.errors import BookUnreadable

DELIMITERS = ",\t;|"


def tables_in(source: IO[bytes], kind: str, name: str) -> Iterator[TextTable]:
    """Yield the tables of a csv, html, xml or parquet file; read each one's rows before the next.

    A csv or Parquet file is read in pieces, pages and XML 2003 whole.

    Raises:
        BookUnreadable: It is no text, broken, or wider and longer than any ledger.
    """
    stem = PurePosixPath(name).stem
    if kind == "xml":
        yield from fake_xls.xml_tables(source.read(), name)
    elif kind == "html":
        yield from fake_xls.html_tables(fake_xls.decode_html(source.read(), name), name, stem)
    elif kind == "parquet":
        yield parquet_tables.parquet_table(source, name)
    else:
        yield TextTable(stem, _csv_rows(source, name))


def _csv_rows(source: IO[bytes], name: str) -> Iterator[list[str]]:
    """Yield the rows of a CSV or TSV file; empty lines at its end are not rows."""
    encoding = encoding_of(source, name)
    text = io.TextIOWrapper(source, encoding=encoding, newline="")
    start = text.read(SAMPLE)
    text.seek(0)
    rows = csv.reader(text, delimiter=_delimiter(start))
    blank = 0
    try:
        for number, row in enumerate(rows):
            if number > MOST_ROWS:  # the first row is the header
                raise too_long(name)
            if len(row) > MOST_COLUMNS:
                raise too_wide(name)
            if not row:
                blank += 1
                continue
            for _ in range(blank):
                yield []
            blank = 0
            yield [_csv_cell(cell) for cell in row]
    except csv.Error as error:
        raise BookUnreadable(f"“{name}”不是能读的文本表格。", "请另存为 xlsx 再试。") from error


def _delimiter(text: str) -> str:
    """Return the sign that cuts the first lines into the most equal, most numerous parts."""
    lines = [line for line in text.splitlines()[:30] if line.strip()]

    def regularity(sign: str) -> tuple[int, int]:
        counts = Counter(line.count(sign) for line in lines)
        count, times = max(counts.items(), key=lambda item: (item[1] * min(item[0], 1), item[0]))
        return (times if count else 0, count)

    return max(DELIMITERS, key=regularity) if lines else ","


def _csv_cell(cell: str) -> str:
    cell = cell.strip()
    if cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1]
    return cell
