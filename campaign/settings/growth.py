"""Policy numbers of the room `growth`: the screen and headroom; sources are in growth_sources."""

from dataclasses import dataclass

from campaign.settings.rule import EXAMPLE, rule

RATIO, YUAN, DAYS, TIMES, MONTHS = "比例", "元", "天", "次", "月"
CLASS_RULES = "示例假设（参照《商业银行金融资产风险分类办法》2023年第1号及常见准入口径）"
ENQUIRIES = "示例假设（常见准入口径：2 个月不超过 6 次，3 个月不超过 8—10 次）"
ANNEX = "《流动资金贷款需求量的测算参考》附件公式"
MICRO = "示例假设（小微客户无报表时的替代值，用本行调查数据替换）"


@dataclass(frozen=True)
class ScreenRules:
    """[screen] 无明显恶化: which signal stops, which asks."""

    late_days_red: int = rule(
        1, unit=DAYS, label="逾期几天起为红灯", least=1, most=90, source=CLASS_RULES
    )
    arrears_count_red: int = rule(
        6,
        unit="期",
        label="累计欠款几期起为红灯",
        least=1,
        most=36,
        source="示例假设（常见准入口径：近两年累计不超过 6 期）",
    )
    arrears_count_yellow: int = rule(
        1, unit="期", label="累计欠款几期起为黄灯", least=1, most=36, source=EXAMPLE
    )
    enquiries_red: int = rule(
        10, unit=TIMES, label="近两月征信查询超过几次为红灯", least=1, most=50, source=ENQUIRIES
    )
    enquiries_yellow: int = rule(
        6, unit=TIMES, label="近两月征信查询超过几次为黄灯", least=1, most=50, source=ENQUIRIES
    )
    lenders_yellow: int = rule(
        3, unit="家", label="未结清机构超过几家为黄灯", least=1, most=20, source=EXAMPLE
    )
    online_loans_yellow: int = rule(
        2, unit="笔", label="网络小额贷款超过几笔为黄灯", least=0, most=20, source=EXAMPLE
    )
    guarantees_yellow: float = rule(
        0.5, unit=RATIO, label="对外担保占净资产超过多少为黄灯", least=0, most=5, source=EXAMPLE
    )
    sales_fall_yellow: float = rule(
        0.8, unit=RATIO, label="销售收入低于上年多少为黄灯", least=0, most=1, source=EXAMPLE
    )
    appraisal_months_yellow: int = rule(
        12, unit=MONTHS, label="押品评估超过几个月为黄灯", least=1, most=60, source=EXAMPLE
    )
    unchecked_lowers: int = rule(
        10,
        unit="条",
        label="未能检查的规则达几条，资料等级降一级",
        least=1,
        most=50,
        source=EXAMPLE,
    )
    yellow_wait_days: int = rule(
        15,
        unit=DAYS,
        label="信用类黄灯客户在初一后第几天再议（0 表示不等）",
        least=0,
        most=60,
        source="授课材料：春节前后是检验客户风险的最佳时机，熬过春节一般风险性问题不大",
    )


@dataclass(frozen=True)
class HeadroomRules:
    """[headroom] 存量增贷: caps and ratios."""

    yellow_share: float = rule(0.5, unit=RATIO, label="黄灯客户保留空间", least=0, most=1)
    haircut: dict[str, float] = rule(
        {"A": 1.0, "B": 0.8, "C": 0.4},
        unit=RATIO,
        label="按资料等级打折",
        least=0,
        most=1,
        source="示例假设（资料越少，保留越少；C 级仅有政策上限，不作确定金额）",
    )
    rounding_step: int = rule(10_000, unit=YUAN, label="向下取整到", least=1, most=1_000_000)
    days_a_year: int = rule(360, unit=DAYS, label="一年计息天数", least=360, most=366, source=ANNEX)
    default_profit_margin: float = rule(
        0.10, unit=RATIO, label="销售利润率未知时取", least=0, most=0.9, source=MICRO
    )
    default_inventory_days: float = rule(
        70.0, unit=DAYS, label="存货周转天数未知时取", least=0, most=360, source=MICRO
    )
    default_receivable_days: float = rule(
        60.0, unit=DAYS, label="应收周转天数未知时取", least=0, most=360, source=MICRO
    )
    default_payable_days: float = rule(
        30.0, unit=DAYS, label="应付周转天数未知时取", least=0, most=360, source=MICRO
    )
    own_funds_share: float = rule(
        0.2, unit=RATIO, label="自有资金未知时占营运资金需求", least=0, most=1, source=MICRO
    )
    sales_growth_most: float = rule(
        0.2, unit=RATIO, label="预计销售增长率最高取", least=0, most=1, source=EXAMPLE
    )
    repayment_share: float = rule(
        0.6,
        unit=RATIO,
        label="月还款占月可支配收入上限",
        least=0.1,
        most=1,
        source="示例假设（小微信贷常见 50—70%，偏严者 50%）",
    )
    equivalent_months: int = rule(
        120,
        unit=MONTHS,
        label="先息后本贷款按几个月等效摊还本金",
        least=6,
        most=360,
        source="示例假设（先息后本须折算月还本，否则偿债比没有意义；个人经营贷款最长十年）",
    )
    new_loan_months: int = rule(
        120, unit=MONTHS, label="新增部分按几个月摊还测算", least=6, most=360, source=EXAMPLE
    )
    new_loan_rate: float = rule(
        0.05,
        unit="年利率",
        label="新增部分测算利率",
        least=0,
        most=0.24,
        source="示例假设（2025年2月全国普惠小微新发放平均 4.03%，县域取略高）",
    )
    guarantee_conversion: float = rule(
        0.2, unit=RATIO, label="对外担保折算为自身债务", least=0, most=1, source=EXAMPLE
    )
    income_years: dict[str, float] = rule(
        {"信用": 3.0, "保证": 4.0, "抵押": 8.0, "质押": 8.0, "组合": 8.0, "其他": 3.0},
        unit="年",
        label="债务不超过几年可支配收入（按担保方式）",
        least=0,
        most=30,
        source="示例假设（IPC 类机构更严：信用贷款不超过一年净收益的 1—1.5 倍）",
    )
    sales_share: dict[str, float] = rule(
        {"信用": 0.3, "保证": 0.4, "抵押": 0.6, "质押": 0.6, "组合": 0.6, "其他": 0.3},
        unit=RATIO,
        label="债务不超过年销售收入的（按担保方式）",
        least=0,
        most=3,
        source="示例假设（信用贷款不超过年销售的 20—30%）",
    )
    net_assets_share: float = rule(
        1.0,
        unit=RATIO,
        label="债务不超过净资产的",
        least=0,
        most=5,
        source="示例假设（贷后全部债务不超过净资产）",
    )
    loan_to_value: dict[str, float] = rule(
        {
            "住宅": 0.7,
            "商铺": 0.5,
            "写字楼": 0.5,
            "厂房": 0.5,
            "土地": 0.5,
            "设备": 0.3,
            "车辆": 0.4,
            "存货": 0.3,
            "应收账款": 0.5,
            "存单": 0.9,
            "其他": 0.4,
        },
        unit=RATIO,
        label="抵质押率（按押品种类）",
        least=0,
        most=1,
        source="示例假设（常见：住宅不超过七成、商用不超过五成，其余为经验值）",
    )
    registered_maximum_is_others: bool = rule(
        False,
        unit="开关",
        label="台账“最高债权额”是他人先顺位登记额（关：本行自己的登记额，余量仍可用）",
        source="示例假设（本行台账所记通常是本行合同的登记额；先顺位登记额总是扣减）",
    )
    guarantee_cap: dict[str, float] = rule(
        {
            "信用": 500_000.0,
            "保证": 1_000_000.0,
            "抵押": 5_000_000.0,
            "质押": 5_000_000.0,
            "组合": 5_000_000.0,
            "其他": 500_000.0,
        },
        unit=YUAN,
        label="单户政策上限（按担保方式）",
        least=0,
        most=1e10,
        source="示例假设（保证类常见 30—100 万元，其余以本行授权为准）",
    )
    grade_cap: dict[str, float] = rule(
        {
            "AAA": 1_000_000.0,
            "AA": 500_000.0,
            "A": 300_000.0,
            "BBB": 200_000.0,
            "BB": 100_000.0,
            "B": 50_000.0,
        },
        unit=YUAN,
        label="信用类客户单户上限（按信用等级）",
        least=0,
        most=1e10,
        source="示例假设（参照一款小微评分产品 2 万至 100 万元的等级额度，中段放宽）",
    )
    product_cap: dict[str, float] = rule(
        {"创业担保": 300_000.0, "农户小额": 100_000.0, "网络贷": 300_000.0},
        unit=YUAN,
        label="产品单户上限（产品名称含此词即适用）",
        least=0,
        most=1e10,
        source="示例假设（创业担保贷款个人最高 30 万元为通行口径；其余请按本行产品手册填写）",
    )
    step_up: float = rule(
        0.5,
        unit=RATIO,
        label="一个还款周期后单次增幅",
        least=0,
        most=5,
        source="示例假设（首笔后每个良好周期增 20—50%，此处取上限）",
    )
    clean_months: int = rule(
        6,
        unit=MONTHS,
        label="建立信贷关系满几个月才可增贷",
        least=0,
        most=60,
        source=EXAMPLE,
    )
    bank_capital: float = rule(
        0.0,
        unit=YUAN,
        label="本行资本净额（0 表示不检查集中度）",
        least=0,
        most=1e13,
        source="示例假设（请填本行上期末数）",
    )
    concentration_share: float = rule(
        0.10,
        unit=RATIO,
        label="单户贷款不超过资本净额的",
        least=0,
        most=1,
        source="《商业银行法》第三十九条：同一借款人贷款余额不超过资本余额 10%",
    )
    inclusive_limit: float = rule(
        10_000_000.0,
        unit=YUAN,
        label="普惠小微口径：单户授信总额（含）",
        least=0,
        most=1e9,
        source="普惠型小微企业贷款统计口径：单户授信总额 1000 万元（含）以下",
    )
    least_amount: float = rule(
        20_000.0, unit=YUAN, label="低于此数不列为增贷或提款机会", least=0, most=1e7
    )
