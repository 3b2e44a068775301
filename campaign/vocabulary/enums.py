"""The closed lists of the vocabulary: stable English codes with Chinese labels."""

from campaign.vocabulary.field import Labelled


class Role(Labelled):
    """What a sheet of a book holds; found by its headers, never by its name."""

    LOANS = "loans", "贷款台账"
    OTHER_LOANS = "other_loans", "他行贷款"
    CUSTOMERS = "customers", "客户信息"
    MANAGERS = "managers", "客户经理名册"
    TARGETS = "targets", "任务目标"
    PROSPECTS = "prospects", "潜在客户名单"
    CONTACTS = "contacts", "走访联系记录"
    VOTES = "votes", "行业研判表"
    DO_NOT_CONTACT = "do_not_contact", "免打扰名单"
    UNUSED = "unused", "未使用"


class Severity(Labelled):
    """How much a finding matters."""

    ERROR = "error", "错误"
    WARNING = "warning", "提示"
    INFO = "info", "说明"


class Signal(Labelled):
    """The answer of the screen 无明显恶化."""

    GREEN = "green", "绿"
    YELLOW = "yellow", "黄"
    RED = "red", "红"


class Source(Labelled):
    """Where an expected amount comes from.

    RENEWAL (续贷) is the same bank's maturing money and no growth; DRAW (提款) uses a
    limit that exists; the other five are the sources of growth.
    """

    RENEWAL = "renewal", "续贷保有"
    DRAW = "draw", "存量提款"
    TOP_UP = "top_up", "存量增贷"
    REFINANCE = "refinance", "他行置换"
    INDUSTRY = "industry", "行业需求"
    TEAM = "team", "团队营销"
    REFERRAL = "referral", "转介拜访"


# For narrow columns, where several stand side by side.
SOURCE_SHORT = {
    Source.RENEWAL: "续贷",
    Source.DRAW: "提款",
    Source.TOP_UP: "增贷",
    Source.REFINANCE: "置换",
    Source.INDUSTRY: "行业",
    Source.TEAM: "团队",
    Source.REFERRAL: "转介",
}

GROWTH_SOURCES = (
    Source.TOP_UP,
    Source.REFINANCE,
    Source.INDUSTRY,
    Source.TEAM,
    Source.REFERRAL,
)


class Grade(Labelled):
    """How much data an estimate rests on; C is never shown as a firm amount."""

    A = "A", "资料较全"
    B = "B", "部分估算"
    C = "C", "仅政策上限"


class Channel(Labelled):
    """How a customer is touched."""

    VISIT = "visit", "走访"
    CALL = "call", "电话"


class Resource(Labelled):
    """What a touch uses up."""

    VISITS = "visits", "走访次数"
    CALLS = "calls", "电话次数"
    RATE_QUOTA = "rate_quota", "优惠利率额度"
    SENIOR = "senior", "上级联合走访"


class Duty(Labelled):
    """Why a touch goes before all others, however little it may be worth."""

    MUST = "must", "必访"
    COVER = "cover", "覆盖"
    SHARE = "share", "占比"


class Level(Labelled):
    """Whom a target or a range is for."""

    BANK = "bank", "全行"
    BRANCH = "branch", "支行"
    MANAGER = "manager", "客户经理"


class LoanClass(Labelled):
    """Five-class risk grading (五级分类)."""

    NORMAL = "normal", "正常"
    SPECIAL_MENTION = "special_mention", "关注"
    SUBSTANDARD = "substandard", "次级"
    DOUBTFUL = "doubtful", "可疑"
    LOSS = "loss", "损失"
    NON_PERFORMING = "non_performing", "不良"
    UNCLASSIFIED = "unclassified", "未分类"


class GuaranteeType(Labelled):
    """How a loan is secured (担保方式)."""

    CREDIT = "credit", "信用"
    GUARANTEED = "guaranteed", "保证"
    MORTGAGE = "mortgage", "抵押"
    PLEDGE = "pledge", "质押"
    COMBINED = "combined", "组合"
    OTHER = "other", "其他"


class RepaymentMethod(Labelled):
    """How principal comes back (还款方式)."""

    EQUAL_INSTALMENT = "equal_instalment", "等额本息"
    EQUAL_PRINCIPAL = "equal_principal", "等额本金"
    FLAT = "flat", "等本等息"
    MONTHLY_INTEREST = "monthly_interest", "按月付息到期还本"
    QUARTERLY_INTEREST = "quarterly_interest", "按季付息到期还本"
    HALF_YEARLY_INTEREST = "half_yearly_interest", "按半年付息到期还本"
    YEARLY_INTEREST = "yearly_interest", "按年付息到期还本"
    BULLET = "bullet", "利随本清"
    REVOLVING = "revolving", "随借随还"
    INSTALMENTS = "instalments", "分期还本"
    OTHER = "other", "其他"


class RefinanceStatus(Labelled):
    """What the campaign does about a loan at another bank."""

    PLANNED = "planned", "本期办理"
    LATER = "later", "以后再谈"
    NEEDS_CONSENT = "needs_consent", "需先取得授权"
    EXCLUDED = "excluded", "不办理"


class LoanStatus(Labelled):
    """State of a loan note (借据状态)."""

    ACTIVE = "active", "正常"
    OVERDUE = "overdue", "逾期"
    SETTLED = "settled", "结清"
    WRITTEN_OFF = "written_off", "核销"
    TRANSFERRED = "transferred", "转让"
    EXTENDED = "extended", "展期"
    FROZEN = "frozen", "冻结"
    NOT_DRAWN = "not_drawn", "未出账"
    OTHER = "other", "其他"


class OccurrenceType(Labelled):
    """Why a loan was granted (发放类型)."""

    NEW = "new", "新增"
    REPEAT = "repeat", "再贷"
    RENEWED = "renewed", "无还本续贷"
    REFINANCED_OLD = "refinanced_old", "借新还旧"
    EXTENDED = "extended", "展期"
    RESTRUCTURED = "restructured", "重组贷款"


class CustomerType(Labelled):
    """Who borrows (客户类型)."""

    COMPANY = "company", "企业法人"
    SOLE_TRADER = "sole_trader", "个体工商户"
    OWNER = "owner", "小微企业主"
    FARMER = "farmer", "农户"
    COOPERATIVE = "cooperative", "农民专业合作社"
    PERSON = "person", "自然人"


class Business(Labelled):
    """Kind of loan business; only OPERATING and WORKING_CAPITAL can be refinanced."""

    OPERATING = "operating", "个人经营性贷款"
    WORKING_CAPITAL = "working_capital", "流动资金贷款"
    HOUSING = "housing", "住房按揭贷款"
    CONSUMER = "consumer", "消费贷款"
    CARD = "card", "信用卡"
    ONLINE = "online", "网络小额贷款"
    FIXED_ASSET = "fixed_asset", "固定资产贷款"
    DISCOUNT = "discount", "票据贴现"
    ENTRUSTED = "entrusted", "委托贷款"
    OFF_BALANCE = "off_balance", "表外业务"
    OTHER = "other", "其他"


class KnowledgeSource(Labelled):
    """How the bank came to know of a loan at another bank (信息来源)."""

    STATEMENT = "statement", "客户陈述"
    CONTRACT = "contract", "合同"
    ACCOUNT_FLOW = "account_flow", "流水"
    REGISTER = "register", "登记公示"
    CREDIT_REPORT_MARKETING = "credit_report_marketing", "征信（授权含营销）"
    CREDIT_REPORT = "credit_report", "征信"
    UNKNOWN = "unknown", "未注明"


class VisitOutcome(Labelled):
    """What a manager fills in after a touch (走访结果)."""

    NOT_MET = "not_met", "未联系上"
    FOLLOW_UP = "follow_up", "继续跟进"
    INTERESTED = "interested", "有意向"
    APPLIED = "applied", "已申请"
    APPROVED = "approved", "已授信"
    DISBURSED = "disbursed", "已放款"
    NO_NEED = "no_need", "无需求"
    REFUSED = "refused", "客户拒绝"
    REJECTED = "rejected", "银行未准入"


class ReturnState(Labelled):
    """What became of a row of a filled-in workbook that was taken back."""

    APPLIED = "applied", "已采用"
    UNCHANGED = "unchanged", "无变化"
    REJECTED = "rejected", "未采用"
    UNKNOWN = "unknown", "对不上"


class PromiseMetric(Labelled):
    """What a promise made in a talk counts (约谈承诺)."""

    VISITS = "visits", "走访"
    CALLS = "calls", "电话"
    REFERRALS = "referrals", "转介人数"
    APPLIED = "applied", "申请"
    DISBURSED = "disbursed", "放款"


class PromiseState(Labelled):
    """Where a promise stands; it is closed by figures only."""

    KEPT = "kept", "已兑现"
    OPEN = "open", "未到期"
    OVERDUE = "overdue", "到期未兑现"


class ContactOrigin(Labelled):
    """Where a prospect's number came from; own contacts convert better than bought lists."""

    REFERRAL = "referral", "客户转介"
    OWN_VISIT = "own_visit", "走访自采"
    EXTERNAL_LIST = "external_list", "外部名单"
    WALK_IN = "walk_in", "主动上门"
    UNKNOWN = "unknown", "未注明"


class ManagerStatus(Labelled):
    """Whether a manager works (在职状态)."""

    ACTIVE = "active", "在岗"
    TRIAL = "trial", "试用/见习"
    LEAVE = "leave", "产假/病假"
    SECONDED = "seconded", "借调"
    MOVED = "moved", "转岗"
    LEFT = "left", "离职"


class DayBasis(Labelled):
    """Where the calendar of a year comes from."""

    OFFICIAL = "official", "官方"
    USER = "user", "用户录入"
    PROVISIONAL = "provisional", "暂定"


class DayKind(Labelled):
    """What a holiday file says of a day (类别)."""

    REST = "rest", "休"
    WORK = "work", "班"


class Feast(Labelled):
    """The days of the year that the campaign steers by; codes are columns of festival.csv."""

    NEW_YEAR = "new_year", "元旦"
    LABA = "laba", "腊八"
    XIAONIAN = "xiaonian", "小年"
    EVE = "eve", "除夕"
    SPRING_FESTIVAL = "spring_festival", "春节"
    LANTERN = "lantern", "元宵节"
    ER_YUE_ER = "er_yue_er", "二月二"
    TOMB_SWEEPING = "tomb_sweeping", "清明节"
    LABOUR = "labour", "劳动节"
    DRAGON_BOAT = "dragon_boat", "端午节"
    MID_AUTUMN = "mid_autumn", "中秋节"
    NATIONAL_DAY = "national_day", "国庆节"
