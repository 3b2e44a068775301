"""A worksheet that takes and writes plain cells faster than XlsxWriter's own, to the same bytes.

XlsxWriter checks each cell for what ours never are: an address as text, a cell outside the
sheet, an attribute to be escaped. A test holds a workbook against one of its own worksheets.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellBlankTuple, CellNumberTuple, CellStringTuple, Worksheet

# Below this a text cannot be beyond Excel's length, whatever its characters.
SURELY_SHORT = 16_000
ROWS_A_SPAN = 16
LETTERS = tuple(str(xl_col_to_name(column)) for column in range(64))
PLAIN = (CellStringTuple, CellNumberTuple, CellBlankTuple)
PLACE = itemgetter(0)
_made = tuple.__new__  # a named tuple's own maker, called by name, takes three times as long


class Sheet(Worksheet):  # type: ignore[misc]
    """A worksheet for texts, numbers and blanks that carry a cell format."""

    def put_text(self, row: int, column: int, text: str, cell: Any) -> None:
        """Write a text."""
        if len(text) > SURELY_SHORT:
            self._write_string(row, column, text, cell)
            return
        number = self.str_table._get_shared_string_index(text)
        self.table[row][column] = _made(CellStringTuple, (number, cell))

    def put_number(self, row: int, column: int, number: float, cell: Any) -> None:
        """Write a number that is neither infinite nor unknown."""
        self.table[row][column] = _made(CellNumberTuple, (number, cell))

    def put_blank(self, row: int, column: int, cell: Any) -> None:
        """Write an empty cell that has a format."""
        self.table[row][column] = _made(CellBlankTuple, (cell,))

    def measure(self) -> None:
        """Tell XlsxWriter how far the cells reach; call it once, before the workbook is closed."""
        for row, cells in self.table.items():
            if cells:
                self._check_dimensions(row, min(cells))
                self._check_dimensions(row, max(cells))

    def _calculate_spans(self) -> None:
        """Note the first and the last column of every sixteen rows, as XlsxWriter does."""
        reach: dict[int, list[int]] = {}
        for row, cells in self.table.items():
            if cells:
                reach.setdefault(row // ROWS_A_SPAN, []).extend((min(cells), max(cells)))
        self.row_spans = {span: f"{min(at) + 1}:{max(at) + 1}" for span, at in reach.items()}

    def _write_rows(self) -> None:
        """Write the XML of all rows; a cell that is not plain by XlsxWriter's own method."""
        self._calculate_spans()
        for row in sorted({*self.row_info, *(row for row, cells in self.table.items() if cells)}):
            cells = self.table[row]
            spans, info = self.row_spans.get(row // ROWS_A_SPAN), self.row_info.get(row)
            if not cells:
                self._write_empty_row(row, spans, info)
                continue
            self._write_row(row, spans, info)
            write, middle = self.fh.write, f'{row + 1}" s="'
            for column, cell in sorted(cells.items(), key=PLACE):
                kind = cell.__class__
                if kind not in PLAIN or cell.format is None or column >= len(LETTERS):
                    self._write_cell(row, column, cell)
                    continue
                look = cell.format.xf_index or cell.format._get_xf_index()
                if kind is CellStringTuple:
                    write(f'<c r="{LETTERS[column]}{middle}{look}" t="s"><v>{cell[0]}</v></c>')
                elif kind is CellNumberTuple:
                    write(f'<c r="{LETTERS[column]}{middle}{look}"><v>{cell[0]:.16G}</v></c>')
                else:
                    write(f'<c r="{LETTERS[column]}{middle}{look}"/>')
            self._xml_end_tag("row")
