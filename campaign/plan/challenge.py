"""A manager challenges his quota: the part of it that is accepted, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from campaign.errors import SettingsError
from campaign.findings import Finding
from campaign.vocabulary import Severity

ENTRY = re.compile(r"(\S+?)[\s:：=]+(\d+(?:\.\d+)?)\s*([%％])?(?:\s+(.+))?")
HINT = "请写成 工号 比例 事由，如 A1001 70% 产假两周；几条之间用、隔开。"


@dataclass(frozen=True)
class Challenge:
    """What was accepted of a manager's challenge.

    Attributes:
        manager_id: Who.
        share: Part of his usual days and of his part of the target that he is asked for, 0 to 1.
        reason: Why, in words.
    """

    manager_id: str
    share: float
    reason: str


def challenges_of(text: str) -> tuple[Challenge, ...]:
    """Return the challenges of the setting `quotas.challenges`.

    Raises:
        SettingsError: An entry does not name a manager and a part, or one manager stands twice.

    Example:
        >>> challenges_of("A1001 70% 产假两周、A1002 0.8")
        ... # doctest: +NORMALIZE_WHITESPACE
        (Challenge(manager_id='A1001', share=0.7, reason='产假两周'),
         Challenge(manager_id='A1002', share=0.8, reason=''))
    """
    found = [_challenge(part) for part in re.split(r"[、;；\n]", text) if part.strip()]
    names = [challenge.manager_id for challenge in found]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f"设置 quotas.challenges 里 {name} 写了不止一条。", HINT)
    return tuple(found)


def _challenge(text: str) -> Challenge:
    read = ENTRY.fullmatch(text.strip())
    share = float(read[2]) / (100.0 if read[3] else 1.0) if read else 2.0
    if read is None or not 0 <= share <= 1:
        raise SettingsError(f"设置 quotas.challenges 读到“{text.strip()}”，看不懂。", HINT)
    return Challenge(read[1], round(share, 9), read[4] or "")


def accepted_share(text: str, managers: Iterable[str]) -> pd.Series:
    """Return for each manager the part that he is asked for; 1 where nothing was accepted."""
    names = pd.Index(list(managers))
    shares = {challenge.manager_id: challenge.share for challenge in challenges_of(text)}
    return pd.Series([shares.get(name, 1.0) for name in names], index=names, dtype="float64")


def challenge_findings(text: str, staff: pd.DataFrame) -> tuple[Finding, ...]:
    """Return a finding for what was accepted, and one for managers who are not at work."""
    known = set(staff["manager_id"])
    accepted = [one for one in challenges_of(text) if one.manager_id in known]
    strange = [one.manager_id for one in challenges_of(text) if one.manager_id not in known]
    found = []
    if accepted:
        words = "、".join(
            f"{one.manager_id} 按 {one.share:.0%} 安排"
            + (f"（{one.reason}）" if one.reason else "")
            for one in accepted
        )
        message = f"已认可 {len(accepted)} 名客户经理的任务申诉：{words}。"
        found.append(Finding("challenge_accepted", Severity.INFO, message, len(accepted)))
    if strange:
        message = f"任务申诉里的工号 {'、'.join(strange)} 不在在岗名单内，没有作用。"
        found.append(Finding("challenge_unknown", Severity.WARNING, message, len(strange)))
    return tuple(found)
