"""Opportunities with customers we have: one customer's money counted once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from campaign.festival import CampaignWindow
from campaign.growth.headroom import LABELS, SECURITY
from campaign.growth.industry import needs_of, season_reasons
from campaign.growth.keys import first_that_holds
from campaign.growth.portfolio import Portfolio
from campaign.growth.referral import referral_reasons
from campaign.growth.windows import is_open
from campaign.growth.wording import has_words, wan
from campaign.settings import Settings
from campaign.vocabulary import Signal, Source

OTHER_USES = "可用空间已先用于他行置换或旺季需求"
GUESSED_SECURITY = "（担保方式未知，按信用计）"
RED = "风险初筛为红灯"


@dataclass(frozen=True)
class CustomerCase:
    """What is known of each customer when opportunities are shared out, row by row.

    Attributes:
        portfolio: The customers, with managers who work.
        headroom: Table HEADROOM.
        refusal: Why a customer must not be approached, or empty.
        first_day: First day to ask a customer for growth, as `windows.first_days` says.
        trades: Trade of each customer, empty where unknown.
        seasons: What `industry.hot_seasons` returned.
        moved: Yuan that the planned refinance takes of the headroom.
        tickets: What `prospects.usual_tickets` returned.
        names: What `referral.expected_names` returned.
    """

    portfolio: Portfolio
    headroom: pd.DataFrame
    refusal: np.ndarray
    first_day: pd.Series
    trades: pd.Series
    seasons: pd.DataFrame
    moved: np.ndarray
    tickets: pd.DataFrame
    names: pd.DataFrame

    @property
    def red(self) -> np.ndarray:
        """Return which customers the screen stops."""
        return self.headroom["signal"].eq(Signal.RED.value).to_numpy()

    def barred(self) -> np.ndarray:
        """Return why a customer gets no touch for growth, empty where he may."""
        return first_that_holds([self.refusal != "", self.red], [self.refusal, RED])

    def barred_by_id(self) -> pd.Series:
        """Return why a customer must not be approached, by customer_id."""
        return pd.Series(self.refusal, index=self.headroom["customer_id"])


def opportunities_of_customers(
    case: CustomerCase, window: CampaignWindow, settings: Settings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return draw, top-up, seasonal need and referral of customers, and who is left out.

    Returns:
        Rows of OPPORTUNITIES before rates (with possible and segment), and of LEFT_OUT.
    """
    tables = shared_money(case, window, settings)
    tables[Source.REFERRAL] = referral_visits(case, window)
    chosen, left = [], []
    for source, table in tables.items():
        rows = table.assign(source=source.value, segment=_segment(source, table))
        told = _told(table)
        whose = case.headroom[["customer_id", "source_rows"]].iloc[told]
        chosen.append(rows.drop(columns=["considered", "excluded"]).iloc[told].assign(**whose))
        out = np.flatnonzero(table["considered"] & table["excluded"].ne(""))
        who = case.headroom["customer_id"].iloc[out]
        left.append(
            pd.DataFrame(
                {"customer_id": who, "source": source.value, "reason": table["excluded"].iloc[out]}
            )
        )
    return pd.concat(chosen).assign(is_prospect=False), pd.concat(left)


def _segment(source: Source, table: pd.DataFrame) -> pd.Series | str:
    if source is Source.TOP_UP:
        return table["grade"]
    return "customer" if source is Source.INDUSTRY else ""


def shared_money(
    case: CustomerCase, window: CampaignWindow, settings: Settings
) -> dict[Source, pd.DataFrame]:
    """Return draw, industry and top-up of each customer; every yuan stands in one of them.

    Refinance comes first and its amount is gone; then the dated seasonal need takes up to
    `industry.sharing` of the room for new money; top-up has the rest. Drawing uses what was
    granted already, so it takes no headroom.

    Formula:
        room = min(new_money, headroom - moved)
        industry = min(seasonal need, sharing x room); top_up = room - industry

    Source:
        design: one customer's money counted once; docs/method.md#opportunities.

    Returns:
        By source a table with a row a customer: possible (0 where none), excluded (reason),
        window_start, window_end, reason (empty where excluded), grade.
    """
    headroom = case.headroom
    room = np.minimum(headroom["new_money"], headroom["headroom"] - case.moved).clip(lower=0)
    industry = _industry(case, room, window, settings)
    top_up = _top_up(case, room - industry["possible"], window, settings)
    return {
        Source.DRAW: _draw(case, window, settings),
        Source.INDUSTRY: industry,
        Source.TOP_UP: top_up,
    }


def _draw(case: CustomerCase, window: CampaignWindow, settings: Settings) -> pd.DataFrame:
    undrawn = case.headroom["undrawn"]
    small = undrawn.lt(settings.headroom.least_amount)
    barred = case.barred()
    excluded = first_that_holds([barred != "", small], [barred, "可用额度不足一笔"])
    table = _framed(case, undrawn, excluded, window)
    table["considered"] = undrawn.gt(0)
    told = _told(table)
    words = [f"额度已批未用 {text}，提醒提款即可" for text in wan(undrawn[told])]
    return _with_reasons(table, told, words)


def _industry(
    case: CustomerCase, room: pd.Series, window: CampaignWindow, settings: Settings
) -> pd.DataFrame:
    people, seasons = case.portfolio.customers, case.seasons
    share = room * settings.industry.sharing
    need = needs_of(people, seasons, settings.headroom.default_profit_margin, settings.industry)
    possible = pd.Series(np.fmin(need, share), index=room.index)
    first = seasons["window_start"]
    first = first.where(first >= case.first_day, case.first_day)
    barred, closed = case.barred(), ~is_open(first, seasons["window_end"])
    excluded = first_that_holds(
        [
            barred != "",
            seasons["peak"].isna(),
            closed,
            possible.lt(settings.headroom.least_amount),
        ],
        [
            barred,
            "所属行业在活动期内不在旺季",
            "旺季在黄灯客户可再议之前结束",
            "旺季需求没有可用空间",
        ],
    )
    table = _framed(case, possible, excluded, window)
    table["considered"] = case.trades.ne("").to_numpy()
    table["window_start"], table["window_end"] = first, seasons["window_end"]
    table["sub_industry"] = seasons["sub_industry"]
    told = _told(table)
    words = [
        "销售额未知，按可用空间的一部分估" if yuan != yuan else f"测算备货需求 {text}"
        for yuan, text in zip(need[told].tolist(), wan(need[told]), strict=True)
    ]
    return _with_reasons(table, told, season_reasons(seasons.iloc[told], words))


def _top_up(
    case: CustomerCase, rest: pd.Series, window: CampaignWindow, settings: Settings
) -> pd.DataFrame:
    headroom, least = case.headroom, settings.headroom.least_amount
    first = case.first_day
    binding = headroom["binding_cap"].map(LABELS)
    guessed = np.where(has_words(headroom["not_checked"], SECURITY), GUESSED_SECURITY, "")
    barred = case.barred()
    none: pd.Series = "按" + binding + "测算已无空间" + guessed
    excluded = first_that_holds(
        [
            barred != "",
            headroom["headroom"].le(0),
            headroom["new_money"].lt(least),
            rest.lt(least),
            first.gt(pd.Timestamp(window.end)),
        ],
        [
            barred,
            none,
            "除可置换部分外没有新增空间",
            OTHER_USES,
            "黄灯信用客户须节后再议，活动已结束",
        ],
    )
    table = _framed(case, rest, excluded, window)
    table["considered"] = True
    table["window_start"] = first
    told = _told(table)
    found = zip(wan(rest.iloc[told]), headroom["reason"].iloc[told].tolist(), strict=True)
    return _with_reasons(table, told, [f"可增 {text}，{words}" for text, words in found])


def referral_visits(case: CustomerCase, window: CampaignWindow) -> pd.DataFrame:
    """Return what a visit to each customer is worth through names he gives.

    Formula:
        possible = names x usual ticket of his trade; the rate is that of one name

    Source:
        docs/method.md#referral.
    """
    names = case.names
    table = _framed(case, names["names"] * case.tickets["ticket"], case.barred(), window)
    table["considered"] = True
    table["grade"] = first_that_holds([case.tickets["firm"]], ["B"], "C")
    told = _told(table)
    return _with_reasons(table, told, referral_reasons(names.iloc[told]))


def _framed(
    case: CustomerCase,
    possible: pd.Series,
    excluded: np.ndarray,
    window: CampaignWindow,
) -> pd.DataFrame:
    table = pd.DataFrame({"excluded": excluded, "grade": case.headroom["grade"].to_numpy()})
    table["possible"] = np.where(table["excluded"].eq(""), possible.round(2), 0.0)
    table["window_start"] = pd.Timestamp(window.start)
    table["window_end"] = pd.Timestamp(window.end)
    return table


def _told(table: pd.DataFrame) -> np.ndarray:
    """Return the rows that become opportunities: only they need words."""
    return np.flatnonzero(table["considered"] & table["excluded"].eq(""))


def _with_reasons(table: pd.DataFrame, told: np.ndarray, words: list[str]) -> pd.DataFrame:
    reason = np.full(len(table), "", dtype=object)
    reason[told] = words
    table["reason"] = reason
    return table
