"""Why days stay free while a gap stands, and what would fill them, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaign.render.formats import count_text, wan_words
from campaign.vocabulary import OUTING, Channel

if TYPE_CHECKING:
    from campaign.plan.campaign_plan import CampaignPlan

# Less than this part of the visits is slack and not worth a word.
LEAST_FREE = 0.05


def spare_sentence(plan: CampaignPlan) -> str:
    """Return why visits stay free while a gap stands and what would help; empty where none do.

    What more outings could bring is the mean of those planned, without their decline: at most that.
    """
    managers, gap = plan.managers, plan.bridge.gap
    capacity, planned = managers["visit_capacity"].sum(), managers["visits"].sum()
    free = capacity - planned
    if not gap > 0 or free < LEAST_FREE * capacity:
        return ""
    candidates = plan.problem.candidates
    possible = int((candidates["channel"] == Channel.VISIT.value).sum())
    return (
        f"走访能力 {count_text(capacity)} 次，排了 {count_text(planned)} 次，空 {count_text(free)} 次，"
        f"缺口却还有 {wan_words(gap)}：值得走访的户次一共 {count_text(possible)} 次，"
        f"{_why(planned, possible)}{_outings(plan, free)}{_names(plan)}"
    )


def _why(planned: float, possible: int) -> str:
    if planned >= (1 - LEAST_FREE) * possible:
        return "几乎都已排入，缺的是名单，不是时间。"
    return f"其余 {count_text(possible - planned)} 次的客户经理自己已排满，可移交给有空的人。"


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
