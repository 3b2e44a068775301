"""Pages of what-if: a few levers, up to three scenarios, their results side by side."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from flask import Flask, abort, redirect, render_template, request, url_for

from campaign.settings import Rule, Settings, SourceRules, parse_assignments, rules_of
from campaign.web.job import Job, JobRequest
from campaign.web.pages import finished_job, jobs
from campaign.web.scenario_work import FILE, kept
from campaign.web.settings_form import setting_text
from campaign.web.wishes import APPLIED, wishes_of

SCENARIOS, STOPS = 3, 20
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
    """One lever on the page.

    Attributes:
        key, label, unit: Of the setting.
        now: Its value in force, as typed.
        is_example: Whether nothing of the bank supports the default.
        typed: What was typed in each scenario.
        stops: Values of its slider, as typed, in order, `now` among them; empty for none.
    """

    key: str
    label: str
    unit: str
    now: str
    is_example: bool
    typed: tuple[str, ...]
    stops: tuple[str, ...]

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
        is_given = key == "campaign.target" and bool(target)
        value = target if is_given else value
        texts = [given.get(key, "") for given in typed]
        shown.append(
            LeverShown(
                key,
                known.label.partition("（0 表示取")[0],
                known.unit,
                setting_text(known, value),
                known.is_example and not is_given,
                tuple(texts + [""] * (SCENARIOS - len(texts))),
                stops(known, value),
            )
        )
    return tuple(shown)


def stops(known: Rule, value: Any) -> tuple[str, ...]:
    """Return the values that a slider goes through around the value in force, as typed.

    They go from the least allowed to twice the value, or to the most allowed where that is
    near, in about twenty round steps.

    >>> stops(rules_of(Settings().capacity)["senior_per_week"], 3)
    ('0', '1', '2', '3', '4', '5', '6')
    >>> stops(rules_of(Settings().campaign)["target"], 2.5e8)[9:12]
    ('2.25亿', '2.5亿', '2.75亿')
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        return ()
    low, high = known.least or 0.0, min(known.most or 2.0 * value, 2.0 * value)
    size = 10.0 ** math.floor(math.log10((high - low) / STOPS))
    step = next(size * n for n in (1, 2, 2.5, 5, 10) if size * n * STOPS >= high - low)
    step = max(step, 1.0) if isinstance(value, int) else step
    count = round((high - low) / step)
    found = {round(low + step * place, 10) for place in range(count + 1)} | {value}
    return tuple(setting_text(known, number) for number in sorted(found))
