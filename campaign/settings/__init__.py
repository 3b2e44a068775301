"""Every policy number, read from campaign.toml; an empty file equals the defaults."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from campaign.errors import SettingsError, reason_of
from campaign.settings.assignments import parse_assignments
from campaign.settings.check import USUAL_CHECK, CheckRules
from campaign.settings.duties import DutyRules
from campaign.settings.growth import HeadroomRules, ScreenRules
from campaign.settings.growth_sources import (
    IndustryRules,
    RefinanceRules,
    RenewalRules,
    SourceRules,
)
from campaign.settings.growth_team import ReferralRules, TeamRules
from campaign.settings.learn import ConversionRules, LearnRules
from campaign.settings.plan import (
    CampaignRules,
    CapacityRules,
    ForecastRules,
    MeasureRules,
    OutputRules,
    QuotaRules,
    ReplanRules,
    ResponseRules,
)
from campaign.settings.progress import (
    IncentiveRules,
    InterviewRules,
    NewcomerRules,
    PoolRules,
    ReturnRules,
)
from campaign.settings.rule import EXAMPLE, Rule, checked, rule, rules_of

__all__ = [
    "PoolRules",
    "InterviewRules",
    "IncentiveRules",
    "EXAMPLE",
    "CampaignRules",
    "CapacityRules",
    "CheckRules",
    "ConversionRules",
    "DutyRules",
    "ForecastRules",
    "HeadroomRules",
    "IndustryRules",
    "LearnRules",
    "MeasureRules",
    "NewcomerRules",
    "OutputRules",
    "QuotaRules",
    "ReferralRules",
    "RefinanceRules",
    "RenewalRules",
    "ReplanRules",
    "ResponseRules",
    "ReturnRules",
    "Rule",
    "ScreenRules",
    "Settings",
    "SourceRules",
    "TeamRules",
    "USUAL_CHECK",
    "each_setting",
    "load_settings",
    "parse_assignments",
    "rule",
    "rules_of",
    "settings_toml",
]


@dataclasses.dataclass(frozen=True)
class Settings:
    """All groups of settings; each is a section of campaign.toml."""

    campaign: CampaignRules = dataclasses.field(default_factory=CampaignRules)
    sources: SourceRules = dataclasses.field(default_factory=SourceRules)
    screen: ScreenRules = dataclasses.field(default_factory=ScreenRules)
    headroom: HeadroomRules = dataclasses.field(default_factory=HeadroomRules)
    refinance: RefinanceRules = dataclasses.field(default_factory=RefinanceRules)
    industry: IndustryRules = dataclasses.field(default_factory=IndustryRules)
    team: TeamRules = dataclasses.field(default_factory=TeamRules)
    referral: ReferralRules = dataclasses.field(default_factory=ReferralRules)
    renewal: RenewalRules = dataclasses.field(default_factory=RenewalRules)
    response: ResponseRules = dataclasses.field(default_factory=ResponseRules)
    capacity: CapacityRules = dataclasses.field(default_factory=CapacityRules)
    duties: DutyRules = dataclasses.field(default_factory=DutyRules)
    replan: ReplanRules = dataclasses.field(default_factory=ReplanRules)
    measurement: MeasureRules = dataclasses.field(default_factory=MeasureRules)
    quotas: QuotaRules = dataclasses.field(default_factory=QuotaRules)
    forecast: ForecastRules = dataclasses.field(default_factory=ForecastRules)
    conversion: ConversionRules = dataclasses.field(default_factory=ConversionRules)
    learn: LearnRules = dataclasses.field(default_factory=LearnRules)
    returns: ReturnRules = dataclasses.field(default_factory=ReturnRules)
    interviews: InterviewRules = dataclasses.field(default_factory=InterviewRules)
    newcomers: NewcomerRules = dataclasses.field(default_factory=NewcomerRules)
    pool: PoolRules = dataclasses.field(default_factory=PoolRules)
    incentives: IncentiveRules = dataclasses.field(default_factory=IncentiveRules)
    check: CheckRules = dataclasses.field(default_factory=CheckRules)
    output: OutputRules = dataclasses.field(default_factory=OutputRules)

    def with_values(self, given: Mapping[str, Any]) -> Settings:
        """Return settings with `{section: {name: value}}` put in, each checked.

        Raises:
            SettingsError: A section or name is unknown, or a value is refused.
        """
        groups = {}
        for section, values in given.items():
            if section not in _sections():
                raise SettingsError(f"设置里没有 [{section}] 这一节。", _near(section, _sections()))
            if not isinstance(values, Mapping):
                raise SettingsError(f"设置 {section} 应写成一节：[{section}]。")
            groups[section] = _filled(section, getattr(self, section), values)
        return dataclasses.replace(self, **groups)

    def changed(self) -> dict[str, dict[str, Any]]:
        """Return the values that differ from the defaults, as `with_values` takes them."""
        usual, values = Settings(), {}
        for section in _sections():
            now, then = getattr(self, section), getattr(usual, section)
            differing = {
                name: getattr(now, name)
                for name in rules_of(now)
                if getattr(now, name) != getattr(then, name)
            }
            if differing:
                values[section] = differing
        return values

    def digest(self) -> str:
        """Return sha256 over all values, for plan.json."""
        text = json.dumps(dataclasses.asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def load_settings(path: Path | None) -> Settings:
    """Return the settings of a campaign.toml; None gives the defaults.

    Raises:
        SettingsError: The file cannot be read, or holds something unknown or refused.
    """
    if path is None:
        return Settings()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"设置文件 {path} 打不开：{reason_of(error)}。") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"设置文件 {path} 不是有效的 TOML：{error}。") from error
    return Settings().with_values(given)


def each_setting(settings: Settings) -> Iterator[tuple[str, str, Rule, Any]]:
    """Yield section, name, rule and value of every setting, in order."""
    for section in _sections():
        group = getattr(settings, section)
        for name, known in rules_of(group).items():
            yield section, name, known, getattr(group, name)


def settings_toml(settings: Settings) -> str:
    """Return all settings as commented TOML that `load_settings` reads back equal."""
    lines = ["# 营销方案设置。金额为元，比例为小数；标“示例假设”的数请用本行数据替换。"]
    section_now = ""
    for section, name, known, value in each_setting(settings):
        if section != section_now:
            lines += ["", f"[{section}]"]
            section_now = section
        lines.append(f"# {known.label}（{known.unit}{_range_text(known)}）来源：{known.source}")
        lines.append(f"{name} = {_toml_value(value)}")
    return "\n".join(lines) + "\n"


def _sections() -> list[str]:
    return [field.name for field in dataclasses.fields(Settings)]


def _filled(section: str, group: Any, values: Mapping[str, Any]) -> Any:
    known = rules_of(group)
    for name in values:
        if name not in known:
            raise SettingsError(f"设置 [{section}] 里没有 {name}。", _near(name, known))
    given = {
        name: checked(f"{section}.{name}", known[name], getattr(group, name), value)
        for name, value in values.items()
    }
    return dataclasses.replace(group, **given)


def _near(word: str, known: Any) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"是否要写 {close[0]}？" if close else f"可用的有：{'、'.join(known)}。"


def _range_text(known: Rule) -> str:
    if known.choices:
        return "，可选 " + "、".join(known.choices)
    if known.least is None and known.most is None:
        return ""
    low = "" if known.least is None else f"{known.least:,.10g}"
    high = "" if known.most is None else f"{known.most:,.10g}"
    return f"，{low} 至 {high}"


def _toml_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        inner = ", ".join(
            f"{json.dumps(k, ensure_ascii=False)} = {_toml_value(v)}" for k, v in value.items()
        )
        return "{ " + inner + " }"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        return f"{value:_}" if abs(value) >= 10_000 else str(value)
    return repr(float(value))
