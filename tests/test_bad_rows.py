"""Rows in question come back as the bank wrote them, each once, with every reason."""

from __future__ import annotations

import pickle

import openpyxl
from click.testing import CliRunner

from campaign.book.read import read_with_rows
from campaign.cli import main
from campaign.render.bad_rows import write_bad_rows
from tests.builders_book import HEADER, ledger, save
from tests.workbooks import PAYLOADS, formulas, links_and_live_parts


def rows_of(tmp_path, sheets, **options):
    return read_with_rows([save(tmp_path / "台账.xlsx", sheets)], **options)


def written(tmp_path, sheets):
    book, rows = rows_of(tmp_path, sheets)
    write_bad_rows(book, rows, tmp_path / "问题.xlsx")
    return openpyxl.load_workbook(tmp_path / "问题.xlsx")


def test_a_row_with_two_reasons_stands_once_under_the_banks_own_headers(tmp_path):
    table = ledger((1, "到期日期", "2025-01-01"), (1, "客户经理", None))
    sheet = written(tmp_path, {"借据": table})["借据"]
    assert [cell.value for cell in sheet[3]] == ["原行号", "问题（列：说明）", *HEADER]
    assert sheet.max_row == 4
    number, reasons, *cells = [cell.value for cell in sheet[4]]
    assert number == 4
    assert "F 列：到期日期早于发放日期；请核对。" in reasons
    assert "G 列：没有客户经理，排不进走访任务；请补上。" in reasons
    assert cells[:4] == ["JJ0002", "K002", "孙立新", "350000"]


def test_more_rows_than_a_finding_shows_are_all_there(tmp_path):
    table = ledger()[:2]
    table += [
        [f"J{n}", f"K{n}", f"客户{n}", 100, "2026-03-01", "2025-03-01", "张三"] for n in range(60)
    ]
    book, rows = rows_of(tmp_path, {"借据": table})
    shown = next(f for f in book.findings if f.kind == "maturity_before_start")
    assert (len(shown.cells), len(shown.every_cell()), rows.count) == (20, 60, 60)
    assert len(pickle.loads(pickle.dumps(shown)).cells) == 20  # noqa: S301 - our own bytes


def test_nothing_of_a_row_becomes_a_formula_or_a_link(tmp_path):
    table = ledger()[:2]
    for number, payload in enumerate(PAYLOADS):
        if payload.isprintable() and not payload.startswith(("=", "{")):
            day = ["2026-03-01", "2025-03-01"]
            table.append([f"J{number}", f"K{number}", payload, 100, *day, payload])
    book = written(tmp_path, {"借据": table})
    assert len(book.sheetnames) == 2
    assert not formulas(book)
    assert not links_and_live_parts(tmp_path / "问题.xlsx")


def test_rows_of_two_files_with_one_sheet_name_are_kept_apart(tmp_path):
    bad = {"借据": ledger((0, "到期日期", "2025-01-01"))}
    paths = [save(tmp_path / name, bad) for name in ("a.xlsx", "b.xlsx")]
    book, rows = read_with_rows(paths)
    write_bad_rows(book, rows, tmp_path / "问题.xlsx")
    names = openpyxl.load_workbook(tmp_path / "问题.xlsx").sheetnames
    assert names == ["问题一览", "借据", "借据_2"]
    assert [sheet.file for sheet in rows.sheets] == ["a.xlsx", "b.xlsx"]


def test_the_command_writes_them_and_says_how_many(tmp_path):
    path = save(tmp_path / "台账.xlsx", {"借据": ledger((0, "到期日期", "2025-01-01"))})
    out = tmp_path / "问题.xlsx"
    done = CliRunner().invoke(main, ["check", str(path), "--bad-rows", str(out)])
    assert "1 行需要核对" in done.output
    sheet = openpyxl.load_workbook(out)["问题一览"]
    assert any("到期日期早于发放日期" in str(cell.value) for cell in sheet["B"])


def test_a_book_without_trouble_says_so(tmp_path):
    book = written(tmp_path, {"借据": ledger()})
    assert book.sheetnames == ["问题一览"]
    assert book["问题一览"]["A5"].value == "没有需要核对的行。"
