"""Does a plan keep the rules? Checked with arithmetic of its own, apart from the solver's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pandas as pd

from campaign.growth.keys import numbered
from campaign.plan.problem import VisitProblem
from campaign.plan.verify_commitments import (
    apart_from_done,
    duties_met,
    each,
    vetoes_hold,
    wishes_met,
)

Rule = Callable[[VisitProblem, pd.DataFrame], list[str]]

FEN = 0.005
SLACK = 1e-6
EACH_RULE_SHOWS = 5


def broken_rules(problem: VisitProblem, touches: pd.DataFrame) -> list[str]:
    """Return what a plan breaks, one Chinese sentence each; empty where it keeps every rule.

    Args:
        problem: What was to be planned.
        touches: candidate_id, date, manager_id, customer_id, channel and value of each
            touch, as table TOUCHES has them.
    """
    return _broken(problem, touches, (*RULES, *OWED))


def refuse_broken(problem: VisitProblem, touches: pd.DataFrame) -> None:
    """Raise where a plan breaks a rule, so that none is ever issued; arguments as `broken_rules`.

    A duty that was left out though it would fit breaks no rule: it stands in the shortage list,
    and a plan with it there is better than none.

    Raises:
        RuntimeError: It breaks one; a defect of the planner, not of the data.
    """
    broken = _broken(problem, touches, RULES)
    if broken:
        raise RuntimeError(f"the plan breaks a rule: {broken[0]}")


def _broken(problem: VisitProblem, touches: pd.DataFrame, rules: tuple[Rule, ...]) -> list[str]:
    number = problem.ids.get_indexer(pd.Index(touches["candidate_id"]))
    unknown = _unknown(touches["candidate_id"], pd.Series(number, index=touches.index))
    if unknown:
        return unknown
    order = np.argsort(number, kind="stable")
    planned = touches[["candidate_id", "date", "manager_id", "customer_id", "channel", "value"]]
    planned = planned.iloc[order].reset_index(drop=True)
    asked = problem.by_id.drop(columns="candidate_id").iloc[number[order]].reset_index(drop=True)
    asked = asked.rename(columns={name: f"{name}_asked" for name in planned if name in asked})
    both = pd.concat([planned, asked], axis=1)
    return [sentence for rule in rules for sentence in rule(problem, both)]


def _unknown(ids: pd.Series, number: pd.Series) -> list[str]:
    strange = ids[number < 0].astype("str").unique()
    twice = ids[(number >= 0) & number.duplicated()].astype("str").unique()
    return [
        *(f"触达 {name} 不在可选触达之内。" for name in sorted(strange)[:EACH_RULE_SHOWS]),
        *(f"触达 {name} 排了不止一次。" for name in sorted(twice)[:EACH_RULE_SHOWS]),
    ]


def _same_as_asked(_problem: VisitProblem, both: pd.DataFrame) -> list[str]:
    names = ("manager_id", "customer_id", "channel")
    differs = (both["value"] - both["value_asked"]).abs() > FEN
    for name in names:
        differs |= both[name] != both[f"{name}_asked"]
    return each(both[differs], lambda row: f"触达 {row.candidate_id} 与可选触达的内容不符。")


def _inside_window(_problem: VisitProblem, both: pd.DataFrame) -> list[str]:
    outside = ~((both["earliest"] <= both["date"]) & (both["date"] <= both["latest"]))
    return each(
        both[outside],
        lambda row: f"触达 {row.candidate_id} 排在 {row.date:%Y-%m-%d}，不在时间窗内。",
    )


def _on_planned_days(problem: VisitProblem, both: pd.DataFrame) -> list[str]:
    days = pd.to_datetime(list(problem.days))
    return each(
        both[~both["date"].isin(days)],
        lambda row: f"触达 {row.candidate_id} 排在 {row.date:%Y-%m-%d}，当天不可安排。",
    )


def _day_holds(problem: VisitProblem, both: pd.DataFrame) -> list[str]:
    """Check each manager's visits and calls of each day against the capacity rows."""
    resource = both["channel"].map({"visit": "visits", "call": "calls"})
    keys = ["owner", "resource", "period_start"]
    load = both.groupby([both["manager_id"], resource, both["date"]])["effort"].sum()
    fits = (
        load.rename_axis(keys)
        .reset_index()
        .merge(problem.capacity[[*keys, "amount"]], on=keys, how="left")
    )
    over = fits[fits["effort"] > fits["amount"].fillna(0.0) + SLACK]
    return each(
        over,
        lambda row: (
            f"{row.owner} 在 {row.period_start:%Y-%m-%d} 的 {row.resource} 为 {row.effort:g}，"
            f"超过能力 {row.amount:g}。"
        ),
    )


def _limits_hold(problem: VisitProblem, both: pd.DataFrame) -> list[str]:
    """Check what touches ask of shared resources against every row of those resources."""
    asking = both[both["resources"].fillna("") != ""]
    asked = [
        (name, owner, row_date, float(need))
        for row_date, owner, text in zip(
            asking["date"].tolist(),
            asking["owner"].fillna("").tolist(),
            asking["resources"].tolist(),
            strict=True,
        )
        for name, _, need in (part.partition(":") for part in text.split(";") if part)
        for owner in (owner, "bank")
    ]
    uses = pd.DataFrame(asked, columns=["resource", "owner", "date", "need"])
    rows = problem.capacity[~problem.capacity["resource"].isin(["visits", "calls"])]
    pairs = rows.merge(uses, on=["owner", "resource"])
    inside = pairs[
        (pairs["period_start"] <= pairs["date"]) & (pairs["date"] <= pairs["period_end"])
    ]
    keys = ["owner", "resource", "period_start", "amount"]
    used = inside.groupby(keys, as_index=False)["need"].sum()
    over = used[used["need"] > used["amount"] + SLACK]
    return each(
        over,
        lambda row: (
            f"{row.owner} 自 {row.period_start:%Y-%m-%d} 起的 {row.resource} 用了 {row.need:g}，"
            f"超过 {row.amount:g}。"
        ),
    )


def _touches_apart(problem: VisitProblem, both: pd.DataFrame) -> list[str]:
    """Check the customer's touches: in order, never two a day, and `gap_days` between them."""
    customer, _ = numbered(both["customer_id"])
    order = np.lexsort((np.arange(len(both)), both["touch"], customer))
    ordered, whose = both.iloc[order], customer[order]
    since = ordered["date"].diff().where(np.diff(whose, prepend=-1) == 0)
    least = timedelta(days=max(problem.gap_days, 1))
    return each(
        ordered[since < pd.Timedelta(least)],
        lambda row: f"客户 {row.customer_id} 的第 {row.touch:g} 次触达与上一次次序颠倒或间隔不足。",
    )


def _may_be_touched(problem: VisitProblem, both: pd.DataFrame) -> list[str]:
    refused = both[both["customer_id"].isin(problem.no_contact)]
    return each(refused, lambda row: f"客户 {row.customer_id} 在免打扰名单内，不得触达。")


RULES: tuple[Rule, ...] = (
    _same_as_asked,
    _inside_window,
    _on_planned_days,
    _day_holds,
    _limits_hold,
    _touches_apart,
    _may_be_touched,
    vetoes_hold,
    apart_from_done,
)
OWED: tuple[Rule, ...] = (wishes_met, duties_met)
