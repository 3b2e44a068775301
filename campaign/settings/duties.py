"""Policy numbers of the room `plan`: what must be done, and loads that are fair."""

from dataclasses import dataclass

from campaign.settings.rule import rule

RATIO, YUAN, DAYS, TIMES = "比例", "元", "天", "次"


@dataclass(frozen=True)
class DutyRules:
    """[duties] 不论增益多少也要做的触达，与负荷的公平."""

    meet_referrers: bool = rule(
        False,
        unit="开关",
        label="转介全覆盖：名单内每位存量客户至少走访一次",
        source="本行转介活动要求（默认不要求；要求后增益低的客户也会占用走访）",
    )
    least_contacts: int = rule(1, unit=TIMES, label="全覆盖的客户每户至少触达几次", least=1, most=6)
    least_share: dict[str, float] = rule(
        {
            "draw": 0.0,
            "top_up": 0.0,
            "refinance": 0.0,
            "industry": 0.0,
            "team": 0.0,
            "referral": 0.0,
            "renewal": 0.0,
        },
        unit=RATIO,
        label="每人走访能力中至少多少用于该来源（尽量满足，0 表示不要求）",
        least=0,
        most=0.9,
        source="本行经营要求（默认不要求）",
    )
    maturity_least: float = rule(
        0.0,
        unit=YUAN,
        label="到期必访：一户到期本金合计不少于多少（0 表示不要求）",
        least=0,
        most=1e12,
        source="本行续贷管理要求（默认不要求）",
    )
    maturity_lead_days: int = rule(
        30, unit=DAYS, label="到期必访：到期前多少天内走访", least=1, most=120
    )
    most_load: float = rule(
        0.0,
        unit="倍",
        label="每人走访负荷最多为本支行平均的几倍（0 表示不限）",
        least=0,
        most=5,
        source="本行公平要求（默认不限；负荷为排得满的走访占走访能力）",
    )
    least_load: float = rule(
        0.0,
        unit="倍",
        label="走访负荷低于本支行平均的几倍时提示移交客户（0 表示不提示）",
        least=0,
        most=1,
        source="本行公平要求（默认不提示）",
    )
