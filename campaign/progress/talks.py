"""What is said in a talk (约谈): likely causes, somebody who did it, promises to be checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from campaign.settings.progress import InterviewRules
from campaign.vocabulary import PromiseMetric

CAUSES_SHOWN = 3
WAN = 10_000
UNITS = {PromiseMetric.VISITS: "次", PromiseMetric.CALLS: "次", PromiseMetric.REFERRALS: "人"}
Figures = dict[str, float]


@dataclass(frozen=True)
class Step:
    """One step of the work: how often it was due, how often done, and what to promise for it.

    Attributes:
        done, due: Fields of TALK_FIGURES.
        asked, did, unit: What the two counts are called, and of what.
        advice: What to look at where it is behind.
        metric: What a promise about it counts; None where none can be counted.
    """

    done: str
    due: str
    asked: str
    did: str
    unit: str
    advice: str
    metric: PromiseMetric | None

    def ratio(self, figures: Figures) -> float | None:
        """Return the share done; None where nothing was due."""
        due = figures.get(self.due, 0.0)
        return figures[self.done] / due if due > 0 else None

    def said(self, figures: Figures) -> str:
        """Return what figures say of the step."""
        ratio, unit = self.ratio(figures), self.unit
        share = "—" if ratio is None else f"{ratio:.0%}"
        return (
            f"{self.asked} {figures[self.due]:,.0f} {unit}，"
            f"{self.did} {figures[self.done]:,.0f} {unit}（{share}）"
        )


@dataclass(frozen=True)
class TicketStep(Step):
    """The size of the loans won: `done` is yuan, so its ratio is the average loan."""

    def said(self, figures: Figures) -> str:
        """Return what figures say of the step."""
        ratio = self.ratio(figures)
        each = "—" if ratio is None else f"{ratio / WAN:,.2f} 万元"
        return (
            f"{self.asked} {figures[self.due]:,.0f} {self.unit} "
            f"{figures[self.done] / WAN:,.2f} 万元（{self.did} {each}）"
        )


STEPS = (
    Step("visits_done", "visits_due", "到期走访", "完成", "次",
         "走访量不够：看每天出门几次、时间用在哪里", PromiseMetric.VISITS),
    Step("calls_done", "calls_due", "到期电话", "完成", "次",
         "电话量不够：固定每天的电话时段", PromiseMetric.CALLS),
    Step("best_done", "best_due", "增益最高的一批到期", "完成", "次",
         "没有先去该去的人：先补增益高的客户", PromiseMetric.VISITS),
    Step("met", "touched", "触达", "联系上", "次",
         "找不到人：换时段，电话先约，请村组或市场引见", PromiseMetric.VISITS),
    Step("interested", "customers_met", "联系上", "有意向", "户",
         "见了没有谈出需求：先问三个问题，再讲产品", PromiseMetric.APPLIED),
    Step("applied", "interested", "有意向", "申请", "户",
         "意向没有落成申请：资料清单提前发，现场收齐", PromiseMetric.APPLIED),
    Step("disbursed", "applied", "申请", "放款", "户",
         "申请没有变成放款：逐户看卡在哪一环", PromiseMetric.DISBURSED),
    TicketStep("amount", "disbursed", "放款", "户均", "户",
               "单笔偏小：先谈额度空间大的客户，按经营流水把额度测足", None),
    Step("referral_done", "referral_due", "应问转介", "问到", "次",
         "转介动作没有做：每次走访存量客户都要问", PromiseMetric.REFERRALS),
    Step("follow_up_done", "follow_up_due", "约好回访", "已回访", "次",
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
        peers = [one for one in str(row["peers"] or "").split(";") if one in known]
        talks.append(_talk(str(row["manager_id"]), peers, known, names, day, rules))
    return tuple(talks)


def _talk(  # noqa: PLR0913 - what one talk rests on
    manager: str,
    peers: list[str],
    known: dict[str, Figures],
    names: dict[str, str],
    day: date,
    rules: InterviewRules,
) -> Talk:
    own = known.get(manager, {})
    theirs = _sum([known[one] for one in peers])
    held = [(_against(step, own, theirs, rules), step) for step in STEPS]
    judged = [(ratio, step) for ratio, step in held if ratio is not None]
    behind = sorted(
        ((ratio, step) for ratio, step in judged if ratio < rules.behind),
        key=lambda pair: pair[0],
    )[:CAUSES_SHOWN]
    best = max(judged, key=lambda pair: pair[0], default=(0.0, STEPS[0]))
    causes = tuple(
        Cause(
            step.said(own),
            step.said(theirs),
            step.advice,
            _example(step, {one: known[one] for one in peers}, names, rules.least_cases),
        )
        for _, step in behind
    )
    strength = best[1].said(own) if best[0] > rules.ahead else ""
    due_on = day + timedelta(days=rules.recheck_days)
    promises: dict[PromiseMetric, Suggested] = {}
    for _, step in behind:
        if step.metric is not None and step.metric not in promises:
            promises[step.metric] = _promise(step, step.metric, own, theirs, due_on)
    return Talk(manager, causes, strength, tuple(promises.values()))


def _sum(rows: list[Figures]) -> Figures:
    fields = {name for step in STEPS for name in (step.done, step.due)}
    return {name: sum(row[name] for row in rows) for name in fields}


def _against(step: Step, own: Figures, theirs: Figures, rules: InterviewRules) -> float | None:
    """Return a step's ratio by that of the peers; None where either cannot be seen."""
    mine, peer = step.ratio(own), step.ratio(theirs)
    if mine is None or not peer or own[step.due] < rules.least_cases:
        return None
    return mine / peer


def _example(step: Step, peers: dict[str, Figures], names: dict[str, str], least_cases: int) -> str:
    """Return the peer with the best ratio among those with enough cases."""
    able = [one for one, figures in peers.items() if figures[step.due] >= least_cases]
    if not able:
        return ""
    best = min(able, key=lambda one: (-(step.ratio(peers[one]) or 0.0), one))
    return f"{names.get(best, best)}：{step.said(peers[best])}"


def _promise(
    step: Step, metric: PromiseMetric, own: Figures, theirs: Figures, due_on: date
) -> Suggested:
    """Return the promise that would bring a step to where the peers are."""
    peer = step.ratio(theirs) or 0.0
    missing = max(1, math.ceil(own[step.due] * peer - own[step.done] - 1e-9))
    unit = UNITS.get(metric, "户")
    words = f"到 {due_on} {metric.label}再增加 {missing} {unit}，追上同类的 {peer:.0%}"
    return Suggested(metric, missing, due_on, words)
