"""Small books for tests: one line a loan, a customer, a manager."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.vocabulary import BOOK_TABLES

AS_OF = date(2026, 11, 15)


def make_book(as_of: date = AS_OF, **tables: list[dict[str, Any]]) -> LoanBook:
    """Return a LoanBook from rows as dicts; `source_row` is filled in where absent.

    >>> make_book(loans=[{"customer_id": "K1", "balance": 300000.0}]).loans["source_row"][0]
    '借据!2'
    """
    frames = {}
    known = {}
    for name, table in BOOK_TABLES.items():
        rows = [dict(row) for row in tables.get(name, [])]
        known[name] = frozenset(key for row in rows for key in row)
        sheet = "借据" if name == "loans" else table.label
        for number, row in enumerate(rows, start=2):
            row.setdefault("source_row", f"{sheet}!{number}")
            if name == "loans":
                row.setdefault("loan_note_id", f"JJ{number:04d}")
                row.setdefault("loan_status", "active")
        frames[name] = table.conform(pd.DataFrame(rows))
    return LoanBook(
        as_of=as_of,
        as_of_from="参数",
        bank_name="清河农商银行",
        known=known,
        digest="test",
        **frames,
    )
