"""The pictures of the briefings: bridge, quota against capacity, season by week, funnel.

Laid out by hand: of the libraries measured none draws them better, and the quickest takes
far longer (docs/decisions.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from campaign.render.drawing import WIDTH, Box, Drawing, Line, Text, drawing, fitted, tenth
from campaign.render.formats import count_text, is_unknown, percent_text, wan_text


@dataclass(frozen=True)
class _Step:
    kind: str
    label: str
    amount: float
    low: float
    high: float
    level: float


def waterfall(
    opening: float,
    changes: Sequence[tuple[str, float]],
    target: float | None = None,
    *,
    height: float = 190.0,
) -> Drawing:
    """Draw a bridge: opening, each signed change, closing, then the gap and the target.

    Where the changes are small beside the balance the scale begins above zero: the bars of
    totals then carry a break, and a note says so.

    Args:
        opening: Balance at the start, in yuan.
        changes: Label and signed amount in yuan, from left to right.
        target: Closing balance wanted, in yuan; None or NaN draws neither gap nor target.
        height: Height of the drawing.
    """
    steps = _steps(opening, changes, target)
    base, top = _scale(steps)
    floor = height - 24.0
    stretch = (floor - 30.0) / ((top - base) or 1.0)
    shrink, unit = _unit(steps)
    slot = WIDTH / len(steps)
    boxes, lines = [], [Line("axis", 0.0, floor, WIDTH, floor)]
    note = "；纵轴未从零起，柱上有断口" if base > 0 else ""
    texts = [Text("muted", WIDTH, 9.0, "end", f"单位：{unit}{note}")]
    values = [wan_text(s.amount / shrink, signed=s.kind in ("gain", "loss")) for s in steps]
    kind = "value" if max(map(len, values)) < 10 else "close"
    for place, (step, value) in enumerate(zip(steps, values, strict=True)):
        x, width = tenth(slot * (place + 0.16)), tenth(slot * 0.68)
        upper = tenth(floor - (max(step.high, base) - base) * stretch)
        lower = tenth(floor - (max(step.low, base) - base) * stretch)
        level = tenth(floor - (max(step.level, base) - base) * stretch)
        boxes.append(Box(step.kind, x, upper, width, max(tenth(lower - upper), 0.8)))
        if step is not steps[-1]:
            lines.append(Line("link", tenth(x + width), level, tenth(slot * (place + 1.16)), level))
        if step.kind == "total" and base > 0:
            lines += _break_marks(x, width, floor)
        value_y = tenth(lower + 11.0) if step.kind == "loss" else tenth(upper - 4.0)
        middle = tenth(x + width / 2)
        texts.append(Text(kind, middle, value_y, "middle", value))
        texts.append(Text("label", middle, floor + 16.0, "middle", step.label))
    return drawing(height, boxes, lines, texts)


def _steps(
    opening: float, changes: Sequence[tuple[str, float]], target: float | None
) -> list[_Step]:
    steps = [_total("期初余额", opening)]
    level = opening
    for label, amount in changes:
        after = round(level + amount, 2)
        kind = "loss" if amount < 0 else "gain"
        steps.append(_Step(kind, label, amount, min(level, after), max(level, after), after))
        level = after
    steps.append(_total("预计期末", level))
    if target is not None and not is_unknown(target):
        gap = round(target - level, 2)
        label = "缺口" if gap > 0 else "超出目标"
        steps.append(_Step("gap", label, abs(gap), min(level, target), max(level, target), target))
        steps.append(_total("期末目标", target))
    return steps


def _total(label: str, level: float) -> _Step:
    return _Step("total", label, level, min(0.0, level), level, level)


# Changes below this part of the balance would be too thin to see on a whole scale.
_SMALL_CHANGES = 0.35


def _scale(steps: Sequence[_Step]) -> tuple[float, float]:
    levels = [step.level for step in steps]
    low, high = min(levels), max(levels)
    if high == low or high - low >= high * _SMALL_CHANGES:
        return min(0.0, low), max(high, 0.0)
    return low - (high - low) * 0.35, high


def _unit(steps: Sequence[_Step]) -> tuple[float, str]:
    widest = max(abs(step.amount) for step in steps)
    return (10_000.0, "亿元") if widest >= 1e10 else (1.0, "万元")


def _break_marks(x: float, width: float, floor: float) -> list[Line]:
    return [
        Line("break", tenth(x - 3), floor - 8 - up, tenth(x + width + 3), floor - 14 - up)
        for up in (0, 4)
    ]


_SIDE, _ROW = 32.0, 38.0


@dataclass(frozen=True)
class WeekLoad:
    """What is planned and what is possible in one week, in visits or calls.

    Attributes:
        planned: Number planned.
        capacity: Number possible; None or NaN where it is not known.
    """

    planned: float
    capacity: float | None


def load_chart(
    weeks: Sequence[tuple[int, str]], rows: Sequence[tuple[str, Sequence[WeekLoad]]]
) -> Drawing:
    """Draw quota (filled) inside capacity (outline) by week; ▲ marks a week beyond capacity.

    Args:
        weeks: Campaign week, and its Monday as text.
        rows: Label (走访, 电话) and one load a week; each row has a scale of its own.
    """
    slot = (WIDTH - _SIDE) / max(len(weeks), 1)
    base = len(rows) * _ROW
    boxes, texts = _week_heads(weeks, (_SIDE, slot), (base + 11.0, base + 22.0), base)
    lines = []
    for number, (label, loads) in enumerate(rows, start=1):
        floor = number * _ROW
        lines.append(Line("axis", _SIDE, floor, WIDTH, floor))
        texts.append(Text("label", 0.0, floor - 4.0, "start", label))
        most = max((max(load.planned, _known(load.capacity)) for load in loads), default=0.0)
        scale = (_ROW - 14.0) / most if most > 0 else 0.0
        for place, load in enumerate(loads):
            left = _SIDE + slot * (place + 0.18)
            boxes += _load_boxes(load, (tenth(left), tenth(slot * 0.64)), floor, scale)
            top = floor - max(load.planned, _known(load.capacity)) * scale
            texts.append(_load_number(load, tenth(left + slot * 0.32), tenth(top - 3.0)))
    return drawing(base + 26.0, boxes, lines, [text for text in texts if text.words])


def _load_boxes(
    load: WeekLoad, across: tuple[float, float], floor: float, scale: float
) -> list[Box]:
    x, width = across
    sizes = (("plan", load.planned), ("room", _known(load.capacity)))
    return [
        Box(kind, x, tenth(floor - amount * scale), width, tenth(amount * scale))
        for kind, amount in sizes
        if amount > 0
    ]


def _load_number(load: WeekLoad, x: float, y: float) -> Text:
    beyond = not is_unknown(load.capacity) and load.planned > _known(load.capacity) + 1e-9
    words = count_text(load.planned) + ("▲" if beyond else "") if load.planned else ""
    return Text("small", x, y, "middle", words)


_NAMES, _HEAD, _CELL = 128.0, 26.0, 19.0
DARKEST = 4
IN_SEASON = 1.05


def season_strip(
    weeks: Sequence[tuple[int, str]], trades: Sequence[tuple[str, Sequence[float | None]]]
) -> Drawing:
    """Draw the season by week around the festival: a row a trade, the index in each cell.

    The darker a cell the nearer the week to the trade's own peak, which is framed.

    Args:
        weeks: Campaign week, and its Monday as text.
        trades: Name, and one index a week; None or NaN where it is not known.
    """
    slot = (WIDTH - _NAMES) / max(len(weeks), 1)
    height = _HEAD + len(trades) * _CELL
    boxes, texts = _week_heads(weeks, (_NAMES, slot), (10.0, 21.0), height)
    for number, (label, indices) in enumerate(trades):
        y = _HEAD + number * _CELL
        texts.append(Text("label", 0.0, y + 12.5, "start", fitted(label, 11)))
        peak = max((index for index in map(_known, indices)), default=0.0)
        for place, index in enumerate(map(_known, indices)):
            x = tenth(_NAMES + slot * place)
            level = _level(index, peak)
            box = (tenth(x + 1), y, tenth(slot - 2), _CELL - 2)
            boxes.append(Box(f"heat{level}", *box))
            if index == peak and level:
                boxes.append(Box("frame", *box))
            words = count_text(index) if index else "·"
            kind = "light" if level == DARKEST else "small"
            texts.append(Text(kind, tenth(x + slot / 2), y + 12.5, "middle", words))
    return drawing(height, boxes, [], texts)


def _level(index: float, peak: float) -> int:
    """Return 0 for a usual week, to 4 for the upper quarter of the trade's own lift."""
    if index < IN_SEASON:
        return 0
    return min(1 + int((index - 1) / (peak - 1) * DARKEST), DARKEST)


def _week_heads(
    weeks: Sequence[tuple[int, str]],
    across: tuple[float, float],
    baselines: tuple[float, float],
    height: float,
) -> tuple[list[Box], list[Text]]:
    left, slot = across
    boxes, texts = [], []
    for place, (week, day) in enumerate(weeks):
        middle = tenth(left + slot * (place + 0.5))
        name = "春节" if week == 0 else f"{'+' if week > 0 else '−'}{abs(week)}"
        texts.append(Text("small", middle, baselines[0], "middle", name))
        texts.append(Text("tiny", middle, baselines[1], "middle", day))
        if week == 0:
            boxes.append(Box("festival", tenth(left + slot * place), 0.0, tenth(slot), height))
    return boxes, texts


def funnel(steps: Sequence[tuple[str, float]], unit: str = "户") -> Drawing:
    """Draw counts that narrow step by step; each says its share of the step before.

    Args:
        steps: Label and count, from the widest.
        unit: What is counted.
    """
    left, row = 150.0, 21.0
    most = max((count for _, count in steps), default=0.0)
    boxes, texts = [], []
    for number, (label, count) in enumerate(steps):
        before = steps[number - 1][1] if number else 0.0
        share = f"（上一步的 {percent_text(count / before, 0)}）" if before > 0 else ""
        width = max(tenth((WIDTH - left - 170.0) * count / most), 0.8) if most > 0 else 0.8
        y = number * row
        boxes.append(Box("step", left, y + 2, width, row - 5))
        texts.append(Text("label", left - 8, y + 14, "end", label))
        texts.append(
            Text("value", left + width + 6, y + 14, "start", f"{count_text(count)} {unit}{share}")
        )
    return drawing(len(steps) * row + 2, boxes, [], texts)


def _known(value: float | None) -> float:
    return 0.0 if value is None or is_unknown(value) else float(value)
