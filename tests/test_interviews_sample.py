"""The four factors of every manager of the sample bank multiply to the gap, on paper too."""

import hashlib
import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from campaign.progress import returns
from campaign.progress.filled_workbook import FilledRow, FilledWorkbook
from campaign.progress.kept_plans import record_plan
from campaign.progress.peers import FACTORS, PARTS
from campaign.progress.review import review
from campaign.progress.store import opened
from campaign.render.review_page import review_stamp
from campaign.render.talk_page import talks_page
from campaign.request import CampaignRequest
from campaign.resources import resource_folder
from campaign.vocabulary import FILLED_FIELDS, TOOL_NAME
from campaign.workflow import plan_campaign

FRIDAY = date(2026, 12, 11)
OFTEN = ("not_met", "follow_up", "interested", "applied", "disbursed", "no_need")
EMPTY = dict.fromkeys((field.name for field in FILLED_FIELDS), None)


def luck(key):
    """Return a number from 0 to 99 that is always the same for a key."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % 100


def filled(plan, manager, touches):
    """Return the workbook of a manager who does some of what was due, more or less diligently."""
    keys = {"tool": TOOL_NAME, "campaign": f"{plan.window.start}..{plan.window.end}",
            "version": "1", "manager_id": manager, "as_of": str(plan.window.as_of),
            "book_digest": plan.book.digest}  # fmt: skip
    rows = []
    for number, (key, day) in enumerate(zip(touches["candidate_id"], touches["date"], strict=True)):
        outcome = OFTEN[luck(key) % len(OFTEN)]
        amount = 20_000.0 + 7_000 * luck(key + "?") if outcome == "disbursed" else None
        said = {"outcome": outcome, "done_date": day.date(), "wanted_amount": amount}
        is_done = luck(key + "!") < 40 + luck(manager) // 2
        rows.append(
            FilledRow(f"走访日程!{number + 4}", key, {**EMPTY, **(said if is_done else {})})
        )
    return FilledWorkbook(f"{manager}.xlsx", manager, keys, tuple(rows))


@pytest.fixture(scope="module")
def week(tmp_path_factory):
    """Return the review of the sample bank after two weeks."""
    plan = plan_campaign(CampaignRequest((resource_folder("sample_books") / "qinghe.xlsx",)))
    db = record_plan(plan, tmp_path_factory.mktemp("sample") / "campaign.db")
    due = plan.touches[plan.touches["date"] <= pd.Timestamp(FRIDAY)]
    books = {f"{m}.xlsx": filled(plan, m, rows) for m, rows in due.groupby("manager_id")}
    with pytest.MonkeyPatch.context() as patch, opened(db) as connection:
        patch.setattr(returns, "read_return", lambda path, _rules=None: books[path.name])
        returns.take_back(connection, list(map(Path, books)), at="2026-12-11T17:00:00", actor="a")
        return review(connection, FRIDAY)


def test_the_four_factors_of_every_manager_multiply_to_his_gap(week):
    table = week.comparison
    assert len(table) == 60
    assert table["gap_ratio"].notna().all()
    product = table[list(FACTORS)].prod(axis="columns", skipna=False)
    assert product.to_numpy() == pytest.approx(table["gap_ratio"].to_numpy())
    parts = table[list(PARTS)].sum(axis="columns", skipna=False)
    assert parts.to_numpy() == pytest.approx(table["gap"].to_numpy(), abs=0.01)


def test_the_factors_are_of_counts_that_anybody_can_make(week):
    """Each own figure by the plain average of the peers named, counted again from the results."""
    done = week.taken.results
    table = week.comparison.set_index("manager_id")
    counted = done.groupby("manager_id")["candidate_id"].size().astype(float)
    for manager, row in table.iterrows():
        peers = row["peers"].split(";")
        assert manager not in peers
        assert row["activity"] == pytest.approx(counted[manager] / counted[peers].mean())


def number(text):
    return float(re.sub(r"[^\d.+-]", "", text))


def test_each_page_of_a_talk_shows_factors_that_multiply_and_parts_that_add_up(week):
    page = talks_page(week, review_stamp(week, "约谈"))
    assert len(page.talks) == len(week.interviews) > 0
    for talk in page.talks:
        *factors, total = talk.factors
        assert [row.name for row in factors] == ["触达量", "联系上", "转化", "单笔"]
        product = 1.0
        for row in factors:
            product *= number(row.ratio)
        room = 0.005 * sum(product / max(number(row.ratio), 0.01) for row in factors) + 0.006
        assert product == pytest.approx(number(total.ratio), abs=room)
        added = sum(number(row.effect) for row in factors)
        assert added == pytest.approx(number(total.effect), abs=0.025)
