"""What `campaign backtest` and `campaign scenario` say on the screen, as lines of Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.vocabulary import CHALLENGE_EFFECTS, SCENARIOS, Field, Level, Unit

if TYPE_CHECKING:
    from campaign.learn.scored import ScoredPlan
    from campaign.plan.scenario import Reach
    from campaign.render.backtest_fields import ScoreRow
    from campaign.trials import Change, Scenarios

BY_HAND = "页面上指定的走访与不走访照样算在内，原方案和情景都是。"
GAP = "  "
NOTHING = "无"
TARGET_NOTE = "（0 表示取台账目标表）"
VISITS, TARGET, EXPECTED, CHANCE = (
    CHALLENGE_EFFECTS.field(name).label for name in ("visits", "target", "expected", "chance")
)
PERCENTILES = {"p10": "（P10）", "p50": "（P50）", "p90": "（P90）"}


def backtest_lines(scored: ScoredPlan, paths: Sequence[Path]) -> list[str]:
    """Return how an old plan fared on the new ledger: order, calibration, choice, caveats."""
    from campaign.render.backtest_page import (
        band_rows,
        capture_rows,
        decile_rows,
        halves_rows,
        source_rows,
    )
    from campaign.render.backtest_words import backtest_sentence, rates_sentence

    window = scored.plan.window
    capture = [
        (row.name, row.customers, row.actual, row.share, row.against_plan)
        for row in capture_rows(scored)
    ]
    return [
        f"{scored.plan.book.bank_name or '本行'}方案回测（活动 {window.start} 至 {window.end}）",
        backtest_sentence(scored),
        "",
        "按预计增益分十组，第 1 组最大（金额：万元）",
        *_scores("组", "提升倍数", decile_rows(scored)),
        "",
        "预计与实际（金额：万元）",
        *_scores("来源", "实际转化 95% 区间", source_rows(scored)),
        *_halves(halves_rows(scored)),
        "",
        *_scores("预计概率", "实际转化 95% 区间", band_rows(scored)),
        "",
        "同样多的客户，谁选得准（金额：万元）",
        *grid(("选法", "户数", "实际增长", "占全部", "相对方案"), capture),
        "",
        "读数之前",
        *(f"· {caveat}" for caveat in scored.caveats),
        *(f"· {note}" for note in (rates_sentence(scored), *scored.result.notes)),
        *(f"已写出 {path}" for path in paths),
    ]


def _halves(rows: Sequence[ScoreRow]) -> list[str]:
    if not rows:
        return []
    title = "分两半互相检验：各用另一半客户这一季的转化率（金额：万元）"
    return ["", title, *_scores("来源", "实际转化 95% 区间", rows)]


def scenario_lines(scenarios: Scenarios) -> list[str]:
    """Return the plan as it stands beside what was tried, with the difference of each."""
    header, rows = scenario_grid(scenarios)
    return [*scenario_changes(scenarios), *grid(("金额：万元", *header), rows)]


def scenario_changes(scenarios: Scenarios) -> list[str]:
    """Return what each scenario changes and whom it touches, a sentence each."""
    names = scenarios.table["scenario"].tolist()
    lines = []
    if scenarios.day:
        lines.append(
            f"活动进行中：结果计到 {scenarios.day}，余下部分重新排定；金额为全活动期的数（含已做成的）。"
        )
    for name, changes, effects in zip(names[1:], scenarios.changes, scenarios.effects, strict=True):
        lines.append(f"{name}：{'；'.join(map(_change_words, changes)) or '与原方案相同'}")
        lines += [f"{name}：{words}" for words in map(_effect_words, effects.itertuples())]
    return lines


def scenario_grid(scenarios: Scenarios) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return head and rows of the comparison; the first cell of a row is its label."""
    names = scenarios.table["scenario"].tolist()
    rows = []
    for field in SCENARIOS.fields[1:]:
        values = scenarios.table[field.name].tolist()
        cells = [_shown(field, values[0])]
        for value in values[1:]:
            cells += [_shown(field, value), _difference(field, value, values[0])]
        label = field.label + PERCENTILES.get(field.name, "")
        rows.append((label, *cells))
    header = [names[0]] + [cell for name in names[1:] for cell in (name, "增减")]
    return header, rows


def reach_lines(amount: float, on: str, reaches: Iterable[Reach]) -> list[str]:
    """Return for each lever what it must be for a net growth to be likely, a sentence each."""
    from campaign.render.formats import wan_words
    from campaign.trials import rule_of

    lines = [f"净增 {wan_words(amount)}要过半把握，在{on}的基础上只动一项："]
    for reach in reaches:
        lever = reach.lever
        known = rule_of(lever.section, lever.name)
        named = f"  {known.label.partition('（')[0]}（{lever.section}.{lever.name}）"
        unit = known.unit
        if reach.value is None:
            lines.append(
                f"{named}：加到允许的上限 {lever.most:g} {unit}，达成可能也只有"
                f" {_chance(reach.chance)}，单靠这一项做不到。"
            )
        elif reach.value == lever.now:
            lines.append(
                f"{named}：照现在的 {lever.now:g} {unit}，达成可能已有 {_chance(reach.chance)}。"
            )
        else:
            lines.append(
                f"{named}：要从 {lever.now:g} 加到 {reach.value:g} {unit}，"
                f"达成可能才过半（{_chance(reach.chance)}）。"
            )
    return lines


def grid(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return lines of a table: the first column to the left, figures to the right.

    Example:
        >>> grid(("组", "户数"), [("甲", "1,234"), ("全部增长", "7")])
        ['组         户数', '甲        1,234', '全部增长      7']
    """
    from campaign.render.formats import text_width

    table = [tuple(header), *map(tuple, rows)]
    widths = [max(map(text_width, column)) for column in zip(*table, strict=True)]
    return [
        GAP.join(
            cell + " " * (width - text_width(cell))
            if place == 0
            else " " * (width - text_width(cell)) + cell
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def _scores(name: str, third: str, rows: Iterable[ScoreRow]) -> list[str]:
    header = (name, "户数", "预计转化", "实际转化", third, "预计金额", "实际金额", "实际/预计")
    return grid(
        header,
        [
            (
                row.name,
                row.cases,
                row.expected_rate,
                row.actual_rate,
                row.interval or row.lift or "—",
                row.expected,
                row.actual,
                row.ratio,
            )
            for row in rows
        ],
    )


def _effect_words(row: Any) -> str:
    """Return what an accepted challenge does to a manager, a branch or the bank."""
    from campaign.render.formats import wan_text

    who = {Level.BANK.value: Level.BANK.label, Level.BRANCH.value: row.subject}.get(row.level)
    parts = [f"{VISITS} {row.visits_before:,.0f} → {row.visits:,.0f} 次"]
    for label, before, now in (
        (TARGET, row.target_before, row.target),
        (EXPECTED, row.expected_before, row.expected),
    ):
        if now == now:
            parts.append(f"{label} {wan_text(before)} → {wan_text(now)} 万元")
    if row.chance == row.chance:
        parts.append(f"{CHANCE} {_chance(row.chance_before)} → {_chance(row.chance)}")
    named = f"{row.name}（{row.subject}）" if isinstance(row.name, str) else row.subject
    return f"{who or named} " + "，".join(parts)


def _before(change: Change, held: Mapping[str, Any], key: str) -> str:
    """Return what an entry of a table held before; an entry that is new held nothing."""
    return _value(change, held[key]) if key in held else "未填"


def _change_words(change: Change) -> str:
    if isinstance(change.before, Mapping) and isinstance(change.now, Mapping):
        held = change.before
        return "；".join(
            f"{change.label}·{key} {_before(change, held, key)} → {_value(change, value)}"
            for key, value in change.now.items()
            if held.get(key) != value
        )
    label = change.label.removesuffix(TARGET_NOTE)
    return f"{label} {_value(change, change.before)} → {_value(change, change.now)}"


def _value(change: Change, value: Any) -> str:
    from campaign.render.formats import percent_text, wan_words

    if isinstance(value, bool):
        return "开" if value else "关"
    if change.unit == "元":
        return wan_words(value)
    if not isinstance(value, int | float):
        return str(value) or NOTHING
    return percent_text(value) if change.unit == "比例" else f"{value:g} {change.unit}"


def _shown(field: Field, value: float) -> str:
    from campaign.render.formats import count_text, wan_text

    if field.unit is Unit.YUAN:
        return wan_text(value)
    return _chance(value) if field.unit is Unit.RATIO else count_text(value)


def _difference(field: Field, value: float, base: float) -> str:
    from campaign.render.formats import UNKNOWN, wan_text

    change = value - base
    if change != change:
        return UNKNOWN
    if change == 0:
        return "0"
    if field.unit is Unit.YUAN:
        return wan_text(change, signed=True)
    return f"{change * 100:+.1f} 点" if field.unit is Unit.RATIO else f"{change:+,.0f}"


def _chance(chance: float) -> str:
    from campaign.render.formats import percent_text

    if chance < 0.01:
        return "不到 1%"
    return "99% 以上" if chance > 0.99 else percent_text(chance, 0)
