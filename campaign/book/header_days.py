"""Balances of several days side by side: 2025年末余额, 2026年11月15日余额 — the latest counts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

from campaign.book.header_text import HeaderText, normalised
from campaign.book.title import day_in

_DAY = re.compile(
    r"^(?:截至|截止|至)?(?:(20\d{2})年?)?(?:(1[0-2]|0?[1-9])月)?(?:(3[01]|[12]\d|0?[1-9])日)?(?:末|底|止)?"
)
_COMPACT = re.compile(
    r"^(?:截至|截止|至)?(20\d{2})(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9])?(?:日|末|底)?"
)

When = tuple[int, int, int]


def latest_by_day(
    headers: Sequence[HeaderText], known: Callable[[str], bool]
) -> tuple[tuple[HeaderText, ...], str]:
    """Return the headers with the day taken out of the latest of each name, and that day's text.

    Args:
        headers: One header a column.
        known: Whether a name without its day is a header of the lists.

    A name that also stands without a day is left alone: that column is the present one.
    """
    plain = {header.name for header in headers}
    found: dict[str, list[tuple[When, int]]] = {}
    for column, header in enumerate(headers):
        when, rest = _taken_apart(header.name)
        if when is not None and rest not in plain and known(rest):
            found.setdefault(rest, []).append((when, column))
    named = list(headers)
    said = ""
    for rest, dated in found.items():
        (_, column) = max(dated)
        named[column] = replace(headers[column], name=rest, bare=rest)
        said = said or headers[column].raw
    return tuple(named), said if day_in(said) else ""


def _taken_apart(name: str) -> tuple[When | None, str]:
    """Return the day at the front of a header's name and what follows it."""
    text = normalised(unicodedata.normalize("NFKC", name))
    match = _COMPACT.match(text) or _DAY.match(text)
    if match is None or not any(match.groups()):
        return None, text
    year, month, day = (int(part) if part else 0 for part in match.groups())
    return (year, month or (12 if year else 0), day or 31), text[match.end() :]
