"""Puts together what a plan made anew carries over from the versions before."""

from __future__ import annotations

from datetime import date

import pandas as pd

from campaign.festival import campaign_week
from campaign.plan.campaign_plan import CampaignPlan
from campaign.progress.actuals import lent_by_manager
from campaign.progress.carried import Carried
from campaign.progress.change_list import Reasons, list_changes
from campaign.progress.commitments import promises_to_customers
from campaign.progress.referral_tree import referral_tree
from campaign.progress.running import Running
from campaign.vocabulary import TOUCHES


def carry_over(plan: CampaignPlan, running: Running, booked_until: date | None) -> Carried:
    """Return what a plan made anew takes over, and what it changed and why.

    Args:
        plan: The plan of the rest, its touches numbered as the versions before.
        running: The campaign so far.
        booked_until: Day of a new book; None without one.
    """
    tree = referral_tree(running.referred)
    left_out = plan.left_out.drop_duplicates(["customer_id", "source"])
    reasons = Reasons(
        closed={str(customer): str(why) for customer, why in running.closed.items()},
        promised=promises_to_customers(running),
        new_people=dict(zip(tree["prospect_id"], tree["relations"], strict=True)),
        left_out={
            (customer, source): running.in_progress.get(customer, why)
            for customer, source, why in zip(
                left_out["customer_id"], left_out["source"], left_out["reason"], strict=True
            )
        },
        staff=frozenset(plan.managers["manager_id"]),
    )
    before = running.open_before
    changes = list_changes(running, before, plan.touches, reasons)
    gone = changes["candidate_id"].isin(before["candidate_id"])
    return Carried(
        since=running.first.as_of,
        start=running.first.start,
        touches=_done_touches(running),
        results=running.outcomes,
        contacts=running.referred,
        changes=changes,
        kept=len(before) - int(gone.sum()),
        lent=lent_by_manager(running, booked_until),
    )


def _done_touches(running: Running) -> pd.DataFrame:
    """Return table TOUCHES of those done, of managers whose workbook they stood in."""
    done = running.done
    weeks = [campaign_week(day.date(), running.first.festival) for day in done["date"]]
    return TOUCHES.check(TOUCHES.conform(done.assign(week=weeks)))
