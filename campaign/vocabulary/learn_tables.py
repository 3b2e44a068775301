"""Tables that carry what the bank's own past says, and who works, between the rooms."""

from campaign.vocabulary.book_tables import AREA, BRANCH, CUSTOMER_ID, MANAGER_ID, MANAGER_NAME
from campaign.vocabulary.enums import Channel, Source
from campaign.vocabulary.field import Field, Labelled, Table, Unit

TEXT, YUAN, RATIO, DATE = Unit.TEXT, Unit.YUAN, Unit.RATIO, Unit.DATE
DAY, MONTH, WEEK, COUNT, FLAG = Unit.DAY, Unit.MONTH, Unit.WEEK, Unit.COUNT, Unit.FLAG


class RateBasis(Labelled):
    """What an estimate of `learn` rests on; its `basis` text begins with the label."""

    PRIOR = "prior", "先验"
    SHRUNK = "shrunk", "先验与本行数据合并"
    LEARNT = "learnt", "本行数据为主"


class Touched(Labelled):
    """Whether a case of the past had a visit or call before it came or not."""

    YES = "yes", "触达"
    NO = "no", "未触达"
    UNKNOWN = "unknown", "无走访记录"


class Choice(Labelled):
    """How a backtest chooses the customers to visit."""

    PLAN = "plan", "本方案"
    LARGEST_FIRST = "largest_first", "余额最大优先"
    EQUAL = "equal", "平均分配"
    PERFECT = "perfect", "事后最优"


RATES = Table(
    "rates",
    "转化率",
    ("source", "segment"),
    (
        Field("source", "增长来源", TEXT, "source that the rate is for", Source),
        Field("segment", "客群", TEXT, "segment inside the source; empty for the whole source"),
        Field("natural_probability", "自然概率", RATIO, "would come without a touch"),
        Field("full_probability", "触达上限概率", RATIO, "after every touch that helps"),
        Field("amount_share", "金额折扣", RATIO, "money taken as a share of the amount possible"),
        Field("natural_low", "自然概率下限", RATIO, "5 % point of natural_probability"),
        Field("natural_high", "自然概率上限", RATIO, "95 % point of natural_probability"),
        Field("full_low", "触达上限概率下限", RATIO, "5 % point of full_probability"),
        Field("full_high", "触达上限概率上限", RATIO, "95 % point of full_probability"),
        Field("share_low", "金额折扣下限", RATIO, "5 % point of amount_share"),
        Field("share_high", "金额折扣上限", RATIO, "95 % point of amount_share"),
        Field("observations", "样本数", COUNT, "cases in the bank's own data behind it"),
        Field("deviation", "标准差", RATIO, "standard deviation of full_probability"),
        Field("basis", "依据", TEXT, "prior, learnt, or shrunk, with a Chinese note"),
    ),
)

RATES_UPDATED = Table(
    "rates_updated",
    "转化率：本季前后",
    RATES.key,
    (
        *RATES.fields,
        Field("before", "季前触达概率", RATIO, "full_probability before the season's returns"),
        Field("after", "现在触达概率", RATIO, "the same with what came back so far"),
        Field("low", "现在下限", RATIO, "5 % point of after"),
        Field("high", "现在上限", RATIO, "95 % point of after"),
        Field("tried", "本季触达户数", COUNT, "customers touched in the season"),
        Field("won", "本季成交户数", COUNT, "those who came; in part where touched for several"),
    ),
)

RESPONSE = Table(
    "response",
    "每次触达的效果",
    ("is_prospect", "touch"),
    (
        Field("is_prospect", "潜在客户", FLAG, "the sequence of prospects, else of customers"),
        Field("touch", "第几次触达", COUNT, "place in the sequence of [response], from 1"),
        Field("channel", "方式", TEXT, "visit or call", Channel),
        Field("share", "增加的效果", RATIO, "what the touch adds, part of the reachable effect"),
        Field("low", "下限", RATIO, "5 % point of share"),
        Field("high", "上限", RATIO, "95 % point of share"),
        Field("prior", "先验", RATIO, "share by the settings"),
        Field("observations", "样本数", COUNT, "own customers with as many touches behind it"),
        Field("basis", "依据", TEXT, "prior, shrunk or learnt, with a Chinese note"),
    ),
)

SEASON_INDEX = Table(
    "season_index",
    "季节指数",
    ("industry_code", "sub_industry", "week"),
    (
        Field("industry_code", "行业代码", TEXT, "GB/T 4754-2017 code of any level"),
        Field("sub_industry", "细分行业", TEXT, "trade below the class; empty for the class"),
        Field("week", "活动周", WEEK, "weeks from the festival's own week, which is 0"),
        Field("index", "旺季指数", RATIO, "demand of the week, 1 is a usual week"),
        Field("low", "指数下限", RATIO, "5 % point of the index"),
        Field("high", "指数上限", RATIO, "95 % point of the index"),
        Field("observations", "样本数", COUNT, "own disbursements behind it"),
        Field("basis", "依据", TEXT, "prior table, own data, or both, with the source"),
    ),
)

STAFF = Table(
    "staff",
    "人员能力",
    ("manager_id",),
    (
        MANAGER_ID,
        MANAGER_NAME,
        BRANCH,
        Field("is_new", "新任", FLAG, "in the first year as a relationship manager"),
        Field(
            "tenure_months",
            "任职月数",
            MONTH,
            "whole months since he became one; unknown if absent",
        ),
        Field("leave_days", "休假天数", DAY, "planned leave inside the campaign"),
        AREA,
        Field("partner", "结对", TEXT, "manager_id of the partner on outings"),
        Field("focus", "主攻行业", TEXT, "trade in season with most names; of new managers"),
        Field("most_ticket", "单笔上限", YUAN, "largest loan to look for; of new managers"),
        Field("customers", "管户数", COUNT, "customers with a live loan"),
        Field("balance", "管户余额", YUAN, "their balance"),
    ),
)

EVENTS = Table(
    "events",
    "两期变化",
    ("customer_id", "period_start"),
    (
        CUSTOMER_ID,
        MANAGER_ID,
        BRANCH,
        Field("period_start", "前期日期", DATE, "as-of day of the old ledger"),
        Field("period_end", "本期日期", DATE, "as-of day of the new ledger"),
        Field("industry_code", "行业代码", TEXT, "GB/T 4754-2017 class"),
        Field("old_balance", "前期余额", YUAN, "balance in the old ledger"),
        Field("season_balance", "季末余额", YUAN, "balance at the season's end, from the notes"),
        Field("new_balance", "本期余额", YUAN, "balance in the new ledger"),
        Field("topped_up", "增贷", FLAG, "exposure rose by more than the threshold"),
        Field("renewed", "续贷", FLAG, "a note matured and a later one stands"),
        Field("matured", "到期", FLAG, "a note of the old ledger fell due, long enough ago"),
        Field("left", "流失", FLAG, "had a balance, has none"),
        Field("arrived", "新增", FLAG, "had none, has a balance"),
        Field("increase", "增贷金额", YUAN, "rise of the exposure where topped up, beyond limits"),
        Field("maturity_date", "到期日期", DATE, "first maturity of the notes that fell due"),
        Field("matured_amount", "到期本金", YUAN, "old balance of the notes that fell due"),
        Field("renewed_amount", "续贷金额", YUAN, "part of it that stands again"),
        Field(
            "season_matured", "旺季到期本金", YUAN, "the same of those due up to the season's end"
        ),
        Field(
            "season_renewed",
            "旺季续贷金额",
            YUAN,
            "the same of notes that fell due up to the season's end",
        ),
        Field("event_date", "发生日期", DATE, "first new money in between; unknown if undated"),
        Field("week", "活动周", WEEK, "week of that day, counted from the nearest festival"),
        Field("referrer_id", "介绍人客户编号", TEXT, "customer who brought a new one"),
        Field(
            "contacted",
            "期间触达",
            FLAG,
            "the log has a visit or call in between; unknown without a log",
        ),
        Field(
            "touch_effect",
            "触达程度",
            RATIO,
            "part of the reachable effect that touches had shown by the season's end; unknown without a log",
        ),
    ),
)

CASES = Table(
    "cases",
    "转化样本",
    ("source", "segment", "touched"),
    (
        Field("source", "增长来源", TEXT, "source that the cases are of", Source),
        Field("segment", "客群", TEXT, "segment inside the source; empty where it has none"),
        Field("touched", "触达情况", TEXT, "yes, no, or unknown without a log", Touched),
        Field("people", "户数", COUNT, "customers, prospects or names counted"),
        Field("came", "成交户数", COUNT, "those of them that came"),
        Field("cases", "折合样本", COUNT, "weight: whole seasons at risk, or full touches"),
        Field("successes", "折合成交", COUNT, "weight times the chance in a whole season"),
        Field("possible", "可能金额", YUAN, "mean money possible, times those that came"),
        Field("taken", "实际金额", YUAN, "money taken in those that came, within the possible"),
        Field("squares", "金额平方和", COUNT, "sum of the squares of the money each took"),
    ),
)

BACKTEST_DECILES = Table(
    "backtest_deciles",
    "回测：按预计增益分十组",
    ("decile",),
    (
        Field("decile", "组别", COUNT, "1 holds the customers with the largest estimate"),
        Field("customers", "户数", COUNT, "customers in the group"),
        Field("predicted_rate", "预计转化率", RATIO, "mean probability that any of it comes"),
        Field("actual_rate", "实际转化率", RATIO, "share of customers that grew"),
        Field("predicted", "预计金额", YUAN, "expected growth on the old book"),
        Field("actual", "实际金额", YUAN, "growth in the new book"),
        Field("lift", "提升倍数", RATIO, "actual rate by that of all customers"),
    ),
)

BACKTEST_CALIBRATION = Table(
    "backtest_calibration",
    "回测：预计与实际",
    ("source", "band"),
    (
        Field("source", "增长来源", TEXT, "source, empty for all together", Source),
        Field("band", "概率档", TEXT, "range of the predicted probability; empty for all"),
        Field("cases", "样本数", COUNT, "opportunities in the band"),
        Field("predicted_rate", "预计转化率", RATIO, "mean predicted probability"),
        Field("actual_rate", "实际转化率", RATIO, "share that came"),
        Field("low", "合理下限", RATIO, "actual rate would lie above it in 95 of 100 cases"),
        Field("high", "合理上限", RATIO, "actual rate would lie below it in 95 of 100 cases"),
        Field("predicted", "预计金额", YUAN, "expected amount"),
        Field("actual", "实际金额", YUAN, "amount that came"),
        Field("ratio", "实际/预计", RATIO, "actual by predicted amount; unknown if none"),
    ),
)

BACKTEST_CAPTURE = Table(
    "backtest_capture",
    "回测：同样多的客户，谁选得准",
    ("rule",),
    (
        Field("rule", "选法", TEXT, "how the customers were chosen", Choice),
        Field("customers", "户数", COUNT, "customers chosen, the same for all"),
        Field("actual", "实际金额", YUAN, "growth of those chosen"),
        Field("share", "占全部实际", RATIO, "by the growth of all customers"),
        Field("against_plan", "相对方案", RATIO, "by that of the plan's own choice"),
    ),
)

BEYOND = Table(
    "beyond",
    "测算空间以外的增长",
    ("branch",),
    (
        BRANCH,
        Field("balance", "余额", YUAN, "balance that the share is put on"),
        Field("share", "占余额", RATIO, "growth of past seasons beyond what was held possible"),
        Field("expected", "预计金额", YUAN, "balance times share; part of no customer's amount"),
        Field("low", "预计下限", YUAN, "5 % point of expected"),
        Field("high", "预计上限", YUAN, "95 % point of expected"),
        Field("customers", "户数", COUNT, "customers of past seasons that grew beyond it"),
        Field("basis", "依据", TEXT, "Chinese: which seasons, how much"),
    ),
)

INFLOW = Table(
    "inflow",
    "自然新客户",
    ("branch",),
    (
        BRANCH,
        Field("customers", "户数", COUNT, "new customers of last season nobody had touched"),
        Field("amount", "金额", YUAN, "their first notes that outlived the season"),
        Field("source_rows", "来源行", TEXT, "rows it came from, as 借据!12;借据!87"),
    ),
)
