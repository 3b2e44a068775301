"""The store: kept whole or not at all, never changed behind one's back."""

import contextlib
import dataclasses
import multiprocessing
import sqlite3
from contextlib import closing

import pytest

from campaign import workflow
from campaign.errors import OutputBlocked, StoreError
from campaign.progress.activity_log import append_log, broken_log_entry
from campaign.progress.kept_plans import record_plan
from campaign.progress.store import backup, opened, writing
from tests.builders_render import make_campaign_plan

AT = "2026-12-04T17:05:00"


@pytest.fixture(scope="module")
def plan():
    return make_campaign_plan(managers=2, customers=4)


@pytest.fixture
def db(plan, tmp_path):
    return record_plan(plan, tmp_path / "campaign.db")


def rows(db, query):
    with opened(db) as connection:
        return connection.execute(query).fetchall()


def take_a_return(db, version=1):
    with opened(db) as connection, writing(connection):
        connection.execute("INSERT INTO imports VALUES (1, ?, 'a', 1)", (AT,))
        connection.execute(
            "INSERT INTO returns VALUES (1, 1, 'a.xlsx', 'd', '1001', ?, 1, 1, 0, 0, 0)",
            (version,),
        )


def test_a_plan_is_kept_with_what_it_issues(db, plan):
    assert rows(db, "SELECT version, target, settings_digest FROM plan_versions") == [
        (1, plan.bridge.target, plan.settings.digest())
    ]
    assert rows(db, "SELECT count(*) FROM issued_touches") == [(len(plan.touches),)]
    assert rows(db, "SELECT manager_id FROM issued_managers ORDER BY 1") == [("1001",), ("1002",)]


def test_the_same_plan_twice_changes_no_byte(db, plan):
    before = db.read_bytes()
    record_plan(plan, db)
    assert db.read_bytes() == before


def test_a_plan_without_a_target_is_known_again(plan, tmp_path):
    bridge = dataclasses.replace(plan.bridge, target=float("nan"))
    plan = dataclasses.replace(plan, bridge=bridge)
    db = record_plan(plan, tmp_path / "campaign.db")
    before = db.read_bytes()
    record_plan(plan, db)
    assert db.read_bytes() == before


def test_another_plan_takes_its_place_while_nothing_came_back(db, plan):
    record_plan(dataclasses.replace(plan, seed=7, touches=plan.touches.head(3)), db)
    assert rows(db, "SELECT seed FROM plan_versions") == [(7,)]
    assert rows(db, "SELECT count(*) FROM issued_touches") == [(3,)]
    assert rows(db, "SELECT count(*) FROM log") == [(2,)]


def test_results_that_came_back_keep_their_plan(db, plan):
    take_a_return(db)
    before = db.read_bytes()
    with pytest.raises(StoreError, match="已收回 1 份填报结果，不能覆盖"):
        record_plan(dataclasses.replace(plan, seed=7), db)
    assert db.read_bytes() == before


def test_a_later_version_stands_beside_the_first(db, plan):
    take_a_return(db)
    record_plan(dataclasses.replace(plan, version=2), db)
    assert rows(db, "SELECT version FROM plan_versions ORDER BY 1") == [(1,), (2,)]


@pytest.mark.parametrize("edit", ["UPDATE log SET actor = 'x'", "DELETE FROM log"])
def test_the_log_is_append_only(db, edit):
    with pytest.raises(StoreError, match="append-only"), opened(db) as connection:
        connection.execute(edit)
    assert rows(db, "SELECT actor FROM log") == [("head-office",)]


@pytest.mark.parametrize(
    ("edit", "entry"),
    [
        ("UPDATE log SET detail = '{}' WHERE entry = 2", 2),
        ("UPDATE log SET at = '2020-01-01' WHERE entry = 1", 1),
        ("DELETE FROM log WHERE entry = 2", 2),
        ("DELETE FROM log WHERE entry >= 2", 2),
        ("DELETE FROM log", 1),
        ("UPDATE log SET previous = '' WHERE entry = 3", 3),
    ],
)
def test_an_edit_behind_our_back_is_seen(db, edit, entry):
    with opened(db) as connection, writing(connection):
        for number in (2, 3):
            append_log(connection, at=AT, actor="a", action="look", detail={"n": number})
        assert broken_log_entry(connection) is None
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("DROP TRIGGER log_never_changes")
        connection.execute("DROP TRIGGER log_never_shrinks")
        connection.execute(edit)
    with opened(db) as connection:
        assert broken_log_entry(connection) == entry
        with writing(connection):
            append_log(connection, at=AT, actor="a", action="later", detail={})
        assert broken_log_entry(connection) == entry


def test_counts_of_a_return_must_add_up(db):
    take_a_return(db)
    with pytest.raises(StoreError, match="CHECK"), opened(db) as connection:
        connection.execute("UPDATE returns SET rows_in = 5")


def test_a_plan_whose_outputs_fail_leaves_no_store(tmp_path, monkeypatch):
    plan = make_campaign_plan(managers=1, customers=2)

    def fail(_plan, _out, _progress, *, aside, keep):
        assert aside is None
        keep()
        raise OutputBlocked("写不了。", "换一个。")

    monkeypatch.setattr(workflow, "write_outputs", fail)
    with pytest.raises(OutputBlocked, match="写不了"):
        workflow.write_campaign(plan, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_plan_written_again_is_kept_in_the_same_store(tmp_path):
    plan = make_campaign_plan(managers=1, customers=2)
    once = workflow.write_campaign(plan, tmp_path).paths[-1]
    again = workflow.write_campaign(dataclasses.replace(plan, seed=7), tmp_path).paths[-1]
    assert once == again
    assert rows(again, "SELECT seed FROM plan_versions") == [(7,)]


def test_a_failure_inside_a_block_keeps_nothing(db):
    with opened(db) as connection:
        with contextlib.suppress(ZeroDivisionError), writing(connection):
            connection.execute("INSERT INTO imports VALUES (1, ?, 'a', 1)", (AT,))
            raise ZeroDivisionError
        assert not connection.in_transaction
    assert rows(db, "SELECT count(*) FROM imports") == [(0,)]


def test_a_store_of_a_newer_program_is_refused_untouched(db):
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = db.read_bytes()
    with pytest.raises(StoreError, match="更新版本的程序写的（99）"), opened(db):
        pass
    assert db.read_bytes() == before


@pytest.mark.parametrize("where", [0, 30, 4096 + 3])
def test_a_damaged_store_is_said_in_one_sentence(db, where):
    data = bytearray(db.read_bytes())
    data[where : where + 40] = b"\xff" * 40
    db.write_bytes(data)
    with pytest.raises(StoreError) as caught, opened(db) as connection:
        connection.execute("SELECT * FROM plan_versions").fetchall()
    assert "请从备份恢复" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_any_single_damaged_byte_never_gives_a_traceback(db):
    data = db.read_bytes()
    for where in range(0, len(data), max(len(data) // 200, 1)):
        db.write_bytes(data[:where] + bytes([data[where] ^ 0xFF]) + data[where + 1 :])
        with contextlib.suppress(StoreError), opened(db) as connection:
            connection.execute("SELECT * FROM issued_managers").fetchall()


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(StoreError, match="打不开"), opened(tmp_path / "none" / "campaign.db"):
        pass


def test_a_backup_while_the_store_is_open_is_whole(db, tmp_path):
    with opened(db) as connection, writing(connection):
        connection.execute("INSERT INTO imports VALUES (1, ?, 'a', 1)", (AT,))
        copy = backup(db, tmp_path / "copy.db")
    assert rows(copy, "SELECT count(*) FROM imports") == [(0,)]
    assert rows(copy, "SELECT * FROM log") == rows(db, "SELECT * FROM log")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["campaign.db", "copy.db"]


def test_a_store_is_for_its_owner_alone(db):
    assert db.stat().st_mode & 0o077 == 0


BEFORE = 4


def test_a_store_of_the_program_before_is_copied_and_then_brought_up_to_date(db):
    before = rows(db, "SELECT version, as_of, target FROM plan_versions")
    with closing(sqlite3.connect(db)) as connection:
        known = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.executescript(
            f"ALTER TABLE plan_versions DROP COLUMN book_day; PRAGMA user_version = {BEFORE}"
        )
    old = db.read_bytes()
    assert rows(db, "SELECT version, as_of, target FROM plan_versions") == before
    assert rows(db, "SELECT book_day = as_of FROM plan_versions") == [(1,)]
    assert rows(db, "PRAGMA user_version") == [(known,)]
    copy = db.with_name(f"campaign_升级前{BEFORE}.db")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert connection.execute("PRAGMA user_version").fetchone()[0] == BEFORE
    assert old != db.read_bytes()


def test_a_commit_is_certain_only_with_the_folder_synced(db):
    """EXTRA syncs the folder once the journal is gone; benchmarks.power_loss shows why."""
    assert rows(db, "PRAGMA synchronous") == [(3,)]
    assert rows(db, "PRAGMA journal_mode") == [("delete",)]


def write_lines(db, name, count):
    """Add lines to the log, each as a command of its own would."""
    for number in range(count):
        with opened(db) as connection, writing(connection):
            append_log(connection, at=AT, actor=name, action="look", detail={"n": number})


def test_four_writers_and_a_backup_at_once_lose_nothing(db, tmp_path):
    new = multiprocessing.get_context("spawn")
    writers = [new.Process(target=write_lines, args=(db, f"w{n}", 200)) for n in range(4)]
    for writer in writers:
        writer.start()
    copies = 0
    while any(writer.is_alive() for writer in writers):
        copy = backup(db, tmp_path / "copy.db")
        with opened(copy) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            assert broken_log_entry(connection) is None
        copies += 1
    assert [writer.exitcode for writer in writers] == [0] * 4
    assert copies > 0
    with opened(db) as connection:
        assert broken_log_entry(connection) is None
    assert rows(db, "SELECT count(*) FROM log WHERE action = 'look'") == [(800,)]


def test_a_second_writer_waits_its_turn_and_says_who_holds_it(db, monkeypatch):
    monkeypatch.setattr("campaign.progress.store.BUSY_SECONDS", 0.05)
    held = pytest.raises(StoreError, match="正被另一个程序使用")
    with opened(db) as first, writing(first), held, opened(db) as second, writing(second):
        pass
