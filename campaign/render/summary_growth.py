"""The tables of the bank summary on where growth comes from: sources, rates, trades, run-off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from campaign.festival import campaign_week, week_start
from campaign.plan.capacity import BANK_OWNER, shared_needs
from campaign.render.action_source import ActionSource, best_first, plain_days, shown_amount
from campaign.render.formats import week_days, week_name
from campaign.render.ranking import ranked
from campaign.render.summary_tables import Listing, plain
from campaign.render.xlsx_lists import Column
from campaign.vocabulary import MARKETS, RESERVE, Grade, RefinanceStatus, Resource, Source

if TYPE_CHECKING:
    from campaign.plan.campaign_plan import CampaignPlan

TRADES_SHOWN = 40
CURVES_SHOWN = 5
SOURCE_NOTES = {
    Source.RENEWAL: "到期再贷，不算增长，只减流失",
    Source.DRAW: "额度已批，只差提用",
    Source.TOP_UP: "存量客户增加授信",
    Source.REFINANCE: "他行经营贷款转入",
    Source.INDUSTRY: "旺季行业的备货与周转",
    Source.TEAM: "名单与市场走访，团队外出",
    Source.REFERRAL: "存量客户介绍",
}
ORDER_COLUMNS = ["opportunity_id", "amount", "natural_probability", "full_probability"]
SOURCE_COLUMNS = [*ORDER_COLUMNS, "customer_no", "source", "grade", "expected"]
TRADE_COLUMNS = [
    *ORDER_COLUMNS, "customer_no", "customer_id", "grade", "expected", "industry_code",
    "sub_industry", "area", "rewarded", "is_prospect",
]  # fmt: skip
MATURITIES_SHOWN = 60
MARKETS_SHOWN = 60


def source_listing(source: ActionSource) -> Listing:
    """Return each source with its cases, money, and what touches add."""
    rows = best_first(source.growth[SOURCE_COLUMNS])
    rows = rows.assign(
        firm=rows["amount"].where(rows["grade"].ne(Grade.C.value)),
        natural=rows["amount"] * rows["natural_probability"],
    )
    groups = rows.groupby("source")
    sums = groups.agg(
        customers=("customer_no", "nunique"),
        cases=("opportunity_id", "size"),
        natural=("natural", "sum"),
        expected=("expected", "sum"),
        amount=("amount", "sum"),
    )
    sums["firm"] = groups["firm"].sum(min_count=1)
    sums = sums.reindex([member.value for member in Source])
    counts = ["customers", "cases"]
    sums[counts] = sums[counts].fillna(0)
    sums["added"] = sums["expected"] - sums["natural"]
    sums["chance"] = sums["expected"] / sums["amount"]
    sums["firm"] = shown_amount(sums["firm"]).where(sums["cases"] > 0, None)
    sums["source"] = [member.label for member in Source]
    sums["note"] = [SOURCE_NOTES[member] for member in Source]
    columns = (
        Column("增长来源", "bold", 12.0), Column("客户数", "count", 11.0),
        Column("机会数", "count", 11.0), Column("可能金额", "wan", 14.0),
        Column("不触达也会来", "wan", 14.0), Column("走访电话增加", "wan", 14.0),
        Column("预计", "wan_bold", 14.0), Column("平均概率", "percent", 11.0),
        Column("说明", "wrap", 46.0),
    )  # fmt: skip
    names = [
        "source", "customers", "cases", "firm", "natural", "added", "expected", "chance", "note",
    ]  # fmt: skip
    return Listing(columns, plain(sums[names]))


def refinance_listing(plan: CampaignPlan) -> Listing:
    """Return the loans at other banks by what is done about them."""
    rows = plan.growth.refinance
    sums = rows.groupby("status").agg(
        cases=("customer_id", "size"), balance=("balance", "sum"), amount=("amount", "sum")
    )
    sums = sums.reindex([member.value for member in RefinanceStatus]).fillna(0.0)
    sums.insert(0, "label", [member.label for member in RefinanceStatus])
    columns = (
        Column("他行贷款", "bold", 12.0), Column("笔数", "count", 10.0),
        Column("他行余额", "wan", 10.0), Column("可置换金额", "wan", 14.0),
    )  # fmt: skip
    return Listing(columns, plain(sums))


def quota_listing(plan: CampaignPlan) -> Listing:
    """Return the quota of special rates by branch and wave or week: given, planned, left.

    Of the many weeks only those in which some is planned; all of them stand in capacity.csv.
    """
    capacity = plan.problem.capacity
    given = capacity[capacity["resource"].eq(Resource.RATE_QUOTA.value)].reset_index(drop=True)
    used = _quota_used(plan)
    rows = []
    for owner, start, end, amount in zip(
        given["owner"], given["period_start"], given["period_end"], given["amount"], strict=True
    ):
        here = used["date"].between(start, end) & (used["yuan"] > 0)
        if owner != BANK_OWNER:
            here &= used["branch"].eq(owner)
        planned = float(used.loc[here, "yuan"].sum())
        name = "全行" if owner == BANK_OWNER else owner
        days = f"{start:%m-%d}—{end:%m-%d}"
        if planned or owner == BANK_OWNER:
            rows.append((name, days, int(here.sum()), amount, planned, amount - planned))
    columns = (
        Column("优惠利率额度", "bold", 14.0), Column("起止", "text", 12.0),
        Column("笔数", "count", 8.0), Column("额度", "wan", 12.0), Column("已排用", "wan", 12.0),
        Column("剩余", "wan", 12.0),
    )  # fmt: skip
    empty = "没有填优惠利率额度，置换不作限时限额。" if given.empty else "额度都还没有排用。"
    return Listing(columns, rows, empty)


def _quota_used(plan: CampaignPlan) -> pd.DataFrame:
    """Return branch, date and `yuan` of each touch that asks for a quota of special rates."""
    candidates = plan.problem.candidates
    need, texts = pd.factorize(candidates["resources"].fillna(""))
    asked = [dict(shared_needs(text)).get(Resource.RATE_QUOTA.value, 0.0) for text in texts]
    yuan = np.array(asked, dtype=float)[need]
    known = dict(zip(candidates["candidate_id"][yuan > 0], yuan[yuan > 0], strict=True))
    used = plan.touches[plan.touches["candidate_id"].isin(known)]
    used = used.merge(plan.managers[["manager_id", "branch"]], on="manager_id", how="left")
    return used.assign(yuan=used["candidate_id"].map(known).astype(float))


def trade_listing(source: ActionSource) -> Listing:
    """Return the trades in season, most expected first, with when and why."""
    in_season = source.growth["source"].eq(Source.INDUSTRY.value)
    rows = source.with_traits(best_first(source.growth.loc[in_season, TRADE_COLUMNS]))
    named = rows["sub_industry"].fillna("")
    rows["trade"] = named.where(named.ne(""), rows["trade"].fillna(""))
    rows["code"] = rows["industry_code"].fillna("")
    rows["firm"] = rows["amount"].where(rows["grade"].ne(Grade.C.value))
    groups = rows.groupby(["trade", "code"])
    sums = groups.agg(
        named=("sub_industry", "first"),
        customers=("customer_no", "nunique"),
        expected=("expected", "sum"),
        rewarded=("rewarded", "max"),
    )
    sums = sums.assign(firm=groups["firm"].sum(min_count=1)).reset_index()
    sums["reward"] = sums["rewarded"].fillna(value=False).astype(bool).map({True: "奖", False: ""})
    sums = sums.sort_values(
        ["expected", "trade", "code"], ascending=[False, True, True], kind="stable"
    ).head(TRADES_SHOWN)
    keys = zip(sums["code"], sums["named"], strict=True)
    sums["peak"] = [source.peak(code, name) for code, name in keys]
    sums["why"] = [source.guidance.trade(trade).why_now for trade in sums["trade"]]
    sums["firm"] = shown_amount(sums["firm"])
    columns = (
        Column("细分行业", "wrap", 24.0), Column("行业代码", "center", 9.0),
        Column("专项奖励", "center", 8.0), Column("客户数", "count", 9.0), Column("可能金额", "wan", 12.0),
        Column("预计", "wan_bold", 12.0), Column("需求最旺", "center", 11.0),
        Column("为什么", "wrap", 62.0),
    )  # fmt: skip
    names = ["trade", "code", "reward", "customers", "firm", "expected", "peak", "why"]
    return Listing(columns, plain(sums[names]), "台账与名单里没有本期进入旺季的行业。")


def season_listing(source: ActionSource, trades: Sequence[str]) -> Listing:
    """Return the season index by week of the first trades that have a curve of their own."""
    plan = source.plan
    season = plan.season
    weeks = plan.window.weeks
    season = season[season["week"].isin(weeks) & season["sub_industry"].isin(trades)]
    table = season.pivot_table(index="week", columns="sub_industry", values="index")
    shown = [trade for trade in trades if trade in table.columns][:CURVES_SHOWN]
    table = table.reindex(weeks)[shown]
    columns = (Column("活动周", "text"), *(Column(trade, "index") for trade in shown))
    rows = [
        (week_name(week), *(None if v != v else v for v in values))
        for week, values in zip(weeks, table.to_numpy().tolist(), strict=True)
    ]
    return Listing(columns, rows if shown else [])


def run_off_listing(plan: CampaignPlan) -> Listing:
    """Return what falls due and is paid back by week of maturity, and what is kept of it."""
    window = plan.window
    rows = plan.growth.run_off
    days = plain_days(rows["maturity_date"])
    week_of = {day: campaign_week(day, window.festival) for day in {*days} if day is not None}
    weeks = [week_of.get(day) if day else None for day in days]
    rows = rows.assign(week=pd.Series(weeks, rows.index, dtype="Float64"))
    due = rows[rows["maturing"] > 0]
    sums = due.groupby("week").agg(
        notes=("loan_note_id", "size"),
        maturing=("maturing", "sum"),
        renewed=("renewed", "sum"),
        lost=("lost", "sum"),
    )
    sums = sums.reindex(window.weeks).fillna(0.0)
    found = [
        (
            week_name(week),
            week_days(week_start(int(week), window.festival)),
            *money,
            notes,
        )
        for week, notes, *money in sums.reset_index().itertuples(index=False, name=None)
    ]
    columns = (
        Column("到期周", "text", 26.0), Column("起止", "text", 14.0),
        Column("到期本金", "wan_bold", 13.0), Column("预计续贷", "wan", 13.0),
        Column("预计流失", "wan", 13.0), Column("借据数", "count", 16.0),
        Column("", "plain", 12.0), Column("", "plain", 40.0), Column("", "plain", 16.0),
    )  # fmt: skip
    return Listing(columns, [(*row, "", "", "") for row in found])


def maturity_cases(source: ActionSource) -> Listing:
    """Return the largest maturities of the campaign, those that must be kept."""
    rows = source.plan.growth.run_off
    order = {"maturing": False, "maturity_date": True, "loan_note_id": True, "source_rows": True}
    rows = ranked(rows[rows["maturing"] > 0], order)
    rows = source.with_cards(rows.head(MATURITIES_SHOWN))
    rows["manager"] = [source.name_of(manager) for manager in rows["manager_id"]]
    rows["day"] = rows["maturity_date"].dt.strftime("%Y-%m-%d")
    columns = (
        Column("客户", "wrap", 26.0), Column("到期日", "text", 14.0),
        Column("到期本金", "wan_bold", 13.0), Column("预计续贷", "wan", 13.0),
        Column("预计流失", "wan", 13.0), Column("支行", "wrap", 16.0),
        Column("客户经理", "wrap", 12.0), Column("依据", "wrap", 40.0), Column("来源行", "small", 16.0),
    )  # fmt: skip
    names = [
        "name", "day", "maturing", "renewed", "lost", "branch", "manager", "reason", "source_rows"
    ]  # fmt: skip
    return Listing(columns, plain(rows[names]), "活动期内没有到期本金。")


def market_listing(source: ActionSource) -> Listing:
    """Return the places with most to win, with who works them."""
    rows = source.plan.growth.markets
    rows = rows.sort_values(
        ["uplift", "branch", "area"], ascending=[False, True, True], kind="stable"
    ).head(MARKETS_SHOWN)
    rows = rows.assign(
        managers=[
            "、".join(source.name_of(number) for number in numbers.split("；") if number)
            for numbers in rows["managers"].fillna("")
        ]
    )
    counted = ("size", "unlisted", "unlisted_hot") if rows["size"].notna().any() else ()
    columns = (
        Column("支行", "wrap", 14.0), Column("片区", "wrap", 20.0), Column("存量户数", "count", 9.0),
        Column("贷款余额", "wan", 12.0), Column("潜在客户数", "count", 10.0),
        *(Column(MARKETS.field(name).label, "count", 11.0) for name in counted),
        Column("本行占比", "percent", 9.0), Column("当季户数", "count", 9.0),
        Column("当季主要行业", "wrap", 24.0), Column("可争取金额", "wan_bold", 12.0),
        Column("主攻客户经理", "wrap", 30.0),
    )  # fmt: skip
    names = [
        "branch", "area", "customers", "balance", "prospects", *counted, "share",
        "in_season", "top_trade",
        "uplift", "managers",
    ]  # fmt: skip
    return Listing(columns, plain(rows[names]), "台账里没有登记片区。")


def reserve_listing(plan: CampaignPlan) -> Listing:
    """Return how many names each manager needs for new business, the emptiest pools first."""
    rows = RESERVE.empty() if plan.reserve is None else plan.reserve
    rows = rows.sort_values(
        ["shortfall", "manager_id"], ascending=[False, True], kind="stable", na_position="last"
    )
    names = [
        "branch", "manager_id", "manager_name", "remaining", "conversion", "ticket", "needed",
        "stock", "gained_a_week", "shortfall", "weeks_left",
    ]  # fmt: skip
    columns = (
        Column("支行", "wrap", 14.0), Column("工号", "text", 10.0), Column("客户经理", "wrap", 12.0),
        Column("须由新客户完成", "wan", 14.0), Column("转化率", "percent", 9.0),
        Column("笔均金额", "wan", 11.0), Column("需要名单", "count", 10.0),
        Column("现有名单", "count", 10.0), Column("每周新增", "index", 10.0),
        Column("还缺", "count", 10.0), Column("可用周数", "index", 10.0),
    )  # fmt: skip
    return Listing(columns, plain(rows[names]), "没有测算储备池需求。")
