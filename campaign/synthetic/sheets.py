"""Writes a synthetic bank as the workbooks its own systems would hand out."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from campaign.synthetic.bank import Bank
from campaign.synthetic.cells import Column, SharedStrings, cells_of, number_cells
from campaign.synthetic.fill import (
    SheetFill,
    fill_workbook,
    first_free_string,
    sheet_part,
    styles_in,
)
from campaign.vocabulary import BOOK_TABLES, Field, Unit

# Excel has 1,048,576 rows; a sheet holds at most so many rows of data.
MOST_ROWS = 1_048_570
CHUNK = 20_000
# Bigger books keep their texts in the cells, so that no table of all texts is needed.
SHARED_STRINGS_UP_TO = 100_000
# Notes from before this day were carried over from an older system, some dates as text.
CARRIED_OVER = pd.Timestamp(2025, 1, 1)
CARRIED_AS_TEXT = 3

STYLES = {
    "head": {"bold": True, "border": 1, "bg_color": "#DDE6EE", "text_wrap": True, "valign": "vcenter"},
    "title": {"bold": True, "font_size": 14, "align": "center"},
    "total": {"num_format": "#,##0.00", "bold": True, "top": 1},
    "date": {"num_format": "yyyy-mm-dd"},
    "yuan": {"num_format": "#,##0.00"},
    "ratio": {"num_format": "0.00"},
}  # fmt: skip


@dataclass(frozen=True)
class SheetPlan:
    """One sheet to write: how it looks, what it is called, its rows and its place."""

    layout: dict[str, Any]
    name: str
    frame: pd.DataFrame
    number: int

    @property
    def columns(self) -> list[tuple[str, Field]]:
        """Return header and field of each column, without the serial number."""
        table = BOOK_TABLES[self.layout["table"]]
        return [(header, table.field(name)) for header, name in self.layout["columns"]]

    @property
    def header_row(self) -> int:
        """Return the row of the headers, counted from 0."""
        return sum(line in self.layout for line in ("title", "note"))

    @property
    def shift(self) -> int:
        """Return 1 where a serial number stands before the columns."""
        return int("serial" in self.layout)


def write_bank(
    bank: Bank, path: Path, *, history_path: Path | None = None, truth_path: Path | None = None
) -> None:
    """Write the books of a bank; the same bank gives the same bytes.

    Args:
        bank: What `make_bank` returned.
        path: The workbook of today: ledger, customers, other loans, roster and so on.
        history_path: Where the ledger of a year before goes, if it is wanted.
        truth_path: Where the truth goes, as CSV, if it is wanted; never into a workbook.
    """
    layouts = _layouts()
    tables = {layout["table"]: getattr(bank, layout["table"]) for layout in layouts}
    tables["loans"] = _carried_over(bank.loans)
    tables["prospects"] = _as_bought(bank.prospects)
    _write_book(path, _plans(layouts, tables), (bank.name, bank.as_of))
    if history_path is not None:
        before = {"loans": _carried_over(bank.loans_before)}
        _write_book(history_path, _plans(layouts, before), (bank.name, bank.before))
    if truth_path is not None:
        bank.truth.to_csv(truth_path, index=False, encoding="utf-8-sig", lineterminator="\n")


def _layouts() -> list[dict[str, Any]]:
    text = (files("campaign.synthetic") / "layout.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["sheets"])


def _plans(layouts: list[dict[str, Any]], tables: dict[str, pd.DataFrame]) -> list[SheetPlan]:
    """Return the sheets; a table too long for one goes on in a second of the same headers."""
    plans: list[SheetPlan] = []
    for layout in layouts:
        frame = tables.get(layout["table"])
        if frame is None:
            continue
        for part, first in enumerate(range(0, max(len(frame), 1), MOST_ROWS)):
            name = layout["name"] + (f"({part + 1})" if part else "")
            rows = frame.iloc[first : first + MOST_ROWS]
            plans.append(SheetPlan(layout, name, rows, len(plans) + 1))
    return plans


def _write_book(path: Path, plans: list[SheetPlan], heading: tuple[str, date]) -> None:
    with ZipFile(_skeleton(plans, heading)) as skeleton:
        shared = max(len(plan.frame) for plan in plans) <= SHARED_STRINGS_UP_TO
        strings = SharedStrings(first_free_string(skeleton), {} if shared else None)
        fills = {sheet_part(plan.number): _fill(skeleton, plan, strings) for plan in plans}
        fill_workbook(skeleton, path, fills, strings)


def _skeleton(plans: list[SheetPlan], heading: tuple[str, date]) -> BytesIO:
    """Return the workbook with titles and headers, and one styled empty row for each sheet."""
    name, day = heading
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": datetime(day.year, day.month, day.day)})
    styles = {key: book.add_format(look) for key, look in STYLES.items()}
    words = {"bank": name, "as_of": day.isoformat()}
    for plan in plans:
        _head(book.add_worksheet(plan.name), plan, styles, words)
    book.close()
    return target


def _head(sheet: Any, plan: SheetPlan, styles: dict[str, Any], words: dict[str, str]) -> None:
    layout, row = plan.layout, plan.header_row
    headers = ([layout["serial"]] if plan.shift else []) + [header for header, _ in plan.columns]
    if "title" in layout:
        title = layout["title"].format(**words)
        sheet.merge_range(0, 0, 0, len(headers) - 1, title, styles["title"])
    if "note" in layout:
        sheet.write_string(row - 1, 0, layout["note"].format(**words))
    for place, header in enumerate(headers):
        sheet.write_string(row, place, header, styles["head"])
        sheet.write_blank(row + 2, place, None, styles["total"])
    for place, (_, field) in enumerate(plan.columns, start=plan.shift):
        sheet.write_blank(row + 1, place, None, styles.get(field.unit.value))
    for place, width in enumerate(_widths(plan, headers)):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(row + 1, 0)


def _fill(skeleton: ZipFile, plan: SheetPlan, strings: SharedStrings) -> SheetFill:
    first = plan.header_row + 2
    looks = styles_in(skeleton, plan.number, first)
    unit = plan.layout.get("unit", "")
    columns = []
    for place, (header, field) in enumerate(plan.columns, start=plan.shift):
        letter = xl_col_to_name(place)
        columns.append(Column(letter, header, field, unit, looks.get(letter, "")))
    has_total = "total" in plan.layout
    last = first + len(plan.frame) - 1 + has_total
    total_looks = styles_in(skeleton, plan.number, first + 1)
    rows = _rows(plan, columns, strings, total_looks["A"] if has_total else "")
    return SheetFill(first, len(plan.frame), f"{columns[-1].letter}{max(last, first - 1)}", rows)


def _rows(
    plan: SheetPlan, columns: list[Column], strings: SharedStrings, total: str
) -> Iterator[str]:
    first = plan.header_row + 2
    for start in range(0, len(plan.frame), CHUNK):
        part = plan.frame.iloc[start : start + CHUNK]
        rows = range(first + start, first + start + len(part))
        parts = [cells_of(part, column, rows, strings) for column in columns]
        if plan.shift:
            parts.insert(0, [f'<c r="A{row}"><v>{row - first + 1}</v></c>' for row in rows])
        lines = ("".join(cells) for cells in zip(*parts, strict=True))
        yield "".join(f'<row r="{row}">{line}</row>' for row, line in zip(rows, lines, strict=True))
    if total:
        yield _total_row(plan, columns, strings, (first + len(plan.frame), total))


def _total_row(
    plan: SheetPlan, columns: list[Column], strings: SharedStrings, place: tuple[int, str]
) -> str:
    row, style = place
    cells = [strings.cell(f"A{row}", style, plan.layout["total"])]
    for column in columns:
        if column.field.name in ("loan_amount", "balance"):
            total = round(float(plan.frame[column.field.name].sum()) / column.yuan, 6)
            styled = Column(column.letter, column.header, column.field, column.unit, style)
            cells += number_cells(np.array([total]), styled, range(row, row + 1))
    return f'<row r="{row}">{"".join(cells)}</row>'


def _widths(plan: SheetPlan, headers: list[str]) -> list[int]:
    sample = plan.frame.iloc[:200]
    widths = [min(_width(header) + 2, 14) for header in headers]
    for place, (_, field) in enumerate(plan.columns, start=plan.shift):
        if field.unit is Unit.TEXT and field.values is None:
            texts = [_width(str(text)) + 2 for text in sample[field.name].dropna()]
            widths[place] = max([widths[place], *texts])
        elif field.unit in (Unit.DATE, Unit.YUAN):
            widths[place] = max(widths[place], 12)
        elif field.values is not None:
            widths[place] = max(widths[place], *(_width(one.label) for one in field.values))
    return [min(max(width, 7), 34) for width in widths]


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 255 else 1 for letter in text)


def _carried_over(loans: pd.DataFrame) -> pd.DataFrame:
    """Mark the notes whose dates an older system handed over as text (2024.1.31)."""
    number = loans["loan_note_id"].str[-7:].astype(int)
    old = (loans["start_date"] < CARRIED_OVER) & (number % CARRIED_AS_TEXT == 0)
    return loans.assign(dates_as_text=old & loans["settle_date"].isna())


def _as_bought(prospects: pd.DataFrame) -> pd.DataFrame:
    """Return the list as it is sold: several numbers in a cell, a dash where there is none."""
    bought = (prospects["origin"] == "external_list").to_numpy()
    order = prospects["prospect_id"].str[2:].astype(int).to_numpy()
    own = prospects["phone"].to_numpy(dtype=object)
    both = own + ";" + np.roll(own, 1)
    phone = np.where(bought & (order % 6 == 0), both, own)
    return prospects.assign(phone=np.where(bought & (order % 23 == 0), "-", phone))
