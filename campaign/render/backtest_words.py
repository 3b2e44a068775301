"""What a backtest comes to, in sentences: the yuan, the choice, and what the rates rest on."""

from __future__ import annotations

from campaign.learn.backtest import Backtest
from campaign.learn.scored import ScoredPlan
from campaign.render.formats import (
    UNKNOWN,
    count_text,
    day_text,
    is_unknown,
    percent_text,
    wan_text,
)
from campaign.vocabulary import Choice


def backtest_sentence(scored: ScoredPlan) -> str:
    """Return how well the plan foresaw: the yuan, the order, and the choice."""
    days = (
        f"用 {day_text(scored.plan.window.as_of)} 的台账做方案，"
        f"以 {day_text(scored.new_day)} 的台账核对："
    )
    foreseen = _prior_words(scored) if scored.only_priors else _foreseen(scored.result)
    return days + foreseen + _choice_words(scored.result)


def expected_of_all(result: Backtest) -> float:
    """Return what was expected of all old customers: on the list, and beyond where known."""
    beyond = 0.0 if is_unknown(result.predicted_beyond) else result.predicted_beyond
    return result.predicted + beyond


def ratio_of_all(result: Backtest) -> str:
    """Return the growth of all old customers by what was expected of them."""
    return ratio_text(result.actual_all, expected_of_all(result))


def ratio_text(actual: float, expected: float) -> str:
    """Return an actual amount by the expected one, unknown where none was expected."""
    return percent_text(actual / expected, 0) if expected > 0 else UNKNOWN


def rates_sentence(scored: ScoredPlan) -> str:
    """Return what the rates of the old plan rest on."""
    if scored.only_priors:
        return (
            "转化率只用先验（示例假设），没有用被核对的这一年；"
            "先验定不出金额的高低，各组、各来源的金额之比因此不列。"
        )
    cases = round(scored.plan.rates["observations"].sum())
    return f"转化率由更早的台账学得（样本 {count_text(cases)}），没有用被核对的这一年。"


def halves_sentence(scored: ScoredPlan) -> str:
    """Return what the halves of the customers say of each other; empty where rates were learnt."""
    if not scored.only_priors:
        return ""
    if scored.halves is None:
        return "客户太少，分不成两半互相检验；有更早的台账请用 --history 给出。"
    return (
        "把客户按编号分成两半，各用另一半这一季的转化率来估，"
        f"合计预计 {wan_text(expected_of_all(scored.halves))} 万元，"
        f"实际是预计的 {ratio_of_all(scored.halves)}；一季整体的高低事前无从知道，这里不检验。"
    )


def _prior_words(scored: ScoredPlan) -> str:
    result = scored.result
    return (
        f"存量客户实际增长 {wan_text(result.actual_all)} 万元。"
        "当时没有更早的台账可学，只有示例先验，"
        f"照它预计 {wan_text(expected_of_all(result))} 万元（实际是预计的 {ratio_of_all(result)}）："
        "这个差距说的是先验，不是本行，总额不能拿来定目标，只看先后。" + halves_sentence(scored)
    )


def _foreseen(result: Backtest) -> str:
    return (
        f"存量客户预计增长 {wan_text(expected_of_all(result))} 万元，"
        f"实际 {wan_text(result.actual_all)} 万元（{ratio_of_all(result)}），"
        f"其中测算空间以外 {wan_text(result.actual_beyond)} 万元，{_beyond_words(result)}。"
    )


def _beyond_words(result: Backtest) -> str:
    if is_unknown(result.predicted_beyond):
        return "没有更早的台账可学，方案未计这一块"
    return f"照更早两期预计 {wan_text(result.predicted_beyond)} 万元"


def _choice_words(result: Backtest) -> str:
    capture = result.capture.set_index("rule")
    customers = capture["customers"][Choice.PLAN.value]
    if not customers:
        return "客户太少，比不出谁选得准。"
    share = capture["share"]
    return (
        f"同样 {count_text(customers)} 户，方案选中的占实际增长 "
        f"{percent_text(share[Choice.PLAN.value], 0)}，余额最大优先占 "
        f"{percent_text(share[Choice.LARGEST_FIRST.value], 0)}。"
    )
