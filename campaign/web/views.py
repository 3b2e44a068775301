"""What the plan page shows, read from the campaign folder; formatted, nothing computed."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaign.render.formats import chance_text, count_text, percent_text, wan_text
from campaign.vocabulary import BRANCH_PLANS, Severity, Source

STEPS = (
    ("opening", "期初余额", ""),
    ("run_off", BRANCH_PLANS.field("run_off").label, "−"),
    ("renewed", BRANCH_PLANS.field("renewed").label, "＋"),
    ("draw", Source.DRAW.label, "＋"),
    ("top_up", Source.TOP_UP.label, "＋"),
    ("refinance", Source.REFINANCE.label, "＋"),
    ("industry", Source.INDUSTRY.label, "＋"),
    ("team", Source.TEAM.label, "＋"),
    ("referral", Source.REFERRAL.label, "＋"),
    ("closing", "预计期末余额", "＝"),
)


@dataclass(frozen=True)
class Row:
    """One line of a table: cells as text, and a link for its first cell."""

    cells: tuple[str, ...]
    link: str = ""


@dataclass(frozen=True)
class PlanPage:
    """Everything on the plan page.

    Attributes:
        figures: Label and figure of the headline.
        bridge: Sign, label and 万元 of each step.
        quality: The plan against rules of thumb, one sentence.
        branches: Branch, expected net growth, target, gap, visits of capacity; link to the briefing.
        managers: Number, name, branch, visits, calls, floor, target, stretch; link to the workbook.
        left_out: Reason and count of customers not planned, most first.
        findings: Severity, sentence, cells.
        calendar_note: 暂定 or empty.
    """

    figures: tuple[tuple[str, str], ...]
    bridge: tuple[tuple[str, str, str], ...]
    quality: str
    branches: tuple[Row, ...]
    managers: tuple[Row, ...]
    left_out: tuple[tuple[str, int], ...]
    findings: tuple[tuple[str, str, str], ...]
    calendar_note: str


def plan_page(folder: Path) -> PlanPage:
    """Return the plan page of a campaign folder."""
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return PlanPage(
        figures=_figures(plan),
        bridge=tuple((sign, label, wan_text(plan["bridge"][name])) for name, label, sign in STEPS),
        quality=_quality(plan["plan_quality"]),
        branches=_branches(plan, folder),
        managers=_managers(plan, folder),
        left_out=_left_out(folder),
        findings=tuple(
            (Severity(f["severity"]).label, f["message"], "、".join(f["cells"][:5]))
            for f in plan["findings"]
        ),
        calendar_note="放假安排为暂定，待国务院通知" if plan["calendar_provisional"] else "",
    )


def briefings(folder: Path) -> list[Path]:
    """Return the briefing pages, the bank's first."""
    pages = sorted((folder / "简报").glob("*.html"))
    return sorted(pages, key=lambda path: path.name != "index.html")


def workbooks(folder: Path) -> list[Path]:
    """Return the managers' workbooks."""
    return sorted((folder / "行动方案").glob("*/*.xlsx"))


def _figures(plan: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    bridge, forecast = plan["bridge"], plan["forecast"]
    net = round(bridge["closing"] - bridge["opening"], 2)
    return (
        ("净增目标（万元）", wan_text(plan["target"])),
        ("预计净增（万元）", wan_text(net)),
        ("八成把握区间（万元）", f"{wan_text(forecast['p10'])} 至 {wan_text(forecast['p90'])}"),
        ("达成可能", chance_text(forecast["chance"])),
        ("缺口（万元）", wan_text(max(bridge["gap"], 0.0))),
        ("数据日期", plan["as_of"]),
        ("活动", f"{plan['start']} 至 {plan['end']}"),
        ("春节", plan["festival"]),
    )


def _quality(quality: dict[str, Any]) -> str:
    best = max(quality["rules_of_thumb"].values(), default=0)
    return (
        f"走访计划的预计增益为 {wan_text(quality['value'])} 万元，达到理论上限的 {percent_text(1 - quality['gap'], 2)}；"
        f"常用做法里最好的一种为 {wan_text(best)} 万元。方法：{quality['method']}。"
    )


def _branches(plan: dict[str, Any], folder: Path) -> tuple[Row, ...]:
    pages = {path.stem: path for path in briefings(folder)}
    rows = []
    for branch in plan["branches"]:
        net = branch["closing"] - branch["opening"]
        page = pages.get(branch["branch"])
        cells = (
            branch["branch"],
            wan_text(net),
            wan_text(branch["target"]),
            wan_text(branch["gap"]),
            count_text(branch["visits"]),
            count_text(branch["visit_capacity"]),
        )
        rows.append(Row(cells, str(page.relative_to(folder).as_posix()) if page else ""))
    return tuple(rows)


def _managers(plan: dict[str, Any], folder: Path) -> tuple[Row, ...]:
    books = {path.stem.split("_")[0]: path for path in workbooks(folder)}
    rows = []
    for manager in plan["managers"]:
        quota, book = manager["quota"], books.get(manager["manager_id"])
        name = manager["manager_name"] + ("（新任）" if manager["is_new"] else "")
        cells = (
            manager["manager_id"],
            name,
            manager["branch"],
            count_text(quota["visits"]),
            count_text(quota["calls"]),
            wan_text(quota["amount_floor"]),
            wan_text(quota["amount_target"]),
            wan_text(quota["amount_stretch"]),
        )
        rows.append(Row(cells, str(book.relative_to(folder).as_posix()) if book else ""))
    return tuple(rows)


def _left_out(folder: Path) -> tuple[tuple[str, int], ...]:
    with (folder / "tables" / "left_out.csv").open(encoding="utf-8-sig", newline="") as file:
        counts = Counter(row["reason"] for row in csv.DictReader(file))
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
