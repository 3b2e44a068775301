"""The whole job as a plain script would do it: pandas with openpyxl in, openpyxl out.

`python -m benchmarks.jobs naive BOOK CALLS TABLES`: reads every sheet, and writes the
same workbooks, cell by cell with their styles, and the same tables as the campaign did. What
to write is taken from the campaign, so nothing is computed: the script is spared the planning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from benchmarks.child import Stopwatch
from benchmarks.workbooks import Call

ALIGNED = {"vcenter": "center", "vjustify": "justify"}
SIDES = ("left", "right", "top", "bottom")


def naive_job(book: Path, noted: Iterable[Sequence[Call]], tables: Path, folder: Path) -> Stopwatch:
    """Read the book and write workbooks and tables; return what that used.

    What to write is fetched while the clock stands still.
    """
    watch = Stopwatch()
    with watch.running():
        pd.read_excel(book, sheet_name=None, engine="openpyxl")
    for path in sorted(tables.glob("*.csv")):
        table = pd.read_csv(path, low_memory=False)
        with watch.running():
            table.to_csv(folder / path.name, index=False, encoding="utf-8-sig")
    for number, calls in enumerate(noted):
        with watch.running():
            (folder / f"{number}.xlsx").write_bytes(naive_workbook(calls))
    return watch


def naive_workbook(calls: Sequence[Call]) -> bytes:
    """Return the workbook of noted calls: its cells, styles, merged ranges and widths.

    Drop-downs, pictures, protection and page layout are left out, in the script's favour.
    """
    book = openpyxl.Workbook()
    book.remove(book.active)
    sheets: list[Any] = []
    made: dict[int, Any] = {}
    count = 0
    for number, method, args, kwargs in calls:
        if method.startswith("add_"):
            count += 1
        if method == "add_worksheet":
            sheets.append(book.create_sheet(args[0]))
            made[count] = sheets[-1]
        elif method == "add_format":
            made[count] = _look(args[0] if args else kwargs)
        elif number in made and not isinstance(made[number], dict):
            _do(made[number], method, args, made)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _do(sheet: Any, method: str, args: Sequence[Any], made: Mapping[int, Any]) -> None:
    if method in ("write_string", "write_number", "write_datetime", "write_blank", "write"):
        row, column, value, *rest = args
        _put(sheet.cell(row + 1, column + 1), value, made[rest[0].number] if rest else {})
    elif method == "merge_range":
        top, left, bottom, right, value, look = args
        _put(sheet.cell(top + 1, left + 1), value, made[look.number])
        sheet.merge_cells(None, top + 1, left + 1, bottom + 1, right + 1)
    elif method == "set_column" and isinstance(args[0], int):
        for column in range(args[0], args[1] + 1):
            letter = openpyxl.utils.get_column_letter(column + 1)
            sheet.column_dimensions[letter].width = args[2]


def _put(cell: WriteOnlyCell, value: Any, look: Mapping[str, Any]) -> None:
    cell.value = value if isinstance(value, str | int | float | date | None) else str(value)
    for name, style in look.items():
        setattr(cell, name, style)


def _look(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what openpyxl sets on each cell for a format of XlsxWriter."""
    fill = given.get("bg_color", given.get("fg_color"))
    vertical = given.get("valign")
    looks = {
        "font": Font(
            name=given.get("font_name"),
            size=given.get("font_size"),
            bold=given.get("bold"),
            color=_argb(given.get("font_color")),
        ),
        "alignment": Alignment(
            horizontal=given.get("align"),
            vertical=ALIGNED.get(vertical, vertical),
            wrap_text=bool(given.get("text_wrap")),
        ),
        "number_format": given.get("num_format", "General"),
    }
    if fill:
        looks["fill"] = PatternFill("solid", fgColor=_argb(fill))
    sides = {side: Side("thin") for side in SIDES if given.get(side) or given.get("border")}
    if sides:
        looks["border"] = Border(**sides)
    return looks


def _argb(color: str | None) -> str | None:
    return "FF" + color.removeprefix("#") if color else None
