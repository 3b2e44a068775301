"""Does a plan keep its commitments? Checked with arithmetic of its own, apart from the solver's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pandas as pd

from campaign.plan.problem import VisitProblem

SLACK = 1e-6
EACH_RULE_SHOWS = 5
LANE = {"visit": "visits", "call": "calls"}


def vetoes_hold(problem: VisitProblem, both: pd.DataFrame) -> list[str]:
    """Return who is touched though he, or he by this manager, was refused."""
    if problem.commitments.vetoes.empty:
        return []
    rows = both[["candidate_id", "customer_id", "manager_id"]].merge(
        problem.commitments.vetoes, on="customer_id", suffixes=("", "_refused")
    )
    whom = rows["manager_id_refused"].fillna("")
    return each(
        rows[(whom == "") | (whom == rows["manager_id"])],
        lambda row: f"客户 {row.customer_id} 已要求不由 {row.manager_id} 走访。",
    )


def apart_from_done(problem: VisitProblem, both: pd.DataFrame) -> list[str]:
    """Return free touches that come too soon after one that was done; a promise may."""
    if problem.commitments.done.empty:
        return []
    last = problem.commitments.done.groupby("customer_id")["date"].max()
    since = both["date"] - last.reindex(both["customer_id"]).to_numpy()
    free = both["duty"].fillna("") != "must"
    early = both[free & (since < pd.Timedelta(days=problem.gap_days))]
    return each(early, lambda row: f"客户 {row.customer_id} 距上次已做的触达不足间隔。")


def wishes_met(problem: VisitProblem, both: pd.DataFrame) -> list[str]:
    """Return must-do touches that are not planned though a day would hold them.

    A day holds one if its manager's must-do touches of that day leave room, all others giving
    way, and no must-do touch of the same customer is nearer than `gap_days`. One whose
    customer asks for shared limits is not judged.
    """
    must = both[both["duty"].fillna("") == "must"]
    wishes = problem.commitments.must
    if wishes.empty:
        return []
    short = _with_manager(problem, wishes[~_served(wishes, must)])
    pairs = short.reset_index().merge(_free_days(problem, must), on="owner")
    day = pairs["period_start"]
    early, late = pairs["earliest"] > day, pairs["latest"] < day
    other = pairs["channel"].map(LANE).fillna("visits") != pairs["resource"]
    possible = pairs[~(early | late | other | _near(problem, must, pairs))]
    missed = possible.drop_duplicates("index").sort_values("index")
    return each(missed, lambda row: f"客户 {row.customer_id} 的必访没有排，却仍有日子可排。")


def duties_met(problem: VisitProblem, both: pd.DataFrame) -> list[str]:
    """Return touches that cover a customer or make up a share and are not planned though they fit.

    One fits if a day of its window has room beside the duties that go ahead of it or are its
    equals, all other touches giving way. One that asks for shared limits is not judged.
    """
    duty = both["duty"].fillna("")
    covering = _unmet(problem, both[duty.isin(["must", "cover"])], "cover")
    sharing = _unmet(problem, both[duty != ""], "share")
    return [
        *each(covering, lambda row: f"客户 {row.customer_id} 应覆盖而没有排，却仍有日子可排。"),
        *each(
            sharing,
            lambda row: f"触达 {row.candidate_id} 应计入来源占比而没有排，却仍有日子可排。",
        ),
    ]


def _unmet(problem: VisitProblem, planned: pd.DataFrame, duty: str) -> pd.DataFrame:
    """Return the candidates of a duty that are not planned beside `planned` though they fit."""
    table = problem.candidates
    owed = table[(table["duty"].fillna("") == duty) & (table["resources"].fillna("") == "")]
    owed = owed[~owed["candidate_id"].isin(planned["candidate_id"])]
    owed = owed.assign(owner=owed["manager_id"], resource=owed["channel"].map(LANE))
    days = owed.merge(_free_days(problem, planned), on=["owner", "resource"])
    day = days["period_start"]
    days = days[(days["earliest"] <= day) & (day <= days["latest"])]
    return days[~_clashes(problem, planned, days)].drop_duplicates("candidate_id")


def _clashes(problem: VisitProblem, planned: pd.DataFrame, days: pd.DataFrame) -> pd.Series:
    """Return which days would put a touch too near a planned one of its customer, or out of order."""
    own = planned[planned["customer_id"].isin(days["customer_id"])]
    pairs = days[["customer_id", "touch", "period_start"]].reset_index()
    pairs = pairs.merge(own[["customer_id", "touch", "date"]], on="customer_id")
    since = pairs["period_start"] - pairs["date"]
    since = since.where(pairs["touch_x"] > pairs["touch_y"], -since)
    clashing = pairs.loc[since < timedelta(days=max(problem.gap_days, 1)), "index"]
    return pd.Series(days.index.isin(clashing), index=days.index)


def _with_manager(problem: VisitProblem, wishes: pd.DataFrame) -> pd.DataFrame:
    """Return the wishes that may be judged, with the manager who would go as `owner`."""
    candidates = problem.candidates
    keeper = candidates.drop_duplicates("customer_id").set_index("customer_id")["manager_id"]
    asked = wishes["manager_id"].where(wishes["manager_id"].fillna("") != "")
    usual = pd.Series(keeper.reindex(wishes["customer_id"]).to_numpy(), index=wishes.index)
    sharing = candidates.loc[candidates["resources"].fillna("") != "", "customer_id"]
    refused = problem.commitments.vetoes["customer_id"]
    unjudged = {*sharing, *refused, *problem.no_contact}
    named = wishes.assign(owner=asked.where(asked.notna(), usual))
    return named[~named["customer_id"].isin(unjudged)]


def _free_days(problem: VisitProblem, must: pd.DataFrame) -> pd.DataFrame:
    """Return owner, resource and period_start of days with room for one more must-do touch."""
    keys = ["owner", "resource", "period_start"]
    used = must.assign(
        owner=must["manager_id"], resource=must["channel"].map(LANE), period_start=must["date"]
    )
    load = used.groupby(keys)["effort"].sum().rename("load").reset_index()
    daily = problem.capacity[problem.capacity["resource"].isin(list(LANE.values()))]
    both = daily.merge(load, on=keys, how="left")
    room = both["amount"] - both["load"].fillna(0.0)
    return both.loc[room >= 1.0 - SLACK, keys]


def _near(problem: VisitProblem, must: pd.DataFrame, pairs: pd.DataFrame) -> pd.Series:
    """Return which days lie too close to a must-do touch of the same customer."""
    planned = must.groupby("customer_id")["date"].agg(list).to_dict()
    least = timedelta(days=max(problem.gap_days, 1))
    near = [
        any(abs(day - other) < least for other in planned.get(customer, []))
        for customer, day in zip(pairs["customer_id"], pairs["period_start"], strict=True)
    ]
    return pd.Series(near, index=pairs.index, dtype=bool)


def _served(wishes: pd.DataFrame, must: pd.DataFrame) -> pd.Series:
    """Return which wishes have a touch that meets them; a touch meets one wish."""
    taken: set[str] = set()
    served: set[object] = set()
    for wish in wishes.sort_values(["customer_id", "latest", "earliest"]).itertuples():
        own = must[(must["customer_id"] == wish.customer_id) & ~must["candidate_id"].isin(taken)]
        fits = ~((own["date"] < wish.earliest) | (own["date"] > wish.latest))
        fits &= own["channel"] == (_given(wish.channel) or "visit")
        if _given(wish.manager_id):
            fits &= own["manager_id"] == wish.manager_id
        if fits.any():
            taken.add(str(own.loc[fits, "candidate_id"].iloc[0]))
            served.add(wish.Index)
    return pd.Series(wishes.index.isin(served), index=wishes.index)


def _given(text: object) -> str:
    return text if isinstance(text, str) else ""


def each(rows: pd.DataFrame, sentence: Callable[..., str]) -> list[str]:
    """Return a sentence for each of the first rows, and one for the rest."""
    shown = [sentence(row) for row in rows.head(EACH_RULE_SHOWS).itertuples()]
    more = len(rows) - len(shown)
    return [*shown, f"同类情形还有 {more} 处。"] if more > 0 else shown
