"""Policy numbers of the room `learn`: conversion priors, and how own data outweighs them."""

from dataclasses import dataclass

from campaign.settings.rule import EXAMPLE, rule

RATIO, CASES = "比例", "户"

FUNNEL = "示例假设（按触达→面访→申请→通过→放款的常见漏斗逐级相乘，未见公开统计）"
EXISTING = (
    "示例假设（存量客户面访后申请 30—50%、通过 60—75%、放款 80—90% 相乘约 14—34%，"
    "未先问意愿即走访，取中下）"
)
NATURAL = "示例假设（无人走访时旺季四个月内自行前来，未见公开统计，取低值）"
TAKEN = "示例假设（客户实际用款少于测算可用额，未见公开统计）"


def _prior(default: float, label: str, source: str) -> float:
    """Return a rule for a share between 0 and 1."""
    value: float = rule(default, unit=RATIO, label=label, source=source, least=0, most=1)
    return value


def _priors(default: dict[str, float], label: str, source: str) -> dict[str, float]:
    """Return a rule for a small table of shares, one a segment."""
    value: dict[str, float] = rule(default, unit=RATIO, label=label, source=source, least=0, most=1)
    return value


@dataclass(frozen=True)
class ConversionRules:
    """[conversion] 转化率先验: natural, after every touch, and share of the money possible.

    Of a source with segments the key `all` is the whole source, used where the segment of
    a case is not known.
    """

    renewal_natural: float = _prior(
        0.80, "到期续贷：自然概率", "示例假设（到期未走访者仍多数续做，未见公开统计）"
    )
    renewal_full: float = _prior(
        0.92, "到期续贷：触达上限概率", "示例假设（提前走访可留住约六成将流失者，未见公开统计）"
    )
    renewal_share: float = _prior(
        0.97, "到期续贷：续做金额占到期本金", "示例假设（少数客户压缩金额续做）"
    )
    draw_natural: float = _prior(0.25, "存量提款：自然概率", NATURAL)
    draw_full: float = _prior(
        0.40, "存量提款：触达上限概率", "示例假设（额度已批、只差提醒，高于新增授信）"
    )
    draw_share: float = _prior(0.55, "存量提款：提用占可用额度", TAKEN)
    top_up_natural: dict[str, float] = _priors(
        {"all": 0.05, "A": 0.06, "B": 0.05, "C": 0.03}, "存量增贷：自然概率", NATURAL
    )
    top_up_full: dict[str, float] = _priors(
        {"all": 0.15, "A": 0.22, "B": 0.15, "C": 0.08},
        "存量增贷：触达上限概率（按资料等级）",
        EXISTING,
    )
    top_up_share: dict[str, float] = _priors(
        {"all": 0.50, "A": 0.60, "B": 0.50, "C": 0.35},
        "存量增贷：实际增贷占增贷空间",
        TAKEN,
    )
    refinance_natural: dict[str, float] = _priors(
        {"all": 0.01, "0": 0.005, "1-2": 0.01, "3-5": 0.03, "unknown": 0.01},
        "他行置换：自然概率",
        NATURAL,
    )
    refinance_full: dict[str, float] = _priors(
        {"all": 0.10, "0": 0.02, "1-2": 0.10, "3-5": 0.28, "unknown": 0.08},
        "他行置换：触达上限概率（按合作意愿）",
        "示例假设（有意愿者按面访后申请五成、通过放款近六成；无意愿者极低；未见公开统计）",
    )
    refinance_share: float = _prior(
        0.80, "他行置换：实际置换占可置换金额", "示例假设（部分客户只转一部分或留一家备用）"
    )
    industry_natural: dict[str, float] = _priors(
        {"all": 0.05, "customer": 0.10, "prospect": 0.002}, "行业需求：自然概率", NATURAL
    )
    industry_full: dict[str, float] = _priors(
        {"all": 0.12, "customer": 0.28, "prospect": 0.04},
        "行业需求：触达上限概率（存量客户、新客户）",
        "示例假设（王口炒货旺季约五成商户有贷款需求，新客户能由本行做成的不足一成；"
        "存量客户取增贷漏斗中上）",
    )
    industry_share: dict[str, float] = _priors(
        {"all": 0.70, "customer": 0.60, "prospect": 0.80}, "行业需求：实际用款占测算需求", TAKEN
    )
    team_natural: dict[str, float] = _priors(
        {
            "all": 0.002,
            "referral": 0.01,
            "own_visit": 0.002,
            "external_list": 0.0005,
            "walk_in": 0.10,
            "unknown": 0.001,
        },
        "团队营销：自然概率（按名单来源）",
        NATURAL,
    )
    team_full: dict[str, float] = _priors(
        {
            "all": 0.02,
            "referral": 0.10,
            "own_visit": 0.03,
            "external_list": 0.008,
            "walk_in": 0.30,
            "unknown": 0.01,
        },
        "团队营销：触达上限概率（按名单来源）",
        "示例假设（接通约五成、有意向 5—10%、面访约五成、申请约 25%、做成约 58%，一季多次触达；"
        "走访自采为外部名单的数倍，转介超过陌生拜访三倍，均未见可靠统计）",
    )
    team_share: float = _prior(
        0.80, "团队营销：实际放款占预计单笔", "示例假设（新客户首笔多低于所想）"
    )
    referral_natural: float = _prior(
        0.0, "转介拜访：自然概率", "示例假设（不走访便没有这个名字，故为 0）"
    )
    referral_full: float = _prior(
        0.08,
        "转介拜访：转介一人做成贷款的概率",
        "示例假设（转介约为陌生拜访三倍；本季内才得到的名字，时间更短，低于已在名单者）",
    )
    referral_share: float = _prior(
        0.80, "转介拜访：实际放款占预计单笔", "示例假设（新客户首笔多低于所想）"
    )
    uplift_factor: float = rule(
        1.0,
        unit="倍",
        label="触达效果倍数（试算用：1 为照先验与学得的数）",
        least=0,
        most=3,
        source="试算用，不是估计",
    )


@dataclass(frozen=True)
class LearnRules:
    """[learn] 从往年台账学习: how strong priors are, and what counts as an event."""

    prior_strength: float = rule(
        40.0,
        unit=CASES,
        label="转化率先验相当于多少户",
        least=1,
        most=10_000,
        source="示例假设（本行满 40 户时，先验与本行数据各占一半）",
    )
    amount_strength: float = rule(
        10.0,
        unit=CASES,
        label="金额折扣先验相当于多少户成交",
        least=1,
        most=10_000,
        source="示例假设（成交满 10 户时，先验与本行金额各占一半；金额看得比概率快）",
    )
    usual_touch_share: float = rule(
        0.3,
        unit=RATIO,
        label="没有走访记录时，视为往年触达过多少客户",
        least=0,
        most=1,
        source=EXAMPLE,
    )
    top_up_threshold: float = rule(
        0.05,
        unit=RATIO,
        label="敞口比前期高出多少才算增贷",
        least=0,
        most=1,
        source="示例假设（滤去取整与利息入本）",
    )
    top_up_least: float = rule(
        10_000.0,
        unit="元",
        label="敞口至少高出多少元才算增贷",
        least=0,
        most=1e8,
        source=EXAMPLE,
    )
    renewal_gap_days: int = rule(
        60,
        unit="天",
        label="到期前后多少天内再放款算续贷",
        least=0,
        most=365,
        source=EXAMPLE,
    )
    renewal_ahead_days: int = rule(
        90,
        unit="天",
        label="到期前多少天内的走访算续贷走访",
        least=0,
        most=365,
        source=EXAMPLE,
    )
    follow_days: int = rule(
        45,
        unit="天",
        label="走访后至少看多少天才计入样本",
        least=0,
        most=180,
        source="示例假设（从调查到放款信用类 3—10 天、抵押类 10—25 天，加客户考虑的时间）",
    )
    clock_strength: float = rule(
        30.0,
        unit="笔",
        label="估计旺季内需求先后时，平均分布相当于多少笔",
        least=0,
        most=10_000,
        source="示例假设（旺季放款满 30 笔时，本行先后与平均分布各占一半）",
    )
    least_effect: float = rule(
        0.2,
        unit=RATIO,
        label="往年触达效果低于多少时不再放大",
        least=0.05,
        most=1,
        source="示例假设（触达太少时，除以效果会把偶然放大）",
    )
    response_strength: float = rule(
        20.0,
        unit=CASES,
        label="触达效果先验（一次走访、一次电话）相当于多少户触达结果",
        least=2,
        most=10_000,
        source="示例假设（一次走访的效果按 60% 计时，先验的标准差约 11 个百分点）",
    )
    response_least: int = rule(
        100,
        unit=CASES,
        label="走访记录里触达过两次以上的客户满多少户，才学每次触达的效果",
        least=1,
        most=100_000,
        source="示例假设（再少时学到的多半是偶然）",
    )
    recorded_share: float = rule(
        0.5,
        unit=RATIO,
        label="走访记录里写明已放款的比例达到多少，才用它学置换转化率",
        least=0,
        most=1,
        source="示例假设（放款结果多不回填，照记录算会低估）",
    )
    season_strength: float = rule(
        10.0,
        unit="笔",
        label="旺季先验相当于每周多少笔预计放款",
        least=1,
        most=10_000,
        source="示例假设（起点：某行业某周按先验应有 10 笔时，先验与本行数据各占一半；"
        "再按各行业自己的放款贴不贴上级形状，取四分之一到 32 倍）",
    )
    lift_spread: float = rule(
        0.7,
        unit="对数标准差",
        label="全部行业的旺季高低，可能与先验差多少",
        least=0.01,
        most=5,
        source="示例假设（0.7 即有三分之二把握在先验的一半到两倍之间）",
    )
    parent_share: float = rule(
        0.7,
        unit="次方",
        label="上级行业偏离先验的程度，传到下一级保留多少",
        least=0,
        most=1,
        source="示例假设（全行的偏离对没有数据的小类影响很小，同一中类的影响大）",
    )
    peak_lift: float = rule(
        1.5,
        unit="倍",
        label="强度为 1 的行业，高峰周比平常周多出几倍",
        least=0,
        most=10,
        source="示例假设（全部新增贷款一季度占 34.7%，约为平均的 1.4 倍；旺季行业高峰周取更高）",
    )
    lookback_days: int = rule(
        365,
        unit="天",
        label="每份台账向前看多少天的放款",
        least=90,
        most=1830,
        source="示例假设（更早的短期借据多已结清，台账里看不全）",
    )
