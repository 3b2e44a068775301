import csv
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.errors import SettingsError
from campaign.learn.conversion import SEGMENTS, prior_rates, rates_from_cases
from campaign.learn.shrink import moved_odds, pooled_rates, split_by_prior
from campaign.learn.uplift import effect_doubt
from campaign.settings import Settings
from campaign.vocabulary import CASES, RateBasis

SETTINGS = Settings()
PRIOR = prior_rates(SETTINGS).set_index(["source", "segment"])
CASE_FILE = Path(__file__).parent / "cases" / "conversion.csv"


def cases_of(*rows):
    names = ["source", "segment", "touched", "people", "came"]
    table = pd.DataFrame(rows, columns=names)
    money = {"possible": table["came"] * 1e5, "taken": table["came"] * 5e4}
    return CASES.conform(table.assign(cases=table["people"], successes=table["came"], **money))


def learnt(*rows):
    return rates_from_cases(cases_of(*rows), SETTINGS).set_index(["source", "segment"])


def _rows():
    with CASE_FILE.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row["case"])
def test_rates_worked_by_hand(row):
    counted = [row["source"], row["segment"], row["touched"], int(row["people"]), int(row["came"])]
    table = cases_of(counted).assign(possible=0.0, taken=0.0)
    rates = rates_from_cases(table[table["people"] > 0], SETTINGS)
    found = rates.set_index(["source", "segment"]).loc[row["source"], row["segment"]]
    assert found["natural_probability"] == pytest.approx(float(row["natural"]), abs=1e-6)
    assert found["full_probability"] == pytest.approx(float(row["full"]), abs=1e-6)
    assert found["amount_share"] == pytest.approx(float(row["amount_share"]), abs=1e-9)


def test_every_source_and_segment_has_a_row():
    expected = {(source.value, "") for source in SEGMENTS}
    expected |= {(source.value, one) for source, many in SEGMENTS.items() for one in many}
    assert set(PRIOR.index) == expected
    assert PRIOR["basis"].str.startswith(RateBasis.PRIOR.label).all()


def test_priors_are_sober():
    touched_everyone = PRIOR.loc[("top_up", "A")]
    assert touched_everyone["full_probability"] * touched_everyone["amount_share"] < 0.15
    assert (PRIOR["natural_probability"] <= PRIOR["full_probability"]).all()


def test_better_grade_and_warmer_contact_convert_better():
    full = PRIOR["full_probability"]
    assert full["top_up", "A"] > full["top_up", "B"] > full["top_up", "C"]
    assert full["refinance", "3-5"] > full["refinance", "1-2"] > full["refinance", "0"]
    assert full["team", "own_visit"] > 2 * full["team", "external_list"]
    assert full["team", "referral"] >= 3 * full["team", "own_visit"]


def test_an_unknown_segment_in_the_settings_is_refused():
    wrong = Settings().with_values({"conversion": {"top_up_full": {"AA": 0.4}}})
    with pytest.raises(SettingsError, match="top_up_full 里没有客群“AA”"):
        prior_rates(wrong)


def test_a_natural_rate_above_the_full_one_is_refused():
    wrong = Settings().with_values({"conversion": {"draw_natural": 0.5}})
    with pytest.raises(SettingsError, match="高于触达上限概率"):
        prior_rates(wrong)


def test_without_cases_the_prior_comes_back():
    learnt_of_nothing = rates_from_cases(CASES.empty(), SETTINGS)
    pd.testing.assert_frame_equal(learnt_of_nothing, prior_rates(SETTINGS))


def test_a_small_segment_follows_the_others():
    rates = learnt(("top_up", "A", "yes", 400, 200), ("top_up", "B", "yes", 2, 0))
    alone = learnt(("top_up", "B", "yes", 2, 0))
    full = rates["full_probability"]
    assert full["top_up", "B"] > PRIOR["full_probability"]["top_up", "B"]
    assert full["top_up", "B"] > alone["full_probability"]["top_up", "B"]
    assert full["top_up", "C"] > PRIOR["full_probability"]["top_up", "C"]
    assert "随同一来源其他客群" in rates["basis"]["top_up", "C"]


def test_customers_in_season_say_nothing_of_prospects():
    rates = learnt(("industry", "customer", "yes", 400, 200))
    prospect = ("industry", "prospect")
    assert rates["full_probability"][prospect] == PRIOR["full_probability"][prospect]
    assert rates["basis"][prospect].startswith(RateBasis.PRIOR.label)


def test_without_a_log_natural_and_full_move_together():
    mixed = 0.7 * 0.25 + 0.3 * 0.40
    rates = learnt(("draw", "", "unknown", 40, 20)).loc[("draw", "")]
    low, high = rates["natural_probability"], rates["full_probability"]
    # Between (40 x 0.295 + 20) / 80 = 0.397, 0.477 with 5 and 0.495 with 1: the prior contradicted.
    assert mixed == pytest.approx(0.295)
    assert 0.7 * low + 0.3 * high == pytest.approx(0.459754, abs=1e-6)
    odds = [p / (1 - p) for p in (low, high)]
    assert odds[1] / odds[0] == pytest.approx((0.40 / 0.60) / (0.25 / 0.75))


def test_the_basis_names_the_plain_numbers():
    basis = learnt(("draw", "", "yes", 200, 90), ("draw", "", "no", 100, 20))["basis"]
    expected = "本行数据为主：触达 200 户成 90 户，未触达 100 户成 20 户（先验最多折 40 户）"
    assert basis["draw", ""] == expected


def test_touched_customers_that_came_less_often_do_not_turn_a_visit_into_harm():
    rates = learnt(("draw", "", "yes", 400, 20), ("draw", "", "no", 400, 200)).loc[("draw", "")]
    uplift = rates["full_probability"] - rates["natural_probability"]
    assert 0 < uplift < 0.001


def test_rates_that_cannot_be_told_apart_leave_a_visit_some_good():
    rates = learnt(("draw", "", "yes", 100, 49), ("draw", "", "no", 100, 50)).loc[("draw", "")]
    assert 0.005 < rates["full_probability"] - rates["natural_probability"] < 0.1


def test_the_share_of_money_is_by_yuan():
    table = cases_of(("draw", "", "yes", 40, 40)).assign(possible=4e6, taken=1e6)
    rates = rates_from_cases(table, SETTINGS).set_index(["source", "segment"])
    assert rates["amount_share"]["draw", ""] == pytest.approx((10 * 0.55 + 40 * 0.25) / 50)


counts = st.lists(
    st.tuples(st.floats(0, 5000), st.floats(0, 1), st.floats(0.01, 0.99)), min_size=1, max_size=6
)


@given(counts, st.floats(1, 500))
def test_rates_stay_between_zero_and_one(rows, strength):
    own, share, prior = (np.array(column) for column in zip(*rows, strict=True))
    rates = pooled_rates(prior, own, own * share, strength)
    assert ((rates >= 0) & (rates <= 1)).all()


@given(st.floats(0.02, 0.9), st.floats(0, 1), st.floats(1, 1000), st.floats(1.01, 5))
def test_more_cases_of_one_rate_never_lead_away_from_it(prior, rate, number, more):
    def distance(cases):
        ends = np.array([prior]), np.array([cases]), np.array([cases * rate])
        return abs(float(pooled_rates(*ends, 40.0)[0]) - rate)

    assert distance(number * more) <= distance(number) + 1e-12


@given(st.floats(0.01, 0.5), st.floats(0, 0.4), st.floats(0.05, 0.95), st.floats(0.02, 0.98))
def test_split_rates_mix_to_what_was_seen(natural, more, share, seen):
    ends = np.array([natural]), np.array([natural + more])
    low, high = split_by_prior(*ends, np.array([seen]), share)
    assert float((1 - share) * low[0] + share * high[0]) == pytest.approx(seen, abs=1e-6)
    assert low[0] <= high[0] + 1e-9


@given(st.floats(0, 1), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_odds_moved_there_and_back_are_the_same(rate, one, other):
    ends = np.array([one]), np.array([other])
    there = moved_odds(np.array([rate]), *ends)
    assert float(moved_odds(there, *ends[::-1])[0]) == pytest.approx(rate, abs=1e-9)


def test_stated_intervals_hold_the_truth_as_often_as_they_say():
    random = np.random.default_rng(2027)
    off = effect_doubt(SETTINGS.response, SETTINGS.learn.response_strength) * 1.5**0.5
    keys = [("draw", ""), ("renewal", ""), ("referral", ""), ("refinance", "3-5")]
    inside = []
    for _ in range(150):
        rows, truth = [], {}
        for source, segment in keys:
            mean = PRIOR["full_probability"][source, segment]
            truth[source, segment] = random.beta(40 * mean, 40 * (1 - mean))
            number = int(random.integers(5, 300))
            # Cases were divided by an effect of a visit that is off as much as it is said to be.
            natural = PRIOR["natural_probability"][source, segment]
            seen = natural + (truth[source, segment] - natural) * random.normal(1, off)
            came = random.binomial(number, min(max(seen, 0.0), 1.0))
            rows.append((source, segment, "yes", number, came))
        rates = learnt(*rows)
        full = rates["full_probability"]
        reach = 1.645 * rates["deviation"]
        inside += [abs(truth[key] - full[key]) <= reach[key] for key in keys if full[key] > 0]
    assert 0.85 <= float(np.mean(inside)) <= 0.95
    assert not math.isnan(full.sum())
