"""What the template of the changes may use: every field explained, nothing computed."""

from __future__ import annotations

from dataclasses import dataclass

from campaign.render.briefing.pages import Figure, Stamp, shown


@dataclass(frozen=True)
class ChangeRow:
    """One touch that was added, moved or dropped."""

    change: str = shown("added, moved or dropped")
    channel: str = shown("visit or call")
    customer: str = shown("masked name")
    before: str = shown("day in the version before")
    after: str = shown("day in this version")
    reason: str = shown("why")
    value: str = shown("expected uplift of the touch, in 万元")


@dataclass(frozen=True)
class ManagerChanges:
    """The changes of one manager."""

    name: str = shown("name and staff number")
    branch: str = shown("his branch")
    rows: tuple[ChangeRow, ...] = shown("by the new day")


@dataclass(frozen=True)
class ChangesPage:
    """What the template may use; it computes nothing."""

    stamp: Stamp = shown("what the page says of itself")
    title: str = shown("what the page is")
    day: str = shown("day on which the plan was made anew")
    lead: str = shown("what changes, in one sentence")
    figures: tuple[Figure, ...] = shown("kept, moved, added, dropped, done")
    whys: tuple[tuple[str, str, str], ...] = shown("most frequent reasons: change, reason, count")
    managers: tuple[ManagerChanges, ...] = shown("every change, by branch and manager")
