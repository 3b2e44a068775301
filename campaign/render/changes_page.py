"""Writes what a plan made anew changes: a page to print, and the same as a table."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.render.briefing.pages import Figure, Stamp
from campaign.render.briefing.stamp import BANK, css_text
from campaign.render.changes_fields import ChangeRow, ChangesPage, ManagerChanges
from campaign.render.contacts import ContactCards
from campaign.render.files import write_atomically
from campaign.render.formats import (
    INTERNAL,
    UNKNOWN,
    count_text,
    day_text,
    edition,
    is_unknown,
    label_of,
    short_day,
    wan_text,
)
from campaign.render.masking import Masker
from campaign.render.page_templates import page_templates
from campaign.render.tables import csv_bytes
from campaign.vocabulary import CHANGES, Change, Channel

if TYPE_CHECKING:
    from campaign.plan.campaign_plan import CampaignPlan
    from campaign.progress.carried import Carried

TITLE = "方案变动"
WHY_SHOWN = 6
# A touch that is owed rather than worth anything has no uplift to show, in yuan.
LEAST_SHOWN = 1.0


def write_changes(plan: CampaignPlan, carried: Carried, folder: Path) -> list[Path]:
    """Write `简报/方案变动.html` and `tables/changes.csv` and return their paths.

    Raises:
        OutputBlocked: A file cannot be written there.
    """
    page = (
        page_templates("review")
        .get_template("changes.html")
        .render(page=changes_page(plan, carried))
    )
    table = csv_bytes(CHANGES, carried.changes)
    return [
        write_atomically(folder / "简报" / f"{TITLE}.html", page.encode("utf-8")),
        write_atomically(folder / "tables" / "changes.csv", table),
    ]


def changes_page(plan: CampaignPlan, carried: Carried) -> ChangesPage:
    """Return the page of the changes: counts and reasons first, then every touch by manager."""
    counts = Counter(carried.changes["change"])
    return ChangesPage(
        stamp=_stamp(plan),
        title=TITLE,
        day=day_text(plan.window.as_of),
        lead=change_sentence(plan, carried),
        figures=(
            Figure("不变", f"{carried.kept:,} 次", "原计划日照旧"),
            *(
                Figure(kind.label, f"{counts[kind.value]:,} 次", note)
                for kind, note in (
                    (Change.MOVED, "换了日子"),
                    (Change.ADDED, "新排进来"),
                    (Change.DROPPED, "不再安排"),
                )
            ),
            Figure("已完成", f"{len(carried.touches):,} 次", "结果已带入新工作簿"),
        ),
        whys=_whys(carried),
        managers=_managers(plan, carried),
    )


def change_sentence(plan: CampaignPlan, carried: Carried) -> str:
    """Return what a plan made anew changes, in one sentence."""
    counts = Counter(carried.changes["change"])
    open_before = carried.kept + counts[Change.MOVED.value] + counts[Change.DROPPED.value]
    return (
        f"第 {plan.version} 版从 {day_text(plan.window.start)} 起排余下的活动："
        f"原有未完成触达 {open_before:,} 次，不变 {carried.kept:,} 次，"
        f"改期 {counts[Change.MOVED.value]:,} 次，取消 {counts[Change.DROPPED.value]:,} 次，"
        f"新增 {counts[Change.ADDED.value]:,} 次。"
    )


def _whys(carried: Carried) -> tuple[tuple[str, str, str], ...]:
    """Return the most frequent reasons: change, reason without its particulars, count."""
    kinds: Counter[tuple[str, str]] = Counter(
        (label_of(Change, code), _general(why))
        for code, why in zip(carried.changes["change"], carried.changes["reason"], strict=True)
    )
    ordered = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))[:WHY_SHOWN]
    return tuple((change, why, count_text(count)) for (change, why), count in ordered)


def _general(why: str) -> str:
    """Return a reason without days and amounts, so that like ones are counted together.

    >>> _general("客户约定 2027-01-25 再谈"), _general("腾出的时间，预计增益 1.20 万元")
    ('客户约定再谈', '腾出的时间')
    >>> _general("原计划日改排了另外 2 次触达"), _general("2027-01-13 结果为客户拒绝")
    ('原计划日改排了另外的触达', '结果为客户拒绝')
    """
    why = re.sub(r"，预计增益 [\d,.]+ 万元", "", why)
    why = re.sub(r" \d+ 次触达", "的触达", why)
    return re.sub(r"[\d ,.-]", "", why)


def _managers(plan: CampaignPlan, carried: Carried) -> tuple[ManagerChanges, ...]:
    cards = ContactCards(plan.book, Masker(plan.settings.output.masked)).of(
        carried.changes["customer_id"]
    )
    names = dict(zip(cards.index, cards["name"], strict=True))
    staff = plan.managers.set_index("manager_id")
    groups: dict[str, list[ChangeRow]] = {}
    for row in carried.changes.to_dict("records"):
        groups.setdefault(str(row["manager_id"]), []).append(_row(row, names))
    order = sorted(groups, key=lambda one: (str(staff["branch"].get(one, "")), one))
    return tuple(
        ManagerChanges(
            name=f"{staff['manager_name'].get(one, '')} {one}".strip(),
            branch=str(staff["branch"].get(one, "不在新方案里")),
            rows=tuple(groups[one]),
        )
        for one in order
    )


def _row(row: dict[Any, Any], names: dict[str, str]) -> ChangeRow:
    return ChangeRow(
        change=label_of(Change, row["change"]),
        channel=label_of(Channel, row["channel"]),
        customer=names.get(row["customer_id"]) or str(row["customer_id"]),
        before=_day(row["old_date"]),
        after=_day(row["new_date"]),
        reason=str(row["reason"]),
        value=wan_text(row["value"]) if row["value"] >= LEAST_SHOWN else UNKNOWN,
    )


def _day(value: Any) -> str:
    return UNKNOWN if is_unknown(value) else short_day(value)


def _stamp(plan: CampaignPlan) -> Stamp:
    window = plan.window
    bank = plan.settings.output.bank_name or plan.book.bank_name or BANK
    version = edition(plan.version, plan.book.as_of, window.as_of)
    notices = (INTERNAL, Masker(plan.settings.output.masked).note)
    footer = (TITLE, f"数据日期 {day_text(plan.book.as_of)}", version, *notices)
    return Stamp(
        bank=bank,
        as_of=day_text(plan.book.as_of),
        window=f"{day_text(window.start)} 至 {day_text(window.end)}",
        festival=day_text(window.festival),
        version=version,
        calendar_note=window.calendar.note(window.start, window.end),
        notices=notices,
        footer=css_text(" · ".join(footer)),
        header=css_text(f"{bank} · {TITLE}"),
    )
