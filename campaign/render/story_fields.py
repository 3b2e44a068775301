"""What the templates of new managers and of cases may use: every field explained."""

from __future__ import annotations

from dataclasses import dataclass

from campaign.render.briefing.pages import Stamp, shown


@dataclass(frozen=True)
class CheckRow:
    """A day on which a new manager's skills are checked."""

    day: str = shown("the day")
    counts: tuple[str, ...] = shown(
        "days, calls, visits, reached, names, applied and lent since the check before"
    )


@dataclass(frozen=True)
class NewcomerBlock:
    """A manager in his first year."""

    name: str = shown("name")
    detail: str = shown("branch and staff number")
    calls: str = shown("calls done, over those due")
    visits: str = shown("visits done, over those due")
    reached: tuple[str, ...] = shown("people reached, by where their number came from")
    names: str = shown("new contacts written down")
    loans: str = shown("customers lent to")
    told: str = shown("of them those with a case told")
    wins: str = shown("his small wins with their days, in one sentence")
    checks: tuple[CheckRow, ...] = shown("the checks that have come")


@dataclass(frozen=True)
class NewcomersPage:
    """What the template of the new managers' lane may use; it computes nothing."""

    stamp: Stamp = shown("what the page says of itself")
    title: str = shown("what the page is")
    day: str = shown("day of the review")
    lead: str = shown("how many there are, what they won, when the next check is")
    people: tuple[NewcomerBlock, ...] = shown("the new managers, by branch")


@dataclass(frozen=True)
class CaseCard:
    """A loan that was won."""

    title: str = shown("day and amount")
    who: str = shown("manager and branch")
    kind: str = shown("what it was for, where the customer came from, names he gave")
    words: tuple[tuple[str, str], ...] = shown("the manager's words, each with its label")
    way: str = shown("the touches with their days")


@dataclass(frozen=True)
class CasesPage:
    """What the template of the cases to share may use; it computes nothing."""

    stamp: Stamp = shown("what the page says of itself")
    title: str = shown("what the page is")
    day: str = shown("day of the review")
    lead: str = shown("how many loans were won, and how many are told")
    invited: tuple[tuple[str, str], ...] = shown("whom to invite, and what for")
    cards: tuple[CaseCard, ...] = shown("cases told by their managers, the latest first")
    untold: tuple[CaseCard, ...] = shown("loans whose case is still to be told")
