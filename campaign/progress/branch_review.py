"""The review of one branch: the same tables, of its managers alone."""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

import pandas as pd

from campaign.progress.pace_parts import pace_by_source, pace_by_week
from campaign.progress.review import Review, Stories, Taken, what_moved
from campaign.progress.week import customer_funnel

Holder = TypeVar("Holder", Review, Taken, Stories)


def review_of_branch(review: Review, branch: str) -> Review:
    """Return the review of one branch; the rates stay those of the whole bank.

    Args:
        review: The review of the bank.
        branch: Name of the branch, as in BRANCH_PACE.
    """
    whole = review.taken
    mine = frozenset(review.pace.loc[review.pace["branch"] == branch, "manager_id"])
    taken = dataclasses.replace(_cut(whole, mine), opportunities=whole.opportunities)
    cut = _cut(review, mine)
    votes = review.lessons.votes
    return dataclasses.replace(
        cut,
        taken=taken,
        moved=what_moved(taken.pace, taken.pace_before),
        funnel=customer_funnel(taken.results, taken.issued),
        branches=review.branches[review.branches["branch"] == branch],
        sources=pace_by_source(taken.issued, taken.results, review.day),
        weeks=pace_by_week(taken.issued, taken.results, review.day, review.plan.festival),
        talks=tuple(talk for talk in review.talks if talk.manager_id in mine),
        stories=_cut(review.stories, mine),
        lessons=dataclasses.replace(review.lessons, votes=votes[votes["branch"] == branch]),
    )


def _cut(holder: Holder, managers: frozenset[str]) -> Holder:
    """Return a value with its tables cut down to the rows of some managers."""
    tables: dict[str, Any] = {
        field.name: table[table["manager_id"].isin(managers)].reset_index(drop=True)
        for field in dataclasses.fields(holder)
        if isinstance(table := getattr(holder, field.name), pd.DataFrame)
        and "manager_id" in table.columns
    }
    return dataclasses.replace(holder, **tables)
