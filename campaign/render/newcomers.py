"""What a new manager keeps to all season, in words: his place, his people, his amounts, his calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from campaign.render.formats import count_text, is_unknown, wan_text
from campaign.settings import TeamRules


def newcomer_points(staff: Mapping[str, Any], rules: TeamRules) -> list[str]:
    """Return what a new manager is locked on, one point each; nothing for any other.

    Args:
        staff: His row of table STAFF.
        rules: Settings [team].

    Source:
        The lecture (锁定具体区域和客群, 额度门当户对, 每天 10—20 个电话); docs/method.md#team.

    Example:
        >>> row = {"is_new": True, "focus": "家装公司", "most_ticket": 200_000.0, "tenure_months": 6}
        >>> newcomer_points(row, TeamRules())
        ['锁定客群 家装公司', '先做单笔 20.00 万元以内的（任职 6 个月，逐月放宽到 30.00 万元）', '每天电话 10—20 个']
        >>> newcomer_points({"is_new": False}, TeamRules())
        []
    """
    if is_unknown(staff.get("is_new")) or not staff["is_new"]:
        return []
    focus, ticket = staff.get("focus"), staff.get("most_ticket")
    served = staff.get("tenure_months")
    known = "" if is_unknown(served) else f"任职 {count_text(served)} 个月，"
    points = [f"锁定客群 {focus}"] if isinstance(focus, str) and focus else []
    if not is_unknown(ticket):
        until = wan_text(rules.new_ticket_full)
        points.append(f"先做单笔 {wan_text(ticket)} 万元以内的（{known}逐月放宽到 {until} 万元）")
    return [*points, f"每天电话 {rules.new_calls_least}—{rules.new_calls_most} 个"]
