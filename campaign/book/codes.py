"""Codes and their names: the closed lists of the vocabulary as banks write them.

Names first, then the legend of the header; a bare digit without a legend is never
guessed, because the same digit means opposite things in two systems of one bank.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from campaign.book.cells import NO_PLACES, Parsed
from campaign.book.column import Places
from campaign.book.identifiers import Texts, texts
from campaign.book.raw_sheet import Cell
from campaign.resources import reference_file
from campaign.vocabulary import (
    Business,
    ContactOrigin,
    CustomerType,
    GuaranteeType,
    KnowledgeSource,
    Labelled,
    LoanClass,
    LoanStatus,
    ManagerStatus,
    OccurrenceType,
    RepaymentMethod,
    VisitOutcome,
)

_VOCABULARY_OF: dict[type[Labelled], str] = {
    Business: "business_type",
    ContactOrigin: "origin",
    CustomerType: "customer_type",
    GuaranteeType: "guarantee_type",
    KnowledgeSource: "knowledge_source",
    LoanClass: "loan_class",
    LoanStatus: "loan_status",
    ManagerStatus: "manager_status",
    OccurrenceType: "occurrence_type",
    RepaymentMethod: "repayment_method",
    VisitOutcome: "outcome",
}
_SECURITIES = (("抵押", "mortgage"), ("质押", "pledge"), ("保证", "guaranteed"))
_CODE_FIRST = re.compile(r"^[\[(]?[a-z]{0,4}\d{1,6}[\])]?[-_.、:：\s]*(?=\D)")
_CODE_LAST = re.compile(r"(?<=\D)[-_(\[]?\d{1,6}[)\]]?$")
_BARE_CODE = re.compile(r"^[a-z]{0,2}\d{1,4}$")
CONTAINED = 2


@dataclass(frozen=True)
class Vocabulary:
    """What a closed list is called elsewhere: text → code, and which texts must stand alone."""

    codes: Mapping[str, str]
    alone: frozenset[str]


@dataclass(frozen=True)
class Decoded:
    """A column of codes: the values, and the texts that were not understood.

    Attributes:
        values: Codes of the vocabulary, None where unknown.
        unknown: Text → positions, not in the list.
        bare: Bare codes without a legend → positions; to be asked.
        loose: Text → code where only a part of the text was recognised.
    """

    values: Texts
    unknown: dict[str, Places]
    bare: dict[str, Places]
    loose: dict[str, str]


def vocabulary_of(kind: type[Labelled]) -> Vocabulary:
    """Return how other banks write the members of an enum."""
    return named_vocabulary(_VOCABULARY_OF[kind], kind)


@cache
def named_vocabulary(name: str, kind: type[Labelled] | None = None) -> Vocabulary:
    """Return the codes of a list by its name in value_vocab.csv, labels of `kind` first."""
    codes: dict[str, str] = {}
    alone = set()
    for member in kind or ():
        codes[_plain(member.label)] = member.value
        codes[member.value] = member.value
    with reference_file("value_vocab.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["field"] == name:
                text = _plain(row["alias"])
                codes.setdefault(text, row["code"])
                if row["rule"] == "alone":
                    alone.add(text)
    return Vocabulary(codes, frozenset(alone))


def decode(
    cells: Sequence[Cell], vocabulary: Vocabulary, legend: Mapping[str, str] | None = None
) -> Decoded:
    """Return codes of the vocabulary for a column of names, codes or both.

    Args:
        cells: Raw cells, such as 正常, 1-正常, 正常_1, 正常类贷款.
        vocabulary: What the names mean.
        legend: Codes that the header or the user explains, code → name or our code.
    """
    written = texts(cells)
    which, different = pd.factorize(written)
    known = _with_legend(vocabulary, legend or {})
    loose: dict[str, str] = {}
    found = [_decoded(str(text), known, loose) for text in different]
    if any(code is None for code in found):
        found = [
            None if _plain(str(text)) in vocabulary.alone else code
            for text, code in zip(different, found, strict=True)
        ]
    values = np.array([*found, None], dtype=object)[which]
    unknown: dict[str, Places] = {}
    bare: dict[str, Places] = {}
    for number, (text, code) in enumerate(zip(different, found, strict=True)):
        if code is None:
            places = np.flatnonzero(which == number)
            (bare if _BARE_CODE.match(_plain(str(text))) else unknown)[str(text)] = places
    return Decoded(values, unknown, bare, loose)


def _with_legend(vocabulary: Vocabulary, legend: Mapping[str, str]) -> Mapping[str, str]:
    if not legend:
        return vocabulary.codes
    explained = dict(vocabulary.codes)
    for code, name in legend.items():
        meaning = explained.get(_plain(name)) or _decoded(name, vocabulary.codes, {})
        if meaning is not None:
            short = _plain(code).lstrip("0") or "0"
            for form in (_plain(code), short, short.zfill(2)):
                explained[form] = meaning
    return explained


def _decoded(text: str, codes: Mapping[str, str], loose: dict[str, str]) -> str | None:
    plain = _plain(text)
    for reading in (plain, _CODE_FIRST.sub("", plain), _CODE_LAST.sub("", plain)):
        if reading in codes:
            return codes[reading]
    if set(codes.values()) >= {"mortgage", "combined"}:
        held = [code for word, code in _SECURITIES if word in plain and f"不含{word}" not in plain]
        if held:
            return held[0] if len(held) == 1 else "combined"
    within = {code for name, code in codes.items() if len(name) >= CONTAINED and name in plain}
    if len(within) == 1 and not _BARE_CODE.match(plain):
        loose[text] = next(iter(within))
        return loose[text]
    return None


def _plain(text: str) -> str:
    return re.sub(r"[\s，,、。]+", "", unicodedata.normalize("NFKC", text)).lower()


def flags(cells: Sequence[Cell], legend: Mapping[str, str] | None = None) -> Parsed:
    """Return True, False or None; 1 is yes, 0 and 2 are no, in every system seen.

    >>> flags(["是", "N", 1.0, 0.0, "-"]).values.tolist()
    [True, False, True, False, None]
    """
    known = _with_legend(named_vocabulary("flag"), legend or {})
    which, different = pd.factorize(texts(cells))
    found: list[bool | None] = []
    bad = []
    for number, text in enumerate(different):
        code = known.get(_plain(str(text))) or known.get(_CODE_FIRST.sub("", _plain(str(text))))
        found.append(None if code is None else code == "true")
        if code is None:
            bad.append(number)
    values = np.array([*found, None], dtype=object)[which]
    return Parsed(values, np.flatnonzero(np.isin(which, bad)) if bad else NO_PLACES)


def scores(cells: Sequence[Cell], name: str) -> Parsed:
    """Return scores from numbers or words (`willingness`, `outlook`)."""
    codes = named_vocabulary(name).codes
    which, different = pd.factorize(texts(cells))
    found = []
    for text in different:
        plain = _plain(str(text))
        number = re.match(r"^[+-]?\d(?:\.\d)?(?=分|级|$)", plain)
        found.append(float(number.group()) if number else float(codes.get(plain, "nan")))
    values = np.array([*found, np.nan], dtype=float)[which]
    return Parsed(values, np.flatnonzero((which >= 0) & np.isnan(values)))
