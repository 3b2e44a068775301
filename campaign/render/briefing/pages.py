"""What a briefing's template may use: one frozen class a page, every field explained.

All values arrive formatted; a template computes nothing. `tests/test_briefing.py` holds that
each field here is used by a template and that no template asks for more.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from campaign.render.drawing import Drawing


def shown(meaning: str) -> Any:
    """Return a field of a page that says what it means."""
    return dataclasses.field(metadata={"meaning": meaning})


@dataclass(frozen=True)
class Stamp:
    """What every sheet says of itself."""

    bank: str = shown("name of the bank")
    as_of: str = shown("day that the balances are of")
    window: str = shown("first and last day of the campaign")
    festival: str = shown("day of the Spring Festival")
    version: str = shown("number of the plan's version, in words")
    calendar_note: str = shown(
        "which years' days off are provisional; empty where all are official"
    )
    notices: tuple[str, ...] = shown("internal use, masking, and that amounts are for reference")
    footer: str = shown(
        "branch, day, version and notices for the foot of each printed page, as CSS"
    )
    header: str = shown("bank and title for the head of each printed page, as CSS")


@dataclass(frozen=True)
class Figure:
    """One number that people look for first."""

    label: str = shown("what it is")
    value: str = shown("the number with its unit")
    note: str = shown("what to know beside it; may be empty")


@dataclass(frozen=True)
class CertainRow:
    """How sure one part of the bridge is; amounts in 万元."""

    label: str = shown("part of the bridge")
    natural: str = shown("would come without a touch")
    uplift: str = shown("what the planned touches add")
    total: str = shown("both together")
    firm: str = shown("of the total, estimates with enough data (grade A and B)")
    loose: str = shown("of the total, estimates from policy caps alone (grade C)")
    is_sum: bool = shown("whether it is the line of totals")


@dataclass(frozen=True)
class FirstWeekRow:
    """What one manager does in the campaign's first week."""

    manager: str = shown("name, with a mark where new")
    visits: str = shown("visits planned, over those possible")
    calls: str = shown("calls planned, over those possible")
    areas: str = shown("areas gone to, most visits first")


@dataclass(frozen=True)
class Outing:
    """Who goes out together, when and where."""

    day: str = shown("month, day and weekday")
    people: str = shown("the manager and who goes along")
    areas: str = shown("where, and how many visits there")


@dataclass(frozen=True)
class SeniorVisit:
    """A visit that a senior has to make himself."""

    day: str = shown("month, day and weekday")
    customer: str = shown("customer, masked")
    manager: str = shown("manager whom he joins")
    purpose: str = shown("sources of growth it serves")
    amount: str = shown("amount possible, in 万元")
    ask: str = shown("what he is asked to settle there; empty where nothing is named")


@dataclass(frozen=True)
class Trade:
    """A trade in season."""

    name: str = shown("the trade")
    window: str = shown("weeks of strong demand, with days")
    leads: str = shown("customers and prospects in it, and the amount expected")
    reason: str = shown("why it wants money then, and where that is known from")


@dataclass(frozen=True)
class CustomerRow:
    """One customer that a manager should see."""

    rank: str = shown("place in the list")
    customer: str = shown("customer, masked")
    place: str = shown("customer number and area")
    when: str = shown("first planned touch: day and channel")
    companion: str = shown("who goes along; may be empty")
    purpose: str = shown("sources of growth it serves, the main one first")
    amount: str = shown("amount possible in 万元; marked where only a policy cap stands behind it")
    limit: str = shown("what limits the amount")
    why: str = shown("why this customer")
    window: str = shown("first and last day that a touch makes sense")
    check: str = shown("what to look at and to ask")


@dataclass(frozen=True)
class MaturityRow:
    """A loan that falls due and should be kept."""

    day: str = shown("day it is due, with the weekday")
    short_day: str = shown("day it is due")
    customer: str = shown("customer, masked")
    manager: str = shown("manager who keeps it")
    amount: str = shown("principal due, in 万元")
    chance: str = shown("natural chance of renewal")
    note: str = shown("whether and how it may be renewed")


@dataclass(frozen=True)
class RefinanceRow:
    """A loan at another bank."""

    customer: str = shown("customer, masked")
    lender: str = shown("the other bank")
    amount: str = shown("part that we could take over, in 万元")
    saving: str = shown("net saving of the customer, marked where the rate is an estimate; or when")
    window: str = shown("first and last day to begin")


@dataclass(frozen=True)
class ConsentRow:
    """A customer whose consent is needed before his loan elsewhere may be spoken of."""

    customer: str = shown("customer, masked")
    manager: str = shown("manager who asks for it")
    missing: str = shown("what is missing")


@dataclass(frozen=True)
class ReferralRow:
    """A customer who may bring others."""

    customer: str = shown("customer, masked")
    day: str = shown("planned day")
    reason: str = shown("why he, and whom he may bring")


@dataclass(frozen=True)
class LeftOutRow:
    """What the plan leaves out for one reason."""

    source: str = shown("source of growth")
    reason: str = shown("limit that bound")
    count: str = shown("customers left out")
    value: str = shown("expected uplift forgone, in 万元")


@dataclass(frozen=True)
class ManagerSheet:
    """The page of one manager."""

    name: str = shown("name of the manager")
    number: str = shown("staff number")
    anchor: str = shown("id of the sheet inside the page")
    lead: str = shown("area, partner and days, in one sentence")
    figures: tuple[Figure, ...] = shown("floor, target and stretch; visits, calls, referrals")
    load: Drawing = shown("quota against capacity by week")
    customers: tuple[CustomerRow, ...] = shown("customers to see, most valuable first")
    customers_note: str = shown("how many more the workbook lists")
    maturities: tuple[MaturityRow, ...] = shown("largest loans to keep, by day")
    maturities_note: str = shown("number and sum of all that fall due")
    refinances: tuple[RefinanceRow, ...] = shown("loans at other banks with the largest amounts")
    referrals: tuple[ReferralRow, ...] = shown("customers to ask for others")


@dataclass(frozen=True)
class BranchPage:
    """The briefing of one branch: the meeting, a page a manager, the lists."""

    stamp: Stamp = shown("what every sheet says of itself")
    title: str = shown("name of the branch")
    lead: str = shown("the branch's campaign in one sentence")
    figures: tuple[Figure, ...] = shown("target, expected, gap, chance")
    bridge: Drawing = shown("from opening to closing balance, gap and target")
    certainty: tuple[CertainRow, ...] = shown("what is certain and what is hope")
    run_off_note: str = shown("what is certain to go")
    grades: str = shown("shares of the data grades in the expected amount")
    first_week_name: str = shown("name and days of the first week")
    first_week: tuple[FirstWeekRow, ...] = shown("what each manager does in it")
    first_week_note: str = shown("who is not shown for want of room; may be empty")
    outings: tuple[Outing, ...] = shown("who goes out together in the first week")
    outings_note: str = shown("how many more outings there are; may be empty")
    senior_visits: tuple[SeniorVisit, ...] = shown("visits that the head makes himself")
    senior_note: str = shown("how many more senior visits there are; may be empty")
    trades: tuple[Trade, ...] = shown("three trades in season")
    season: Drawing = shown("those trades by week around the festival")
    decisions: tuple[str, ...] = shown("what the meeting should decide")
    managers: tuple[ManagerSheet, ...] = shown("one sheet a manager")
    maturities: tuple[MaturityRow, ...] = shown("largest loans that fall due, by day")
    maturities_note: str = shown("number and sum of all that fall due")
    consents: tuple[ConsentRow, ...] = shown("loans at other banks that need consent first")
    consents_note: str = shown("how many, and why no lender and amount is named")
    left_out: tuple[LeftOutRow, ...] = shown("what the plan leaves out, by reason")
    left_out_note: str = shown("number and value of all left out")
