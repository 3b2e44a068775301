"""Rows of the review's smaller tables: by source, by week, rates before and now, votes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from campaign.progress.reward_parts import PARTS
from campaign.progress.week import COMING
from campaign.render.formats import (
    UNKNOWN,
    WAN,
    count_text,
    day_and_weekday,
    is_unknown,
    label_of,
    percent_text,
    wan_text,
    week_name,
)
from campaign.render.review_fields import ComingRow, PartRow, PoolRow, RateRow, RewardRow, VoteRow
from campaign.vocabulary import PAYOUTS, Source

WHOLE = ""
REST = ("payout", "deferred", "extra")
POOL_STAGES = ("follow_ups", "interested", "applied")
NO_SOURCE = "未列来源"


def pool_rows(pool: pd.DataFrame, pace: pd.DataFrame, group: str) -> tuple[PoolRow, ...]:
    """Return what is in reserve (table POOL), together for each value of a column of PACE."""
    table = pool.merge(
        pace[["manager_id", "manager_name", "branch", "referral_due", "referral_steps"]],
        on="manager_id",
    )
    table["asked"] = (table["referral_due"] * table["referral_steps"]).fillna(0.0)
    counts = ["open_touches", *POOL_STAGES, "stock", "weekly_use", "referral_due", "asked"]
    return tuple(
        PoolRow(
            name=name,
            left=count_text(row["open_touches"]),
            stages=tuple(count_text(row[stage]) for stage in POOL_STAGES),
            stock=wan_text(row["stock"]),
            weekly=f"{row['weekly_use']:.1f}",
            weeks=_ratio(row["open_touches"], row["weekly_use"], "{:.1f}"),
            asked=_ratio(row["asked"], row["referral_due"], "{:.0%}"),
        )
        for name, row in _summed(table, group, counts)
    )


def reward_rows(payouts: pd.DataFrame, pace: pd.DataFrame, group: str) -> tuple[RewardRow, ...]:
    """Return what would be paid so far (table PAYOUTS), for each value of a column of PACE."""
    people = pace[["manager_id", "manager_name", "branch"]]
    table = people.merge(payouts, on="manager_id")
    return tuple(
        RewardRow(
            name=name,
            loans=count_text(row["loans"]),
            amount=wan_text(row["amount"]),
            parts=tuple(count_text(row[part]) for part in PARTS),
            payout=count_text(row["payout"]),
            deferred=count_text(row["deferred"]),
            cost=_ratio(row["payout"], row["extra"] / WAN, "{:,.2f}"),
        )
        for name, row in _summed(table, group, ["loans", "amount", *PARTS, *REST])
    )


def _summed(
    table: pd.DataFrame, group: str, columns: Sequence[str]
) -> Iterator[tuple[str, dict[Any, Any]]]:
    """Yield the name of each branch or manager with the sums of some columns."""
    groups = table.groupby(group, sort=False)
    sums, names = groups[list(columns)].sum(), groups["manager_name"].first()
    for key, row in zip(sums.index, sums.to_dict("records"), strict=True):
        yield f"{names[key]} {key}" if group == "manager_id" else str(key), row


def reward_parts_named() -> tuple[str, ...]:
    """Return the names of the parts of a pay-out, as heads of narrow columns."""
    return tuple(PAYOUTS.field(part).label.removesuffix("奖励") for part in PARTS)


def _ratio(part: float, whole: float, words: str) -> str:
    return words.format(part / whole) if whole > 0 else UNKNOWN


def coming_rows(days: pd.DataFrame) -> tuple[ComingRow, ...]:
    """Return what the next seven days hold (table AHEAD_DAYS), and all of them together."""
    sums = days.groupby("date")[list(COMING)].sum()
    rows = [
        _coming(day_and_weekday(row["date"]), row) for row in sums.reset_index().to_dict("records")
    ]
    if len(rows) > 1:
        rows.append(_coming("合计", sums.sum().to_dict(), is_sum=True))
    return tuple(rows)


def _coming(day: str, row: dict[Any, Any], *, is_sum: bool = False) -> ComingRow:
    visits, calls, follow_ups = (count_text(row[name]) for name in COMING[:3])
    return ComingRow(day, visits, calls, follow_ups, wan_text(row["value"]), is_sum)


def late_sentence(ahead: pd.DataFrame, days: pd.DataFrame) -> str:
    """Return what of the days before is still to be done; empty where nothing is."""
    touches = ahead["overdue"].sum()
    promises = ahead["follow_ups"].sum() - days["follow_ups"].sum()
    words = [
        f"{count_text(count)} {what}"
        for count, what in ((touches, "次触达过了计划日"), (promises, "户过了约定的回访日"))
        if count > 0
    ]
    return f"还有 {'、'.join(words)}，请先补上。" if words else ""


def source_rows(sources: pd.DataFrame) -> tuple[PartRow, ...]:
    """Return the pace by source of growth (table SOURCE_PACE), in their order."""
    return tuple(
        _part(
            label_of(Source, row["source"]) or NO_SOURCE,
            row,
            f"{count_text(row['disbursed'])} 户 {wan_text(row['amount'])}",
        )
        for row in sources.to_dict("records")
    )


def week_rows(weeks: pd.DataFrame) -> tuple[PartRow, ...]:
    """Return the pace by week (table WEEK_PACE), the first week first."""
    return tuple(_part(week_name(int(row["week"])), row, "") for row in weeks.to_dict("records"))


def _part(name: str, row: dict[Any, Any], lent: str) -> PartRow:
    touches = f"{count_text(row['done'])}/{count_text(row['planned'])}"
    return PartRow(name, touches, count_text(row["left"]), lent)


def rate_rows(rates: pd.DataFrame) -> tuple[RateRow, ...]:
    """Return the sources with somebody touched (table RATES_UPDATED), in their order."""
    whole = rates[rates["segment"].fillna(WHOLE).eq(WHOLE) & rates["tried"].gt(0)]
    return tuple(
        RateRow(
            label_of(Source, row["source"]),
            percent_text(row["before"]),
            percent_text(row["after"]),
            f"{percent_text(row['low'])} 至 {percent_text(row['high'])}",
            count_text(row["tried"]),
            f"{row['won']:,.1f}",
        )
        for row in whole.to_dict("records")
    )


def vote_rows(scores: pd.DataFrame) -> tuple[VoteRow, ...]:
    """Return who judged trades (table VOTE_SCORES), the best first."""
    ordered = scores.sort_values(
        ["weight", "branch", "voter"], ascending=[False, True, True], kind="stable"
    )
    return tuple(
        VoteRow(
            " ".join(str(part) for part in (row["branch"], row["voter"]) if not is_unknown(part)),
            count_text(row["votes"]),
            count_text(row["hits"]),
            f"{row['error']:.2f}",
            f"{row['weight']:.2f}",
        )
        for row in ordered.to_dict("records")
    )
