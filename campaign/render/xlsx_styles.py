"""The one look of our workbooks: colours, cell styles, page set-up, and how a value is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any

from campaign.render.formats import UNKNOWN, WAN
from campaign.render.xlsx_lines import Ends
from campaign.render.xlsx_sheet import File as File
from campaign.render.xlsx_sheet import Sheet

INK = "#1F2933"
MUTED = "#667085"
RULE = "#D9DEE4"
ACCENT = "#0B5FA5"
TINT = "#EDF3F9"
MID_TINT = "#9DBFDD"
WARNING = "#B54708"
FONT = "Microsoft YaHei"
# The font that column widths are counted in: seven pixels a digit wherever it is found.
NORMAL: Mapping[str, Any] = {"font_name": "Arial", "font_size": 10, "font_scheme": False}
LINE_HEIGHT = 14.0
ROW_PADDING = 4.5
DEFAULT_HEIGHT = 15.0
HIGHEST_ROW = 409.0
CELL_CHARACTERS = 32_000
# Excel counts days from here.
DAY_ZERO = date(1899, 12, 30).toordinal()

_BASE: dict[str, Any] = {
    "font_name": FONT,
    "font_size": 9.5,
    "font_color": INK,
    "valign": "vcenter",
}
_CELL: dict[str, Any] = {**_BASE, "bottom": 1, "bottom_color": RULE}
_HEAD: dict[str, Any] = {
    **_BASE,
    "bold": True,
    "font_size": 9,
    "text_wrap": True,
    "top": 2,
    "top_color": ACCENT,
    "bottom": 1,
    "bottom_color": ACCENT,
}
_FILL: dict[str, Any] = {
    **_CELL,
    "locked": False,
    "bg_color": TINT,
    "left": 1,
    "left_color": RULE,
    "right": 1,
    "right_color": RULE,
}
_GAP = "_)_)"  # keeps right-aligned figures, and words among them, off the next column
_WORDS = f"@{_GAP}"
_WAN = f"#,##0.00{_GAP};-#,##0.00{_GAP};0.00{_GAP};{_WORDS}"
_SIGNED = f"+#,##0.00{_GAP};-#,##0.00{_GAP};0.00{_GAP};{_WORDS}"
_COUNT = f"#,##0{_GAP};-#,##0{_GAP};0{_GAP};{_WORDS}"
_PERCENT = f"0.0%{_GAP};-0.0%{_GAP};0.0%{_GAP};{_WORDS}"
_RATE = f"0.00%{_GAP};-0.00%{_GAP};0.00%{_GAP};{_WORDS}"
_FIGURE = "#,##0.00;-#,##0.00;0.00"
_WHOLE = "#,##0;-#,##0;0"
_DAY = "yyyy-mm-dd"

STYLES: Mapping[str, dict[str, Any]] = {
    "title": {**_BASE, "font_size": 15, "bold": True},
    "note": {**_BASE, "font_size": 9, "font_color": MUTED},
    "note_wrap": {
        **_BASE,
        "font_size": 9,
        "font_color": MUTED,
        "text_wrap": True,
        "valign": "top",
    },
    "section": {
        **_BASE,
        "font_size": 11,
        "bold": True,
        "font_color": ACCENT,
        "valign": "bottom",
    },
    "paragraph": {**_BASE, "text_wrap": True, "valign": "top"},
    "warning": {**_BASE, "font_color": WARNING, "text_wrap": True},
    "figure_label": {**_BASE, "font_size": 9, "font_color": MUTED, "top": 2, "top_color": ACCENT},
    "figure": {
        **_BASE,
        "font_size": 17,
        "shrink": True,
        "bold": True,
        "align": "left",
        "num_format": _FIGURE,
    },
    "figure_count": {
        **_BASE,
        "font_size": 17,
        "shrink": True,
        "bold": True,
        "align": "left",
        "num_format": _WHOLE,
    },
    "figure_text": {**_BASE, "font_size": 13, "shrink": True, "bold": True, "align": "left"},
    "figure_note": {**_BASE, "font_size": 8.5, "font_color": MUTED},
    "head": {**_HEAD, "align": "left"},
    "head_number": {**_HEAD, "align": "right", "num_format": _WORDS},
    "head_center": {**_HEAD, "align": "center"},
    "head_fill": {**_HEAD, "align": "center", "font_color": ACCENT, "bg_color": TINT},
    "text": _CELL,
    "bold": {**_CELL, "bold": True},
    "wrap": {**_CELL, "text_wrap": True},
    "doubtful": {**_CELL, "bg_color": TINT, "bold": True, "font_color": WARNING},
    "small": {**_CELL, "text_wrap": True, "font_size": 8, "font_color": MUTED},
    "source": {**_CELL, "shrink": True, "font_size": 8, "font_color": MUTED},
    "shrunk": {**_CELL, "shrink": True},
    "center": {**_CELL, "align": "center"},
    "date": {**_CELL, "num_format": _DAY, "align": "left", "shrink": True},
    "wan": {**_CELL, "num_format": _WAN, "align": "right", "shrink": True},
    "wan_bold": {**_CELL, "num_format": _WAN, "align": "right", "shrink": True, "bold": True},
    "wan_binding": {
        **_CELL,
        "num_format": _WAN,
        "align": "right",
        "shrink": True,
        "bold": True,
        "border": 1,
        "border_color": INK,
    },
    "signed_wan": {
        **_CELL,
        "num_format": _SIGNED,
        "align": "right",
        "shrink": True,
        "indent": 1,
    },
    "count": {**_CELL, "num_format": _COUNT, "align": "right", "shrink": True},
    "count_bold": {**_CELL, "num_format": _COUNT, "align": "right", "shrink": True, "bold": True},
    "index": {**_CELL, "num_format": f"0.00{_GAP}", "align": "right", "shrink": True},
    "index_bold": {
        **_CELL,
        "num_format": f"0.00{_GAP}",
        "align": "right",
        "shrink": True,
        "bold": True,
    },
    "percent": {**_CELL, "num_format": _PERCENT, "align": "right", "shrink": True},
    "rate": {**_CELL, "num_format": _RATE, "align": "right", "shrink": True},
    "fill_text": {**_FILL, "text_wrap": True},
    "fill_code": {**_FILL, "num_format": "@"},
    "fill_date": {**_FILL, "num_format": _DAY, "align": "left", "shrink": True},
    "fill_wan": {**_FILL, "num_format": _FIGURE, "align": "right", "shrink": True},
    "fill_number": {**_FILL, "num_format": "0.00", "align": "right", "shrink": True},
    "fill_count": {**_FILL, "num_format": "0", "align": "right", "shrink": True},
    "key": {**_BASE, "font_size": 8, "font_color": MUTED, "num_format": "@"},
    "plain": _BASE,
}
NUMERIC = frozenset(
    {"wan", "wan_bold", "signed_wan", "count", "count_bold", "index", "percent", "rate"}
)
WRAPPED = frozenset({"wrap", "small"})


class Workbook:
    """An XlsxWriter workbook in memory that writes no formula and no link from data."""

    def __init__(self, created: date, title: str) -> None:
        """Begin a workbook; `created` stands in its properties, so equal input gives equal bytes."""
        self._buffer = BytesIO()
        self.file = File(
            self._buffer,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_format_properties": dict(NORMAL),
            },
        )
        self.file.set_properties(
            {
                "title": printable(title),
                "created": datetime(created.year, created.month, created.day),
            }
        )
        self._sheets: list[Any] = []
        self._formats: dict[str, Any] = {}
        self._ends: dict[str, Ends] = {}
        self._heights: dict[tuple[str, int], float] = {}

    def style(self, name: str) -> Any:
        """Return the cell format of a name in `STYLES`."""
        found = self._formats.get(name)
        if found is None:
            found = self._formats[name] = self.file.add_format(STYLES[name])
        return found

    def sheet(self, name: str) -> Any:
        """Add a sheet without grid lines."""
        sheet = self.file.add_worksheet(name, Sheet)
        self._sheets.append(sheet)
        sheet.hide_gridlines(2)
        return sheet

    def raise_row(self, sheet: Any, row: int, height: float) -> None:
        """Make a row at least this high; lists that stand side by side share their rows."""
        known = self._heights.get((sheet.name, row), 0.0)
        height = min(height, HIGHEST_ROW)
        if height > known:
            self._heights[sheet.name, row] = height
            sheet.set_row(row, height)

    def heights(self, sheet: Any, until: int) -> float:
        """Return the height of the rows above `until`, in points."""
        return sum(self._heights.get((sheet.name, row), DEFAULT_HEIGHT) for row in range(until))

    def put(self, sheet: Any, row: int, column: int, value: Any, style: str) -> None:
        """Write one value: text always as text, yuan as 万元, an unknown as a dash.

        A numeric column may hold a text where the figure must not look firm.
        """
        self.writer(sheet, style)(row, column, value)

    def writer(self, sheet: Any, style: str) -> Callable[[int, int, Any], None]:
        """Return a function that writes values of one style, for many cells of a column."""
        cell, form = self.style(style), written_as(style)
        put_text, put_number = sheet.put_text, sheet.put_number

        def write(row: int, column: int, value: Any) -> None:
            formed = form(value)
            if isinstance(formed, str):
                put_text(row, column, formed, cell)
            else:
                put_number(row, column, formed, cell)

        return write

    def ends(self, style: str) -> Ends:
        """Return the ends of the cells of a style, which all sheets of the workbook share."""
        found = self._ends.get(style)
        if found is None:
            found = self._ends[style] = Ends(written_as(style), self.file.str_table)
        return found

    def content(self) -> bytes:
        """Close the workbook and return its bytes."""
        for sheet in self._sheets:
            sheet.measure()
        self.file.close()
        return self._buffer.getvalue()


def written_as(style: str) -> Callable[[Any], str | float]:
    """Return the function that tells the text or the number that a value of a style stands as.

    >>> written_as("wan")(25_000), written_as("wan")(None), written_as("text")(None)
    (2.5, '—', '')
    >>> written_as("date")(date(2027, 1, 8))
    46395
    """
    money = "wan" in style or style == "figure"
    blank = UNKNOWN if style in NUMERIC or style == "date" else ""

    def form(value: Any) -> str | float:
        if isinstance(value, str):
            return clean(value)
        if value is None or value != value:
            return blank
        if isinstance(value, date):
            return value.toordinal() - DAY_ZERO
        formed: float = round(value / WAN, 6) if money else value
        return formed

    return form


def clean(text: str) -> str:
    r"""Return a text that a cell can hold: no broken characters, not beyond Excel's length.

    >>> clean("张\ud800三")
    '张三'
    """
    if len(text) > CELL_CHARACTERS:
        text = text[:CELL_CHARACTERS] + "…（过长，已截断）"
    return text if text.isprintable() else text.encode("utf-8", "ignore").decode("utf-8")


def printable(text: str) -> str:
    """Return a text for headers and properties: one line, nothing that breaks their XML."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())
