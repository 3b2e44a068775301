"""Industry codes of GB/T 4754: 2017 and 2011, with or without the letter, or only a name.

A name may be the standard's own, an everyday one (industry_everyday.csv: 养殖, 超市), or that of
one of the twenty sections (批发零售), which is known but too wide to be a code.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from campaign.book.identifiers import Texts
from campaign.resources import reference_file

_CODED = re.compile(r"^([a-t])?\s*(\d{2,4})(?:\.0)?(?!\d)[\s\-—_.:、：)]*(.*)$", re.IGNORECASE)
_LEVELS = {"大类": 2, "中类": 3, "小类": 4}
SECTION = "门类"
LEAST_STEM = 2


@dataclass(frozen=True)
class Industries:
    """A column pair understood.

    Attributes:
        codes: GB/T 4754-2017 codes of two to four digits, None where unknown.
        names: Names as read, without a code before them.
        by_name: How many codes were taken from the name because code and name disagreed.
        unknown: Texts that are neither a code nor a known name.
        wide: Texts that name no more than a section.
    """

    codes: Texts
    names: Texts
    by_name: int
    unknown: tuple[str, ...]
    wide: tuple[str, ...]


@dataclass(frozen=True)
class _Standard:
    name_of: dict[str, str]
    code_of: dict[str, str]
    old_name_of: dict[str, str]
    everyday: dict[str, str]
    sections: frozenset[str]


def industries(codes: Texts | None, names: Texts | None) -> Industries:
    """Return codes and names from a column of codes, of names, or of both.

    Name and code that disagree are settled by the name: the 2011 edition gave some
    codes another meaning.

    Args:
        codes: Texts with None for empty, as `identifiers.texts` gives them; or None.
        names: The same, of equal length.
    """
    length = len(codes if codes is not None else names if names is not None else ())
    nothing = np.full(length, None, dtype=object)
    coded = nothing if codes is None else codes
    named = nothing if names is None else names
    first, codes_seen = pd.factorize(coded)
    second, names_seen = pd.factorize(named)
    pairs = (first + 1) * (len(names_seen) + 1) + second + 1
    which, different = pd.factorize(pairs)
    fine = _mostly_four_digits([*codes_seen, *names_seen])
    found = []
    for pair in different:
        code, name = divmod(int(pair), len(names_seen) + 1)
        found.append(
            _understood(
                codes_seen[code - 1] if code else None, names_seen[name - 1] if name else None, fine
            )
        )
    by_name = np.array([f.by_name for f in found], dtype=bool)
    return Industries(
        np.array([f.code for f in found], dtype=object)[which],
        np.array([f.name for f in found], dtype=object)[which],
        int(by_name[which].sum()) if length else 0,
        tuple(sorted({f.unknown for f in found if f.unknown})),
        tuple(sorted({f.wide for f in found if f.wide})),
    )


def _mostly_four_digits(seen: Sequence[str]) -> bool:
    numbers = [number for number in (_taken_apart(text)[0] for text in seen) if number]
    return sum(1 for number in numbers if len(number) == 4) > 0.8 * len(numbers)


@dataclass(frozen=True)
class _Found:
    code: str | None
    name: str | None
    by_name: bool = False
    unknown: str = ""
    wide: str = ""


def _understood(coded: str | None, named: str | None, fine: bool) -> _Found:
    first, beside = _taken_apart(coded)
    second, name = _taken_apart(named)
    name = name or beside
    number = first or second
    if number is None:
        return _named(name, name or coded or "")
    by_name = _standard().code_of.get(_plain(name or ""))
    code = _valid(number, fine)
    if (
        name
        and by_name
        and code
        and by_name[: len(code)] != code
        and code[: len(by_name)] != by_name
    ):
        return _Found(by_name, name, by_name=True)
    if code is None:
        code = by_name or _standard().code_of.get(_plain(_standard().old_name_of.get(number, "")))
    return _Found(code, name or _standard().name_of.get(code or ""), unknown="" if code else number)


def _named(name: str | None, written: str) -> _Found:
    """Return what a name alone says; everyday names count here, but not against a code."""
    known, forms = _standard(), _forms(written)
    code = next(
        (of[form] for of in (known.code_of, known.everyday) for form in forms if form in of), None
    )
    if code or not written:
        return _Found(code, name)
    if any(form in known.sections for form in forms):
        return _Found(None, name, wide=written)
    return _Found(None, name, unknown=written)


def _taken_apart(text: str | None) -> tuple[str | None, str | None]:
    """Return the digits and the name of F5122-酒、饮料及茶叶批发."""
    if text is None:
        return None, None
    plain = unicodedata.normalize("NFKC", str(text)).strip()
    match = _CODED.match(plain)
    if not match:
        return None, str(text)
    return match.group(2), match.group(3).strip() or None


def _valid(number: str, fine: bool) -> str | None:
    """Return the code if the 2017 edition has it; a class that lost its zero gets it back."""
    known = _standard().name_of
    if len(number) == 3 and "0" + number in known and (fine or number not in known):
        return "0" + number
    return number if number in known else None


def _forms(name: str) -> tuple[str, ...]:
    """Return a name as written, with and without the word for a trade.

    >>> _forms("餐饮"), _forms("养殖行业")
    (('餐饮', '餐饮业'), ('养殖行业', '养殖', '养殖业'))
    """
    plain = _plain(name)
    stem = plain.removesuffix("业").removesuffix("行") if len(plain) > LEAST_STEM else plain
    return tuple(dict.fromkeys((plain, stem, f"{stem}业")))


def _plain(name: str) -> str:
    return re.sub(r"[\s、,，;；()（）及和与]+", "", unicodedata.normalize("NFKC", name))


@cache
def _standard() -> _Standard:
    rows = _rows("gbt4754_2017.csv")
    fine = sorted(
        (row for row in rows if row["level"] in _LEVELS), key=lambda row: -_LEVELS[row["level"]]
    )
    name_of = {row["code"]: row["name"] for row in fine}
    code_of: dict[str, str] = {}
    for row in fine:
        code_of.setdefault(_plain(row["name"]), row["code"])
    old = {row["code"]: row for row in _rows("gbt4754_2011_names.csv")}
    for code, row in old.items():
        if row["status"] == "renamed_or_changed":
            code_of.setdefault(_plain(row["name_2011"]), code)
    wide = {row["code"]: row["name"] for row in rows if row["level"] == SECTION}
    everyday = {row["name"]: row["code"] for row in _rows("industry_everyday.csv")}
    sections = {name for name, code in everyday.items() if code in wide}
    return _Standard(
        name_of,
        code_of,
        {code: row["name_2011"] for code, row in old.items()},
        {name: code for name, code in everyday.items() if code not in wide},
        frozenset((*sections, *wide, *map(_plain, wide.values()))),
    )


def _rows(name: str) -> list[dict[str, str]]:
    with reference_file(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
