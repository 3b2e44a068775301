"""Numbers of customers, notes, certificates and phones: text, never arithmetic.

Excel keeps 15 digits of a number. An identifier of 16 digits or more that was stored as a
number is damaged beyond repair; it is reported and never a key.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from campaign.book.cells import MISSING_AS_WRITTEN, Parsed, each_text, is_missing, split_cells
from campaign.book.column import Column, column_of, objects
from campaign.book.raw_sheet import Cell

EXACT_INTEGERS = 1e15
SAMPLE = 20_000
_SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?[eE]\+?\d{2}$")
_POINT_ZERO = re.compile(r"^(\d+)\.0+$")
_UNTIDY_TEXT = (" ", "\t", "\u3000", "\xa0", "\ufeff", "\r")
_UNTIDY_IDENTIFIER = (" ", "\t", "\r", "'", "`", ".0", "e+", "E+", "*")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_LANDLINE = re.compile(r"^(?:0\d{2,3}-?)?\d{7,8}(?:-\d{1,6})?$|^[48]00-?\d{3}-?\d{4}$")
# Texts that cleaning leaves as they are, most of all; none is so short that it says nothing.
_CLEAN_TEXT = re.compile(r"[^\s\ufeff]{7,}").fullmatch
_CLEAN_IDENTIFIER = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]{7,}").fullmatch
_CLEAN_MOBILE = re.compile(r"1[3-9][0-9]{9}").fullmatch
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"

Texts = npt.NDArray[np.object_]


def texts(cells: Sequence[Cell]) -> Texts:
    """Return cells as stripped text; whole numbers without `.0`, missing as None."""
    column = column_of(cells)
    tidy = _tidy(column, _UNTIDY_TEXT, ascii_only=False)
    return _textual(column, clean_text, _CLEAN_TEXT) if tidy is None else tidy


def identifiers(cells: Sequence[Cell]) -> Parsed:
    """Return identifiers as text; damaged ones are None and noted as `damaged`.

    >>> identifiers([1001.0, " K2 ", "13.0", 4.3018119800101e17]).values.tolist()
    ['1001', 'K2', '13', None]
    """
    column = column_of(cells)
    tidy = _tidy(column, _UNTIDY_IDENTIFIER, ascii_only=True)
    if tidy is not None:
        return Parsed(tidy)
    numbers, is_number = split_cells(column)
    values = _textual(column, clean_identifier, _CLEAN_IDENTIFIER)
    damaged = is_number & (np.abs(numbers) >= EXACT_INTEGERS)
    which, different = pd.factorize(values)
    scientific = np.array([bool(_SCIENTIFIC.match(text)) for text in different], dtype=bool)
    if scientific.any():
        damaged |= np.where(which >= 0, scientific[which], False)
    values[damaged] = None
    places = np.flatnonzero(damaged)
    return Parsed(values, notes={"damaged": places} if len(places) else {})


def without_masked(found: Parsed) -> Parsed:
    """Return identifiers with masked ones (81****70) empty and noted as `masked`."""
    which, different = pd.factorize(found.values)
    masked = np.array([*("*" in text for text in different), False], dtype=bool)[which]
    if not masked.any():
        return found
    values = found.values.copy()
    values[masked] = None
    return Parsed(values, found.bad, {**found.notes, "masked": np.flatnonzero(masked)})


def phones(cells: Sequence[Cell]) -> Texts:
    """Return the first usable phone number of each cell, mobiles first."""
    return _textual(column_of(cells), phone, _CLEAN_MOBILE)


def _tidy(column: Column, untidy: Sequence[str], ascii_only: bool) -> Texts | None:
    """Return the texts of a column of many different ones that needs no cleaning, else None.

    A few searches over all of them at once, instead of one look at each.
    """
    if column.is_number().any():
        return None
    which, different = column.different()
    if len(different) < len(column) // 20:
        return None  # few enough to look at each
    try:
        joined = "\n".join(different)  # type: ignore[arg-type]
    except TypeError:
        return None  # there are flags among them
    if any(sign in joined for sign in untidy) or (ascii_only and not joined.isascii()):
        return None
    return None if MISSING_AS_WRITTEN.intersection(different) else objects(different)[which]


def _textual(
    column: Column, clean: Callable[[str], str | None], is_clean: Callable[[str], object]
) -> Texts:
    numbers, is_number = split_cells(column)
    values = np.empty(len(column), dtype=object)
    if is_number.any():
        which, different = pd.factorize(numbers[is_number])
        written = np.array([clean(plain_number(n)) for n in different] + [None], dtype=object)
        values[is_number] = written[which]
    if not is_number.all():
        places, which, parsed = each_text(column, clean, is_clean)
        values[places] = objects([*parsed, None])[which]
    return values


def plain_number(number: float) -> str:
    """Return a number as Excel shows it in a text cell.

    >>> plain_number(1001.0), plain_number(2.5)
    ('1001', '2.5')
    """
    if number == int(number) and abs(number) < EXACT_INTEGERS:
        return str(int(number))
    return repr(float(number))


def clean_text(text: str) -> str | None:
    """Return text without blanks around it and invisible signs; None if it says nothing."""
    if not text.isascii():
        text = text.replace("\u3000", " ").replace("\xa0", " ").replace("\ufeff", "")
    text = text.strip()
    return None if is_missing(text) else text


def clean_identifier(text: str) -> str | None:
    """Return an identifier: one width, no blanks, no `.0`, no leading apostrophe."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = text.strip().strip("'’‘`").strip()
    match = _POINT_ZERO.match(text)
    if match:
        text = match.group(1)
    return None if is_missing(text) else text


def phone(text: str) -> str | None:
    """Return the first usable number of a cell that may hold several.

    >>> phone("0571-88886666;+86 138 0013 8000"), phone("13800138000.0"), phone("-")
    ('13800138000', '13800138000', None)
    """
    if _CLEAN_MOBILE(text):
        return text
    text = unicodedata.normalize("NFKC", text)
    found = []
    for piece in re.split(r"[;,、/|]|\s{2,}|\n", text):
        digits = re.sub(r"[^\d\-*]", "", _POINT_ZERO.sub(r"\1", piece.strip()))
        digits = re.sub(r"^(?:0086|86)-?(?=1[3-9]\d)", "", digits)
        mobile = digits.replace("-", "").removeprefix("0") if digits[:2] == "01" else digits
        mobile = mobile.replace("-", "") if _MOBILE.match(mobile.replace("-", "")) else mobile
        if _MOBILE.match(mobile):
            return mobile
        if _LANDLINE.match(digits) or "*" in digits:
            found.append(digits)
    return found[0] if found else None


def id_card_fits(number: str) -> bool:
    """Return whether the last sign of an 18-digit identity number checks (GB 11643).

    >>> id_card_fits("11010519491231002X")
    True
    """
    if not re.fullmatch(r"\d{17}[\dXx]", number):
        return False
    total = sum(int(d) * w for d, w in zip(number[:17], _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == number[17].upper()


def credit_code_fits(code: str) -> bool:
    """Return whether the last sign of a credit code checks (GB 32100).

    >>> credit_code_fits("91350100M000100Y43")
    True
    """
    code = code.upper()
    if len(code) != 18 or any(sign not in _CREDIT_SIGNS for sign in code):
        return False
    total = sum(_CREDIT_SIGNS.index(sign) * 3**i for i, sign in enumerate(code[:17]))
    return _CREDIT_SIGNS[(31 - total % 31) % 31] == code[17]


def is_sound(number: str) -> bool:
    """Return whether a text is an identity number or a credit code whose last sign checks."""
    return id_card_fits(number) or credit_code_fits(number)


def looks_cut(values: Texts) -> bool:
    """Return whether a column of 18-digit numbers was cut by Excel: too many end in 000."""
    long = [v for v in values[:SAMPLE] if isinstance(v, str) and len(v) == 18 and v.isdigit()]
    cut = sum(1 for v in long if v.endswith("000"))
    return len(long) >= 5 and cut > 0.01 * len(long) and cut >= 2
