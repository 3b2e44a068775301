"""Writes the talks (约谈): the follow-up list, one page a team, one page a manager."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from campaign.progress.peers import FACTORS, PARTS
from campaign.progress.review import Review
from campaign.progress.talks import Talk
from campaign.render.briefing.pages import Figure, Stamp
from campaign.render.formats import UNKNOWN, count_text, day_text, label_of, percent_text, wan_text
from campaign.render.review_fields import PromiseRow
from campaign.render.talk_fields import (
    CauseRow,
    FactorRow,
    TalkSheet,
    TalksPage,
    TeamRow,
    TeamSheet,
)
from campaign.vocabulary import INTERVIEWS, PromiseMetric, PromiseState

TITLE = "约谈"
FORMULAS = ("有结果的触达次数", "联系上 ÷ 触达", "放款户 ÷ 联系上", "放款金额 ÷ 放款户")
NO_PEER_AMOUNT = "同类还没有一笔放款，四项比不出来；先看下面的过程数据。"
SHARED_LEAST = 2
LEAST_SHOWN = 50.0  # 0.005 万元
Row = dict[Any, Any]


def talks_page(review: Review, stamp: Stamp) -> TalksPage:
    """Return the pages of the talks of a review."""
    promises = [row for row in review.promises.to_dict("records")]
    names = dict(zip(review.pace["manager_id"], review.pace["manager_name"], strict=True))
    waiting = [row for row in promises if row["state"] != PromiseState.KEPT.value]
    waiting.sort(key=lambda row: (row["due_on"], row["promise_id"]))
    overdue = sum(row["state"] == PromiseState.OVERDUE.value for row in waiting)
    named = review.interviews.to_dict("records")
    return TalksPage(
        stamp=stamp,
        title=TITLE,
        day=day_text(review.day),
        lead=(
            f"本次约谈 {len(named)} 人；以前的承诺未销号 {len(waiting)} 项，"
            f"其中已到期 {overdue} 项。承诺只按收回的结果销号，到期没有兑现的一直列在这里。"
        ),
        open_promises=tuple(promise_row(row, names) for row in waiting),
        teams=_teams(review),
        talks=tuple(
            _sheet(row, talk, [p for p in promises if p["manager_id"] == row["manager_id"]], names)
            for row, talk in zip(named, review.talks, strict=True)
        ),
    )


def promise_row(row: Row, names: dict[str, str]) -> PromiseRow:
    """Return a promise in words."""
    return PromiseRow(
        f"{names.get(row['manager_id'], '')} {row['manager_id']}".strip(),
        f"{label_of(PromiseMetric, row['metric'])} {count_text(row['amount'])}",
        day_text(row["due_on"]),
        count_text(row["reached"]),
        label_of(PromiseState, row["state"]),
    )


def _sheet(row: Row, talk: Talk, promises: list[Row], names: dict[str, str]) -> TalkSheet:
    known = row["gap_ratio"] == row["gap_ratio"]
    peers = [names.get(one, one) for one in str(row["peers"] or "").split(";") if one]
    return TalkSheet(
        name=str(row["manager_name"]),
        detail=f"{row['branch']} {row['manager_id']}",
        reason=str(row["reason"]),
        figures=(
            Figure("放款", f"{wan_text(row['amount'])} 万元", f"{count_text(row['disbursed'])} 户"),
            Figure("同类平均", f"{wan_text(row['peer_amount'])} 万元", f"{len(peers)} 人"),
            Figure("相差", f"{wan_text(row['gap'], signed=True)} 万元", "本人减同类平均"),
            Figure("总比", times(row["gap_ratio"]), "四项相乘"),
        ),
        peers="、".join(peers),
        factors=_factors(row) if known else (),
        unknown="" if known else NO_PEER_AMOUNT,
        causes=tuple(
            CauseRow(cause.advice, cause.own, cause.peers, cause.example) for cause in talk.causes
        ),
        strength=talk.strength,
        promises=tuple(promise_row(one, names) for one in promises),
        suggested=tuple(one.words for one in talk.promises),
    )


def _factors(row: Row) -> tuple[FactorRow, ...]:
    own = _steps(row, "")
    theirs = _steps(row, "peer_")
    rows = [
        FactorRow(
            factor_name(factor),
            formula,
            mine,
            peer,
            times(row[factor]),
            wan_text(row[part], signed=True),
        )
        for factor, part, formula, mine, peer in zip(
            FACTORS, PARTS, FORMULAS, own, theirs, strict=True
        )
    ]
    total = FactorRow(
        "合计",
        "四项相乘，影响相加",
        f"{wan_text(row['amount'])} 万元",
        f"{wan_text(row['peer_amount'])} 万元",
        times(row["gap_ratio"]),
        wan_text(row["gap"], signed=True),
    )
    return (*rows, total)


def _steps(row: Row, whose: str) -> tuple[str, ...]:
    done, met, won, amount = (
        float(row[f"{whose}{name}"]) for name in ("done", "met", "disbursed", "amount")
    )
    return (
        f"{done:,.1f} 次" if whose else f"{done:,.0f} 次",
        percent_text(met / done) if done else UNKNOWN,
        percent_text(won / met) if met else UNKNOWN,
        f"{wan_text(amount / won)} 万元" if won else UNKNOWN,
    )


def _teams(review: Review) -> tuple[TeamSheet, ...]:
    advice = {talk.manager_id: [cause.advice for cause in talk.causes] for talk in review.talks}
    named = set(advice)
    table = review.comparison
    sheets = []
    for branch in sorted({str(row["branch"]) for row in review.interviews.to_dict("records")}):
        mine = table[table["branch"] == branch]
        behind = [one for one in mine["manager_id"] if one in named]
        shared = Counter(words for one in behind for words in advice[one])
        sums = mine[["amount", "gap", *PARTS]].sum()
        total = TeamRow(
            "合计",
            wan_text(sums["amount"]),
            wan_text(sums["gap"], signed=True),
            tuple(wan_text(sums[part], signed=True) for part in PARTS),
            held_back_by(sums),
            is_sum=True,
        )
        sheets.append(
            TeamSheet(
                branch=branch,
                lead=(
                    f"{branch} {len(mine)} 人，本次约谈 {len(behind)} 人；"
                    f"全支行比同类平均{_more_or_less(sums['gap'])}，{_weighs_most(sums)}。"
                ),
                rows=(*(_team_row(row) for row in mine.to_dict("records")), total),
                causes=tuple(
                    (words, f"{count} 人")
                    for words, count in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))
                    if count >= SHARED_LEAST
                ),
            )
        )
    return tuple(sheets)


def _team_row(row: Row) -> TeamRow:
    return TeamRow(
        f"{row['manager_name']} {row['manager_id']}",
        wan_text(row["amount"]),
        wan_text(row["gap"], signed=True),
        tuple(wan_text(row[part], signed=True) for part in PARTS),
        held_back_by(row),
        is_sum=False,
    )


def held_back_by(row: Row | pd.Series) -> str:
    """Return the factor that takes most away from an amount; a dash where none does."""
    part = _worst_part(row)
    return factor_name(part.removesuffix("_gap")) if part else UNKNOWN


def _weighs_most(sums: pd.Series) -> str:
    part = _worst_part(sums)
    if part is None:
        return "没有哪一项落后"
    return f"影响最大的是{held_back_by(sums)}（{wan_text(sums[part], signed=True)} 万元）"


def _worst_part(row: Row | pd.Series) -> str | None:
    """Return the part of the gap furthest below nothing; None where none shows in 万元."""
    parts = {part: float(row[part]) for part in PARTS if row[part] == row[part]}
    worst = min(parts, key=parts.__getitem__, default=None)
    return worst if worst and parts[worst] < -LEAST_SHOWN else None


def _more_or_less(gap: float) -> str:
    return f"{'多' if gap >= 0 else '少'}放 {wan_text(abs(gap))} 万元"


def times(ratio: float) -> str:
    """Return a ratio with two decimals."""
    return UNKNOWN if ratio != ratio else f"{ratio:.2f}"


def factor_name(name: str) -> str:
    """Return the Chinese name of a factor."""
    return INTERVIEWS.field(name).label.removesuffix("之比")
