"""Draws of seasons: mean kept, luck shared, amounts not passed, the same seed the same."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from campaign.plan.seasons import draw_seasons, rate_spread
from campaign.settings import ForecastRules
from campaign.vocabulary import RATES, RUN_OFF, Source
from tests.builders_plan import opportunities, rates

CERTAIN = ForecastRules(
    draws=2000, rate_spread=0.0, manager_spread=0.0, ticket_spread=0.0, run_off_spread=0.0
)
NO_RUN_OFF = RUN_OFF.empty()
MANY = opportunities(*({"manager_id": f"M{n % 2}", "amount": 1e5} for n in range(200)))


def net(found=MANY, rules=CERTAIN, run_off=NO_RUN_OFF, table=None, seed=1):
    spreads = rates() if table is None else table
    return draw_seasons(found, run_off, spreads, rules, seed).net


def test_single_customers_alone_spread_by_the_binomial():
    # 200 customers of 100,000 at 10 %: mean 2 million, deviation 1e5 x sqrt(200 x 0.09).
    whole = net().sum(axis=1)
    assert whole.mean() == pytest.approx(2e6, rel=0.02)
    assert whole.std() == pytest.approx(1e5 * np.sqrt(18), rel=0.1)


def test_one_customer_is_all_or_nothing():
    alone = net(opportunities({"natural_probability": 0.3, "amount": 1e6}))[:, 0]
    assert ((alone < 1e4) | (alone > 0.99e6)).mean() > 0.9
    assert alone.mean() == pytest.approx(3e5, rel=0.1)


def test_growth_is_never_negative():
    lucky = dataclasses.replace(CERTAIN, rate_spread=1.0, manager_spread=0.5, ticket_spread=0.5)
    assert net(opportunities({}, {}, {}), lucky).min() >= 0


def test_luck_of_a_source_keeps_the_mean_and_widens_the_range():
    lucky = dataclasses.replace(CERTAIN, rate_spread=0.5)
    whole = net(rules=lucky).sum(axis=1)
    assert whole.mean() == pytest.approx(2e6, rel=0.05)
    assert whole.std() > 2 * net().sum(axis=1).std()


def test_shared_luck_moves_sources_together():
    both = opportunities(
        *({"source": "top_up", "manager_id": "A"} for _ in range(100)),
        *({"source": "refinance", "manager_id": "B"} for _ in range(100)),
    )
    apart = dataclasses.replace(CERTAIN, rate_spread=0.5, common_share=0.0)
    together = dataclasses.replace(apart, common_share=1.0)
    assert abs(np.corrcoef(net(both, apart).T)[0, 1]) < 0.1
    assert np.corrcoef(net(both, together).T)[0, 1] > 0.5


def test_no_source_brings_more_than_its_whole_amount():
    sure = opportunities({"natural_probability": 1.0, "full_probability": 1.0, "amount": 1e6})
    lucky = dataclasses.replace(CERTAIN, rate_spread=1.0)
    assert net(sure, lucky).max() <= 1e6


def test_a_high_rate_varies_less_than_a_low_one():
    lucky = dataclasses.replace(CERTAIN, rate_spread=0.5)

    def spread(rate: float) -> float:
        sure = opportunities(
            *({"natural_probability": rate, "full_probability": rate} for _ in range(2000))
        )
        whole = net(sure, lucky)
        assert whole.mean() == pytest.approx(2000 * 1e5 * rate, rel=0.02)
        return float(whole.std() / whole.mean())

    assert spread(0.9) < 0.2 * spread(0.1)


def notes(**row) -> pd.DataFrame:
    usual = {"loan_note_id": "J", "source_rows": "r", "manager_id": "M1", "branch": "城关支行"}
    return RUN_OFF.conform(pd.DataFrame([{**usual, **row}]))


def test_run_off_is_taken_off():
    assert (net(opportunities(), run_off=notes(run_off=5e5)) == -5e5).all()


def test_notes_renew_of_themselves_without_an_opportunity():
    renewing = notes(run_off=1e6, maturing=1e6, renewable=True, renewed=1e6)
    assert net(opportunities(), run_off=renewing) == pytest.approx(0.0)


def test_an_opportunity_to_renew_is_not_counted_beside_its_note():
    found = opportunities({"source": "renewal", "amount": 1e6})
    renewing = notes(run_off=1e6, maturing=1e6, renewable=True, renewed=1e6)
    assert net(found, run_off=renewing) == pytest.approx(0.0)


def test_the_same_seed_draws_the_same_whatever_the_order_of_rows():
    shuffled = MANY.sample(frac=1, random_state=4)
    assert np.array_equal(net(), net())
    assert net(shuffled) == pytest.approx(net())
    assert not np.array_equal(net(), net(seed=2))


def test_a_badly_known_rate_is_drawn_wider():
    # Every rate is 0.2, so a deviation of 0.08 is half of 0.2 x 0.8.
    table = rates(team=0.08, draw=0.016)
    rules = ForecastRules(rate_spread=0.0)
    assert rate_spread(table, Source.TEAM, rules) == pytest.approx(0.5)
    assert rate_spread(table, Source.DRAW, rules) == pytest.approx(0.1)
    assert rate_spread(RATES.empty(), Source.DRAW, ForecastRules(rate_spread=0.3)) == 0.3


def test_no_rate_is_drawn_wider_than_the_widest():
    assert rate_spread(rates(team=5.0), Source.TEAM, ForecastRules()) == 1.0


def test_without_anything_there_is_one_empty_season():
    assert net(opportunities()).shape == (2000, 0)
