"""Response: shares by hand, always concave, and what opportunities become under a plan."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.errors import SettingsError
from campaign.plan.response import effect, touch_sequence, touch_shares, with_touched
from campaign.settings import ResponseRules
from campaign.vocabulary import PURPOSES, Channel
from tests.builders_plan import opportunities

TEXT = (Path(__file__).parent / "cases" / "response.csv").read_text(encoding="utf-8")
CASES = list(csv.DictReader(TEXT.splitlines()))

rules_given = st.builds(
    ResponseRules,
    visit_share=st.floats(0.05, 0.95),
    call_dose=st.floats(0.05, 1.0),
    steepness=st.floats(1.0, 4.0),
)
touches_given = st.lists(st.sampled_from(list(Channel)), min_size=1, max_size=6)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_shares_by_hand(case):
    rules = ResponseRules(
        visit_share=float(case["visit_share"]),
        call_dose=float(case["call_dose"]),
        steepness=float(case["steepness"]),
    )
    expected = [float(share) for share in case["expected"].split(";")]
    shares = touch_shares(touch_sequence(case["touches"]), rules)
    assert list(shares) == pytest.approx(expected)


@given(rules_given, touches_given)
def test_each_touch_adds_less_for_its_dose_than_the_one_before(rules, touches):
    doses = [rules.call_dose if touch is Channel.CALL else 1.0 for touch in touches]
    slopes = [s / d for s, d in zip(touch_shares(touches, rules), doses, strict=True)]
    assert all(later <= earlier + 1e-9 for earlier, later in zip(slopes, slopes[1:], strict=False))


@given(rules_given, touches_given)
def test_no_number_of_touches_has_more_than_the_whole_effect(rules, touches):
    shares = touch_shares(touches, rules)
    assert min(shares) >= 0
    assert sum(shares) <= 1 + 1e-9


@given(rules_given, st.floats(0, 5))
def test_the_envelope_lies_on_or_above_the_curve(rules, dose):
    assert effect(dose, rules) >= 1 - (1 - rules.visit_share) ** (dose**rules.steepness) - 1e-9


def test_a_steep_curve_is_bridged_by_a_line_from_the_origin():
    steep = ResponseRules(visit_share=0.5, steepness=3.0)
    assert effect(0.5, steep) == pytest.approx(effect(1.0, steep) / 2)


@pytest.mark.parametrize("text", ["", "、", "走访、短信"])
def test_a_sequence_of_other_words_is_refused(text):
    with pytest.raises(SettingsError, match="只能写走访、电话"):
        touch_sequence(text)


def test_a_sequence_is_read_with_any_comma():
    assert touch_sequence("走访，电话") == (Channel.VISIT, Channel.CALL)


def with_plan(found, serving, planned):
    """Return opportunities under the touches planned."""
    return with_touched(found, serving[serving["candidate_id"].isin(planned["candidate_id"])])


def purposes(*rows: tuple[str, str, float]) -> pd.DataFrame:
    names = ["candidate_id", "opportunity_id", "share"]
    return PURPOSES.conform(pd.DataFrame(rows, columns=names))


def test_probability_rises_from_natural_by_the_shares_of_the_touches_planned():
    found = opportunities({"amount": 100_000.0})
    serving = purposes(("K1-V1", "T1", 0.6), ("K1-V2", "T1", 0.2))
    planned = pd.DataFrame({"candidate_id": ["K1-V1", "K1-V2"]})
    under_plan = with_plan(found, serving, planned)
    assert under_plan["probability"].tolist() == pytest.approx([0.1 + 0.2 * 0.8])
    assert under_plan["expected"].tolist() == [26_000.0]


def test_without_a_touch_the_natural_rate_stays():
    found = opportunities({}, {})
    under_plan = with_plan(
        found, purposes(("K1-V1", "T1", 0.6)), pd.DataFrame({"candidate_id": []})
    )
    assert under_plan["probability"].tolist() == [0.1, 0.1]


def test_the_expected_amount_is_in_whole_fen():
    found = opportunities({"amount": 33_333.33, "natural_probability": 0.333})
    under_plan = with_plan(found, PURPOSES.empty(), pd.DataFrame({"candidate_id": []}))
    assert under_plan["expected"].tolist() == [11_100.0]


def test_an_unknown_amount_stays_unknown():
    under_plan = with_plan(
        opportunities({"amount": None}), PURPOSES.empty(), pd.DataFrame({"candidate_id": []})
    )
    assert under_plan["expected"].isna().all()
