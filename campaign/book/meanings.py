"""The words of a header and what they mean: header_words.csv, and what no list knows."""

from __future__ import annotations

import csv
from functools import cache, lru_cache

from campaign.book.header_text import normalised
from campaign.resources import reference_file

# An unknown word before the last known one only qualifies it (Chinese puts the head last).
MODIFIER, LEFTOVER = 0.3, 0.6
_MODIFIES, _UNKNOWN = "-", "="
# Whose figure it is goes without saying on a sheet of loans or customers.
UNDERSTOOD = frozenset({"customer", "loan", "ours", "now"})
UNDERSTOOD_SHARE = 0.3


@cache
def _words() -> tuple[dict[str, str], dict[str, float], int]:
    meaning, weight = {}, {}
    with reference_file("header_words.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            meaning[normalised(row["word"])] = row["meaning"]
            weight[row["meaning"]] = float(row["weight"])
    return meaning, weight, max(map(len, meaning))


@lru_cache(maxsize=20_000)
def meanings(text: str) -> frozenset[str]:
    """Return the meanings of a normalised header; a run of unknown signs stands for itself.

    A run before the last known word begins with `-`, as it only qualifies; one after it, or
    alone, with `=`.

    >>> sorted(meanings("在贷本金结余"))
    ['balance', 'principal']
    >>> sorted(meanings("某某余额")), sorted(meanings("余额某某"))
    (['-某某', 'balance'], ['=某某', 'balance'])
    """
    words, _, longest = _words()
    found: list[str] = []
    start = 0
    while start < len(text):
        for length in range(min(longest, len(text) - start), 0, -1):
            word = text[start : start + length]
            if word in words:
                found.append(words[word])
                break
        else:
            length = 1
            if found and found[-1][0] == _UNKNOWN:
                found[-1] += text[start]
            else:
                found.append(_UNKNOWN + text[start])
        start += length
    last = max((n for n, meaning in enumerate(found) if meaning[0] != _UNKNOWN), default=-1)
    return frozenset(
        _MODIFIES + meaning[1:] if meaning[0] == _UNKNOWN and place < last else meaning
        for place, meaning in enumerate(found)
    )


def understood_words() -> list[str]:
    """Return the words that go without saying on a sheet of loans or customers."""
    return [word for word, meaning in _words()[0].items() if meaning in UNDERSTOOD]


def is_unknown(meaning: str) -> bool:
    """Return whether a meaning is a run of signs that no list knows."""
    return meaning[0] in (_UNKNOWN, _MODIFIES)


def weight(meaning: str) -> float:
    """Return how much a meaning tells, 0.05 (now) to 1.5 (another person)."""
    if meaning[0] == _MODIFIES:
        return MODIFIER
    return LEFTOVER if meaning[0] == _UNKNOWN else _words()[1][meaning]


def likeness(header: frozenset[str], alias: frozenset[str]) -> float:
    """Return how alike two headers are, 0 to 1: shared weight against that of only one.

    Formula:
        2 x shared / (header + alias); what goes without saying counts 0.3 in the header
        where the alias does not say it.
    """
    shared = sum(map(weight, header & alias))
    own = sum(
        weight(meaning)
        * (UNDERSTOOD_SHARE if meaning in UNDERSTOOD and meaning not in alias else 1.0)
        for meaning in header
    )
    return 2 * shared / max(own + sum(map(weight, alias)), 1e-9)
