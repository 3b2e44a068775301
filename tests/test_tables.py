"""The CSV tables: what a spreadsheet would run is led by an apostrophe, and nothing is lost."""

import csv
import io

import pytest

from campaign.render import tables
from campaign.render.tables import FORMULA_STARTS, csv_bytes, output_tables
from campaign.vocabulary import OUTPUT_TABLES, Unit
from tests.builders_render import make_campaign_plan
from tests.workbooks import PAYLOADS


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_the_book_becomes_a_formula_in_a_table(payload):
    plan = make_campaign_plan(text=payload, managers=1, customers=4)
    whole = payload.replace("\r", "\n")
    led = "'" if payload.startswith(FORMULA_STARTS) else ""
    found = 0
    for name, frame in output_tables(plan).items():
        fields = OUTPUT_TABLES[name].fields
        texts = [place for place, field in enumerate(fields) if field.unit is Unit.TEXT]
        text = csv_bytes(OUTPUT_TABLES[name], frame).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        assert {len(row) for row in rows} == {len(fields)}
        for row in rows[1:]:
            said = [row[place] for place in texts]
            assert not [words for words in said if words.startswith(FORMULA_STARTS)]
            found += sum(words.removeprefix(led) == whole for words in said)
    assert found


def test_amounts_are_told_to_the_fen_and_unknown_ones_are_empty():
    plan = make_campaign_plan(managers=1, customers=4)
    table = OUTPUT_TABLES["headroom"]
    frame = plan.growth.headroom.head(3).assign(headroom=[1234567.895, float("nan"), -0.5])
    rows = list(csv.DictReader(io.StringIO(csv_bytes(table, frame).decode("utf-8-sig"))))
    assert sorted(row["headroom"] for row in rows) == ["", "-0.50", "1234567.90"]


def test_something_else_is_done_between_the_pieces_of_the_tables(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "ROWS_AT_ONCE", 2)
    plan = make_campaign_plan(managers=1, customers=4)
    done: list[int] = []
    paths = tables.write_tables(plan, tmp_path, lambda: done.append(1))
    assert len(done) > len(paths)
    whole = csv_bytes(OUTPUT_TABLES["headroom"], plan.growth.headroom)
    assert (tmp_path / "headroom.csv").read_bytes() == whole
