"""What the commands say on the screen, as lines of Chinese; no figures of their own."""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from campaign.errors import CampaignError
from campaign.vocabulary import BOOK_TABLES, Role, Severity

if TYPE_CHECKING:
    from campaign.plan.campaign_plan import CampaignPlan
    from campaign.progress.return_report import ReturnReport
    from campaign.progress.review import Review
    from campaign.workflow import CampaignRun

NAMES_SHOWN = 10


def plan_lines(run: CampaignRun) -> list[str]:
    """Return the closing summary: target, expected, chance, and where things are."""
    plan = run.plan
    bridge, forecast, quality = plan.bridge, plan.forecast, plan.quality
    lines = [
        f"{plan.book.bank_name or '本行'}开门红方案（数据日期 {plan.window.as_of}，"
        f"活动 {plan.window.start} 至 {plan.window.end}，春节 {plan.window.festival}）",
        f"  净增目标    {_target_words(bridge.target)}",
        f"  预计净增    {_yi(bridge.net_growth)}（八成把握在 {_yi(forecast.p10)} 至 {_yi(forecast.p90)}）",
        f"  达成可能    {_chance_words(plan)}",
        f"  方案质量    达到理论上限的 {1 - quality.gap:.2%}；"
        f"好于最好的常用做法 {_better(quality.value, quality.rules_of_thumb)}",
    ]
    note = plan.window.calendar.note(plan.window.start, plan.window.end)
    if note:
        lines.append(f"  日历        {note}")
    warnings = sum(f.severity is Severity.WARNING for f in plan.book.findings)
    lines += [
        f"  数据问题    {warnings} 类需要看一看（见 全行汇总.xlsx 与 tables/findings.csv）",
        f"已写出 {len(run.paths)} 个文件到 {run.out}：",
        f"  {run.out / '简报' / 'index.html'}    全行与支行简报（浏览器打开、打印）",
        f"  {run.out / '行动方案'}    每位客户经理一本工作簿",
        f"  {run.out / '全行汇总.xlsx'}",
    ]
    return lines


def check_lines(report: dict[str, Any]) -> list[str]:
    """Return what `campaign check` understood of a book."""
    lines = [
        f"数据日期  {report['as_of'] or '未找到'}（{report['as_of_from'] or '请用 --as-of 指定'}）"
    ]
    for sheet in report["sheets"]:
        role = Role(sheet["role"]).label
        lines.append(
            f"工作表  {sheet['file']}「{sheet['sheet']}」→ {role}，表头第 {sheet['header_row']} 行，{sheet['rows']} 行"
        )
        unused = [c["header"] for c in sheet["columns"] if c["field"] is None]
        if unused:
            lines.append(f"        未使用的列：{'、'.join(unused)}")
    totals = report["totals"]
    lines.append(
        f"合计    借据 {totals['loans']} 笔，客户 {totals['customers']} 户，客户经理 {totals['managers']} 人，"
        f"支行 {totals['branches']} 家，余额 {totals['balance']:,.2f} 元"
    )
    for finding in report["findings"]:
        cells = "、".join(finding["cells"][:5])
        where = f"（{cells}{' 等' if finding['count'] > 5 else ''}）" if cells else ""
        lines.append(f"{Severity(finding['severity']).label}    {finding['message']}{where}")
    lines.append(
        "结论    可以用于制定方案"
        if report["usable"]
        else "结论    暂不能用于制定方案，请先处理上面的错误"
    )
    return lines


def field_lines() -> list[str]:
    """Return every field that a book may hold, with the headers it is known by."""
    from campaign.book.headers import known_headers

    lines = []
    for role, table in BOOK_TABLES.items():
        lines.append(f"[{role}] {table.label}")
        for field in table.fields:
            if field.name == "source_row":
                continue
            aliases = [a for a in known_headers(role, field.name) if a != field.label]
            lines.append(
                f"  {field.name}  {field.label}（{field.unit}）  {'、'.join(aliases[:12])}"
            )
    return lines


def return_lines(reports: Sequence[ReturnReport], *, preview: bool) -> list[str]:
    """Return what became of the workbooks that came back, file by file."""
    lines = ["预览（没有写入）："] if preview else []
    for report in reports:
        if report.refused:
            lines.append(f"拒收  {report.file}：{report.refused}")
            continue
        lines.append(
            f"收回  {report.file}（第 {report.version} 版）：{report.rows_in} 行 = "
            f"采用 {report.applied} + 无变化 {report.unchanged} + 未采用 {report.rejected}"
            f" + 对不上 {report.unknown}"
        )
        lines += [f"      {row.words}" for row in report.open_rows]
        lines += [f"      {note}" for note in report.notes]
        if report.missing:
            lines.append(
                f"      缺 {len(report.missing)} 行（仍算未完成）：{_first(report.missing)}"
            )
    taken = [report for report in reports if not report.refused]
    lines.append(
        f"合计  收回 {len(taken)} 份，拒收 {len(reports) - len(taken)} 份，"
        f"采用 {sum(report.applied for report in taken)} 行，"
        f"要看的 {sum(len(report.open_rows) for report in taken)} 行"
    )
    return lines


def review_lines(review: Review, paths: Sequence[Path]) -> list[str]:
    """Return where the campaign stands: in one sentence, who sent nothing, whom to talk to."""
    from campaign.render.review_page import review_sentence

    lines = [review_sentence(review)]
    for row in review.branches.to_dict("records"):
        due = row["target_due"]
        lines.append(
            f"  {row['branch']}  触达 {row['done']:.0f}/{row['planned']:.0f}，"
            f"放款 {_yi(row['amount'])}，应达 {'—' if due != due else _yi(due)}"
        )
    names = [
        f"{row['manager_name']}（{row['branch']}）" for row in review.silent.to_dict("records")
    ]
    lines.append(f"没有交回  {_first(names) if names else '无'}")
    named = review.interviews.to_dict("records")
    for row in named[:NAMES_SHOWN]:
        lines.append(f"要约谈    {row['manager_name']}（{row['branch']}）：{row['reason']}")
    if len(named) > NAMES_SHOWN:
        lines.append(f"          共 {len(named)} 人，其余见复盘页")
    return lines + [f"已写出 {path}" for path in paths]


def usage_sentence(error: click.UsageError) -> str:
    """Return what was wrong with a call, in Chinese."""
    if isinstance(error, click.NoSuchOption):
        near = f"，是否要写 {error.possibilities[0]}？" if error.possibilities else "。"
        return f"没有 {error.option_name} 这个选项{near}"
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return f"缺少 {error.param.make_metavar(error.ctx) if error.ctx else error.param.name}。"
    if isinstance(error, click.BadParameter):
        return error.message
    return error.format_message()


def defect_sentence(error: Exception) -> str:
    """Return what to say of a defect of ours; its traceback goes to a file, not to the user."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="campaign-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        log.write("".join(traceback.format_exception(error)))
    return (
        f"错误：程序出了没有料到的问题（{type(error).__name__}），数据没有改动。"
        f"详情已记在 {log.name}，请交给维护人员。"
    )


def unreadable_report(error: CampaignError) -> dict[str, Any]:
    """Return the contract of `campaign check` for a book that could not be read."""
    finding = {
        "kind": type(error).__name__,
        "severity": "error",
        "count": 1,
        "message": str(error),
        "cells": [],
    }
    empty = dict.fromkeys(("loans", "customers", "managers", "branches", "balance"), 0)
    return {
        "usable": False,
        "as_of": None,
        "as_of_from": None,
        "sheets": [],
        "totals": empty,
        "findings": [finding],
    }


def _first(names: Sequence[str]) -> str:
    more = f" 等 {len(names)} 个" if len(names) > NAMES_SHOWN else ""
    return "、".join(names[:NAMES_SHOWN]) + more


def _target_words(target: float) -> str:
    return _yi(target) if target == target else "未设定（台账没有目标表，可用 --target 3亿 指定）"


def _chance_words(plan: CampaignPlan) -> str:
    bridge, chance = plan.bridge, plan.forecast.chance
    if bridge.target != bridge.target:
        return "未设目标，不作估计"
    return f"{chance:.0%}" + (f"，缺口 {_yi(bridge.gap)}" if bridge.gap > 0 else "，预计可达成")


def _yi(yuan: float) -> str:
    if abs(yuan) >= 1e8:
        return f"{yuan / 1e8:,.2f}亿"
    return f"{yuan / 1e4:,.2f}万"


def _better(value: float, rules: Any) -> str:
    best = max(rules.values(), default=0.0)
    return f"{value / best - 1:.1%}" if best > 0 else "（无可比）"
