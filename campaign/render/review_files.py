"""Writes the weekly review: pages to print for bank, branches, talks and stories, and tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from campaign.progress.branch_review import review_of_branch
from campaign.progress.referral_tree import ARROW
from campaign.progress.review import Review
from campaign.render.files import unique_names, write_atomically
from campaign.render.formats import day_text
from campaign.render.masking import Masker
from campaign.render.page_templates import page_templates
from campaign.render.review_page import review_page, review_stamp
from campaign.render.story_pages import CASES_TITLE, NEWCOMERS_TITLE, cases_page, newcomers_page
from campaign.render.tables import csv_bytes
from campaign.render.talk_page import TITLE as TALKS
from campaign.render.talk_page import talks_page
from campaign.vocabulary import PACE, PAYOUTS, REFERRAL_TREE

FURTHER_PAGES = (
    (TALKS, "talks.html", talks_page),
    (NEWCOMERS_TITLE, "newcomers.html", newcomers_page),
    (CASES_TITLE, "cases.html", cases_page),
)


def write_review(review: Review, folder: Path) -> list[Path]:
    """Write the review of a day into a folder and return the paths.

    `<day>.html` is the page of the week for the whole bank, `<day>_<支行>.html` that of a
    branch, `<day>_约谈.html` the talks, `<day>_新任客户经理.html` the lane of new managers,
    `<day>_案例.html` the loans won to be shared, `<day>_进度.csv` the pace of every manager,
    `<day>_奖励测算.csv` what each would be paid, `<day>_转介链.csv` the names brought home.

    Raises:
        OutputBlocked: A file cannot be written there.
    """
    day, masker = day_text(review.day), Masker(review.plan.settings.output.masked)
    contents = _pages(review) | {
        f"_{table.label}.csv": csv_bytes(table, rows)
        for table, rows in (
            (PACE, review.pace),
            (PAYOUTS, review.payouts),
            (REFERRAL_TREE, _masked(review.tree, masker)),
        )
    }
    return [
        write_atomically(folder / f"{day}{ending}", content) for ending, content in contents.items()
    ]


def _masked(tree: pd.DataFrame, masker: Masker) -> pd.DataFrame:
    """Return table REFERRAL_TREE with people as they may be shown, in their chains too."""
    shown = {str(name): masker.customer(name) for name in tree["customer_name"]}
    longest_first = sorted(shown, key=len, reverse=True)

    def hidden(link: str) -> str:
        name = next((one for one in longest_first if link.endswith(one)), "")
        return link.removesuffix(name) + shown[name] if name else masker.customer(link)

    return tree.assign(
        customer_name=tree["customer_name"].map(shown),
        phone=[masker.phone(number) for number in tree["phone"]],
        path=[ARROW.join(map(hidden, path.split(ARROW))) for path in tree["path"]],
    )


def _pages(review: Review) -> dict[str, bytes]:
    """Return the pages by what their file names end in."""
    templates = page_templates("review")
    week = templates.get_template("week.html")
    pages = {".html": week.render(page=review_page(review))}
    for title, template, fill in FURTHER_PAGES:
        page = fill(review, review_stamp(review, title))
        pages[f"_{title}.html"] = templates.get_template(template).render(page=page)
    branches = [str(name) for name in review.branches["branch"]]
    for branch, name in zip(branches, unique_names(branches), strict=True):
        mine = review_page(review_of_branch(review, branch), branch)
        pages[f"_{name}.html"] = week.render(page=mine)
    return {ending: text.encode("utf-8") for ending, text in pages.items()}
