"""A Parquet file read in pieces; the library for it (pyarrow) is an extra, for large banks only."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import PurePosixPath
from typing import IO, Any

from campaign.book.raw_sheet import EMPTY, Cell
from campaign.book.text_tables import MOST_COLUMNS, MOST_ROWS, TextTable, too_long, too_wide
from campaign.errors import BookUnreadable

MARK = b"PAR1"
ROWS_A_PIECE = 10_000
# Whole numbers beyond it are numbers of customers or notes, which a float would round.
EXACT = 2**53


def parquet_table(source: IO[bytes], name: str) -> TextTable:
    """Return the table of a Parquet file: a row of its column names, then its rows in pieces.

    Raises:
        BookUnreadable: pyarrow is not installed, the file is broken, or longer or wider than
            can be held; the size is told by the file's own footer, before a row is read.
    """
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise BookUnreadable(
            f"“{name}”是 Parquet 文件，读它要另装 pyarrow。",
            "请运行 pip install pyarrow，或导出为 xlsx 或 csv 再试。",
        ) from error
    try:
        file = parquet.ParquetFile(source)
    except (OSError, ValueError) as error:
        raise BookUnreadable(f"文件“{name}”不完整或已损坏。", "请重新导出。") from error
    if file.metadata.num_rows > MOST_ROWS:
        raise too_long(name)
    if len(file.schema_arrow.names) > MOST_COLUMNS:
        raise too_wide(name)
    return TextTable(PurePosixPath(name).stem, pieces=_columns(file))


def _columns(file: Any) -> Iterator[list[Sequence[Cell]]]:
    yield [[name] for name in file.schema_arrow.names]
    for piece in file.iter_batches(batch_size=ROWS_A_PIECE):
        yield [_cells(column) for column in piece.columns]


def _cells(column: Any) -> Sequence[Cell]:
    """Return a column of a piece as cells; every different day or number is looked at once."""
    values = column.to_pylist()
    if set(map(type, values)) <= {str, float}:
        return values  # type: ignore[no-any-return]
    found: dict[Any, Cell] = {}
    return [found[v] if v in found else found.setdefault(v, _cell(v)) for v in values]


def _cell(value: Any) -> Cell:
    """Return a value as a cell of a sheet: text, number or flag; a date as ISO text.

    >>> _cell(None), _cell(True), _cell(7), _cell(Decimal("1.50")), _cell(110101199003070011)
    ('', True, 7.0, 1.5, '110101199003070011')
    """
    if value is None:
        return EMPTY
    if isinstance(value, str | float | bool):
        return value
    if isinstance(value, Decimal) or (isinstance(value, int) and abs(value) < EXACT):
        return float(value)
    return str(value)
