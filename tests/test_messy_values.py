"""Rows of the catalogue of messy ledgers: each builds such a file and names the cell.

tests/cases/messy_excel_values.csv says which row (C1 to F8) is held by which test.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.builders_book import found, kinds, ledger, read_ledger, with_column


@pytest.mark.parametrize(
    ("header", "value", "kind", "cell"),
    [
        ("贷款余额（元）", "(1,234.00)", "negative_balance", "借据!D3"),  # C3
        ("贷款余额（元）", "50万", "repaired_own_unit", "借据!D3"),  # C4
        ("贷款余额（元）", "见合同", "unreadable_value", "借据!D3"),
        ("借据号", 351030001351351000, "damaged_identifier", "借据!A3"),  # C5
        ("到期日期", "202703", "month_only", "借据!F3"),  # D5
        ("到期日期", "03/04/2027", "day_or_month", "借据!F3"),  # D7
        ("到期日期", "29991231", "repaired_open_end", "借据!F3"),  # D4
        ("发放日期", "24.12.31", "repaired_two_digit_year", "借据!E3"),  # D1
        ("客户编号", "81****70", "masked_identifier", "借据!B3"),  # E10
    ],
)
def test_a_cell_is_repaired_or_asked_with_its_address(tmp_path, header, value, kind, cell):
    book = read_ledger(tmp_path, ledger((0, header, value)))
    assert found(book, kind).cells[0] == cell


@pytest.mark.parametrize("value", ["null", "(null)", "\\N", "-", "/", "无"])
def test_words_for_nothing_are_no_value_and_zero_is_one(tmp_path, value):  # C13
    book = read_ledger(tmp_path, with_column("逾期天数", [value, 0, 3]))
    assert book.loans["days_past_due"].isna().tolist() == [True, False, False]
    assert "unreadable_value" not in kinds(book)


def test_full_width_thousands_and_marks_are_repaired(tmp_path):  # C2
    changes = [(0, "贷款余额（元）", "１２３４．５"), (1, "贷款余额（元）", "￥1,234.50 ")]
    book = read_ledger(tmp_path, ledger(*changes))
    assert book.loans["balance"].tolist()[:2] == [1234.5, 1234.5]


def test_masked_names_are_no_key(tmp_path):  # E10
    changes = [(row, "客户编号", None) for row in range(2)]
    changes += [(row, "客户名称", "张*") for row in range(2)]
    book = read_ledger(tmp_path, ledger(*changes))
    assert book.loans["customer_id"].isna().tolist() == [True, True, False]
    assert found(book, "no_customer").cells == ("借据!B3", "借据!B4")


def test_what_was_loaded_stands_beside_the_sheets_own_total(tmp_path):  # F7
    book = read_ledger(tmp_path, [*ledger(), ["合计", None, None, 1350000]])
    finding = found(book, "loaded")
    assert "装入 3 行、余额合计 135.00 万元；原表合计 135.00 万元，一致。" in finding.message
    assert finding.cells == ("借据!D6",)
    apart = read_ledger(tmp_path, [*ledger(), ["合计", None, None, 1450000]])
    assert "相差 -100,000.00 元" in found(apart, "loaded").message


def test_one_certificate_under_two_numbers_is_asked(tmp_path):  # F6
    sound = "11010519491231002X"
    book = read_ledger(tmp_path, with_column("证件号码", [sound, sound, "91350100M000100Y43"]))
    assert found(book, "one_certificate_two_numbers").cells == ("借据!B3", "借据!B4")


def test_names_are_compared_without_width_and_blanks(tmp_path):  # E5, E6
    changes = [(row, "客户编号", None) for row in range(3)]
    written = ("张 三", "张　三", "张三")
    book = read_ledger(
        tmp_path, ledger(*changes, *((r, "客户名称", n) for r, n in enumerate(written)))
    )
    assert book.loans["customer_id"].nunique() == 1


def test_every_row_of_the_catalogue_that_is_ours_has_a_test():
    root = Path(__file__).parent
    with (root / "cases" / "messy_excel_values.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wanted = {f"C{n}" for n in (*range(1, 9), 12, 13)} | {f"D{n}" for n in (1, *range(3, 10))}
    wanted |= {f"E{n}" for n in range(1, 11)} | {f"F{n}" for n in range(1, 9)}
    assert wanted == {row["row"] for row in rows}
    for row in rows:
        path, _, name = row["test"].partition("::")
        assert f"def {name}(" in (root.parent / path).read_text(encoding="utf-8"), row["test"]
