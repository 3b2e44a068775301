"""Measurement: who is held out stays so, the plan leaves him alone, and how many it takes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from campaign.plan.commitments import Commitments
from campaign.plan.measure import HELD_OUT, held_out, least_held_out, seen_uplift, with_held_out
from campaign.plan.problem import build_problem
from campaign.settings import MeasureRules, Settings
from campaign.vocabulary import MUST_TOUCH
from tests.builders_plan import campaign, growth, opportunities

NAMES = [f"K{number}" for number in range(400)]


def test_nobody_is_held_out_unless_asked():
    free = Commitments()
    assert with_held_out(free, opportunities({}), MeasureRules(), seed=1) is free


def test_who_is_held_out_stays_so_beside_others():
    first = held_out(NAMES, 0.1, seed=7)
    assert held_out(reversed(NAMES[:200]), 0.1, seed=7) == [k for k in first if k in NAMES[:200]]
    assert held_out(NAMES, 0.1, seed=8) != first


def test_a_customer_held_out_is_left_out_by_name():
    found = opportunities(*({"customer_id": name} for name in NAMES))
    bound = with_held_out(Commitments(), found, MeasureRules(held_out_share=0.1), seed=7)
    problem = build_problem(growth(found), campaign(), Settings(), commitments=bound)
    held = held_out(NAMES, 0.1, seed=7)
    assert problem.not_possible["reason"].unique().tolist() == [HELD_OUT]
    assert set(problem.not_possible["customer_id"]) == set(held)
    assert not set(problem.candidates["customer_id"]) & set(held)


def test_a_promise_and_a_prospect_are_not_held_out():
    found = opportunities({"customer_id": "K1"}, {"customer_id": "K2", "is_prospect": True})
    promise = MUST_TOUCH.conform(pd.DataFrame({"customer_id": ["K1"]}))
    rules = MeasureRules(held_out_share=0.5)
    seeds = range(20)
    held = [with_held_out(Commitments(must=promise), found, rules, seed).vetoes for seed in seeds]
    assert all(vetoes.empty for vetoes in held)


def test_the_number_asked_for_sees_the_uplift_as_often_as_said():
    # 86 held out and 774 planned: four in five such campaigns show an uplift above nothing.
    held, planned = least_held_out(0.05, 0.15, share=0.1), 774
    draw = np.random.default_rng(1)
    won = zip(draw.binomial(held, 0.05, 2000), draw.binomial(planned, 0.15, 2000), strict=True)
    seen = [seen_uplift((int(a), held), (int(b), planned))[1] > 0 for a, b in won]
    assert np.mean(seen) == pytest.approx(0.8, abs=0.04)
