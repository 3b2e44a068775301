"""Occasions: purposes that share a visit, and windows that leave room for each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from campaign.plan.occasions import assign_occasions, stagger
from tests.builders_plan import workdays

DAYS = np.array(workdays(30), dtype="datetime64[D]")


def occasions(*windows: tuple[int, int], common: int = 10) -> list[int]:
    rows = pd.DataFrame(windows, columns=["first", "last"]).assign(customer_id="K")
    return assign_occasions(rows, common).tolist()


def test_purposes_with_enough_common_days_share_an_occasion():
    assert occasions((0, 40), (20, 60)) == [0, 0]


def test_purposes_with_too_few_common_days_do_not():
    assert occasions((0, 40), (35, 60)) == [0, 1]


def test_a_short_leading_window_is_enough_in_itself():
    assert occasions((5, 7), (0, 60)) == [0, 0]


def test_a_wide_window_is_not_narrowed_for_a_lesser_purpose():
    assert occasions((0, 40), (10, 12)) == [0, 1]


@given(
    st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), min_size=1, max_size=5),
    st.integers(1, 20),
)
def test_staggered_windows_always_leave_room(windows, gap):
    first = np.array([[min(w) for w in windows]])
    last = np.array([[max(w) for w in windows]])
    start, stop, kept = stagger(first, last, DAYS, gap)
    days = DAYS.astype("int64")
    ends = [(days[a], days[b]) for a, b in zip(start[kept], stop[kept], strict=True)]
    assert all(a <= b for a, b in ends)
    for (a, b), (later_a, later_b) in zip(ends, ends[1:], strict=False):
        assert later_a >= a + gap
        assert b <= later_b - gap
    assert (start >= first).all()
    assert (stop <= last).all()
