"""What is said in a talk (约谈): likely causes, somebody who did it, promises to be checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from campaign.settings.progress import InterviewRules
from campaign.vocabulary import PromiseMetric

CAUSES_SHOWN = 3
# A step counts as behind the peers below this share of theirs, as a strength above that one.
BEHIND, AHEAD = 0.95, 1.05
LEAST_CASES = 5
UNITS = {PromiseMetric.VISITS: "次", PromiseMetric.CALLS: "次", PromiseMetric.REFERRALS: "人"}
Figures = dict[str, float]


@dataclass(frozen=True)
class Step:
    """One step of the work: how often it was due, how often done, and what to promise for it.

    Attributes:
        done, due: Fields of TALK_FIGURES.
        words: What the figures say; {done}, {due} and {ratio} are put in.
        advice: What to look at where it is behind.
        metric: What a promise about it counts.
    """

    done: str
    due: str
    words: str
    advice: str
    metric: PromiseMetric


STEPS = (
    Step("visits_done", "visits_due", "到期走访 {due} 次，完成 {done} 次（{ratio}）",
         "走访量不够：看每天出门几次、时间用在哪里", PromiseMetric.VISITS),
    Step("calls_done", "calls_due", "到期电话 {due} 次，完成 {done} 次（{ratio}）",
         "电话量不够：固定每天的电话时段", PromiseMetric.CALLS),
    Step("best_done", "best_due", "增益最高的三分之一到期 {due} 次，完成 {done} 次（{ratio}）",
         "没有先去该去的人：先补增益高的客户", PromiseMetric.VISITS),
    Step("met", "touched", "触达 {due} 次，联系上 {done} 次（{ratio}）",
         "找不到人：换时段，电话先约，请村组或市场引见", PromiseMetric.VISITS),
    Step("interested", "customers_met", "联系上 {due} 户，有意向 {done} 户（{ratio}）",
         "见了没有谈出需求：先问三个问题，再讲产品", PromiseMetric.APPLIED),
    Step("applied", "interested", "有意向 {due} 户，申请 {done} 户（{ratio}）",
         "意向没有落成申请：资料清单提前发，现场收齐", PromiseMetric.APPLIED),
    Step("disbursed", "applied", "申请 {due} 户，放款 {done} 户（{ratio}）",
         "申请没有变成放款：逐户看卡在哪一环", PromiseMetric.DISBURSED),
    Step("referral_done", "referral_due", "应问转介 {due} 次，问到 {done} 次（{ratio}）",
         "转介动作没有做：每次走访存量客户都要问", PromiseMetric.REFERRALS),
    Step("follow_up_done", "follow_up_due", "约好回访 {due} 次，已回访 {done} 次（{ratio}）",
         "约好的没有去：先补约定的回访", PromiseMetric.VISITS),
)  # fmt: skip


@dataclass(frozen=True)
class Cause:
    """Why a manager is behind, as far as figures tell.

    Attributes:
        own: His figures of a step, in words.
        peers: Those of his peers together.
        advice: What to look at.
        example: A peer who did it, with his figures; empty where nobody has enough cases.
    """

    own: str
    peers: str
    advice: str
    example: str


@dataclass(frozen=True)
class Suggested:
    """A promise that would close a gap: what, how many, and the day that it is checked."""

    metric: PromiseMetric
    amount: int
    due_on: date
    words: str


@dataclass(frozen=True)
class Talk:
    """What a talk with one manager rests on."""

    manager_id: str
    causes: tuple[Cause, ...]
    strength: str
    promises: tuple[Suggested, ...]


def prepare_talks(
    named: pd.DataFrame, figures: pd.DataFrame, names: dict[str, str], day: date,
    rules: InterviewRules,
) -> tuple[Talk, ...]:  # fmt: skip
    """Return a talk for each manager named, in their order.

    Args:
        named: Table INTERVIEWS.
        figures: Table TALK_FIGURES.
        names: manager_id to name.
        day: The day of the review.
        rules: When promises are checked.
    """
    known: dict[str, Figures] = {
        str(row["manager_id"]): {str(k): v for k, v in row.items()}
        for row in figures.to_dict("records")
    }
    talks = []
    for row in named.to_dict("records"):
        manager = str(row["manager_id"])
        peers = [one for one in str(row["peers"] or "").split(";") if one in known]
        talks.append(_talk(manager, peers, known, names, day + timedelta(days=rules.recheck_days)))
    return tuple(talks)


def _talk(
    manager: str, peers: list[str], known: dict[str, Figures], names: dict[str, str], due_on: date
) -> Talk:
    own = known.get(manager, {})
    theirs = _sum([known[one] for one in peers])
    held = [(_against(step, own, theirs), step) for step in STEPS]
    judged = [(ratio, step) for ratio, step in held if ratio is not None]
    behind = sorted(
        ((ratio, step) for ratio, step in judged if ratio < BEHIND), key=lambda pair: pair[0]
    )[:CAUSES_SHOWN]
    best = max(judged, key=lambda pair: pair[0], default=(0.0, STEPS[0]))
    causes = tuple(
        Cause(
            _said(step, own), _said(step, theirs), step.advice, _example(step, peers, known, names)
        )
        for _, step in behind
    )
    strength = _said(best[1], own) if best[0] > AHEAD else ""
    promises = {step.metric: _promise(step, own, theirs, due_on) for _, step in reversed(behind)}
    ordered = [promises[step.metric] for _, step in behind]
    return Talk(manager, causes, strength, tuple(dict.fromkeys(ordered)))


def _sum(rows: list[Figures]) -> Figures:
    fields = {name for step in STEPS for name in (step.done, step.due)}
    return {name: sum(row[name] for row in rows) for name in fields}


def _ratio(step: Step, figures: Figures) -> float | None:
    due = figures.get(step.due, 0.0)
    return figures[step.done] / due if due > 0 else None


def _against(step: Step, own: Figures, theirs: Figures) -> float | None:
    """Return a step's ratio by that of the peers; None where either cannot be seen."""
    mine, peer = _ratio(step, own), _ratio(step, theirs)
    if mine is None or not peer or own[step.due] < LEAST_CASES:
        return None
    return mine / peer


def _said(step: Step, figures: Figures) -> str:
    ratio = _ratio(step, figures)
    return step.words.format(
        due=f"{figures[step.due]:,.0f}",
        done=f"{figures[step.done]:,.0f}",
        ratio="—" if ratio is None else f"{ratio:.0%}",
    )


def _example(step: Step, peers: list[str], known: dict[str, Figures], names: dict[str, str]) -> str:
    """Return the peer with the best ratio among those with enough cases."""
    able = [one for one in peers if known[one][step.due] >= LEAST_CASES]
    if not able:
        return ""
    best = min(able, key=lambda one: (-(_ratio(step, known[one]) or 0.0), one))
    return f"{names.get(best, best)}：{_said(step, known[best])}"


def _promise(step: Step, own: Figures, theirs: Figures, due_on: date) -> Suggested:
    """Return the promise that would bring a step to where the peers are."""
    peer = _ratio(step, theirs) or 0.0
    missing = max(1, math.ceil(own[step.due] * peer - own[step.done] - 1e-9))
    unit = UNITS.get(step.metric, "户")
    words = f"到 {due_on} {step.metric.label}再增加 {missing} {unit}，追上同类的 {peer:.0%}"
    return Suggested(step.metric, missing, due_on, words)
