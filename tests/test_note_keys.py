"""Loans whose number Excel has rounded are told apart by customer, amount and dates, and asked."""

from __future__ import annotations

from tests.builders_book import found, kinds, ledger, read_ledger

DAMAGED = 81220260100000013.0


def with_amounts(*changes, amounts=(300000, 400000, 900000)):
    table = ledger(*changes)
    for row, value in zip(table[1:], ["贷款金额（元）", *amounts], strict=True):
        row.append(value)
    return table


def test_damaged_note_numbers_are_replaced_by_a_made_key_and_asked(tmp_path):
    table = with_amounts(*[(row, "借据号", DAMAGED) for row in range(3)])
    book = read_ledger(tmp_path, table)
    assert book.loans["loan_note_id"].tolist() == [
        "合成-K001-300000.00-20260301-20270301",
        "合成-K002-400000.00-20260120-20270120",
        "合成-K003-900000.00-20251210-20261210",
    ]
    asked = found(book, "note_key_made")
    assert (asked.severity, asked.count, asked.cells[0]) == ("warning", 3, "借据!A3")


def test_loans_alike_in_all_of_it_stay_without_a_number_and_all_count(tmp_path):
    twin = [(1, "客户编号", "K001"), (1, "客户名称", "刘桂芳"), (1, "发放日期", "2026-03-01"),
            (1, "到期日期", "2027-03-01")]  # fmt: skip
    damaged = [(row, "借据号", DAMAGED) for row in range(3)]
    book = read_ledger(tmp_path, with_amounts(*twin, *damaged, amounts=(300000, 300000, 900000)))
    assert book.loans["loan_note_id"].notna().tolist() == [False, False, True]
    assert "另有 2 笔合成后仍分不开" in found(book, "note_key_made").message
    assert book.loans["balance"].sum() == 1_350_000


def test_sound_numbers_are_left_alone(tmp_path):
    book = read_ledger(tmp_path, with_amounts((0, "借据号", "")))
    assert book.loans["loan_note_id"].isna().tolist() == [True, False, False]
    assert "note_key_made" not in kinds(book)
