"""Whether the uplift of a plan will be seen after the campaign, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaign.render.formats import percent_text

if TYPE_CHECKING:
    from campaign.plan.power import Measurement


def measurement_sentence(found: Measurement | None) -> str:
    """Return what is held out, what that can show, and how many it takes."""
    if found is None:
        return "方案的触达不增加老客户的转化，没有可比的效果。"
    rates = f"{percent_text(found.natural)} → {percent_text(found.planned)}"
    lines = f"老客户新增用款的比例预计 {rates}；"
    if found.held:
        seen = (
            f"留了 {found.held:,} 户对照，活动后看得出差别的把握 {percent_text(found.chance, 0)}；"
        )
    elif found.held_managers:
        seen = f"留了 {found.held_managers} 名客户经理对照；"
    else:
        seen = "没有留对照组，活动后说不清是方案的作用还是行情；"
    return lines + seen + _needed(found)


def _needed(found: Measurement) -> str:
    """Return how many it takes to see the uplift in four of five campaigns."""
    if found.needed is None:
        customers = f"留一半客户（共 {found.customers:,} 户）也达不到八成把握"
    else:
        share = percent_text(found.needed / found.customers)
        customers = f"要八成把握需留 {found.needed:,} 户（{found.customers:,} 户的 {share}）"
    if found.needed_managers is None:
        managers = f"按人留对照，{found.managers} 人的一半也不够"
    else:
        managers = f"按人留对照需 {found.needed_managers} 人（共 {found.managers} 人）"
    return (
        f"{customers}；{managers}。按对照组不走访计，照旧走访的要留得更多"
        "（measurement.held_out_share、held_out_managers）。"
    )


def measurement_brief(found: Measurement | None) -> str:
    """Return the same for the screen, in a few words.

    Example:
        >>> from campaign.plan.power import Measurement
        >>> measurement_brief(Measurement(1706, 0, 0.18, 0.40, 0.0, 35, 0, 60, 2))
        '没有留对照组；要八成把握看出方案的作用，需留 35 户或 2 名客户经理'
    """
    if found is None:
        return "触达不增加老客户的转化，没有可比的效果"
    needed = [] if found.needed is None else [f"{found.needed:,} 户"]
    needed += [] if found.needed_managers is None else [f"{found.needed_managers} 名客户经理"]
    asked = f"需留 {'或 '.join(needed)}" if needed else "留一半也不够"
    if found.held:
        held = f"留了 {found.held:,} 户对照，看得出作用的把握 {percent_text(found.chance, 0)}"
    else:
        held = (
            f"留了 {found.held_managers} 名客户经理对照" if found.held_managers else "没有留对照组"
        )
    return f"{held}；要八成把握看出方案的作用，{asked}"
