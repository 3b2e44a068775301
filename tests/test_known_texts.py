"""Texts looked up by whole arrays have the numbers that they have one by one."""

import random

import numpy as np
import pytest

from campaign.book import known_texts
from campaign.book.known_texts import KnownTexts, laid_out

WORDS = [
    "",
    "经营快贷",
    "K0001",
    "K0002",
    "清河县第1商贸有限公司",
    "x" * 24,
    "x" * 25,
    "x" * 23,
    *("y" * length for length in (39, 40, 41, 90)),
    "长" * 12 + "甲",
    "长" * 12 + "乙",
    "é",
]


def codes(known, texts):
    return known.codes(*laid_out([text.encode() for text in texts])).tolist()


@pytest.mark.parametrize("rooms", [4, 64, 1 << 16])
@pytest.mark.parametrize("factor", [0, known_texts._FACTORS[0]])  # 0: all want the same few rooms
def test_numbers_are_those_of_each_text_alone(rooms, factor, monkeypatch):
    monkeypatch.setattr(known_texts, "_FIRST_ROOMS", rooms)
    monkeypatch.setattr(known_texts, "_FACTORS", (np.uint64(factor),) * 2)
    chance = random.Random(rooms)
    words = WORDS + [
        "".join(chance.choices("甲乙丙ab", k=chance.randrange(1, 12))) for _ in "天" * 90
    ]
    known, alone, said = KnownTexts(), {"": 0}, []
    for _ in range(20):
        texts = [chance.choice(words) for _ in range(50)]
        found = codes(known, texts)
        said += [text.decode() for text in known.said()[0]]
        assert texts == [["", *said][code] for code in found]
        alone |= dict.fromkeys(texts, 0)
    assert len(said) == len(set(said)) == known.count == len(alone) - 1
    assert known.era == 0


def test_texts_that_sheets_share_keep_a_number_of_theirs():
    known = KnownTexts()
    known.take(["甲", "", "甲", "长" * 9, "长" * 99])
    known.take(["乙", "甲", "长" * 9])
    (other, first, longer, long, *later) = codes(known, ["乙", "甲", "长" * 9, "长" * 99, "丙", ""])
    assert (other, long, later) == (6, 5, [9, 0])
    assert (first in (1, 3), longer in (4, 8)) == (True, True)
    assert known.said() == (["丙".encode()], 0)


def test_texts_are_forgotten_by_eras(monkeypatch):
    monkeypatch.setattr(known_texts, "MOST_SHORT", 3)
    known = KnownTexts()
    assert codes(known, ["甲", "乙", "丙", "丁"]) == [1, 2, 3, 4]
    assert known.said()[1] == 0  # the era that they are of, though all are forgotten by now
    assert codes(known, ["甲", "戊"]) == [5, 6]
    assert known.said() == (["甲".encode(), "戊".encode()], 1)


def test_too_many_shared_texts_are_not_remembered(monkeypatch):
    monkeypatch.setattr(known_texts, "MOST_TAKEN", 3)
    known = KnownTexts()
    known.take(["甲", "乙"])
    known.take(["丙", "丁"])
    assert codes(known, ["甲"]) == [5]
    assert known.said()[1] == 1


def test_longer_texts_are_forgotten_too(monkeypatch):
    monkeypatch.setattr(known_texts, "MOST_LONG", 2)
    known = KnownTexts()
    assert codes(known, ["长" * 9, "长" * 10, "长" * 40]) == [1, 2, 3]
    known.said()
    assert codes(known, ["长" * 9]) == [4]
    assert known.said()[1] == 1
