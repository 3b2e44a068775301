"""How the headers of a file were read, for the page that asks and confirms; samples masked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.book.header_text import UNUSED
from campaign.vocabulary import BOOK_TABLES, Field, Unit
from campaign.web.book_questions import Choice, choices_of, kept_choices

if TYPE_CHECKING:
    from campaign.book.loan_book import ColumnReport, SheetReport
    from campaign.findings import Finding

HELPER = "*"
UNKNOWN_UNIT = "未注明"
MONEY, RATES = ("元", "千元", "万元", "亿元"), ("%", "月‰", "月%", "小数")
UNSURE = 0.9
RIVALS = "与另一列争同一字段"
NAMES = frozenset({"customer_name", "legal_person", "contact_person", "voter"})
PLAIN = frozenset({Unit.YUAN, Unit.RATIO, Unit.DATE, Unit.DAY, Unit.COUNT, Unit.MONTH, Unit.FLAG})


@dataclass(frozen=True)
class ColumnShown:
    """One column on the page.

    Attributes:
        letter, header, confidence, proof, codes: As `ColumnReport`.
        value: What it is read as, as a recipe says it; 不用, or * where it only helps.
        unit: Its unit of money or of a rate; empty where it has none.
        samples: Values as written, masked.
        near: Fields that came close, as a recipe says them.
        asked: Whether only the user can say what it is.
        units: Units that it may have; empty where it has none.
    """

    letter: str
    header: str
    value: str
    unit: str
    confidence: float
    proof: str
    samples: tuple[str, ...]
    near: tuple[str, ...]
    codes: tuple[str, ...]
    asked: bool
    units: tuple[str, ...] = ()

    @property
    def is_rate_unknown(self) -> bool:
        """Return whether nobody has said how its rates are written."""
        return self.units == RATES and self.unit == UNKNOWN_UNIT

    @property
    def unsure(self) -> bool:
        """Return whether somebody should look at it."""
        return (
            self.asked
            or self.is_rate_unknown
            or (self.value not in (UNUSED, HELPER) and self.confidence < UNSURE)
        )


@dataclass(frozen=True)
class SheetShown:
    """One sheet on the page, as `SheetReport`."""

    file: str
    sheet: str
    role: str
    header_row: int
    rows: int
    columns: tuple[ColumnShown, ...]

    @property
    def said(self) -> str:
        """Return what it is, as a recipe says it."""
        return self.role if self.role in BOOK_TABLES else UNUSED

    @property
    def used(self) -> int:
        """Return how many columns are understood."""
        return sum(column.value != UNUSED for column in self.columns)


@dataclass(frozen=True)
class Mapping:
    """How the files of a job were read.

    Attributes:
        bank: The bank's name as far as it is known.
        sheets: The sheets, in the order of the files.
        recalled: How many columns follow what was confirmed for this bank before.
        choices: What only the user can say of the files as a whole.
    """

    bank: str
    sheets: tuple[SheetShown, ...]
    recalled: int = 0
    choices: tuple[Choice, ...] = ()


def mapping_of(
    sheets: Iterable[SheetReport], bank: str, findings: Iterable[Finding] = ()
) -> Mapping:
    """Return what the page shows of sheets that were read, and asks about their files."""
    shown = tuple(
        SheetShown(
            sheet.file,
            sheet.sheet,
            sheet.role,
            sheet.header_row,
            sheet.rows,
            tuple(_shown(sheet.role, column) for column in sheet.columns),
        )
        for sheet in sheets
    )
    return Mapping(bank, shown, choices=choices_of(findings))


def _shown(role: str, column: ColumnReport) -> ColumnShown:
    from campaign.book.sheet_table import HELPS

    value = full_name(role, column.field)
    known = field_of(role, value)
    units = _units(known)
    return ColumnShown(
        column.letter,
        column.header,
        HELPER if column.proof == HELPS else value,
        (column.unit or UNKNOWN_UNIT) if units else "",
        column.confidence,
        column.proof,
        tuple(_masked(known, text) for text in column.samples),
        column.near,
        column.codes,
        column.proof.endswith("待确认"),
        units,
    )


def _units(known: Field | None) -> tuple[str, ...]:
    """Return the units that a column of a field may have."""
    if known is None:
        return ()
    if known.unit is Unit.YUAN:
        return MONEY
    return RATES if known.name == "annual_rate" else ()


def full_name(role: str, name: str | None) -> str:
    """Return a field as a recipe says it: with its table where that is not the sheet's own.

    >>> full_name("loans", "balance"), full_name("loans", "phone"), full_name("loans", None)
    ('balance', 'customers.phone', '不用')
    """
    if name is None or role not in BOOK_TABLES:
        return UNUSED
    if name in BOOK_TABLES[role].columns:
        return name
    other = "customers" if name in BOOK_TABLES["customers"].columns else None
    table = other or next(t for t, known in BOOK_TABLES.items() if name in known.columns)
    return f"{table}.{name}"


def field_of(role: str, value: str) -> Field | None:
    """Return the field that a recipe's word means on a sheet of a role, or None."""
    table, _, name = value.rpartition(".")
    known = BOOK_TABLES.get(table or role)
    return known.field(name) if known is not None and name in known.columns else None


def field_label(role: str, value: str) -> str:
    """Return the Chinese label of a recipe's word, or the word itself."""
    known = field_of(role, value)
    return known.label if known else value


def choices(role: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a column of a sheet may be: groups of recipe word and Chinese label."""
    own = BOOK_TABLES[role]
    groups = [(own.label, [(f.name, f.label) for f in own.fields if f.name != "source_row"])]
    if role == "loans":
        others = [
            (f"customers.{f.name}", f.label)
            for f in BOOK_TABLES["customers"].fields
            if f.name not in own.columns
        ]
        groups.append((BOOK_TABLES["customers"].label, others))
    return groups


def keep(mapping: Mapping, path: Path) -> None:
    """Keep a mapping for the page."""
    from campaign.render.files import write_atomically

    text = json.dumps(asdict(mapping), ensure_ascii=False)
    write_atomically(path, text.encode("utf-8"))


def kept(path: Path) -> Mapping | None:
    """Return the mapping that `keep` wrote, or None."""
    if not path.is_file():
        return None
    values = json.loads(path.read_text(encoding="utf-8"))
    sheets = tuple(
        SheetShown(**{**sheet, "columns": tuple(_column(c) for c in sheet["columns"])})
        for sheet in values["sheets"]
    )
    choices = kept_choices(values.get("choices", ()))
    return Mapping(values["bank"], sheets, values["recalled"], choices)


def _column(values: dict[str, Any]) -> ColumnShown:
    lists = {name: tuple(values.get(name, ())) for name in ("samples", "near", "codes", "units")}
    return ColumnShown(**{**values, **lists})


def _masked(known: Field | None, text: str) -> str:
    """Return a sample value without what identifies a person, whatever it may be."""
    from campaign.render.masking import Masker

    masker = Masker()
    if known is None or known.name in NAMES:
        return masker.text(masker.customer(text))
    if known.name == "address":
        return masker.address(text)
    if known.name == "phone":
        return masker.phone(text)
    if known.name == "cert_no":
        return masker.cert_no(text)
    return text if known.unit in PLAIN else masker.text(text)
