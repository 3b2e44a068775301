"""A book under way: the sheets read so far, and whether they make a ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from campaign.book.loan_book import SheetReport
from campaign.book.missing_fields import nearest_headers
from campaign.book.raw_sheet import RawSheet
from campaign.book.sheet_guess import SheetGuess
from campaign.book.sheet_table import SheetTable
from campaign.errors import FieldsMissing
from campaign.findings import Finding
from campaign.vocabulary import BOOK_TABLES

SHEETS_NAMED = 8
# Of each group a ledger needs one.
WANTED = (("customer_id", "customer_name"), ("balance",))
# What may be why there is no ledger at all.
WHY_NONE = ("empty_template", "turned_table")
# What may be why a needed column was not found, the plainest reason first.
QUESTIONS = (
    "recipe_contradicted",
    "columns_shifted",
    "side_by_side",
    "ambiguous_column",
    "header_contradicted",
    "recipe_mismatch",
    "perhaps_column",
)


@dataclass
class Reading:
    """What has been read so far.

    Attributes:
        findings: What was noticed.
        tables: Sheets typed.
        reports: How each sheet was understood.
        guesses: Sheets whose role is known.
        order: File and name of every sheet, as they stand in the files.
        rivals: Role and runner-up of sheets that are close to call, by label.
    """

    findings: list[Finding]
    tables: list[SheetTable] = field(default_factory=list)
    reports: list[SheetReport] = field(default_factory=list)
    guesses: list[SheetGuess] = field(default_factory=list)
    order: list[tuple[str, str]] = field(default_factory=list)
    rivals: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, sheet: Reading) -> None:
        """Add what was read of one sheet alone."""
        self.findings += sheet.findings
        self.reports += sheet.reports
        self.guesses += sheet.guesses
        self.rivals |= sheet.rivals

    def let_go(self, sheets: Iterable[RawSheet]) -> None:
        """Let go of the cells of sheets that are typed; only rows in question are shown from them."""
        for table in self.tables:
            table.body.columns.clear()
            table.sheet.forget()
        for sheet in sheets:
            sheet.forget()

    def seen(self) -> str:
        """Return the files and sheets that were read, for a sentence."""
        sheets: dict[str, list[str]] = {}
        for file, sheet in self.order:
            sheets.setdefault(file, []).append(f"“{sheet}”")
        return "，".join(
            f"“{file}”的表{'、'.join(names[:SHEETS_NAMED])}"
            f"{'等' if len(names) > SHEETS_NAMED else ''}"
            for file, names in sheets.items()
        )


def require_loans(reading: Reading) -> None:
    """Refuse a book without a ledger, or a ledger without customer or balance.

    Raises:
        FieldsMissing: Naming what is missing and which headers came close.
    """
    ledgers = [guess for guess in reading.guesses if guess.role == "loans"]
    if not ledgers:
        plain = [f.message for kind in WHY_NONE for f in reading.findings if f.kind == kind]
        if plain:
            raise FieldsMissing(f"{reading.seen()}里没有贷款台账。", plain[0])
        unknown = [f for f in reading.findings if f.kind == "sheet_unused" and f.cells]
        raise FieldsMissing(
            f"没有找到贷款台账：读了{reading.seen()}，都没有“客户”加“贷款余额”这样的表头。",
            unknown[0].message if unknown else "请检查表头的写法，或用配方指定各列。",
        )
    if not any(len(t.body.rows) for t in reading.tables if t.role == "loans"):
        names = "”、“".join(guess.label for guess in ledgers)
        raise FieldsMissing(
            f"贷款台账“{names}”只有表头，下面没有一行贷款。", "请填好或重新导出后再传。"
        )
    filled = {c for t in reading.tables if t.role == "loans" for c in t.frames["loans"].columns}
    missing = [names for names in WANTED if not filled & set(names)]
    if missing:
        listed = "、".join(_with_nearest(names, ledgers) for names in missing)
        asked = [f.message for kind in QUESTIONS for f in reading.findings if f.kind == kind]
        hint = asked[0] if asked else "请补上这些列，或用配方指定。"
        raise FieldsMissing(f"贷款台账缺少{listed}列，无法估算。", hint)


def _with_nearest(names: Sequence[str], ledgers: Sequence[SheetGuess]) -> str:
    """Return the labels of fields of which one is needed, and the headers that came closest."""
    label = "或".join(f"“{BOOK_TABLES['loans'].field(name).label}”" for name in names)
    near = [
        header for guess in ledgers for name in names for header in nearest_headers(guess, name)
    ]
    return label + (f"（最接近的表头：{'、'.join(dict.fromkeys(near))}）" if near else "")
