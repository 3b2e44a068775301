"""The tables that `plan` makes, and those of the whole run."""

from campaign.vocabulary.book_tables import AREA, BRANCH, CUSTOMER_ID, MANAGER_ID, MANAGER_NAME
from campaign.vocabulary.enums import Channel, Duty, Level, Resource, Severity, Source
from campaign.vocabulary.field import Field, Table, Unit

TEXT, YUAN, DATE = Unit.TEXT, Unit.YUAN, Unit.DATE
COUNT, FLAG, WEEK = Unit.COUNT, Unit.FLAG, Unit.WEEK

CHANNEL = Field("channel", "方式", TEXT, "visit or call", Channel)
CAMPAIGN_WEEK = Field("week", "活动周", WEEK, "weeks from the festival's own week, which is 0")
VISITS = Field("visits", "走访", COUNT, "visits")
CALLS = Field("calls", "电话", COUNT, "calls")
REFERRALS = Field("referrals", "转介", COUNT, "referred names to bring home")
APPLICATIONS = Field("applications", "申请", COUNT, "loan applications to bring in")
NEW_CONTACTS = Field("contacts", "新增联系人", COUNT, "valid new contacts to collect")

CANDIDATES = Table(
    "candidates",
    "可选触达",
    ("candidate_id",),
    (
        Field("candidate_id", "触达编号", TEXT, "customer, channel and number of the touch"),
        CUSTOMER_ID,
        MANAGER_ID,
        Field("touch", "第几次", COUNT, "1 for the first touch of this customer, then 2, …"),
        CHANNEL,
        Field("value", "预计增益", YUAN, "expected uplift of that touch alone"),
        Field("earliest", "最早", DATE, "first day"),
        Field("latest", "最晚", DATE, "last day"),
        Field("effort", "工作量", COUNT, "part of a visit or of a call that it takes"),
        Field("resources", "占用资源", TEXT, "shared limits, as rate_quota:300000;senior:1"),
        Field("owner", "额度归属", TEXT, "branch whose rows of CAPACITY `resources` draws on"),
        Field("spread", "估计误差", Unit.RATIO, "what is unknown of `value`, sd of its logarithm"),
        Field(
            "duty",
            "必访",
            TEXT,
            "goes before all others: must, cover or share; empty for most",
            Duty,
        ),
        Field("kept_date", "原定日期", DATE, "its day in the plan before; unknown if it had none"),
    ),
)

PURPOSES = Table(
    "purposes",
    "触达目的",
    ("candidate_id", "opportunity_id"),
    (
        Field("candidate_id", "触达编号", TEXT, "the touch"),
        Field("opportunity_id", "机会编号", TEXT, "an opportunity that the touch serves"),
        Field("source", "增长来源", TEXT, "source of that opportunity", Source),
        Field("share", "效果占比", Unit.RATIO, "part of the effect that the touch adds"),
        Field("value", "预计增益", YUAN, "amount as trusted, times uplift, times share"),
    ),
)

TOUCHED_CUSTOMERS = Table(
    "touched_customers",
    "可触达客户",
    ("customer_id",),
    (
        CUSTOMER_ID,
        MANAGER_ID,
        BRANCH,
        AREA,
        Field("is_prospect", "潜在客户", FLAG, "not yet a customer of ours"),
        Field("amount", "金额", YUAN, "amounts of all his opportunities"),
    ),
)

CAPACITY = Table(
    "capacity",
    "可用能力",
    ("owner", "resource", "period_start"),
    (
        Field("owner", "归属", TEXT, "manager number, branch name or bank"),
        Field("resource", "资源", TEXT, "what is limited", Resource),
        Field("period_start", "起", DATE, "first day of the period"),
        Field("period_end", "止", DATE, "last day of the period"),
        Field("amount", "数量", COUNT, "visits, calls, slots, or yuan of rate quota"),
    ),
)

PRICES = Table(
    "prices",
    "边际价值",
    ("owner", "resource", "period_start"),
    (
        Field("owner", "归属", TEXT, "manager number, branch name or bank"),
        Field("resource", "资源", TEXT, "what is limited", Resource),
        Field("period_start", "起", DATE, "first day of the period"),
        Field("period_end", "止", DATE, "last day of the period"),
        Field("price", "边际价值", YUAN, "value of one more unit: visit, call, slot or yuan"),
    ),
)

TOUCHES = Table(
    "touches",
    "走访计划",
    ("candidate_id",),
    (
        Field("candidate_id", "触达编号", TEXT, "the candidate chosen"),
        Field("date", "日期", DATE, "planned day"),
        CAMPAIGN_WEEK,
        MANAGER_ID,
        CUSTOMER_ID,
        CHANNEL,
        Field("purposes", "目的", TEXT, "sources served by the touch, joined by ;"),
        Field("value", "预计增益", YUAN, "expected uplift of the touch"),
        AREA,
        Field("companion", "同行人", TEXT, "partner or senior who goes along"),
    ),
)

QUOTAS = Table(
    "quotas",
    "每周任务",
    ("manager_id", "week"),
    (
        MANAGER_ID,
        CAMPAIGN_WEEK,
        Field("week_start", "周一", DATE, "Monday of the week"),
        VISITS,
        CALLS,
        REFERRALS,
        NEW_CONTACTS,
        APPLICATIONS,
        Field("amount", "预计金额", YUAN, "expected amount of the week's touches"),
        Field("amount_floor", "本周保底", YUAN, "the week's part of the manager's floor"),
        Field("amount_target", "本周目标", YUAN, "the week's part of the manager's target"),
        Field("amount_stretch", "本周冲刺", YUAN, "the week's part of the manager's stretch"),
    ),
)

LEFT_OUT = Table(
    "left_out",
    "未排入",
    ("customer_id", "source", "reason"),
    (
        CUSTOMER_ID,
        Field("source", "增长来源", TEXT, "source that the customer was considered for", Source),
        Field("reason", "原因", TEXT, "the limit that bound, in a Chinese sentence"),
        Field("value", "预计增益", YUAN, "what the touch would have been worth"),
        Field("cut_off", "入选线", YUAN, "least value that was still taken; unknown if none"),
    ),
)

MANAGER_PLANS = Table(
    "managers",
    "客户经理任务",
    ("manager_id",),
    (
        MANAGER_ID,
        MANAGER_NAME,
        BRANCH,
        Field("is_new", "新任", FLAG, "in the first year as a relationship manager"),
        Field("customers", "管户数", COUNT, "customers with a live loan"),
        Field("balance", "管户余额", YUAN, "their balance"),
        Field("working_days", "可用工作日", COUNT, "working days in the campaign, leave taken off"),
        VISITS,
        CALLS,
        REFERRALS,
        NEW_CONTACTS,
        APPLICATIONS,
        Field("visit_capacity", "走访能力", COUNT, "visits that fit the days"),
        Field("call_capacity", "电话能力", COUNT, "calls that fit the days"),
        Field("run_off", "到期与还款", YUAN, "gross run-off of the book"),
        Field("renewed", "预计续贷", YUAN, "expected renewals"),
        Field("growth", "预计新增", YUAN, "draw and the five sources"),
        Field("expected", "预计净增", YUAN, "growth plus renewed minus run-off"),
        Field("amount_floor", "保底", YUAN, "net growth expected in a bad season"),
        Field("amount_target", "目标", YUAN, "net growth asked for"),
        Field("amount_stretch", "冲刺", YUAN, "net growth in a good season"),
        Field("area", "主攻片区", TEXT, "area of most planned visits"),
        Field("partner", "结对", TEXT, "experienced manager paired with a new one"),
    ),
)

BRANCH_PLANS = Table(
    "branches",
    "支行汇总",
    ("branch",),
    (
        BRANCH,
        Field("managers", "客户经理数", COUNT, "managers who work"),
        Field("new_managers", "新任数", COUNT, "of them in the first year"),
        Field("opening", "期初余额", YUAN, "balance at the as-of date"),
        Field("run_off", "到期与还款", YUAN, "gross run-off"),
        Field("renewed", "预计续贷", YUAN, "expected renewals"),
        Field("draw", "存量提款", YUAN, "expected drawing of limits"),
        Field("top_up", "存量增贷", YUAN, "expected"),
        Field("refinance", "他行置换", YUAN, "expected"),
        Field("industry", "行业需求", YUAN, "expected"),
        Field("team", "团队营销", YUAN, "expected"),
        Field("referral", "转介拜访", YUAN, "expected"),
        Field("closing", "预计期末余额", YUAN, "opening after all of these"),
        Field("target", "净增目标", YUAN, "net growth wanted"),
        Field("gap", "缺口", YUAN, "target minus expected net growth, 0 at least not forced"),
        VISITS,
        CALLS,
        Field("visit_capacity", "走访能力", COUNT, "visits that fit the days"),
        Field("call_capacity", "电话能力", COUNT, "calls that fit the days"),
    ),
)

OUTLOOK = Table(
    "outlook",
    "净增区间",
    ("level", "subject"),
    (
        Field("level", "层级", TEXT, "bank, branch or manager", Level),
        Field("subject", "对象", TEXT, "bank, branch name or manager number"),
        Field("p10", "偏差季", YUAN, "net growth that one season in ten stays below"),
        Field("p50", "中位", YUAN, "net growth that half the seasons reach"),
        Field("p90", "好季", YUAN, "net growth that one season in ten passes"),
        Field("floor", "保底", YUAN, "quantile of the settings for the floor"),
        Field("stretch", "冲刺", YUAN, "quantile of the settings for the stretch"),
        Field("target", "净增目标", YUAN, "net growth wanted; unknown if none was set"),
        Field("chance", "达成概率", Unit.RATIO, "chance of reaching the target"),
    ),
)

SCENARIOS = Table(
    "scenarios",
    "情景对照",
    ("scenario",),
    (
        Field("scenario", "情景", TEXT, "the plan as it stands, or what was tried"),
        Field("target", "净增目标", YUAN, "net growth wanted; unknown if none was set"),
        Field("net_growth", "预计净增", YUAN, "expected closing balance minus the opening one"),
        Field("p10", "偏差季", YUAN, "net growth that one season in ten stays below (P10)"),
        Field("p50", "中位", YUAN, "net growth that half the seasons reach (P50)"),
        Field("p90", "好季", YUAN, "net growth that one season in ten passes (P90)"),
        Field("chance", "达成概率", Unit.RATIO, "chance of reaching the target"),
        Field("gap", "缺口", YUAN, "target minus expected net growth; negative where passed"),
        VISITS,
        CALLS,
        Field("run_off", "到期与还款", YUAN, "gross run-off"),
        Field("renewed", "预计续贷", YUAN, "expected renewals"),
        Field("draw", "存量提款", YUAN, "expected drawing of limits"),
        Field("top_up", "存量增贷", YUAN, "expected"),
        Field("refinance", "他行置换", YUAN, "expected"),
        Field("industry", "行业需求", YUAN, "expected"),
        Field("team", "团队营销", YUAN, "expected"),
        Field("referral", "转介拜访", YUAN, "expected"),
    ),
)

CHALLENGE_EFFECTS = Table(
    "challenge_effects",
    "申诉影响",
    ("level", "subject"),
    (
        Field("level", "层级", TEXT, "bank, branch or manager", Level),
        Field("subject", "对象", TEXT, "bank, branch name or manager number"),
        Field("name", "姓名", TEXT, "of a manager"),
        BRANCH,
        Field("visits_before", "原走访", COUNT, "visits of the plan as it stands"),
        VISITS,
        Field("target_before", "原目标", YUAN, "net growth asked for by the plan as it stands"),
        Field("target", "目标", YUAN, "net growth asked for"),
        Field("expected_before", "原预计净增", YUAN, "expected by the plan as it stands"),
        Field("expected", "预计净增", YUAN, "growth plus renewed minus run-off"),
        Field("chance_before", "原达成概率", Unit.RATIO, "chance of the target as it stands"),
        Field("chance", "达成概率", Unit.RATIO, "chance of reaching the target"),
    ),
)

FINDINGS = Table(
    "findings",
    "数据问题",
    (),
    (
        Field("kind", "类别", TEXT, "stable English code"),
        Field("severity", "程度", TEXT, "error, warning or info", Severity),
        Field("count", "数量", COUNT, "rows or cells concerned"),
        Field("message", "说明", TEXT, "one Chinese sentence: where, what, what to do"),
        Field("cells", "单元格", TEXT, "addresses joined by ;"),
    ),
)
