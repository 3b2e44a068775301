"""Workbooks of several managers and versions come back in any order, again, and are undone.

Plans are made anew in between; each version issues some touches of the one before and some new.
Before a release: `python -m tests.test_returns_stateful 500 50`, so many seasons and steps.
"""

import dataclasses
import itertools
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from campaign.errors import StoreError
from campaign.progress import records, returns
from campaign.progress.activity_log import broken_log_entry
from campaign.progress.filled_workbook import FilledRow, FilledWorkbook
from campaign.progress.kept_plans import record_plan
from campaign.progress.kept_returns import CONTACT_FIELDS
from campaign.progress.store import opened
from campaign.vocabulary import FILLED_FIELDS, TOOL_NAME
from tests.builders_render import make_campaign_plan

AT = "2026-12-04T17:05:00"
MANAGERS, VERSIONS, ROWS = ("1001", "1002", "1003"), 4, 3
PLAN = make_campaign_plan(managers=3, customers=VERSIONS + ROWS)
COUNTS = ("applied", "unchanged", "rejected", "unknown")
# What a manager may write of a touch, and of a new contact: outcome and note, business.
SAID = st.tuples(
    st.sampled_from([None, "not_met", "interested", "disbursed"]), st.sampled_from([None, "补记"])
)
ANSWERS = st.lists(SAID, min_size=ROWS, max_size=ROWS)
CONTACTS = st.dictionaries(
    st.sampled_from(["赵大海", "钱小姐"]), st.sampled_from([None, "水产", "服装"]), max_size=2
)
DIGESTS = itertools.count()


def keys_of(manager, version):
    """Return the touches that a version issues to a manager: those of the last, moved on by one."""
    return [f"K{manager}{n:03d}-V1" for n in range(version - 1, version - 1 + ROWS)]


def plan_of(version):
    """Return a version of the plan."""
    mine = {key for manager in MANAGERS for key in keys_of(manager, version)}
    touches = PLAN.touches[PLAN.touches["candidate_id"].isin(mine)]
    assert len(touches) == len(mine)
    return dataclasses.replace(PLAN, version=version, touches=touches)


PLANS = {version: plan_of(version) for version in range(1, VERSIONS + 1)}


def workbook(manager, version, answers, contacts):
    """Return a filled-in workbook as it is read; a None is a cell left empty."""
    campaign = f"{PLAN.window.start}..{PLAN.window.end}"
    keys = {"tool": TOOL_NAME, "campaign": campaign, "version": str(version),
            "manager_id": manager, "as_of": str(PLAN.window.as_of),
            "book_digest": PLAN.book.digest}  # fmt: skip
    empty = dict.fromkeys((field.name for field in FILLED_FIELDS), None)
    nobody = dict.fromkeys((field.name for field in CONTACT_FIELDS), None)
    touches = tuple(
        FilledRow(f"走访日程!{n + 4}", key, {**empty, "outcome": outcome, "note": note})
        for n, (key, (outcome, note)) in enumerate(
            zip(keys_of(manager, version), answers, strict=True)
        )
    )
    people = tuple(
        FilledRow(
            f"新联系人!{n + 4}",
            f"{name} ",
            {**nobody, "customer_name": name, "phone": None, "main_business": business},
        )
        for n, (name, business) in enumerate(sorted(contacts.items()))
    )
    number = next(DIGESTS)
    return FilledWorkbook(f"{manager}_{number}.xlsx", f"digest {number}", keys, touches, people)


class Model:
    """What the store should hold, by rules of its own.

    Attributes:
        known: Manager and row to the version that said it and what it says.
        latest: Manager to the latest version of which a workbook came back.
    """

    def __init__(self, known=(), latest=()):
        self.known, self.latest = dict(known), dict(latest)

    def copy(self):
        return Model(self.known, self.latest)

    def take(self, book):
        """Settle a workbook and return how many rows end how."""
        manager, version = book.keys["manager_id"], int(book.keys["version"])
        counts = dict.fromkeys(COUNTS, 0)
        said = [(row.key, (row.values["outcome"], row.values["note"])) for row in book.touches]
        said += [(row.key, (row.values["main_business"], None)) for row in book.contacts]
        named = {row.key for row in book.contacts}
        settled = {
            key: self.settle((manager, key), values, version, is_named=key in named)
            for key, values in said
        }
        for key, (state, values) in settled.items():
            counts[state] += 1
            if state == "applied":
                self.known[manager, key] = (version, values)
        self.latest[manager] = max(version, self.latest.get(manager, 0))
        return counts

    def settle(self, place, values, version, *, is_named):
        old_version, old = self.known.get(place, (0, (None, None)))
        new = tuple(b if a is None else a for a, b in zip(values, old, strict=True))
        is_known = place in self.known
        if (values == (None, None) and not is_named) or (is_known and new == old):
            return "unchanged", old
        manager, key = place
        latest = self.latest.get(manager, 0)
        if latest and (is_named or key in keys_of(manager, latest)):
            old_version = max(old_version, latest)
        if is_known and old_version > version:
            return "rejected", old
        return "applied", new


def state(db):
    """Return all that counts, without the numbers of returns; the log must be whole."""
    with opened(db) as connection:
        assert broken_log_entry(connection) is None
        tables = records.outcomes(connection), records.referred(connection)
    return tuple(table.to_csv(index=False) for table in tables)


class Campaign(RuleBasedStateMachine):
    """A store beside a model of what it should hold."""

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        self.db = record_plan(PLANS[1], self.folder / "campaign.db")
        self.versions = 1
        self.model, self.past, self.sent = Model(), [], []

    def teardown(self):
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)

    def take(self, db, books, *, preview=False):
        known = {book.name: book for book in books}
        read, returns.read_return = returns.read_return, lambda path, _rules=None: known[path.name]
        try:
            with opened(db) as connection:
                paths = [Path(name) for name in known]
                return returns.take_back(connection, paths, at=AT, actor="a", preview=preview)
        finally:
            returns.read_return = read

    def take_and_compare(self, books):
        """Take workbooks back in one call; every row must end as in the model."""
        self.past.append((self.model.copy(), state(self.db), self.versions, len(books)))
        reports = {report.file: report for report in self.take(self.db, books)}
        for book in sorted(books, key=lambda b: (int(b.keys["version"]), b.keys["manager_id"])):
            report, expected = reports[book.name], self.model.take(book)
            assert {name: getattr(report, name) for name in COUNTS} == expected
            assert report.rows_in == sum(expected.values()) == book.rows_in
        self.sent += books

    def draw_workbook(self, data, manager):
        version = data.draw(st.integers(1, self.versions), "version")
        return workbook(manager, version, data.draw(ANSWERS), data.draw(CONTACTS))

    @rule(data=st.data(), manager=st.sampled_from(MANAGERS))
    def send(self, data, manager):
        self.take_and_compare([self.draw_workbook(data, manager)])

    @rule(data=st.data(), order=st.permutations(MANAGERS))
    def send_three_in_any_order(self, data, order):
        books = {manager: self.draw_workbook(data, manager) for manager in MANAGERS}
        together = Path(shutil.copy(self.db, self.folder / "together.db"))
        self.take(together, list(books.values()))
        for manager in order:
            self.take_and_compare([books[manager]])
        assert state(self.db) == state(together)

    @rule(data=st.data(), order=st.permutations(MANAGERS))
    def send_three_in_one_call(self, data, order):
        self.take_and_compare([self.draw_workbook(data, manager) for manager in order])

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data):
        before = self.db.read_bytes()
        [report] = self.take(self.db, [data.draw(st.sampled_from(self.sent))])
        assert (report.applied, report.unchanged) == (0, report.rows_in)
        assert self.db.read_bytes() == before

    @rule(data=st.data(), manager=st.sampled_from(MANAGERS))
    def look_at_a_preview(self, data, manager):
        before, book = self.db.read_bytes(), self.draw_workbook(data, manager)
        [report] = self.take(self.db, [book], preview=True)
        assert self.db.read_bytes() == before
        assert {name: getattr(report, name) for name in COUNTS} == self.model.copy().take(book)

    @precondition(lambda self: self.past)
    @rule()
    def undo(self):
        model, before, versions, files = self.past[-1]
        with opened(self.db) as connection:
            if versions < self.versions:
                with pytest.raises(StoreError, match="已重做方案"):
                    returns.undo_last(connection, at=AT, actor="a")
                return
            assert len(returns.undo_last(connection, at=AT, actor="a")) == files
        assert state(self.db) == before
        self.past.pop()
        self.model = model
        del self.sent[-files:]

    @precondition(lambda self: self.versions < VERSIONS)
    @rule()
    def plan_the_rest_anew(self):
        self.versions += 1
        record_plan(PLANS[self.versions], self.db)

    @invariant()
    def the_store_holds_what_the_model_holds(self):
        if not hasattr(self, "db"):
            return
        with opened(self.db) as connection:
            touches, people = records.outcomes(connection), records.referred(connection)
        held = {
            (row["manager_id"], row["candidate_id"]): (row["outcome"], row["note"])
            for row in _rows(touches)
        } | {
            (row["manager_id"], f"{row['customer_name']} "): (row["main_business"], None)
            for row in _rows(people)
        }
        assert held == {place: values for place, (_, values) in self.model.known.items()}


def _rows(table):
    filled = table.astype("object")
    return filled.where(filled.notna(), None).to_dict("records")


def play(examples, steps):
    """Play so many seasons of so many steps."""
    run_state_machine_as_test(
        Campaign,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_any_season_of_workbooks_ends_as_its_rules_say():
    play(examples=15, steps=15)


if __name__ == "__main__":
    play(*map(int, sys.argv[1:]))
