"""A column held compactly reads like the list of its cells, whatever stands in it."""

import random

import numpy as np
import pytest

from campaign.book import column as compact
from campaign.book.column import Column, Pool, column_of
from campaign.book.columns_made import ColumnsMade, SharedTexts
from campaign.book.raw_sheet import EMPTY

WORDS = ["", "正常", "关注", "K1", "K2", " ", "是", "1.5"]


def some_cells(seed, kinds="tnb", count=60):
    chance = random.Random(seed)
    made = {
        "t": lambda: chance.choice(WORDS),
        "n": chance.random,
        "b": lambda: chance.random() < 0.5,
    }
    return [made[chance.choice(kinds)]() for _ in range(count)]


def typed(cells):
    return [(type(cell), cell) for cell in cells]


@pytest.mark.parametrize("kinds", ["t", "n", "b", "tn", "tnb"])
def test_it_reads_like_a_list(kinds):
    for seed in range(20):
        cells = some_cells(seed, kinds)
        column = column_of(cells)
        assert typed(column) == typed(cells) == typed(column.tolist())
        assert [column[n] for n in (0, 7, -1)] == [cells[n] for n in (0, 7, -1)]
        assert column[5:40:3].tolist() == cells[5:40:3]
        assert column == cells
        assert column[1:] != cells
        assert column.is_empty().tolist() == [cell == "" for cell in cells]
        assert column.is_number().tolist() == [isinstance(cell, float) for cell in cells]
        assert column.plus(2.0).tolist() == [
            cell + 2 if isinstance(cell, float) else cell for cell in cells
        ]
        kept = np.array([n % 3 == 0 for n in range(len(cells))])
        assert column.taken(kept).tolist() == cells[::3]


def test_different_texts_come_in_the_order_that_they_stand_in():
    for seed in range(20):
        cells = some_cells(seed)
        which, different = column_of(cells)[3:].different()
        others = [cell for cell in cells[3:] if not isinstance(cell, float)]
        assert typed(different) == typed(dict.fromkeys(others))
        assert [different[n] for n in which] == others


def test_a_look_at_a_text_is_one_at_every_cell_that_holds_it():
    cells = some_cells(4)
    looked = []
    found = column_of(cells).where(lambda cell: looked.append(cell) or cell == "关注")
    assert found.tolist() == [cell == "关注" for cell in cells]
    assert len(looked) == len({cell for cell in cells if not isinstance(cell, float)})


def test_a_cell_is_written_into_those_below_it_and_into_no_other_column():
    for place, cells in ((0, ["甲", "", 1.5, "乙"]), (2, ["甲", "", 1.5, "乙"])):
        before = column_of(cells)
        after = before.copy()
        after.fill(place, place, 4)
        assert after.tolist() == cells[:place] + [cells[place]] * (4 - place)
        assert before.tolist() == cells
    assert column_of([1.0, 2.0, 3.0]).without(np.array([1])).tolist() == [1.0, EMPTY, 3.0]


def test_texts_that_hardly_repeat_are_settled_at_the_end(monkeypatch):
    monkeypatch.setattr(compact, "MANY", 5)
    chunks = [[f"K{n}" for n in range(start, start + 12)] + ["", "同"] for start in (0, 9, 18, 27)]
    made = ColumnsMade()
    for chunk in chunks:
        made.add(["\0".join(chunk)])
    (column,) = made.columns()
    cells = [cell for chunk in chunks for cell in chunk]
    assert column.tolist() == cells
    assert len(column.different()[1]) == len(set(cells)) == len(column.pool)
    pool = Pool()
    for chunk in chunks:
        pool.parts(chunk)
    assert pool.repeats  # or the test above tests nothing


def test_chunks_may_be_wider_or_narrower_than_those_before():
    made = ColumnsMade()
    made.add(["甲\0乙"])
    made.add([np.array([1.0, 2.0]).tobytes(), ["x", 3.5]])
    made.add(["丙", "", [True]])
    columns = [column.tolist() for column in made.columns()]
    assert columns == [
        ["甲", "乙", 1.0, 2.0, "丙"],
        ["", "", "x", 3.5, ""],
        ["", "", "", "", True],
    ]


def test_shared_texts_that_stand_twice_are_one_and_later_ones_follow():
    shared = SharedTexts()
    shared.share("甲\0乙\0甲\0", 4)
    shared.settle()
    shared.add("丙", era=0)
    codes = np.array([1, 2, 3, 4, 5, 0, -1, -2, -3, -4], dtype=np.int32)
    numbers = np.full(10, 7.0)
    made = ColumnsMade()
    made.add_cells(0, [(codes.tobytes(), numbers.tobytes())], shared)
    (column,) = made.columns()
    cells = shared.column(column, [2, (True,), (2.5,)]).tolist()
    assert typed(cells) == typed(["甲", "乙", "甲", "", "丙", "", 7.0, "乙", True, 2.5])
    assert len(set(map(str, shared.cells[3:]))) == 3


def test_only_a_column_of_texts_of_several_eras_is_settled():
    shared = SharedTexts()
    shared.add("甲\0乙", era=0)
    shared.add("丙\0甲", era=2)
    first = shared.column(Column(np.array([3, 4, 0], np.int32), None, shared.cells), [])
    both = shared.column(Column(np.array([3, 6, 5], np.int32), None, shared.cells), [])
    assert first.pool is shared.cells
    assert both.tolist() == ["甲", "甲", "丙"]
    assert len(both.different()[1]) == 2


def test_settling_takes_what_a_column_needs_of_a_pool_that_others_share():
    pool = ["", *[f"别{n}" for n in range(50)], "甲", "乙", "甲"]
    column = Column(np.array([51, 53, 0, 52, -1], np.int32), np.full(5, 3.0), pool, repeats=True)
    settled = column.settled()
    assert settled.tolist() == ["甲", "甲", "", "乙", 3.0]
    assert settled.pool == ["", "甲", "乙"]
