"""What the template of the weekly review may use: every field explained, nothing computed."""

from __future__ import annotations

from dataclasses import dataclass

from campaign.render.briefing.pages import Figure, Stamp, shown
from campaign.render.drawing import Drawing


@dataclass(frozen=True)
class PaceRow:
    """The pace of a branch or of a manager; amounts in 万元."""

    name: str = shown("branch or manager")
    detail: str = shown("managers and those silent, or the branch and staff number")
    touches: str = shown("touches done, over those due")
    activity: str = shown("done by due")
    met: str = shown("touches that reached the customer")
    applied: str = shown("customers that applied, or further on")
    disbursed: str = shown("customers lent to")
    amount: str = shown("lent so far")
    due: str = shown("target due up to the day")
    share: str = shown("lent by target due")
    open_amount: str = shown("spoken of and not yet lent or lost")
    weeks_left: str = shown("weeks until the planned touches run dry; empty for a branch")
    ahead: str = shown("visits, calls and follow-ups of the next seven days; empty for a branch")


@dataclass(frozen=True)
class SilentRow:
    """A manager who sent nothing."""

    name: str = shown("name and staff number")
    branch: str = shown("his branch")
    due: str = shown("touches due up to the day")
    last: str = shown("day of his last workbook")


@dataclass(frozen=True)
class InterviewRow:
    """A manager to talk to; the four factors multiply to the ratio."""

    name: str = shown("name")
    detail: str = shown("branch and staff number")
    reason: str = shown("rules that fired")
    amount: str = shown("lent so far, in 万元")
    peers: str = shown("average of his peers, in 万元")
    ratio: str = shown("amount by that of his peers")
    factors: tuple[str, ...] = shown("activity, reach, conversion and ticket against his peers")
    weakest: str = shown("the factor to talk about")


@dataclass(frozen=True)
class PromiseRow:
    """A promise made in a talk."""

    name: str = shown("name and staff number")
    promise: str = shown("what and how many")
    due: str = shown("day it is checked")
    reached: str = shown("how many so far")
    state: str = shown("kept, open or overdue")


@dataclass(frozen=True)
class PoolRow:
    """What a branch or a manager has in reserve."""

    name: str = shown("branch or manager")
    left: str = shown("touches of the plan still to be done")
    stages: tuple[str, ...] = shown("customers followed up, interested, and applied")
    stock: str = shown("amounts spoken of, weighed by the chance of their stage, in 万元")
    weekly: str = shown("touches done a week so far")
    weeks: str = shown("weeks until the touches run dry")
    asked: str = shown("visits with names asked, by those on which to ask")


@dataclass(frozen=True)
class RewardRow:
    """What a branch or a manager would be paid so far; amounts in yuan but for what was lent."""

    name: str = shown("branch or manager")
    loans: str = shown("loans won")
    amount: str = shown("lent, in 万元")
    parts: tuple[str, ...] = shown("the parts of the pay-out, as on the sheet 提成试算")
    payout: str = shown("all of them")
    deferred: str = shown("what of it waits until after the quality hold")
    cost: str = shown("pay-out by 万元 that the touches brought more")


@dataclass(frozen=True)
class ComingRow:
    """What one of the next seven days holds, or all of them together."""

    day: str = shown("day and weekday")
    visits: str = shown("visits planned")
    calls: str = shown("calls planned")
    follow_ups: str = shown("follow-ups promised to customers for the day")
    value: str = shown("expected uplift of the touches planned, in 万元")
    is_sum: bool = shown("whether it is the line of totals")


@dataclass(frozen=True)
class PartRow:
    """Touches of one source of growth, or planned for one week."""

    name: str = shown("source, or campaign week")
    touches: str = shown("touches done, over those due")
    left: str = shown("touches of the whole plan not yet done")
    lent: str = shown("loans and amount in 万元; empty for a week")


@dataclass(frozen=True)
class RateRow:
    """The chance of a source of growth, before the season's results and now."""

    source: str = shown("source of growth")
    before: str = shown("chance after every touch that helps, as the plan began")
    after: str = shown("the same with what came back")
    between: str = shown("where it lies in nine of ten cases")
    tried: str = shown("customers touched for it")
    won: str = shown("those lent to; in part where touched for several sources")


@dataclass(frozen=True)
class VoteRow:
    """Somebody who judged trades before the season."""

    who: str = shown("branch and name")
    votes: str = shown("judgements of which something is known")
    hits: str = shown("of them those with the right direction")
    error: str = shown("mean distance to what came true, in steps")
    weight: str = shown("weight of his judgements next time; 1 as usual")


@dataclass(frozen=True)
class ReviewPage:
    """What the template of the review may use; it computes nothing."""

    stamp: Stamp = shown("what the page says of itself")
    title: str = shown("what the page is")
    day: str = shown("day of the review")
    lead: str = shown("where the campaign stands, in one sentence")
    moved: str = shown("what the last seven days brought, in one sentence")
    figures: tuple[Figure, ...] = shown("the numbers that people look for first")
    funnel: Drawing = shown("customers from touched to lent")
    branches: tuple[PaceRow, ...] = shown("pace of the branches, slowest first")
    silent: tuple[SilentRow, ...] = shown("who sent nothing")
    silent_note: str = shown("within how many days a workbook is in time")
    interviews: tuple[InterviewRow, ...] = shown("whom to talk to, furthest behind first")
    unheard: str = shown("how many have sent nothing yet and are not judged")
    tellers: str = shown("who could be invited to tell how it was done; may be empty")
    promises: tuple[PromiseRow, ...] = shown("promises of earlier talks")
    managers: tuple[PaceRow, ...] = shown("pace of every manager, by branch")
    pool: tuple[PoolRow, ...] = shown("the reserve of each branch, or of each manager of one")
    coming: tuple[ComingRow, ...] = shown("what the next seven days hold, the last row together")
    late: str = shown("what of the days before is still to be done, in one sentence")
    sources: tuple[PartRow, ...] = shown("the pace by source of growth")
    weeks: tuple[PartRow, ...] = shown("the pace by week")
    rewards: str = shown("what rewards cost so far")
    paid: tuple[RewardRow, ...] = shown("the rewards of each branch, or of each manager of one")
    paid_parts: tuple[str, ...] = shown("names of the parts of a pay-out")
    rates: tuple[RateRow, ...] = shown("sources with somebody touched, rates before and now")
    votes: tuple[VoteRow, ...] = shown("who judged trades well so far")
