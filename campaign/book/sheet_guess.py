"""A sheet whose table was found and whose role is known, ready to be mapped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from campaign.book.headers import FoundTable, reads_like_header
from campaign.book.profile import Profile, profile
from campaign.book.raw_sheet import RawSheet
from campaign.book.roles import Options

SHORT = 300


@dataclass(frozen=True)
class SheetGuess:
    """A sheet whose table was found and whose role is known.

    Attributes:
        sheet: The raw sheet.
        label: Its name in addresses.
        found: Where its table stands.
        role: What it holds.
        options: What each column may mean.
        profiles: What the values of each column look like.
    """

    sheet: RawSheet
    label: str
    found: FoundTable
    role: str
    options: Options
    profiles: Mapping[int, Profile]


def column_profiles(sheet: RawSheet, found: FoundTable) -> dict[int, Profile]:
    """Return what the values of each named column look like.

    On a short sheet the table ends where another one begins; on a long one that makes no odds.
    """
    end = _end(sheet, found) if sheet.height <= SHORT else sheet.height
    return {column: profile(sheet.columns[column][found.body : end]) for column in found.named}


def _end(sheet: RawSheet, found: FoundTable) -> int:
    """Return the row below the header where another table's header stands, else the last."""
    names = {header.raw.split("|")[-1] for header in found.headers}
    for row, cells in enumerate(sheet.rows(found.body, sheet.height), start=found.body):
        texts = {str(cell).strip() for cell in cells if cell != ""}
        if reads_like_header(cells) and not texts <= names:
            return row
    return sheet.height
