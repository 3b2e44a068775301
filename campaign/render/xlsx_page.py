"""The printed page of a sheet: A4, one page wide, header, footer, and what fits on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from campaign.render.formats import INTERNAL
from campaign.render.xlsx_styles import printable

LEFT = RIGHT = 0.32
TOP, BOTTOM = 0.62, 0.55
A4_LONG, A4_SHORT = 11.69, 8.27
POINTS_AN_INCH = 72.0
# A column of width w is 7w + 5 pixels wide, at 96 pixels an inch.
PIXELS_A_CHARACTER, PIXELS_A_COLUMN, PIXELS_AN_INCH = 7, 5, 96
SAFE = 0.985
# A watermark that every program prints, on a black-and-white printer too: grey letters, no picture.
STAMP_SIZE, STAMP_COLOUR = 15, "98A2B3"
HEADER_CHARACTERS = 90


@dataclass(frozen=True)
class Page:
    """An A4 landscape page of a sheet with these column widths, shrunk to one page wide."""

    widths: Sequence[float]

    @property
    def height(self) -> float:
        """Return how many points of rows one page takes."""
        pixels = sum(PIXELS_A_CHARACTER * w + PIXELS_A_COLUMN for w in self.widths)
        scale = min(1.0, (A4_LONG - LEFT - RIGHT) * PIXELS_AN_INCH / pixels)
        return (A4_SHORT - TOP - BOTTOM) * POINTS_AN_INCH / scale * SAFE

    def rows_to_fill(self, used: float, row: float, least: int) -> int:
        """Return how many rows fill the page to its end, or as many pages as `least` needs."""
        pages = 1
        while (count := int((pages * self.height - used) // row)) < least:
            pages += 1
        return count

    def left_after(self, used: float) -> float:
        """Return how many points are left on the page after so many."""
        return self.height - used % self.height


def set_page(sheet: Any, *, header: str, footer: str, mark: str, stamp: str = "") -> None:
    """Set A4 landscape, one page wide, with a header line and a footer with page numbers.

    Args:
        sheet: The XlsxWriter sheet.
        header: Whose sheet it is.
        footer: Dates and version.
        mark: 已脱敏 or not, beside 内部资料.
        stamp: Whose copy this is, printed large and grey across the head of every page.
    """
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=LEFT, right=RIGHT, top=TOP, bottom=BOTTOM)
    sheet.center_horizontally()
    middle = f"&C&{STAMP_SIZE}&K{STAMP_COLOUR} {_header_text(stamp)}" if stamp else ""
    right = f"&R&8 {INTERNAL} · {mark}"
    sheet.set_header(f"&L&8 {_header_text(header)}{middle}{right}", {"margin": 0.28})
    sheet.set_footer(f"&L&8 {_header_text(footer)}&R&8 第 &P 页，共 &N 页", {"margin": 0.26})


def _header_text(text: str) -> str:
    """Return a text that a header takes: no field codes from data, not beyond its length."""
    return printable(text)[:HEADER_CHARACTERS].replace("&", "&&")
