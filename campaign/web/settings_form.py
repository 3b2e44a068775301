"""The settings of a job, and how a form shows them."""

from __future__ import annotations

from typing import Any

from campaign.settings import Rule, Settings, load_settings
from campaign.web.job import Job

FILE = "campaign.toml"
YUAN, SHARES = "元", ("比例", "年利率")


def settings_of(job: Job) -> Settings:
    """Return the settings of a job.

    Raises:
        SettingsError: What is kept is of another version.
    """
    path = job.folder / FILE
    return load_settings(path if path.is_file() else None)


def setting_text(known: Rule, value: Any) -> str:
    """Return a setting's value as a person types it: 3亿, 20%, 是.

    >>> from campaign.settings import Settings, rules_of
    >>> rules = rules_of(Settings().capacity)
    >>> setting_text(rules["slack_share"], 0.1), setting_text(rules["rate_quota_bank"], 2e7)
    ('10%', '2000万')
    """
    if isinstance(value, bool):
        return "是" if value else "否"
    if known.unit == YUAN and isinstance(value, int | float):
        return amount_text(float(value))
    if known.unit in SHARES and isinstance(value, int | float):
        return f"{round(value * 100, 10):g}%"
    return f"{value:.12g}" if isinstance(value, int | float) else str(value)


def amount_text(yuan: float) -> str:
    """Return a sum as `parse_amount` reads it back.

    >>> amount_text(3e8), amount_text(25_000_000.0), amount_text(1234.5), amount_text(0.0)
    ('3亿', '2500万', '1234.5', '0')
    """
    for unit, size in (("亿", 1e8), ("万", 1e4)):
        if yuan and abs(yuan) >= size and round(yuan / size, 4) * size == yuan:
            return f"{yuan / size:.12g}{unit}"
    return f"{yuan:.12g}"
