"""Verify: a sound plan breaks nothing, and each way of breaking a rule is found."""

from __future__ import annotations

import ast
import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from campaign.plan import verify, verify_commitments
from campaign.plan.verify import broken_rules, refuse_broken
from tests.builders_plan import daily, visit_problem

QUOTA = {"owner": "城关支行", "resource": "rate_quota", "period_start": 0, "period_end": 1}


def problem():
    rows = [
        {"candidate_id": "K1-V1", "customer_id": "K1", "value": 50.0, "latest": 2},
        {"candidate_id": "K1-V2", "customer_id": "K1", "value": 40.0, "latest": 4, "touch": 2},
        {"candidate_id": "K2-V1", "customer_id": "K2", "value": 30.0, "latest": 4},
        {"candidate_id": "K3-V1", "customer_id": "K3", "value": 20.0, "latest": 4},
    ]
    rows = [{"earliest": 0, "touch": 1, "resources": "rate_quota:100", **row} for row in rows]
    return visit_problem(rows, [*daily("M1", [2.0] * 5), {**QUOTA, "amount": 250.0}], gap_days=2)


def planned(**days: int) -> pd.DataFrame:
    names = {"k1": "K1-V1", "k1_again": "K1-V2", "k2": "K2-V1", "k3": "K3-V1"}
    table = problem().candidates.set_index("candidate_id")
    rows = [
        {
            "candidate_id": names[name],
            **table.loc[names[name], ["manager_id", "customer_id", "channel", "value"]].to_dict(),
            "date": pd.Timestamp("2026-11-30") + pd.Timedelta(days=day),
        }
        for name, day in days.items()
    ]
    return pd.DataFrame(rows)


def test_a_sound_plan_breaks_nothing():
    assert broken_rules(problem(), planned(k1=0, k1_again=2, k2=0, k3=3)) == []


def test_a_plan_that_breaks_a_rule_is_never_issued():
    refuse_broken(problem(), planned(k1=0))
    with pytest.raises(RuntimeError, match="不在时间窗内"):
        refuse_broken(problem(), planned(k1=3))


def test_an_empty_plan_breaks_nothing():
    assert broken_rules(problem(), planned(k1=0).head(0)) == []


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"k1": 3}, "K1-V1 排在 2026-12-03，不在时间窗内"),
        ({"k2": 5}, "2026-12-05，当天不可安排"),
        ({"k1": 2, "k2": 2, "k3": 2}, "M1 在 2026-12-02 的 visits 为 3，超过能力 2"),
        ({"k1": 0, "k2": 0, "k3": 1}, "rate_quota 用了 300，超过 250"),
        ({"k1": 0, "k1_again": 1}, "K1 的第 2 次触达与上一次次序颠倒或间隔不足"),
        ({"k1": 0, "k1_again": 0}, "K1 的第 2 次触达与上一次次序颠倒或间隔不足"),
        ({"k1": 2, "k1_again": 0}, "K1 的第 2 次触达与上一次次序颠倒或间隔不足"),
    ],
)
def test_a_broken_rule_is_named(days, said):
    assert any(said in sentence for sentence in broken_rules(problem(), planned(**days)))


def test_a_touch_that_nobody_asked_for_is_found():
    touches = planned(k2=0).assign(candidate_id="K9-V1")
    assert broken_rules(problem(), touches) == ["触达 K9-V1 不在可选触达之内。"]


def test_a_touch_planned_twice_is_found():
    touches = pd.concat([planned(k2=0), planned(k2=1)])
    assert broken_rules(problem(), touches) == ["触达 K2-V1 排了不止一次。"]


@pytest.mark.parametrize(
    ("column", "value"),
    [("manager_id", "M2"), ("customer_id", "K9"), ("channel", "call"), ("value", 31.0)],
)
def test_a_touch_that_was_changed_is_found(column, value):
    touches = planned(k2=0).assign(**{column: value})
    assert any("内容不符" in sentence for sentence in broken_rules(problem(), touches))


def test_who_must_not_be_touched_is_found():
    closed = dataclasses.replace(problem(), no_contact=frozenset({"K2"}))
    assert broken_rules(closed, planned(k2=0)) == ["客户 K2 在免打扰名单内，不得触达。"]


def test_the_banks_own_limit_counts_every_branch():
    made = problem()
    wide = made.capacity.assign(owner=made.capacity["owner"].replace("城关支行", "bank"))
    broken = broken_rules(dataclasses.replace(made, capacity=wide), planned(k1=0, k2=0, k3=1))
    assert any("bank 自 2026-11-30 起的 rate_quota" in sentence for sentence in broken)


def test_many_of_a_kind_are_folded():
    rows = [
        {"candidate_id": f"K{n}", "customer_id": f"K{n}", "value": 1.0, "earliest": 0, "latest": 0}
        for n in range(8)
    ]
    made = visit_problem(rows, daily("M1", [9.0, 9.0]))
    late = made.candidates.assign(date=pd.Timestamp("2026-12-01"))
    broken = broken_rules(made, late)
    assert len(broken) == 6
    assert broken[-1] == "同类情形还有 3 处。"


@pytest.mark.parametrize("module", [verify, verify_commitments])
def test_it_shares_no_arithmetic_with_the_solver(module):
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    ours = {name for name in names if name and name.startswith("campaign")}
    only_numbers_texts = "campaign.growth.keys"
    assert ours <= {
        "campaign.plan.problem",
        "campaign.plan.verify_commitments",
        only_numbers_texts,
    }


def test_a_customer_to_be_covered_who_has_a_free_day_is_named():
    made = problem()
    covered = made.candidates["candidate_id"].isin(["K2-V1", "K3-V1"])
    table = made.candidates.assign(duty=made.candidates["duty"].mask(covered, "cover"))
    made = dataclasses.replace(made, candidates=table.assign(resources=""))
    said = "客户 K3 应覆盖而没有排，却仍有日子可排。"
    assert broken_rules(made, planned(k2=0)) == [said]
    none_left = dataclasses.replace(made, capacity=made.capacity.assign(amount=0.0))
    assert said not in broken_rules(none_left, planned(k2=0))
