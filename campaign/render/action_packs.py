"""Cuts a plan into one pack of plain values for each manager's workbook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from campaign.render import action_lists
from campaign.render.action_carried import change_rows, filled_before
from campaign.render.action_groups import in_groups, parts_of
from campaign.render.action_pack import CONSENTS, CampaignFacts, ManagerPack
from campaign.render.action_places import fill_places
from campaign.render.action_source import ActionSource, plain_rows, shown_amount
from campaign.render.action_touches import call_rows, visit_rows
from campaign.render.formats import count_text, edition, wan_text
from campaign.render.guidance import Guidance
from campaign.render.masking import Masker
from campaign.render.newcomers import newcomer_points
from campaign.vocabulary import OUTING, RESERVE, Channel, Grade, Source, WorkbookSheet

if TYPE_CHECKING:
    from campaign.plan.campaign_plan import CampaignPlan
    from campaign.progress.carried import Carried
    from campaign.render.contacts import ContactCards

SEASONS_SHOWN = 5
LIST_SOURCES = {
    WorkbookSheet.TOP_UP.value: [Source.TOP_UP.value, Source.DRAW.value],
    WorkbookSheet.HEADROOM.value: [Source.TOP_UP.value, Source.DRAW.value],
    WorkbookSheet.INDUSTRY.value: [Source.INDUSTRY.value],
    WorkbookSheet.REFERRAL.value: [Source.REFERRAL.value],
}
Groups = dict[str, list[tuple[Any, ...]]]


def campaign_facts(
    plan: CampaignPlan, guidance: Guidance, carried: Carried | None = None
) -> CampaignFacts:
    """Return what every workbook of a plan says of the plan."""
    window, book = plan.window, plan.book
    start = window.start if carried is None else carried.start
    return CampaignFacts(
        bank_name=plan.settings.output.bank_name or book.bank_name,
        campaign=f"{start}..{window.end}",
        as_of=book.as_of,
        edition=edition(plan.version, book.as_of, window.as_of),
        start=window.start,
        end=window.end,
        festival=window.festival,
        version=plan.version,
        book_digest=book.digest,
        calendar_note=window.calendar.note(window.start, window.end),
        mask_note=Masker(plan.settings.output.masked).note,
        guidance=guidance,
        since=window.as_of if carried is None else carried.since,
        incentives=plan.settings.incentives,
        made_on=window.as_of,
    )


def manager_packs(
    plan: CampaignPlan,
    guidance: Guidance,
    carried: Carried | None = None,
    cards: ContactCards | None = None,
) -> Iterator[ManagerPack]:
    """Yield one pack a manager, by branch and number; cut when they are asked for, in groups."""
    source = ActionSource(plan, Masker(plan.settings.output.masked), guidance, carried, cards)
    filled, contacts = filled_before(carried)
    grades = grade_shares(plan, "manager_id")
    reserves, locks, pairs = _reserves(plan), _locks(plan), _pairs(plan)
    figures = {row["manager_id"]: row for row in managers_in_order(plan).to_dict("records")}
    groups = in_groups(list(figures))
    for group, part in zip(groups, parts_of(source, groups), strict=True):
        cut, lists, tables = _cut_lists(part), _list_groups(part), _overview_groups(part)
        for number in group:
            row = figures[number]
            yield ManagerPack(
                manager_id=number,
                manager_name=row_text(row["manager_name"]),
                branch=row_text(row["branch"]),
                partner="、".join(map(source.name_of, pairs.get(number, []))),
                figures={str(name): _figure(value) for name, value in row.items()},
                grades=grades.get(number, {}),
                lock=locks.get(number, ""),
                reserve=reserves.get(number, ""),
                lists={name: found.get(number, []) for name, found in lists.items()},
                cut=cut.get(number, {}),
                filled=filled.get(number, {}),
                contacts=contacts.get(number, []),
                **{name: found.get(number, []) for name, found in tables.items()},
            )


def managers_in_order(plan: CampaignPlan) -> pd.DataFrame:
    """Return the rows of table MANAGER_PLANS by branch and number."""
    return plan.managers.sort_values(["branch", "manager_id"], kind="stable")


def _overview_groups(source: ActionSource) -> dict[str, Groups]:
    return {
        "weeks": _weeks(source.plan),
        "sources": _sources(source),
        "first_week": _first_week(source),
        "seasons": _seasons(source),
        "pool": _pool(source),
    }


def grade_shares(plan: CampaignPlan, by: str) -> dict[str, dict[str, float]]:
    """Return the share of each data grade in the expected amount of growth, by a column."""
    rows = plan.growth.opportunities[[by, "grade", "source", "expected"]]
    rows = rows[rows["source"] != Source.RENEWAL.value]
    sums = rows.groupby([by, "grade"])["expected"].sum().unstack()
    sums = sums.reindex(columns=[grade.value for grade in Grade]).fillna(0.0)
    totals = sums.sum(axis=1)
    shares = sums[totals > 0].div(totals[totals > 0], axis=0)
    return {str(owner): {str(g): v for g, v in row.items()} for owner, row in shares.iterrows()}


def _reserves(plan: CampaignPlan) -> dict[str, str]:
    """Return for each manager how many names new business takes, and how long his last."""
    rows = RESERVE.empty() if plan.reserve is None else plan.reserve
    return {
        str(row["manager_id"]): (
            f"名单够不够：须由新客户完成 {wan_text(row['remaining'])} 万元，约需名单 "
            f"{count_text(row['needed'])} 户；现有 {count_text(row['stock'])} 户，每周新增 "
            f"{count_text(round(row['gained_a_week'], 1))} 户，约够用 "
            f"{count_text(round(row['weeks_left'], 1))} 周，还缺 {count_text(row['shortfall'])} 户。"
        )
        for row in rows[rows["remaining"].gt(0) & rows["needed"].notna()].to_dict("records")
    }


def _pairs(plan: CampaignPlan) -> dict[str, list[str]]:
    """Return with whom each manager goes out: his partner, and everybody who has him as one."""
    staff = plan.managers.sort_values("manager_id", kind="stable")
    linked = zip(staff["manager_id"], staff["partner"], staff["is_new"].fillna(False), strict=True)
    pairs: dict[str, list[str]] = {}
    for manager, partner, is_new in linked:
        if isinstance(partner, str) and is_new:
            pairs.setdefault(manager, []).append(partner)
            pairs.setdefault(partner, []).append(manager)
    return {manager: list(dict.fromkeys(mates)) for manager, mates in pairs.items()}


def _locks(plan: CampaignPlan) -> dict[str, str]:
    """Return for each new manager what he is locked on."""
    staff, rules = plan.growth.staff, plan.settings.team
    points = {
        str(row["manager_id"]): newcomer_points({str(k): v for k, v in row.items()}, rules)
        for row in staff.to_dict("records")
    }
    return {number: "；".join(found) for number, found in points.items() if found}


def _list_groups(source: ActionSource) -> dict[str, Groups]:
    made = {
        WorkbookSheet.VISITS: visit_rows(source),
        WorkbookSheet.CALLS: call_rows(source),
    }
    places = fill_places(source, made)
    rooms, moved = action_lists.with_headroom(source), action_lists.refinances(source)
    made |= {
        WorkbookSheet.TOP_UP: action_lists.top_up_rows(rooms, places),
        WorkbookSheet.HEADROOM: action_lists.cap_rows(rooms),
        WorkbookSheet.REFINANCE: action_lists.refinance_rows(moved, places),
        WorkbookSheet.SAVINGS: action_lists.saving_rows(moved),
        WorkbookSheet.INDUSTRY: action_lists.industry_rows(source, places),
        WorkbookSheet.REFERRAL: action_lists.referral_rows(source, places),
        WorkbookSheet.RENEWAL: action_lists.renewal_rows(source, places),
    }
    if source.carried is not None:
        made[WorkbookSheet.CHANGES] = change_rows(source)
    groups = {sheet.value: plain_rows(rows) for sheet, rows in made.items()}
    return groups | {CONSENTS: plain_rows(action_lists.consent_rows(source))}


def _cut_lists(source: ActionSource) -> dict[str, dict[str, int]]:
    """Return for each manager the lists that were cut, with how many cases there are."""
    most = source.plan.settings.output.list_rows
    found = source.opportunities[["manager_id", "source", "customer_no"]]
    cut: dict[str, dict[str, int]] = {}
    for name, sources in LIST_SOURCES.items():
        rows = found[found["source"].isin(sources)]
        counts = rows.groupby("manager_id")["customer_no"].nunique()
        for manager, count in counts[counts > most].items():
            cut.setdefault(str(manager), {})[name] = int(count)
    return cut


def _weeks(plan: CampaignPlan) -> Groups:
    rows = plan.quotas.sort_values(["manager_id", "week"], kind="stable")
    names = [
        "week",
        "week_start",
        "visits",
        "calls",
        "referrals",
        "contacts",
        "applications",
        "amount",
    ]
    return plain_rows(rows[["manager_id", *names]])


def _sources(source: ActionSource) -> Groups:
    rows = _with_firm(source.opportunities)
    groups = rows.groupby(["manager_id", "source"])
    sums = groups.agg(cases=("opportunity_id", "size"), expected=("expected", "sum"))
    sums = sums.assign(firm=groups["firm"].sum(min_count=1)).reset_index()
    order = {member.value: place for place, member in enumerate(Source)}
    sums["place"] = sums["source"].map(order)
    sums = sums.sort_values(["manager_id", "place"], kind="stable")
    sums["source"] = [Source(code).label for code in sums["source"]]
    sums["firm"] = shown_amount(sums["firm"])
    return plain_rows(sums[["manager_id", "source", "cases", "firm", "expected"]])


def _first_week(source: ActionSource) -> Groups:
    touches = source.plan.touches
    first = touches.groupby("manager_id")["week"].transform("min")
    rows = touches[touches["week"] == first]
    rows = rows.sort_values(["manager_id", "date", "candidate_id"], kind="stable")
    visit = rows["channel"].eq(Channel.VISIT.value)
    rows = rows.assign(
        visit=visit,
        call=~visit,
        area=rows["area"].where(visit, ""),
        companion=[source.name_of(companion) for companion in rows["companion"]],
    )
    days = rows.groupby(["manager_id", "date"], as_index=False).agg(
        visit=("visit", "sum"), call=("call", "sum"), area=("area", _each), who=("companion", _each)
    )
    days["where"] = [_where(area, who) for area, who in zip(days["area"], days["who"], strict=True)]
    return plain_rows(days[["manager_id", "date", "visit", "call", "where"]])


def _seasons(source: ActionSource) -> Groups:
    rows = source.opportunities
    rows = _with_firm(rows[rows["source"] == Source.INDUSTRY.value])
    rows = source.with_traits(rows)
    rows["trade"] = action_lists.trade_names(rows["sub_industry"], rows["trade"])
    rows["code"] = rows["industry_code"].fillna("")
    groups = rows.groupby(["manager_id", "trade", "code"])
    sums = groups.agg(
        named=("sub_industry", "first"),
        customers=("customer_id", "nunique"),
        expected=("expected", "sum"),
    )
    sums = sums.assign(firm=groups["firm"].sum(min_count=1)).reset_index()
    sums = sums.sort_values(
        ["manager_id", "expected", "trade", "code"],
        ascending=[True, False, True, True],
        kind="stable",
    )
    sums = sums.groupby("manager_id").head(SEASONS_SHOWN)
    keys = zip(sums["code"], sums["named"], strict=True)
    sums["peak"] = [source.peak(code, named) for code, named in keys]
    sums["why"] = [source.guidance.trade(trade).why_now.split("；")[0] for trade in sums["trade"]]
    sums["firm"] = shown_amount(sums["firm"])
    return plain_rows(sums[["manager_id", "trade", "customers", "firm", "peak", "why"]])


def _pool(source: ActionSource) -> Groups:
    rows = source.opportunities
    rows = rows[rows["is_prospect"].fillna(value=False).astype(bool)]
    rows = source.with_traits(rows.drop_duplicates(["manager_id", "customer_id"]))
    rows = rows[rows["kind"].ne("") & rows["kind"].ne(OUTING)]  # names of lists alone
    counts = rows.groupby(["manager_id", "kind"], as_index=False).agg(n=("customer_id", "size"))
    order = ["manager_id", "n", "kind"]
    counts = counts.sort_values(order, ascending=[True, False, True], kind="stable")
    return plain_rows(counts[["manager_id", "kind", "n"]])


def _with_firm(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(firm=rows["amount"].where(rows["grade"].ne(Grade.C.value)))


def _each(words: pd.Series) -> list[str]:
    return list(dict.fromkeys(word for word in words if isinstance(word, str) and word))


def _where(areas: list[str], companions: list[str]) -> str:
    if not areas:
        return "打电话"
    place = areas[0] if len(areas) == 1 else f"{areas[0]}等 {len(areas)} 处"
    return f"{place}，与{'、'.join(companions)}" if companions else place


def row_text(value: Any) -> str:
    """Return a text of a row, empty where unknown."""
    return value if isinstance(value, str) else ""


def _figure(value: Any) -> Any:
    return None if value is pd.NA or value is None or value != value else value
