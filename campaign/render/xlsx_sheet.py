"""A worksheet that takes and writes plain cells faster than XlsxWriter's own, to the same bytes.

XlsxWriter checks each cell for what ours never are: an address as text, a cell outside the
sheet, an attribute to be escaped. The rows of a list are kept as one line each and filled into
a template of their columns. A test holds a workbook against one of XlsxWriter's own worksheets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from io import StringIO
from operator import itemgetter
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.worksheet import CellBlankTuple, CellNumberTuple, CellStringTuple, Worksheet

from campaign.render.xlsx_lines import (
    LETTERS,
    ROW_HERE,
    SURELY_SHORT,
    Line,
    LongText,
    format_number,
    put_cells,
)

ROWS_A_SPAN = 16
PLAIN = (CellStringTuple, CellNumberTuple, CellBlankTuple)
PLACE = itemgetter(0)
# What XlsxWriter escapes in a text, or marks because Excel would trim it or take it for rich.
SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9a-fA-F]{4}_|^\\s|\\s$")
_made = tuple.__new__  # a named tuple's own maker, called by name, takes three times as long


class Sheet(Worksheet):  # type: ignore[misc]
    """A worksheet for texts, numbers and blanks that carry a cell format."""

    def __init__(self) -> None:
        """Begin an empty sheet."""
        super().__init__()
        self.lines: dict[int, tuple[Line, list[str]]] = {}
        self._raised: dict[float, int] = {}

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

    def put_line(self, row: int, line: Line, values: Sequence[Any]) -> None:
        """Write a row of a list; cells written into the row later stand over it."""
        if not self.table.get(row) and row not in self.lines and line.places[-1] < len(LETTERS):
            try:
                ends = [known[value] for known, value in zip(line.ends, values, strict=True)]
            except LongText:
                pass
            else:
                self.str_table.count += "".join(ends).count(' t="s"')
                self.lines[row] = line, ends
                return
        put_cells(self, row, line, values)

    def set_row(
        self, row: int, height: float | None = None, cell_format: Any = None, options: Any = None
    ) -> Any:
        """Set the height of a row; one that stood before takes what it took then."""
        alike = None if cell_format or options or height is None else self._raised.get(height)
        if alike is None:
            if self.dim_colmin is None:  # XlsxWriter takes a row set before any cell for A
                self._measure_cells()
            done = super().set_row(row, height, cell_format, options)
            if not (done or cell_format or options or height is None):
                self._raised[height] = row
            return done
        self.row_info[row], self.row_sizes[row] = self.row_info[alike], self.row_sizes[alike]
        return 0

    def measure(self) -> None:
        """Tell XlsxWriter how far the cells reach; call it once, before the workbook is closed."""
        self._measure_cells()
        for row in (min(self.row_info), max(self.row_info)) if self.row_info else ():
            self._check_dimensions(row, self.dim_colmin or 0)

    def _measure_cells(self) -> None:
        if reaches := list(self._reaches()):
            rows, firsts, lasts = zip(*reaches, strict=True)
            self._check_dimensions(min(rows), min(firsts))
            self._check_dimensions(max(rows), max(lasts))

    def _reaches(self) -> Iterator[tuple[int, int, int]]:
        """Yield each row that has cells, with its first and last column."""
        for row, cells in self.table.items():
            if cells:
                yield row, min(cells), max(cells)
        for row, (line, _) in self.lines.items():
            yield row, line.places[0], line.places[-1]

    def _calculate_spans(self) -> None:
        """Note the first and the last column of every sixteen rows, as XlsxWriter does."""
        reach: dict[int, list[int]] = {}
        for row, first, last in self._reaches():
            reach.setdefault(row // ROWS_A_SPAN, []).extend((first, last))
        self.row_spans = {span: f"{min(at) + 1}:{max(at) + 1}" for span, at in reach.items()}

    def _get_range_data(
        self, first_row: int, first_column: int, last_row: int, last_column: int
    ) -> Any:
        """Return what a chart shows, for which XlsxWriter looks into its own table of cells."""
        for row in range(first_row, last_row + 1):
            if row in self.lines:
                line, ends = self.lines.pop(row)
                self.table[row] = line.as_cells(ends) | self.table.get(row, {})
        return super()._get_range_data(first_row, first_column, last_row, last_column)

    def _write_rows(self) -> None:
        """Write the XML of all rows."""
        self._calculate_spans()
        templates: dict[int, str] = {}
        heads: dict[tuple[str | None, int], str] = {}
        filled = {row for row, cells in self.table.items() if cells}
        for row in sorted({*self.row_info, *filled, *self.lines}):
            spans, info = self.row_spans.get(row // ROWS_A_SPAN), self.row_info.get(row)
            if row not in self.lines:
                if row in filled:
                    self._write_row(row, spans, info)
                    self._write_cells(row, self.table[row])
                else:
                    self._write_empty_row(row, spans, info)
                continue
            head = heads.get((spans, id(info)))
            if head is None:
                head = heads[spans, id(info)] = self._head(row, spans, info)
            line, ends = self.lines[row]
            if row in filled:
                self.fh.write(f'<row r="{row + 1}"{head}')
                self._write_cells(row, self.table[row], line.apart(row, ends))
                continue
            template = templates.get(id(line))
            if template is None:
                template = templates[id(line)] = line.template()
            number = str(row + 1)
            cells = template.replace(ROW_HERE, number) % tuple(ends)
            self.fh.write(f'<row r="{number}"{head}{cells}</row>')

    def _head(self, row: int, spans: str | None, info: Any) -> str:
        """Return the start tag of a row as XlsxWriter writes it, from behind its number on."""
        kept: Any = self.fh
        written = StringIO()
        self.fh: Any = written
        self._write_row(row, spans, info)
        self.fh = kept
        return written.getvalue().removeprefix(f'<row r="{row + 1}"')

    def _write_cells(
        self, row: int, cells: dict[int, Any], under: dict[int, tuple[Any, str, str]] | None = None
    ) -> None:
        """Write the cells of a row over those of its line, one not plain by XlsxWriter's method."""
        write, middle = self.fh.write, f'{row + 1}" s="'
        for column, cell in sorted(((under or {}) | cells).items(), key=PLACE):
            kind = cell.__class__
            if kind is tuple:
                look, before, after = cell
                write(f"{before}{format_number(look)}{after}")
                continue
            if kind not in PLAIN or cell.format is None or column >= len(LETTERS):
                self._write_cell(row, column, cell)
                continue
            number = cell.format.xf_index or cell.format._get_xf_index()
            if kind is CellStringTuple:
                write(f'<c r="{LETTERS[column]}{middle}{number}" t="s"><v>{cell[0]}</v></c>')
            elif kind is CellNumberTuple:
                write(f'<c r="{LETTERS[column]}{middle}{number}"><v>{cell[0]:.16G}</v></c>')
            else:
                write(f'<c r="{LETTERS[column]}{middle}{number}"/>')
        self._xml_end_tag("row")


class Texts(SharedStrings):  # type: ignore[misc]
    """The texts of a workbook; most need nothing escaped."""

    def _write_si(self, string: str) -> None:
        if SPECIAL.search(string) or string[:3] == "<r>":
            super()._write_si(string)
        else:
            self.fh.write(f"<si><t>{string}</t></si>")


class Package(Packager):  # type: ignore[misc]
    """The parts of a workbook, its texts written faster."""

    def _write_shared_strings_file(self) -> None:
        if self.workbook.str_table.count:
            texts = Texts()
            texts.string_table = self.workbook.str_table
            texts._set_xml_writer(self._filename("xl/sharedStrings.xml"))
            texts._assemble_xml_file()


class File(Workbook):  # type: ignore[misc]
    """An XlsxWriter workbook that packs its parts faster."""

    def _get_packager(self) -> Package:
        return Package()
