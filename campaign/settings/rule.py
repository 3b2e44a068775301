"""One policy number: value, unit, label, range and source, and how a value is refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from campaign.errors import SettingsError

EXAMPLE = "示例假设"


@dataclasses.dataclass(frozen=True)
class Rule:
    """What is known of a setting beside its value.

    Attributes:
        unit: Chinese unit, e.g. 比例, 元, 次/天.
        label: Chinese label.
        source: Where the default comes from; `示例假设` where nothing supports it.
        least: Smallest value allowed, for numbers.
        most: Largest value allowed, for numbers.
        choices: Values allowed, for text.
    """

    unit: str
    label: str
    source: str
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def is_example(self) -> bool:
        """Return whether the default is only an example assumption."""
        return self.source.startswith(EXAMPLE)


def rule(  # noqa: PLR0913 - every fact of a rule is named where it is written
    default: Any,
    *,
    unit: str,
    label: str,
    source: str = EXAMPLE,
    least: float | None = None,
    most: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    """Return a dataclass field that carries a `Rule`; a dict default is copied."""
    metadata = {"rule": Rule(unit, label, source, least, most, choices)}
    if isinstance(default, dict):
        return dataclasses.field(default_factory=lambda: dict(default), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def rules_of(group: Any) -> dict[str, Rule]:
    """Return each setting's `Rule` of a group (class or instance), by name."""
    return {f.name: f.metadata["rule"] for f in dataclasses.fields(group)}


def checked(where: str, known: Rule, default: Any, value: Any) -> Any:
    """Return `value` in the default's type, or refuse it in one Chinese sentence.

    Raises:
        SettingsError: Wrong type, out of range, or not among the choices.
    """
    if isinstance(default, Mapping):
        return _checked_table(where, known, default, value)
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise SettingsError(f"设置 {where}：读到 {value!r}，应为 true 或 false。")
        return value
    if isinstance(default, str):
        return _checked_text(where, known, value)
    return _checked_number(where, known, default, value)


def _checked_table(where: str, known: Rule, default: Mapping[str, Any], value: Any) -> Any:
    if not isinstance(value, Mapping):
        raise SettingsError(f"设置 {where}：读到 {value!r}，应为一张小表，如 {{信用 = 0.5}}。")
    sample = next(iter(default.values()), 0.0)  # a table that ships empty holds numbers
    given = {k: checked(f"{where}.{k}", known, sample, v) for k, v in value.items()}
    return {**default, **given}


def _checked_text(where: str, known: Rule, value: Any) -> str:
    if not isinstance(value, str):
        raise SettingsError(f"设置 {where}：读到 {value!r}，应为文字（加引号）。")
    if known.choices and value not in known.choices:
        raise SettingsError(f"设置 {where}：读到 {value!r}，只能是 {'、'.join(known.choices)}。")
    return value


def _checked_number(where: str, known: Rule, default: Any, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise SettingsError(f"设置 {where}：读到 {value!r}，应为数字（{known.unit}）。")
    low = "不限" if known.least is None else f"{known.least:g}"
    high = "不限" if known.most is None else f"{known.most:g}"
    if (known.least is not None and value < known.least) or (
        known.most is not None and value > known.most
    ):
        raise SettingsError(
            f"设置 {where}（{known.label}）：{value:g} 超出允许范围 {low} 至 {high}（{known.unit}）。"
        )
    if isinstance(default, int):
        if value != int(value):
            raise SettingsError(f"设置 {where}：读到 {value:g}，应为整数（{known.unit}）。")
        return int(value)
    return float(value)
