"""The loan book as the program holds it: typed tables in yuan, and what was understood."""

from __future__ import annotations

import dataclasses
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from campaign.findings import Finding
from campaign.vocabulary import BOOK_TABLES, LOANS, LoanStatus, Severity

if TYPE_CHECKING:
    import pandas as pd

GONE = tuple(
    status.value
    for status in (
        LoanStatus.SETTLED,
        LoanStatus.WRITTEN_OFF,
        LoanStatus.TRANSFERRED,
        LoanStatus.NOT_DRAWN,
    )
)

_CARD = ("customer_name", "customer_type", "phone", "industry", "main_business", "area")
# What plans and papers look at of the large tables, once growth is estimated.
_LOOKED_AT = {
    "loans": (
        "customer_id",
        *_CARD,
        "manager_id",
        "branch",
        "balance",
        "loan_status",
        "guarantee_type",
    ),
    "customers": ("customer_id", *_CARD),
    "prospects": ("prospect_id", *_CARD, "origin"),
    "other_loans": (),
    "contacts": (),
}


def is_live(loans: pd.DataFrame) -> pd.Series:
    """Return which loans count in the balance: neither settled nor gone, and owed."""
    live: pd.Series = ~loans["loan_status"].isin(GONE) & (loans["balance"].fillna(0) > 0)
    return live


@dataclasses.dataclass(frozen=True)
class ColumnReport:
    """One column as understood.

    Attributes:
        header: As written.
        field: Our field, None if the column is not used.
        unit: As written or told; 未注明 where it is not known.
        confidence: 0 to 1.
        proof: Why, in Chinese.
        letter: Its letter in Excel.
        samples: A few of its values as written; not masked.
        near: Fields that came close, for a column in doubt.
        codes: Codes that stand alone and whose meaning nobody has said.
    """

    header: str
    field: str | None
    unit: str
    confidence: float
    proof: str = ""
    letter: str = ""
    samples: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class SheetReport:
    """One sheet as understood; `label` is its name in addresses."""

    file: str
    sheet: str
    role: str
    header_row: int
    rows: int
    columns: tuple[ColumnReport, ...]
    label: str = ""


@dataclasses.dataclass(frozen=True)
class SheetsRead:
    """Files as far as they are understood before they are joined to a book.

    Attributes:
        sheets: The sheets, in the order of the files.
        findings: What was noticed, worst first.
        bank_name: The bank's name where a title gave it, else empty.
        as_of: Day that the files tell, None if none does.
        as_of_from: Where it was found.
    """

    sheets: tuple[SheetReport, ...]
    findings: tuple[Finding, ...]
    bank_name: str
    as_of: date | None = None
    as_of_from: str = ""


@dataclasses.dataclass(frozen=True)
class LoanBook:
    """A bank's book at one day.

    Every table of `vocabulary.BOOK_TABLES` is there, typed and with all its columns; a
    column that the file did not have is all unknown and not in `known`. Money is yuan,
    rates are fractions a year. `loans` holds settled and written-off notes too; use
    `live_loans` for what counts in the balance. Mortgages, cards and what else does not
    belong to the campaign stand in `set_aside`, with the columns of `loans`.

    Attributes:
        as_of: Day that the balances are of.
        as_of_from: Where that day was found (数据日期列, 标题, 文件名, 参数).
        bank_name: The bank's name where a title gave it, else empty.
        known: Table name to the fields that the files really had.
        digest: sha256 over the content of the files read.
        set_aside: Loans that are owed to us but do not count in the campaign.
    """

    as_of: date
    as_of_from: str
    bank_name: str
    loans: pd.DataFrame
    other_loans: pd.DataFrame
    customers: pd.DataFrame
    managers: pd.DataFrame
    targets: pd.DataFrame
    prospects: pd.DataFrame
    contacts: pd.DataFrame
    votes: pd.DataFrame
    do_not_contact: pd.DataFrame
    known: dict[str, frozenset[str]]
    sheets: tuple[SheetReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    digest: str = ""
    set_aside: pd.DataFrame = dataclasses.field(default_factory=LOANS.empty)

    def knows(self, table: str, field: str) -> bool:
        """Return whether the files had a column for this field."""
        return field in self.known.get(table, frozenset())

    @property
    def usable(self) -> bool:
        """Return whether no finding is an error."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)

    @cached_property
    def is_live(self) -> pd.Series:
        """Return which loans count: not settled, written off, transferred or undrawn."""
        return is_live(self.loans)

    @property
    def live_loans(self) -> pd.DataFrame:
        """Return the loans that count with all their columns."""
        return self.loans[self.is_live]

    def for_growth(self) -> LoanBook:
        """Return the book without the log of touches, which is looked at before growth is found."""
        return dataclasses.replace(self, contacts=self.contacts[[]].copy())

    def for_papers(self) -> LoanBook:
        """Return the book with what a plan and its papers look at of the large tables.

        The log of touches, loans elsewhere and all that only estimates rest on are left out, two
        thirds of the memory of a large book; asking for one of them is a KeyError.
        """
        tables = {name: getattr(self, name) for name in _LOOKED_AT}
        kept = {
            name: table[[field for field in _LOOKED_AT[name] if field in table]].copy()
            for name, table in tables.items()
        }
        return dataclasses.replace(self, **kept)


def empty_tables() -> dict[str, pd.DataFrame]:
    """Return every book table without rows, by name."""
    return {name: table.empty() for name, table in BOOK_TABLES.items()}
