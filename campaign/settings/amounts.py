"""Amounts as people write them: 3亿, 5000万, 12000000."""

from __future__ import annotations

import re
import unicodedata

_SCALE = {
    "": 1,
    "元": 1,
    "千": 1_000,
    "千元": 1_000,
    "万": 10_000,
    "万元": 10_000,
    "亿": 100_000_000,
    "亿元": 100_000_000,
}
_AMOUNT = re.compile(r"([+-]?\d+(?:\.\d+)?)(\D*)")


def parse_amount(text: str) -> float | None:
    """Return yuan for an amount a person typed, or None where it is none.

    Example:
        >>> parse_amount("3亿"), parse_amount("5,000万元"), parse_amount("１２０００")
        (300000000.0, 50000000.0, 12000.0)
        >>> parse_amount("三个亿") is None
        True
    """
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    found = _AMOUNT.fullmatch(plain)
    if found is None or found[2] not in _SCALE:
        return None
    return round(float(found[1]) * _SCALE[found[2]], 2)
