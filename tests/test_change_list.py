"""What a plan made anew changes, and why."""

from datetime import date

import pandas as pd
import pytest

from campaign.progress.change_list import Reasons, list_changes
from campaign.progress.commitments import Promise
from campaign.vocabulary import TOUCHES
from tests.builders_running import make_running

OLD = [
    {"candidate_id": "K1-V1", "date": "2026-12-20"},
    {"candidate_id": "K2-V1", "date": "2027-01-10"},
    {"candidate_id": "K3-V1", "date": "2027-01-11", "manager_id": "m2"},
]


def changes(*new, **reasons):
    run = make_running(OLD)
    rows = [
        {"manager_id": "m1", "channel": "visit", "value": 12_000.0,
         "customer_id": name.rpartition("-")[0], "candidate_id": name, "date": day}
        for name, day in new
    ]  # fmt: skip
    known = {"closed": {}, "promised": {}, "new_people": {}, "left_out": {}, **reasons}
    given = Reasons(**known, staff=frozenset(["m1"]))
    table = list_changes(run, run.open_before, TOUCHES.conform(pd.DataFrame(rows)), given)
    return {row["candidate_id"]: (row["change"], row["reason"]) for row in table.to_dict("records")}


def test_what_stays_is_not_listed_and_what_goes_says_why():
    found = changes(("K2-V1", "2027-01-10"), closed={"K1": "2026-12-21 结果为已放款"})
    assert found == {
        "K1-V1": ("dropped", "2026-12-21 结果为已放款"),
        "K3-V1": ("dropped", "原客户经理不再承接"),
    }


def test_an_overdue_touch_is_set_anew():
    found = changes(("K1-V1", "2027-01-05"), ("K2-V1", "2027-01-10"))
    assert found["K1-V1"] == ("moved", "计划日已过、没有结果，改排")


def test_a_touch_that_gives_way_says_to_what():
    found = changes(("K1-V1", "2027-01-10"), ("K2-V1", "2027-01-12"))
    assert found["K2-V1"] == ("moved", "原计划日改排了另外 1 次触达")


@pytest.mark.parametrize(
    ("left_out", "why"),
    [({}, "让位给增益更高的触达"), ({("K2", "top_up"): "空间用完"}, "空间用完")],
)
def test_a_dropped_touch_gives_the_reason_of_what_it_was_for(left_out, why):
    assert changes(left_out=left_out)["K2-V1"] == ("dropped", why)


def test_a_promise_and_a_new_name_are_reasons_to_add():
    asked = Promise(date(2027, 1, 20), date(2027, 1, 20), "客户约定 2027-01-20 再谈")
    found = changes(
        ("K4-V1", "2027-01-20"),
        ("ZJ-V1", "2027-01-21"),
        ("K5-V1", "2027-01-22"),
        promised={"K4": asked},
        new_people={"ZJ": "客户 → 爱人"},
    )
    assert found["K4-V1"] == ("added", "客户约定 2027-01-20 再谈")
    assert found["ZJ-V1"] == ("added", "转介新联系人：客户 → 爱人")
    assert found["K5-V1"] == ("added", "腾出的时间，预计增益 1.20 万元")


@pytest.mark.parametrize(
    ("day", "why"),
    [("2027-01-07", "前面的日子有了空，提前"), ("2027-01-14", "随片区与同日安排调整")],
)
def test_a_touch_that_nothing_pushed_says_whether_it_comes_earlier(day, why):
    assert changes(("K2-V1", day))["K2-V1"] == ("moved", why)
