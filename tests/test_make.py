"""The whole plan: every part fits every other, and the same book gives the same plan."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from benchmarks.made_banks import made_growth, made_window
from campaign.plan.make import make_plan
from campaign.plan.verify import broken_rules
from campaign.settings import Settings
from campaign.vocabulary import LEFT_OUT, RUN_OFF
from tests.builders import make_book
from tests.builders_plan import rates

GROWN = ("draw", "top_up", "refinance", "industry", "team", "referral")


def made(target: float | None = 3e7, shuffled: bool = False, listed: tuple[str, ...] = ()):
    growth = made_growth(managers=8, customers=60)
    renewals = growth.opportunities[growth.opportunities["source"] == "renewal"]
    notes = renewals.assign(
        loan_note_id=renewals["opportunity_id"],
        maturing=renewals["amount"],
        run_off=renewals["amount"],
        renewable=True,
        renewed=0.0,
        source_rows="借据!2",
    )
    growth = dataclasses.replace(growth, run_off=RUN_OFF.conform(notes))
    if shuffled:
        mixed = growth.opportunities.sample(frac=1, random_state=7).reset_index(drop=True)
        growth = dataclasses.replace(growth, opportunities=mixed)
    loans = [
        {"customer_id": c, "manager_id": m, "branch": b, "balance": a}
        for c, m, b, a in notes[["customer_id", "manager_id", "branch", "amount"]].values
    ]
    book = make_book(loans=loans, do_not_contact=[{"customer_id": name} for name in listed])
    return make_plan(
        book,
        growth,
        made_window(),
        Settings(),
        rates=rates(top_up=0.05),
        season=pd.DataFrame(),
        target=target,
        seed=1,
    )


@pytest.fixture(scope="module")
def plan():
    return made()


def test_the_plan_keeps_every_rule(plan):
    assert broken_rules(plan.problem, plan.touches) == []


def test_its_value_is_that_of_the_touches_and_close_to_the_bound(plan):
    assert plan.quality.value == pytest.approx(plan.touches["value"].sum(), abs=0.01)
    assert plan.quality.gap <= 0.005
    assert plan.quality.gap == pytest.approx(1 - plan.quality.value / plan.quality.upper_bound)
    assert plan.quality.value >= max(plan.quality.rules_of_thumb.values())


def test_branches_add_up_to_the_bridge(plan):
    for name in ("opening", "run_off", "renewed", *GROWN, "closing"):
        assert plan.branches[name].sum() == pytest.approx(getattr(plan.bridge, name), abs=0.01)


def test_managers_add_up_to_the_branches(plan):
    by_branch = plan.managers.groupby("branch")["expected"].sum()
    branches = plan.branches.set_index("branch")
    net = branches["closing"] - branches["opening"]
    assert by_branch.to_dict() == pytest.approx(net.to_dict(), abs=0.05)


def test_targets_add_up(plan):
    assert plan.branches["target"].sum() == pytest.approx(3e7, abs=0.01)
    assert plan.managers["amount_target"].sum() == pytest.approx(3e7, abs=0.05)


def test_floor_target_and_stretch_are_in_order(plan):
    rows = plan.managers
    assert (rows["amount_floor"] <= rows["amount_target"]).all()
    assert (rows["amount_target"] <= rows["amount_stretch"]).all()


def test_quotas_count_the_touches(plan):
    visits = plan.touches[plan.touches["channel"] == "visit"].groupby("manager_id").size()
    assert plan.managers.set_index("manager_id")["visits"].to_dict() == visits.to_dict()
    assert plan.quotas["amount"].sum() == pytest.approx(plan.quality.value, abs=1.0)
    assert (plan.managers["visits"] <= plan.managers["visit_capacity"]).all()


def test_opportunities_carry_the_plans_probabilities(plan):
    found = plan.growth.opportunities
    assert (found["probability"] >= found["natural_probability"] - 1e-9).all()
    assert (found["probability"] <= found["full_probability"] + 1e-9).all()
    uplift = (found["amount"] * (found["probability"] - found["natural_probability"])).sum()
    # Touches are valued by trusted amounts, opportunities carry the estimates themselves.
    assert uplift == pytest.approx(plan.quality.value, rel=0.01)


def test_renewals_stand_by_note(plan):
    assert plan.growth.run_off["renewed"].sum() == pytest.approx(plan.bridge.renewed, abs=0.01)
    assert (plan.growth.run_off["renewed"] <= plan.growth.run_off["maturing"]).all()


def test_the_forecast_brackets_the_expected_growth(plan):
    assert plan.forecast.p10 <= plan.bridge.net_growth <= plan.forecast.p90
    assert 0 <= plan.forecast.chance <= 1


def test_every_customer_is_touched_or_left_out_with_a_reason(plan):
    touched = set(plan.touches["customer_id"])
    left = set(plan.left_out["customer_id"])
    assert set(plan.growth.opportunities["customer_id"]) <= touched | left
    assert plan.left_out["reason"].notna().all()
    assert not plan.left_out.duplicated(list(LEFT_OUT.key)).any()


def test_prices_and_ranges_are_there_for_all(plan):
    assert set(plan.outlook["level"]) == {"bank", "branch", "manager"}
    assert set(plan.prices["resource"]) == {"visits", "calls", "senior"}


def test_without_a_target_the_expected_growth_is_the_task():
    open_plan = made(target=None)
    assert np.isnan(open_plan.bridge.target)
    assert np.isnan(open_plan.forecast.chance)
    rows = open_plan.managers
    assert rows["amount_target"].tolist() == rows["expected"].tolist()


def test_who_is_on_the_list_is_not_touched(plan):
    name = plan.touches["customer_id"].iloc[0]
    closed = made(listed=(name,))
    assert name not in set(closed.touches["customer_id"])
    assert name in set(closed.left_out["customer_id"])


def test_the_order_of_rows_does_not_matter(plan):
    again = made(shuffled=True)
    for name in ("touches", "quotas", "left_out", "managers", "branches", "outlook", "prices"):
        pd.testing.assert_frame_equal(getattr(plan, name), getattr(again, name))
    assert again.bridge == plan.bridge
    assert again.forecast == plan.forecast
