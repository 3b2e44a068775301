"""What the home page lists of each plan."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from campaign.render.formats import chance_text, wan_text
from campaign.web.job import Job, JobStatus
from campaign.web.views import net_growth, read_plan

STATES = {
    "waiting": "排队中",
    "running": "处理中",
    "asking": "等您回答",
    "done": "已完成",
    "failed": "未完成",
    "cancelled": "已取消",
}


@dataclass(frozen=True)
class HomeRow:
    """One plan in the list on the home page."""

    name: str
    made_at: str
    files: str
    state: str
    figures: tuple[str, ...]
    words: str


def home_row(job: Job, status: JobStatus) -> HomeRow:
    """Return a job as the home page lists it."""
    asked = job.request()
    kind = f"重排到 {asked.replan}：" if asked.replan else "试算：" if asked.base else ""
    names = kind + "、".join(path.name for path in map(Path, asked.books))
    figures: tuple[str, ...] = ()
    if status.state == "done" and (job.plan / "plan.json").is_file():
        plan = read_plan(job.plan)
        figures = (
            wan_text(plan["target"]),
            wan_text(net_growth(plan["bridge"])),
            chance_text(plan["forecast"]["chance"]),
        )
    words = status.error or "；".join(status.evidence) or status.stage
    return HomeRow(job.name, job.made_at, names, status.state, figures, words)
