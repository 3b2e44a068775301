"""行业性需求: which trades want money in which weeks around the festival, and how much."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from campaign.festival import CampaignWindow, week_start
from campaign.growth.trades import TradeBook
from campaign.growth.windows import inside
from campaign.settings import IndustryRules
from campaign.vocabulary import Source

MONTHS_A_YEAR = 12
DAYS_A_WEEK = 7


def seasonal_need(
    annual_sales: float, peak_index: float, profit_margin: float, stock_months: float
) -> float:
    """Return the money that stocking up for a season ties, above a usual month, in yuan.

    Formula:
        annual_sales / 12 x (peak_index - 1) x (1 - profit_margin) x stock_months

    Source:
        domain rule A1, micro substitute for seasonal stock; docs/method.md#industry.

    Example:
        Sales of 3 million, a peak of 1.8, a tenth kept, a month and a half of stock:

        >>> round(seasonal_need(3_000_000, 1.8, 0.10, 1.5))
        270000
    """
    month = annual_sales / MONTHS_A_YEAR
    return month * max(peak_index - 1, 0) * (1 - profit_margin) * stock_months


@dataclass(frozen=True)
class Seasons:
    """Table SEASON_INDEX with its trades, and what `votes.branch_outlook` returned."""

    index: pd.DataFrame
    trades: TradeBook
    outlook: pd.DataFrame


def hot_seasons(
    people: pd.DataFrame, seasons: Seasons, window: CampaignWindow, rules: IndustryRules
) -> pd.DataFrame:
    """Return for each customer or prospect the season of his trade inside the campaign.

    Formula:
        index of a week = 1 + (table index - 1) x (1 + vote_weight x outlook); a trade is in
        season where its peak is among the `strongest` of all trades, in the weeks with at
        least `near_peak` of its peak, and never below `hot_index`

    Source:
        domain rules C1-C4; docs/method.md#industry.

    Args:
        people: Rows with `trade` (what `recognise` returned) and branch.
        seasons: The season table, its trades and the branches' votes.
        window: The campaign.
        rules: Settings [industry].

    Returns:
        By row of people: peak (NaN where the trade is out of season or unknown), sub_industry,
        window_start, window_end, when (words), outlook.
    """
    pairs = people[["trade", "branch"]].fillna("")
    keys = pairs[pairs["trade"].ne("")].drop_duplicates().reset_index(drop=True)
    keys["outlook"] = _outlook_of(keys, seasons.outlook)
    curves = _curves(seasons, window)
    least = _least_peak(curves, seasons.trades, rules)
    found = [_season_of(curves.get(trade), outlook, least, rules) for trade, outlook in _rows(keys)]
    table = pd.DataFrame(found, columns=_FOUND, index=keys.index)
    first = _mondays(table["first_week"] - rules.lead_weeks, window)
    last = _mondays(table["last_week"], window) + pd.Timedelta(days=DAYS_A_WEEK - 1)
    table["window_start"], table["window_end"] = inside(first, last, window)
    hot = table["peak"].notna()
    for name in ("window_start", "window_end"):
        table[name] = table[name].where(hot)
    keyed = pd.concat([keys, table], axis=1)
    keyed["when"] = keyed["peak_week"].map(_week_words, na_action="ignore")
    merged = pairs.merge(keyed, how="left", on=["trade", "branch"])
    days = dict.fromkeys(("window_start", "window_end"), "datetime64[s]")
    return merged[_SEASON].astype({"peak": float, "outlook": float, **days}).set_index(people.index)


def _mondays(weeks: pd.Series, window: CampaignWindow) -> pd.Series:
    days = pd.to_timedelta(weeks.astype(float) * DAYS_A_WEEK, unit="D")
    return (pd.Timestamp(week_start(0, window.festival)) + days).astype("datetime64[s]")


_FOUND = ["peak", "sub_industry", "first_week", "last_week", "peak_week"]
_SEASON = ["peak", "sub_industry", "window_start", "window_end", "when", "outlook"]


@dataclass(frozen=True)
class _Curve:
    """The rows of one trade in the season table, by week of the campaign."""

    weeks: np.ndarray
    index: np.ndarray
    names: list[str]


def _rows(keys: pd.DataFrame) -> list[tuple[str, float]]:
    return list(zip(keys["trade"].tolist(), keys["outlook"].tolist(), strict=True))


def _outlook_of(keys: pd.DataFrame, outlook: pd.DataFrame) -> np.ndarray:
    by_key = outlook.set_index(["trade", "branch"])["outlook"]
    own = by_key.reindex(pd.MultiIndex.from_frame(keys[["trade", "branch"]])).to_numpy()
    bank = by_key.reindex([(trade, "") for trade in keys["trade"]]).to_numpy()
    return np.asarray(np.nan_to_num(np.where(np.isnan(own), bank, own)), dtype=float)


def _curves(seasons: Seasons, window: CampaignWindow) -> dict[str, _Curve]:
    """Return the curve of each trade, and of each code that has a row of its own."""
    named = seasons.index.assign(sub_industry=seasons.index["sub_industry"].fillna(""))
    named = named[named["week"].isin(window.weeks)]
    named = named.sort_values(["industry_code", "sub_industry", "week"], kind="stable")
    wide = named.pivot_table(
        index=["industry_code", "sub_industry"], columns="week", values="index", aggfunc="first"
    )
    weeks, index = wide.columns.to_numpy(dtype=int), wide.to_numpy(dtype=float)
    codes, names = (list(level) for level in zip(*wide.index, strict=True))
    places: dict[str, list[int]] = {}
    trade_of = {n: trade for trade, rows in seasons.trades.trade_rows.items() for n in rows}
    for place, (code, name) in enumerate(zip(codes, names, strict=True)):
        places.setdefault(trade_of.get(name, code), []).append(place)
    return {key: _Curve(weeks, index[at], [names[n] for n in at]) for key, at in places.items()}


def _least_peak(curves: dict[str, _Curve], trades: TradeBook, rules: IndustryRules) -> float:
    """Return the peak that a trade must reach to be among the strongest of all trades."""
    peaks = [np.nanmax(curves[trade].index) for trade in trades.trade_rows if trade in curves]
    if not peaks:
        return rules.hot_index
    return max(rules.hot_index, float(np.quantile(peaks, 1 - rules.strongest)))


def _season_of(
    curve: _Curve | None, outlook: float, least: float, rules: IndustryRules
) -> tuple[object, ...]:
    """Return peak, row, first, last and highest week; all unknown out of season."""
    nothing = (np.nan, None, np.nan, np.nan, np.nan)
    if curve is None:
        return nothing
    index = np.nan_to_num(1 + (curve.index - 1) * (1 + rules.vote_weight * outlook), nan=1.0)
    best = index.max(axis=0)
    at = int(np.argmax(best))
    if best[at] < least:
        return nothing
    hot = curve.weeks[best >= max(rules.hot_index, rules.near_peak * best[at])]
    row = int(np.argmax(index[:, at]))
    name = curve.names[row] or None
    return float(best[at]), name, hot[0], hot[-1], curve.weeks[at]


def _week_words(week: float) -> str:
    """Return a campaign week in words.

    >>> [_week_words(week) for week in (-3, 0, 2)]
    ['节前第3周', '春节当周', '节后第2周']
    """
    if week == 0:
        return "春节当周"
    return f"节前第{-week:.0f}周" if week < 0 else f"节后第{week:.0f}周"


def needs_of(
    people: pd.DataFrame, seasons: pd.DataFrame, default_margin: float, rules: IndustryRules
) -> np.ndarray:
    """Return the seasonal need of each customer in yuan; NaN where sales are unknown.

    The index counts loans, not sales, so its lift counts up to `most_lift` only.
    """
    margin = people["profit_margin"].fillna(default_margin).to_numpy()
    lift = np.clip(seasons["peak"].to_numpy() - 1, 0, rules.most_lift)
    month = people["annual_sales"].to_numpy() / MONTHS_A_YEAR
    return np.asarray(month * lift * (1 - margin) * rules.stock_months, dtype=float)


def season_reasons(seasons: pd.DataFrame, tail: list[str]) -> list[str]:
    """Return why now, one sentence a row, ending with `tail`."""
    rows = zip(
        seasons["sub_industry"].fillna("所属行业").tolist(),
        seasons["when"].tolist(),
        seasons["peak"].tolist(),
        seasons["outlook"].tolist(),
        tail,
        strict=True,
    )
    return [
        f"{name}{when}用款最旺，约为平时 {peak:.1f} 倍"
        + (f"（含研判 {outlook:+.1f}）" if outlook else "")
        + f"；{end}"
        for name, when, peak, outlook, end in rows
    ]


def with_rewards(rows: pd.DataFrame, rules: IndustryRules) -> pd.DataFrame:
    """Return opportunities with `rewarded`: which are on the special-reward list (专项奖励).

    Seasonal ones whose trade the bank named in `reward_trades`; all seasonal ones where it
    named none.

    Source:
        source_notes (突出行业客户发放, 业务提成比例可以高些); docs/method.md#industry.
    """
    named = [name.strip() for name in rules.reward_trades.split("、") if name.strip()]
    trades = rows["sub_industry"].fillna("")
    listed = trades.str.contains("|".join(map(re.escape, named))) if named else trades.ne("")
    return rows.assign(rewarded=rows["source"].eq(Source.INDUSTRY.value) & listed)
