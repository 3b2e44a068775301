"""What one manager's workbook holds, as plain values that another process can take over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from campaign.render.formats import UNKNOWN, percent_text
from campaign.render.guidance import Guidance
from campaign.settings import IncentiveRules
from campaign.vocabulary import TOOL_NAME, Grade

Rows = Sequence[Sequence[Any]]
# The list of 置换 that has no sheet of its own: whose consent is needed first.
CONSENTS = "consents"


@dataclass(frozen=True)
class CampaignFacts:
    """What every workbook of a plan says of the plan itself.

    Attributes:
        edition: Which version this is, in words.
        campaign: First and last day, as 2026-12-01..2027-03-31; a key, not for reading.
        calendar_note: What of the days off is provisional; empty where nothing is.
        mask_note: 已脱敏, or that it is not.
        since: Day of the campaign's first plan; a result cannot be older.
        incentives: What loans pay, for a manager's own what-if.
        made_on: Day that this version looks from.
    """

    bank_name: str
    campaign: str
    as_of: date
    edition: str
    start: date
    end: date
    festival: date
    version: int
    book_digest: str
    calendar_note: str
    mask_note: str
    guidance: Guidance
    since: date
    incentives: IncentiveRules
    made_on: date

    @property
    def footer(self) -> str:
        """Return what the foot of every printed sheet says: day, version, calendar."""
        calendar = " · 日历含暂定" if self.calendar_note else ""
        return f"数据日期 {self.as_of} · {self.edition}{calendar}"

    @property
    def basis(self) -> str:
        """Return the line that every output carries: days, version, calendar."""
        calendar = "日历暂定" if self.calendar_note else "日历为官方公布"
        return (
            f"数据日期 {self.as_of}；活动 {self.start} 至 {self.end}；春节 {self.festival}；"
            f"{self.edition}；{calendar}；{self.mask_note}"
        )


@dataclass(frozen=True)
class ManagerPack:
    """One manager's lists, in the order of the sheets' columns.

    Attributes:
        figures: Row of table MANAGER_PLANS.
        grades: Share of the expected amount by data grade.
        lock: What a new manager is locked on, in words; empty for any other.
        reserve: How many names new business takes and how long his last, in words.
        weeks: Week, Monday, visits, calls, referrals, contacts, applications, amount.
        sources: Source, cases, amount possible, expected.
        first_week: Day, visits, calls, areas, companions.
        seasons: Trade, customers, amount, peak, reason.
        pool: Origin and number of prospects.
        lists: Rows by sheet, and CONSENTS.
        cut: Lists that hold only the best rows, with how many there are in all.
        filled: What was filled in before, by the number of the touch, in the order of
            RESULT_FIELDS; None where nothing was.
        contacts: New contacts filled in before, in the order of REFERRAL_FIELDS.
    """

    manager_id: str
    manager_name: str
    branch: str
    partner: str
    figures: Mapping[str, Any]
    grades: Mapping[str, float]
    lock: str
    reserve: str
    weeks: Rows
    sources: Rows
    first_week: Rows
    seasons: Rows
    pool: Rows
    lists: Mapping[str, Rows]
    cut: Mapping[str, int]
    filled: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    contacts: Rows = ()

    @property
    def title(self) -> str:
        """Return who the workbook is for."""
        return f"{self.branch} {self.manager_name}（{self.manager_id}）"

    @property
    def grade_note(self) -> str:
        """Return the shares of the data grades in words."""
        return grade_words(self.grades)


def workbook_keys(facts: CampaignFacts, pack: ManagerPack) -> dict[str, str]:
    """Return what says whose workbook of which plan this is, by KEY_NAMES."""
    return {
        "tool": TOOL_NAME,
        "campaign": facts.campaign,
        "version": str(facts.version),
        "manager_id": pack.manager_id,
        "as_of": facts.as_of.isoformat(),
        "book_digest": facts.book_digest,
        "since": facts.since.isoformat(),
    }


def grade_words(shares: Mapping[str, float]) -> str:
    """Return the shares of the data grades of an expected amount in words.

    >>> grade_words({"A": 0.5, "C": 0.5})
    '预计金额的资料等级：A 资料较全 50%，B 部分估算 0%，C 仅政策上限 50%（C 级不显示确定金额）'
    """
    parts = [
        f"{grade.value} {grade.label} "
        f"{percent_text(shares.get(grade.value, 0.0), 0) if shares else UNKNOWN}"
        for grade in Grade
    ]
    return f"预计金额的资料等级：{'，'.join(parts)}（C 级不显示确定金额）"
