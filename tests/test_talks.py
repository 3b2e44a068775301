"""What is said in a talk: causes by how far they are behind, who did it, promises that count."""

from datetime import date

import pandas as pd
import pytest

from campaign.progress.talks import STEPS, prepare_talks
from campaign.settings.progress import InterviewRules
from campaign.vocabulary import INTERVIEWS, TALK_FIGURES, PromiseMetric

DAY = date(2026, 12, 18)
EVEN = {name: 40.0 for step in STEPS for name in (step.done, step.due)} | {
    "disbursed": 20.0, "applied": 40.0, "amount": 4_000_000.0,
}  # fmt: skip


def talk(**own):
    """Return the talk with m1, whose figures differ from those of two even peers."""
    rows = [{"manager_id": "m1", **EVEN, **own}] + [
        {"manager_id": peer, **EVEN} for peer in ("m2", "m3")
    ]
    named = INTERVIEWS.conform(pd.DataFrame({"manager_id": ["m1"], "peers": ["m2;m3"]}))
    names = {"m1": "陈立新", "m2": "王丽丽", "m3": "周强"}
    figures = TALK_FIGURES.conform(pd.DataFrame(rows))
    [found] = prepare_talks(named, figures, names, DAY, InterviewRules())
    return found


def test_who_is_even_with_his_peers_has_no_cause():
    assert (talk().causes, talk().promises) == ((), ())


def test_the_three_furthest_behind_are_told_the_furthest_first():
    found = talk(calls_done=4.0, visits_done=12.0, interested=20.0, referral_done=24.0)
    assert [cause.advice.partition("：")[0] for cause in found.causes] == [
        "电话量不够", "走访量不够", "见了没有谈出需求",
    ]  # fmt: skip
    assert found.causes[0].own == "到期电话 40 次，完成 4 次（10%）"
    assert found.causes[0].peers == "到期电话 80 次，完成 80 次（100%）"
    assert found.causes[0].example == "王丽丽：到期电话 40 次，完成 40 次（100%）"


def test_a_promise_is_what_is_missing_to_where_the_peers_are_and_has_a_day():
    [promise] = talk(visits_done=12.0).promises
    assert (promise.metric, promise.amount) == (PromiseMetric.VISITS, 28)
    assert promise.due_on == date(2027, 1, 1)
    assert promise.words == "到 2027-01-01 走访再增加 28 次，追上同类的 100%"


def test_of_two_causes_that_one_figure_mends_the_worse_asks_for_it():
    promises = talk(visits_done=12.0, follow_up_done=30.0).promises
    assert [(one.metric, one.amount) for one in promises] == [(PromiseMetric.VISITS, 28)]


def test_small_loans_are_a_cause_that_no_count_can_promise_away():
    found = talk(amount=1_000_000.0)
    [cause] = found.causes
    assert cause.advice.startswith("单笔偏小")
    assert cause.own == "放款 20 户 100.00 万元（户均 5.00 万元）"
    assert cause.example == "王丽丽：放款 20 户 400.00 万元（户均 20.00 万元）"
    assert found.promises == ()


@pytest.mark.parametrize("due", [0.0, 1.0])
def test_a_step_seen_too_seldom_is_no_cause(due):
    assert talk(calls_due=due, calls_done=0.0).causes == ()


def test_what_goes_better_than_with_the_peers_is_said():
    assert talk(disbursed=36.0, amount=7_200_000.0).strength == "申请 40 户，放款 36 户（90%）"
