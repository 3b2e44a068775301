"""The rows of a list as lines of XML: a template of their columns, filled with what differs.

What XlsxWriter would write for each cell is made once for a value that repeats in a workbook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.sharedstrings import SharedStringTable
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellBlankTuple, CellNumberTuple, CellStringTuple

# Below this a text cannot be beyond Excel's length, whatever its characters.
SURELY_SHORT = 16_000
LETTERS = tuple(str(xl_col_to_name(column)) for column in range(64))
ROW_HERE = "\0"  # where the number of the row stands in a template
_BLANK, _END = '"/>', "</v></c>"


class LongText(Exception):  # noqa: N818 - nothing is wrong: the row is written the plain way
    """A text may be beyond Excel's length; XlsxWriter itself has to judge it."""


class Ends(dict[Any, str]):
    """Value → end of its cell's XML, made once for values that repeat in a workbook."""

    def __init__(self, form: Callable[[Any], str | float], texts: SharedStringTable) -> None:
        """Begin for one style: `form` returns the text or number that a value is written as."""
        super().__init__()
        self._form, self._texts = form, texts

    def __missing__(self, value: Any) -> str:
        """Return the end of a cell that was not met before.

        Raises:
            LongText: XlsxWriter has to judge the text.
        """
        plain = value.__class__ is str and len(value) <= SURELY_SHORT and value.isprintable()
        formed = value if plain else self._form(value)
        if isinstance(formed, str):
            if len(formed) > SURELY_SHORT:
                raise LongText
            known = self._texts.string_table
            number = known.get(formed)
            if number is None:
                number = known[formed] = self._texts.unique_count
                self._texts.unique_count += 1
            end = f'" t="s"><v>{number}{_END}'
        else:
            end = f'"><v>{formed:.16G}{_END}'
        if value == value and value != 0:  # 0 and -0.0 are equal and not the same
            self[value] = end
        return end


@dataclass(frozen=True)
class Line:
    """What the rows of a list have in common.

    Attributes:
        places: Columns of the sheet, in order.
        looks: Cell format of each column.
        forms: What a value of each column is written as; None where the cell stays blank.
        ends: Of the columns that take a value, the ends of their cells.
    """

    places: tuple[int, ...]
    looks: tuple[Any, ...]
    forms: tuple[Callable[[Any], str | float] | None, ...]
    ends: tuple[Ends, ...]

    def cells(self, values: Sequence[Any]) -> Iterator[tuple[int, str | float | None, Any]]:
        """Yield column, text or number or None for a blank, and format of each cell of a row."""
        given = iter(values)
        for place, look, form in zip(self.places, self.looks, self.forms, strict=True):
            yield place, None if form is None else form(next(given)), look

    def template(self) -> str:
        """Return the XML of a row's cells, `%s` for the end of each that takes a value."""
        return "".join(
            f'<c r="{LETTERS[place]}{ROW_HERE}" s="{format_number(look)}{"%s" if form else _BLANK}'
            for place, look, form in zip(self.places, self.looks, self.forms, strict=True)
        )

    def apart(self, row: int, ends: Sequence[str]) -> dict[int, tuple[Any, str, str]]:
        """Return by column the format of a row's cells, and what stands before and after it."""
        given = iter(ends)
        return {
            place: (look, f'<c r="{LETTERS[place]}{row + 1}" s="', next(given) if form else _BLANK)
            for place, look, form in zip(self.places, self.looks, self.forms, strict=True)
        }

    def as_cells(self, ends: Sequence[str]) -> dict[int, Any]:
        """Return by column the cells of a row as XlsxWriter keeps them."""
        given = iter(ends)
        cells = {}
        for place, look, form in zip(self.places, self.looks, self.forms, strict=True):
            if form is None:
                cells[place] = CellBlankTuple(look)
                continue
            kind, _, value = next(given).removesuffix(_END).partition("><v>")
            is_text = kind.endswith('"s"')
            cells[place] = (
                CellStringTuple(int(value), look)
                if is_text
                else CellNumberTuple(float(value), look)
            )
        return cells


def put_cells(sheet: Any, row: int, line: Line, values: Sequence[Any]) -> None:
    """Write a row of a list cell by cell."""
    for place, formed, look in line.cells(values):
        if formed is None:
            sheet.put_blank(row, place, look)
        elif isinstance(formed, str):
            sheet.put_text(row, place, formed, look)
        else:
            sheet.put_number(row, place, formed, look)


def format_number(look: Any) -> int:
    """Return the number of a cell format, given out in the order of first use."""
    number: int = look.xf_index or look._get_xf_index()
    return number
