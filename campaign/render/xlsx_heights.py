"""How many lines a text takes in a column, so that a row cuts nothing."""

from __future__ import annotations

from typing import Any

from campaign.render.formats import text_width

PIXELS_A_CHARACTER, PIXELS_A_HAN = 7.0, 12.67


def lines_needed(text: str, width: float) -> int:
    r"""Return how many lines a wrapped text takes in a column this wide.

    A column of width 9 takes four Chinese characters of our size, not four and a half; a
    line that may not begin with a comma is one shorter.

    >>> [lines_needed(words, 9) for words in ("存量增贷", "清河县鑫达有限公司", "一行\n两行")]
    [1, 3, 2]
    """
    return lines_in(text, room_of(width))


def room_of(width: float) -> int:
    """Return how many halves of a Chinese character a column of this width takes in a line."""
    return max(2, 2 * int(width * PIXELS_A_CHARACTER / PIXELS_A_HAN))


def lines_in(text: Any, room: int) -> int:
    """Return how many lines a value takes where a line has this room (`room_of`)."""
    if not isinstance(text, str):
        return 1
    if "\n" in text:
        return sum(lines_in(line, room) for line in text.split("\n"))
    if 2 * len(text) <= room:
        return 1
    wide = text_width(text)
    return 1 if wide <= room else -(-wide // max(2, room - 1))
