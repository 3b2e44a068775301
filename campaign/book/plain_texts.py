"""The texts of an .xlsx: those that its sheets share, and those that stand in their cells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from campaign.book.calamine_asked import Asked
from campaign.book.sheet_tags import Unusual

SEPARATOR = "\0"
_BEFORE, _AFTER = "<si><t>", "</t></si>"
_KEEP_SPACE = b' xml:space="preserve"'
_BLANKS = " \t\n\r"
# What calamine does not take as it is written: entities, signs by their number, blanks at the ends.
_ODD_SIGNS = ("&", "_x", "\r")
_ODD_ENDS = tuple(end for blank in _BLANKS for end in (f"<t>{blank}", f"{blank}</t>"))


def shared_texts(pieces: Iterator[bytes], asked: Asked) -> Iterator[list[str]]:
    """Yield the texts that the sheets of a workbook share, a stretch at a time.

    Raises:
        Unusual: One of them is missing, or they are in another name space.
    """
    rest = b""
    begun = False
    for piece in pieces:
        rest += piece
        if not begun:
            start = re.search(rb"<sst\b[^>]*[^/]>", rest)
            if start is None:
                continue
            rest, begun = rest[start.end() :], True
        end = rest.rfind(b"</si>") + 5
        if end >= 5:
            yield _texts(rest[:end], asked)
            rest = rest[end:]
    if b"<si" in rest or not begun:
        raise Unusual


def _texts(stretch: bytes, asked: Asked) -> list[str]:
    """Return the texts of some items; calamine is asked about those that are not plain."""
    if b"<si/>" in stretch or b"\0" in stretch:
        raise Unusual
    plain = stretch.replace(_KEEP_SPACE, b"").decode()
    inner = plain.removeprefix(_BEFORE).removesuffix(_AFTER)
    texts = inner.split(_AFTER + _BEFORE)
    items = stretch.split(b"</si>")[:-1]
    if len(plain) - len(inner) != len(_BEFORE + _AFTER) or inner.count("<") != 4 * (len(texts) - 1):
        return asked.texts(items)
    if any(sign in plain for sign in (*_ODD_SIGNS, *_ODD_ENDS)):
        odd = [number for number, text in enumerate(texts) if is_odd(text)]
        for number, text in zip(odd, asked.texts([items[n] for n in odd]), strict=True):
            texts[number] = text
    return texts


def is_odd(text: str) -> bool:
    """Return whether calamine may take a text otherwise than it is written.

    >>> is_odd("城南支行"), is_odd("A&amp;B"), is_odd(" K1")
    (False, True, True)
    """
    return any(sign in text for sign in _ODD_SIGNS) or text != text.strip(_BLANKS)
