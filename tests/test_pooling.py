import numpy as np
import pytest

from campaign.learn.pooling import pooled

PRIOR = np.array([0.15, 0.22, 0.15, 0.08])


def counted(own, successes, **more):
    return pooled(PRIOR, np.array(own, float), np.array(successes, float), 40.0, **more)


def test_without_cases_the_prior_comes_back_with_a_wide_interval():
    none = counted([0, 0, 0, 0], [0, 0, 0, 0])
    assert none.mean.tolist() == PRIOR.tolist()
    assert (none.low < PRIOR).all()
    assert (none.high > 1.3 * PRIOR).all()


def test_a_prior_that_own_data_contradict_gives_way():
    def weight_of_prior(came):
        found = pooled(np.array([0.1]), np.array([40.0]), np.array([came]), 40.0).mean[0]
        return (came / 40 - found) / (came / 40 - 0.1)

    # Half of 40 cases are the prior where it is right, a ninth or a 41st where it is a guess.
    assert 0.5 > weight_of_prior(6.0) > 0.3 > weight_of_prior(12.0) > weight_of_prior(20.0) > 1 / 41


def test_an_interval_narrows_as_cases_grow():
    widths = []
    for many in (50, 500, 5_000):
        found = pooled(np.array([0.1]), np.array([many * 1.0]), np.array([many * 0.1]), 40.0)
        widths.append(float((found.high - found.low)[0]))
    assert widths == sorted(widths, reverse=True)
    assert widths[2] == pytest.approx(2 * 1.645 * np.sqrt(0.1 * 0.9 / 5040), rel=0.02)


def test_a_segment_far_from_its_prior_leaves_it_when_its_cases_are_many():
    found = counted([0, 400, 100, 400], [0, 88, 15, 120])
    assert found.mean[3] == pytest.approx(0.30, abs=0.01)
    assert found.mean[1] == pytest.approx(0.22, abs=0.01)


def test_a_segment_without_cases_follows_the_others_less_surely():
    found = counted([0, 400, 400, 0], [0, 160, 120, 0])
    assert found.mean[3] > 1.5 * PRIOR[3]
    assert found.high[3] - found.low[3] > 2 * (found.high[2] - found.low[2])


def test_segments_that_are_not_alike_stand_alone():
    found = counted([0, 400, 0, 0], [0, 200, 0, 0], alike=False)
    assert found.mean[2:].tolist() == PRIOR[2:].tolist()


def test_nine_of_ten_intervals_hold_the_truth_of_banks_drawn_from_the_model():
    random, held = np.random.default_rng(5), []
    for _ in range(150):
        odds = PRIOR / (1 - PRIOR) * np.exp(random.normal(0, 0.4))
        centre = odds / (1 + odds)
        true = random.beta(30 * centre, 30 * (1 - centre))
        own = np.array([0, 300, 60, 120])
        found = counted(own, random.binomial(own, true))
        held.append(((found.low <= true) & (true <= found.high))[1:])
    assert 0.85 <= np.mean(held) <= 0.95
