"""Each check says what contradicts itself, how often, where, and what to do."""

from __future__ import annotations

from datetime import date

import pytest

from campaign.book.answers import answers_of_texts
from campaign.book.recipe import Recipe
from campaign.book.report import check_report
from campaign.settings import CheckRules
from campaign.vocabulary import Severity
from tests.builders_book import HEADER, found, kinds, ledger, read, read_ledger, with_column

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
    book = read_ledger(tmp_path, table)
    finding = found(book, "duplicate_loan")
    assert (finding.severity, finding.cells) == (Severity.ERROR, ("借据!A3", "借据!A4"))
    assert "最多多计 350,000.00 元" in finding.message
    assert [(ask.key, ask.answer) for ask in finding.asks] == [("其余重复", "")]


@pytest.mark.parametrize(
    ("answer", "balance", "cells"),
    [
        ("共同借款人", 1_150_000, ("借据!A3",)),
        ("两期叠加", 1_150_000, ("借据!A3",)),
        ("拆分账户", 1_350_000, ("借据!A3", "借据!A4")),
    ],
)
def test_an_answer_says_how_often_a_repeated_note_counts(tmp_path, answer, balance, cells):
    recipe = Recipe(answers=answers_of_texts([f"重复借据={answer}"]))
    book = read_ledger(tmp_path, ledger((1, "借据号", "JJ0001")), recipe=recipe)
    assert book.usable
    assert book.loans["balance"].sum() == balance
    assert found(book, "duplicate_loan").cells == cells


def test_co_borrowers_of_one_note_count_its_balance_once(tmp_path):
    table = ledger((1, "借据号", "JJ0001"), (1, "贷款余额（元）", 200000))
    book = read_ledger(tmp_path, table)
    finding = found(book, "duplicate_loan")
    assert (finding.severity, finding.cells) == (Severity.WARNING, ("借据!A4",))
    assert "没有计入 1 行，200,000.00 元" in finding.message
    assert book.loans["balance"].tolist() == [200_000, 800_000]
    assert book.customers["customer_id"].tolist() == ["K001", "K003"]


def test_a_little_money_on_a_repeated_note_does_not_stop_the_plan(tmp_path):
    table = ledger((1, "借据号", "JJ0001"), (1, "贷款余额（元）", 9000))
    book = read_ledger(tmp_path, table)
    assert found(book, "duplicate_loan").severity is Severity.WARNING
    assert book.usable


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


def test_one_number_of_two_managers_is_said_with_its_cells(tmp_path):
    table = with_column("客户经理工号", ["A01", "A01", "A02"])
    place = table[1].index("客户经理")
    for row, name in zip(table[2:], ["张伟民", "李雪梅", "周文斌"], strict=False):
        row[place] = name
    finding = found(read_ledger(tmp_path, table), "one_number_two_managers")
    assert (finding.severity, finding.count) == (Severity.WARNING, 1)
    column = "ABCDEFGHIJKLMNOP"[place]
    assert finding.cells == (f"借据!{column}3", f"借据!{column}4")
    assert finding.message.startswith("有 1 个客户经理工号下写了不同的姓名")


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
    assert book.live_loans["source_row"].tolist() == ["借据!3"]
    assert "no_live_loan" not in kinds(book)


def test_money_on_settled_notes_is_said_and_not_in_the_total(tmp_path):
    book = read_ledger(tmp_path, with_column("借据状态", ["正常", "结清", "核销"]))
    finding = found(book, "gone_loans")
    assert finding.cells == ("借据!D4", "借据!D5")
    assert "1,150,000.00 元，不计入余额" in finding.message
    assert check_report(book)["totals"]["balance"] == 200_000


def test_a_balance_written_as_paid_off_is_zero(tmp_path):
    book = read_ledger(tmp_path, ledger((1, "贷款余额（元）", "已还清")))
    assert book.loans["balance"].tolist() == [200_000, 0, 800_000]
    assert found(book, "repaired_paid_off").cells == ("借据!D4",)


def test_balances_that_nobody_can_read_stop_the_plan_when_they_are_many(tmp_path):
    days = ["2026-01-01", "2027-01-01", "张伟民"]
    rows = [[f"J{n}", f"K{n}", f"客户{n}", 1000 + n, *days] for n in range(20)]
    for row in rows[:2]:
        row[3] = "1000、2000元"
    few = read_ledger(tmp_path, [*ledger(), *rows])
    assert found(few, "unreadable_value").severity == "warning"
    rows[2][3] = "见合同"
    finding = found(read_ledger(tmp_path, [*ledger(), *rows]), "unreadable_value")
    assert (finding.severity, finding.cells) == ("error", ("借据!D6", "借据!D7", "借据!D8"))


def test_several_notes_in_one_cell_are_said(tmp_path):
    book = read_ledger(tmp_path, ledger((1, "借据号", "JJ0002、JJ0007")))
    assert found(book, "several_notes_in_a_cell").cells == ("借据!A4",)


def test_a_term_in_words_gives_the_maturity(tmp_path):
    table = [
        row[:5] + [term] for row, term in zip(ledger()[2:], ["12个月", "三年", "90天"], strict=True)
    ]
    book = read_ledger(tmp_path, [ledger()[0], [*HEADER[:5], "期限"], *table])
    due = [f"{day:%Y-%m}" for day in book.loans["maturity_date"]]
    assert due == ["2027-03", "2029-01", "2026-03"]
    assert "maturity_from_term" in kinds(book)


def test_one_certificate_under_two_numbers(tmp_path):
    same = ["11010519491231002X", "11010519491231002X", "91350100M000100Y43"]
    book = read_ledger(tmp_path, with_column("证件号码", same))
    assert found(book, "one_certificate_two_numbers").cells == ("借据!B3", "借据!B4")


MIXED = ("业务种类", ["个人经营性贷款", "个人住房贷款", "委托贷款"])


def test_mortgages_and_entrusted_loans_are_set_aside_and_add_up(tmp_path):
    book = read_ledger(tmp_path, with_column(*MIXED))
    finding = found(book, "not_operating")
    assert (finding.severity, finding.cells) == (Severity.WARNING, ("借据!H4", "借据!H5"))
    assert "住房按揭贷款 1 笔 350,000.00 元" in finding.message
    assert "共 2 笔，余额 1,150,000.00 元" in finding.message
    report = check_report(book)
    assert book.set_aside["balance"].tolist() == [350_000, 800_000]
    assert (report["totals"]["loans"], report["totals"]["balance"]) == (1, 200_000)
    assert book.customers["customer_id"].tolist() == ["K001"]


def test_an_answer_keeps_a_kind_of_loan_in_the_campaign(tmp_path):
    recipe = Recipe(answers=answers_of_texts(["开门红口径:委托贷款=计入"]))
    book = read_ledger(tmp_path, with_column(*MIXED), recipe=recipe)
    assert book.loans["balance"].tolist() == [200_000, 800_000]
    assert "answer_unused" not in kinds(book)
    assert book.set_aside["balance"].tolist() == [350_000]


def test_an_answer_about_what_is_not_there_is_said(tmp_path):
    recipe = Recipe(answers=answers_of_texts(["开门红口径:按揭=剔出"]))
    said = found(read_ledger(tmp_path, with_column(*MIXED), recipe=recipe), "answer_unused").message
    assert "“开门红口径:按揭”在这份文件里没有用上" in said


@pytest.mark.parametrize("product", ["个人住房按揭", "信用卡专项分期", "银行承兑汇票贴现", "保函"])
def test_a_product_that_names_such_a_kind_is_set_aside_too(tmp_path, product):
    book = read_ledger(tmp_path, with_column("产品名称", ["惠农e贷", product, "房抵经营贷"]))
    assert found(book, "not_operating").cells == ("借据!H4",)
    assert book.loans["loan_note_id"].tolist() == ["JJ0001", "JJ0003"]


def test_consumer_loans_count_unless_somebody_says_otherwise(tmp_path):
    table = with_column("业务种类", ["个人消费贷款", "流动资金贷款", "流动资金贷款"])
    assert len(read_ledger(tmp_path, table).loans) == 3
    recipe = Recipe(answers=answers_of_texts(["开门红口径=剔出"]))
    assert len(read_ledger(tmp_path, table, recipe=recipe).loans) == 2


def test_a_co_borrower_who_owes_nothing_on_the_same_note_is_no_second_loan(tmp_path):
    table = ledger((1, "借据号", "JJ0001"), (1, "贷款余额（元）", 0))
    book = read_ledger(tmp_path, table)
    finding = found(book, "duplicate_loan")
    assert (finding.severity, finding.cells) == (Severity.WARNING, ("借据!A4",))
    assert "没有计入 1 行，0.00 元" in finding.message
    assert book.loans["balance"].tolist() == [200_000, 800_000]
    assert book.customers["customer_id"].tolist() == ["K001", "K003"]


def test_a_paid_off_row_of_the_same_borrower_stays_for_those_who_left(tmp_path):
    table = ledger((1, "借据号", "JJ0001"), (1, "贷款余额（元）", 0), (1, "客户编号", "K001"))
    book = read_ledger(tmp_path, table)
    assert len(book.loans) == 3
    assert "duplicate_loan" not in kinds(book)


def test_how_much_money_may_count_twice_is_a_setting(tmp_path):
    table = ledger((1, "借据号", "JJ0001"), (1, "贷款余额（元）", 9000))
    strict = read_ledger(tmp_path, table, rules=CheckRules(repeat_share=0.005))
    assert found(strict, "duplicate_loan").severity is Severity.ERROR
