"""Texts looked up by whole arrays have the numbers that they have one by one."""

import random

import numpy as np
import pytest

from campaign.book import short_texts
from campaign.book.plain_texts import Remembered
from campaign.book.sheet_cells import Text


@pytest.mark.parametrize("rooms", [1, 3, 18])
def test_numbers_are_those_of_each_text_alone(rooms, monkeypatch):
    monkeypatch.setattr(short_texts, "_ROOMS", rooms)
    monkeypatch.setattr(short_texts, "_SHIFT", np.uint64(64 - rooms))
    chance = random.Random(rooms)
    words = [
        "经营快贷",
        "K0001",
        "K0002",
        "清河县第1商贸有限公司",
        "x" * 24,
        "x" * 25,
        "x" * 23,
        "é",
    ]
    words += ["".join(chance.choices("甲乙丙ab", k=chance.randrange(1, 12))) for _ in range(60)]
    numbers, alone = Remembered(), Remembered()
    known = short_texts.ShortTexts(numbers)
    for _ in range(20):
        written = [chance.choice(words).encode() for _ in range(50)]
        ends = np.cumsum([len(text) + 1 for text in written])
        text = Text(b"<".join([b"", *written]))
        starts = ends - np.array([len(text) for text in written])
        codes = known.codes(text, starts, ends)
        assert codes.tolist() == [alone[text] for text in written]
        assert numbers.new == alone.new


def test_a_text_forgotten_by_others_keeps_its_number():
    numbers = Remembered()
    known = short_texts.ShortTexts(numbers)
    text, span = Text("经营快贷".encode()), (np.array([0]), np.array([12]))
    assert known.codes(text, *span).tolist() == [1]
    numbers.clear()
    assert known.codes(text, *span).tolist() == [1]
    assert numbers.count == 1
