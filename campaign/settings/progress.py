"""Policy numbers of the room `progress`: who is talked to, the pool, rewards."""

from dataclasses import dataclass

from campaign.settings.rule import rule

RATIO, YUAN, DAYS = "比例", "元", "天"
CONCEPT = "示例假设（授课材料只说“要有精准数据分析、持续跟踪”，未给数值）"


@dataclass(frozen=True)
class InterviewRules:
    """[interviews] 约谈: when a manager is asked to talk."""

    amount_ratio: float = rule(
        0.6, unit=RATIO, label="目标完成率低于多少约谈", least=0, most=1, source=CONCEPT
    )
    activity_ratio: float = rule(
        0.6, unit=RATIO, label="触达完成率低于多少约谈", least=0, most=1, source=CONCEPT
    )
    least_planned: int = rule(
        20, unit="次", label="应完成触达满几次才评价", least=1, most=500, source=CONCEPT
    )
    pool_cover: float = rule(
        1.5, unit="倍", label="储备倍数低于多少提示", least=0, most=10, source=CONCEPT
    )
    peers: int = rule(
        5, unit="人", label="与管户余额最接近的几位同类比较", least=1, most=50, source=CONCEPT
    )
    behind: float = rule(
        0.95, unit=RATIO, label="某一步低于同类多少算落后", least=0.1, most=1, source=CONCEPT
    )
    ahead: float = rule(
        1.05, unit=RATIO, label="某一步高于同类多少算长处", least=1, most=3, source=CONCEPT
    )
    least_cases: int = rule(
        5, unit="次", label="一步至少几次才评价", least=1, most=100, source=CONCEPT
    )
    best_share: float = rule(
        0.33, unit=RATIO, label="增益最高的多大部分算重点", least=0.05, most=1, source=CONCEPT
    )
    recheck_days: int = rule(
        14,
        unit=DAYS,
        label="约谈承诺几天后复查",
        least=1,
        most=60,
        source="示例假设（授课材料：持续跟踪直到达到要求为止；参考 1 至 2 周）",
    )


@dataclass(frozen=True)
class NewcomerRules:
    """[newcomers] 新任客户经理: the lane of those in their first year."""

    check_days: int = rule(
        14, unit=DAYS, label="新任每几天过关一次", least=1, most=60, source=CONCEPT
    )


@dataclass(frozen=True)
class PoolRules:
    """[pool] 储备池: chance that a stage ends in a loan."""

    follow_up_chance: float = rule(0.05, unit=RATIO, label="跟进中最终放款概率", least=0, most=1)
    interested_chance: float = rule(0.15, unit=RATIO, label="有意向最终放款概率", least=0, most=1)
    applied_chance: float = rule(0.60, unit=RATIO, label="审批中最终放款概率", least=0, most=1)


@dataclass(frozen=True)
class IncentiveRules:
    """[incentives] 提成与专项奖励."""

    amount_share: float = rule(0.0005, unit=RATIO, label="提成占放款金额", least=0, most=0.02)
    per_loan: float = rule(
        50.0,
        unit="元/笔",
        label="每笔固定提成",
        least=0,
        most=5000,
        source="示例假设（江苏农商行做法：贷款越小计提系数越高）",
    )
    industry_multiplier: float = rule(
        1.3,
        unit="倍",
        label="重点行业提成倍数",
        least=1,
        most=3,
        source="示例假设（授课材料：行业客户提成比例可以高些）",
    )
    small_ticket: float = rule(
        300_000.0,
        unit=YUAN,
        label="多少以下算小额贷款",
        least=0,
        most=10_000_000,
        source="示例假设（江苏农商行做法：贷款越小计提系数越高）",
    )
    small_multiplier: float = rule(
        1.5, unit="倍", label="小额贷款每笔固定提成倍数", least=1, most=5
    )
    first_multiplier: float = rule(
        1.5,
        unit="倍",
        label="首贷户每笔固定提成倍数",
        least=1,
        most=5,
        source="示例假设（首贷户多花工夫，比照小额贷款）",
    )
    tier_ratio: float = rule(1.0, unit=RATIO, label="目标完成率达到多少上一档", least=0.1, most=3)
    tier_multiplier: float = rule(1.2, unit="倍", label="上一档的提成倍数", least=1, most=3)
    budget: float = rule(
        0.0,
        unit=YUAN,
        label="专项奖励预算，0 为未设",
        least=0,
        most=1e8,
        source="示例假设（由本行填写）",
    )
    per_referral: float = rule(5.0, unit="元/人", label="每个有效转介", least=0, most=500)
    hold_days: int = rule(
        90,
        unit=DAYS,
        label="延期部分在春节后观察几天",
        least=0,
        most=365,
        source="示例假设（春节后资产质量观察后发放）",
    )
    deferred_share: float = rule(
        0.3,
        unit=RATIO,
        label="延期发放比例",
        least=0,
        most=1,
        source="示例假设（春节后资产质量观察后发放）",
    )


@dataclass(frozen=True)
class ReturnRules:
    """[returns] 收回填报结果."""

    due_days: int = rule(
        7,
        unit=DAYS,
        label="几天内没有交回工作簿算未交",
        least=1,
        most=31,
        source="示例假设（每周五交回一次）",
    )
    catch_up_days: int = rule(
        7,
        unit=DAYS,
        label="过了约定日的回访几天内补上",
        least=1,
        most=60,
        source="示例假设（一周内补上）",
    )
    most_amount: float = rule(
        20_000_000.0,
        unit=YUAN,
        label="单户意向金额高于多少视为填错单位",
        least=100_000,
        most=1e9,
        source="示例假设（普惠小微口径单户授信 1000 万元，放宽一倍）",
    )
