"""Policy numbers of the other sources of growth; one group a file of the room `growth`."""

from dataclasses import dataclass

from campaign.settings.rule import EXAMPLE, rule

RATIO, YUAN, DAYS, TIMES, MONTHS = "比例", "元", "天", "次", "月"
SWITCH = "开关"


@dataclass(frozen=True)
class RefinanceRules:
    """[refinance] 他行贷款置换."""

    contact_days: int = rule(
        90,
        unit=DAYS,
        label="他行到期前几天起接触",
        least=1,
        most=360,
        source="示例假设（常见到期前 60—90 天接触）",
    )
    lead_days: dict[str, int] = rule(
        {"信用": 10, "保证": 15, "抵押": 30, "质押": 15, "组合": 30, "其他": 20},
        unit=DAYS,
        label="办理所需天数（按他行担保方式，抵押含解押）",
        least=0,
        most=180,
        source="示例假设（信用 3—10 天、抵押 10—25 天，另加解押 3—15 个工作日）",
    )
    other_rate_estimate: float = rule(
        0.058,
        unit="年利率",
        label="他行利率未知时估计",
        least=0,
        most=0.36,
        source="示例假设（征信报告不含利率，须问客户）",
    )
    offer_rate: float = rule(
        0.05, unit="年利率", label="本行置换贷款常规利率", least=0, most=0.24, source=EXAMPLE
    )
    special_discount: float = rule(
        0.006,
        unit="年利率",
        label="限时优惠可再降",
        least=0,
        most=0.05,
        source="示例假设（限时限额须真实，额度与起止日期以总行批文为准）",
    )
    penalty_share: float = rule(
        0.0,
        unit=RATIO,
        label="他行提前还款违约金占余额",
        least=0,
        most=0.1,
        source="示例假设（小微贷款合同一般不得约定，个案以合同为准）",
    )
    fee: dict[str, float] = rule(
        {"信用": 0.0, "保证": 0.0, "抵押": 500.0, "质押": 100.0, "组合": 500.0, "其他": 200.0},
        unit=YUAN,
        label="客户自付的转换费用（按他行担保方式）",
        least=0,
        most=1e6,
        source="示例假设（小微抵押登记、评估费由银行承担，余为公证等杂费）",
    )
    lenders_most: int = rule(
        4, unit="家", label="未结清机构超过几家不作置换", least=1, most=20, source=EXAMPLE
    )
    willingness_least: float = rule(
        1.0,
        unit="分",
        label="合作意愿低于几分不排入",
        least=0,
        most=5,
        source="授课材料：重点关注平时接触过、表现出合作意愿的客户",
    )
    knowledge_days: int = rule(
        365, unit=DAYS, label="他行信息超过几天须重新核实", least=30, most=3650, source=EXAMPLE
    )
    senior_amount: float = rule(
        1_000_000.0,
        unit=YUAN,
        label="置换金额达多少须上级联合走访",
        least=0,
        most=1e9,
        source="示例假设（授课材料：需更高级别管理者参与的，客户经理要主动提出具体要求）",
    )
    senior: str = rule(
        "支行行长", unit="文字", label="请谁联合走访", source="授课材料：需更高级别管理者参与"
    )
    top_senior_amount: float = rule(
        3_000_000.0,
        unit=YUAN,
        label="置换金额达多少请总行领导",
        least=0,
        most=1e9,
        source=EXAMPLE,
    )
    top_senior: str = rule(
        "总行分管行长", unit="文字", label="大额置换请谁联合走访", source=EXAMPLE
    )
    repays_other_banks: bool = rule(
        True,
        unit="开关",
        label="本行合同允许以新贷归还他行贷款（受托支付）",
        source="示例假设（有的合同文本明确禁止，请按本行制度）",
    )
    bundle: dict[str, str] = rule(
        {
            "企业法人": "结算账户、代发工资、企业网银",
            "个体工商户": "收款码、结算卡、手机银行",
            "小微企业主": "收款码、结算卡、代发工资",
            "农户": "惠农卡、手机银行",
            "农民专业合作社": "结算账户、收购款代付",
            "自然人": "结算卡、手机银行",
        },
        unit="客户类型 → 产品",
        label="置换时一并推荐的产品组合",
        source="授课材料：实现产品组合营销（具体组合为示例假设；不得搭售、不得存贷挂钩）",
    )
    senior_lenders: str = rule(
        "", unit="文字", label="面对哪些银行须上级联合走访（以、分隔）", source=EXAMPLE
    )
    least_amount: float = rule(
        50_000.0, unit=YUAN, label="低于此数不作置换", least=0, most=1e7, source=EXAMPLE
    )


@dataclass(frozen=True)
class IndustryRules:
    """[industry] 行业性需求."""

    sharing: float = rule(0.6, unit=RATIO, label="行业需求占增贷空间上限", least=0, most=1)
    hot_index: float = rule(
        1.2, unit="倍", label="旺季指数至少达多少算旺季", least=1, most=5, source=EXAMPLE
    )
    near_peak: float = rule(
        0.7, unit=RATIO, label="各周指数达本行业高峰的多少算旺季", least=0, most=1, source=EXAMPLE
    )
    strongest: float = rule(
        0.5,
        unit=RATIO,
        label="取活动期内旺季最强的多少比例细分行业",
        least=0.05,
        most=1,
        source="示例假设（多数行业年前后都偏旺，行业营销只抓更强的一半）",
    )
    most_lift: float = rule(
        1.5, unit="倍", label="备货测算中高峰高出平常月最多取", least=0, most=10, source=EXAMPLE
    )
    lead_weeks: int = rule(
        2,
        unit="周",
        label="旺季前几周开始走访",
        least=0,
        most=12,
        source="示例假设（走访宜早于用款 2—4 周）",
    )
    stock_months: float = rule(
        1.5, unit=MONTHS, label="旺季备货月数", least=0, most=12, source=EXAMPLE
    )
    vote_weight: float = rule(
        0.15, unit=RATIO, label="行业研判每一分调整旺季幅度", least=0, most=0.5, source=EXAMPLE
    )
    own_branch_weight: float = rule(
        0.6, unit=RATIO, label="本支行研判占比（其余取全行平均）", least=0, most=1, source=EXAMPLE
    )
    vote_cases: float = rule(
        5.0,
        unit="票",
        label="研判打分时先验相当于几票",
        least=0.1,
        most=100,
        source=EXAMPLE,
    )
    reward_trades: str = rule(
        "",
        unit="文字",
        label="专项奖励的细分行业（以、分隔；不填则当季行业都算）",
        source="授课材料：单笔业务的奖励可以突出行业客户发放",
    )
    words: dict[str, str] = rule(
        {"塔机": "塔吊租赁（不带操作人员）"},
        unit="词 → 细分行业",
        label="补充识别词：出现此词即归入该细分行业",
        source="授课材料：建筑行业可以下探到塔吊行业甚至更细",
    )


@dataclass(frozen=True)
class RenewalRules:
    """[renewal] 到期与续贷."""

    senior_amount: float = rule(
        5_000_000.0,
        unit=YUAN,
        label="到期本金达多少请上级同去",
        least=0,
        most=1e9,
        source="示例假设（大额到期流失一户难以补回）",
    )
    contact_days: int = rule(
        60, unit=DAYS, label="到期前几天起接触", least=1, most=360, source=EXAMPLE
    )
    lead_days: int = rule(
        10,
        unit=DAYS,
        label="续贷手续所需天数",
        least=0,
        most=90,
        source="示例假设（无还本续贷须在到期前申请并签约）",
    )
    medium_until: str = rule(
        "2027-09-30",
        unit="日期",
        label="中型企业无还本续贷适用至",
        source="2024年9月24日续贷通知：中型企业限此日前到期贷款",
    )


@dataclass(frozen=True)
class SourceRules:
    """[sources] 本期做哪些增长来源；续贷总要做."""

    draw: bool = rule(True, unit=SWITCH, label="做存量提款", source="本行本期安排")
    top_up: bool = rule(True, unit=SWITCH, label="做存量增贷", source="本行本期安排")
    refinance: bool = rule(True, unit=SWITCH, label="做他行置换", source="本行本期安排")
    industry: bool = rule(True, unit=SWITCH, label="做行业需求", source="本行本期安排")
    team: bool = rule(
        True, unit=SWITCH, label="做团队营销（名单与外拓；自己上门的照算）", source="本行本期安排"
    )
    referral: bool = rule(True, unit=SWITCH, label="做转介拜访", source="本行本期安排")
