"""The tables that `progress` makes: what was done, who is behind, what is left in the pool."""

from campaign.vocabulary.book_tables import (
    BRANCH,
    CUSTOMER_ID,
    CUSTOMER_NAME,
    MANAGER_ID,
    MANAGER_NAME,
    PHONE,
)
from campaign.vocabulary.enums import (
    Channel,
    ContactOrigin,
    PromiseMetric,
    PromiseState,
    Source,
    VisitOutcome,
)
from campaign.vocabulary.field import Field, Labelled, Table, Unit
from campaign.vocabulary.workbook import CASE_FIELDS

TEXT, YUAN, RATIO, DATE = Unit.TEXT, Unit.YUAN, Unit.RATIO, Unit.DATE
COUNT, FLAG, WEEK = Unit.COUNT, Unit.FLAG, Unit.WEEK

CHANNEL = Field("channel", "方式", TEXT, "visit or call", Channel)


class RequestFile(Labelled):
    """What a file was given as when a plan was made."""

    BOOK = "book", "台账"
    HISTORY = "history", "往年台账"
    HOLIDAYS = "holidays", "放假安排"
    CARDS = "cards", "行业卡"


ISSUED = Table(
    "issued",
    "已下发触达",
    ("candidate_id",),
    (
        Field("candidate_id", "触达编号", TEXT, "touch of the plan version in force"),
        Field("version", "方案版本", COUNT, "plan version that issued it last"),
        Field("date", "计划日期", DATE, "planned day"),
        MANAGER_ID,
        CUSTOMER_ID,
        CHANNEL,
        Field("purposes", "目的", TEXT, "sources served by the touch, joined by ;"),
        Field("value", "预计增益", YUAN, "expected uplift of the touch"),
    ),
)

OUTCOMES = Table(
    "outcomes",
    "已收回结果",
    ("candidate_id",),
    (
        Field("candidate_id", "触达编号", TEXT, "touch that the result is about"),
        Field("version", "方案版本", COUNT, "plan version of the workbook it came in"),
        MANAGER_ID,
        CUSTOMER_ID,
        CHANNEL,
        Field("done_date", "实际日期", DATE, "day it happened; unknown if not filled in"),
        Field("outcome", "结果", TEXT, "what came of it", VisitOutcome),
        Field("wanted_amount", "意向金额", YUAN, "amount spoken of, or lent where disbursed"),
        Field("next_follow_up", "下次跟进", DATE, "promised next contact"),
        Field("referrals", "转介人数", COUNT, "names that the customer gave"),
        Field("note", "备注", TEXT, "free words"),
        *CASE_FIELDS,
    ),
)

ISSUED_CUSTOMERS = Table(
    "issued_customers",
    "触达客户底账",
    ("customer_id",),
    (
        CUSTOMER_ID,
        Field("origin", "名单来源", TEXT, "where a prospect's number came from", ContactOrigin),
        Field("is_first", "首贷户", FLAG, "was no customer of ours when he was first planned"),
        Field("rewarded", "专项奖励", FLAG, "his trade was on the special-reward list then"),
        Field("extra_share", "增量占比", RATIO, "share of the expected money that touches add"),
    ),
)

REFERRED = Table(
    "referred",
    "转介新联系人",
    ("manager_id", "customer_name", "phone"),
    (
        MANAGER_ID,
        CUSTOMER_NAME,
        PHONE,
        Field("referrer_id", "介绍人客户编号", TEXT, "customer who gave the name"),
        Field("referrer_name", "介绍人", TEXT, "his name as written"),
        Field("relation", "关系", TEXT, "同行, 亲戚, 上下游 and so on"),
        Field("main_business", "经营内容", TEXT, "what the new contact does"),
        Field("wanted_amount", "意向金额", YUAN, "amount spoken of"),
    ),
)

PROMISES = Table(
    "promises",
    "约谈承诺",
    ("promise_id",),
    (
        Field("promise_id", "承诺编号", COUNT, "number in the order they were made"),
        MANAGER_ID,
        Field("made_on", "承诺日期", DATE, "day of the talk"),
        Field("due_on", "到期日期", DATE, "day it is checked"),
        Field("metric", "指标", TEXT, "what is counted", PromiseMetric),
        Field("amount", "承诺数", COUNT, "how many"),
        Field("reached", "已达到", COUNT, "counted from the day of the talk to the due day"),
        Field("state", "状态", TEXT, "kept, open or overdue", PromiseState),
    ),
)

PACE = Table(
    "pace",
    "进度",
    ("manager_id",),
    (
        MANAGER_ID,
        MANAGER_NAME,
        BRANCH,
        Field("planned", "应完成", COUNT, "touches planned up to the day"),
        Field("done", "已完成", COUNT, "touches with a result"),
        Field("visits_done", "已走访", COUNT, "visits with a result"),
        Field("calls_done", "已电话", COUNT, "calls with a result"),
        Field("met", "联系上", COUNT, "touches that reached the customer"),
        Field("interested", "有意向", COUNT, "interested, or further on"),
        Field("applied", "已申请", COUNT, "applied, or further on"),
        Field("approved", "已授信", COUNT, "approved, or further on"),
        Field("disbursed", "已放款", COUNT, "lent"),
        Field("amount", "放款金额", YUAN, "lent so far by the results taken back"),
        Field("open_amount", "在途意向", YUAN, "amount spoken of and not yet lent or lost"),
        Field("referrals", "转介人数", COUNT, "names brought home"),
        Field("referral_due", "应问转介", COUNT, "visits done on which to ask for names"),
        Field("referral_steps", "转介动作完成率", RATIO, "of them those with names asked"),
        Field("target", "新增目标", YUAN, "to be lent anew: net target plus run-off less renewals"),
        Field("share_due", "时间进度", RATIO, "share of the plan's value due up to the day"),
        Field("target_due", "应达目标", YUAN, "target times the share due"),
        Field("activity_ratio", "触达完成率", RATIO, "done by planned; unknown if nothing was due"),
        Field("amount_ratio", "目标完成率", RATIO, "amount by target due; unknown if none due"),
    ),
)

BRANCH_PACE = Table(
    "branch_pace",
    "支行进度",
    ("branch",),
    (
        BRANCH,
        Field("managers", "客户经理数", COUNT, "managers with a plan"),
        Field("silent", "未交回人数", COUNT, "of them those who sent nothing"),
        Field("planned", "应完成", COUNT, "touches planned up to the day"),
        Field("done", "已完成", COUNT, "touches with a result"),
        Field("met", "联系上", COUNT, "touches that reached the customer"),
        Field("applied", "已申请", COUNT, "applied, or further on"),
        Field("disbursed", "已放款", COUNT, "lent"),
        Field("amount", "放款金额", YUAN, "lent so far by the results taken back"),
        Field("open_amount", "在途意向", YUAN, "amount spoken of and not yet lent or lost"),
        Field("target", "新增目标", YUAN, "to be lent anew: net target plus run-off less renewals"),
        Field("target_due", "应达目标", YUAN, "due up to the day, summed over managers"),
        Field("activity_ratio", "触达完成率", RATIO, "done by planned; unknown if nothing was due"),
        Field("amount_ratio", "目标完成率", RATIO, "amount by target due; unknown if none due"),
    ),
)

CUT = (
    Field("planned", "应完成", COUNT, "touches planned up to the day"),
    Field("done", "已完成", COUNT, "touches with a result, also ahead of their day"),
    Field("left", "未完成", COUNT, "touches of the whole plan without a result"),
)
SOURCE_PACE = Table(
    "source_pace",
    "来源进度",
    ("source",),
    (
        Field("source", "增长来源", TEXT, "source that the touches serve", Source),
        *CUT,
        Field("disbursed", "已放款", COUNT, "loans won, each for the first source of its touch"),
        Field("amount", "放款金额", YUAN, "lent with them"),
    ),
)

WEEK_PACE = Table(
    "week_pace",
    "周进度",
    ("week",),
    (Field("week", "活动周", WEEK, "campaign week the touches were planned for"), *CUT),
)

SILENT = Table(
    "silent",
    "未交回名单",
    ("manager_id",),
    (
        MANAGER_ID,
        MANAGER_NAME,
        BRANCH,
        Field("planned", "应完成", COUNT, "touches planned up to the day"),
        Field("last_return", "上次交回", DATE, "day of his last workbook; unknown if never"),
    ),
)

AHEAD = Table(
    "ahead",
    "下周安排",
    ("manager_id",),
    (
        MANAGER_ID,
        MANAGER_NAME,
        BRANCH,
        Field("visits", "计划走访", COUNT, "planned in the seven days after the review, not done"),
        Field("calls", "计划电话", COUNT, "planned in the seven days after the review, not done"),
        Field("overdue", "逾期未触达", COUNT, "planned up to the day of the review and not done"),
        Field("follow_ups", "答应回访", COUNT, "follow-ups promised up to seven days ahead"),
    ),
)

POOL = Table(
    "pool",
    "储备池",
    ("manager_id",),
    (
        MANAGER_ID,
        Field("open_touches", "待触达", COUNT, "planned touches not yet done"),
        Field("follow_ups", "跟进中", COUNT, "met and to be followed up"),
        Field("interested", "有意向", COUNT, "interested, not yet applied"),
        Field("applied", "审批中", COUNT, "applied or approved, not yet lent"),
        Field("stock", "储备金额", YUAN, "open amounts weighed by the chance of their stage"),
        Field("weekly_use", "每周消耗", COUNT, "touches done a week so far"),
        Field("weeks_left", "可用周数", WEEK, "weeks until the open touches run dry"),
        Field("cover", "储备倍数", RATIO, "stock by what is left of the target"),
    ),
)

INTERVIEWS = Table(
    "interviews",
    "约谈名单",
    ("manager_id",),
    (
        MANAGER_ID,
        MANAGER_NAME,
        BRANCH,
        Field("reason", "约谈原因", TEXT, "rules that fired, joined by ；"),
        Field("amount", "放款金额", YUAN, "lent so far"),
        Field("peer_amount", "同类平均", YUAN, "average of managers with like books"),
        Field("gap_ratio", "与同类之比", RATIO, "amount by peer amount; product of the four"),
        Field("activity", "触达量之比", RATIO, "touches done against peers"),
        Field("reach", "联系上之比", RATIO, "met by done, against peers"),
        Field("conversion", "转化之比", RATIO, "disbursed by met, against peers"),
        Field("ticket", "单笔之比", RATIO, "amount by disbursed, against peers"),
        Field("weakest", "主要差距", TEXT, "factor furthest below the peers"),
        Field("gap", "与同类相差", YUAN, "amount less peer amount; sum of the four below"),
        Field("activity_gap", "触达量影响", YUAN, "part of the gap that comes of the touches done"),
        Field("reach_gap", "联系上影响", YUAN, "part of the gap that comes of whom he reached"),
        Field("conversion_gap", "转化影响", YUAN, "part of the gap that comes of conversion"),
        Field("ticket_gap", "单笔影响", YUAN, "part of the gap that comes of the size of loans"),
        Field("peers", "比较对象", TEXT, "numbers of the peers, joined by ;"),
        Field("done", "已完成", COUNT, "touches with a result"),
        Field("met", "联系上", COUNT, "touches that reached the customer"),
        Field("disbursed", "已放款", COUNT, "customers lent to"),
        Field("peer_done", "同类已完成", COUNT, "average of the peers"),
        Field("peer_met", "同类联系上", COUNT, "average of the peers"),
        Field("peer_disbursed", "同类已放款", COUNT, "average of the peers"),
        Field("open_promises", "未兑现承诺", COUNT, "promises due and not met"),
    ),
)

PAYOUTS = Table(
    "payouts",
    "奖励测算",
    ("manager_id",),
    (
        MANAGER_ID,
        Field("loans", "放款笔数", COUNT, "loans won"),
        Field("amount", "放款金额", YUAN, "lent so far"),
        Field("base", "基础提成", YUAN, "share of the amount plus the fixed part a loan"),
        Field("small_bonus", "小额奖励", YUAN, "extra on the fixed part of small loans"),
        Field("first_bonus", "首贷奖励", YUAN, "extra on the fixed part of first loans"),
        Field("tier_bonus", "上档奖励", YUAN, "extra for reaching the target due"),
        Field("industry_bonus", "重点行业奖励", YUAN, "extra for loans in seasonal trades"),
        Field("referral_credit", "转介奖励", YUAN, "for names brought home"),
        Field("payout", "合计", YUAN, "all of it"),
        Field("deferred", "延期部分", YUAN, "paid after the quality hold"),
        Field("cost_per_10k", "每万元成本", YUAN, "pay-out by 万元 lent; unknown if none"),
        Field("extra", "增量放款", YUAN, "part of the amount that came of the touches"),
        Field(
            "cost_per_extra", "每万元增量成本", YUAN, "pay-out by 万元 of extra; unknown if none"
        ),
    ),
)
