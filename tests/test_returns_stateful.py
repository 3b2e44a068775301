"""Workbooks of several managers and versions come back in any order, again, and are undone."""

import dataclasses
import itertools
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from campaign.progress import records, returns
from campaign.progress.activity_log import broken_log_entry
from campaign.progress.filled_workbook import FilledRow, FilledWorkbook
from campaign.progress.kept_plans import record_plan
from campaign.progress.store import opened
from campaign.vocabulary import FILLED_FIELDS, TOOL_NAME
from tests.builders_render import make_campaign_plan

AT = "2026-12-04T17:05:00"
MANAGERS, TOUCHES = ("1001", "1002", "1003"), 3
PLAN = make_campaign_plan(managers=3, customers=TOUCHES)
ANSWERS = st.lists(
    st.sampled_from([None, "not_met", "interested", "applied", "disbursed"]),
    min_size=TOUCHES,
    max_size=TOUCHES,
)
DIGESTS = itertools.count()


def workbook(manager, version, answers):
    """Return a filled-in workbook as it is read; None is a row left empty."""
    campaign = f"{PLAN.window.start}..{PLAN.window.end}"
    keys = {"tool": TOOL_NAME, "campaign": campaign, "version": str(version),
            "manager_id": manager, "as_of": str(PLAN.window.as_of),
            "book_digest": PLAN.book.digest}  # fmt: skip
    empty = dict.fromkeys((field.name for field in FILLED_FIELDS), None)
    rows = tuple(
        FilledRow(f"走访日程!{n + 4}", f"K{manager}{n:03d}-V1", {**empty, "outcome": answer})
        for n, answer in enumerate(answers)
    )
    return FilledWorkbook(f"{manager}.xlsx", f"digest {next(DIGESTS)}", keys, rows)


class Campaign(RuleBasedStateMachine):
    """A store beside a model of what it should hold: touch to (version, answer)."""

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        self.db = record_plan(PLAN, self.folder / "campaign.db")
        self.versions = 1
        self.known, self.latest, self.past = {}, {}, []
        self.sent = []

    def teardown(self):
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)

    def take(self, book):
        read, returns.read_return = returns.read_return, lambda _path, _rules=None: book
        try:
            with opened(self.db) as connection:
                [report] = returns.take_back(connection, [Path(book.name)], at=AT, actor="a")
        finally:
            returns.read_return = read
        return report

    @rule(manager=st.sampled_from(MANAGERS), answers=ANSWERS, old=st.booleans())
    def send(self, manager, answers, old):
        version = 1 if old else self.versions
        book = workbook(manager, version, answers)
        report = self.take(book)
        self.past.append((dict(self.known), dict(self.latest), self.versions))
        expected = dict.fromkeys(("applied", "unchanged", "rejected", "unknown"), 0)
        for row in book.touches:
            expected[self.model(row, manager, version)] += 1
        self.latest[manager] = max(version, self.latest.get(manager, 0))
        self.sent.append(book)
        assert {name: getattr(report, name) for name in expected} == expected
        assert report.rows_in == sum(expected.values())

    def model(self, row, manager, version):
        """Settle a row in the model and return what becomes of it."""
        answer, before = row.values["outcome"], self.known.get(row.key)
        if answer is None or (before is not None and before[1] == answer):
            return "unchanged"
        if before is not None and max(before[0], self.latest.get(manager, 0)) > version:
            return "rejected"
        self.known[row.key] = (version, answer)
        return "applied"

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data):
        before = self.db.read_bytes()
        report = self.take(data.draw(st.sampled_from(self.sent)))
        assert (report.applied, report.unchanged) == (0, report.rows_in)
        assert self.db.read_bytes() == before

    @precondition(lambda self: self.past and self.past[-1][2] == self.versions)
    @rule()
    def undo(self):
        with opened(self.db) as connection:
            returns.undo_last(connection, at=AT, actor="a")
        self.known, self.latest, _ = self.past.pop()
        self.sent.pop()

    @precondition(lambda self: self.versions < 3)
    @rule()
    def issue_anew(self):
        self.versions += 1
        record_plan(dataclasses.replace(PLAN, version=self.versions), self.db)

    @invariant()
    def the_store_holds_what_the_model_holds(self):
        if not hasattr(self, "db"):
            return
        with opened(self.db) as connection:
            table = records.outcomes(connection)
            assert broken_log_entry(connection) is None
        held = dict(zip(table["candidate_id"], table["outcome"], strict=True))
        assert held == {key: answer for key, (_, answer) in self.known.items()}


Campaign.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestCampaign = Campaign.TestCase
