"""One value of a table as a page shows it."""

from __future__ import annotations

from typing import Any

from campaign.render.formats import UNKNOWN, labels_of, percent_text, yuan_text
from campaign.vocabulary import Field, Source, Unit


def shown(field: Field, value: Any) -> str:
    """Return a value of a table, of the contract's text or the book, as a page shows it."""
    if value is None or value == "":
        return UNKNOWN
    if field.values is not None:
        return labels_of(field.values, str(value))
    if field.name == "purposes":
        return labels_of(Source, value)
    if field.unit is Unit.YUAN:
        return yuan_text(float(value))
    if field.unit is Unit.RATIO:
        return percent_text(float(value), 2)
    if field.unit is Unit.FLAG:
        return "是" if str(value) in ("true", "1", "True") else "否"
    if field.unit in (Unit.COUNT, Unit.DAY, Unit.MONTH, Unit.SCORE):
        return f"{float(value):,.10g}"
    return str(value)
