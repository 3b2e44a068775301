"""The tables of a running campaign: what changed, who was named, what was won and by whom."""

from campaign.vocabulary.book_tables import (
    BRANCH,
    CUSTOMER_ID,
    CUSTOMER_NAME,
    MANAGER_ID,
    MANAGER_NAME,
    PHONE,
)
from campaign.vocabulary.enums import Channel
from campaign.vocabulary.field import Field, Labelled, Table, Unit
from campaign.vocabulary.workbook import CASE_FIELDS

TEXT, YUAN, DATE, COUNT = Unit.TEXT, Unit.YUAN, Unit.DATE, Unit.COUNT
FLAG, DAY = Unit.FLAG, Unit.DAY


class Change(Labelled):
    """What became of a touch when the rest of a campaign was planned anew."""

    ADDED = "added", "新增"
    MOVED = "moved", "改期"
    DROPPED = "dropped", "取消"


AHEAD_DAYS = Table(
    "ahead_days",
    "下周逐日安排",
    ("manager_id", "date"),
    (
        MANAGER_ID,
        Field("date", "日期", DATE, "one of the seven days after the review"),
        Field("visits", "计划走访", COUNT, "planned for the day, not done"),
        Field("calls", "计划电话", COUNT, "planned for the day, not done"),
        Field("follow_ups", "答应回访", COUNT, "follow-ups promised for the day"),
        Field("value", "预计增益", YUAN, "expected uplift of the touches planned"),
    ),
)

CHANGES = Table(
    "changes",
    "方案变动",
    ("candidate_id",),
    (
        Field("candidate_id", "触达编号", TEXT, "the touch"),
        MANAGER_ID,
        CUSTOMER_ID,
        Field("channel", "方式", TEXT, "visit or call", Channel),
        Field("change", "变动", TEXT, "added, moved or dropped", Change),
        Field("old_date", "原计划日", DATE, "day in the version before; unknown if added"),
        Field("new_date", "新计划日", DATE, "day in this version; unknown if dropped"),
        Field("reason", "原因", TEXT, "why, in a Chinese sentence"),
        Field("value", "预计增益", YUAN, "expected uplift of the touch"),
    ),
)

REFERRAL_TREE = Table(
    "referral_tree",
    "转介链",
    ("prospect_id",),
    (
        Field("prospect_id", "名单编号", TEXT, "number made from manager, name and phone"),
        MANAGER_ID,
        CUSTOMER_NAME,
        PHONE,
        Field("parent_id", "上一环", TEXT, "new contact who gave the name; unknown if a customer"),
        Field("referrer_id", "介绍人客户编号", TEXT, "customer at the root, where he was numbered"),
        Field("depth", "第几环", COUNT, "1 for a name given by a customer"),
        Field("path", "由来", TEXT, "from the customer to this name, joined by →"),
        Field("relations", "关系", TEXT, "the same in relations alone, without names"),
        Field("main_business", "经营内容", TEXT, "what the new contact does"),
        Field("wanted_amount", "意向金额", YUAN, "amount spoken of"),
    ),
)

TALK_FIGURES = Table(
    "talk_figures",
    "约谈数据",
    ("manager_id",),
    (
        MANAGER_ID,
        Field("visits_due", "到期走访", COUNT, "visits planned up to the day"),
        Field("visits_done", "完成走访", COUNT, "of them those with a result"),
        Field("calls_due", "到期电话", COUNT, "calls planned up to the day"),
        Field("calls_done", "完成电话", COUNT, "of them those with a result"),
        Field("best_due", "到期重点", COUNT, "the part of those due with the greatest uplift"),
        Field("best_done", "完成重点", COUNT, "of them those with a result"),
        Field("touched", "触达", COUNT, "touches with a result"),
        Field("met", "联系上", COUNT, "of them those that reached the customer"),
        Field("customers_met", "联系上客户", COUNT, "customers reached, renewals apart"),
        Field("interested", "有意向", COUNT, "customers interested, or further on"),
        Field("applied", "已申请", COUNT, "customers applied, or further on"),
        Field("disbursed", "已放款", COUNT, "customers lent to"),
        Field("amount", "放款金额", YUAN, "lent so far"),
        Field("referral_due", "应问转介", COUNT, "visits with a result on which to ask for names"),
        Field("referral_done", "问到转介", COUNT, "of them those with a number of names filled in"),
        Field("follow_up_due", "约好回访", COUNT, "follow-ups promised up to the day"),
        Field("follow_up_done", "已回访", COUNT, "of them those that happened or have no point"),
    ),
)


class Win(Labelled):
    """A small win of a manager, worth telling."""

    FIRST_INTEREST = "first_interest", "第一位有意向的客户"
    FIRST_NAME = "first_name", "第一次问到转介"
    FIRST_APPLICATION = "first_application", "第一笔申请"
    FIRST_LOAN = "first_loan", "第一笔放款"
    REFERRED_LOAN = "referred_loan", "转介来的第一笔放款"
    CAUGHT_UP = "caught_up", "一周内从落后追到达标"


WINS = Table(
    "wins",
    "小胜",
    ("manager_id", "win"),
    (
        MANAGER_ID,
        MANAGER_NAME,
        BRANCH,
        Field("is_new", "新任", FLAG, "in the first year as a relationship manager"),
        Field("win", "小胜", TEXT, "what was won", Win),
        Field("day", "日期", DATE, "day it happened"),
        Field("amount", "放款金额", YUAN, "lent with it; unknown where it is no loan"),
    ),
)

CASE_CARDS = Table(
    "case_cards",
    "案例卡",
    ("manager_id", "customer_id"),
    (
        MANAGER_ID,
        MANAGER_NAME,
        BRANCH,
        Field("is_new", "新任", FLAG, "the manager is in his first year"),
        CUSTOMER_ID,
        Field("won_on", "放款日", DATE, "day of the loan; unknown if not filled in"),
        Field("amount", "放款金额", YUAN, "lent; unknown if not filled in"),
        Field("purposes", "目的", TEXT, "sources that the touch served, joined by ;"),
        Field("origin", "名单来源", TEXT, "where a prospect's number came from"),
        Field("is_first", "首贷户", FLAG, "was no customer of ours before"),
        Field("way", "经过", TEXT, "touches with their days, joined by →"),
        Field("names", "转介人数", COUNT, "names that the customer gave"),
        *CASE_FIELDS,
    ),
)

NEWCOMERS = Table(
    "newcomers",
    "新任客户经理",
    ("manager_id",),
    (
        MANAGER_ID,
        MANAGER_NAME,
        BRANCH,
        Field("calls_due", "到期电话", COUNT, "calls planned up to the day"),
        Field("calls_done", "完成电话", COUNT, "of them those with a result"),
        Field("visits_due", "到期走访", COUNT, "visits planned up to the day"),
        Field("visits_done", "完成走访", COUNT, "of them those with a result"),
        Field("customers", "联系上：存量客户", COUNT, "people reached who are customers"),
        Field("referred", "联系上：客户转介", COUNT, "people reached whom a customer named"),
        Field("own_found", "联系上：走访自采", COUNT, "people reached whom he found himself"),
        Field("listed", "联系上：外部名单", COUNT, "people reached from a bought list"),
        Field("others", "联系上：其他来源", COUNT, "people reached who walked in, or unknown"),
        Field("names", "带回名单", COUNT, "new contacts written down"),
        Field("loans", "放款户", COUNT, "customers lent to"),
        Field("told", "已写案例", COUNT, "of them those with a case told"),
    ),
)

SKILL_CHECKS = Table(
    "skill_checks",
    "技能过关",
    ("manager_id", "check_on"),
    (
        MANAGER_ID,
        Field("check_on", "过关日", DATE, "day on which the skills are checked"),
        Field("days", "天数", DAY, "days since the check before, or since the first day"),
        Field("calls", "电话", COUNT, "calls done in them"),
        Field("visits", "走访", COUNT, "visits done in them"),
        Field("met", "联系上", COUNT, "touches in them that reached the customer"),
        Field("names", "转介人数", COUNT, "names asked for and given in them"),
        Field("applied", "申请", COUNT, "customers who applied in them, or further on"),
        Field("disbursed", "放款", COUNT, "customers lent to in them"),
    ),
)
