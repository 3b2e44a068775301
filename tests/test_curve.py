from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from campaign.learn.curve import curve_of, learn_response
from campaign.learn.trails import Trails
from campaign.plan.response import effect
from campaign.settings import ResponseRules, Settings

SETTINGS = Settings()
FOLLOW, SEASON = 45, 120
NATURAL, UPLIFT = 0.1, 0.5


def told(count, rules, seed=4):
    """Customers visited one to three times, told by the curve of `rules`, day by day."""
    luck = np.random.default_rng(seed)
    people, touches = [], []
    for person in range(count):
        days = np.sort(luck.choice(SEASON - FOLLOW, luck.integers(1, 4), replace=False))
        reached = NATURAL + UPLIFT * np.array([effect(n + 1.0, rules) for n in range(len(days))])
        draw = luck.random()
        won = np.flatnonzero(draw < reached)
        day = luck.integers(0, SEASON) if draw < NATURAL else None
        if day is None and len(won):
            day = days[won[0]] + luck.integers(1, FOLLOW + 1)
        if day is not None and day < days[0]:
            continue
        came = day is not None
        natural = NATURAL / SEASON if came else NATURAL * (1 - days[0] / SEASON)
        people.append((f"K{person}", "top_up:B", came, natural))
        for nth, touch in enumerate(days[days <= day] if came else days):
            shows = (day - touch <= FOLLOW) / FOLLOW if came else 1.0
            touches.append((len(people) - 1, nth + 1, 0, False, nth + 1, shows))
    names = ["person", "visits", "calls", "is_call", "nth", "shows"]
    table = pd.DataFrame(people, columns=["customer_id", "group", "came", "natural"])
    return Trails(table, pd.DataFrame(touches, columns=names))


def test_few_customers_touched_again_leave_the_prior_and_it_is_said():
    found = curve_of([told(100, ResponseRules(visit_share=0.3))], SETTINGS)
    assert found.rules == SETTINGS.response
    assert found.table["share"].tolist() == found.table["prior"].tolist()
    assert found.table["basis"].str.startswith("先验：").all()
    assert learn_response([], SETTINGS).rules == SETTINGS.response


@pytest.mark.parametrize("share", [0.35, 0.8])
def test_many_customers_show_the_true_curve(share):
    truth = ResponseRules(visit_share=share, steepness=1.0)
    found = curve_of([told(8_000, truth)], SETTINGS)
    assert found.rules.visit_share == pytest.approx(share, abs=0.06)
    second = effect(2.0, truth) - effect(1.0, truth)
    existing = found.table[~found.table["is_prospect"].astype(bool)].set_index("touch")
    assert existing["share"][2] == pytest.approx(second, abs=0.06)
    assert existing["low"][1] <= share <= existing["high"][1]


def test_fewer_customers_move_the_prior_less_and_leave_more_doubt():
    truth = ResponseRules(visit_share=0.3)
    few, many = (curve_of([told(count, truth)], SETTINGS) for count in (300, 6_000))
    assert 0.6 > few.rules.visit_share > many.rules.visit_share
    assert few.doubt > many.doubt
    assert few.table["basis"].str.startswith("先验与本行数据合并：").all()
    assert many.table["basis"].str.startswith("本行数据为主：").all()


def test_a_stronger_prior_holds_longer():
    trails = [told(400, ResponseRules(visit_share=0.3))]
    firm = replace(SETTINGS, learn=replace(SETTINGS.learn, response_strength=500.0))
    assert curve_of(trails, firm).rules.visit_share > curve_of(trails, SETTINGS).rules.visit_share


@pytest.mark.parametrize(
    ("name", "value"), [("visit_share", 0.1), ("steepness", 3.0), ("call_dose", 1.0)]
)
def test_unusual_settings_are_held_as_strongly_as_usual_ones(name, value):
    unusual = ResponseRules(**{name: value})
    settings = replace(SETTINGS, response=unusual)
    found = curve_of([told(300, unusual)], settings).rules
    assert getattr(found, name) == pytest.approx(value, rel=0.25, abs=0.1)
