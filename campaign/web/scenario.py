"""Pages of what-if: a few levers, up to three scenarios, their results side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, abort, redirect, render_template, request, url_for

from campaign.settings import EXAMPLE, Settings, SourceRules, parse_assignments, rules_of
from campaign.web.jobs import Job, JobRequest
from campaign.web.pages import finished_job, jobs
from campaign.web.scenario_work import FILE, kept
from campaign.web.settings_form import setting_text
from campaign.web.wishes import APPLIED, wishes_of

SCENARIOS = 3
LEVERS = (
    "campaign.target",
    "campaign.end_month_day",
    "capacity.visits_per_day",
    "capacity.calls_per_day",
    "capacity.slack_share",
    "capacity.senior_per_week",
    "capacity.rate_quota_bank",
    "conversion.uplift_factor",
    *(f"sources.{name}" for name in rules_of(SourceRules)),
)


@dataclass(frozen=True)
class LeverShown:
    """One lever on the page: its key, label, unit, value in force, and what was typed."""

    key: str
    label: str
    unit: str
    now: str
    is_example: bool
    typed: tuple[str, ...]

    @property
    def is_switch(self) -> bool:
        """Return whether it is 是 or 否 and nothing else."""
        return self.unit == "开关"


def add_routes(app: Flask) -> None:
    """Add the pages to an app."""
    app.add_url_rule("/jobs/<name>/scenario", "scenario", _form)
    app.add_url_rule("/jobs/<name>/scenario", "try_scenario", _try, methods=["POST"])


def _form(name: str) -> str:
    job = finished_job(name)
    return _page(job, None, (), "")


def _try(name: str) -> Any:
    """Start trying what the form asks for."""
    job = finished_job(name)
    texts = [t for t in map(_typed, range(SCENARIOS)) if t]
    reach = request.form.get("reach", "").strip()
    if not texts and not reach:
        abort(400, "没有填要改的数。请至少在一个情景里填一项，或填想达到的净增。")
    for text in texts:
        Settings().with_values(parse_assignments(Settings(), [text]))
    other = jobs().new()
    base = job.request()
    other.ask(JobRequest(base.books, base.history, base=job.name, tried=tuple(texts), reach=reach))
    jobs().start(other, request.form.get("password", ""))
    return redirect(url_for("job", name=other.name), 303)


def _typed(place: int) -> str:
    """Return what one scenario changes, as `campaign scenario --set` takes it."""
    given = ((key, request.form.get(f"s{place}.{key}", "").strip()) for key in LEVERS)
    return ";".join(f"{key}={text}" for key, text in given if text)


def result_page(job: Job) -> Any:
    """Return the page of scenarios that have been tried."""
    asked = job.request()
    return _page(jobs().get(asked.base), kept(job.folder / FILE), asked.tried, asked.reach)


def _page(base: Job | None, tried: Any, texts: tuple[str, ...], reach: str) -> str:
    """Return the page of a plan's scenarios, of a plan that may be gone."""
    return render_template(
        "scenario.html",
        job=base,
        bound=bool(base and wishes_of(base.folder, APPLIED)),
        levers=levers(base, texts) if base else (),
        tried=tried,
        chosen=typed_again(texts),
        reach=reach,
    )


def typed_again(tried: tuple[str, ...]) -> list[dict[str, str]]:
    """Return what each scenario changes, by setting, as it was typed."""
    return [dict(part.split("=", 1) for part in text.split(";")) for text in tried]


def levers(job: Job, tried: tuple[str, ...]) -> tuple[LeverShown, ...]:
    """Return the levers of a plan with their values in force and what was typed before."""
    from campaign import trials
    from campaign.web.views import read_plan

    settings = trials.settings_of(job.plan)
    target = read_plan(job.plan)["target"]
    typed = typed_again(tried)
    shown = []
    for key in LEVERS:
        section, _, name = key.partition(".")
        known = rules_of(getattr(settings, section))[name]
        value = getattr(getattr(settings, section), name)
        value = target if key == "campaign.target" and target else value
        texts = [given.get(key, "") for given in typed]
        shown.append(
            LeverShown(
                key,
                known.label.partition("（0 表示取")[0],
                known.unit,
                setting_text(known, value),
                known.source.startswith(EXAMPLE),
                tuple(texts + [""] * (SCENARIOS - len(texts))),
            )
        )
    return tuple(shown)
