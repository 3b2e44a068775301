"""Trades in season for a branch or the bank: when, why, and how strongly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from campaign.render.briefing.cuts import Row, words
from campaign.render.briefing.facts import Facts
from campaign.render.briefing.pages import Trade
from campaign.render.charts import IN_SEASON, season_strip
from campaign.render.drawing import Drawing, fitted
from campaign.render.formats import count_text, short_day, wan_text

REASON_WIDTH = 36


def trades_in_season(facts: Facts, rows: Sequence[Row], most: int) -> list[Row]:
    """Return the rows of demand whose trade has a strong week inside the campaign."""
    seasons = facts.seasons
    weeks = [week for week, _ in facts.weeks]
    found = []
    for row in rows:
        index = seasons.weeks_of(words(row["industry_code"]), words(row["sub_industry"]))
        if max((index.get(week, 0.0) for week in weeks), default=0.0) >= IN_SEASON:
            found.append(row)
    return found[:most]


def trade_row(facts: Facts, row: Row) -> Trade:
    """Return one trade in season: its strong weeks are those above half of its peak's lift."""
    code, trade = words(row["industry_code"]), words(row["sub_industry"])
    index = facts.seasons.weeks_of(code, trade)
    days = dict(facts.weeks)
    inside = {week: index[week] for week in days if week in index}
    peak = max(inside, key=lambda week: (inside[week], -week))
    first = last = peak
    least = 1 + (inside[peak] - 1) / 2
    while inside.get(first - 1, 0.0) >= least:
        first -= 1
    while inside.get(last + 1, 0.0) >= least:
        last += 1
    reason, is_sourced = facts.seasons.reason_of(code, trade)
    sunday = days[last] + timedelta(days=6)
    return Trade(
        name=facts.told(facts.seasons.name_of(code, trade)),
        window=f"{short_day(days[first])} 至 {short_day(sunday)}",
        leads=f"{count_text(row['customers'])} 户，{wan_text(row['expected'])} 万元",
        reason=fitted(reason, REASON_WIDTH) + ("" if is_sourced else "（示例）"),
    )


def season_picture(facts: Facts, rows: Sequence[Row]) -> Drawing:
    """Return the season by week of these trades."""
    trades = []
    for row in rows:
        code, trade = words(row["industry_code"]), words(row["sub_industry"])
        index = facts.seasons.weeks_of(code, trade)
        values = [index.get(week) for week, _ in facts.weeks]
        trades.append((facts.told(facts.seasons.name_of(code, trade)), values))
    weeks = [(week, short_day(monday)) for week, monday in facts.weeks]
    return season_strip(weeks, trades)
