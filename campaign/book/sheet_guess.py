"""A sheet whose table was found and whose role is known, ready to be mapped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from campaign.book.headers import FoundTable
from campaign.book.profile import Profile, profile
from campaign.book.raw_sheet import RawSheet
from campaign.book.roles import Options


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
    """Return what the values of each named column look like."""
    return {column: profile(sheet.columns[column][found.body :]) for column in found.named}
