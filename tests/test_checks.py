"""Each check says what contradicts itself, how often, where, and what to do."""

from __future__ import annotations

from datetime import date

import pytest

from campaign.vocabulary import Severity
from tests.builders_book import found, kinds, ledger, read, read_ledger, with_column

ROSTER = [
    ["工号", "姓名", "所属支行", "在职状态"],
    ["A01", "张伟民", "城南支行", "在岗"],
    ["A02", "李雪梅", "城北支行", "离职"],
    ["A03", "周文斌", "城北支行", "在岗"],
]
OTHERS = ["客户编号", "他行名称", "他行贷款余额（元）", "他行到期日期", "信息来源"]


def with_columns(*columns):
    table = with_column(*columns[0])
    for header, values in columns[1:]:
        for row, value in zip(table[1:], [header, *values], strict=True):
            row.append(value)
    return table


def test_a_clean_ledger_has_no_warning_but_for_what_it_lacks(tmp_path):
    book = read(
        tmp_path, {"借据": ledger(), "名册": [*ROSTER[:2], ["A02", "李雪梅", "城北支行", "在岗"]]}
    )
    assert [f.kind for f in book.findings if f.severity is not Severity.INFO] == []


def test_a_row_that_stands_twice_counts_once(tmp_path):
    table = ledger()
    table.append(list(table[2]))
    book = read_ledger(tmp_path, table)
    assert book.loans["balance"].sum() == 1_350_000
    assert found(book, "duplicate_rows").cells == ("借据!A6",)


def test_a_note_that_stands_twice_with_other_figures_is_asked(tmp_path):
    table = ledger((1, "借据号", "JJ0001"))
    finding = found(read_ledger(tmp_path, table), "duplicate_loan")
    assert (finding.severity, finding.cells) == (Severity.WARNING, ("借据!A3", "借据!A4"))
    assert "350,000.00 元" in finding.message


@pytest.mark.parametrize(
    ("header", "kind"),
    [("贷款金额（元）", "balance_over_amount"), ("授信额度（元）", "balance_over_limit")],
)
def test_a_balance_over_what_was_granted(tmp_path, header, kind):
    book = read_ledger(tmp_path, with_column(header, [200000, 300000, 900000]))
    assert found(book, kind).cells == ("借据!D4",)


def test_a_negative_balance(tmp_path):
    book = read_ledger(tmp_path, ledger((1, "贷款余额（元）", "(350.00)")))
    assert found(book, "negative_balance").cells == ("借据!D4",)


def test_a_balance_that_is_empty(tmp_path):
    book = read_ledger(tmp_path, ledger((1, "贷款余额（元）", None)))
    assert found(book, "balance_missing").cells == ("借据!D4",)


def test_a_maturity_before_the_start(tmp_path):
    book = read_ledger(tmp_path, ledger((2, "到期日期", "2025-01-01")))
    assert found(book, "maturity_before_start").cells == ("借据!F5",)


def test_a_start_after_the_day_of_the_figures(tmp_path):
    book = read_ledger(tmp_path, ledger((0, "发放日期", "2026-12-01")))
    assert found(book, "start_in_future").cells == ("借据!E3",)


def test_a_loan_past_its_maturity_without_a_mark(tmp_path):
    book = read_ledger(tmp_path, ledger((0, "到期日期", "2026-10-01")))
    assert found(book, "past_maturity").cells == ("借据!F3",)


def test_a_day_that_does_not_exist(tmp_path):
    book = read_ledger(tmp_path, ledger((0, "到期日期", "2026-02-30")))
    finding = found(book, "unreadable_value")
    assert finding.cells == ("借据!F3",)
    assert "2026-02-30" in finding.message


def test_an_open_end_is_empty_and_said(tmp_path):
    book = read_ledger(tmp_path, ledger((0, "到期日期", "9999-12-31")))
    assert book.loans["maturity_date"].isna().tolist() == [True, False, False]
    assert found(book, "repaired_open_end").cells == ("借据!F3",)


def test_serial_numbers_for_days_are_converted_and_said(tmp_path):
    changes = [(row, "到期日期", 46447 + row) for row in range(3)]
    book = read_ledger(tmp_path, ledger(*changes))
    assert str(book.loans["maturity_date"].iloc[0].date()) == "2027-03-01"
    assert found(book, "repaired_serial").count == 3


def test_a_rate_that_no_loan_has(tmp_path):
    book = read_ledger(tmp_path, with_column("执行利率（%）", [4.35, 48, 5]))
    assert found(book, "rate_out_of_range").cells == ("借据!H4",)


def test_a_customer_with_two_owners(tmp_path):
    book = read_ledger(tmp_path, ledger((2, "客户编号", "K001"), (2, "客户名称", "刘桂芳")))
    assert found(book, "two_owners").cells == ("借据!G3", "借据!G5")


def test_a_loan_without_an_owner(tmp_path):
    book = read_ledger(tmp_path, ledger((0, "客户经理", None)))
    assert found(book, "no_owner").cells == ("借据!G3",)


def test_one_number_with_two_names(tmp_path):
    book = read_ledger(tmp_path, ledger((1, "客户编号", "K001")))
    assert found(book, "one_number_two_names").count == 1


def test_leavers_with_loans_and_managers_without(tmp_path):
    book = read(tmp_path, {"借据": ledger(), "名册": ROSTER})
    assert found(book, "loans_of_leavers").cells == ("借据!G5",)
    assert "周文斌" in found(book, "manager_without_loans").message


def test_other_bank_loans_of_strangers_and_without_maturity_or_source(tmp_path):
    rows = [
        OTHERS,
        ["K001", "建设银行", 100000, None, "客户陈述"],
        ["K002", "农业银行", 100000, "2027-01-01", None],
        ["K999", "工商银行", 100000, "2027-01-01", "合同"],
    ]
    book = read(tmp_path, {"借据": ledger(), "他行": rows})
    assert found(book, "other_loan_without_maturity").cells == ("他行!D2",)
    assert found(book, "other_loan_without_source").cells == ("他行!E3",)
    assert found(book, "other_loan_of_stranger").cells == ("他行!A4",)


def test_a_phone_that_many_share(tmp_path):
    customers = [["客户编号", "客户名称", "联系电话", "主营业务"]]
    customers += [[f"C{n}", f"商户{n}", "13800138000", "百货"] for n in range(6)]
    book = read(tmp_path, {"借据": ledger(), "客户": customers})
    assert found(book, "shared_phone").count == 6


def test_fields_that_are_absent_or_often_empty_are_said(tmp_path):
    book = read_ledger(tmp_path, with_column("五级分类", ["正常", None, None]))
    messages = {f.kind: f for f in book.findings if f.kind == "field_missing"}
    assert messages["field_missing"].cells == ("借据!H4", "借据!H5")
    assert any("“年利率”列" in f.message for f in book.findings if f.kind == "field_absent")


def test_bare_digits_in_the_class_are_asked(tmp_path):
    book = read_ledger(tmp_path, with_column("五级分类", [1, 1, 2]))
    finding = found(book, "bare_code")
    assert (finding.severity, finding.count) == (Severity.ERROR, 3)
    assert "[codes.loan_class]" in finding.message


def test_unknown_words_of_a_closed_list_are_said_with_addresses(tmp_path):
    book = read_ledger(tmp_path, with_column("担保方式", ["信用", "见合同", "保证"]))
    assert found(book, "unknown_code").cells == ("借据!H4",)
    assert book.loans["guarantee_type"].isna().tolist() == [False, True, False]


def test_codes_are_labels_and_numbers_alike(tmp_path):
    columns = [
        ("五级分类", ["1-正常", "关注类", "正常2"]),
        ("担保方式", ["抵押+保证", "信用", "住宅抵押"]),
    ]
    book = read_ledger(tmp_path, with_columns(*columns))
    assert book.loans["loan_class"].tolist() == ["normal", "special_mention", "normal"]
    assert book.loans["guarantee_type"].tolist() == ["combined", "credit", "mortgage"]


def test_a_ledger_where_nothing_has_a_balance_is_unusable(tmp_path):
    changes = [(row, "贷款余额（元）", 0) for row in range(3)]
    book = read_ledger(tmp_path, ledger(*changes), as_of=date(2026, 11, 15))
    assert found(book, "no_live_loan").severity is Severity.ERROR
    assert not book.usable


def test_settled_loans_stay_but_do_not_count(tmp_path):
    book = read_ledger(tmp_path, with_column("借据状态", ["正常", "结清", "核销"]))
    assert len(book.loans) == 3
    assert book.live_loans["loan_note_id"].tolist() == ["JJ0001"]
    assert "no_live_loan" not in kinds(book)


def test_one_certificate_under_two_numbers(tmp_path):
    same = ["11010519491231002X", "11010519491231002X", "91350100M000100Y43"]
    book = read_ledger(tmp_path, with_column("证件号码", same))
    assert found(book, "one_certificate_two_numbers").cells == ("借据!B3", "借据!B4")


def test_mortgages_and_cards_in_the_ledger_are_said(tmp_path):
    kinds_of_loan = ["个人经营性贷款", "个人住房贷款", "流动资金贷款"]
    book = read_ledger(tmp_path, with_column("业务种类", kinds_of_loan))
    assert found(book, "not_operating").cells == ("借据!H4",)
    assert "350,000.00 元" in found(book, "not_operating").message
