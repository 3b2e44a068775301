"""The tables that `growth` makes: screen, headroom, refinance, run-off, opportunities."""

from campaign.vocabulary.book_tables import (
    AREA,
    BRANCH,
    CUSTOMER_ID,
    INDUSTRY_CODE,
    MANAGER_ID,
    MANAGER_NAME,
)
from campaign.vocabulary.enums import ContactOrigin, Grade, RefinanceStatus, Signal, Source
from campaign.vocabulary.field import Field, Table, Unit

TEXT, YUAN, RATIO, DATE = Unit.TEXT, Unit.YUAN, Unit.RATIO, Unit.DATE
COUNT, FLAG, SCORE = Unit.COUNT, Unit.FLAG, Unit.SCORE

GRADE = Field("grade", "资料等级", TEXT, "how much data the estimate rests on", Grade)
REASON = Field("reason", "依据", TEXT, "why, in a Chinese sentence a manager understands")
SOURCE_ROWS = Field("source_rows", "来源行", TEXT, "rows it came from, as 借据!12;借据!87")
WINDOW_START = Field("window_start", "最早", DATE, "first day the touch makes sense")
WINDOW_END = Field("window_end", "最晚", DATE, "last day the touch makes sense")

# What stands for a customer's number where a place or a stream of walk-ins is meant.
OUTING = "外拓"
WALK_IN = "自然新客"

SCREEN = Table(
    "screen",
    "风险初筛",
    ("customer_id",),
    (
        CUSTOMER_ID,
        Field("signal", "信号", TEXT, "green goes on, yellow asks or waits, red stops", Signal),
        Field("reasons", "触发规则", TEXT, "rules that fired, joined by ；, empty where none"),
        Field("fired", "触发数", COUNT, "rules that fired"),
        Field("passed", "通过数", COUNT, "rules that were checked and passed"),
        Field("passed_rules", "通过规则", TEXT, "rules that were checked and passed, by ；"),
        Field("not_checked", "未能检查", TEXT, "rules that lacked data, joined by ；"),
        Field("to_add", "待补栏目", TEXT, "columns of the book that they lacked, joined by ；"),
        Field("asks", "须问明", TEXT, "what to ask a yellow customer on site, joined by ；"),
        Field("unchecked", "未查数", COUNT, "rules that lacked data"),
        SOURCE_ROWS,
    ),
)

SCREEN_RULES = Table(
    "screen_rules",
    "初筛规则",
    ("rule",),
    (
        Field("rule", "规则", TEXT, "name of the rule"),
        Field("signal", "信号", TEXT, "what it means where it fires", Signal),
        Field("columns", "所需栏目", TEXT, "columns of the book that it reads, joined by 、"),
        Field("limit", "标准", TEXT, "its limit in words, from the settings"),
        Field("fired", "触发户数", COUNT, "customers for whom it fired"),
        Field("passed", "通过户数", COUNT, "customers for whom it passed"),
        Field("unchecked", "未查户数", COUNT, "customers for whom data lacked"),
        Field("ask", "须问明", TEXT, "what to ask on site where it fires and is yellow"),
        Field("rule_source", "依据", TEXT, "where the rule and its limit come from"),
    ),
)

HEADROOM = Table(
    "headroom",
    "增贷空间",
    ("customer_id",),
    (
        CUSTOMER_ID,
        MANAGER_ID,
        BRANCH,
        Field(
            "household",
            "家庭",
            TEXT,
            "first customer of the household that shares the room; himself where alone",
        ),
        Field("exposure", "本行敞口", YUAN, "balance plus what can still be drawn"),
        Field("limit", "授信额度", YUAN, "sum of limits in force; not the balance"),
        Field("balance", "贷款余额", YUAN, "principal outstanding with us"),
        Field("undrawn", "可用额度", YUAN, "part of the limits that can still be drawn (提款)"),
        Field("other_debt", "他行债务", YUAN, "operating debt at other banks that counts"),
        Field(
            "movable_debt", "其中可置换", YUAN, "part of it that could move to us in the campaign"
        ),
        Field(
            "working_capital_need", "营运资金需求", YUAN, "need by the annex formula, before debts"
        ),
        Field("cap_working_capital", "营运资金上限", YUAN, "room left by the working-capital need"),
        Field("cap_repayment", "偿债能力上限", YUAN, "room left by repayment capacity"),
        Field("cap_income", "收入倍数上限", YUAN, "room left by debt to yearly disposable income"),
        Field("cap_sales", "销售比例上限", YUAN, "room left by debt to yearly sales"),
        Field("cap_net_assets", "净资产上限", YUAN, "room left by debt to net assets"),
        Field("cap_collateral", "抵押物上限", YUAN, "room left by collateral and its ratio"),
        Field(
            "cap_guarantee", "担保方式上限", YUAN, "room left by the policy cap of the guarantee"
        ),
        Field("cap_grade", "信用等级上限", YUAN, "room left by the policy cap of the grade"),
        Field("cap_product", "产品上限", YUAN, "room left by the policy cap of the product"),
        Field("cap_step", "单次增幅上限", YUAN, "room left by the step-up after a clean cycle"),
        Field("cap_concentration", "集中度上限", YUAN, "room left by the bank's own capital rule"),
        Field("binding_cap", "约束项", TEXT, "name of the smallest cap, e.g. cap_sales"),
        Field("headroom", "增贷空间", YUAN, "smallest cap after signal, haircut and rounding"),
        Field("new_money", "其中可新增", YUAN, "part of headroom not tied to moving other debt"),
        Field("over_inclusive", "超普惠口径", FLAG, "limit with headroom would pass 1,000万"),
        Field("signal", "信号", TEXT, "answer of the screen", Signal),
        Field("not_checked", "未能检查", TEXT, "caps that lacked data, joined by ；"),
        Field("look_again", "变化点", TEXT, "what a visit must look at again, joined by ；"),
        GRADE,
        REASON,
        SOURCE_ROWS,
    ),
)

REFINANCE = Table(
    "refinance",
    "他行置换",
    ("customer_id", "source_rows"),
    (
        CUSTOMER_ID,
        MANAGER_ID,
        BRANCH,
        Field("lender", "他行名称", TEXT, "name of the other bank"),
        Field("balance", "他行贷款余额", YUAN, "balance there"),
        Field("amount", "可置换金额", YUAN, "part that our own caps allow"),
        Field("other_rate", "他行年利率", RATIO, "rate there, given or estimated"),
        Field("rate_estimated", "利率为估计", FLAG, "the rate there is an estimate"),
        Field("our_rate", "本行年利率", RATIO, "rate we would offer"),
        Field("gross_saving", "毛节省利息", YUAN, "interest saved over the days left there"),
        Field("switch_cost", "转换成本", YUAN, "fees and penalties the customer bears"),
        Field("net_saving", "客户净节省", YUAN, "gross saving minus the cost of switching"),
        Field("net_rate", "年化净利差", RATIO, "net saving by amount and days left there, a year"),
        Field("maturity_date", "他行到期日期", DATE, "day it is due there"),
        WINDOW_START,
        WINDOW_END,
        Field("willingness", "合作意愿", SCORE, "0 to 5, from the list or the contact log"),
        Field("status", "状态", TEXT, "what the campaign does about it", RefinanceStatus),
        Field("rate_quota", "优惠利率额度", YUAN, "part that needs the limited special rate"),
        Field("needs_senior", "需上级支持", FLAG, "amount or lender calls for a joint visit"),
        Field("senior_ask", "请上级做什么", TEXT, "who, when, and what is to be settled there"),
        Field("release", "解押安排", TEXT, "how the loan there is repaid and collateral freed"),
        Field("bundle", "产品组合", TEXT, "services offered with it; never a condition"),
        Field("wave", "批次", TEXT, "wave of the limited offer, with its last day"),
        GRADE,
        REASON,
        SOURCE_ROWS,
    ),
)

REFERRAL = Table(
    "referral",
    "转介",
    ("customer_id",),
    (
        CUSTOMER_ID,
        MANAGER_ID,
        BRANCH,
        Field("referrer_id", "介绍人客户编号", TEXT, "customer who brought him"),
        Field("rank", "转介排名", COUNT, "1 who brought most money; unknown if he brought none"),
        Field("brought", "直接带来户数", COUNT, "customers whom he brought himself"),
        Field("descendants", "累计带来户数", COUNT, "those and whom they brought, any hops"),
        Field("brought_balance", "带来贷款余额", YUAN, "what all of them owe today"),
        Field("names_given", "已给名单数", COUNT, "prospects on the list that he named"),
        Field("in_market", "身处市场", FLAG, "many customers of ours share his area"),
        Field("in_season", "当季行业", FLAG, "his trade is in season in the campaign"),
        Field("names_peers", "同行人数", COUNT, "names expected from his peers at a visit"),
        Field("names_market", "市场邻居人数", COUNT, "names expected from market neighbours"),
        Field("names_chain", "上下游人数", COUNT, "names from suppliers and buyers"),
        Field("names_family", "家庭亲戚人数", COUNT, "names expected from the family"),
        Field("names_employer", "子女单位人数", COUNT, "names from the children's employers"),
        Field("names", "预计转介人数", COUNT, "names expected at a visit, all circles"),
        SOURCE_ROWS,
    ),
)

MARKETS = Table(
    "markets",
    "片区市场",
    ("branch", "area"),
    (
        BRANCH,
        AREA,
        Field("customers", "存量户数", COUNT, "customers of ours there"),
        Field("balance", "贷款余额", YUAN, "what they owe"),
        Field("prospects", "潜在客户数", COUNT, "names of the lists there"),
        Field("size", "经营户数", COUNT, "who trades there, as told; unknown where not told"),
        Field("unlisted", "未掌握户数", COUNT, "of them neither customers nor on a list"),
        Field("unlisted_hot", "其中当季估计", COUNT, "of them in season, as among those known"),
        Field("share", "本行占比", RATIO, "customers by all who trade there, else by those known"),
        Field("in_season", "当季户数", COUNT, "customers and prospects of trades in season"),
        Field("top_trade", "当季主要行业", TEXT, "trade in season with most of them"),
        Field("uplift", "可争取金额", YUAN, "what touches could add there in all"),
        Field("managers", "主攻客户经理", TEXT, "managers locked on the place, joined by ；"),
    ),
)

RESERVE = Table(
    "reserve",
    "储备池需求",
    ("manager_id",),
    (
        MANAGER_ID,
        MANAGER_NAME,
        BRANCH,
        Field("remaining", "须由新客户完成", YUAN, "target less what existing customers bring"),
        Field("conversion", "转化率", RATIO, "chance that a name becomes a loan, fully cared for"),
        Field("ticket", "笔均金额", YUAN, "mean amount of a loan to a name"),
        Field("needed", "需要名单数", COUNT, "remaining by conversion and ticket"),
        Field("stock", "现有名单数", COUNT, "names that he may approach now"),
        Field("gained_a_week", "每周新增", COUNT, "contacts and referrals planned a week"),
        Field("shortfall", "名单缺口", COUNT, "names still lacking with what is gained"),
        Field(
            "weeks_left", "可用周数", COUNT, "weeks until the names are used up; campaign at most"
        ),
    ),
)

VOTE_SCORES = Table(
    "vote_scores",
    "研判打分",
    ("branch", "voter"),
    (
        BRANCH,
        Field("voter", "研判人", TEXT, "who judged; empty where the form names nobody"),
        Field("votes", "已验证票数", COUNT, "votes of which the outcome is known"),
        Field("hits", "方向判对", COUNT, "votes whose direction came true"),
        Field("error", "平均偏差", SCORE, "mean distance of vote and outcome, in steps"),
        Field("weight", "下季权重", RATIO, "weight of his votes next season; 1 as usual"),
    ),
)

RUN_OFF = Table(
    "run_off",
    "到期与流失",
    ("loan_note_id", "source_rows"),
    (
        Field("loan_note_id", "借据号", TEXT, "number of the loan note"),
        CUSTOMER_ID,
        MANAGER_ID,
        BRANCH,
        Field("maturity_date", "到期日期", DATE, "day the principal is due"),
        Field("maturing", "到期本金", YUAN, "principal due at maturity inside the campaign"),
        Field("scheduled", "计划还款", YUAN, "instalments of principal due before that"),
        Field("run_off", "到期与还款合计", YUAN, "maturing plus scheduled, gross of renewal"),
        Field("renewable", "可续贷", FLAG, "may be renewed (无还本续贷 or new)"),
        Field(
            "no_repayment",
            "可无还本续贷",
            FLAG,
            "meets the rules of renewal without repaying first",
        ),
        Field("renew_probability", "续贷概率", RATIO, "natural rate, before any visit"),
        Field("renewed", "预计续贷", YUAN, "expected part renewed under the plan"),
        Field("lost", "预计流失", YUAN, "maturing principal that is not expected to be renewed"),
        REASON,
        SOURCE_ROWS,
    ),
)

OPPORTUNITIES = Table(
    "opportunities",
    "机会清单",
    ("opportunity_id",),
    (
        Field("opportunity_id", "机会编号", TEXT, "stable number, source letter and count"),
        Field("customer_id", "客户编号", TEXT, "customer or prospect that is touched"),
        Field("is_prospect", "潜在客户", FLAG, "not yet a customer of ours"),
        Field("is_outing", "外拓", FLAG, "a stop at a place that gathers contacts, not a person"),
        MANAGER_ID,
        BRANCH,
        Field("source", "增长来源", TEXT, "where the money comes from", Source),
        INDUSTRY_CODE,
        Field("sub_industry", "细分行业", TEXT, "trade below the GB/T class"),
        AREA,
        Field("rewarded", "专项奖励", FLAG, "the trade is on the special-reward list"),
        Field("origin", "名单来源", TEXT, "where a prospect's number came from", ContactOrigin),
        Field("call_rank", "电话次序", COUNT, "order of calls to a manager's prospects, 1 first"),
        Field("amount", "金额", YUAN, "money if it succeeds; customers' money counted once"),
        Field("natural_probability", "自然概率", RATIO, "would come without any touch"),
        Field("full_probability", "触达上限概率", RATIO, "after every touch that helps"),
        Field("probability", "计划概率", RATIO, "under the touches planned"),
        Field("expected", "预计金额", YUAN, "amount times probability, in whole fen"),
        WINDOW_START,
        WINDOW_END,
        Field("rate_quota", "优惠利率额度", YUAN, "limited special-rate money it would use"),
        Field("needs_senior", "需上级支持", FLAG, "a joint visit with a senior is asked for"),
        GRADE,
        REASON,
        SOURCE_ROWS,
    ),
)

PLACES = Table(
    "places",
    "坐标",
    ("customer_id",),
    (
        Field("customer_id", "客户编号", TEXT, "customer or prospect that is visited"),
        Field("longitude", "经度", SCORE, "degrees east"),
        Field("latitude", "纬度", SCORE, "degrees north"),
    ),
)
