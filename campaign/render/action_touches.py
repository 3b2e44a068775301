"""Whom a manager visits and calls, day by day: 走访日程 and 电话."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from campaign.festival import campaign_week
from campaign.growth.prospects import ABOVE_TICKET, CALL_ORDER
from campaign.render.action_source import ActionSource, clauses, numbered, plain_days, shown_amount
from campaign.render.contacts import CUSTOMER
from campaign.render.formats import UNKNOWN, week_name, weekday
from campaign.vocabulary import (
    SOURCE_SHORT,
    CallPurpose,
    Channel,
    ContactOrigin,
    Grade,
    Source,
)

REASONS_SHOWN = 2
KEY_POINT, ROUTINE = "重点", "例行"
FIRST_VISIT = "初访：场所、流水"
# A lone reason is told in two points only where they stay this short together.
SHORT = 30
# Two lines of 现场再看.
SHORT_POINT = 26
_ORIGINS = [origin.label for origin in CALL_ORDER]
_STRANGERS = _ORIGINS.index(ContactOrigin.UNKNOWN.label)
FIRST_CALLED = (*_ORIGINS[:_STRANGERS], CUSTOMER, *_ORIGINS[_STRANGERS:])
REASON_COLUMNS = [
    "customer_id",
    "source",
    "amount",
    "grade",
    "reason",
    "gain",
    "sub_industry",
    "industry_code",
]
PURPOSE_OF_LIST = {
    ContactOrigin.REFERRAL.label: CallPurpose.REFERRED,
    ContactOrigin.OWN_VISIT.label: CallPurpose.OWN_CONTACT,
    ContactOrigin.EXTERNAL_LIST.label: CallPurpose.EXTERNAL,
}
PURPOSE_OF_SOURCE = {
    Source.RENEWAL.value: CallPurpose.RENEWAL,
    Source.DRAW.value: CallPurpose.DRAW,
    Source.TOP_UP.value: CallPurpose.TOP_UP,
    Source.REFINANCE.value: CallPurpose.REFINANCE,
    Source.INDUSTRY.value: CallPurpose.INDUSTRY,
}


def visit_rows(source: ActionSource) -> pd.DataFrame:
    """Return 走访日程: by day, area and gain."""
    rows = _touches(source, Channel.VISIT)
    referral = rows["purposes"].str.contains(Source.REFERRAL.value, regex=False)
    rows["referral"] = referral.map({True: KEY_POINT, False: ROUTINE})
    first = rows["is_prospect"].eq(other=True)
    rows["again"] = [
        _first_point(words) for words in rows["again"].where(~first, FIRST_VISIT).tolist()
    ]
    rows["purposes"] = [_purposes(purposes) for purposes in rows["purposes"].tolist()]
    return numbered(rows)[
        ["manager_id", "candidate_id", "number", "week_name", "date", "weekday", "area", "name",
         "phone", "loan_kind", "purposes", "amount", "why", "again", "referral", "companion"]
    ]  # fmt: skip


def _first_point(again: str) -> str:
    """Return what to look at on site in two lines; the list behind the visit says all of it.

    >>> _first_point("黄灯：押品重新评估；补问净资产"), _first_point("须变更抵押登记；" + "补问" * 12)
    ('黄灯：押品重新评估；补问净资产', '须变更抵押登记')
    """
    return again if len(again) <= SHORT_POINT else again.split("；")[0]


def call_rows(source: ActionSource) -> pd.DataFrame:
    """Return 电话: by day; referred and own contacts first, then by gain."""
    rows = _touches(source, Channel.CALL)
    order = {kind: place for place, kind in enumerate(FIRST_CALLED)}
    rows["place"] = rows["kind"].map(order).fillna(len(order))
    rows = rows.sort_values(
        ["manager_id", "is_done", "date", "place", "value", "candidate_id"],
        ascending=[True, True, True, True, False, True],
        kind="stable",
    )
    rows["number"] = rows.groupby(["manager_id", "is_done", "date"]).cumcount() + 1
    kinds = zip(rows["kind"].tolist(), rows["purposes"].tolist(), strict=True)
    rows["purpose"] = [call_purpose(kind, purposes).label for kind, purposes in kinds]
    return rows[
        ["manager_id", "candidate_id", "week_name", "date", "weekday", "number", "name", "phone",
         "purpose", "amount", "why"]
    ]  # fmt: skip


def call_purpose(kind: str, purposes: str) -> CallPurpose:
    """Return what a call is for: the list it came from, else its first source.

    >>> call_purpose("走访自采", "team").label, call_purpose("存量客户", "renewal;top_up").label
    ('走访自采名单', '到期续贷')
    """
    if kind in PURPOSE_OF_LIST:
        return PURPOSE_OF_LIST[kind]
    found = [PURPOSE_OF_SOURCE[part] for part in purposes.split(";") if part in PURPOSE_OF_SOURCE]
    return found[0] if found else CallPurpose.FOLLOW_UP


def _touches(source: ActionSource, channel: Channel) -> pd.DataFrame:
    touches = source.touches
    rows = touches[touches["channel"] == channel.value].sort_values(
        ["manager_id", "is_done", "date", "area", "value", "candidate_id"],
        ascending=[True, True, True, True, False, True],
        kind="stable",
    )
    reasons = _reasons(source, rows, most=1 if channel is Channel.CALL else REASONS_SHOWN)
    rows = rows.merge(reasons, on="candidate_id", how="left")
    dates = rows["date"]
    rows = source.with_days(rows).assign(date=dates)
    rows["purposes"] = rows["purposes"].fillna("")
    festival = source.plan.window.festival
    days = [day for day in plain_days(rows["date"]) if day is not None]  # a touch has its day
    names = {day: (week_name(campaign_week(day, festival)), weekday(day)) for day in {*days}}
    rows["week_name"] = [names[day][0] for day in days]
    rows["weekday"] = [names[day][1] for day in days]
    rows["companion"] = [source.name_of(companion) for companion in rows["companion"].tolist()]
    names_of_lists = rows["is_prospect"].eq(other=True) & rows["purposes"].eq(Source.TEAM.value)
    rows.loc[names_of_lists, "why"] = _who_it_is(rows[names_of_lists])
    rows["why"] = with_ticket_note(rows["why"], rows["above_ticket"].eq(other=True))
    return rows


def with_ticket_note(words: pd.Series, above: pd.Series) -> pd.Series:
    """Return words with what to do about a loan above a new manager's ticket.

    >>> with_ticket_note(pd.Series(["初访"]), pd.Series([True])).tolist()
    ['初访；超过新任单笔上限，请结对同办']
    """
    told = zip(words.fillna("").tolist(), above.tolist(), strict=True)
    noted = ["；".join(filter(None, (word, ABOVE_TICKET if over else ""))) for word, over in told]
    return pd.Series(noted, index=words.index, dtype="object")


def _who_it_is(rows: pd.DataFrame) -> list[str]:
    """Return what is known of a name of a list: where it is from and what he does."""
    known = zip(rows["kind"].tolist(), rows["trade"].tolist(), strict=True)
    return ["：".join(word for word in words if word) for words in known]


def _reasons(source: ActionSource, touches: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return for each touch the money possible and the reasons that matter most."""
    served = touches[["candidate_id", "customer_id"]].assign(
        source=touches["purposes"].str.split(";")
    )
    served = served.explode("source")
    found = served.merge(source.served[REASON_COLUMNS], on=["customer_id", "source"])
    codes, touch_ids = pd.factorize(found["candidate_id"])
    order = np.lexsort((-found["gain"].to_numpy(), codes))
    found, codes = found.iloc[order], codes[order]
    sure = found["amount"].where(found["grade"].ne(Grade.C.value))
    amounts = sure.groupby(codes).sum(min_count=1)
    over = np.array(
        [ABOVE_TICKET in _told(reason) for reason in found["reason"].tolist()], dtype=bool
    )
    asks = found["source"].eq(Source.REFERRAL.value).to_numpy()  # every visit asks for names
    alone = np.bincount(codes[~asks], minlength=len(touch_ids)) == 0
    said: list[list[str]] = [[] for _ in touch_ids]
    told = zip(codes.tolist(), _in_short(source, found), asks.tolist(), strict=True)
    for code, reason, is_ask in told:
        points = said[code]
        if reason and len(points) < most and reason not in points and (not is_ask or alone[code]):
            points.append(reason)
    why = [_points(reasons, most) if reasons else None for reasons in said]
    return pd.DataFrame(
        {
            "candidate_id": touch_ids,
            "amount": shown_amount(amounts).to_numpy(),
            "why": pd.Series(why, dtype="str"),
            "above_ticket": np.bincount(codes[over], minlength=len(touch_ids)) > 0,
        }
    )


def _told(reason: Any) -> str:
    return reason if isinstance(reason, str) else ""


def _in_short(source: ActionSource, found: pd.DataFrame) -> list[str]:
    """Return reasons as a list of visits tells them; how a season was found stands elsewhere."""
    columns = (
        found[name].tolist() for name in ("source", "sub_industry", "industry_code", "reason")
    )
    said, of_season = [], Source.INDUSTRY.value
    for kind, trade, code, reason in zip(*columns, strict=True):
        told = _told(reason)
        if kind == of_season and isinstance(trade, str):
            peak = source.peak(code, trade)
            told = told if peak == UNKNOWN else f"{trade}{peak}用款最旺"
        said.append(told)
    return said


def _points(reasons: list[str], most: int) -> str:
    """Return the point of each reason, or several points of the only one."""
    if len(reasons) == 1:
        both = clauses(reasons[0], most)
        return both if len(both) <= SHORT else clauses(reasons[0], 1)
    return "；".join(clauses(reason, 1) for reason in reasons)


def _purposes(purposes: str) -> str:
    return " ".join(SOURCE_SHORT[Source(part)] for part in purposes.split(";") if part)
