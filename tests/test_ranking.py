"""Rows in order and the first of each group: what pandas gives, found with less comparing."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.render.ranking import ranked, top

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["M1", "M2", None]),
        st.sampled_from([1.0, 2.0, -1.0, None]),
        st.sampled_from(["2027-01-08", "2027-01-09", None]),
        st.sampled_from([True, False]),
        st.sampled_from(["K1", "K2", "K3", None]),
    ),
    max_size=12,
)
COLUMNS = ["manager_id", "value", "date", "is_done", "customer_id"]
ORDERS = [
    {"value": False, "customer_id": True},
    {"manager_id": True, "is_done": True, "date": True, "value": False, "customer_id": True},
    {"date": False, "manager_id": False},
    {"customer_id": True, "manager_id": True},
]


def frame_of(rows):
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype({"manager_id": "str", "value": float, "customer_id": "str"}).assign(
        date=pd.to_datetime(frame["date"]).astype("datetime64[s]"),
        is_done=frame["is_done"].astype(bool),
    )


@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
@given(rows=ROWS)
def test_rows_stand_as_a_stable_sort_puts_them(order, rows):
    frame = frame_of(rows)
    sort = frame.sort_values(list(order), ascending=list(order.values()), kind="stable")
    assert ranked(frame, order).index.tolist() == sort.index.tolist()


@given(rows=ROWS, most=st.integers(1, 3))
def test_the_first_of_each_group_are_those_of_a_sorted_table(rows, most):
    frame, order = frame_of(rows), ORDERS[0]
    sort = frame.sort_values(list(order), ascending=list(order.values()), kind="stable")
    wanted = sort.groupby("manager_id", sort=False).head(most)
    assert top(frame, "manager_id", order, most).index.tolist() == wanted.index.tolist()
