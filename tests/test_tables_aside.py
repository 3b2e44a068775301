"""Tables written before a plan is made get their names with the others, or are gone."""

import pandas as pd
import pytest

from campaign.errors import OutputBlocked
from campaign.render.tables import csv_bytes
from campaign.render.tables_aside import tables_aside
from campaign.vocabulary import SCREEN


@pytest.fixture(autouse=True)
def _copies(monkeypatch):
    """Let the tables be written early on every system, in this process if need be."""
    monkeypatch.setattr("campaign.render.tables_aside.may_copy", lambda *_: True)


def screen(*customers):
    rows = [{"customer_id": customer, "signal": "green"} for customer in customers]
    return SCREEN.conform(pd.DataFrame(rows))


def test_a_table_is_written_under_another_name_with_its_bytes(tmp_path):
    frame = screen("K2", "K1")
    with tables_aside(tmp_path) as aside:
        with aside.writing({"screen": frame}):
            pass
        path = aside.path_of("screen", frame)
        assert path.read_bytes() == csv_bytes(SCREEN, frame)
        assert path.name != "screen.csv"


def test_where_no_copy_may_be_made_they_are_written_with_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr("campaign.render.tables_aside.may_copy", lambda *_: False)
    frame = screen("K1")
    with tables_aside(tmp_path) as aside:
        with aside.writing({"screen": frame}):
            pass
        assert aside.path_of("screen", frame) is None
    assert not list(tmp_path.iterdir())


def test_short_tables_are_written_with_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr("campaign.render.tables_aside.may_copy", lambda _part, rows: rows >= 3)
    with tables_aside(tmp_path) as aside:
        with aside.writing({"screen": screen("K1"), "again": screen("K2")}):
            pass
        assert not list(tmp_path.iterdir())


def test_only_the_very_table_that_was_written_is_taken(tmp_path):
    """A plan that changed a table after all has it written again."""
    frame = screen("K1")
    with tables_aside(tmp_path) as aside:
        with aside.writing({"screen": frame}):
            pass
        assert aside.path_of("screen", frame.copy()) is None
        assert aside.path_of("headroom", frame) is None


def test_nothing_is_left_of_a_plan_that_was_not_made(tmp_path):
    def fail() -> None:
        with tables_aside(tmp_path) as aside, aside.writing({"screen": screen("K1")}):
            raise OutputBlocked("台账暂不能用。", "请修改。")

    with pytest.raises(OutputBlocked):
        fail()
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_said_after_the_block(tmp_path):
    (tmp_path / "tables").write_text("是文件", encoding="utf-8")
    done = []

    def blocked() -> None:
        with (
            tables_aside(tmp_path / "tables") as aside,
            aside.writing({"screen": screen("K1")}),
        ):
            done.append(True)

    with pytest.raises(OutputBlocked):
        blocked()
    assert done
