"""Files become a book: typed, joined, dated, traceable to true Excel rows."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from campaign.book.customers import number_of_name
from campaign.book.open import open_bytes
from campaign.book.read import read_book
from campaign.book.report import check_report
from campaign.book.template import template_fields, template_header, write_template
from campaign.errors import FieldsMissing, OutputBlocked, QuestionOpen
from campaign.resources import resource_folder
from campaign.vocabulary import BOOK_TABLES, Unit
from tests.builders_book import (
    AS_OF_TITLE,
    HEADER,
    ROWS,
    found,
    kinds,
    ledger,
    read,
    read_ledger,
    save,
    with_column,
)

AS_OF = date(2026, 11, 15)
ROSTER = [
    ["工号", "姓名", "所属支行", "在职状态"],
    ["A01", "张伟民", "城南支行", "在岗"],
    ["A02", "李雪梅", "城北支行", "在岗"],
]


def untitled(*changes):
    return ledger(*changes)[1:]


# --- the day ----------------------------------------------------------------------------


def test_the_day_comes_from_the_option_first(tmp_path):
    book = read_ledger(tmp_path, ledger(), as_of=date(2026, 11, 30))
    assert (book.as_of, book.as_of_from) == (date(2026, 11, 30), "参数")
    assert "2026-11-15" in found(book, "as_of_differs").message


def test_the_day_comes_from_a_column_before_the_title(tmp_path):
    book = read_ledger(tmp_path, with_column("数据日期", ["20261031"] * 3))
    assert (book.as_of, book.as_of_from) == (date(2026, 10, 31), "数据日期列")


def test_the_day_comes_from_the_title(tmp_path):
    book = read_ledger(tmp_path, ledger())
    assert (book.as_of, book.as_of_from) == (AS_OF, "标题")


def test_the_day_comes_from_the_file_name_last(tmp_path):
    book = read_book([save(tmp_path / "贷款台账20261031.xlsx", {"借据": untitled()})])
    assert (book.as_of, book.as_of_from) == (date(2026, 10, 31), "文件名")


def test_no_day_is_a_question_never_today(tmp_path):
    with pytest.raises(QuestionOpen, match="哪一天") as asked:
        read_ledger(tmp_path, untitled())
    assert "--as-of" in asked.value.hint


def test_several_periods_on_top_of_each_other_leave_the_last(tmp_path):
    table = with_column("数据日期", ["2026-10-31", "2026-11-15", "2026-11-15"])
    book = read_ledger(tmp_path, table)
    assert len(book.loans) == 2
    assert found(book, "several_periods").cells == ("借据!H3",)


# --- what is needed ---------------------------------------------------------------------


def test_a_ledger_without_a_balance_is_refused_and_the_nearest_header_named(tmp_path):
    table = ledger()
    table[1][3] = "年初余额（元）"
    with pytest.raises(FieldsMissing, match="“贷款余额”") as refused:
        read_ledger(tmp_path, table)
    assert "年初余额" in refused.value.message


def test_a_ledger_without_customers_is_refused(tmp_path):
    table = [[row[0], *row[3:]] if len(row) > 1 else row for row in ledger()]
    with pytest.raises(FieldsMissing, match="没有找到贷款台账|客户"):
        read_ledger(tmp_path, table)


def test_files_without_any_ledger_are_refused_by_what_they_hold(tmp_path):
    with pytest.raises(FieldsMissing, match="“名册”"):
        read(tmp_path, {"名册": ROSTER})


# --- units ------------------------------------------------------------------------------


def in_unit(header, *balances):
    table = ledger()
    table[1][3] = header
    for row, value in zip(table[2:], balances, strict=True):
        row[3] = value
    return table


def test_wan_in_the_header_is_multiplied(tmp_path):
    book = read_ledger(tmp_path, in_unit("贷款余额（万元）", 20, 35.5, "1,200"))
    assert book.loans["balance"].tolist() == [200_000, 355_000, 12_000_000]
    assert book.sheets[0].columns[3].unit == "万元"


def test_a_unit_in_the_title_holds_for_columns_without_one(tmp_path):
    table = in_unit("贷款余额", 20, 35.5, 1200)
    table[0] = ["清河农商银行台账 2026-11-15 单位：万元"]
    assert read_ledger(tmp_path, table).loans["balance"].sum() == 12_555_000


def test_a_column_unit_beats_the_title(tmp_path):
    table = in_unit("贷款余额（元）", 200000, 355000, 12000000)
    table[0] = ["清河农商银行台账 2026-11-15 单位：万元"]
    assert read_ledger(tmp_path, table).loans["balance"].sum() == 12_555_000


def test_an_unknown_unit_is_asked_with_the_evidence(tmp_path):
    book = read_ledger(tmp_path, in_unit("贷款余额", 20, 35.5, 1200))
    finding = found(book, "unit_unknown")
    assert (finding.severity, finding.cells) == ("error", ("借据!D3",))
    assert "中位数 35.50" in finding.message
    assert "--unit" in finding.message
    assert not book.usable


def test_the_unit_option_answers(tmp_path):
    book = read_ledger(tmp_path, in_unit("贷款余额", 20, 35.5, 1200), unit="万元")
    assert book.usable
    assert book.loans["balance"].sum() == 12_555_000


def test_a_unit_that_the_values_leave_no_choice_about_is_said(tmp_path):
    book = read_ledger(tmp_path, in_unit("贷款余额", 200000, 355000, 12000000))
    assert found(book, "unit_inferred").severity == "info"
    assert book.loans["balance"].sum() == 12_555_000


def test_two_columns_may_have_two_units(tmp_path):
    table = with_column("授信额度（万元）", [50, 60, 90])
    book = read_ledger(tmp_path, table)
    assert book.loans["credit_limit"].tolist() == [500_000, 600_000, 900_000]


def test_rates_a_month_become_rates_a_year(tmp_path):
    book = read_ledger(tmp_path, with_column("月利率（‰）", [3.625, 4.5, 5]))
    assert book.loans["annual_rate"].tolist() == pytest.approx([0.0435, 0.054, 0.06])


def test_a_rate_column_that_mixes_units_is_asked(tmp_path):
    book = read_ledger(tmp_path, with_column("利率", [4.35, 0.0435, 5.2]))
    assert found(book, "unit_unknown").severity == "error"


# --- rows and addresses -----------------------------------------------------------------


def test_source_rows_are_true_excel_rows(tmp_path):
    table = ledger()
    table.insert(3, [None])
    book = read_ledger(tmp_path, table)
    assert book.loans["source_row"].tolist() == ["借据!3", "借据!5", "借据!6"]


def test_a_table_that_begins_further_right_keeps_its_columns(tmp_path):
    table = [[None, None, *row] for row in ledger((0, "到期日期", "2026-02-30"))]
    book = read_ledger(tmp_path, table)
    assert found(book, "unreadable_value").cells == ("借据!H3",)


def test_equal_sheet_names_in_two_files_carry_the_file(tmp_path):
    first = save(tmp_path / "南.xlsx", {"借据": ledger()})
    second = save(tmp_path / "北.xlsx", {"借据": ledger((0, "借据号", "JJ7"))})
    book = read_book([first, second])
    assert book.loans["source_row"].iloc[3] == "[北.xlsx]借据!3"


def test_reading_again_gives_the_same_book(tmp_path):
    path = save(tmp_path / "a.xlsx", {"借据": ledger(), "名册": ROSTER})
    first, second = read_book([path]), read_book([path])
    assert first.digest == second.digest
    assert check_report(first) == check_report(second)


# --- customers --------------------------------------------------------------------------


def test_customers_are_made_from_the_ledger(tmp_path):
    book = read_ledger(tmp_path, ledger())
    assert book.customers["customer_id"].tolist() == ["K001", "K002", "K003"]
    assert book.customers["annual_sales"].isna().all()


def test_customers_of_the_sheet_and_of_the_ledger_are_both_there(tmp_path):
    sheet = [
        ["客户编号", "客户名称", "主营业务"],
        ["K002", "孙立新", "塔吊"],
        ["K9", "钱志远", "粮油"],
    ]
    book = read(tmp_path, {"借据": ledger(), "客户": sheet})
    assert book.customers["customer_id"].tolist() == ["K002", "K9", "K001", "K003"]
    assert book.customers["main_business"].tolist()[:2] == ["塔吊", "粮油"]


def test_a_customer_without_a_number_is_found_by_name(tmp_path):
    others = [
        ["客户名称", "他行名称", "他行贷款余额（元）", "他行到期日期", "信息来源"],
        ["孙 立新", "建设银行", 100000, "2027-01-01", "客户陈述"],
    ]
    book = read(tmp_path, {"借据": ledger(), "他行": others})
    assert book.other_loans["customer_id"].tolist() == ["K002"]


def test_leading_zeros_are_restored_where_the_ledger_knows_them(tmp_path):
    changes = [(row, "客户编号", f"000{row}") for row in range(3)]
    others = [
        ["客户编号", "他行名称", "他行贷款余额（元）", "他行到期日期", "信息来源"],
        [2, "建设银行", 100000, "2027-01-01", "客户陈述"],
    ]
    book = read(tmp_path, {"借据": ledger(*changes), "他行": others})
    assert book.other_loans["customer_id"].tolist() == ["0002"]
    assert found(book, "zeros_restored").cells == ("他行!A2",)


def test_a_customer_number_that_excel_rounded_is_no_key(tmp_path):
    changes = [(0, "客户编号", 430181198001010013)]
    book = read_ledger(tmp_path, ledger(*changes))
    assert found(book, "damaged_identifier").cells == ("借据!B3",)
    assert book.loans["customer_id"].tolist() == [number_of_name("刘桂芳"), "K002", "K003"]


# --- managers and branches --------------------------------------------------------------


def test_managers_by_name_get_their_number_from_the_roster(tmp_path):
    book = read(tmp_path, {"借据": ledger(), "名册": ROSTER})
    assert book.loans["manager_id"].tolist() == ["A01", "A01", "A02"]
    assert book.loans["branch"].tolist() == ["城南支行", "城南支行", "城北支行"]
    assert "branch_from_roster" in kinds(book)


@pytest.mark.parametrize(
    "written", ["张伟民(A01)", "A01张伟民", "张 伟民", "张伟民（代管）", "张伟民/李雪梅"]
)
def test_managers_in_any_writing_are_the_same_man(tmp_path, written):
    book = read(tmp_path, {"借据": ledger((0, "客户经理", written)), "名册": ROSTER})
    assert book.loans["manager_id"].iloc[0] == "A01"
    two = [finding.cells for finding in book.findings if finding.kind == "two_managers"]
    assert two == ([("借据!G3",)] if "/" in written else [])


def test_a_manager_who_is_not_on_the_roster_is_named_with_the_nearest(tmp_path):
    book = read(tmp_path, {"借据": ledger((0, "客户经理", "张伟明")), "名册": ROSTER})
    finding = found(book, "manager_not_on_roster")
    assert "张伟明（最接近：张伟民" in finding.message
    assert finding.cells == ("借据!G3",)
    assert book.managers["manager_id"].tolist() == ["A01", "A02"]


def test_namesakes_are_told_apart_by_branch(tmp_path):
    roster = [*ROSTER, ["A03", "张伟民", "城北支行", "在岗"]]
    table = with_column("支行", ["城北", "清河农商银行城南支行", "城北支行"])
    book = read(tmp_path, {"借据": table, "名册": roster})
    assert book.loans["manager_id"].tolist() == ["A03", "A01", "A02"]


def test_branches_are_written_one_way(tmp_path):
    table = with_column("支行", ["城南", "清河农商银行城南支行", "城南支行"])
    book = read(tmp_path, {"借据": table, "名册": ROSTER})
    assert book.loans["branch"].unique().tolist() == ["城南支行"]
    assert "“城南”→“城南支行”" in found(book, "branches_unified").message


def test_without_a_roster_the_owners_in_the_ledger_are_the_managers(tmp_path):
    book = read_ledger(tmp_path, ledger())
    assert book.managers["manager_id"].tolist() == ["张伟民", "李雪梅"]
    assert found(book, "roster_from_loans").severity == "warning"


def test_without_a_roster_a_manager_belongs_where_most_of_his_balance_is(tmp_path):
    table = with_column("支行", ["城北支行", "城南支行", "城南支行"])
    book = read_ledger(tmp_path, table)
    assert book.managers.set_index("manager_id")["branch"]["张伟民"] == "城南支行"
    assert "张伟民→城南支行" in found(book, "manager_in_branches").message


def test_without_any_branch_all_is_the_bank_itself(tmp_path):
    book = read_ledger(tmp_path, ledger())
    assert book.loans["branch"].unique().tolist() == ["本行"]
    assert found(book, "branch_missing").count == 3


def test_an_empty_column_of_branches_is_as_good_as_none(tmp_path):
    book = read_ledger(tmp_path, with_column("支行", [None, None, None]))
    assert {*book.loans["branch"], *book.managers["branch"]} == {"本行"}


# --- helper columns ---------------------------------------------------------------------


def test_an_extended_loan_falls_due_on_its_new_day(tmp_path):
    book = read_ledger(tmp_path, with_column("展期到期日", ["2027-09-01", None, None]))
    assert [str(d.date()) for d in book.loans["maturity_date"]] == [
        "2027-09-01",
        "2027-01-20",
        "2026-12-10",
    ]
    assert found(book, "extended_maturity").cells == ("借据!H3",)


def test_a_maturity_is_reckoned_from_the_term_where_there_is_none(tmp_path):
    table = with_column("期限（月）", [12, 12, 12])
    for row in table[1:]:
        del row[5]
    book = read_ledger(tmp_path, table)
    assert str(book.loans["maturity_date"].iloc[0].date()) == "2027-03-01"
    assert found(book, "maturity_from_term").severity == "warning"


def test_days_late_are_the_longer_of_principal_and_interest(tmp_path):
    table = with_column("逾期天数", [5, 0, 0])
    for row, value in zip(table[1:], ["欠息天数", 2, 7, 0], strict=True):
        row.append(value)
    assert read_ledger(tmp_path, table).loans["days_past_due"].tolist() == [5, 7, 0]


def test_foreign_money_is_left_out_and_said(tmp_path):
    book = read_ledger(tmp_path, with_column("币种", ["人民币", "USD", "CNY"]))
    assert len(book.loans) == 2
    assert found(book, "foreign_currency").cells == ("借据!H4",)


def test_loans_at_other_banks_that_are_paid_off_do_not_count(tmp_path):
    others = [
        ["客户编号", "他行名称", "他行贷款余额（元）", "他行到期日期", "账户状态(未结清/结清)"],
        ["K001", "建设银行", 100000, "2027-01-01", "未结清"],
        ["K002", "建设银行", 100000, "2026-01-01", "结清"],
    ]
    book = read(tmp_path, {"借据": ledger(), "他行": others})
    assert book.other_loans["customer_id"].tolist() == ["K001"]


# --- the contract, the template, the samples --------------------------------------------


def test_the_report_keeps_the_contract(tmp_path):
    report = check_report(read(tmp_path, {"借据": ledger(), "名册": ROSTER}))
    assert report["usable"] is True
    assert report["totals"] == {
        "loans": 3,
        "customers": 3,
        "managers": 2,
        "branches": 2,
        "balance": 1_350_000.0,
    }
    sheet = report["sheets"][0]
    assert (sheet["role"], sheet["header_row"], sheet["rows"]) == ("loans", 2, 3)
    assert sheet["columns"][3] == {
        "header": "贷款余额（元）",
        "field": "balance",
        "unit": "元",
        "confidence": 1.0,
        "proof": "表头一致，内容相符",
    }
    assert set(report["findings"][0]) == {"kind", "severity", "count", "message", "cells"}


EXAMPLES = {
    "customer_id": "K1",
    "customer_name": "刘桂芳",
    "manager_id": "A01",
    "manager_name": "张伟民",
    "branch": "城南支行",
    "phone": "13800138000",
    "lender": "建设银行",
    "industry_code": "5122",
    "industry": "糕点、糖果及糖批发",
    "cert_no": "11010519491231002X",
    "subject": "城南支行",
}


def example(field):
    if field.values is not None:
        return next(iter(field.values)).label
    by_unit = {Unit.DATE: AS_OF, Unit.YUAN: 300_000, Unit.RATIO: 4.35, Unit.FLAG: "是"}
    if field.unit is Unit.TEXT:
        return EXAMPLES.get(field.name, "X1号")
    return by_unit.get(field.unit, 2)


def test_a_filled_in_template_imports_without_a_question(tmp_path):
    import openpyxl

    path = tmp_path / "模板.xlsx"
    write_template(path)
    workbook = openpyxl.load_workbook(path)
    for table in BOOK_TABLES.values():
        for column, field in enumerate(template_fields(table), start=1):
            assert workbook[table.label].cell(1, column).value == template_header(field)
            workbook[table.label].cell(2, column, example(field))
    workbook.save(path)
    book = read_book([path])
    assert book.as_of == AS_OF
    assert {f.severity.value for f in book.findings} <= {"info"}
    for name, table in BOOK_TABLES.items():
        assert not getattr(book, name)[table.columns].isna().any(axis=None)


def test_the_template_has_drop_downs_and_the_same_bytes_every_time(tmp_path):
    import openpyxl

    write_template(tmp_path / "a.xlsx")
    write_template(tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    boxes = openpyxl.load_workbook(tmp_path / "a.xlsx")["贷款台账"].data_validations
    assert any("正常,关注,次级" in str(box.formula1) for box in boxes.dataValidation)


def test_a_template_that_cannot_be_written_says_so(tmp_path):
    with pytest.raises(OutputBlocked):
        write_template(tmp_path / "没有" / "a.xlsx")


@pytest.mark.parametrize("name", ["first_look", "qinghe"])
def test_the_sample_books_load_without_an_error_and_agree(name):
    book = read_book([resource_folder("sample_books") / f"{name}.xlsx"])
    assert book.usable
    assert book.bank_name == "清河农商银行"
    assert "total_differs" not in kinds(book)
    assert all(len(getattr(book, table)) for table in BOOK_TABLES)
    assert set(book.loans["customer_id"]) <= set(book.customers["customer_id"])


# --- order, formulas, joined sheets -----------------------------------------------------


def test_rows_in_another_order_give_the_same_loans(tmp_path):
    turned = [AS_OF_TITLE, HEADER, *reversed(ROWS)]
    first = read_ledger(tmp_path, ledger()).loans.drop(columns="source_row")
    second = read_ledger(tmp_path, turned).loans.drop(columns="source_row")
    second = second.sort_values("loan_note_id", ignore_index=True)
    pd.testing.assert_frame_equal(first, second)


def test_formulas_in_text_stay_text():
    (sheet,), _ = open_bytes("客户名称,贷款余额（元）\n=cmd|' /C calc'!A0,1\n".encode(), "a.csv")
    assert sheet.columns[0][1] == "=cmd|' /C calc'!A0"


def test_sheets_where_one_has_empty_columns_are_joined(tmp_path):
    north = [AS_OF_TITLE, HEADER, ["JJ9", None, "周文斌", 90000, None, None, "赵六"]]
    book = read(tmp_path, {"城南支行": ledger(), "城北支行": north})
    assert book.loans["maturity_date"].isna().tolist() == [False, False, False, True]
    assert book.loans["customer_id"].tolist()[-1] == number_of_name("周文斌")


def test_texts_are_python_s_own_whether_or_not_pyarrow_is_installed():
    assert pd.get_option("mode.string_storage") == "python"
