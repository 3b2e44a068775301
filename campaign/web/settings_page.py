"""The page of settings: those that matter as a form, all of them as a TOML file in and out.

JOB/campaign.toml   what differs from the defaults; read when the job is planned
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, redirect, render_template, request, url_for

from campaign.errors import CampaignError, SettingsError
from campaign.render.formats import is_unknown, wan_text
from campaign.settings import (
    Settings,
    SourceRules,
    each_setting,
    load_settings,
    parse_assignments,
    rules_of,
    settings_toml,
)
from campaign.settings.amounts import parse_amount
from campaign.settings.rule import Rule
from campaign.web.job import Job
from campaign.web.log import note
from campaign.web.pages import found_job, jobs
from campaign.web.settings_form import FILE, setting_text, settings_of
from campaign.web.uploads import uploaded
from campaign.web.views import read_plan

SHOWN = {
    "目标与活动": ("campaign.target", "campaign.start_month_day", "campaign.end_month_day"),
    "做哪些来源": tuple(f"sources.{name}" for name in rules_of(SourceRules)),
    "人手": (
        *("capacity.visits_per_day", "capacity.calls_per_day", "capacity.meeting_days"),
        *("capacity.slack_share", "capacity.new_visit_share", "response.gap_days"),
    ),
    "共享额度": (
        *("capacity.senior_per_week", "capacity.rate_quota_bank"),
        *("capacity.rate_quota_before", "capacity.rate_quota_after"),
    ),
    "增贷与置换": (
        *("headroom.repayment_share", "headroom.step_up", "headroom.clean_months"),
        *("headroom.bank_capital", "refinance.offer_rate", "refinance.other_rate_estimate"),
    ),
    "转化的假设": (
        *("conversion.renewal_natural", "conversion.renewal_full"),
        *("conversion.draw_natural", "conversion.draw_full", "conversion.uplift_factor"),
    ),
    "打印": ("output.bank_name", "output.masked", "output.list_rows"),
}
# What was typed beside the upload goes before a setting, until that setting is typed.
OPTIONS = {"target": "campaign.target"}


@dataclass(frozen=True)
class SettingShown:
    """One setting on the page: key, label, unit, value as typed, range, source, what is in force."""

    key: str
    label: str
    unit: str
    text: str
    span: str
    source: str
    is_example: bool
    is_changed: bool
    is_switch: bool
    in_force: str


def add_routes(app: Flask) -> None:
    """Add the pages to an app."""
    app.add_url_rule("/jobs/<name>/settings", "settings", _show)
    app.add_url_rule("/jobs/<name>/settings", "set", _set, methods=["POST"])
    app.add_url_rule("/jobs/<name>/settings/file", "set_file", _set_file, methods=["POST"])
    app.add_url_rule("/jobs/<name>/campaign.toml", "settings_file", _file)


def _show(name: str) -> str:
    job = found_job(name)
    now = _with_target(settings_of(job), job)
    rest = sum(1 for _ in each_setting(now)) - sum(map(len, SHOWN.values()))
    status = jobs().watch(job)
    shown = groups(now, _in_force(now, job))
    return render_template("settings.html", job=job, status=status, groups=shown, rest=rest)


def _in_force(now: Settings, job: Job) -> dict[str, str]:
    """Return what a finished plan took from its book, by setting."""
    if now.campaign.target or not (job.plan / "plan.json").is_file():
        return {}
    target = read_plan(job.plan)["target"]
    if is_unknown(target):
        return {}
    return {"campaign.target": f"这份方案按任务目标表：{wan_text(target)} 万元"}


def _with_target(now: Settings, job: Job) -> Settings:
    """Return settings with the target that was typed beside the upload."""
    target = parse_amount(job.request().options.target or "")
    if target is None:
        return now
    return now.with_values({"campaign": {"target": target}})


def groups(now: Settings, in_force: Mapping[str, str]) -> dict[str, list[SettingShown]]:
    """Return the settings that matter, by title, each with what is in force where that differs."""
    usual = Settings()
    known = {f"{section}.{name}": (known, v) for section, name, known, v in each_setting(now)}
    default = {f"{section}.{name}": v for section, name, _, v in each_setting(usual)}
    return {
        title: [_shown(key, *known[key], default[key], in_force.get(key, "")) for key in keys]
        for title, keys in SHOWN.items()
    }


def _shown(key: str, known: Rule, value: Any, usual: Any, in_force: str) -> SettingShown:
    limits = (known.least, known.most)
    low, high = ("不限" if v is None else setting_text(known, v) for v in limits)
    span = "" if limits == (None, None) else f"{low} 至 {high}"
    return SettingShown(
        key,
        known.label,
        known.unit,
        setting_text(known, value),
        span,
        known.source,
        known.is_example,
        value != usual,
        isinstance(value, bool),
        in_force,
    )


def _set(name: str) -> Any:
    """Keep what the form says; what is typed empty goes back to its default."""
    job = found_job(name)
    given = {key: request.form.get(key) for keys in SHOWN.values() for key in keys}
    values: dict[str, dict[str, Any]] = {}
    for section, name_, _, value in each_setting(settings_of(job)):
        if given.get(f"{section}.{name_}") is None:
            values.setdefault(section, {})[name_] = value
    for key, text in given.items():
        if text is not None and text.strip():
            for section, read in parse_assignments(Settings(), [f"{key}={_plain(text)}"]).items():
                values.setdefault(section, {}).update(read)
    return _keep(job, Settings().with_values(values))


def _plain(text: str) -> str:
    """Return one line without the marks that part assignments."""
    if any(mark in text for mark in ";；\n\r"):
        raise SettingsError(f"读到“{text.strip()}”，一格里只能写一个数。")
    return text.strip()


def _set_file(name: str) -> Any:
    """Take the settings of a campaign.toml in place of all."""
    job = found_job(name)
    (files,) = uploaded("toml")
    if not files:
        abort(400, "没有选择设置文件。请选择 campaign.toml。")
    path = job.folder / "uploaded.toml"
    files[0].save(path)
    try:
        settings = load_settings(path)
    except SettingsError as error:
        raise SettingsError(
            error.message.replace(str(path), "“campaign.toml”"), error.hint
        ) from error
    finally:
        path.unlink(missing_ok=True)
    return _keep(job, settings)


def _keep(job: Job, settings: Settings) -> Any:
    """Keep settings with a job; one that has its plan is planned anew beside it."""
    status = jobs().watch(job)
    if not status.is_over:
        abort(409, "这个方案正在处理，请等它做完或先取消。")
    unmasked = settings_of(job).output.masked and not settings.output.masked
    if status.state == "done":
        job = jobs().copy(job)
    _write(settings, job.folder / FILE)
    asked = job.request()
    typed = {
        option: ""
        for option, key in OPTIONS.items()
        if request.form.get(key, "") or request.files.get("toml")
    }
    job.ask(replace(asked, options=replace(asked.options, **typed)))
    if unmasked:
        note(jobs().home, "unmask", {"job": job.name})
    if status.state in ("done", "failed", "cancelled"):
        jobs().start(job, request.form.get("password", ""))
    return redirect(url_for("job", name=job.name), 303)


def _write(settings: Settings, path: Path) -> None:
    from campaign.render.files import write_atomically

    write_atomically(path, settings_toml(settings).encode("utf-8"))


def _file(name: str) -> Response:
    job = found_job(name)
    try:
        text = settings_toml(settings_of(job))
    except CampaignError:
        text = settings_toml(Settings())
    headers = {"Content-Disposition": "attachment; filename=campaign.toml"}
    return Response(text, mimetype="application/toml", headers=headers)
