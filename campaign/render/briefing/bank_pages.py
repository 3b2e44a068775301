"""What the template of the bank's briefing may use, every field explained."""

from __future__ import annotations

from dataclasses import dataclass

from campaign.render.briefing.pages import Figure, Stamp, shown
from campaign.render.drawing import Drawing


@dataclass(frozen=True)
class SourceRow:
    """One source of growth over the whole bank; amounts in 万元."""

    label: str = shown("the source")
    customers: str = shown("customers and prospects in it")
    possible: str = shown("amount if all succeed")
    expected: str = shown("amount expected")
    natural: str = shown("of it, would come without a touch")
    uplift: str = shown("of it, added by the plan")
    loose_share: str = shown("share of the expected that rests on policy caps alone")


@dataclass(frozen=True)
class RankRow:
    """A branch or a manager in a ranking; amounts in 万元."""

    rank: str = shown("place in the ranking")
    name: str = shown("branch or manager")
    link: str = shown("where his page is, relative and percent-encoded")
    detail: str = shown("managers and new ones, or the branch and staff number")
    target: str = shown("net growth asked for")
    expected: str = shown("net growth expected")
    share: str = shown("expected by target")
    gap: str = shown("what is missing; plus what is above")
    visits: str = shown("visits planned, over those possible")
    calls: str = shown("calls planned, over those possible")


@dataclass(frozen=True)
class RuleOfThumbRow:
    """The plan or a rule of thumb on the same estimates."""

    label: str = shown("the plan, its bound, or the rule of thumb")
    value: str = shown("uplift in 万元")
    share: str = shown("share of the bound")
    note: str = shown("what the rule does")


@dataclass(frozen=True)
class FindingRow:
    """Something in the data to know."""

    severity: str = shown("how much it matters")
    message: str = shown("where, what was read, what to do")
    count: str = shown("rows or cells concerned")
    cells: str = shown("the first cells")


@dataclass(frozen=True)
class SettingRow:
    """A setting that is only an example assumption."""

    label: str = shown("what is set")
    value: str = shown("its value with its unit")
    source: str = shown("why it is an example, or what it leans on")
    name: str = shown("its name in campaign.toml")


@dataclass(frozen=True)
class UncheckedRow:
    """A check that lacked data."""

    check: str = shown("rule or cap")
    customers: str = shown("customers for whom it could not be answered")


@dataclass(frozen=True)
class BankPage:
    """The briefing of the whole bank."""

    stamp: Stamp = shown("what every sheet says of itself")
    title: str = shown("what the page is")
    lead: str = shown("the campaign in one sentence")
    figures: tuple[Figure, ...] = shown("target, expected, gap, chance")
    bridge: Drawing = shown("from opening to closing balance, gap and target")
    sources: tuple[SourceRow, ...] = shown("where the money comes from")
    grades: str = shown("shares of the data grades in what is expected")
    funnel: Drawing = shown("from all customers to those expected to take money")
    season: Drawing = shown("the trades with most money expected, by week")
    branches: tuple[RankRow, ...] = shown("branches, nearest to the target first")
    managers: tuple[RankRow, ...] = shown("managers, nearest to the target first")
    quality: str = shown("how good the plan is, with the bound explained")
    spare: str = shown("why visits stay free while a gap stands; empty where none do")
    measured: str = shown("whether the uplift will be seen afterwards")
    rules_of_thumb: tuple[RuleOfThumbRow, ...] = shown("the plan against simple rules")
    findings: tuple[FindingRow, ...] = shown("what is wrong or unclear in the data, worst first")
    unchecked: tuple[UncheckedRow, ...] = shown("checks that lacked data")
    settings: tuple[SettingRow, ...] = shown("settings that are example assumptions")
