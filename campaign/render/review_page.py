"""The page of the weekly review, of the whole bank or of one branch."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd

from campaign.festival import campaign_week, load_calendar
from campaign.progress.peers import FACTORS
from campaign.progress.review import Review
from campaign.render.briefing.pages import Figure, Stamp
from campaign.render.briefing.stamp import BANK, css_text
from campaign.render.charts import funnel
from campaign.render.formats import (
    INTERNAL,
    UNKNOWN,
    count_text,
    day_text,
    edition,
    percent_text,
    wan_text,
    week_name,
)
from campaign.render.review_fields import (
    InterviewRow,
    PaceRow,
    PromiseRow,
    ReviewPage,
    SilentRow,
)
from campaign.render.review_rows import (
    coming_rows,
    late_sentence,
    pool_rows,
    rate_rows,
    reward_parts_named,
    reward_rows,
    source_rows,
    vote_rows,
    week_rows,
)
from campaign.render.story_pages import (
    win_words,
)
from campaign.render.talk_page import held_back_by, promise_row, times
from campaign.vocabulary import PACE

TITLE = "开门红进度复盘"
FUNNEL_WORDS = {"done": "已触达", "met": "联系上", "approved": "已授信"}
TELLERS_SHOWN = 3


def review_page(review: Review, branch: str = "") -> ReviewPage:
    """Return the page of a review, of the whole bank or of the branch it was cut down to."""
    title, group = f"{TITLE} {branch}".strip(), "manager_id" if branch else "branch"
    return ReviewPage(
        stamp=review_stamp(review, title),
        title=title,
        day=day_text(review.day),
        lead=review_sentence(review),
        moved=_moved(review),
        figures=_figures(review),
        funnel=funnel([(_funnel_word(name), count) for name, count in review.funnel]),
        branches=tuple(_branch_row(row) for row in _rows(review.branches)),
        silent=tuple(
            SilentRow(
                _who(row), str(row["branch"]), count_text(row["planned"]), _day(row["last_return"])
            )
            for row in _rows(review.silent)
        ),
        silent_note=f"{review.plan.settings.returns.due_days} 天内没有收到工作簿",
        interviews=tuple(_interview_row(row) for row in _rows(review.interviews)),
        unheard=unheard_sentence(review),
        tellers=_tellers(review),
        promises=_promise_rows(review),
        managers=_manager_rows(review),
        pool=pool_rows(review.pool, review.pace, group),
        coming=coming_rows(review.days),
        late=late_sentence(review.ahead, review.days),
        sources=source_rows(review.sources),
        weeks=week_rows(review.weeks),
        rewards=_rewards(review),
        paid=reward_rows(review.payouts, review.pace, group),
        paid_parts=reward_parts_named(),
        rates=rate_rows(review.lessons.rates),
        votes=vote_rows(review.lessons.votes),
    )


def review_sentence(review: Review) -> str:
    """Return where the campaign stands, in one sentence."""
    branches = review.branches
    done, planned = branches["done"].sum(), branches["planned"].sum()
    amount, due = branches["amount"].sum(), branches["target_due"].sum()
    return (
        f"到 {day_text(review.day)}（{week_name(campaign_week(review.day, review.plan.festival))}）"
        f"应触达 {count_text(planned)} 次，已完成 {count_text(done)} 次"
        f"（{_share(done, planned)}）；已放款 {wan_text(amount)} 万元，"
        f"按进度应达 {wan_text(due)} 万元（{_share(amount, due)}）；"
        f"{len(review.pace)} 人中 {len(review.silent)} 人没有交回。"
    )


def unheard_sentence(review: Review) -> str:
    """Say how many have sent no workbook yet; empty where everybody has sent one."""
    count = int(review.silent["last_return"].isna().sum())
    words = "位从未交回工作簿，做得怎样还不知道，没有参加比较；请先收回"
    return f"{count} {words}。" if count else ""


def _moved(review: Review) -> str:
    moved = review.moved
    return (
        f"七天来新增：触达 {count_text(moved.done)} 次，申请 {count_text(moved.applied)} 户，"
        f"放款 {count_text(moved.disbursed)} 户 {wan_text(moved.amount)} 万元。"
    )


def _figures(review: Review) -> tuple[Figure, ...]:
    totals, payouts = review.branches.sum(numeric_only=True), review.payouts
    weeks = review.pool["weeks_left"].median()
    return (
        Figure(
            "触达完成",
            _share(totals["done"], totals["planned"]),
            f"{count_text(totals['done'])}/{count_text(totals['planned'])} 次",
        ),
        Figure(
            "已放款",
            f"{wan_text(totals['amount'])} 万元",
            f"应达目标的 {_share(totals['amount'], totals['target_due'])}",
        ),
        Figure("在途意向", f"{wan_text(totals['open_amount'])} 万元", "谈到金额、尚未放款"),
        Figure(
            "交回",
            f"{len(review.pace) - len(review.silent)}/{len(review.pace)} 人",
            "没有交回的见下",
        ),
        Figure(
            "储备可用",
            f"{_weeks(weeks)} 周",
            "人均待触达除以每周触达，中位数",
        ),
        Figure("奖励", f"{wan_text(payouts['payout'].sum())} 万元", "按结果测算，非发放"),
    )


def _branch_row(row: dict[str, Any]) -> PaceRow:
    silent = f"，{count_text(row['silent'])} 人未交" if row["silent"] else ""
    detail = f"{count_text(row['managers'])} 人{silent}"
    return PaceRow(name=str(row["branch"]), detail=detail, weeks_left="", ahead="", **_pace(row))


def _manager_rows(review: Review) -> tuple[PaceRow, ...]:
    table = review.pace.merge(review.pool[["manager_id", "weeks_left"]], on="manager_id")
    coming = ["manager_id", "visits", "calls", "follow_ups"]
    rows = _rows(table.merge(review.ahead[coming], on="manager_id"))
    return tuple(
        PaceRow(
            name=str(row["manager_name"]),
            detail=f"{row['branch']} {row['manager_id']}",
            weeks_left=_weeks(row["weeks_left"]),
            ahead="/".join(count_text(row[name]) for name in coming[1:]),
            **_pace(row),
        )
        for row in rows
    )


def _pace(row: dict[str, Any]) -> dict[str, str]:
    return {
        "touches": f"{count_text(row['done'])}/{count_text(row['planned'])}",
        "activity": percent_text(row["activity_ratio"], 0),
        "met": count_text(row["met"]),
        "applied": count_text(row["applied"]),
        "disbursed": count_text(row["disbursed"]),
        "amount": wan_text(row["amount"]),
        "due": wan_text(row["target_due"]),
        "share": percent_text(row["amount_ratio"], 0),
        "open_amount": wan_text(row["open_amount"]),
    }


def _interview_row(row: dict[str, Any]) -> InterviewRow:
    return InterviewRow(
        name=str(row["manager_name"]),
        detail=f"{row['branch']} {row['manager_id']}",
        reason=str(row["reason"]),
        amount=wan_text(row["amount"]),
        peers=wan_text(row["peer_amount"]),
        ratio=times(row["gap_ratio"]),
        factors=tuple(times(row[name]) for name in FACTORS),
        weakest=held_back_by(row),
    )


def _promise_rows(review: Review) -> tuple[PromiseRow, ...]:
    names = dict(zip(review.pace["manager_id"], review.pace["manager_name"], strict=True))
    return tuple(promise_row(row, names) for row in _rows(review.promises))


def _tellers(review: Review) -> str:
    """Return who broke through this week, then those with the most lent; none to be talked to."""
    behind = review.pace["manager_id"].isin(review.interviews["manager_id"])
    news = review.stories.breakthroughs
    told = [f"{row['manager_name']}（{row['branch']}，{win_words(row)}）" for row in _rows(news)]
    known = review.pace["manager_id"].isin(news["manager_id"])
    lent = review.pace[(review.pace["disbursed"] > 0) & ~behind & ~known]
    best = lent.sort_values(["amount", "manager_id"], ascending=[False, True], kind="stable")
    told += [
        f"{row['manager_name']}（{row['branch']}，{count_text(row['disbursed'])} 户 "
        f"{wan_text(row['amount'])} 万元）"
        for row in _rows(best.head(TELLERS_SHOWN))
    ]
    return "、".join(told)


def _rewards(review: Review) -> str:
    payouts = review.payouts
    paid, amount = payouts["payout"].sum(), payouts["amount"].sum()
    extra, rules = payouts["extra"].sum(), review.plan.settings.incentives
    cost = f"，每放一万元 {paid / (amount / 10_000):,.2f} 元" if amount > 0 else ""
    if extra > 0:
        cost += f"；其中估计靠触达多放的 {wan_text(extra)} 万元，每万元 {paid / (extra / 10_000):,.2f} 元"
    if rules.budget > 0:
        cost += f"；预算 {wan_text(rules.budget)} 万元，还剩 {wan_text(rules.budget - paid)} 万元"
    until = review.plan.festival + timedelta(days=rules.hold_days)
    return (
        f"按收回的结果测算，奖励合计 {wan_text(paid)} 万元{cost}；其中 "
        f"{wan_text(payouts['deferred'].sum())} 万元到 {day_text(until)}"
        f"（春节后 {rules.hold_days} 天）看资产质量再发。"
    )


def review_stamp(review: Review, title: str) -> Stamp:
    """Return what a page of the review says of itself."""
    plan = review.plan
    book_day = plan.book_day or plan.as_of
    bank, version = plan.bank_name or BANK, edition(plan.version, book_day, plan.as_of)
    note = load_calendar().note(plan.start, plan.end)
    notices = (INTERNAL, "金额以客户经理填报为准")
    footer = (title, f"截至 {day_text(review.day)}", version, *notices)
    return Stamp(
        bank=bank,
        as_of=day_text(book_day),
        window=f"{day_text(plan.start)} 至 {day_text(plan.end)}",
        festival=day_text(plan.festival),
        version=version,
        calendar_note=note,
        notices=notices,
        footer=css_text(" · ".join(footer)),
        header=css_text(f"{bank} · {title}"),
    )


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _who(row: dict[str, Any]) -> str:
    return f"{row['manager_name']} {row['manager_id']}"


def _day(value: Any) -> str:
    return day_text(value) if value == value and value is not None else "从未"


def _share(part: float, whole: float) -> str:
    return percent_text(part / whole, 0) if whole > 0 else UNKNOWN


def _weeks(weeks: float) -> str:
    return UNKNOWN if weeks != weeks else f"{weeks:.1f}"


def _funnel_word(name: str) -> str:
    return FUNNEL_WORDS.get(name, PACE.field(name).label)
