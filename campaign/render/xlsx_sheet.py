"""A worksheet that takes and writes plain cells faster than XlsxWriter's own, to the same bytes.

XlsxWriter checks each cell for what ours never are: an address as text, a cell outside the
sheet, an attribute to be escaped. A test holds a workbook against one of its own worksheets.
"""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellBlankTuple, CellNumberTuple, CellStringTuple, Worksheet

# Below this a text cannot be beyond Excel's length, whatever its characters.
SURELY_SHORT = 16_000


class Sheet(Worksheet):  # type: ignore[misc]
    """A worksheet for texts, numbers and blanks that carry a cell format."""

    def put_text(self, row: int, column: int, text: str, cell: Any) -> None:
        """Write a text."""
        if len(text) > SURELY_SHORT:
            self._write_string(row, column, text, cell)
            return
        number = self.str_table._get_shared_string_index(text)
        self.table[row][column] = CellStringTuple(number, cell)

    def put_number(self, row: int, column: int, number: float, cell: Any) -> None:
        """Write a number that is neither infinite nor unknown."""
        self._write_number(row, column, number, cell)

    def put_blank(self, row: int, column: int, cell: Any) -> None:
        """Write an empty cell that has a format."""
        self.table[row][column] = CellBlankTuple(cell)

    def measure(self) -> None:
        """Tell XlsxWriter how far the cells reach; call it once, before the workbook is closed."""
        for row, cells in self.table.items():
            if cells:
                self._check_dimensions(row, min(cells))
                self._check_dimensions(row, max(cells))

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        """Write the XML of a cell; XlsxWriter's own method for what is not plain."""
        kind = cell.__class__
        if kind not in (CellStringTuple, CellNumberTuple, CellBlankTuple) or cell.format is None:
            super()._write_cell(row, col, cell)
            return
        begin = f'<c r="{_letters(col)}{row + 1}" s="{cell.format._get_xf_index()}"'
        if kind is CellStringTuple:
            self.fh.write(f'{begin} t="s"><v>{cell.string}</v></c>')
        elif kind is CellNumberTuple:
            self.fh.write(f"{begin}><v>{cell.number:.16G}</v></c>")
        else:
            self.fh.write(f"{begin}/>")


def _letters(column: int) -> str:
    return LETTERS[column] if column < len(LETTERS) else str(xl_col_to_name(column))


LETTERS = tuple(str(xl_col_to_name(column)) for column in range(64))
