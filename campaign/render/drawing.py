"""What a picture is made of: boxes, lines and texts, drawn as SVG by a template.

Numbers are plain and texts pass through the template's escaping, so the same figures always
give the same bytes and no text can become markup. Nothing hangs on colour: what differs in
kind differs in pattern, sign or word too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 720.0


@dataclass(frozen=True)
class Box:
    """A rectangle.

    Attributes:
        kind: CSS class that says how it is filled.
        x: Left edge.
        y: Upper edge.
        width: Width.
        height: Height.
    """

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """A straight line.

    Attributes:
        kind: CSS class that says how it is drawn.
        x1: Where it begins, across.
        y1: Where it begins, down.
        x2: Where it ends, across.
        y2: Where it ends, down.
    """

    kind: str
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Text:
    """A word or number.

    Attributes:
        kind: CSS class that says how it is set.
        x: Where it is anchored, across.
        y: Its baseline.
        anchor: start, middle or end.
        words: What it says.
    """

    kind: str
    x: float
    y: float
    anchor: str
    words: str


@dataclass(frozen=True)
class Drawing:
    """One picture.

    Attributes:
        width: Width of its coordinates; it fills the column it stands in.
        height: Height of its coordinates.
        boxes: Rectangles, drawn first.
        lines: Lines, drawn over them.
        texts: Words and numbers, drawn last.
        summary: The picture in words, for who cannot see it.
    """

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    texts: tuple[Text, ...]
    summary: str


def drawing(
    height: float, boxes: Sequence[Box], lines: Sequence[Line], texts: Sequence[Text]
) -> Drawing:
    """Return a picture as wide as the page; its summary is all that it says."""
    summary = " ".join(text.words for text in texts if text.kind != "tiny")
    return Drawing(WIDTH, height, tuple(boxes), tuple(lines), tuple(texts), summary)


def fitted(text: str, widest: int) -> str:
    """Return text cut to a width in Chinese characters; Latin letters count about half.

    Example:
        >>> fitted("干果炒货批发与零售综合市场", 8), fitted("ABC 超市", 8)
        ('干果炒货批发与…', 'ABC 超市')
    """
    if sum(map(_letter_width, text)) <= widest:
        return text
    kept, used = "", 1.0
    for letter in text:
        used += _letter_width(letter)
        if used > widest:
            break
        kept += letter
    return f"{kept}…"


def _letter_width(letter: str) -> float:
    return 0.55 if ord(letter) < 0x2E80 else 1.0


def tenth(value: float) -> float:
    """Return a coordinate to a tenth, which is finer than any printer."""
    return round(value, 1) + 0.0
