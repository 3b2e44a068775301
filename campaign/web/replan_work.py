"""Plans the rest of a job's campaign anew, as `campaign replan` does."""

from __future__ import annotations

from dataclasses import replace

from campaign.web.job import Job, JobStatus
from campaign.web.lookup import FILE, write_lookup
from campaign.web.user import day_of, hand
from campaign.web.wishes import commitments_of, mark_applied


def plan_anew(job: Job, password: str) -> None:
    """Make a new version of the base's plan, and what the pages look up of it.

    Raises:
        CampaignError: There is no plan any more, its files have changed, results came back
            meanwhile, or the book cannot be used.
    """
    from campaign.book.report import check_report
    from campaign.render.changes_page import change_sentence
    from campaign.replan import replan

    def progress(stage: str) -> None:
        job.say(JobStatus("running", stage=stage))

    asked = job.request()
    base = Job(job.folder.parent / asked.base)
    done = replan(
        base.plan,
        day_of(asked.replan),
        hand(),
        books=job.files(asked.books),
        password=password or None,
        by_hand=commitments_of(base.folder),
        progress=progress,
    )
    mark_applied(base.folder)
    write_lookup(done.plan, base.plan / "tables", base.folder / FILE)
    if asked.books:
        base.say(replace(base.status(), report=check_report(done.plan.book)))
    job.say(JobStatus("done", summary=(change_sentence(done.plan, done.carried),)))
