"""`campaign check` shows what was understood and every open question, also of no book yet."""

from __future__ import annotations

import json

from click.testing import CliRunner

from campaign.cli import main
from tests.builders_book import AS_OF_TITLE, HEADER, ROWS, ledger, save, with_column


def checked(tmp_path, table, *options):
    path = save(tmp_path / "book.xlsx", {"借据": table})
    done = CliRunner().invoke(main, ["check", str(path), *options])
    assert done.exit_code == 2, done.output
    return done.output


def report(tmp_path, table):
    return json.loads(checked(tmp_path, table, "--json", "-"))


def no_day():
    return [list(HEADER), *ROWS]


def test_without_a_day_the_columns_are_shown_and_nothing_is_called_zero(tmp_path):
    found = report(tmp_path, no_day())
    assert [c["field"] for c in found["sheets"][0]["columns"]][3] == "balance"
    assert set(found["totals"].values()) == {None}
    assert "如 --as-of 2026-03-01" in found["findings"][0]["message"]
    assert "余额未计算" in checked(tmp_path, no_day())


def test_every_question_is_asked_at_once(tmp_path):
    table = [row[:3] + row[4:] for row in no_day()]
    kinds = [finding["kind"] for finding in report(tmp_path, table)["findings"]]
    assert kinds[:2] == ["FieldsMissing", "QuestionOpen"]


def test_an_unknown_unit_brings_no_second_error(tmp_path):
    table = ledger()
    table[1][3] = "贷款余额"
    for row, value in zip(table[2:], [20, 35.5, 80], strict=True):
        row[3] = value
    found = report(tmp_path, table)
    errors = [f for f in found["findings"] if f["severity"] == "error"]
    assert [(f["kind"], f["cells"]) for f in errors] == [("unit_unknown", ["借据!D3"])]
    assert "--unit 万元" in errors[0]["message"]
    assert (found["totals"]["loans"], found["totals"]["balance"]) == (3, None)
    assert "balance_missing" not in {f["kind"] for f in found["findings"]}


def test_a_bare_code_is_asked_with_the_line_to_write(tmp_path):
    said = checked(tmp_path, with_column("五级分类", [1, 1, 2]))
    assert '[codes.loan_class] 下写 "1" = "…"' in said


def test_columns_that_nobody_understood_stand_apart_from_those_of_no_use(tmp_path):
    table = [[*AS_OF_TITLE], [*HEADER, "五行八卦", "序号"], *[[*row, "乾", 1] for row in ROWS]]
    path = save(tmp_path / "book.xlsx", {"借据": table})
    said = CliRunner().invoke(main, ["check", str(path)]).output
    assert "没有用的列：五行八卦" in said
    assert "认识、但方案用不到的列：序号" in said
