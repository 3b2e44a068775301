"""What the template of the talks may use: every field explained, nothing computed."""

from __future__ import annotations

from dataclasses import dataclass

from campaign.render.briefing.pages import Figure, Stamp, shown
from campaign.render.review_fields import PromiseRow


@dataclass(frozen=True)
class FactorRow:
    """One of the four factors of a manager's amount."""

    name: str = shown("activity, reach, conversion or ticket")
    formula: str = shown("what it is counted from")
    own: str = shown("his own figure")
    peers: str = shown("average of his peers")
    ratio: str = shown("own by peers'")
    effect: str = shown("its part of the gap, in 万元")


@dataclass(frozen=True)
class CauseRow:
    """A likely cause."""

    advice: str = shown("what to look at")
    own: str = shown("his figures")
    peers: str = shown("those of his peers together")
    example: str = shown("a peer who did it; may be empty")


@dataclass(frozen=True)
class TalkSheet:
    """One page for the talk with one manager."""

    name: str = shown("name")
    detail: str = shown("branch and staff number")
    reason: str = shown("rules that fired")
    figures: tuple[Figure, ...] = shown("amount, peers, gap, ratio")
    peers: str = shown("who the peers are")
    factors: tuple[FactorRow, ...] = shown("the four factors, the last row their product and sum")
    unknown: str = shown("why the factors cannot be told; empty where they can")
    causes: tuple[CauseRow, ...] = shown("likely causes, the furthest behind first")
    strength: str = shown("what he does better than his peers; may be empty")
    promises: tuple[PromiseRow, ...] = shown("what he promised before")
    suggested: tuple[str, ...] = shown("promises that would close the gap")


@dataclass(frozen=True)
class TeamRow:
    """A manager on the page of a team."""

    name: str = shown("name and staff number")
    amount: str = shown("lent so far, in 万元")
    gap: str = shown("less the average of his peers, in 万元")
    effects: tuple[str, ...] = shown("parts of the gap: activity, reach, conversion, ticket")
    weakest: str = shown("the factor to talk about")
    is_sum: bool = shown("whether it is the line of totals")


@dataclass(frozen=True)
class TeamSheet:
    """One page for the talk with a whole branch."""

    branch: str = shown("the branch")
    lead: str = shown("how many are behind and what weighs most, in one sentence")
    rows: tuple[TeamRow, ...] = shown("its managers, furthest behind first, and the totals")
    causes: tuple[tuple[str, str], ...] = shown("causes that several share: advice, count")


@dataclass(frozen=True)
class TalksPage:
    """What the template may use; it computes nothing."""

    stamp: Stamp = shown("what the page says of itself")
    title: str = shown("what the page is")
    day: str = shown("day of the review")
    lead: str = shown("how many talks, promises open and overdue")
    open_promises: tuple[PromiseRow, ...] = shown("every promise not yet kept, overdue first")
    teams: tuple[TeamSheet, ...] = shown("one page a branch with somebody to talk to")
    talks: tuple[TalkSheet, ...] = shown("one page a manager")
