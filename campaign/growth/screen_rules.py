"""The rules of 无明显恶化: what each asks for, the signal it gives, and what to ask on site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from campaign.settings import ScreenRules
from campaign.settings.growth import CLASS_RULES
from campaign.vocabulary import CUSTOMERS, LOANS, OTHER_LOANS, Signal

Check = Callable[[pd.DataFrame, ScreenRules], pd.Series]
Limit = Callable[[ScreenRules], float]


@dataclass(frozen=True)
class ScreenRule:
    """One rule: its Chinese name, the signal it gives, the check, and what it rests on.

    A check returns for each customer whether the rule fired (1), passed (0) or could not
    be checked (NaN).

    Attributes:
        name: What a person reads.
        signal: What it means where it fires.
        check: The check.
        facts: Columns of `facts.screen_facts` that the check reads.
        ask: What to ask or look at on site where it fires; empty for red, which stops.
        setting: Name of its limit in [screen], empty where it has none.
        source: Where it comes from, where no setting says so.
    """

    name: str
    signal: Signal
    check: Check
    facts: tuple[str, ...]
    ask: str = ""
    setting: str = ""
    source: str = CLASS_RULES


def _told(fact: str) -> Check:
    """Return the check of a fact that is an answer already."""
    return lambda facts, rules: facts[fact]


def _over(fact: str, limit: Limit, most: Limit | None = None) -> Check:
    """Return the check that fires above a limit, and not above `most` where there is one."""

    def check(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
        values = facts[fact]
        fires = values.gt(limit(rules))
        if most is not None:
            fires &= values.le(most(rules))
        return fires.astype(float).where(values.notna())

    return check


def _late(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    late = facts["days_past_due"].ge(rules.late_days_red) | facts["overdue_status"].eq(1)
    known = facts["days_past_due"].notna() | facts["overdue_status"].eq(1)
    return late.astype(float).where(known)


def _guarantees(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    given, assets = facts["guarantees_given"], facts["net_assets"]
    share = given.gt(rules.guarantees_yellow * assets.clip(lower=0)).astype(float)
    return share.where(given.notna() & (assets.notna() | given.eq(0)))


def _sales_fell(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    now, before = facts["annual_sales"], facts["prior_annual_sales"]
    fell = now.lt(rules.sales_fall_yellow * before).astype(float)
    return fell.where(now.notna() & before.gt(0))


def _stopped(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    now, before = facts["annual_sales"], facts["prior_annual_sales"]
    return (now.le(0) & before.gt(0)).astype(float).where(now.notna() & before.notna())


def _stale_appraisal(facts: pd.DataFrame, rules: ScreenRules) -> pd.Series:
    stale = facts["appraisal_months"].gt(rules.appraisal_months_yellow).astype(float)
    known = facts["appraisal_months"].notna() | ~facts["has_collateral"].astype(bool)
    return stale.where(known)


R, Y = Signal.RED, Signal.YELLOW
USUAL = "示例假设（常见准入口径）"
RULES = (
    ScreenRule("五级分类为不良", R, _told("bad_class"), ("bad_class",)),
    ScreenRule("贷款逾期", R, _late, ("days_past_due",), setting="late_days_red"),
    ScreenRule("有核销贷款", R, _told("written_off"), ("written_off",), source=USUAL),
    ScreenRule(
        "累计欠款期数过多",
        R,
        _over("arrears_count", lambda rules: rules.arrears_count_red - 1),
        ("arrears_count",),
        setting="arrears_count_red",
    ),
    ScreenRule("重组贷款", R, _told("restructured"), ("restructured",)),
    ScreenRule("贷款被冻结", R, _told("frozen"), ("frozen",), source=USUAL),
    ScreenRule(
        "征信查询过多",
        R,
        _over("recent_enquiries", lambda rules: rules.enquiries_red),
        ("recent_enquiries",),
        setting="enquiries_red",
    ),
    ScreenRule("失信被执行人", R, _told("dishonest"), ("dishonest",), source=USUAL),
    ScreenRule("他行贷款不良", R, _told("bad_elsewhere"), ("bad_elsewhere",)),
    ScreenRule("经营已停", R, _stopped, ("annual_sales", "prior_annual_sales"), source=USUAL),
    ScreenRule(
        "五级分类为关注",
        Y,
        _told("special_mention"),
        ("special_mention",),
        "列入关注的原因现在消除了没有",
    ),
    ScreenRule(
        "欠息",
        Y,
        _over("interest_arrears", lambda _: 0),
        ("interest_arrears",),
        "欠息哪天还清、为何没按时付",
    ),
    ScreenRule(
        "有欠款记录",
        Y,
        _over(
            "arrears_count",
            lambda rules: rules.arrears_count_yellow - 1,
            most=lambda rules: rules.arrears_count_red - 1,
        ),
        ("arrears_count",),
        "哪几期没按时还、什么原因、现在怎样",
        "arrears_count_yellow",
    ),
    ScreenRule(
        "借新还旧或展期", Y, _told("rolled_over"), ("rolled_over",), "上次为何还不上、这次靠什么还"
    ),
    ScreenRule(
        "征信查询偏多",
        Y,
        _over(
            "recent_enquiries",
            lambda rules: rules.enquiries_yellow,
            most=lambda rules: rules.enquiries_red,
        ),
        ("recent_enquiries",),
        "近两月在哪几家申请过、批了没有",
        "enquiries_yellow",
    ),
    ScreenRule(
        "贷款机构偏多",
        Y,
        _over("lender_count", lambda rules: rules.lenders_yellow),
        ("lender_count",),
        "几家有贷款、各欠多少、能不能减少",
        "lenders_yellow",
    ),
    ScreenRule(
        "网络贷款偏多",
        Y,
        _over("online_loans", lambda rules: rules.online_loans_yellow),
        ("online_loans",),
        "网贷用在哪里、能不能先还清",
        "online_loans_yellow",
    ),
    ScreenRule(
        "对外担保偏重",
        Y,
        _guarantees,
        ("guarantees_given", "net_assets"),
        "替谁担保、被担保人现在还得上吗",
        "guarantees_yellow",
    ),
    ScreenRule(
        "销售明显下滑",
        Y,
        _sales_fell,
        ("annual_sales", "prior_annual_sales"),
        "销售为何下降，看近六个月流水与存货",
        "sales_fall_yellow",
    ),
    ScreenRule(
        "押品评估过期",
        Y,
        _stale_appraisal,
        ("appraisal_months",),
        "押品现状与近期成交价，重新评估",
        "appraisal_months_yellow",
    ),
    ScreenRule(
        "涉诉", Y, _told("lawsuit"), ("lawsuit",), "案由、标的、进展，影不影响经营", source=USUAL
    ),
    ScreenRule(
        "他行贷款为关注", Y, _told("mention_elsewhere"), ("mention_elsewhere",), "他行为何列入关注"
    ),
)
# What a reader adds to the book where a fact is unknown.
COLUMNS = {
    "bad_class": LOANS.field("loan_class").label,
    "days_past_due": LOANS.field("days_past_due").label,
    "written_off": LOANS.field("loan_status").label,
    "arrears_count": LOANS.field("arrears_count").label,
    "restructured": LOANS.field("occurrence_type").label,
    "frozen": LOANS.field("loan_status").label,
    "recent_enquiries": CUSTOMERS.field("recent_enquiries").label,
    "dishonest": CUSTOMERS.field("dishonest").label,
    "bad_elsewhere": f"{OTHER_LOANS.label}表的{OTHER_LOANS.field('loan_class').label}",
    "special_mention": LOANS.field("loan_class").label,
    "interest_arrears": LOANS.field("interest_arrears").label,
    "rolled_over": LOANS.field("occurrence_type").label,
    "lender_count": CUSTOMERS.field("lender_count").label,
    "online_loans": f"{OTHER_LOANS.label}表",
    "guarantees_given": CUSTOMERS.field("guarantees_given").label,
    "net_assets": CUSTOMERS.field("net_assets").label,
    "annual_sales": CUSTOMERS.field("annual_sales").label,
    "prior_annual_sales": CUSTOMERS.field("prior_annual_sales").label,
    "appraisal_months": LOANS.field("appraisal_date").label,
    "lawsuit": CUSTOMERS.field("lawsuit").label,
    "mention_elsewhere": f"{OTHER_LOANS.label}表的{OTHER_LOANS.field('loan_class').label}",
}
