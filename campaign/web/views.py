"""What the pages show of a plan, read from the campaign folder; formatted, nothing estimated."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaign.render.charts import season_strip, waterfall
from campaign.render.drawing import Drawing
from campaign.render.formats import (
    chance_text,
    count_text,
    is_unknown,
    label_of,
    percent_text,
    wan_text,
)
from campaign.vocabulary import BRANCH_PLANS, OUTPUT_TABLES, Source
from campaign.web.derivation import has_lookup
from campaign.web.lookup import FILE, fact, opened

CHANGES = (
    (BRANCH_PLANS.field("run_off").label, "run_off", -1),
    (BRANCH_PLANS.field("renewed").label, "renewed", 1),
    *(
        (source.label, source.value, 1)
        for source in (
            Source.DRAW,
            Source.TOP_UP,
            Source.REFINANCE,
            Source.INDUSTRY,
            Source.TEAM,
            Source.REFERRAL,
        )
    ),
)
RULES_OF_THUMB = (
    ("equal", "平均分配", "每人轮流排自己的客户，人人一样多"),
    ("proportional", "按余额比例", "余额大的客户多走"),
    ("abc", "ABC 分类", "按金额分三类，先 A 后 B 再 C"),
    ("largest_first", "大额优先", "可能金额最大的先走"),
)


@dataclass(frozen=True)
class Figure:
    """A figure of the headline with its label and what it means."""

    label: str
    value: str
    note: str


@dataclass(frozen=True)
class Row:
    """One line of a table: cells as text, and a link for its first cell."""

    cells: tuple[str, ...]
    link: str = ""


@dataclass(frozen=True)
class Step:
    """One step of the bridge: its sign, label, 万元, and its part in the list of customers."""

    sign: str
    label: str
    amount: str
    part: str = ""


@dataclass(frozen=True)
class PlanPage:
    """Everything on the plan page.

    Attributes:
        title, window: Whose plan, and of which days.
        figures: The headline.
        picture: The bridge as a waterfall.
        bridge: The steps, each with the list of customers who make it up.
        opens: Whether figures can be opened down to customers and cells.
        season: When the most promising trades want money; None where no trade has a curve.
        quality: How good the plan is, one sentence.
        rules: The plan beside rules of thumb: name, 万元, share of the bound, meaning.
        branches: Branch, net growth, target, gap, visits, capacity; link to the briefing.
        whole: The same for the bank.
        managers: Number, name, branch, visits, calls, floor, target, stretch; link to the workbook.
        left_out: Source, reason and count of customers not planned, most first.
        findings: Trouble in the data, of the book and of what was estimated, as in plan.json.
        tables: File and label of each table of the contract.
        notes: What must be known before the figures are used.
        version: Its number; more than 1 where the rest was planned anew.
    """

    title: str
    window: str
    figures: tuple[Figure, ...]
    picture: Drawing
    bridge: tuple[Step, ...]
    opens: bool
    season: Drawing | None
    quality: str
    rules: tuple[Row, ...]
    branches: tuple[Row, ...]
    whole: Row
    managers: tuple[Row, ...]
    left_out: tuple[tuple[str, str, int], ...]
    findings: tuple[dict[str, Any], ...]
    tables: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    version: int


def plan_page(folder: Path, summary: Sequence[str]) -> PlanPage:
    """Return the plan page of a campaign folder.

    Args:
        folder: The campaign folder.
        summary: The closing lines of the plan; the first begins with whose it is.
    """
    plan = read_plan(folder)
    opens = has_lookup(folder.parent, plan["version"])
    bridge = plan["bridge"]
    wanted = plan["target"] or 0.0
    changes = [(label, sign * bridge[name]) for label, name, sign in CHANGES]
    goal = bridge["opening"] + wanted if wanted > 0 else None
    return PlanPage(
        title=summary[0].partition("（")[0],
        window=f"数据日期 {plan['as_of']}，活动 {plan['start']} 至 {plan['end']}，春节 {plan['festival']}",
        figures=_figures(plan),
        picture=waterfall(bridge["opening"], changes, goal),
        bridge=_bridge(bridge),
        opens=opens,
        season=_season(folder.parent) if opens else None,
        quality=_quality(plan["plan_quality"]),
        rules=_rules(plan["plan_quality"]),
        branches=_branches(plan, folder),
        whole=_whole(plan),
        managers=_managers(plan, folder),
        left_out=_left_out(folder),
        findings=tuple(plan["findings"]),
        tables=tuple(
            (f"tables/{name}.csv", table.label)
            for name, table in sorted(OUTPUT_TABLES.items())
            if (folder / "tables" / f"{name}.csv").is_file()
        ),
        notes=_notes(plan),
        version=plan["version"],
    )


def plan_files(folder: Path) -> list[Path]:
    """Return the files that a user takes away, in a fixed order."""
    parts = ("全行汇总.xlsx", "plan.json", "简报", "行动方案", "复盘", "tables")
    found = [path for part in parts for path in (folder / part, *(folder / part).rglob("*"))]
    return sorted(path for path in found if path.is_file())


def read_plan(folder: Path) -> dict[str, Any]:
    """Return plan.json of a campaign folder."""
    plan: dict[str, Any] = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return plan


def net_growth(bridge: dict[str, float]) -> float:
    """Return closing less opening balance of a bridge or a branch, in yuan."""
    return round(bridge["closing"] - bridge["opening"], 2)


def _figures(plan: dict[str, Any]) -> tuple[Figure, ...]:
    bridge, forecast, target = plan["bridge"], plan["forecast"], plan["target"]
    net = Figure(
        "预计净增",
        wan_text(net_growth(bridge)),
        f"万元；八成把握在 {wan_text(forecast['p10'])} 至 {wan_text(forecast['p90'])}",
    )
    if is_unknown(target) or target <= 0:
        return (Figure("净增目标", "未设", "台账里没有目标表，也没有填写"), net)
    short = bridge["gap"] > 0
    words, _, share = chance_text(forecast["chance"]).partition("（")
    return (
        Figure("净增目标", wan_text(target), "万元；期末余额减期初余额"),
        net,
        Figure("达成可能", words, f"{share.rstrip('）')}；反复模拟整个活动期"),
        Figure(
            "缺口" if short else "超出目标", wan_text(abs(bridge["gap"])), "万元；目标减预计净增"
        ),
    )


def _bridge(bridge: dict[str, float]) -> tuple[Step, ...]:
    steps = [
        Step("−" if sign < 0 else "＋", label, wan_text(bridge[name]), name)
        for label, name, sign in CHANGES
    ]
    first = Step("", "期初余额", wan_text(bridge["opening"]))
    last = Step("＝", "预计期末余额", wan_text(bridge["closing"]))
    return (first, *steps, last)


def _season(folder: Path) -> Drawing | None:
    with closing(opened(folder / FILE)) as connection:
        season = fact(connection, "season")
    return season_strip(season["weeks"], season["trades"]) if season["trades"] else None


def _quality(quality: dict[str, Any]) -> str:
    return (
        f"走访、电话带来的预计增益为 {wan_text(quality['value'])} 万元，"
        f"达到理论上限的 {percent_text(1 - quality['gap'], 2)}。"
        f"增益只算“多走这一趟多带来的”，不含不走也会来的。求解方法：{quality['method']}。"
    )


def _rules(quality: dict[str, Any]) -> tuple[Row, ...]:
    bound = quality["upper_bound"]

    def row(label: str, value: float, meaning: str) -> Row:
        share = percent_text(value / bound, 2) if bound > 0 else "—"
        return Row((label, wan_text(value), share, meaning))

    found = quality["rules_of_thumb"]
    return (
        row("理论上限", bound, "任何排法都不会超过"),
        row("本方案", quality["value"], "兼顾时间窗、人手、共享额度和递减效果"),
        *(row(label, found[name], why) for name, label, why in RULES_OF_THUMB if name in found),
    )


def _branches(plan: dict[str, Any], folder: Path) -> tuple[Row, ...]:
    pages = {path.stem: path for path in (folder / "简报").glob("*.html")}
    rows = []
    for branch in plan["branches"]:
        page = pages.get(branch["branch"])
        link = page.relative_to(folder).as_posix() if page else ""
        rows.append(Row((branch["branch"], *_branch_cells(branch)), link))
    return tuple(rows)


def _branch_cells(branch: dict[str, Any]) -> tuple[str, ...]:
    money = (net_growth(branch), branch["target"], branch["gap"])
    counts = (branch["visits"], branch["visit_capacity"], branch["calls"])
    return (*map(wan_text, money), *map(count_text, counts))


def _whole(plan: dict[str, Any]) -> Row:
    counts = {
        name: sum(branch[name] or 0 for branch in plan["branches"])
        for name in ("visits", "visit_capacity", "calls")
    }
    return Row(("全行", *_branch_cells({**plan["bridge"], **counts, "target": plan["target"]})))


def _managers(plan: dict[str, Any], folder: Path) -> tuple[Row, ...]:
    books = {path.stem.split("_")[0]: path for path in (folder / "行动方案").glob("*/*.xlsx")}
    rows = []
    for manager in plan["managers"]:
        quota, book = manager["quota"], books.get(manager["manager_id"])
        cells = (
            manager["manager_id"],
            manager["manager_name"] + ("（新任）" if manager["is_new"] else ""),
            manager["branch"],
            count_text(quota["visits"]),
            count_text(quota["calls"]),
            wan_text(quota["amount_floor"]),
            wan_text(quota["amount_target"]),
            wan_text(quota["amount_stretch"]),
        )
        rows.append(Row(cells, book.relative_to(folder).as_posix() if book else ""))
    return tuple(rows)


def _left_out(folder: Path) -> tuple[tuple[str, str, int], ...]:
    with (folder / "tables" / "left_out.csv").open(encoding="utf-8-sig", newline="") as file:
        counts = Counter((row["source"], row["reason"]) for row in csv.DictReader(file))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple((label_of(Source, source), reason, n) for (source, reason), n in ordered)


def _notes(plan: dict[str, Any]) -> tuple[str, ...]:
    notes = []
    if plan["calendar_provisional"]:
        notes.append("放假安排为暂定，国务院通知发布后请更新放假文件，重新测算。")
    warnings = sum(found["severity"] == "warning" for found in plan["findings"])
    if warnings:
        notes.append(f"有 {warnings} 类数据问题需要看一看，见下面“数据问题”。")
    return tuple(notes)
