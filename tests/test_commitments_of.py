"""What the plan of the rest is bound to."""

from datetime import date

import pandas as pd

from campaign.plan.commitments import Commitments
from campaign.progress.commitments import commitments_of, promises_to_customers
from campaign.vocabulary import MUST_TOUCH, VETOES
from tests.builders_running import make_running

ISSUED = [
    {"candidate_id": "K1-V1", "date": "2026-12-03"},
    {"candidate_id": "K1-V2", "date": "2027-01-10"},
    {"candidate_id": "K2-V1", "date": "2026-12-04"},
    {"candidate_id": "K3-C1", "date": "2026-12-04"},
]


def promise(follow_up, outcome="interested", *more):
    first = {"candidate_id": "K1-V1", "outcome": outcome, "done_date": "2026-12-03"}
    return make_running(ISSUED, [{**first, "next_follow_up": follow_up}, *more])


def test_a_promise_ahead_is_a_day_and_one_passed_is_a_week():
    ahead = promises_to_customers(promise("2027-01-20"))["K1"]
    assert (ahead.earliest, ahead.latest) == (date(2027, 1, 20), date(2027, 1, 20))
    passed = promises_to_customers(promise("2026-12-20"))["K1"]
    assert (passed.earliest, passed.latest) == (date(2027, 1, 4), date(2027, 1, 10))
    assert passed.words == "客户约定 2026-12-20 再谈，已过约定日，尽快补上"


def test_a_promise_that_was_kept_or_has_no_point_binds_nobody():
    kept = {"candidate_id": "K1-V2", "outcome": "follow_up", "done_date": "2026-12-28"}
    assert promises_to_customers(promise("2026-12-20", "interested", kept)) == {}
    assert promises_to_customers(promise("2027-01-20", "refused")) == {}
    assert promises_to_customers(promise("2027-05-01")) == {}


def test_the_plan_is_told_what_is_promised_closed_done_and_open():
    given = commitments_of(
        promise(
            "2027-01-20",
            "interested",
            {"candidate_id": "K2-V1", "outcome": "refused", "done_date": "2026-12-04"},
        )
    )
    must = given.must.iloc[0]
    assert (must["customer_id"], must["channel"]) == ("K1", "visit")
    assert must["earliest"] == pd.Timestamp("2027-01-20")
    assert given.vetoes["customer_id"].tolist() == ["K2"]
    assert sorted(given.done["customer_id"]) == ["K1", "K2"]
    assert sorted(given.previous["candidate_id"]) == ["K1-V2", "K3-C1"]


def by_hand(pins, vetoed=()):
    """Return commitments by hand: a day by customer, and who is not to be touched."""
    days = pd.to_datetime([*pins.values()])
    must = pd.DataFrame({"customer_id": [*pins], "earliest": days, "latest": days})
    return Commitments(
        must=MUST_TOUCH.conform(must.assign(channel="visit")),
        vetoes=VETOES.conform(pd.DataFrame({"customer_id": [*vetoed], "reason": "总行指定"})),
    )


def test_a_promise_goes_before_a_pin_and_a_pin_of_the_past_is_over():
    pins = {"K1": "2027-01-25", "K3": "2027-01-12", "K4": "2026-12-09"}
    must = commitments_of(promise("2027-01-20"), by_hand(pins)).must
    assert must[["customer_id", "earliest"]].to_numpy().tolist() == [
        ["K1", pd.Timestamp("2027-01-20")],
        ["K3", pd.Timestamp("2027-01-12")],
    ]


def test_a_veto_by_hand_goes_before_a_promise():
    given = commitments_of(promise("2027-01-20"), by_hand({}, vetoed=["K1"]))
    assert given.must.empty
    assert given.vetoes[["customer_id", "reason"]].to_numpy().tolist() == [["K1", "总行指定"]]
