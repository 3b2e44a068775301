"""A campaign under way: done, open, closed, in progress."""

from datetime import date

import pandas as pd
import pytest

from campaign.errors import StoreError
from campaign.progress.running import running
from campaign.progress.store import opened
from tests.builders_render import make_campaign_plan
from tests.builders_returns import issue
from tests.builders_running import make_running

ISSUED = [
    {"candidate_id": "K1-V1", "date": "2026-12-03"},
    {"candidate_id": "K1-V2", "date": "2027-01-10"},
    {"candidate_id": "K2-V1", "date": "2026-12-04"},
    {"candidate_id": "K3-V1", "date": "2027-02-01"},
]


def test_a_touch_is_done_when_a_result_came_back_on_the_day_it_happened():
    run = make_running(
        ISSUED,
        [
            {"candidate_id": "K1-V1", "outcome": "interested", "done_date": "2026-12-05"},
            {"candidate_id": "K2-V1", "outcome": "not_met"},
            {"candidate_id": "K3-V1", "note": "只写了备注"},
        ],
    )
    days = dict(zip(run.done["candidate_id"], run.done["date"], strict=True))
    assert days == {"K1-V1": pd.Timestamp("2026-12-05"), "K2-V1": pd.Timestamp("2026-12-04")}
    assert run.undone["candidate_id"].tolist() == ["K1-V2", "K3-V1"]


def test_who_is_lent_to_or_refuses_is_closed_with_the_reason():
    run = make_running(
        ISSUED,
        [
            {"candidate_id": "K1-V1", "outcome": "disbursed", "done_date": "2026-12-05"},
            {"candidate_id": "K2-V1", "outcome": "refused"},
            {"candidate_id": "K3-V1", "outcome": "applied", "done_date": "2026-12-07"},
        ],
    )
    assert run.closed.to_dict() == {"K1": "2026-12-05 结果为已放款", "K2": "结果为客户拒绝"}
    assert run.in_progress == {"K3": "2026-12-07 结果为已申请，办理中"}


@pytest.mark.parametrize(
    ("day", "words"), [(date(2026, 10, 1), "不能回到"), (date(2027, 4, 1), "没有可重做的日子")]
)
def test_a_day_outside_the_campaign_is_refused(tmp_path, day, words):
    db, _ = issue(make_campaign_plan(managers=1, customers=2), tmp_path)
    with pytest.raises(StoreError, match=words), opened(db) as connection:
        running(connection, day)
