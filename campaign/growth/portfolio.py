"""The customers of a book, one row each, and the loan notes that they stand on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.growth.keys import order_of
from campaign.growth.wording import both, joined_by_owner, sheet_order
from campaign.vocabulary import CUSTOMERS, LoanStatus, RepaymentMethod

GONE = [LoanStatus.SETTLED.value, LoanStatus.WRITTEN_OFF.value, LoanStatus.TRANSFERRED.value]
FROM_NOTES = ["customer_name", "customer_type", "area", "industry_code", "industry"]
FROM_MAIN_NOTE = ["manager_id", "manager_name", "branch", "loan_use", "product", "annual_rate"]


@dataclass(frozen=True)
class Portfolio:
    """Customers who owe or may draw today, with all their notes and other-bank loans.

    Every note carries `owner`, the row number of its customer (-1: none of these).

    Attributes:
        as_of: Day of the balances.
        customers: One row a customer, sorted by customer_id: the fields of CUSTOMERS, those
            of the largest note (manager_id, branch, loan_use, product, annual_rate), the
            `source_rows` of notes in force and customer sheet, and the `other_rows` of
            loans elsewhere.
        notes: Notes in force: owed, or an open limit that can be drawn.
        all_notes: Settled, written-off and transferred notes too, and those of nobody here.
        set_aside: Notes of these customers that do not count in the campaign (mortgages,
            cards): no growth, but owed to us all the same.
        other_loans: Loans at other banks.
        lists_other_loans: The book has a list of them: who is not on it has none known.
    """

    as_of: date
    customers: pd.DataFrame
    notes: pd.DataFrame
    all_notes: pd.DataFrame
    other_loans: pd.DataFrame
    lists_other_loans: bool
    set_aside: pd.DataFrame

    def __len__(self) -> int:
        """Return the number of customers."""
        return len(self.customers)

    @cached_property
    def owed(self) -> pd.DataFrame:
        """Return the notes in force and those set aside: all that these customers owe us."""
        if not len(self.set_aside):
            return self.notes
        return pd.concat([self.notes, self.set_aside], ignore_index=True)

    def total(self, notes: pd.DataFrame, values: pd.Series | np.ndarray) -> np.ndarray:
        """Return the sum of `values` by customer; unknown values add nothing."""
        owner, numbers = _known_owner(notes, values)
        return np.bincount(owner, weights=numbers, minlength=len(self))

    def largest(self, notes: pd.DataFrame, values: pd.Series | np.ndarray) -> np.ndarray:
        """Return the largest of `values` by customer; NaN where none is known."""
        owner, numbers = _known_owner(notes, values)
        result = np.full(len(self), np.nan)
        np.fmax.at(result, owner, numbers)
        return result

    def any_of(self, notes: pd.DataFrame, flags: pd.Series | np.ndarray) -> np.ndarray:
        """Return whether a flag is set on any note of the customer."""
        return self.total(notes, np.asarray(flags, dtype=float)) > 0

    def owner_of(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the customers' row numbers by customer_id, else by a name only one has."""
        return _owner_of(frame, self.customers)


def portfolio_of(book: LoanBook) -> Portfolio:
    """Return the customers of a book with their notes; order of rows does not matter.

    A note without a customer number goes by the customer's name; one without both is left
    out (`opportunities` reports it).
    """
    loans = _in_sheet_order(book.loans)
    key = customer_key(loans)
    in_force = _in_force(loans, book.as_of) & key.notna()
    ids = pd.Index(key[in_force].unique()).sort_values()
    loans = loans.assign(owner=ids.get_indexer(key))
    notes = loans[in_force].reset_index(drop=True)
    aside = _in_sheet_order(book.set_aside)
    aside = aside.assign(owner=ids.get_indexer(customer_key(aside)))
    known = aside["owner"].ge(0) & _in_force(aside, book.as_of)
    customers = _customer_rows(book, ids, notes)
    other = _in_sheet_order(book.other_loans)
    other = other.assign(owner=_owner_of(other, customers))
    customers["other_rows"] = joined_by_owner(
        other["source_row"], other["owner"].to_numpy(), len(ids)
    )
    return Portfolio(
        as_of=book.as_of,
        customers=customers,
        notes=notes,
        all_notes=loans,
        other_loans=other,
        lists_other_loans=book.knows("other_loans", "balance"),
        set_aside=aside[known].reset_index(drop=True),
    )


def _in_sheet_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows in the order of sheets and true rows; nothing is copied where they are."""
    order = sheet_order(rows["source_row"])
    if (order == np.arange(len(order))).all():
        return rows.reset_index(drop=True)
    return rows.iloc[order].reset_index(drop=True)


def customer_key(frame: pd.DataFrame) -> pd.Series:
    """Return the customer number, or the name where the number is missing."""
    return frame["customer_id"].where(frame["customer_id"].notna(), frame["customer_name"])


def _in_force(loans: pd.DataFrame, as_of: date) -> pd.Series:
    status = loans["loan_status"]
    gone = status.isin(GONE)
    not_drawn = status.eq(LoanStatus.NOT_DRAWN.value).fillna(False)
    owed = loans["balance"].fillna(0).gt(0) & ~not_drawn
    may_draw = is_revolving(loans) | not_drawn
    open_limit = loans["credit_limit"].gt(0) & loans["maturity_date"].gt(pd.Timestamp(as_of))
    return ~gone & (owed | (may_draw & open_limit))


def is_revolving(notes: pd.DataFrame) -> pd.Series:
    """Return whether a repaid limit can be drawn again; unknown is no."""
    method = notes["repayment_method"].eq(RepaymentMethod.REVOLVING.value).fillna(False)
    return (notes["is_revolving"].fillna(False) | method).astype(bool)


def _customer_rows(book: LoanBook, ids: pd.Index, notes: pd.DataFrame) -> pd.DataFrame:
    known = book.customers
    known = known.assign(customer_id=customer_key(known))
    known = known[known["customer_id"].notna()].drop_duplicates("customer_id")
    rows = known.set_index("customer_id").reindex(ids).reset_index(names="customer_id")
    rows = CUSTOMERS.conform(rows)
    main = _main_note(notes, len(ids))
    for name in FROM_NOTES:
        rows[name] = rows[name].where(rows[name].notna(), main[name])
    for name in FROM_MAIN_NOTE:
        rows[name] = main[name]
    no_number = rows["manager_id"].isna()
    rows["manager_id"] = rows["manager_id"].where(~no_number, rows["manager_name"])
    note_rows = joined_by_owner(notes["source_row"], notes["owner"].to_numpy(), len(ids))
    rows["source_rows"] = both(note_rows, rows["source_row"].fillna(""))
    return rows


def _main_note(notes: pd.DataFrame, owners: int) -> pd.DataFrame:
    """Return the largest note of each customer; of equals the smallest note number."""
    owner, balance = notes["owner"].to_numpy(), notes["balance"].fillna(0).to_numpy()
    order = order_of([owner, -balance], [notes["loan_note_id"].fillna("")])
    first = np.searchsorted(owner[order], np.arange(owners))
    return notes[[*FROM_NOTES, *FROM_MAIN_NOTE]].iloc[order[first]].reset_index(drop=True)


def _owner_of(frame: pd.DataFrame, customers: pd.DataFrame) -> np.ndarray:
    nameless = frame["customer_id"].isna().to_numpy()
    ids = pd.Index(customers["customer_id"])
    by_id: np.ndarray = ids.get_indexer(pd.Index(frame["customer_id"].fillna("")))
    if not nameless.any():
        return by_id
    names = customers["customer_name"]
    only = names[names.notna() & ~names.duplicated(keep=False)]
    found = pd.Index(only).get_indexer(frame["customer_name"].fillna(""))
    by_name = np.where(found >= 0, only.index.to_numpy()[found] if len(only) else -1, -1)
    owner: np.ndarray = np.where(nameless, by_name, by_id)
    return owner


def _known_owner(
    notes: pd.DataFrame, values: pd.Series | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    numbers = np.asarray(values, dtype=float)
    owner = notes["owner"].to_numpy()
    known = (owner >= 0) & ~np.isnan(numbers)
    return owner[known], numbers[known]
