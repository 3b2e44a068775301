"""First letters of pinyin, as headers like DKYE (贷款余额) are made: by the order of GB 2312.

The 3,755 common signs of GB 2312 stand in the order of their pinyin, so the place of a sign
tells its first letter; only the readings of a few signs depend on their neighbours.
"""

from __future__ import annotations

from functools import lru_cache

# First sign of each letter in GB 2312, as the number of its two bytes; no word begins I, U, V.
_FIRST = (
    (0xB0A1, "a"), (0xB0C5, "b"), (0xB2C1, "c"), (0xB4EE, "d"), (0xB6EA, "e"), (0xB7A2, "f"),
    (0xB8C1, "g"), (0xB9FE, "h"), (0xBBF7, "j"), (0xBFA6, "k"), (0xC0AC, "l"), (0xC2E8, "m"),
    (0xC4C3, "n"), (0xC5B6, "o"), (0xC5BE, "p"), (0xC6DA, "q"), (0xC8BB, "r"), (0xC8F6, "s"),
    (0xCBFA, "t"), (0xCDDA, "w"), (0xCEF4, "x"), (0xD1B9, "y"), (0xD4D1, "z"),
)  # fmt: skip
_LAST = 0xD7F9
_DONE = frozenset("执现进发履运施")  # before 行: to carry out (xing), else a house of trade (hang)


@lru_cache(maxsize=20_000)
def initials(text: str) -> str:
    """Return the first letters of the pinyin of a text; empty if a sign has none known.

    >>> initials("贷款余额"), initials("银行机构名称"), initials("执行利率")
    ('dkye', 'yhjgmc', 'zxll')
    """
    letters = []
    for place, sign in enumerate(text):
        if sign.isascii():
            letters.append(sign.lower())
        elif sign == "行":
            letters.append("x" if place and text[place - 1] in _DONE else "h")
        else:
            letters.append(_letter(sign))
    return "".join(letters) if all(letters) else ""


@lru_cache(maxsize=4_000)
def _letter(sign: str) -> str:
    try:
        high, low = sign.encode("gb2312")
    except (UnicodeEncodeError, ValueError):
        return ""
    number = high * 256 + low
    if number > _LAST:
        return ""
    return next((letter for first, letter in reversed(_FIRST) if number >= first), "")
