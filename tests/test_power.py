"""Whether enough are held out: counted on customers whose rates are known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from campaign.plan.commitments import Commitments
from campaign.plan.measure import HELD_OUT, MANAGER_HELD_OUT, least_held_out, seen_uplift
from campaign.plan.power import measurement_of
from campaign.render.measure_words import measurement_sentence
from campaign.vocabulary import VETOES
from tests.builders_plan import opportunities


def people(count, natural, full, managers=10):
    table = opportunities(
        *(
            {
                "customer_id": f"K{n:04d}",
                "manager_id": f"M{n % managers}",
                "source": "top_up",
                "natural_probability": natural,
                "full_probability": full,
            }
            for n in range(count)
        )
    )
    return table.assign(probability=full)


def measured(table, held=(), apart=(), touched=None):
    names = table["customer_id"] if touched is None else pd.Series(touched, dtype="str")
    vetoes = [{"customer_id": name, "reason": HELD_OUT} for name in held]
    vetoes += [
        {"customer_id": row.customer_id, "manager_id": row.manager_id, "reason": MANAGER_HELD_OUT}
        for row in table.itertuples()
        if row.manager_id in apart
    ]
    bound = Commitments()
    if vetoes:
        bound = replace(bound, vetoes=VETOES.conform(pd.DataFrame(vetoes)))
    touches = pd.DataFrame({"customer_id": names[~names.isin(held)]})
    return measurement_of(table, touches, bound, manager_spread=0.2)


def test_the_number_needed_is_that_of_the_same_share():
    found = measured(people(860, 0.05, 0.15))
    assert (found.natural, found.planned) == (pytest.approx(0.05), pytest.approx(0.15))
    assert found.needed == least_held_out(0.05, 0.15, share=found.needed / 860)
    assert (found.held, found.chance) == (0, 0.0)


def test_enough_held_out_see_it_and_too_few_do_not():
    table = people(860, 0.05, 0.15)
    needed = measured(table).needed
    names = table["customer_id"].tolist()
    chances = [measured(table, held=names[:count]).chance for count in (needed // 3, needed + 5)]
    assert chances[0] < 0.6 < 0.8 <= chances[1]


def test_too_few_customers_are_told():
    found = measured(people(40, 0.05, 0.08))
    assert found.needed is None
    assert "留一半客户（共 40 户）也达不到八成把握" in measurement_sentence(found)
    assert "没有留对照组" in measurement_sentence(found)


def test_two_purposes_of_a_customer_are_one_chance():
    table = people(200, 0.1, 0.3)
    draws = table.assign(source="draw", opportunity_id=table["opportunity_id"] + "d")
    found = measured(pd.concat([table, draws], ignore_index=True))
    assert found.customers == 200
    assert found.natural == pytest.approx(1 - 0.9**2)


def test_managers_held_out_are_counted_and_luck_asks_for_more():
    many, few = (measured(people(count, 0.1, 0.2, 40), apart={"M1", "M2"}) for count in (4000, 400))
    assert many.held_managers == few.held_managers == 2
    assert many.needed_managers < few.needed_managers


def test_nothing_added_is_nothing_to_measure():
    assert measured(people(50, 0.1, 0.1)) is None
    assert "没有可比的效果" in measurement_sentence(None)


def test_the_stated_chance_is_how_often_the_difference_shows():
    table = people(600, 0.1, 0.25)
    found = measured(table, held=table["customer_id"].tolist()[:60])
    luck = np.random.default_rng(1)
    seen = [
        seen_uplift((luck.binomial(60, 0.1), 60), (luck.binomial(540, 0.25), 540))[1] > 0
        for _ in range(3000)
    ]
    assert found.chance == pytest.approx(np.mean(seen), abs=0.03)
