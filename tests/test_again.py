"""Rows that stand twice are those that pandas finds, whatever the columns hold."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.book.again import rows_again

ROW = st.tuples(
    st.sampled_from(["K1", "K2", "", None]),
    st.sampled_from([0.0, -0.0, 1.5, None]),
    st.sampled_from([True, False, None]),
    st.sampled_from(["2027-01-08", "2027-01-09", None]),
)


def table(rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "balance", "is_new", "day"])
    frame["day"] = pd.to_datetime(frame["day"])
    return frame.astype({"customer_id": "str", "balance": "float64", "is_new": "boolean"})


@given(st.lists(ROW, max_size=12), st.permutations(["customer_id", "balance", "is_new", "day"]))
def test_as_pandas_finds_them_in_whatever_order_columns_are_looked_at(rows, names):
    frame = table(rows)
    assert rows_again(frame, names).tolist() == frame.duplicated().to_numpy().nonzero()[0].tolist()


@pytest.mark.parametrize(("names", "places"), [(["customer_id"], [2]), (["balance"], [1, 2])])
def test_only_the_columns_asked_for_count(names, places):
    frame = table([("K1", 1.5, None, None), ("K2", 1.5, None, None), ("K1", 1.5, None, None)])
    assert rows_again(frame, names).tolist() == places
