"""Made-up banks with one season told to its end, as books held in memory, for the recovery study."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.synthetic.bank import Bank, make_bank
from campaign.synthetic.season_told import SeasonTold, tell_season, usual_touches
from campaign.vocabulary import BOOK_TABLES

NEXT_LEDGER = date(2027, 11, 15)
EIGHT = frozenset(
    [
        "customer_id",
        "customer_name",
        "loan_note_id",
        "balance",
        "loan_amount",
        "start_date",
        "maturity_date",
        "manager_id",
    ]
)


@dataclass(frozen=True)
class ToldBank:
    """A bank, its book before the season, its book a year later, and the truth.

    Attributes:
        bank: The bank; `bank.truth` is what would happen.
        season: What did happen under `touches`.
        touches: The touches of the season.
        old: The book before the season.
        new: The book a year later, with the contact log.
    """

    bank: Bank
    season: SeasonTold
    touches: pd.DataFrame
    old: LoanBook
    new: LoanBook


def told_bank(loans: int, seed: int, *, log: bool = True, eight: bool = False) -> ToldBank:
    """Return a bank with its season told.

    Args:
        loans: Notes of the book before the season.
        seed: Of the bank, its touches and its luck.
        log: Whether the new book has the contact log.
        eight: Whether the old book has only the eight usual columns.
    """
    bank = make_bank(loans, seed)
    old = _book(
        bank.as_of,
        loans=bank.loans,
        customers=bank.customers,
        other_loans=bank.other_loans,
        managers=bank.managers,
        prospects=bank.prospects,
        votes=bank.votes,
    )
    return _told(bank, _with_eight_columns(old) if eight else old, seed, log=log)


def told_again(told: ToldBank, seed: int, *, log: bool = True) -> ToldBank:
    """Return the same bank and book with another season: other touches, other luck."""
    return _told(told.bank, told.old, seed, log=log)


def _told(bank: Bank, old: LoanBook, seed: int, *, log: bool) -> ToldBank:
    touches = usual_touches(bank, seed)
    season = tell_season(bank, touches, seed, NEXT_LEDGER)
    new = _book(
        NEXT_LEDGER,
        loans=season.loans,
        customers=bank.customers,
        managers=bank.managers,
        contacts=season.contacts if log else season.contacts.head(0),
    )
    return ToldBank(bank, season, touches, old, new)


def _book(as_of: date, **tables: pd.DataFrame) -> LoanBook:
    frames, known = {}, {}
    for name, table in BOOK_TABLES.items():
        rows = tables.get(name, pd.DataFrame())
        rows = rows.assign(source_row=[f"{table.label}!{n + 2}" for n in range(len(rows))])
        frames[name] = table.conform(rows)
        known[name] = frozenset(c for c in rows.columns if rows[c].notna().any())
    return LoanBook(as_of, "参数", "清河农商银行", known=known, digest="told", **frames)


def _with_eight_columns(book: LoanBook) -> LoanBook:
    loans = book.loans[book.loans["balance"] > 0]
    keep = [*EIGHT, "source_row", "loan_status", "branch"]
    bare = BOOK_TABLES["loans"].conform(loans[keep])
    empty = {name: table.empty() for name, table in BOOK_TABLES.items() if name != "loans"}
    return replace(book, loans=bare, known={"loans": EIGHT}, **empty)
