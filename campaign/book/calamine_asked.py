"""calamine, asked what single cells and texts are: it is given a small workbook of these alone."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from functools import cached_property
from typing import Any

from campaign.book.sheet_tags import Unusual
from campaign.book.xlsx_parts import DESCRIBING, SHEETS, TEXTS

Cell = Any
_FROM_1904 = re.compile(rb'<(?:\w+:)?workbookPr\b[^>]*\bdate1904=["\'](?:1|true)["\']')


class Asked:
    """calamine, asked about single cells under the styles of a workbook.

    Attributes:
        workbook: What describes the workbook, without its cells.
        from_1904: Whether its days are counted from 1904.
    """

    def __init__(self, archive: zipfile.ZipFile, as_cell: Callable[[Any], Cell]) -> None:
        """Take over what describes the workbook."""
        self._kept = {name: archive.read(name) for name in sorted(DESCRIBING)}
        self._sheets = [name for name in archive.namelist() if name.startswith(SHEETS)]
        self._as_cell = as_cell
        self.from_1904 = bool(_FROM_1904.search(self._kept["xl/workbook.xml"]))
        self.workbook = self._opened({name: _sheet([_inline(name)], []) for name in self._sheets})

    def part_of(self, name: str) -> str | None:
        """Return the part that holds a sheet."""
        rows = self.workbook.get_sheet_by_name(name).to_python()
        return str(rows[0][0]) if rows and rows[0][0] in self._sheets else None

    def cells(self, written: list[bytes], merges: list[bytes]) -> tuple[list[Cell], list[Any]]:
        """Return what cells are, and the merged areas.

        Raises:
            Unusual: calamine does not say as many as there are, or says the sign of nought.
        """
        if not written and not merges:
            return [], []
        sheet = self._asked_sheet(_sheet(written, merges), {})
        rows = sheet.to_python(skip_empty_area=False)
        if len(rows) != len(written):
            raise Unusual
        cells = [self._as_cell(row[0]) for row in rows]
        _refuse_nought(cells)
        return cells, list(sheet.merged_cell_ranges or ())

    def texts(self, written: list[bytes]) -> list[str]:
        """Return shared texts from their XML without its end.

        Raises:
            Unusual: calamine does not say as many as there are, or says the sign of nought.
        """
        items = b"".join(item + b"</si>" for item in written)
        cells = [b'<c t="s"><v>%d</v></c>' % number for number in range(len(written))]
        parts = {TEXTS: b'<sst xmlns="%s">%s</sst>' % (_SPACE, items)}
        rows = self._asked_sheet(_sheet(cells, []), parts).to_python(skip_empty_area=False)
        if len(rows) != len(written) or not all(type(row[0]) is str for row in rows):
            raise Unusual
        texts = [row[0] for row in rows]
        _refuse_nought(texts)
        return texts

    def _asked_sheet(self, sheet: bytes, parts: dict[str, bytes]) -> Any:
        parts = {**parts, **{part: sheet for part in self._sheets}}
        return self._opened(parts).get_sheet_by_name(self.first_name)

    @cached_property
    def first_name(self) -> str:
        """Return the name of a sheet whose part is known."""
        from python_calamine import SheetTypeEnum

        for meta in self.workbook.sheets_metadata:
            if meta.typ == SheetTypeEnum.WorkSheet and self.part_of(meta.name):
                return str(meta.name)
        raise Unusual

    def _opened(self, parts: dict[str, bytes]) -> Any:
        from python_calamine import CalamineWorkbook

        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as small:
            for name, content in {**self._kept, **parts}.items():
                small.writestr(name, content)
        out.seek(0)
        return CalamineWorkbook.from_filelike(out)


_SPACE = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _refuse_nought(cells: list[Cell]) -> None:
    """Refuse texts that hold the sign that stands between texts where they travel."""
    if any(isinstance(cell, str) and "\0" in cell for cell in cells):
        raise Unusual


def _inline(text: str) -> bytes:
    return b'<c t="inlineStr"><is><t>%s</t></is></c>' % text.encode()


def _sheet(cells: list[bytes], merges: list[bytes]) -> bytes:
    """Return a sheet of one column of cells, each with a number beside."""
    rows = [
        b'<row r="%d">%s<c r="B%d"><v>1</v></c></row>' % (n, b'<c r="A%d"%s' % (n, cell[2:]), n)
        for n, cell in enumerate(cells, start=1)
    ]
    return b'<worksheet xmlns="%s"><sheetData>%s</sheetData>%s</worksheet>' % (
        _SPACE,
        b"".join(rows),
        b"".join(merges),
    )
