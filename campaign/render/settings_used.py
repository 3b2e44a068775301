"""The settings that a plan used, with the target in force and where it came from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from campaign.plan.targets import bank_target, given_targets
from campaign.settings import Rule, each_setting
from campaign.vocabulary import ContactOrigin

if TYPE_CHECKING:
    from campaign.plan.campaign_plan import CampaignPlan

TARGET = ("campaign", "target")
FROM_BOOK, FROM_CALL, FROM_SETTING = "取自台账目标表", "生成方案时所给", "取自设置"
NOT_SET = "台账与设置中都没有目标"
# Settings and rates that are small tables have keys; those that are codes, in words.
SEGMENTS = {
    "": "全部",
    "all": "全部",
    "customer": "存量客户",
    "prospect": "潜在客户",
    **{origin.value: origin.label for origin in ContactOrigin},
}


def settings_used(plan: CampaignPlan) -> Iterator[tuple[str, Rule, Any, str]]:
    """Yield name, rule, value and source of every setting, in order.

    A target left at 0 is shown as the one that the plan works towards, in yuan; None where
    nobody set one.
    """
    for section, name, known, value in each_setting(plan.settings):
        source = known.source
        if (section, name) == TARGET and not value:
            value, source = _known(plan.bridge.target), target_source(plan)
        yield f"{section}.{name}", known, value, source


def target_source(plan: CampaignPlan) -> str:
    """Return where the target that the plan works towards came from, in words."""
    rules, target = plan.settings.campaign, plan.bridge.target
    given = given_targets(plan.book.targets)
    branches = plan.branches["branch"].tolist()
    told = bank_target(given, branches, plan.book.bank_name, None, rules)
    if target != target:
        return NOT_SET
    if told != target:
        return FROM_CALL
    return FROM_SETTING if rules.target > 0 else FROM_BOOK


def _known(amount: float) -> float | None:
    return amount if amount == amount else None
