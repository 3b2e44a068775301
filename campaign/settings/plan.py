"""Policy numbers of the room `plan`: window, response, capacity, quotas, forecast."""

from dataclasses import dataclass

from campaign.settings.rule import rule

RATIO, YUAN, DAYS, TIMES = "比例", "元", "天", "次"


@dataclass(frozen=True)
class CampaignRules:
    """[campaign] 活动窗口与目标."""

    start_month_day: str = rule(
        "12-01",
        unit="月-日",
        label="活动开始（春节前一年）",
        source="示例假设（多数行 11—12 月预热）",
    )
    end_month_day: str = rule(
        "03-31", unit="月-日", label="活动结束", source="示例假设（多数行为 1/1—3/31）"
    )
    target: float = rule(0.0, unit=YUAN, label="净增目标（0 表示取台账目标表）", least=0, most=1e13)
    seed: int = rule(2027, unit="整数", label="随机种子", least=0, most=2**31 - 1)


@dataclass(frozen=True)
class ResponseRules:
    """[response] 触达效果先验: what another touch adds."""

    visit_share: float = rule(
        0.6,
        unit=RATIO,
        label="一次走访达到的效果（占全部可达效果）",
        least=0.05,
        most=0.99,
        source="示例假设（效果递减；本行走访记录足够时用学得的数替换）",
    )
    call_dose: float = rule(
        0.25,
        unit="次走访",
        label="一次电话相当于几次走访",
        least=0.01,
        most=1,
        source="示例假设（电话接通 40%—60%，效果按四分之一次走访计）",
    )
    steepness: float = rule(
        1.2,
        unit="次方",
        label="效果曲线陡度（1 为逐次递减，大于 1 为 S 形）",
        least=1,
        most=4,
        source="示例假设（S 形曲线取凹包络）",
    )
    existing_touches: str = rule(
        "走访、走访、电话",
        unit="次序",
        label="存量客户触达次序（走访、电话）",
        source="示例假设（先上门，电话跟进）",
    )
    prospect_touches: str = rule(
        "电话、走访",
        unit="次序",
        label="潜在客户触达次序（走访、电话）",
        source="授课材料：先电话邀约，再上门",
    )
    noise_by_grade: dict[str, float] = rule(
        {"A": 0.2, "B": 0.4, "C": 0.7},
        unit="对数标准差",
        label="单户金额估计误差（按资料等级）；大数按此向同类平均收缩",
        least=0,
        most=2,
    )
    response_noise: float = rule(
        0.5,
        unit="对数标准差",
        label="单户触达效果的估计误差；同类共用的转化率不受影响",
        least=0,
        most=2,
    )
    least_reliability: float = rule(
        0.25,
        unit=RATIO,
        label="单户估计至少采信的部分（误差设得过大时也不只看平均）",
        least=0,
        most=1,
        source="示例假设（误差设大一倍时的损失见 docs/method.md#trust）",
    )
    fallback_chance: float = rule(
        0.6,
        unit=RATIO,
        label="方案好于经验排法的把握低于此数时，改用经验排法",
        least=0,
        most=1,
    )
    gap_days: int = rule(7, unit=DAYS, label="同一客户两次触达至少间隔", least=1, most=60)
    common_window_days: int = rule(
        10,
        unit="个工作日",
        label="几个目的并成一次走访时，共同时间窗至少",
        least=1,
        most=60,
    )


@dataclass(frozen=True)
class CapacityRules:
    """[capacity] 每人每日能力与共用额度."""

    visits_per_day: float = rule(
        4.0,
        unit="次/天",
        label="每日走访",
        least=0,
        most=20,
        source="示例假设（江苏农商行 2013：每月不少于 120 次，约每日 5.5 次）",
    )
    calls_per_day: float = rule(
        12.0,
        unit="次/天",
        label="每日电话",
        least=0,
        most=60,
        source="授课材料：新任客户经理每日 10—20 个",
    )
    meeting_days: float = rule(0.5, unit="天/周", label="每周例会与内勤占用", least=0, most=5)
    slack_share: float = rule(0.1, unit=RATIO, label="预留机动（应付临时事项）", least=0, most=0.9)
    new_visit_share: float = rule(
        0.5,
        unit=RATIO,
        label="新任第一个月走访能力（占老经理）",
        least=0,
        most=1,
        source="示例假设（授课材料：新任先打电话，结对外出）",
    )
    ramp_months: int = rule(12, unit="月", label="新任几个月后达到全部能力", least=1, most=36)
    outing_weekday: int = rule(4, unit="星期几", label="结对外出日（1 为周一）", least=1, most=7)
    outing_visits: float = rule(
        2.0, unit="次", label="结对外出一次占用老经理的走访", least=0, most=20
    )
    edge_days_before: int = rule(
        2,
        unit=DAYS,
        label="暂定年份：除夕前几天起不排",
        least=0,
        most=15,
        source="docs/method.md#capacity（放假通知未发布，避开边界）",
    )
    edge_days_after: int = rule(
        1,
        unit=DAYS,
        label="暂定年份：初七后几天内不排",
        least=0,
        most=15,
        source="docs/method.md#capacity（放假通知未发布，避开边界）",
    )
    near_km: float = rule(
        2.0,
        unit="公里",
        label="有经纬度时，相距多少公里内的客户排在同一天",
        least=0.1,
        most=50,
        source="示例假设（电动车十分钟以内；没有经纬度的按片区）",
    )
    senior_per_week: int = rule(
        2,
        unit="次/周",
        label="每支行每周上级联合走访（0 表示不限）",
        least=0,
        most=50,
    )
    rate_quota_before: float = rule(
        0.0,
        unit=YUAN,
        label="每支行节前优惠利率额度（0 表示不限）",
        least=0,
        most=1e12,
        source="本行定价授权（未填即不限）",
    )
    rate_quota_week: float = rule(
        0.0,
        unit=YUAN,
        label="每支行每周优惠利率额度（大于 0 时按周限，代替节前、节后两批）",
        least=0,
        most=1e12,
        source="本行定价授权（未填即不按周限）",
    )
    rate_quota_after: float = rule(
        0.0,
        unit=YUAN,
        label="每支行节后优惠利率额度（0 表示不限）",
        least=0,
        most=1e12,
        source="本行定价授权（未填即不限）",
    )
    rate_quota_bank: float = rule(
        0.0,
        unit=YUAN,
        label="全行活动期优惠利率额度（0 表示不限）",
        least=0,
        most=1e12,
        source="本行定价授权（未填即不限）",
    )

    @property
    def limits_rates(self) -> bool:
        """Return whether special rates have a quota of any kind."""
        quotas = (self.rate_quota_before, self.rate_quota_week, self.rate_quota_after)
        return max(*quotas, self.rate_quota_bank) > 0


@dataclass(frozen=True)
class ReplanRules:
    """[replan] 重排时尽量不动."""

    keep_bonus: float = rule(
        0.05, unit=RATIO, label="重排时原定触达的价值上浮（少改动）", least=0, most=1
    )


@dataclass(frozen=True)
class MeasureRules:
    """[measurement] 对照组：活动后看方案到底多做了多少."""

    held_out_share: float = rule(
        0.0,
        unit=RATIO,
        label="留作对照、不按方案走访的存量客户（0 表示不留）",
        least=0,
        most=0.5,
        source="docs/method.md#measurement（需要多少户见该节）",
    )
    held_out_managers: float = rule(
        0.0,
        unit=RATIO,
        label="留作对照、按原来方式工作的客户经理（0 表示不留）",
        least=0,
        most=0.5,
        source="docs/method.md#measurement（需要多少人见该节）",
    )


@dataclass(frozen=True)
class QuotaRules:
    """[quotas] 任务分档."""

    floor_quantile: float = rule(0.1, unit=RATIO, label="保底分位", least=0.01, most=0.5)
    stretch_quantile: float = rule(0.9, unit=RATIO, label="冲刺分位", least=0.5, most=0.99)
    loans_per_application: float = rule(
        0.57,
        unit=RATIO,
        label="申请最终放款的比例（折算申请笔数）",
        least=0.05,
        most=1,
        source="示例假设（申请→通过 60%—75%，通过→放款 80%—90%，取中值相乘）",
    )
    new_share: float = rule(
        0.6,
        unit=RATIO,
        label="新任分担目标缺口的权重（占老经理）",
        least=0,
        most=1,
        source="示例假设（授课材料：新任先求稳定外出）",
    )
    challenges: str = rule(
        "",
        unit="工号 比例 事由，几条用、隔开",
        label="认可的任务申诉",
        source="支行任务会认可的申诉，如 A1001 70% 产假两周（默认没有）",
    )


@dataclass(frozen=True)
class ForecastRules:
    """[forecast] 区间与达成概率."""

    draws: int = rule(
        2000, unit=TIMES, label="模拟次数", least=200, most=100_000, source="计算精度"
    )
    rate_spread: float = rule(
        0.25, unit=RATIO, label="转化率逐季波动（胜率的对数标准差）", least=0, most=1
    )
    common_share: float = rule(0.5, unit=RATIO, label="各来源同涨同落的部分", least=0, most=1)
    manager_spread: float = rule(
        0.2, unit=RATIO, label="客户经理之间的差异（相对标准差）", least=0, most=1
    )
    ticket_spread: float = rule(
        0.15, unit=RATIO, label="户均金额的不确定（相对标准差）", least=0, most=1
    )
    run_off_spread: float = rule(
        0.05, unit=RATIO, label="到期与还款的不确定（相对标准差）", least=0, most=1
    )


@dataclass(frozen=True)
class OutputRules:
    """[output] 打印与脱敏."""

    masked: bool = rule(
        True, unit="开关", label="打印与导出脱敏", source="个人信息保护法第六条、第五十一条"
    )
    bank_name: str = rule("", unit="文字", label="行名（空则取台账标题）")
    list_rows: int = rule(
        150,
        unit="行",
        label="行动方案里增贷、置换、行业、转介每张清单最多几户",
        least=10,
        most=5000,
        source="示例假设（一名客户经理一季能走完的量级；全部明细在 tables 目录）",
    )
