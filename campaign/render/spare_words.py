"""Why days stay free while a gap stands, and what would fill them, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaign.render.formats import count_text, wan_words
from campaign.vocabulary import OUTING, Channel

if TYPE_CHECKING:
    from campaign.plan.campaign_plan import CampaignPlan

# Less than this part of the visits is slack and not worth a word.
LEAST_FREE = 0.05


def free_visits(plan: CampaignPlan) -> float:
    """Return the visits that stay free while a gap stands; 0 where that is no more than slack."""
    capacity, planned = plan.managers["visit_capacity"].sum(), plan.managers["visits"].sum()
    free = float(capacity - planned)
    return free if plan.bridge.gap > 0 and free >= LEAST_FREE * capacity else 0.0


def spare_brief(plan: CampaignPlan) -> str:
    """Return for the screen that visits stay free, and why; empty where none do."""
    free = free_visits(plan)
    if not free:
        return ""
    why = "缺的是名单，不是时间" if _is_used_up(plan) else "有人排满、有人空着，可移交客户"
    return f"还空 {count_text(free)} 次：{why}（详见 全行汇总.xlsx 总览）"


def spare_sentence(plan: CampaignPlan) -> str:
    """Return why visits stay free while a gap stands and what would help; empty where none do.

    What more outings could bring is the mean of those planned, without their decline: at most that.
    """
    free, gap = free_visits(plan), plan.bridge.gap
    if not free:
        return ""
    capacity, planned = plan.managers["visit_capacity"].sum(), plan.managers["visits"].sum()
    possible = _possible(plan)
    return (
        f"走访能力 {count_text(capacity)} 次，排了 {count_text(planned)} 次，空 {count_text(free)} 次，"
        f"缺口却还有 {wan_words(gap)}：值得走访的户次一共 {count_text(possible)} 次，"
        f"{_why(plan)}{_outings(plan, free)}{_names(plan)}"
    )


def _possible(plan: CampaignPlan) -> int:
    return int((plan.problem.candidates["channel"] == Channel.VISIT.value).sum())


def _is_used_up(plan: CampaignPlan) -> bool:
    return bool(plan.managers["visits"].sum() >= (1 - LEAST_FREE) * _possible(plan))


def _why(plan: CampaignPlan) -> str:
    if _is_used_up(plan):
        return "几乎都已排入，缺的是名单，不是时间。"
    rest = count_text(_possible(plan) - plan.managers["visits"].sum())
    return f"其余 {rest} 次的客户经理自己已排满，可移交给有空的人。"


def _outings(plan: CampaignPlan, free: float) -> str:
    stops = plan.touches[plan.touches["customer_id"].str.startswith(OUTING)]
    if stops.empty:
        return ""
    each = float(stops["value"].mean())
    return (
        f"每多一次外拓预计增益 {wan_words(each)}（越去越少），"
        f"空的走访全部外拓最多 {wan_words(each * free)}。"
    )


def _names(plan: CampaignPlan) -> str:
    if plan.reserve is None or not plan.reserve["shortfall"].sum() > 0:
        return ""
    short = plan.reserve["shortfall"].sum()
    return f"按各人的转化率和单笔，还缺约 {count_text(short)} 个新名单（见储备池）。"
