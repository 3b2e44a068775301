"""Tries a plan under other settings, as `campaign scenario` does, and keeps the comparison."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from campaign.errors import CampaignError
from campaign.web.job import REACHING, Job, JobStatus
from campaign.web.wishes import APPLIED, commitments_of

FILE = "scenarios.json"


@dataclass(frozen=True)
class Tried:
    """Scenarios beside the plan as it stands, as text.

    Attributes:
        changes: What each scenario changes, a sentence each.
        header: The plan as it stands, then each scenario and its difference.
        rows: Label and a cell for each of the header.
        reach: What must be true to reach the sum asked for, a sentence each.
    """

    changes: tuple[str, ...]
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    reach: tuple[str, ...]


def try_out(job: Job, password: str) -> None:
    """Plan as it stands and under each scenario, and keep how they compare.

    Raises:
        CampaignError: The plan is gone, its files have changed, or a setting is refused.
    """
    from campaign import trials
    from campaign.settings.amounts import parse_amount
    from campaign.tell_trials import reach_lines, scenario_changes, scenario_grid

    def progress(stage: str) -> None:
        job.say(JobStatus("running", stage=stage))

    asked = job.request()
    amount = parse_amount(asked.reach) if asked.reach else None
    if asked.reach and amount is None:
        raise CampaignError(f"想达到的净增读到“{asked.reach}”，看不懂。", "请写成 3亿、5000万。")
    progress("读取台账")
    base = Job(job.folder.parent / asked.base)
    request = trials.remembered(base.plan, password or None)
    tried = [trials.with_settings(request, [texts]) for texts in asked.tried]
    wishes = commitments_of(base.folder, APPLIED)
    ground = trials.ground_of(request, progress, folder=base.plan, commitments=wishes)
    found = trials.try_scenarios(ground, tried, progress)
    reach: list[str] = []
    if amount is not None:
        stands = replace(ground, request=tried[0]) if tried else ground
        on = trials.scenario_name(int(bool(tried)), len(tried))
        progress(REACHING)
        reach = reach_lines(amount, on, trials.what_must_be_true(stands, amount))
    header, rows = scenario_grid(found)
    changes = scenario_changes(found)
    _keep(Tried(tuple(changes), tuple(header), tuple(rows), tuple(reach)), job.folder / FILE)
    job.say(JobStatus("done"))


def _keep(tried: Tried, path: Path) -> None:
    from dataclasses import asdict

    from campaign.render.files import write_atomically

    write_atomically(path, json.dumps(asdict(tried), ensure_ascii=False).encode("utf-8"))


def kept(path: Path) -> Tried:
    """Return the comparison that was kept."""
    values = json.loads(path.read_text(encoding="utf-8"))
    lists = {name: tuple(values[name]) for name in ("changes", "header", "reach")}
    return Tried(**lists, rows=tuple(map(tuple, values["rows"])))
