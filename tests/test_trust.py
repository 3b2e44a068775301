"""Trust: noisy optimism is pulled back, rates are not, and the plan beats the rules on the truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.noise import RULES, one_bank
from campaign.plan.solve import FALLBACK, plan_visits
from campaign.plan.trust import LEAST_ROWS, as_trusted, chance_better, pulled
from campaign.settings import Settings
from tests.builders_plan import daily, opportunities, visit_problem

RULE = (
    Settings()
    .with_values(
        {"response": {"noise_by_grade": {"A": 0.0, "B": 0.5, "C": 1.0}, "response_noise": 0.5}}
    )
    .response
)


def drawn(**same):
    """Return 200 top-ups whose log amounts have mean 11 and standard deviation 1."""
    quantile = np.linspace(-1.7, 1.7, 200) / np.std(np.linspace(-1.7, 1.7, 200), ddof=1)
    return opportunities(*({"amount": float(np.exp(11 + z)), **same} for z in quantile))


def test_half_of_the_distance_stays_where_half_of_the_variance_is_noise():
    noisy = RULE.__class__(noise_by_grade={"A": 0.0, "B": 0.5**0.5, "C": 1.0})
    seen = drawn(grade="B")
    found = as_trusted(seen, noisy)
    assert np.log(found["amount"]).std() == pytest.approx(0.5, abs=1e-9)
    assert found["amount"].sum() == pytest.approx(seen["amount"].sum())
    assert found["spread"].iloc[0] == pytest.approx(0.5)


def test_a_firm_grade_is_believed_and_an_unknown_one_least():
    seen = drawn(grade="A")
    assert as_trusted(seen, RULE)["amount"].equals(seen["amount"])
    unknown = as_trusted(drawn(), RULE)["amount"]
    assert np.log(unknown).std() == pytest.approx(RULE.least_reliability, abs=1e-9)


def test_few_customers_do_not_say_what_is_usual():
    seen = drawn(grade="C").head(LEAST_ROWS - 1)
    assert as_trusted(seen, RULE)["amount"].equals(seen["amount"])


def test_a_rate_that_many_share_is_no_estimate_of_one():
    # Two segments of 100, uplift 0.1 and 0.3: their difference is known, not noise.
    seen = drawn(grade="A")
    seen["full_probability"] = np.where(np.arange(200) < 100, 0.2, 0.4)
    found = as_trusted(seen, RULE)["full_probability"]
    assert found.to_numpy() == pytest.approx(seen["full_probability"].to_numpy(), abs=0.005)


def test_a_response_of_ones_own_is_pulled_to_the_usual():
    seen = drawn(grade="A")
    steps = np.exp(np.linspace(-1, 1, 200))
    seen["full_probability"] = 0.1 + 0.1 * steps
    found = as_trusted(seen, RULE)["full_probability"] - 0.1
    assert np.log(found).std() == pytest.approx((np.log(steps).var(ddof=1) - 0.25) / 0.58, abs=0.03)


def test_equal_plans_are_never_worse():
    nothing = np.array([0])
    assert chance_better(np.array([5.0]), np.array([0.5]), nothing, np.array([0])) == 1.0


@pytest.mark.parametrize(("spread", "falls_back"), [(0.05, False), (2.0, True)])
def test_estimates_too_weak_to_beat_a_rule_leave_it_to_the_rule(spread, falls_back):
    # K2 is worth more by the estimate, but K1 is the larger customer and nearly as good.
    rows = [
        {"candidate_id": f"K{n}-V1", "customer_id": f"K{n}", "value": v, "earliest": 0, "latest": 0}
        for n, v in ((1, 70.0), (2, 80.0))
    ]
    problem = visit_problem([{**row, "spread": spread} for row in rows], daily("M1", [1.0]))
    problem.customers["amount"] = pd.Series([900.0, 100.0])
    plan = plan_visits(problem, trust=0.6)
    said = any(label in plan.method for label in FALLBACK.values())
    assert (plan.touches["customer_id"].tolist() == ["K1"], said) == (falls_back, falls_back)


def test_estimates_told_to_be_nothing_but_noise_keep_their_order():
    estimate = pd.Series(np.exp(np.linspace(-1.0, 1.0, 50)))
    source, noise = pd.Series("top_up", index=estimate.index), pd.Series(9.0, index=estimate.index)
    flat, _ = pulled(estimate, source, noise)
    ordered, _ = pulled(estimate, source, noise, least=0.25)
    assert flat.nunique() == 1
    assert ordered.is_monotonic_increasing
    assert np.log(ordered.iloc[-1] / ordered.iloc[0]) == pytest.approx(0.25 * 2.0)
    assert ordered.sum() == pytest.approx(estimate.sum())


@pytest.mark.parametrize(("noise", "gain"), [(0.5, 1.025), (1.0, 1.0)])
def test_on_the_truth_a_plan_beats_the_best_rule(noise, gain):
    found = pd.DataFrame([one_bank(noise, 0.0, seed, managers=2) for seed in range(2)]).mean()
    assert found["plan"] >= gain * found[list(RULES)].max()
    assert found["plan"] >= found["trusting"]
    assert noise > 0.5 or found["plan"] >= 0.95
