"""The columns of a sheet being matched to fields: what is taken, what is left, what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from campaign.book.candidate import Candidate, Target
from campaign.book.header_text import HeaderText, normalised
from campaign.book.headers import FoundTable
from campaign.book.raw_sheet import RawSheet
from campaign.book.roles import Options
from campaign.findings import Finding
from campaign.vocabulary import BOOK_TABLES

# The proof of a column that a recipe gives to a field, or leaves out.
RECIPE, LEFT_OUT = "配方", "配方里定为不用"
# Fields where a wrong choice between two columns changes the plan: these are asked.
CRITICAL = frozenset(
    {
        Target("loans", "balance"),
        Target("loans", "loan_amount"),
        Target("loans", "credit_limit"),
        Target("loans", "annual_rate"),
        Target("loans", "maturity_date"),
        Target("loans", "loan_class"),
        Target("loans", "customer_id"),
        Target("loans", "manager_id"),
        Target("other_loans", "balance"),
        Target("other_loans", "maturity_date"),
        Target("targets", "target"),
    }
)
# Fields that a header is taken for only if each of its words is understood; a class proves itself.
CAREFUL = CRITICAL - {Target("loans", "loan_class")} | {
    Target("loans", "start_date"),
    Target("loans", "customer_name"),
    Target("loans", "manager_name"),
    Target("loans", "interest_arrears"),
    Target("loans", "days_past_due"),
    Target("customers", "phone"),
    Target("customers", "cert_no"),
    Target("loans", "cert_no"),
}


@dataclass(frozen=True)
class ColumnMatch:
    """One column and what it means.

    Attributes:
        column: Place among the sheet's columns, 0-based.
        header: Its header.
        target: The field, or None if it is not used.
        confidence: 0 to 1.
        proof: Why, in Chinese.
        near: Fields that came close, for a column that is not used.
        unsure: Whether it is unused for want of certainty alone.
    """

    column: int
    header: HeaderText
    target: Target | None
    confidence: float
    proof: str
    near: tuple[Target, ...] = ()
    unsure: bool = False


@dataclass(frozen=True)
class SheetMapping:
    """The columns of a sheet understood."""

    role: str
    columns: tuple[ColumnMatch, ...]
    findings: tuple[Finding, ...] = ()

    def of(self, table: str, name: str) -> ColumnMatch | None:
        """Return the column that holds a field, or None."""
        target = Target(table, name)
        return next((match for match in self.columns if match.target == target), None)


@dataclass
class Matching:
    """The matching of a sheet under way.

    Attributes:
        sheet: The raw sheet.
        found: Where its table stands.
        options: What each column may mean, best first.
        role: What the sheet holds.
        matches: What has been settled, by column.
        taken: The column that has a field.
        findings: What is asked and noted.
    """

    sheet: RawSheet
    found: FoundTable
    options: Options
    role: str
    matches: dict[int, ColumnMatch] = field(default_factory=dict)
    taken: dict[Target, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def take(self, column: int, target: Target, confidence: float, proof: str) -> None:
        """Give a column its field."""
        header = self.found.headers[column]
        self.matches[column] = ColumnMatch(column, header, target, round(confidence, 2), proof)
        self.taken.setdefault(target, column)

    def leave(
        self, column: int, proof: str, near: Sequence[Candidate] = (), *, unsure: bool = False
    ) -> None:
        """Leave a column unused, and keep which fields came close."""
        header = self.found.headers[column]
        fields = tuple(c.target for c in near if c.target.used)[:3]
        self.matches[column] = ColumnMatch(column, header, None, 0.0, proof, fields, unsure)

    def header(self, column: int) -> str:
        """Return the header of a column as it stands."""
        return self.found.headers[column].raw

    def cell(self, column: int) -> str:
        """Return the address of a column's header."""
        return f"{self.sheet.name}!{self.sheet.letter(column)}{self.found.bottom + 1}"

    def headers(self, columns: Sequence[int]) -> str:
        """Return the headers of columns, quoted, for a sentence."""
        return "、".join(f"“{self.header(column)}”" for column in columns)

    def cells(self, columns: Sequence[int]) -> tuple[str, ...]:
        """Return the addresses of the headers of columns."""
        return tuple(self.cell(column) for column in columns)

    def in_recipe(self, column: int, target: Target) -> str:
        """Return the lines of a recipe that give a column to a field."""
        name = target.field if target.table == self.role else f"{target.table}.{target.field}"
        return f'[columns.{self.role}] 下写 "{normalised(self.header(column))}" = "{name}"'


def label_of(target: Target) -> str:
    """Return the Chinese label of a field."""
    if not target.used:
        return "其他"
    return BOOK_TABLES[target.table].field(target.field).label
