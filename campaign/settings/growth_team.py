"""Policy numbers of the team and of referrals; one group a room of people."""

from dataclasses import dataclass

from campaign.settings.rule import EXAMPLE, rule

RATIO, YUAN, DAYS, TIMES, MONTHS = "比例", "元", "天", "次", "月"


@dataclass(frozen=True)
class TeamRules:
    """[team] 营销组合与储备池."""

    contacts_per_stop: int = rule(
        10,
        unit="个",
        label="每次市场走访采集有效联系方式",
        least=0,
        most=50,
        source="授课材料：按营销基本要求拍摄十个有效联系方式",
    )
    outings_per_week: int = rule(
        1, unit="次/周", label="每人每周到主攻片区外拓几次", least=0, most=5, source=EXAMPLE
    )
    market_size: dict[str, float] = rule(
        {},
        unit="户",
        label="片区或市场的经营户数（不填的只按台账和名单算）",
        least=0,
        most=1e6,
        source="本行摸排：市场管理方、街道或走访清点的户数",
    )
    stop_yield: float = rule(
        0.93,
        unit=RATIO,
        label="同一片区每多去一次，新联系方式为上次的",
        least=0,
        most=1,
        source=EXAMPLE,
    )
    inflow_share: float = rule(
        0.8,
        unit=RATIO,
        label="自己上门的新客户按去年同期的几成估",
        least=0,
        most=2,
        source="示例假设（只在给了往年台账时使用）",
    )
    new_months: int = rule(
        12, unit=MONTHS, label="任职不满几个月算新任", least=1, most=60, source=EXAMPLE
    )
    ticket: float = rule(
        200_000.0,
        unit=YUAN,
        label="新客户预计单笔（本行同类笔数不足时）",
        least=0,
        most=1e8,
        source=EXAMPLE,
    )
    most_ticket: float = rule(
        1_000_000.0,
        unit=YUAN,
        label="新客户预计单笔最多取",
        least=0,
        most=1e9,
        source="示例假设（新客户首笔多为信用或保证）",
    )
    new_ticket: float = rule(
        100_000.0,
        unit=YUAN,
        label="新任第一个月主攻的单笔上限",
        least=0,
        most=1e8,
        source="示例假设（授课材料：新任选择额度相对小的客户，门当户对）",
    )
    new_ticket_full: float = rule(
        300_000.0,
        unit=YUAN,
        label="新任期满时主攻的单笔上限（按任职月数逐月放宽）",
        least=0,
        most=1e8,
        source="示例假设（授课材料：额度与新任能力相匹配）",
    )
    new_calls_least: int = rule(
        10,
        unit="个/天",
        label="新任每天至少打几个电话",
        least=0,
        most=100,
        source="授课材料：一般建议电话营销的量在 10 到 20 个",
    )
    new_calls_most: int = rule(
        20,
        unit="个/天",
        label="新任每天至多打几个电话",
        least=0,
        most=100,
        source="授课材料：一般建议电话营销的量在 10 到 20 个",
    )
    ticket_cases: int = rule(
        20, unit="笔", label="本行满几笔才按本行中位数估单笔", least=1, most=1000, source=EXAMPLE
    )
    refusal_days: int = rule(
        180,
        unit=DAYS,
        label="客户明确拒绝后几天内不再营销",
        least=0,
        most=3650,
        source="《消费者权益保护法》第二十九条（天数为示例假设）",
    )


@dataclass(frozen=True)
class ReferralRules:
    """[referral] 转介大拜访."""

    names_per_visit: float = rule(
        0.5,
        unit="人/次",
        label="每次走访可得转介人数",
        least=0,
        most=5,
        source="示例假设（授课材料案例一户得三条线索，系熟练客户经理，不作平均）",
    )
    referrer_bonus: float = rule(
        0.5,
        unit="倍/人",
        label="每已带来一户，转介人数加",
        least=0,
        most=3,
        source="示例假设（授课材料：存量客户转介是新客户的主要来源）",
    )
    market_bonus: float = rule(
        0.3, unit="倍", label="身处集中市场的客户，转介人数加", least=0, most=3, source=EXAMPLE
    )
    season_bonus: float = rule(
        0.2, unit="倍", label="行业当季的客户，同行转介加", least=0, most=3, source=EXAMPLE
    )
    circle_share: dict[str, float] = rule(
        {"同行": 0.4, "市场邻居": 0.2, "上下游": 0.1, "家庭亲戚": 0.2, "子女单位": 0.1},
        unit=RATIO,
        label="转介人数按圈子分（合计为 1）",
        least=0,
        most=1,
        source="示例假设（授课材料案例：同行几位、配偶表弟、女儿单位）",
    )
    market_customers: int = rule(
        8, unit="户", label="同一片区有几户存量客户算集中市场", least=2, most=1000, source=EXAMPLE
    )
    most_names: float = rule(
        2.0, unit="人/次", label="每次走访最多计几人", least=0, most=10, source=EXAMPLE
    )
