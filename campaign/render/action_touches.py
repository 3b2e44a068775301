"""Whom a manager visits and calls, day by day: 走访日程 and 电话."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from campaign.festival import campaign_week
from campaign.growth.keys import each_with_its_rows, numbers_known
from campaign.growth.prospects import ABOVE_TICKET, CALL_ORDER
from campaign.render.action_source import ActionSource, clauses, numbered, plain_days, shown_amount
from campaign.render.contacts import CUSTOMER
from campaign.render.formats import UNKNOWN, week_name, weekday
from campaign.render.ranking import ranked
from campaign.vocabulary import (
    SOURCE_SHORT,
    CallPurpose,
    Channel,
    ContactOrigin,
    Grade,
    Source,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.intp]

REASONS_SHOWN = 2
SOURCES = {source.value: place for place, source in enumerate(Source)}
KEY_POINT, ROUTINE = "重点", "例行"
FIRST_VISIT = "初访：场所、流水"
# A lone reason is told in two points only where they stay this short together.
SHORT = 30
# Two lines of 现场再看.
SHORT_POINT = 26
_ORIGINS = [origin.label for origin in CALL_ORDER]
_STRANGERS = _ORIGINS.index(ContactOrigin.UNKNOWN.label)
FIRST_CALLED = (*_ORIGINS[:_STRANGERS], CUSTOMER, *_ORIGINS[_STRANGERS:])
REASON_COLUMNS = ["source", "amount", "grade", "reason", "sub_industry", "industry_code"]
# And what they are found and put in order by.
SERVED_COLUMNS = [
    *REASON_COLUMNS, "customer_no", "opportunity_id", "full_probability", "natural_probability",
]  # fmt: skip
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
    rows["place"] = numbers_known(rows["kind"], order, len(order))
    rows = ranked(
        rows, {"manager_id": True, "is_done": True, "date": True, "place": True, "value": False,
               "candidate_id": True},
    )  # fmt: skip
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
    rows = ranked(
        touches[touches["channel"] == channel.value],
        {"manager_id": True, "is_done": True, "date": True, "area": True, "value": False,
         "candidate_id": True},
    )  # fmt: skip
    reasons = _reasons(source, rows, most=1 if channel is Channel.CALL else REASONS_SHOWN)
    rows = rows.reset_index(drop=True).assign(**reasons)
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


def _reasons(source: ActionSource, touches: pd.DataFrame, most: int) -> dict[str, Any]:
    """Return for each touch the money possible, the reasons that matter most, `above_ticket`."""
    codes, touch_ids = pd.factorize(touches["candidate_id"])
    served, rows = _served(source, touches)
    codes_served = codes[served]
    found = source.served[[*REASON_COLUMNS, "gain"]].iloc[rows]
    order = np.lexsort((-found["gain"].to_numpy(), codes_served))
    found, codes_served = found.iloc[order], codes_served[order]
    sure = found["amount"].where(found["grade"].ne(Grade.C.value))
    amounts = sure.groupby(codes_served).sum(min_count=1).reindex(range(len(touch_ids)))
    over = np.array(
        [ABOVE_TICKET in _told(reason) for reason in found["reason"].tolist()], dtype=bool
    )
    asks = found["source"].eq(Source.REFERRAL.value).to_numpy()  # every visit asks for names
    alone = np.bincount(codes_served[~asks], minlength=len(touch_ids)) == 0
    said: list[list[str]] = [[] for _ in touch_ids]
    told = zip(codes_served.tolist(), _in_short(source, found), asks.tolist(), strict=True)
    for code, reason, is_ask in told:
        points = said[code]
        if reason and len(points) < most and reason not in points and (not is_ask or alone[code]):
            points.append(reason)
    why = np.array([_points(reasons, most) if reasons else None for reasons in said], dtype=object)
    is_served = np.bincount(codes_served, minlength=len(touch_ids)) > 0
    amount = shown_amount(amounts).where(is_served, np.nan).to_numpy()
    above = np.bincount(codes_served[over], minlength=len(touch_ids)) > 0
    return {
        "amount": amount[codes],
        "why": pd.Series(why[codes], dtype="str"),
        "above_ticket": above[codes],
    }


def _served(source: ActionSource, touches: pd.DataFrame) -> tuple[Rows, Rows]:
    """Return pairs of a touch and an opportunity that it serves, as rows of both, touch by touch."""
    purposes, texts = pd.factorize(touches["purposes"].fillna(""))
    lists = [[SOURCES[part] for part in text.split(";") if part in SOURCES] for text in texts]
    lengths = np.array([len(found) for found in lists], dtype=np.int64)
    touch, text = each_with_its_rows(lengths[purposes], (np.cumsum(lengths) - lengths)[purposes])
    kinds = np.array([place for found in lists for place in found], dtype=np.int64)[text]
    wanted = touches["customer_no"].to_numpy()[touch] * len(SOURCES) + kinds
    known = source.served["customer_no"].to_numpy() * len(SOURCES)
    known = known + numbers_known(source.served["source"], SOURCES, 0)
    order = np.argsort(known, kind="stable")
    first = np.searchsorted(known[order], wanted)
    counts = np.searchsorted(known[order], wanted, side="right") - first
    pair, found = each_with_its_rows(counts, first)
    return touch[pair], order[found]


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
