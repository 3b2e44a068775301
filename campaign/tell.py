"""What the commands say on the screen, as lines of Chinese; no figures of their own."""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from campaign.vocabulary import ANSWERS, BOOK_TABLES, Role, Severity

if TYPE_CHECKING:
    from campaign.findings import Ask
    from campaign.plan.campaign_plan import CampaignPlan
    from campaign.workflow import CampaignRun

# How the proof of a column begins that is known but fills no field of its own.
KNOWN, HELPS = "认识", "认识，用来推算"
LEAST_GAIN = 0.001  # over the best rule of thumb, to be told as a gain


def plan_lines(run: CampaignRun) -> list[str]:
    """Return the closing summary: target, expected, chance, and where things are."""
    from campaign.render.measure_words import measurement_brief
    from campaign.render.spare_words import spare_brief

    plan = run.plan
    bridge, forecast, quality = plan.bridge, plan.forecast, plan.quality
    lines = [
        f"{plan.book.bank_name or '本行'}开门红方案（数据日期 {plan.window.as_of}，"
        f"活动 {plan.window.start} 至 {plan.window.end}，春节 {plan.window.festival}）",
        f"  净增目标    {_target_words(bridge.target)}",
        f"  预计净增    {yi_words(bridge.net_growth)}（八成把握在 {yi_words(forecast.p10)} 至 {yi_words(forecast.p90)}）",
        f"  达成可能    {_chance_words(plan)}",
        f"  方案质量    达到理论上限的 {1 - quality.gap:.2%}；"
        f"{_against_rules(quality.value, quality.rules_of_thumb)}",
    ]
    lines += [f"  空余走访    {spare}"] if (spare := spare_brief(plan)) else []
    lines.append(f"  事后检验    {measurement_brief(plan.measurement)}")
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


def check_lines(report: dict[str, Any], asks: Iterable[Ask] = ()) -> list[str]:
    """Return what `campaign check` understood of a book, and the answers it can be given.

    Args:
        report: The contract of `campaign check`.
        asks: Questions about the book, with the answers that hold.
    """
    lines = [
        f"数据日期  {report['as_of'] or '未找到'}（{report['as_of_from'] or '请用 --as-of 指定'}）"
    ]
    for sheet in report["sheets"]:
        role = Role(sheet["role"]).label
        lines.append(
            f"工作表  {sheet['file']}「{sheet['sheet']}」→ {role}，表头第 {sheet['header_row']} 行，{sheet['rows']} 行"
        )
        lines += _columns_left(sheet["columns"])
    lines.append(_totals_line(report["totals"]))
    for finding in report["findings"]:
        cells = "、".join(finding["cells"][:5])
        where = f"（{cells}{' 等' if finding['count'] > 5 else ''}）" if cells else ""
        lines.append(f"{Severity(finding['severity']).label}    {finding['message']}{where}")
    lines += [_ask_line(ask) for ask in asks]
    lines.append(
        "结论    可以用于制定方案"
        if report["usable"]
        else "结论    暂不能用于制定方案，请先处理上面的错误"
    )
    return lines


def _columns_left(columns: Sequence[dict[str, Any]]) -> list[str]:
    """Return the columns that fill no field: those nobody understood apart from the others."""
    left = [c for c in columns if c["field"] is None and not c["proof"].startswith(HELPS)]
    known = [c["header"] for c in left if c["proof"].startswith(KNOWN)]
    strange = [c["header"] for c in left if not c["proof"].startswith(KNOWN)]
    lines = [f"        没有用的列：{'、'.join(strange)}"] if strange else []
    return lines + ([f"        认识、但方案用不到的列：{'、'.join(known)}"] if known else [])


def _ask_line(ask: Ask) -> str:
    """Return a question with its answer so far, and what to type to answer otherwise."""
    about = f"{ask.question.label}“{ask.key}”"
    labels = {choice.value: choice.label for choice in ANSWERS[ask.question]}
    held = f"现在是“{labels[ask.answer]}”，要改" if ask.answer else "还没有答案，"
    first, *others = [label for code, label in labels.items() if code != ask.answer]
    more = f"（或 {'、'.join(others)}）" if others else ""
    return f'可选    {about}{held}请加 --answer "{ask.question.label}:{ask.key}={first}"{more}'


def _totals_line(totals: dict[str, Any]) -> str:
    counts = (("loans", "借据", "笔"), ("customers", "客户", "户"), ("managers", "客户经理", "人"))
    parts = [
        f"{label} {'未计算' if totals[name] is None else f'{totals[name]} {unit}'}"
        for name, label, unit in (*counts, ("branches", "支行", "家"))
    ]
    balance = totals["balance"]
    parts.append("余额未计算" if balance is None else f"余额 {balance:,.2f} 元")
    return f"合计    {'，'.join(parts)}"


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


def _target_words(target: float) -> str:
    return (
        yi_words(target) if target == target else "未设定（台账没有目标表，可用 --target 3亿 指定）"
    )


def _chance_words(plan: CampaignPlan) -> str:
    bridge, chance = plan.bridge, plan.forecast.chance
    if bridge.target != bridge.target:
        return "未设目标，不作估计"
    return f"{chance:.0%}" + (
        f"，缺口 {yi_words(bridge.gap)}" if bridge.gap > 0 else "，预计可达成"
    )


def yi_words(yuan: float) -> str:
    """Return yuan as 亿 or 万, for the screen."""
    if abs(yuan) >= 1e8:
        return f"{yuan / 1e8:,.2f}亿"
    return f"{yuan / 1e4:,.2f}万"


def _against_rules(value: float, rules: Mapping[str, float]) -> str:
    """Return how the plan stands against the best rule of thumb.

    >>> _against_rules(103.0, {"equal": 90.0, "abc": 100.0}), _against_rules(100.01, {"abc": 100.0})
    ('好于最好的常用做法 3.0%', '与最好的常用做法相当')
    """
    best = max(rules.values(), default=0.0)
    if best <= 0:
        return "没有可比的常用做法"
    gain = value / best - 1
    if gain < LEAST_GAIN:
        return "与最好的常用做法相当"
    return f"好于最好的常用做法 {gain:.1%}"
