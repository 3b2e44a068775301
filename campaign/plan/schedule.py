"""Give the plan its days in the field: areas together, outings in pairs, joint visits."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.festival import campaign_week
from campaign.growth.keys import numbered
from campaign.growth.outings import is_outing
from campaign.growth.wording import has_words
from campaign.plan.areas import NO_AREA, area_days
from campaign.plan.fit import Choice
from campaign.plan.grid import Grid
from campaign.plan.problem import VisitProblem
from campaign.plan.shared import SharedLimits
from campaign.plan.solve import VisitPlan
from campaign.vocabulary import TOUCHES, Channel, Resource, Source

SENIOR_COMPANION = "支行负责人"


def touches_of(problem: VisitProblem, plan: VisitPlan) -> pd.DataFrame:
    """Return the candidates that a plan takes, in the order of their ids, with their `area`."""
    table = problem.by_id.iloc[np.flatnonzero(plan.day_of >= 0)]
    area = problem.customers.set_index("customer_id")["area"]
    return table.assign(area=table["customer_id"].map(area))


def field_days(problem: VisitProblem, plan: VisitPlan, touches: pd.DataFrame) -> np.ndarray:
    """Return the day of each touch planned, by its number, with places together on one day.

    Touches move only inside their windows and the capacity, so the plan keeps its value.
    Places are together that lie near each other where coordinates say so, else those of one area.

    Args:
        problem: The problem.
        plan: The touches chosen, with days.
        touches: What `touches_of` returned.
    """
    grid, day_of = plan.grid, plan.day_of
    planned = np.flatnonzero(day_of >= 0)
    together = touches["area"]
    if len(problem.near):
        near = touches["customer_id"].map(problem.near)
        together = near.where(near.notna(), together)
    free = _free_to_move(grid, day_of >= 0, day_of)
    of_touch = dict(zip(planned.tolist(), together.fillna(NO_AREA).tolist(), strict=True))
    return area_days(grid, free, day_of, of_touch)[planned]


def schedule(
    problem: VisitProblem,
    plan: VisitPlan,
    touches: pd.DataFrame | None = None,
    days: np.ndarray | None = None,
) -> pd.DataFrame:
    """Return the touches of a plan with their days, areas, purposes and companions.

    A new manager's visits on outing days carry his partner (one of several new managers only
    the visit to their common place), and a visit that a senior must join carries him.

    Args:
        problem: The problem.
        plan: The touches chosen, with days.
        touches: What `touches_of` returned, where it is at hand.
        days: What `field_days` returned, likewise.

    Returns:
        Table TOUCHES, by manager, day, channel and area.
    """
    planned = np.flatnonzero(plan.day_of >= 0)
    touches = touches_of(problem, plan) if touches is None else touches
    days = field_days(problem, plan, touches) if days is None else days
    touches = touches.assign(date=plan.grid.days[days].astype("datetime64[s]"))
    touches["week"] = _weeks(touches["date"], problem)
    touches["purposes"] = _purposes(problem, planned)
    touches["companion"] = _companions(problem, touches)
    manager, _ = numbered(touches["manager_id"])
    channel, _ = numbered(touches["channel"])
    place, places = numbered(touches["area"])
    place = np.where(place < 0, len(places), place)
    order = np.lexsort((planned, place, -channel, touches["date"], manager))
    return TOUCHES.check(TOUCHES.conform(touches.iloc[order]))


def _free_to_move(grid: Grid, chosen: np.ndarray, day_of: np.ndarray) -> Choice:
    """Return the windows that touches may move in; with a shared limit, inside its period.

    A touch on its day of the plan before stays on it.
    """
    first, last = grid.first.copy(), grid.last.copy()
    stays = chosen & (grid.kept == day_of)
    first[stays] = last[stays] = day_of[stays]
    limits = SharedLimits(grid)
    for candidate in np.flatnonzero(chosen & grid.shares_limits).tolist():
        for start, stop in limits.spans(candidate, int(first[candidate]), int(last[candidate])):
            if start <= day_of[candidate] <= stop:
                first[candidate], last[candidate] = start, stop
                break
    return Choice(chosen, first, last)


def _weeks(dates: pd.Series, problem: VisitProblem) -> pd.Series:
    week = {day: campaign_week(day.date(), problem.festival) for day in dates.unique()}
    return dates.map(week).astype("float64")


def _purposes(problem: VisitProblem, planned: np.ndarray) -> np.ndarray:
    """Return the sources that each touch serves, in the order of the vocabulary, joined by ;."""
    codes = [source.value for source in Source]
    # One bit a source, so that each set of sources is put into words once.
    source, sources = numbered(problem.purposes["source"])
    bit = np.array([1 << codes.index(code) for code in sources.tolist()], dtype=np.int64)
    held = np.zeros(len(problem.ids), dtype=np.int64)
    serves = problem.serving >= 0
    np.bitwise_or.at(held, problem.serving[serves], bit[source[serves]])
    sets, place = np.unique(held[planned], return_inverse=True)
    words = [
        ";".join(code for number, code in enumerate(codes) if one >> number & 1)
        for one in sets.tolist()
    ]
    return np.array(words, dtype=object)[place]


def _companions(problem: VisitProblem, touches: pd.DataFrame) -> pd.Series:
    """Return who goes along: a senior where one is asked for, the partner on days out.

    A partner of several new managers goes with them to their common place alone: he cannot be
    with each of them at his own customers on the same day.
    """
    staff = problem.staff.set_index("manager_id")
    names = staff["manager_name"].where(staff["manager_name"].notna(), staff.index.to_series())
    is_new = staff["is_new"].fillna(False).astype(bool)
    partners = staff.loc[is_new, "partner"].dropna()
    known = partners.map(names)
    partner = touches["manager_id"].map(known.where(known.notna(), partners)).astype("object")
    outing = touches["date"].isin(pd.to_datetime(list(problem.outings)))
    visit = touches["channel"] == Channel.VISIT.value
    asks = has_words(touches["resources"], f"{Resource.SENIOR.value}:")
    shared = touches["manager_id"].isin(partners.index[partners.duplicated(keep=False)])
    apart = shared & ~is_outing(touches["customer_id"])
    partner = partner.where(outing & visit & partner.notna() & ~apart, None)
    both = asks & partner.notna()
    alone = partner.where(~asks, SENIOR_COMPANION)
    return alone.where(~both, SENIOR_COMPANION + "、" + partner[both].astype("str"))
