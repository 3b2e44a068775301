"""Why visits stay free while a gap stands, said with the plan's own figures."""

from dataclasses import replace

import pandas as pd
import pytest

from campaign.render.spare_words import spare_brief, spare_sentence
from campaign.vocabulary import OUTING
from tests.builders_render import make_campaign_plan


@pytest.fixture(scope="module")
def plan():
    return make_campaign_plan()


def changed(plan, *, visits=70.0, capacity=100.0, possible=72, gap=5e6):
    managers = plan.managers.assign(visits=0.0, visit_capacity=0.0)
    managers.loc[managers.index[0], ["visits", "visit_capacity"]] = (visits, capacity)
    candidates = pd.DataFrame({"channel": ["visit"] * possible + ["call"] * 9})
    stops = pd.DataFrame({"customer_id": [f"{OUTING}A1"], "value": [3e4]})
    touches = pd.concat([plan.touches, stops], ignore_index=True)
    return replace(
        plan,
        managers=managers,
        touches=touches[touches["customer_id"].str.startswith(OUTING)].tail(1),
        problem=replace(plan.problem, candidates=candidates),
        bridge=replace(plan.bridge, gap=gap),
        reserve=pd.DataFrame({"shortfall": [40.0, 2.0]}),
    )


def test_a_list_that_is_used_up_is_named_and_what_would_help(plan):
    said = spare_sentence(changed(plan))
    assert "走访能力 100 次，排了 70 次，空 30 次，缺口却还有 500.00 万元" in said
    assert "值得走访的户次一共 72 次，几乎都已排入，缺的是名单，不是时间" in said
    assert "每多一次外拓预计增益 3.00 万元" in said
    assert "全部外拓最多 90.00 万元" in said
    assert "还缺约 42 个新名单" in said
    assert spare_brief(changed(plan)).startswith("还空 30 次：缺的是名单，不是时间")


def test_full_managers_beside_free_ones_are_told_to_hand_over(plan):
    said = spare_sentence(changed(plan, possible=120))
    assert "其余 50 次的客户经理自己已排满，可移交给有空的人" in said
    assert "缺的是名单" not in said


@pytest.mark.parametrize("given", [{"gap": 0.0}, {"gap": -1.0}, {"visits": 97.0}])
def test_without_a_gap_or_free_visits_there_is_nothing_to_say(plan, given):
    assert spare_sentence(changed(plan, **given)) == spare_brief(changed(plan, **given)) == ""
