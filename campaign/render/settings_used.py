"""The settings that a plan used, with the target in force and where it came from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from campaign.plan.targets import bank_target, given_targets
from campaign.settings import Rule, each_setting

if TYPE_CHECKING:
    from campaign.plan.campaign_plan import CampaignPlan

TARGET = ("campaign", "target")
FROM_BOOK, FROM_CALL = "实际取自台账目标表", "实际取自生成方案时所给的目标"
NOT_SET = "台账与设置中都没有目标"


def settings_used(plan: CampaignPlan) -> Iterator[tuple[str, Rule, Any, str]]:
    """Yield name, rule, value and source of every setting, in order.

    A target left at 0 is shown as the one that the plan works towards, in yuan; None where
    nobody set one.
    """
    for section, name, known, value in each_setting(plan.settings):
        source = known.source
        if (section, name) == TARGET and not value:
            value, source = _target(plan)
        yield f"{section}.{name}", known, value, source


def _target(plan: CampaignPlan) -> tuple[float | None, str]:
    """Return the target in force and where it came from."""
    target = plan.bridge.target
    if target != target:
        return None, NOT_SET
    given = given_targets(plan.book.targets)
    branches = plan.branches["branch"].tolist()
    told = bank_target(given, branches, plan.book.bank_name, None, plan.settings.campaign)
    return target, FROM_BOOK if told == target else FROM_CALL
