"""The rest of a campaign planned anew, on a small made-up bank played week by week."""

import csv
import dataclasses
import io
import shutil
from datetime import date

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from benchmarks.filled import head_of
from benchmarks.season import closing, counted, hand, play
from campaign import trials
from campaign.cli import main
from campaign.errors import BookUnreadable, StoreError
from campaign.loop import take_back
from campaign.plan.verify import broken_rules
from campaign.progress import records
from campaign.progress.activity_log import broken_log_entry
from campaign.progress.kept_request import kept_request
from campaign.progress.review import review
from campaign.progress.running import running
from campaign.progress.store import opened
from campaign.publish import ASIDE, OLD_VERSIONS, settle
from campaign.replan import issue_rest, plan_rest
from campaign.tell_trials import scenario_lines
from campaign.vocabulary import TOUCHES, RequestFile

SUNDAY = date(2026, 12, 20)


@pytest.fixture(scope="module")
def season(tmp_path_factory):
    """Return a bank after three weeks, replanned after the second."""
    return play(tmp_path_factory.mktemp("season"), loans=60, weeks=3, replans=[2])


@pytest.fixture
def folder(season, tmp_path):
    return shutil.copytree(season[0].folder, tmp_path / "campaign")


@pytest.fixture(scope="module")
def rest(season):
    """Return the rest planned anew once more, not issued."""
    return plan_rest(season[0].folder, SUNDAY)


def test_the_closing_figures_equal_an_independent_count(season):
    played, found = season
    assert closing(found) == counted(played.world)
    assert closing(found)["touches done"] > 0


def test_the_plan_keeps_every_rule_and_begins_after_the_day(rest):
    assert broken_rules(rest.plan.problem, rest.plan.touches) == []
    assert rest.plan.touches["date"].min() > pd.Timestamp(SUNDAY)
    assert (rest.plan.version, rest.plan.window.as_of) == (3, SUNDAY)


def test_a_scenario_of_a_running_campaign_counts_what_came_back(season, rest):
    folder = season[0].folder
    ground = trials.ground_of(trials.remembered(folder), folder=folder)
    assert (ground.run.latest.version, ground.run.day) == (2, ground.run.done["date"].max().date())
    with opened(folder / "campaign.db") as connection:
        ground = dataclasses.replace(ground, run=running(connection, SUNDAY))
    found = trials.try_scenarios(ground, [])
    assert found.table["net_growth"].tolist() == [rest.plan.bridge.net_growth]
    assert scenario_lines(found)[0].startswith(f"活动进行中：结果计到 {SUNDAY}")


def test_open_touches_are_kept_moved_or_dropped_and_nothing_else(season, rest):
    with opened(season[0].folder / "campaign.db") as connection:
        before = running(connection, SUNDAY).open_before.set_index("candidate_id")["date"]
    after = rest.plan.touches.set_index("candidate_id")["date"]
    changes = rest.carried.changes.set_index("candidate_id")
    kept = [one for one in before.index if one in after.index and before[one] == after[one]]
    assert len(kept) == rest.carried.kept
    assert set(before.index) == {*kept, *changes.index[changes["change"] != "added"]}
    assert set(after.index) - set(before.index) == set(changes.index[changes["change"] == "added"])
    assert (changes["reason"].str.len() > 0).all()


def test_nobody_who_is_done_with_is_touched_and_no_number_is_used_twice(season, rest):
    with opened(season[0].folder / "campaign.db") as connection:
        run = running(connection, SUNDAY)
    assert not set(rest.plan.touches["customer_id"]) & set(run.closed.index)
    assert not set(rest.plan.touches["candidate_id"]) & set(run.done["candidate_id"])


def test_what_was_lent_is_certain_in_the_bridge(season, rest):
    opportunities = rest.plan.growth.opportunities
    won = opportunities[opportunities["opportunity_id"].str.startswith("W")]
    assert won["expected"].sum() == pytest.approx(sum(season[0].world.won().values()))


def test_the_rest_is_planned_with_the_rates_that_the_review_shows_as_now(season, rest):
    with opened(season[0].folder / "campaign.db") as connection:
        shown = review(connection, SUNDAY).lessons.rates
        first = records.first_rates(connection)
    assert rest.plan.rates["full_probability"].tolist() == pytest.approx(shown["after"].tolist())
    assert shown["before"].tolist() == first["full_probability"].tolist() != shown["after"].tolist()


def later_book(season, to, day):
    """Return the book of the season as the bank's systems would hand it out on a later day."""
    book = openpyxl.load_workbook(season[0].folder.parent / "book" / "book.xlsx")
    for sheet in book:
        for row in sheet.iter_rows(max_row=4):
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = cell.value.replace("2026-11-15", str(day))
    book.save(to)
    return to


def test_a_newer_book_takes_the_place_of_the_old_one_for_good(season, folder, tmp_path):
    """All loans won up to its day stand in its balance, so only later ones are added."""
    day = date(2026, 12, 17)
    book = later_book(season, tmp_path / "later.xlsx", day)
    rest = plan_rest(folder, SUNDAY, books=[book])
    won = rest.plan.growth.opportunities
    won = won[won["opportunity_id"].str.startswith("W")]
    assert (won["window_start"] > pd.Timestamp(day)).all()
    assert rest.carried.lent.sum() > 0
    assert rest.plan.book.as_of == day
    issue_rest(folder, rest, hand(SUNDAY))
    files = sorted((folder / "行动方案").rglob("*.xlsx"))
    reports = take_back(folder, files, hand(SUNDAY))
    assert {(report.refused, report.version, report.applied) for report in reports} == {("", 3, 0)}
    assert kept_request(folder / "campaign.db").paths(RequestFile.BOOK) == (book,)


def test_a_newer_book_from_before_the_last_plan_is_refused(season, folder, tmp_path):
    book = later_book(season, tmp_path / "early.xlsx", date(2026, 12, 1))
    with pytest.raises(BookUnreadable, match="应在 2026-12-13"):
        plan_rest(folder, SUNDAY, books=[book])


def test_a_reissued_workbook_carries_what_was_filled_in(season):
    played = season[0]
    done = {
        key: row
        for key, row in played.world.results.items()
        if row["done_date"] < date(2026, 12, 12)
    }
    found = {}
    for path in (played.folder / "行动方案").rglob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        assert "变动" in book.sheetnames
        for name in ("走访日程", "电话"):
            head, columns = head_of(book[name], "结果")
            for row in book[name].iter_rows(min_row=head + 1):
                if row[0].value in done:
                    found[row[0].value] = row[columns["结果"] - 1].value
    assert set(found) == set(done)
    assert None not in found.values()


def test_a_reissued_workbook_taken_back_as_it_is_changes_nothing(folder):
    files = sorted((folder / "行动方案").rglob("*.xlsx"))
    reports = take_back(folder, files, hand(SUNDAY))
    assert [(report.refused, report.applied, report.rejected) for report in reports] == [
        ("", 0, 0) for _ in files
    ]


def test_an_old_workbook_never_overwrites_a_newer_answer(season, folder, tmp_path):
    path = next((folder / OLD_VERSIONS / "第1版" / "行动方案").rglob("*.xlsx"))
    manager = path.stem.split("_")[0]
    key = next(k for k, row in season[0].world.results.items() if row["manager_id"] == manager)
    stale = tmp_path / "stale.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["走访日程" if "-V" in key else "电话"]
    head, columns = head_of(sheet, "结果")
    row = next(r for r in range(head + 1, sheet.max_row + 1) if sheet.cell(r, 1).value == key)
    sheet.cell(row, columns["结果"], "银行未准入")
    book.save(stale)
    [report] = take_back(folder, [stale], hand(SUNDAY))
    assert (report.applied, report.rejected) == (0, 1)
    assert "不覆盖" in report.open_rows[0].words


def test_planning_anew_forgives_nothing(season):
    played, found = season
    with opened(played.folder / "campaign.db") as connection:
        first, second = records.issued(connection, 1), records.issued(connection, 2)
    due = first[first["date"] <= pd.Timestamp("2026-12-13")]
    assert set(due["candidate_id"]) <= set(second["candidate_id"])
    counted_due = second[second["date"] <= pd.Timestamp(found.day)]
    assert found.pace["planned"].sum() == len(counted_due)


def test_a_version_is_issued_whole(folder, rest):
    done = issue_rest(folder, rest, hand(SUNDAY))
    assert all(path.is_file() for path in done.paths)
    assert (folder / OLD_VERSIONS / "第2版" / "plan.json").is_file()
    assert list(folder.glob(f"{ASIDE}*")) == []
    with opened(folder / "campaign.db") as connection:
        assert records.version_in_force(connection).version == 3
        assert broken_log_entry(connection) is None
    table = (folder / "tables" / "touches.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert list(rows[0]) == TOUCHES.columns
    assert len(rows) == len(rest.plan.touches)


def test_results_that_came_meanwhile_stop_it(folder, rest):
    with opened(folder / "campaign.db") as connection:
        connection.execute("INSERT INTO log VALUES (99, '', 'a', 'look', '{}', '', '')")
    with pytest.raises(StoreError, match="又收回了填报结果"):
        issue_rest(folder, rest, hand(SUNDAY))
    settle(folder)
    assert list(folder.glob(f"{ASIDE}*")) == []


def test_the_command_says_what_changes_and_refuses_a_day_before(folder):
    done = CliRunner().invoke(main, ["replan", str(folder), "--as-of", "2026-12-20"])
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("第 3 版从 2026-12-21 起排余下的活动：原有未完成触达")
    assert (folder / "简报" / "方案变动.html").is_file()
    again = CliRunner().invoke(main, ["replan", str(folder), "--as-of", "2026-12-01"])
    assert again.exit_code == 1
    assert "不能回到 2026-12-01 重做" in again.stderr
