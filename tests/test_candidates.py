"""Candidates: sequences, windows that leave room, several purposes on one visit, resources."""

from __future__ import annotations

import numpy as np
import pytest

from campaign.plan.candidates import find_candidates
from campaign.plan.gains import find_gains
from campaign.settings import ResponseRules
from campaign.vocabulary import Resource
from tests.builders_plan import opportunities, staff, workdays

DAYS = np.array(workdays(30), dtype="datetime64[D]")
RULES = ResponseRules(visit_share=0.5, call_dose=1.0, steepness=1.0, gap_days=7)
BOTH = {Resource.RATE_QUOTA, Resource.SENIOR}


def candidates(*rows, limited=BOTH, rules=RULES):
    gains = find_gains(opportunities(*rows), staff(), DAYS, rules)
    return find_candidates(gains.rows, DAYS, rules, limited)


def test_an_existing_customer_is_visited_twice_then_called():
    table, _ = candidates({})
    assert table["candidate_id"].tolist() == ["K1-C3", "K1-V1", "K1-V2"]
    assert table.sort_values("touch")["channel"].tolist() == ["visit", "visit", "call"]


def test_a_prospect_is_called_then_visited():
    table, _ = candidates({"is_prospect": True})
    assert table.sort_values("touch")["channel"].tolist() == ["call", "visit"]


def test_an_outing_is_one_visit():
    table, _ = candidates({"is_prospect": True, "is_outing": True})
    assert table["channel"].tolist() == ["visit"]


def test_values_are_gain_times_share():
    table, purposes = candidates({"amount": 100_000.0})
    assert table.sort_values("touch")["value"].tolist() == [10_000.0, 5_000.0, 2_500.0]
    assert purposes["share"].tolist() == pytest.approx([0.125, 0.5, 0.25])


def test_a_visit_carries_all_purposes_of_the_customer():
    table, purposes = candidates(
        {"customer_id": "K", "source": "top_up", "amount": 100_000.0},
        {"customer_id": "K", "source": "renewal", "amount": 50_000.0},
    )
    first = purposes[purposes["candidate_id"] == "K-V1"]
    assert first["source"].tolist() == ["top_up", "renewal"]
    assert table.set_index("candidate_id").loc["K-V1", "value"] == 15_000.0


def test_windows_leave_room_for_the_touches_before_and_after():
    table, _ = candidates({})
    windows = table.sort_values("touch")[["earliest", "latest"]]
    texts = [[day.strftime("%m-%d") for day in row] for row in windows.itertuples(index=False)]
    # 30 working days from Monday 30 November to Friday 8 January, 7 days apart.
    assert texts == [["11-30", "12-25"], ["12-07", "01-01"], ["12-14", "01-08"]]


def test_a_short_window_has_room_for_fewer_touches():
    table, _ = candidates({"window_start": "2026-12-07", "window_end": "2026-12-15"})
    assert sorted(table["candidate_id"]) == ["K1-V1", "K1-V2"]


def test_purposes_far_apart_are_two_visits_in_the_order_of_their_days():
    table, _ = candidates(
        {"customer_id": "K", "amount": 900_000.0, "window_start": "2026-12-28"},
        {"customer_id": "K", "amount": 100_000.0, "window_end": "2026-12-08"},
    )
    first = table.set_index("candidate_id").loc["K-V1"]
    assert first["value"] == 10_000.0
    assert f"{first['latest']:%m-%d}" == "12-08"


def test_a_second_occasion_never_crowds_out_the_main_one():
    table, purposes = candidates(
        {
            "customer_id": "K",
            "amount": 900_000.0,
            "window_start": "2026-12-10",
            "window_end": "2026-12-11",
        },
        {
            "customer_id": "K",
            "amount": 100_000.0,
            "window_start": "2026-12-08",
            "window_end": "2026-12-09",
        },
    )
    assert table["value"].tolist() == [90_000.0]
    assert purposes["opportunity_id"].tolist() == ["T1"]


def test_shared_limits_are_asked_for_by_the_first_visit_alone():
    table, _ = candidates({"rate_quota": 300_000.0, "needs_senior": True})
    asked = table.set_index("candidate_id")["resources"]
    assert asked.to_dict() == {"K1-C3": "", "K1-V1": "rate_quota:300000;senior:1", "K1-V2": ""}


def test_rate_quota_is_asked_for_only_where_it_is_limited():
    table, _ = candidates({"rate_quota": 300_000.0, "needs_senior": True}, limited=set())
    assert table["resources"].tolist() == ["", "senior:1", ""]


def test_customers_of_several_branches_draw_on_their_own_branch():
    table, _ = candidates({"branch": "东街支行"}, {"branch": "西街支行"})
    assert sorted(set(table["owner"])) == ["东街支行", "西街支行"]
