"""Managers' workbooks, filled in with openpyxl as a manager would and edited as branches do."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from campaign.progress.kept_plans import record_plan
from campaign.render.action_plan import write_action_plans
from campaign.vocabulary import FILLED_FIELDS, REFERRAL_FIELDS, ROW_KEY, WorkbookSheet

VISITS, CALLS = WorkbookSheet.VISITS.label, WorkbookSheet.CALLS.label
REFERRAL, KEYS = WorkbookSheet.CONTACTS.label, WorkbookSheet.KEYS.label
LABELS = {field.name: field.label for field in (ROW_KEY, *FILLED_FIELDS)}
HEAD = 3
Results = Mapping[str, Mapping[str, Any]]

# Three touches of the first manager that every edit below keeps.
FILLED: Results = {
    "K1001000-V1": {"done_date": date(2026, 12, 3), "outcome": "有意向", "wanted_amount": 20},
    "K1001001-V1": {"done_date": date(2026, 12, 4), "outcome": "已放款", "wanted_amount": 12.5},
    "K1001002-V1": {"done_date": date(2026, 12, 4), "outcome": "继续跟进", "referrals": 2},
}
TAKEN = {
    "K1001000-V1": ("interested", 200_000.0, None),
    "K1001001-V1": ("disbursed", 125_000.0, None),
    "K1001002-V1": ("follow_up", None, 2.0),
}


def issue(plan: Any, folder: Path) -> tuple[Path, dict[str, Path]]:
    """Write the workbooks and the store; return the store, and each manager's workbook."""
    paths = write_action_plans(plan, folder / "行动方案", processes=1)
    return record_plan(plan, folder / "campaign.db"), {p.stem.split("_")[0]: p for p in paths}


def fill(
    workbook: Path,
    to: Path,
    results: Results = FILLED,
    *,
    edit: Callable[[Any], None] | None = None,
    contacts: Sequence[Mapping[str, Any]] = (),
) -> Path:
    """Fill results and new contacts into a copy of a workbook, then edit it."""
    book = openpyxl.load_workbook(workbook)
    for name in (VISITS, CALLS):
        fill_sheet(book[name], results)
    sheet = book[REFERRAL]
    row, columns = head_of(sheet, REFERRAL_FIELDS[3].label)
    for number, contact in enumerate(contacts, start=row + 1):
        for field in REFERRAL_FIELDS:
            if field.name in contact:
                sheet.cell(number, columns[field.label], contact[field.name])
    if edit is not None:
        edit(book)
    book.save(to)
    return to


def fill_sheet(sheet: Any, results: Results) -> None:
    """Fill results into the rows of their keys."""
    _, columns = head_of(sheet, LABELS["outcome"])
    for row in range(HEAD + 1, sheet.max_row + 1):
        for name, value in results.get(sheet.cell(row, 1).value, {}).items():
            sheet.cell(row, columns[LABELS[name]], value)


def head_of(sheet: Any, label: str) -> tuple[int, dict[str, int]]:
    """Return the row that holds a label, and the columns of that row by label."""
    for row in sheet.iter_rows():
        if any(cell.value == label for cell in row):
            return row[0].row, {cell.value: cell.column for cell in row if cell.value}
    raise LookupError(label)


def row_of(sheet: Any, key: str) -> int:
    """Return the row of a touch."""
    column = head_of(sheet, LABELS["outcome"])[1].get(ROW_KEY.label, 1)
    return next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, column).value == key)


def rewrite(sheet: Any, change: Callable[[list[list[Any]]], list[list[Any]]]) -> None:
    """Put the values of a sheet through `change`, heads first; their formats go along."""
    grid = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEAD)]
    for row in sheet.iter_rows(min_row=HEAD):
        for cell in row:
            cell.value = None
    for number, values in enumerate(change(grid), start=HEAD):
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(number, column, value)
            cell.number_format = "yyyy-mm-dd" if isinstance(value, date) else "General"


def converted_together(office: str, paths: Sequence[Path], to: str, folder: Path) -> list[Path]:
    """Save workbooks anew with LibreOffice in one go; `to` may name a filter after a colon."""
    folder.mkdir(exist_ok=True)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", to, "--outdir", str(folder), *paths]
    subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=300)
    return [folder / f"{path.stem}.{to}" for path in paths]


def converted(office: str, path: Path, to: str, folder: Path) -> Path:
    """Save a workbook anew with LibreOffice, as xlsx, xls or ods."""
    folder.mkdir(exist_ok=True)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", to, "--outdir", str(folder), path]
    subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=120)
    return folder / f"{path.stem}.{to}"
