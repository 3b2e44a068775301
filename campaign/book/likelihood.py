"""Which field a header's signs speak for, learnt from the list of what other banks write.

The meanings of words (meanings.py) settle a header whose words are known. One that has other
words still shares signs with headers of its field: 哪天放的 has the 放 of 放款, 拖欠天数 the 欠
of 欠本天数. Naive Bayes over the signs, pairs of signs and known words of the list says how
likely each field is, and the values below the header rule out most of the rest.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from campaign.book.candidate import Target
from campaign.book.meanings import is_unknown, meanings

Scores = npt.NDArray[np.float64]
# Pairs and signs overlap with each other and with words: counted in full, they would be too sure.
SIGN_WEIGHT, WORD_WEIGHT = 0.5, 1.0
# How often a sign that a field has never had may still stand in it, of its share elsewhere.
STRANGE = 1.0
LEAST_COUNT = 1
_WORD = "#"


@dataclass(frozen=True)
class Share:
    """How likely a header is that of a field, and what its signs alone say for it.

    Attributes:
        target: The field.
        share: How likely, of all fields together 1.
        said: Natural logarithm of how much likelier its signs make it.
    """

    target: Target
    share: float
    said: float


class Likelihood:
    """What signs speak for which field, counted over the headers of the fields."""

    def __init__(self, headers: Iterable[tuple[Target, str]]) -> None:
        """Count.

        Args:
            headers: Field and normalised header, as many as are known.
        """
        by_target: dict[Target, list[frozenset[str]]] = defaultdict(list)
        for target, text in headers:
            by_target[target].append(signs(text))
        self.targets = tuple(by_target)
        self._headers = np.array([len(by_target[target]) for target in self.targets], dtype=float)
        self._total = float(self._headers.sum())
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        for number, target in enumerate(self.targets):
            counted = Counter(sign for found in by_target[target] for sign in found)
            for sign, count in counted.items():
                self._counts[sign][number] = count

    def shares(self, text: str, against: Mapping[Target, float]) -> list[Share]:
        """Return the fields that a header may be, the likeliest first, five at most.

        Args:
            text: Normalised header.
            against: Field → what its values say, as a natural logarithm added to its score.

        Formula:
            log P(field) + sum over signs of weight x log P(sign | field) / P(sign), made to sum
            to 1 (Manning, Raghavan, Schuetze, Introduction to Information Retrieval, 2008, 13.2;
            smoothed towards a sign's share over all fields).
        """
        said = np.zeros(len(self.targets))
        for sign in sorted(signs(text)):
            found = self._counts.get(sign)
            if found:
                weight = WORD_WEIGHT if sign[0] == _WORD else SIGN_WEIGHT
                said += weight * self._ratio(found)
        scores = said + np.log(self._headers + LEAST_COUNT)
        scores += np.array([against.get(target, 0.0) for target in self.targets])
        odds = np.exp(scores - scores.max())
        odds /= odds.sum()
        order = np.lexsort((np.arange(len(odds)), -odds))
        return [
            Share(self.targets[number], float(odds[number]), float(said[number]))
            for number in order[:5]
        ]

    def knows(self, text: str) -> bool:
        """Return whether every sign of a header stands in some header of the list."""
        return all(sign in self._counts for sign in text)

    def strange_words(self, text: str, target: Target) -> set[str]:
        """Return the known words of a header that no header of a field has."""
        number = self.targets.index(target)
        words = (meaning for meaning in meanings(text) if not is_unknown(meaning))
        return {word for word in words if number not in self._counts.get(_WORD + word, {})}

    def _ratio(self, found: Mapping[int, int]) -> Scores:
        share = sum(found.values()) / self._total
        count = np.full(len(self.targets), STRANGE * share)
        for number, times in found.items():
            count[number] += times
        ratio: Scores = np.log(
            np.maximum(count / (self._headers + LEAST_COUNT), 1e-4) / (share + 1 / self._total)
        )
        return ratio


@cache
def signs(text: str) -> frozenset[str]:
    """Return the signs, pairs of signs and known words of a normalised header.

    >>> sorted(signs("余额"))
    ['#balance', '余', '余额', '额']
    """
    pairs = (a + b for a, b in zip(text, text[1:], strict=False))
    words = (_WORD + meaning for meaning in meanings(text) if not is_unknown(meaning))
    return frozenset((*text, *pairs, *words))


def as_logarithm(evidence: float, steps: Sequence[tuple[float, float]]) -> float:
    """Return what evidence of the values weighs, the largest step that it reaches."""
    return next((math.log(odds) for least, odds in steps if evidence >= least), math.log(1e-9))
