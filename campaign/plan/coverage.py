"""What is to be done whatever it is worth: maturities, coverage, least contacts and shares."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from campaign.errors import SettingsError
from campaign.findings import Finding
from campaign.plan.commitments import Commitments
from campaign.plan.dated import first_duties
from campaign.plan.fit import choose
from campaign.plan.grid import make_grid
from campaign.plan.loads import visit_loads, with_fair_load
from campaign.plan.problem import VisitProblem
from campaign.settings import DutyRules
from campaign.vocabulary import (
    CANDIDATES,
    MUST_TOUCH,
    Channel,
    Duty,
    Resource,
    Severity,
    Source,
)

SHOWN = 5


def with_maturities(
    commitments: Commitments, run_off: pd.DataFrame, rules: DutyRules
) -> Commitments:
    """Return commitments that hold a visit before the maturity of every large sum.

    The visit is due in the `maturity_lead_days` before the customer's first maturity. Who is
    promised a touch already, or was visited in those days, needs no other one.
    """
    if rules.maturity_least <= 0:
        return commitments
    notes = run_off[run_off["maturity_date"].notna() & (run_off["maturing"] > 0)]
    by = notes.groupby("customer_id").agg({"maturing": "sum", "maturity_date": "min"})
    due = by[by["maturing"] >= rules.maturity_least].reset_index()
    day = due["maturity_date"]
    rows = due.assign(
        earliest=day - pd.Timedelta(days=rules.maturity_lead_days),
        latest=day - pd.Timedelta(days=1),
        channel=Channel.VISIT.value,
        reason=[f"贷款 {moment:%Y-%m-%d} 到期，到期前走访" for moment in day],
    )
    done = commitments.done[commitments.done["channel"] == Channel.VISIT.value]
    seen = done.groupby("customer_id")["date"].max().reindex(rows["customer_id"]).to_numpy()
    met = rows["customer_id"].isin(commitments.must["customer_id"]) | (rows["earliest"] <= seen)
    must = pd.concat([commitments.must, MUST_TOUCH.conform(rows[~met])], ignore_index=True)
    return replace(commitments, must=MUST_TOUCH.conform(must))


def with_duties(
    problem: VisitProblem, opportunities: pd.DataFrame, rules: DutyRules
) -> VisitProblem:
    """Return the problem with what the settings ask for whatever it is worth.

    Loads are trimmed first (`with_fair_load`), then coverage and least shares are marked as
    duties of the candidates.

    Raises:
        SettingsError: A share is asked for a source that is none.
    """
    problem = with_fair_load(problem, rules.most_load)
    if rules.meet_referrers:
        mine = opportunities["source"] == Source.REFERRAL.value
        mine &= ~opportunities["is_prospect"].fillna(False).astype(bool)
        covered = _covering(problem, opportunities.loc[mine, "customer_id"], rules.least_contacts)
        problem = _with_duty(problem, covered, Duty.COVER)
    for name, share in rules.least_share.items():
        if name not in {source.value for source in Source}:
            raise SettingsError(
                f"设置 duties.least_share 里的 {name} 不是增长来源。",
                f"可用的有：{'、'.join(source.value for source in Source)}。",
            )
        if share > 0:
            problem = _with_duty(problem, _sharing(problem, name, share), Duty.SHARE)
    return problem


def duty_findings(
    problem: VisitProblem, touches: pd.DataFrame, rules: DutyRules
) -> tuple[Finding, ...]:
    """Return a finding for least shares that were missed, and one for loads that are low."""
    missed = problem.candidates[problem.candidates["duty"] == Duty.SHARE.value]
    missed = missed[~missed["candidate_id"].isin(touches["candidate_id"])]
    found = []
    if len(missed):
        message = (
            f"来源最低占比有 {len(missed)} 次走访排不下（{_people(missed['manager_id'])}），"
            "其余已全部排入；请降低占比（duties.least_share）或增加走访能力。"
        )
        found.append(Finding("least_share_missed", Severity.WARNING, message, len(missed)))
    loads = visit_loads(problem) if rules.least_load > 0 else pd.DataFrame()
    low = loads[loads["load"] < rules.least_load * loads["usual"]] if len(loads) else loads
    if len(low):
        message = (
            f"有 {len(low)} 名客户经理可走访的客户不足本支行平均负荷的 {rules.least_load:.0%}"
            f"（{_people(low.index.to_series())}），可移交客户或潜在名单给他们。"
        )
        found.append(Finding("low_load", Severity.INFO, message, len(low)))
    return tuple(found)


def _people(managers: pd.Series) -> str:
    names = sorted(managers.unique())
    more = f"等 {len(names)} 人" if len(names) > SHOWN else ""
    return "、".join(names[:SHOWN]) + more


def _covering(problem: VisitProblem, customers: pd.Series, least: int) -> pd.Series:
    """Return the candidates that are to be: one visit a customer, and `least` touches in all.

    A must-do touch counts, and so does a touch that was done.
    """
    rows = problem.candidates[problem.candidates["customer_id"].isin(customers)]
    is_visit = rows["channel"] == Channel.VISIT.value
    is_must = rows["duty"].fillna("") == Duty.MUST.value
    done = problem.commitments.done
    visited = done.loc[done["channel"] == Channel.VISIT.value, "customer_id"]
    made = rows["customer_id"].map(done.groupby("customer_id").size()).fillna(0)
    met = rows["customer_id"].isin(visited)
    wanted = (least - made).clip(lower=0).where(met, (least - made).clip(lower=1))
    # The visit that meets him goes first, then what must be anyway, then his touches in order.
    visits = rows[is_visit].assign(free=~is_must).sort_values(["customer_id", "free", "touch"])
    meeting = visits.drop_duplicates("customer_id")["candidate_id"]
    ordered = rows.assign(later=~rows["candidate_id"].isin(meeting), free=~is_must)
    ordered = ordered.sort_values(["customer_id", "later", "free", "touch"])
    nth = ordered.groupby("customer_id").cumcount()
    return ordered.loc[nth < wanted.reindex(ordered.index), "candidate_id"]


def _sharing(problem: VisitProblem, source: str, share: float) -> pd.Series:
    """Return of each manager's visits the best for a source that fit, as many as its share asks."""
    grid = make_grid(problem)
    capacity = problem.capacity[problem.capacity["resource"] == Resource.VISITS.value]
    wanted = np.ceil(capacity.groupby("owner")["amount"].sum() * share - 1e-9)
    serving = problem.purposes.loc[problem.purposes["source"] == source, "candidate_id"]
    visits = grid.lanes.get_level_values(1)[grid.lane] == Resource.VISITS.value
    useful = np.flatnonzero(visits & pd.Index(grid.ids).isin(serving) & (grid.value > 0))
    order = first_duties(grid, useful[np.lexsort((useful, -grid.value[useful]))])
    chosen = choose(grid, order).chosen
    taken = order[chosen[order] & np.isin(order, useful)]
    manager = pd.Series(grid.lanes.get_level_values(0)[grid.lane[taken]])
    enough = manager.groupby(manager).cumcount() >= manager.map(wanted)
    return pd.Series(grid.ids[taken[~enough.to_numpy()]], dtype="str")


def _with_duty(problem: VisitProblem, candidates: pd.Series, duty: Duty) -> VisitProblem:
    """Return the problem with a duty on candidates that have none yet."""
    table = problem.candidates
    now = table["duty"].fillna("")
    named = table["candidate_id"].isin(candidates) & (now == "")
    marked = CANDIDATES.conform(table.assign(duty=now.mask(named, duty.value)))
    return replace(problem, candidates=CANDIDATES.check(marked))
