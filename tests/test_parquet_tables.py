"""Parquet files: read as a sheet whose first row is the names; refused in one sentence.

pyarrow is an extra that tests do without; a stand-in speaks for it.
"""

import importlib
import io
from types import SimpleNamespace

import pytest

from campaign.book.parquet_tables import parquet_table
from campaign.book.text_tables import MOST_ROWS
from campaign.errors import BookUnreadable


@pytest.fixture
def holding(monkeypatch):
    """Let pyarrow find these columns in any bytes, in pieces of two rows."""

    def give(columns, rows=4):
        def pieces(batch_size):
            for start in range(0, rows, 2):
                parts = [values[start : start + 2] for values in columns.values()]
                yield SimpleNamespace(
                    columns=[SimpleNamespace(to_pylist=lambda part=part: part) for part in parts]
                )

        file = SimpleNamespace(
            metadata=SimpleNamespace(num_rows=rows),
            schema_arrow=SimpleNamespace(names=list(columns)),
            iter_batches=pieces,
        )
        monkeypatch.setattr(
            importlib, "import_module", lambda name: SimpleNamespace(ParquetFile=lambda data: file)
        )

    return give


def test_the_names_are_the_first_row_and_every_piece_follows(holding):
    holding({"客户编号": ["K1", "K2", "K3", None], "贷款余额": [1.5, 2, 3, 4]})
    table = parquet_table(io.BytesIO(b"PAR1"), "台账.parquet")
    columns = zip(*table.pieces, strict=True)
    cells = [[cell for piece in column for cell in piece] for column in columns]
    assert cells == [["客户编号", "K1", "K2", "K3", ""], ["贷款余额", 1.5, 2.0, 3.0, 4.0]]
    assert table.name == "台账"


def test_too_many_rows_are_refused_before_one_is_read(holding):
    holding({"客户编号": []}, rows=MOST_ROWS + 1)
    with pytest.raises(BookUnreadable, match=r"超过 10,000,000 行，装不下。请.*按支行分开导出"):
        parquet_table(io.BytesIO(b"PAR1"), "台账.parquet")


def test_without_the_library_it_says_what_to_install(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(BookUnreadable, match="要另装 pyarrow.*pip install pyarrow"):
        parquet_table(io.BytesIO(b"PAR1"), "台账.parquet")
