"""Duties that the settings ask for: maturities, coverage, least contacts and shares, fair loads."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaign.errors import SettingsError
from campaign.plan.commitments import Commitments
from campaign.plan.coverage import duty_findings, with_duties, with_maturities
from campaign.plan.loads import visit_loads
from campaign.plan.problem import build_problem
from campaign.plan.shortage import COVERAGE, shortage_findings
from campaign.plan.solve import plan_visits
from campaign.plan.verify import broken_rules
from campaign.settings import DutyRules, Settings
from campaign.vocabulary import DONE_TOUCHES, MUST_TOUCH, RUN_OFF
from tests.builders_plan import (
    MONDAY,
    campaign,
    growth,
    opportunities,
    random_problem,
    staff,
    workdays,
)

ONE_A_DAY = Settings().with_values(
    {
        "capacity": {"meeting_days": 0.0, "slack_share": 0.0, "visits_per_day": 1.0},
        "response": {"existing_touches": "走访、走访"},
    }
)


def day(number: int) -> pd.Timestamp:
    return pd.Timestamp(MONDAY + timedelta(days=number))


def asked(found, rules: DutyRules, days: int = 5, people=None, **bound):
    """Return a problem of so many weekdays, one visit each, with the duties of the rules."""
    window = campaign(end=workdays(days)[-1])
    commitments = Commitments(**bound)
    problem = build_problem(growth(found, people), window, ONE_A_DAY, commitments=commitments)
    return with_duties(problem, found, rules)


def planned(problem):
    plan = plan_visits(problem)
    assert broken_rules(problem, plan.touches) == []
    return plan


def poor_and_rich(poor: int, rich: int):
    """Return referrals of so many customers worth little, and top-ups worth much."""
    small = {"source": "referral", "amount": 1e3}
    rows = [{"customer_id": f"P{n}", **small} for n in range(poor)]
    return opportunities(*rows, *({"customer_id": f"R{n}", "amount": 1e6} for n in range(rich)))


def test_nothing_is_asked_for_unless_set():
    problem = asked(poor_and_rich(2, 6), DutyRules())
    assert (problem.candidates["duty"] == "").all()
    assert planned(problem).touches["customer_id"].str.startswith("R").all()


def test_everyone_of_the_referral_drive_is_met_once_though_others_are_worth_more():
    plan = planned(asked(poor_and_rich(2, 6), DutyRules(meet_referrers=True)))
    assert set(plan.touches["customer_id"]) >= {"P0", "P1"}
    assert plan.shortage.empty
    assert plan.gap == pytest.approx(0.0, abs=1e-6)


def test_coverage_that_does_not_fit_gives_a_shortage_list():
    plan = planned(asked(poor_and_rich(7, 1), DutyRules(meet_referrers=True)))
    assert len(plan.touches) == 5
    assert plan.shortage["reason"].tolist() == [COVERAGE] * 2
    (finding,) = shortage_findings(plan.shortage)
    assert finding.kind == "coverage_shortage"
    assert "全覆盖还差 2 次触达排不下" in finding.message


def test_the_covered_are_touched_as_often_as_asked():
    rules = DutyRules(meet_referrers=True, least_contacts=2)
    plan = planned(asked(poor_and_rich(2, 9), rules, days=10))
    counts = plan.touches.groupby("customer_id").size()
    assert counts[["P0", "P1"]].tolist() == [2, 2]


def test_who_was_met_already_is_covered():
    done = DONE_TOUCHES.conform(
        pd.DataFrame(
            [{"customer_id": "P0", "manager_id": "M1", "channel": "visit", "date": day(-9)}]
        )
    )
    problem = asked(poor_and_rich(2, 6), DutyRules(meet_referrers=True), done=done)
    covered = problem.candidates[problem.candidates["duty"] == "cover"]
    assert covered["customer_id"].tolist() == ["P1"]


def test_a_promised_visit_covers():
    promise = MUST_TOUCH.conform(pd.DataFrame([{"customer_id": "P0", "latest": day(2)}]))
    problem = asked(poor_and_rich(2, 6), DutyRules(meet_referrers=True), must=promise)
    duties = problem.candidates[problem.candidates["duty"] != ""]
    assert dict(zip(duties["customer_id"], duties["duty"], strict=True)) == {
        "P0": "must",
        "P1": "cover",
    }


def test_a_least_share_of_each_managers_visits_serves_a_source():
    rules = DutyRules(least_share={"referral": 0.4})
    plan = planned(asked(poor_and_rich(4, 6), rules))
    assert plan.touches["customer_id"].str.startswith("P").sum() == 2


def test_a_share_that_no_customer_could_fill_leaves_the_days_to_others():
    rules = DutyRules(least_share={"referral": 0.8})
    plan = planned(asked(poor_and_rich(1, 6), rules))
    assert len(plan.touches) == 5


def test_a_share_of_an_unknown_source_is_refused():
    with pytest.raises(SettingsError, match="least_share 里的 转介"):
        asked(poor_and_rich(1, 1), DutyRules(least_share={"转介": 0.5}))


def test_a_large_maturity_is_visited_before_its_day():
    notes = {"maturing": [4e5, 2e5, 9e4], "maturity_date": [day(30), day(20), day(20)]}
    notes |= {"customer_id": ["K1", "K1", "K2"]}
    run_off = RUN_OFF.conform(pd.DataFrame(notes))
    rules = DutyRules(maturity_least=5e5, maturity_lead_days=10)
    must = with_maturities(Commitments(), run_off, rules).must
    assert must["customer_id"].tolist() == ["K1"]
    assert must.loc[0, ["earliest", "latest"]].tolist() == [day(10), day(19)]
    assert "2026-12-20 到期" in must.loc[0, "reason"]
    promised = Commitments(must=MUST_TOUCH.conform(pd.DataFrame([{"customer_id": "K1"}])))
    assert len(with_maturities(promised, run_off, rules).must) == 1


def test_a_load_far_above_the_branch_is_trimmed_and_one_far_below_is_named():
    people = staff({"manager_id": "M1"}, {"manager_id": "M2"})
    rich = [{"customer_id": f"K{n}", "amount": 1e6} for n in range(9)]
    found = opportunities(*rich, {"customer_id": "L1", "manager_id": "M2"})
    free = asked(found, DutyRules(), people=people)
    assert visit_loads(free)["load"].tolist() == [1.0, 0.2]
    fair = asked(found, DutyRules(most_load=1.0), people=people)
    plan = planned(fair)
    assert plan.touches.groupby("manager_id").size().to_dict() == {"M1": 3, "M2": 1}
    (finding,) = duty_findings(free, plan.touches, DutyRules(least_load=0.5))
    assert "M2" in finding.message


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 100_000), st.integers(0, 9))
@example(89, 2)  # a second visit held the only day that was left for the first one
def test_marked_touches_are_planned_wherever_a_day_would_hold_them(seed, every):
    problem = random_problem(seed)
    number = pd.Series(range(len(problem.candidates)))
    duty = number.map(lambda n: ["cover", "share", "", ""][(n + every) % 4])
    marked = dataclasses.replace(problem, candidates=problem.candidates.assign(duty=duty))
    plan = planned(marked)
    assert plan.value <= plan.upper_bound + 0.01
