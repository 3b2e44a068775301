"""Two amounts a row as bars one over the other, for what was expected and what came."""

from __future__ import annotations

from collections.abc import Sequence

from campaign.render.drawing import WIDTH, Box, Drawing, Line, Text, drawing, tenth
from campaign.render.formats import wan_text

_NAMES, _NUMBERS, _ROW, _HEAD = 60.0, 190.0, 22.0, 18.0


def paired_bars(rows: Sequence[tuple[str, float, float]], names: tuple[str, str]) -> Drawing:
    """Draw two amounts a row on one scale: the first as an outline, the second filled.

    Args:
        rows: Label and the two amounts in yuan.
        names: What the two amounts are.
    """
    most = max((max(first, second) for _, first, second in rows), default=0.0)
    scale = (WIDTH - _NAMES - _NUMBERS) / most if most > 0 else 0.0
    height = _HEAD + len(rows) * _ROW
    boxes = [Box("room", _NAMES, 3.0, 14.0, 7.0), Box("plan", _NAMES + 120, 3.0, 14.0, 7.0)]
    texts = [
        Text("small", _NAMES + 19, 10.0, "start", names[0]),
        Text("small", _NAMES + 139, 10.0, "start", names[1]),
        Text("muted", WIDTH, 10.0, "end", f"{names[0]} / {names[1]}，万元"),
    ]
    for number, (label, first, second) in enumerate(rows):
        y = _HEAD + number * _ROW
        for kind, amount, down in (("room", first, 1.0), ("plan", second, 10.0)):
            if amount > 0:
                boxes.append(Box(kind, _NAMES, y + down, tenth(amount * scale), 8.0))
        texts.append(Text("label", _NAMES - 8, y + 13, "end", label))
        words = f"{wan_text(first)} / {wan_text(second)}"
        texts.append(Text("small", WIDTH, y + 13, "end", words))
    return drawing(height, boxes, [Line("axis", _NAMES, _HEAD, _NAMES, height)], texts)
