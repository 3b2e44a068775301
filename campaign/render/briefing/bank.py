"""The briefing of the whole bank: can the target be reached, from what, and how sure is it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pandas as pd

from campaign.findings import worst_first
from campaign.render.briefing.bank_pages import (
    BankPage,
    FindingRow,
    RankRow,
    RuleOfThumbRow,
    SettingRow,
    SourceRow,
    UncheckedRow,
)
from campaign.render.briefing.branch import CHANGES, closing_wanted
from campaign.render.briefing.cuts import Row, keyed
from campaign.render.briefing.facts import Facts
from campaign.render.briefing.pages import Figure
from campaign.render.briefing.rows import chance_figure, grades_note, net_note, of_capacity
from campaign.render.briefing.stamp import stamp
from campaign.render.briefing.trades import season_picture, trades_in_season
from campaign.render.charts import funnel, waterfall
from campaign.render.drawing import Drawing
from campaign.render.formats import (
    count_text,
    is_unknown,
    percent_text,
    wan_text,
)
from campaign.render.measure_words import measurement_sentence
from campaign.render.settings_used import SEGMENTS, settings_used
from campaign.render.spare_words import spare_sentence
from campaign.render.summary_tables import expected_by_grade
from campaign.settings import EXAMPLE, Rule
from campaign.vocabulary import Grade, Signal, Source

TITLE = "全行开门红简报"
TRADES_SHOWN = 8
CELLS_SHOWN = 3
RULES_OF_THUMB = {
    "equal": ("平均分配", "每名客户经理轮流排自己的客户，人人一样多"),
    "proportional": ("按余额比例", "按客户余额大小分配走访次数"),
    "abc": ("ABC 分类", "客户按金额分三类，先 A 后 B 再 C"),
    "largest_first": ("大额优先", "可能金额最大的客户先走访"),
}


def bank_page(facts: Facts, links: Mapping[str, str]) -> BankPage:
    """Return the page of the whole bank.

    Args:
        facts: The plan and what was picked from it.
        links: Relative, percent-encoded link to each branch's page.
    """
    plan = facts.plan
    bridge = dataclasses.asdict(plan.bridge)
    trades = trades_in_season(facts, facts.bank_trades, TRADES_SHOWN)
    changes = [(label, sign * float(bridge[name])) for label, name, sign in CHANGES]
    return BankPage(
        stamp=stamp(facts, TITLE),
        title=TITLE,
        lead=_lead(facts),
        figures=_figures(facts),
        bridge=waterfall(plan.bridge.opening, changes, closing_wanted(bridge)),
        sources=_sources(facts),
        grades=_grades(facts),
        funnel=_funnel(facts),
        season=season_picture(facts, trades),
        branches=_branches(facts, links),
        managers=_managers(facts, links),
        quality=_quality(facts),
        spare=spare_sentence(facts.plan),
        measured=measurement_sentence(facts.plan.measurement),
        rules_of_thumb=_rules_of_thumb(facts),
        findings=_findings(facts),
        unchecked=_unchecked(facts),
        settings=_settings(facts),
    )


def _lead(facts: Facts) -> str:
    plan = facts.plan
    branches, managers = len(plan.branches), len(plan.managers)
    visits, calls = plan.managers["visits"].sum(), plan.managers["calls"].sum()
    return (
        f"{count_text(branches)} 家支行、{count_text(managers)} 名客户经理，"
        f"走访 {count_text(visits)} 次、电话 {count_text(calls)} 次；"
        f"余额 {wan_text(plan.bridge.opening)} 万元做到 {wan_text(plan.bridge.closing)} 万元。"
    )


def _figures(facts: Facts) -> tuple[Figure, ...]:
    bridge, forecast = facts.plan.bridge, facts.plan.forecast
    net = bridge.net_growth
    expected = Figure("预计净增", f"{wan_text(net)} 万元", "扣除到期还款之后")
    chance = chance_figure(forecast.chance, forecast.p10, forecast.p90)
    if not bridge.target > 0:
        return (Figure("净增目标", "未设", "台账与设置中都没有"), expected, chance)
    share = net_note(net, bridge.target)
    short = bridge.gap > 0
    gap = Figure("缺口" if short else "超出目标", f"{wan_text(abs(bridge.gap))} 万元", share)
    target = Figure("净增目标", f"{wan_text(bridge.target)} 万元", "期末余额减期初余额")
    return (target, expected, gap, chance)


def _sources(facts: Facts) -> tuple[SourceRow, ...]:
    growth = facts.growth
    sums = growth.groupby("source")[["amount", "uplift"]].sum()
    numbers = facts.numbers
    sums["customers"] = numbers.different(growth["source"], numbers.opportunities)
    is_loose = growth["grade"] == Grade.C.value
    sums["loose"] = growth["expected"].where(is_loose, 0.0).groupby(growth["source"]).sum()
    by_source = keyed(sums.reindex([source.value for source in Source], fill_value=0.0))
    return tuple(_source(facts, source, by_source[source.value]) for source in Source)


def _source(facts: Facts, source: Source, row: Row) -> SourceRow:
    """Return one source as the bridge has it; what no touch adds comes by itself."""
    bridge = facts.plan.bridge
    renewal = source is Source.RENEWAL
    expected = bridge.renewed if renewal else float(getattr(bridge, source.value))
    return SourceRow(
        label=source.label,
        customers=count_text(row["customers"]),
        possible=wan_text(row["amount"]),
        expected=wan_text(expected),
        natural=wan_text(round(expected - row["uplift"], 2)),
        uplift=wan_text(row["uplift"]),
        loose_share=percent_text(row["loose"] / expected, 0) if expected > 0 else "—",
    )


def _grades(facts: Facts) -> str:
    sums = expected_by_grade(facts.plan)
    shares = grades_note({str(grade): float(value) for grade, value in sums.items()})
    return f"{shares}C 级只有政策上限支撑，不作确定金额。"


def _funnel(facts: Facts) -> Drawing:
    screen, growth, numbers = facts.plan.growth.screen, facts.growth, facts.numbers
    fit = numbers.screen[screen["signal"].ne(Signal.RED.value).to_numpy()]
    is_own = growth["source"].ne(Source.RENEWAL.value).to_numpy()
    is_own = is_own & numbers.among(numbers.opportunities, fit)
    is_touched = is_own & numbers.among(numbers.opportunities, numbers.touches)
    own, touched = numbers.opportunities[is_own], numbers.opportunities[is_touched]
    won = growth.loc[is_touched, "probability"].groupby(touched).max().sum()
    return funnel(
        [
            ("有余额客户", len(screen)),
            ("初筛未亮红灯", len(fit)),
            ("测算出新增机会", len(pd.unique(own))),
            ("排入走访或电话", len(pd.unique(touched))),
            ("预计用款", round(float(won))),
        ]
    )


def _share(expected: float, target: Any) -> float:
    return expected / target if not is_unknown(target) and target > 0 else float("nan")


def _ranked(rows: list[tuple[float, str, Row]]) -> list[Row]:
    """Sort by share of the target, unknown last, then by name."""
    return [row for _, _, row in sorted(rows, key=lambda r: (r[0] != r[0], -r[0], r[1]))]


def _rank_row(row: Row, rank: int, expected: float, target: Any) -> RankRow:
    share = _share(expected, target)
    unknown = is_unknown(share)
    return RankRow(
        rank=str(rank),
        name=row["name"],
        link=row["link"],
        detail=row["detail"],
        target="—" if unknown else wan_text(target),
        expected=wan_text(expected),
        share=percent_text(share, 0),
        gap="—" if unknown else wan_text(expected - target, signed=True),
        visits=of_capacity(row["visits"], row["visit_capacity"]),
        calls=of_capacity(row["calls"], row["call_capacity"]),
    )


def _branches(facts: Facts, links: Mapping[str, str]) -> tuple[RankRow, ...]:
    rows = []
    for row in facts.branches:
        name, net = str(row["branch"]), round(row["closing"] - row["opening"], 2)
        detail = f"{count_text(row['managers'])} 人，新任 {count_text(row['new_managers'])}"
        shown = {**row, "name": facts.told(name), "link": links[name], "detail": detail, "net": net}
        rows.append((_share(net, row["target"]), name, shown))
    return tuple(
        _rank_row(row, rank, row["net"], row["target"])
        for rank, row in enumerate(_ranked(rows), start=1)
    )


def _managers(facts: Facts, links: Mapping[str, str]) -> tuple[RankRow, ...]:
    rows = []
    for branch, managers in facts.managers.items():
        for number, row in enumerate(managers, start=1):
            key = str(row["manager_id"])
            link = f"{links[branch]}#m{number}" if branch in links else ""
            name = facts.people[key] or key
            shown = {**row, "name": name, "link": link, "detail": f"{facts.told(branch)}，{key}"}
            rows.append((_share(row["expected"], row["amount_target"]), key, shown))
    return tuple(
        _rank_row(row, rank, row["expected"], row["amount_target"])
        for rank, row in enumerate(_ranked(rows), start=1)
    )


def _quality(facts: Facts) -> str:
    quality = facts.plan.quality
    return (
        f"本方案预计增益 {wan_text(quality.value)} 万元。用同样的客户、天数和限额，"
        "把每次走访当作可以任意拆分、不必整次来排，"
        f"最多也只有 {wan_text(quality.upper_bound)} 万元，任何排法都不会超过这个上限；"
        f"所以本方案离最好的排法最多差 {percent_text(quality.gap, 2)}。求解方法：{quality.method}。"
    )


def _rules_of_thumb(facts: Facts) -> tuple[RuleOfThumbRow, ...]:
    quality = facts.plan.quality
    bound = quality.upper_bound

    def row(label: str, value: float, note: str) -> RuleOfThumbRow:
        share = percent_text(value / bound) if bound > 0 else "—"
        return RuleOfThumbRow(label, wan_text(value), share, note)

    rules = [
        row(RULES_OF_THUMB[name][0], value, RULES_OF_THUMB[name][1])
        for name, value in quality.rules_of_thumb.items()
    ]
    plan = row("本方案", quality.value, "兼顾时间窗、人手、共享额度和递减效果")
    return (row("上限", bound, "任何排法都不会超过"), plan, *rules)


def _findings(facts: Facts) -> tuple[FindingRow, ...]:
    plan = facts.plan
    return tuple(
        FindingRow(
            severity=finding.severity.label,
            message=facts.masker.text(finding.message),
            count=count_text(finding.count),
            cells=facts.told("、".join(finding.cells[:CELLS_SHOWN]))
            + (" 等" if len(finding.cells) > CELLS_SHOWN else ""),
        )
        for finding in worst_first((*plan.book.findings, *plan.growth.findings))
    )


def _unchecked(facts: Facts) -> tuple[UncheckedRow, ...]:
    counts: dict[str, int] = {}
    for table in (facts.plan.growth.screen, facts.plan.growth.headroom):
        for checks, customers in table["not_checked"].value_counts().items():
            for check in filter(None, facts.told(checks).split("；")):
                counts[check] = counts.get(check, 0) + int(customers)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(UncheckedRow(check, count_text(count)) for check, count in ordered)


def _settings(facts: Facts) -> tuple[SettingRow, ...]:
    return tuple(
        SettingRow(
            label=known.label,
            value=setting_value(known, value),
            source=source.removeprefix(EXAMPLE).strip("（）") or "—",
            name=name,
        )
        for name, known, value, source in settings_used(facts.plan)
        if known.is_example
    )


def setting_value(known: Rule, value: Any) -> str:
    """Return a setting's value as a person writes it, with its unit.

    >>> setting_value(Rule("比例", "", ""), 0.05), setting_value(Rule("元", "", ""), 500000.0)
    ('5%', '500,000 元')
    """
    if isinstance(value, Mapping):
        return "；".join(
            f"{SEGMENTS.get(key, key)} {setting_value(known, one)}" for key, one in value.items()
        )
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None:
        return "未设"
    if isinstance(value, str):
        return value or "（空）"
    if known.unit == "整数":
        return str(value)
    if known.unit == "比例":
        return f"{value * 100:.10g}%"
    return f"{value:,.10g} {known.unit}"
