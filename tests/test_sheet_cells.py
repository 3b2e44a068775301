"""Attributes of cells are told apart alike, few or many; the cells themselves: test_plain_xlsx."""

import random

import numpy as np
import pytest

from campaign.book.sheet_cells import FEW_KINDS, _different


@pytest.mark.parametrize("kinds", [0, 1, 3, FEW_KINDS, FEW_KINDS + 1, 5 * FEW_KINDS])
def test_every_key_has_the_place_of_the_first_like_it(kinds):
    chance = random.Random(kinds)
    keys = np.array([chance.randrange(kinds) << 50 for _ in range(500 if kinds else 0)], np.uint64)
    places, first = _different(keys)
    assert (keys[first[places]] == keys).all()
    assert len(np.unique(keys)) == len(first) == len(np.unique(keys[first]))
    assert (first == [np.flatnonzero(keys == keys[one])[0] for one in first]).all()
