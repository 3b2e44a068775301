"""Keys: numbers in place of texts say the same as pandas does with the texts themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.growth.keys import (
    categories,
    first_known,
    first_of_each,
    first_that_holds,
    in_order,
    numbered,
    order_of,
    runs,
    short,
)

TEXTS = st.lists(st.sampled_from(["K1", "K1-", "K10", "借", "", None]), min_size=1, max_size=30)


def text(values):
    return pd.Series(values, dtype="str")


@given(TEXTS)
def test_numbers_are_in_the_order_of_the_texts(values):
    number, names = numbered(text(values))
    expected, distinct = pd.factorize(text(values), sort=True)
    assert number.tolist() == expected.tolist()
    assert names.tolist() == distinct.tolist()
    assert categories(text(values)).equals(pd.Categorical(text(values)))


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["x", None])), max_size=12))
def test_the_first_of_each_is_what_pandas_keeps(rows):
    table = pd.DataFrame(rows, columns=["one", "other"], dtype="str")
    table["row"] = range(len(table))
    kept = first_of_each(table, ["one", "other"])
    assert kept["row"].tolist() == table.drop_duplicates(["one", "other"])["row"].tolist()


def test_rows_in_order_are_the_first_of_each_sorted():
    table = pd.DataFrame({"one": ["b", "a", "b"], "other": ["x", "y", "x"], "row": [0, 1, 2]})
    assert in_order(table, ["one", "other"])["row"].tolist() == [1, 0]


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["a", "b", None])), max_size=15))
def test_texts_are_asked_where_numbers_tie_and_unknown_ones_go_last(rows):
    table = pd.DataFrame(rows, columns=["number", "text"]).astype({"text": "str"})
    order = order_of([table["number"].to_numpy()], [table["text"]])
    expected = table.sort_values(["number", "text"], kind="stable").index
    assert order.tolist() == expected.tolist()


@given(TEXTS, st.data())
def test_the_first_known_of_a_run_is_that_of_its_group(values, data):
    whose = np.sort(
        data.draw(st.lists(st.integers(0, 4), min_size=len(values), max_size=len(values)))
    )
    found = first_known(text(values), runs(whose))
    expected = text(values).groupby(whose).first()
    assert found.fillna("-").tolist() == expected.fillna("-").tolist()


def test_numbers_keep_their_order_when_they_are_shortened():
    assert short(np.array([3, 65_535])).tolist() == [3, 65_535]
    assert short(np.array([3, 65_536])).tolist() == [3, 65_536]
    assert short(np.array([-1, 2])).tolist() == [-1, 2]


@pytest.mark.parametrize("otherwise", ["", "绿灯"])
def test_the_first_condition_that_holds_gives_the_text(otherwise):
    red, yellow = np.array([True, False, False]), np.array([True, True, False])
    found = first_that_holds([red, yellow], ["红灯", text(["a", "b", "c"])], otherwise)
    assert found.tolist() == ["红灯", "b", otherwise]
