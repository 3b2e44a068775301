"""Types the columns of a sheet: every figure in yuan, every code known, all trouble noted."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from campaign.book import sheet_findings as say
from campaign.book.blocks import block_findings
from campaign.book.body import data_rows
from campaign.book.candidate import Target
from campaign.book.column import Places
from campaign.book.convert import Noticed, convert, helper_field
from campaign.book.dropped_rows import dropped_rows
from campaign.book.group_rows import drop_sums
from campaign.book.identifiers import looks_cut
from campaign.book.industry import industries
from campaign.book.mapping import map_columns
from campaign.book.matching import ColumnMatch
from campaign.book.recipe import NO_RECIPE, Recipe
from campaign.book.sheet_guess import SheetGuess
from campaign.book.sheet_table import UNIT_ASKED, SheetTable
from campaign.book.totals import compare_totals, loaded
from campaign.book.units import MoneyUnit, unit_from_values, written_unit
from campaign.book.values import PIECE, money, numbers
from campaign.collector import MANY_ROWS, give_back
from campaign.vocabulary import BOOK_TABLES, Field, Unit

Values = npt.NDArray[Any]
KEYS = ("customer_id", "customer_name")
DAYS_TO_1904 = 1_462  # serial numbers of a book that counts from 1904 are that much smaller
CERTIFICATE = "_cert_no"  # beside a customer, to know him by
_LEVELS = ("_industry_group", "_industry_division", "_industry_section")


def type_sheet(guess: SheetGuess, recipe: Recipe = NO_RECIPE, unit: str = "") -> SheetTable:
    """Return a sheet typed under its role.

    Args:
        guess: The sheet, its table and its role.
        recipe: Answers given before; they beat everything.
        unit: Money unit of columns that name none.
    """
    sheet, found, role = guess.sheet, guess.found, guess.role
    chosen = recipe.columns.get(role)
    mapping = map_columns(guess, chosen)
    body = data_rows(sheet, found, mapping)
    drop_sums(mapping, body)
    table = SheetTable(sheet, guess.label, found, mapping, body)
    table.findings += mapping.findings
    table.findings += say.not_kept(table)
    made = _Columns(table, recipe, unit)
    made.fill()
    if len(body.kept) > MANY_ROWS:
        give_back()
    for name, columns in made.by_table.items():
        table.frames[name] = _frame(table, name, columns, made.by_table[role])
    table.findings += compare_totals(table, made.factors)
    table.findings += loaded(table, made.factors)
    table.findings += dropped_rows(table)
    table.findings += block_findings(table)
    return table


def _frame(
    table: SheetTable, name: str, columns: dict[str, Values], own: dict[str, Values]
) -> pd.DataFrame:
    """Return the columns as a frame; a table beside the role's own carries its keys too."""
    if name != table.role:
        keys = {key: own[key] for key in KEYS if key in own}
        if "cert_no" in own and name == "customers":
            keys[CERTIFICATE] = own["cert_no"]
        columns = {**keys, **columns}
    rows = table.body.rows
    frame = pd.DataFrame(columns, index=range(len(rows)))
    frame["source_row"] = _source_rows(table.label, rows)
    return frame


def _source_rows(label: str, rows: Places) -> Values:
    """Return the address of each row; of millions not all numbers are objects at once."""
    made = np.empty(len(rows), dtype=object)
    for start in range(0, len(rows), PIECE):
        piece = rows[start : start + PIECE].tolist()
        made[start : start + PIECE] = [f"{label}!{row}" for row in piece]
    return made


class _Columns:
    """The typed columns of a sheet in the making, by table and field."""

    def __init__(self, table: SheetTable, recipe: Recipe, unit: str) -> None:
        self.table = table
        self.recipe = recipe
        self.option = unit
        self.by_table: dict[str, dict[str, Values]] = {table.role: {}}
        self.factors: dict[int, float] = {}
        self._neighbours: dict[str, tuple[MoneyUnit, float]] = {}

    def fill(self) -> None:
        """Type every column that means something."""
        matches = [match for match in self.table.mapping.columns if match.target is not None]
        unwritten = []
        for match in matches:
            known = _field(match)
            if known is None:
                continue
            if known.unit is not Unit.YUAN:
                self._take(match, known)
                continue
            unit = written_unit(
                match.header,
                self.table.found.title,
                self.recipe.unit_of(self.table.role, match.header.raw),
                self.option,
            )
            if unit is None:
                unwritten.append((match, known))
            else:
                self._take_money(match, known, unit)
        for match, known in unwritten:
            cells = self.table.body.cells(match.column)
            unit = unit_from_values(match.target or Target("", ""), cells, self._neighbours)
            self._take_money(match, known, unit)
        self._join_industry()
        self._keep_at_home()

    def _keep_at_home(self) -> None:
        """Leave owner and certificate on a customer sheet with its customers: no loan stands there."""
        if self.table.role != "customers":
            return
        letters = self.table.letters
        for name, values in self.by_table.pop("loans", {}).items():
            here = CERTIFICATE if name == "cert_no" else name
            self.by_table["customers"].setdefault(here, values)
            letters.setdefault(("customers", name), letters["loans", name])

    def _take(self, match: ColumnMatch, known: Field) -> None:
        cells = self.table.body.cells(match.column)
        if known.unit is Unit.DATE and self.table.sheet.facts.from_1904:
            cells = cells.plus(DAYS_TO_1904)
        codes = self.recipe.codes_of(known.name)
        unit = self.recipe.unit_of(self.table.role, match.header.raw)
        values, noticed = convert(cells, known, match.header, codes, unit)
        self._put(match, values)
        if known.name == "annual_rate":
            open_unit = UNIT_ASKED if "unit_unknown" in noticed.notes else "未注明，按数值判断"
            self.table.units[match.column] = unit or match.header.unit or open_unit
        if known.name == "cert_no" and looks_cut(values):
            self.table.findings.append(say.cut_certificates(self.table, match))
        self._notice(match, known, noticed)

    def _take_money(self, match: ColumnMatch, known: Field, unit: MoneyUnit) -> None:
        cells = self.table.body.cells(match.column)
        self.table.units[match.column] = unit.name or ("" if unit.factor else UNIT_ASKED)
        if unit.factor is None:
            self._put(match, np.full(len(cells), np.nan))
            self.table.findings.append(say.unit_unknown(self.table, match, unit))
            return
        if unit.origin in ("values", "neighbour"):
            self.table.findings.append(say.unit_inferred(self.table, match, unit))
        parsed = money(cells, unit.factor)
        self.factors[match.column] = unit.factor
        if unit.origin in ("header", "title", "option", "recipe"):
            plain = numbers(cells[:20_000]).values
            filled = plain[~np.isnan(plain) & (plain != 0)]
            self._neighbours[known.name] = (unit, float(np.median(filled)) if len(filled) else 0.0)
        self._put(match, parsed.values)
        self._notice(match, known, Noticed(bad=parsed.bad, notes=dict(parsed.notes)))

    def _put(self, match: ColumnMatch, values: Values) -> None:
        assert match.target is not None
        self.by_table.setdefault(match.target.table, {})[match.target.field] = values
        letter = self.table.sheet.letter(match.column)
        self.table.letters[match.target.table, match.target.field] = letter

    def _notice(self, match: ColumnMatch, known: Field, noticed: Noticed) -> None:
        if noticed.bare:
            self.table.codes[match.column] = tuple(sorted(noticed.bare))
        self.table.findings += say.column_findings(self.table, match, known, noticed)

    def _join_industry(self) -> None:
        """Settle industry codes and names together, also where one column holds both."""
        for name, columns in list(self.by_table.items()):
            codes, names = columns.get("industry_code"), columns.get("industry")
            if codes is None and names is None:
                broader = next((level for level in _LEVELS if level in columns), None)
                if broader is None:
                    continue
                names = columns[broader]
                self.table.letters[name, "industry"] = self.table.letters[name, broader]
            joined = industries(codes, names)
            columns["industry_code"], columns["industry"] = joined.codes, joined.names
            letters = self.table.letters
            for one, other in (("industry_code", "industry"), ("industry", "industry_code")):
                if (name, one) not in letters:
                    letters[name, one] = letters[name, other]
            self.table.findings += say.industry_findings(self.table, joined)


def _field(match: ColumnMatch) -> Field | None:
    """Return the field that a column fills: of the vocabulary, or a helper."""
    assert match.target is not None
    if match.target.used:
        return BOOK_TABLES[match.target.table].field(match.target.field)
    return helper_field(match.target.field)
