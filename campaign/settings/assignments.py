"""Settings as typed on the command line: `capacity.visits_per_day=5`, `campaign.target=2亿`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from campaign.errors import SettingsError
from campaign.settings.amounts import parse_amount
from campaign.settings.rule import Rule, rules_of

SWITCHES = {"true": True, "开": True, "是": True, "false": False, "关": False, "否": False}
YUAN = "元"


def parse_assignments(settings: Any, texts: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return `{section: {name: value}}` for texts as `section.name=value`.

    Sums of settings in 元 are understood as 3亿 and 2000万, shares as 20%. A setting that is
    a small table takes one of its keys: `conversion.top_up_full.A=0.3`.

    Args:
        settings: `Settings`, for the type that each value must have.
        texts: What was typed; several may stand in one text, parted by ；.

    Raises:
        SettingsError: A text is no assignment, names nothing that is set, or one thing twice.
    """
    given: dict[str, dict[str, Any]] = {}
    for text in (part for whole in texts for part in whole.replace("；", ";").split(";")):
        key, equals, value = (part.strip() for part in text.partition("="))
        section, dot, name = key.partition(".")
        if not (equals and dot and value):
            raise SettingsError(
                f"读到“{text.strip()}”，应写成 节.名称=值。", "如 capacity.visits_per_day=5。"
            )
        name, _, entry = name.partition(".")
        read = _read(settings, section, name, entry, value)
        values = given.setdefault(section, {})
        held = values.get(name)
        if isinstance(held, dict) and isinstance(read, dict) and not held.keys() & read.keys():
            read = {**held, **read}
        elif name in values:
            raise SettingsError(f"设置 {key} 给了两次。")
        values[name] = read
    return given


def _read(settings: Any, section: str, name: str, entry: str, text: str) -> Any:
    """Return a text as its setting's type; what is not known is refused by `with_values`."""
    if section not in settings.__dataclass_fields__:
        return text
    group = getattr(settings, section)
    known = rules_of(group).get(name)
    return text if known is None else _value(known, getattr(group, name), entry, text)


def _value(known: Rule, default: Any, entry: str, text: str) -> Any:
    """Return a text as the default's type; one that is none stays text and is refused later."""
    if isinstance(default, Mapping):
        sample = next(iter(default.values()), 0.0)
        return {entry: _value(known, sample, "", text)} if entry else text
    if isinstance(default, bool):
        return SWITCHES.get(text.lower(), text)
    return text if isinstance(default, str) else _number(known, text)


def _number(known: Rule, text: str) -> float | str:
    if known.unit == YUAN:
        amount = parse_amount(text)
        return text if amount is None else amount
    plain = unicodedata.normalize("NFKC", text)
    share = plain.endswith("%")
    try:
        number = float(plain.removesuffix("%"))
    except ValueError:
        return text
    return round(number / 100, 12) if share else number
