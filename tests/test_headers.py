"""The header row is found, whatever stands around it; a bank's words lead to our fields."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from campaign.book.aliases import role_aliases
from campaign.book.answers import answers_of_texts
from campaign.book.customers import number_of_name
from campaign.book.header_text import read_header
from campaign.book.headers import find_table, known_headers
from campaign.book.profile import Profile
from campaign.book.raw_sheet import RawSheet, columns_of
from campaign.book.recipe import Recipe
from campaign.book.roles import options_for
from campaign.vocabulary import BOOK_TABLES
from tests.builders_book import (
    AS_OF_TITLE,
    HEADER,
    ROWS,
    field_of,
    found,
    kinds,
    ledger,
    read,
    read_ledger,
    save,
    with_column,
)

CASES = Path(__file__).parent / "cases"


def sheet_of(rows, merges=()) -> RawSheet:
    return RawSheet("a.xlsx", "表", columns_of(rows), merges=tuple(merges))


def headers_of(rows, merges=()) -> list[str]:
    table = find_table(sheet_of(rows, merges))
    assert table is not None
    return [header.raw for header in table.headers]


def test_title_rows_give_unit_day_and_bank():
    rows = [
        ["附件2"],
        ["清河农商银行贷款明细"],
        ["单位：万元、户 截至2026年10月31日"],
        HEADER,
        *ROWS,
    ]
    table = find_table(sheet_of(rows))
    assert (table.top, table.body) == (3, 4)
    assert (table.title.unit, table.title.as_of) == ("万元", date(2026, 10, 31))
    assert table.title.bank_name == "清河农商银行"


def test_merged_headers_of_two_levels_are_joined():
    rows = [
        ["客户名称", "借款信息", "", "他行信息", ""],
        ["", "贷款余额（元）", "到期日期", "余额（元）", "到期日期"],
        ["刘桂芳", 200000.0, "2027-03-01", 50000.0, "2027-01-01"],
    ]
    merges = [(0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 0, 4)]
    assert headers_of(rows, merges) == [
        "客户名称",
        "借款信息|贷款余额（元）",
        "借款信息|到期日期",
        "他行信息|余额（元）",
        "他行信息|到期日期",
    ]


def test_two_levels_without_merges_are_joined():
    rows = [
        ["客户名称", "借款信息", "", "客户经理"],
        ["", "贷款余额（元）", "到期日期", ""],
        ["刘桂芳", "200000", "2027-03-01", "张伟民"],
    ]
    assert headers_of(rows)[2] == "借款信息|到期日期"


def test_the_same_name_under_two_groups_is_told_apart(tmp_path):
    rows = [
        [*AS_OF_TITLE],
        ["客户名称", "本行贷款", None, "他行贷款", None, "客户经理", None],
        [None, "余额（元）", "到期日期", "余额（元）", "到期日期", "姓名", "电话"],
        ["刘桂芳", 200000, "2027-03-01", 50000, "2027-01-01", "张伟民", "13800138000"],
    ]
    merges = {"借据": ["A2:A3", "B2:C2", "D2:E2", "F2:G2"]}
    path = save(tmp_path / "a.xlsx", {"借据": rows}, merges=merges)
    from campaign.book.read import read_book

    book = read_book([path])
    assert book.loans["balance"].tolist() == [200000.0]
    assert book.other_loans["balance"].tolist() == [50000.0]
    assert (
        book.loans["source_row"].tolist() == book.other_loans["source_row"].tolist() == ["借据!4"]
    )
    assert book.loans["manager_name"].tolist() == ["张伟民"]


def test_a_numbering_row_below_the_header_is_no_data(tmp_path):
    table = ledger()
    table.insert(2, [1, 2, 3, 4, 5, 6, 7])
    assert len(read_ledger(tmp_path, table).loans) == 3


@pytest.mark.parametrize(
    "header",
    ["借据编号*", "借据\n编号", "\ufeff借据编号：", "借据编号\xa0※", "1.借据编号", "借 据 编 号"],
)
def test_marks_and_blanks_in_a_header_do_not_matter(header):
    assert read_header([header]).name == "借据编号"


@pytest.mark.parametrize(
    ("header", "name", "unit"),
    [
        ("贷款余额（万元）", "贷款余额", "万元"),
        ("借款余额元）", "借款余额", "元"),
        ("综合授信额度(万元)", "综合授信额度", "万元"),
        ("贷款余额万元", "贷款余额", "万元"),
        ("月执行利率(‰)", "月执行利率", "‰"),
        ("执行利率（%）", "执行利率", "%"),
        ("期限（月）", "期限", "月"),
        ("余额（美元）", "余额美元", ""),
        ("授信额度(他行)", "授信额度他行", ""),
    ],
)
def test_a_unit_in_a_header_is_taken_out(header, name, unit):
    text = read_header([header])
    assert (text.name, text.unit) == (name, unit)


def test_a_legend_in_a_header_is_the_code_table_of_its_column(tmp_path):
    table = with_column("客户类型(1：企业 2：个人)", [1, 2, 2])
    book = read_ledger(tmp_path, table)
    assert book.loans["customer_type"].tolist() == ["company", "person", "person"]


def test_totals_and_footers_are_no_rows_and_agree(tmp_path):
    table = [
        *ledger(),
        ["合计", None, None, 1350000],
        ["制表人：王会计", None, None, None, None, "审核：李主任"],
    ]
    book = read_ledger(tmp_path, table)
    assert len(book.loans) == 3
    assert found(book, "totals_dropped").cells == ("借据!A6",)
    assert found(book, "totals_agree").count == 1


def test_a_total_that_differs_is_reported_to_the_yuan(tmp_path):
    book = read_ledger(tmp_path, [*ledger(), ["合 计", None, None, 1350002]])
    finding = found(book, "total_differs")
    assert finding.cells == ("借据!D6",)
    assert "差 2.00 元" in finding.message


def test_subtotals_of_branches_are_compared_with_their_own_rows(tmp_path):
    table = ledger()
    table.insert(4, ["城南支行小计", None, None, 550000])
    table += [["城北支行小计", None, None, 800000], ["总计", None, None, 1350000]]
    book = read_ledger(tmp_path, table)
    assert found(book, "totals_agree").count == 3
    assert book.loans["source_row"].tolist() == ["借据!3", "借据!4", "借据!6"]


def test_a_header_that_stands_again_in_the_middle_is_no_row(tmp_path):
    table = ledger()
    table.insert(4, list(HEADER))
    book = read_ledger(tmp_path, table)
    assert found(book, "headers_repeated").cells == ("借据!A5",)
    assert len(book.loans) == 3


def test_empty_rows_and_columns_are_nothing(tmp_path):
    table = ledger()
    for row in table:
        row.insert(1, None)
    table.insert(4, [None])
    assert len(read_ledger(tmp_path, table).loans) == 3


def test_merged_cells_of_the_body_are_filled_but_money_is_not(tmp_path):
    rows = [
        [*AS_OF_TITLE],
        ["支行", "客户名称", "贷款余额（元）", "授信额度（元）"],
        ["城南支行", "刘桂芳", 100000, 500000],
        [None, "孙立新", 200000, None],
    ]
    path = save(tmp_path / "a.xlsx", {"借据": rows}, merges={"借据": ["A3:A4", "D3:D4"]})
    from campaign.book.read import read_book

    book = read_book([path])
    assert book.loans["branch"].tolist() == ["城南支行", "城南支行"]
    assert found(book, "merged_money").cells == ("借据!D3",)


def test_sheets_of_one_shape_are_joined_and_their_names_are_the_branches(tmp_path):
    north = [
        [*AS_OF_TITLE],
        HEADER,
        ["JJ9", "K9", "周文斌", 90000, "2026-01-01", "2027-01-01", "赵六"],
    ]
    book = read(tmp_path, {"城南支行": ledger(), "城北支行": north, "Sheet3": []})
    assert book.loans["branch"].tolist() == ["城南支行"] * 3 + ["城北支行"]
    assert book.loans["source_row"].tolist()[-1] == "城北支行!3"


def test_sheets_named_after_a_status_give_it_to_their_loans(tmp_path):
    rows = [["JJ8", "K8", "周文斌", 90000, "2026-01-01", "2027-01-01", "赵六"]]
    gone = [*ledger()[:2], ["JJ9", "K9", "吴桂英", 80000, "2025-01-01", "2026-01-01", "赵六"]]
    book = read(tmp_path, {"正常": ledger(), "逾期明细": [*ledger()[:2], *rows], "已核销": gone})
    assert book.loans["loan_status"].tolist() == ["active"] * 3 + ["overdue", "written_off"]
    assert book.live_loans["balance"].sum() == 1_350_000 + 90_000
    assert "“已核销”1 行当作“核销”" in found(book, "status_from_sheet_name").message
    assert "branch_from_sheet_name" not in kinds(book)


def test_a_block_in_another_unit_is_refused_with_its_cells(tmp_path):
    again = [h.replace("（元）", "（万元）") for h in HEADER]
    rows = [["JJ9", "K9", "周文斌", 9, "2026-01-01", "2027-01-01", "赵六"]]
    finding = found(read_ledger(tmp_path, [*ledger(), again, *rows]), "block_unit_differs")
    assert (finding.severity, finding.cells) == ("error", ("借据!D6",))
    assert "第 6 行起金额单位是“万元”，与上面的“元”不同" in finding.message


def test_a_short_table_beyond_an_empty_column_is_said_and_not_read(tmp_path):
    table = ledger()
    for row, more in zip(table[1:], [["支行", "户数"], ["城南", 3]], strict=False):
        row += [None, *more]
    finding = found(read_ledger(tmp_path, table), "table_beside")
    assert (finding.severity, finding.cells) == ("error", ("借据!I2",))
    assert "I 至 J 列（支行、户数）" in finding.message


def test_branch_and_manager_written_once_a_group_are_asked_and_filled(tmp_path):
    rows = [
        [f"JJ{n}", f"K{n}", f"客户{n}", 1000, "2026-01-01", "2027-01-01", None] for n in range(6)
    ]
    rows[0][6], rows[3][6] = "张伟民", "李雪梅"
    table = [*ledger()[:2], *rows]
    finding = found(read_ledger(tmp_path, table), "written_once")
    assert finding.cells == ("借据!G4", "借据!G5", "借据!G7", "借据!G8")
    assert [(ask.key, ask.answer) for ask in finding.asks] == [("客户经理", "leave")]
    told = Recipe(answers=answers_of_texts(["只写一次的列:客户经理=向下填"]))
    book = read_ledger(tmp_path, table, recipe=told)
    assert book.loans["manager_name"].tolist() == ["张伟民"] * 3 + ["李雪梅"] * 3


def test_ledgers_of_two_days_with_the_same_notes_leave_the_last(tmp_path):
    old = [["清河农商银行贷款台账 数据日期：2025-11-15"], *ledger((0, "贷款余额（元）", 9))[1:]]
    book = read(tmp_path, {"去年": old, "今年": ledger()})
    assert book.loans["balance"].sum() == 1_350_000
    assert found(book, "several_periods").cells == ("去年!A3", "去年!A4", "去年!A5")


def test_a_column_whose_field_a_better_one_has_is_said_not_dropped(tmp_path):
    names = ["张伟", "李娜", "王芳"]
    table = ledger()
    place = table[1].index("客户名称")
    table[1][place] = "户名"
    for row, name in zip(table[1:], ["借款人姓名", *names], strict=True):
        row.append(name)
    finding = found(read_ledger(tmp_path, table), "two_columns")
    assert finding.severity == "warning"
    assert set(finding.cells) == {"借据!C2", "借据!H2"}
    assert "用了“借款人姓名”" in finding.message


def test_two_balances_that_differ_are_said_also_where_one_has_the_plainer_name(tmp_path):
    table = with_column("余额", [150_000, 350_000, 800_000])
    table[1][table[1].index("贷款余额（元）")] = "贷款余额"
    finding = found(read_ledger(tmp_path, table, unit="元"), "two_columns")
    assert set(finding.cells) == {"借据!D2", "借据!H2"}
    assert "用了“贷款余额”" in finding.message


def test_ledgers_of_two_days_are_known_by_the_loan_account_too(tmp_path):
    ledgers = {"10月": ledger(), "11月": ledger()}
    for day, table in zip(("2026-10-31", "2026-11-15"), ledgers.values(), strict=True):
        table[0] = [f"清河农商银行贷款台账 数据日期：{day}"]
        table[1][table[1].index("借据号")] = "贷款账号"
    book = read(tmp_path, ledgers)
    assert book.loans["balance"].sum() == 1_350_000
    assert found(book, "several_periods").cells == ("10月!A3", "10月!A4", "10月!A5")


def test_a_line_about_the_rows_below_it_is_a_warning(tmp_path):
    table = ledger()
    table.insert(3, ["以下为诉讼客户"])
    finding = found(read_ledger(tmp_path, table), "labels_dropped")
    assert (finding.severity, finding.cells) == ("warning", ("借据!A4",))
    assert "其下各行照常读入" in finding.message


def test_a_cover_and_a_dictionary_are_not_used_and_said_so(tmp_path):
    cover = [["清河农商银行"], ["小微企业部"], ["2026年开门红"]]
    codes = [["五级分类", "担保方式"], ["正常", "信用"], ["关注", "保证"], ["次级", "抵押"]]
    book = read(tmp_path, {"封面": cover, "字典": codes, "借据": ledger()})
    assert [sheet.role for sheet in book.sheets] == ["unused", "unused", "loans"]
    assert len(book.loans) == 3


def test_a_report_template_that_was_never_filled_in_is_refused(tmp_path):
    rows = [HEADER, ["${a}", "${b}", "${c}", "${d}", "${e}", "${f}", "${g}"]]
    book = read(tmp_path, {"模板": rows, "借据": ledger()})
    assert found(book, "empty_template").severity == "error"


def test_east_names_in_pinyin_are_known(tmp_path):
    rows = [
        ["XDJJH", "KHTYBH", "KHMC", "DKYE", "DKFFRQ", "DKDQRQ", "GHJLGH"],
        ["JJ1", "K1", "刘桂芳", 200000.0, "20260301", "20270301", "A01"],
    ]
    book = read_ledger(tmp_path, rows, as_of=date(2026, 11, 15))
    row = book.loans.iloc[0]
    assert (row.loan_note_id, row.customer_id, row.balance, row.manager_id) == (
        "JJ1",
        "K1",
        200000.0,
        "A01",
    )
    assert row.maturity_date.date() == date(2027, 3, 1)


def test_a_sheet_is_known_by_its_headers_not_by_its_name(tmp_path):
    roster = [["工号", "姓名", "所属支行"], ["A1", "张伟民", "城南支行"]]
    book = read(tmp_path, {"贷款台账": roster, "客户经理名册": ledger()})
    assert [sheet.role for sheet in book.sheets] == ["managers", "loans"]


def test_a_customer_list_with_one_balance_column_is_no_ledger(tmp_path):
    customers = [
        [
            "客户编号",
            "客户名称",
            "联系电话",
            "经营地址",
            "主营业务",
            "年销售收入（元）",
            "贷款余额（元）",
        ],
        ["K001", "刘桂芳", "13800138000", "城南路1号", "烟酒", 3000000, 200000],
    ]
    book = read(tmp_path, {"甲": customers, "乙": ledger()})
    assert [sheet.role for sheet in book.sheets] == ["customers", "loans"]


def test_a_column_of_days_is_never_a_balance(tmp_path):
    table = ledger()
    for row in table[1:]:
        row[3], row[5] = row[5], row[3]
    table[1] = list(HEADER)
    with pytest.raises(Exception, match="贷款余额"):
        read_ledger(tmp_path, table)


def test_columns_shifted_by_one_are_refused(tmp_path):
    table = [row[:] for row in ledger()]
    for row in table[2:]:
        row.insert(2, "x")
        row.pop()
    with pytest.raises(Exception, match="贷款余额") as refused:
        read_ledger(tmp_path, table)
    assert "错位" in str(refused.value) or "内容不像" in str(refused.value)


def test_two_columns_for_the_balance_are_asked_not_chosen(tmp_path):
    table = with_column("借据余额（元）", [1, 2, 3])
    with pytest.raises(Exception, match="不能替您选"):
        read_ledger(tmp_path, table)


def test_two_equal_columns_are_no_question(tmp_path):
    table = with_column("借据余额（元）", [200000, 350000, 800000])
    assert read_ledger(tmp_path, table).loans["balance"].sum() == 1_350_000


def test_two_addresses_are_a_choice_that_is_said(tmp_path):
    table = with_column("经营地址", ["城南路1号", "城南路2号", "城南路3号"])
    for row, value in zip(table[1:], ["联系地址", "甲", "乙", "丙"], strict=True):
        row.append(value)
    book = read_ledger(tmp_path, table)
    assert book.customers["address"].tolist() == ["城南路1号", "城南路2号", "城南路3号"]
    assert found(book, "two_columns").severity == "warning"


def test_unused_columns_are_listed_with_their_header(tmp_path):
    book = read_ledger(tmp_path, with_column("五行八卦", ["a", "b", "c"]))
    assert field_of(book, "五行八卦") is None
    column = book.sheets[0].columns[-1]
    assert (column.confidence, column.proof) == (0.0, "没有对应的字段")


def test_known_columns_of_no_use_do_not_steal_a_field(tmp_path):
    table = with_column("年初贷款余额（元）", [1, 2, 3])
    book = read_ledger(tmp_path, table)
    assert book.loans["balance"].sum() == 1_350_000
    assert field_of(book, "年初贷款余额（元）") is None


def test_every_match_has_a_proof(tmp_path):
    book = read_ledger(tmp_path, ledger())
    assert all(column.proof for column in book.sheets[0].columns)
    assert {column.confidence for column in book.sheets[0].columns} == {1.0}


def test_customer_facts_on_the_ledger_reach_the_customers(tmp_path):
    book = read_ledger(tmp_path, with_column("手机号码", ["13800138000", "13800138001", ""]))
    assert book.customers["phone"].tolist()[:2] == ["13800138000", "13800138001"]
    assert book.knows("customers", "phone")


def test_letters_of_pinyin_are_read_by_the_words_they_stand_for():
    def best(header):
        return options_for("loans", [read_header([header])], {0: Profile(())})[0][0].target.field

    assert [best(h) for h in ("YHJGMC", "ZXLL", "LXQKQS", "DKYE_RMB", "JKRMC")] == [
        "branch",
        "annual_rate",
        "arrears_count",
        "balance",
        "customer_name",
    ]


def test_values_of_a_closed_list_tell_a_column_whatever_it_is_called(tmp_path):
    table = with_column("风控口径", ["信用", "保证", "抵押"])
    table += [
        [f"J{n}", f"K{n}", f"客户{n}", 1000, "2026-01-01", "2027-01-01", "张伟民", "质押"]
        for n in range(4)
    ]
    book = read_ledger(tmp_path, table)
    assert field_of(book, "风控口径") == "guarantee_type"
    assert "内容都是“担保方式”的写法" in book.sheets[0].columns[-1].proof


def test_certificates_that_check_are_no_type_of_customer(tmp_path):
    numbers = ["91350100M000100Y43", "11010519491231002X", "11010519491231002X"]
    assert (
        field_of(read_ledger(tmp_path, with_column("借款人身份", numbers)), "借款人身份")
        != "customer_type"
    )


def test_a_unit_in_the_header_speaks_against_other_fields(tmp_path):
    book = read_ledger(tmp_path, with_column("逾期（天）", [0, 12, 0]))
    assert field_of(book, "逾期（天）") == "days_past_due"


def test_our_own_labels_lead_to_our_fields():
    for role, table in BOOK_TABLES.items():
        for field in table.fields:
            if field.name != "source_row":
                best = role_aliases(role).candidates(read_header([field.label]))[0]
                assert (best.target.field, best.score) == (field.name, 1.0)


def test_known_headers_name_our_label_first():
    assert known_headers("loans", "balance")[0] == "贷款余额"
    assert "DKYE" in known_headers("loans", "balance")


def test_a_ledger_of_the_eight_usual_columns_is_enough(tmp_path):
    rows = [
        ["客户名称", "支行", "客户经理", "贷款金额", "贷款余额", "发放日期", "到期日期", "利率"],
        ["刘桂芳", "城南支行", "张伟民", 300000, 200000, "2026-03-01", "2027-03-01", 4.35],
        ["孙立新", "城南支行", "张伟民", 500000, 350000, "2026-01-20", "2027-01-20", 5.2],
    ]
    book = read_ledger(tmp_path, rows, as_of=date(2026, 11, 15))
    assert book.usable
    assert book.loans["customer_id"].tolist() == [
        number_of_name("刘桂芳"),
        number_of_name("孙立新"),
    ]
    assert book.managers["manager_id"].tolist() == ["张伟民"]
    assert {"customer_by_name", "roster_from_loans", "unit_inferred"} <= kinds(book)


BLOCK = ["借据号", "客户名称", "贷款余额（元）", "到期日期", "客户经理"]


def test_blocks_under_branch_names_are_one_table(tmp_path):
    rows = [
        ["城南支行"],
        BLOCK,
        ["J1", "刘桂芳", 200000, "2027-03-01", "张伟民"],
        [None],
        ["城北支行"],
        BLOCK,
        ["J2", "周文斌", 400000, "2027-01-01", "李雪梅"],
    ]
    book = read_ledger(tmp_path, rows, as_of=date(2026, 11, 15))
    assert book.loans["branch"].tolist() == ["城南支行", "城北支行"]
    assert book.loans["source_row"].tolist() == ["借据!3", "借据!7"]
    assert found(book, "labels_dropped").cells == ("借据!A5",)


def test_another_table_below_is_read_as_what_its_headers_say(tmp_path):
    rows = [
        BLOCK,
        ["J1", "刘桂芳", 200000, "2027-03-01", "张伟民"],
        ["客户名称", "他行名称", "他行余额（元）", "到期日"],
        ["刘桂芳", "建设银行", 100000, "2027-01-01"],
    ]
    book = read_ledger(tmp_path, rows, as_of=date(2026, 11, 15))
    finding = found(book, "several_tables")
    assert (finding.severity, finding.cells) == ("info", ("借据!A3",))
    assert book.other_loans[["lender", "balance", "source_row"]].values.tolist() == [
        ["建设银行", 100000.0, "借据!4"]
    ]
    assert [(sheet.sheet, sheet.role, sheet.header_row) for sheet in book.sheets] == [
        ("借据", "loans", 1),
        ("借据（第3行起）", "other_loans", 3),
    ]


def test_a_customer_list_with_balances_is_the_ledger_where_there_is_no_other(tmp_path):
    rows = [
        ["客户名称", "贷款余额（元）", "客户经理", "支行", "联系电话", "经营地址", "主营业务"],
        ["刘桂芳", 200000, "张伟民", "城南支行", "13800138000", "城南路1号", "烟酒"],
    ]
    book = read_ledger(tmp_path, rows, as_of=date(2026, 11, 15))
    assert book.loans["balance"].tolist() == [200000.0]
    assert book.customers["main_business"].tolist() == ["烟酒"]


def test_a_name_alone_is_a_row_of_the_do_not_contact_list(tmp_path):
    silent = [
        ["客户名称", "登记日期", "原因"],
        ["刘桂芳", None, None],
        ["周文斌", "2026-10-01", "投诉"],
    ]
    book = read(tmp_path, {"借据": ledger(), "免打扰": silent})
    assert book.do_not_contact["customer_id"].tolist()[0] == "K001"
    assert len(book.do_not_contact) == 2


def test_a_legend_without_signs_between_is_read():
    assert read_header(["五级分类(1正常2关注3次级4可疑5损失)"]).legend["3"] == "次级"
    assert read_header(["查询(1月6月)"]).legend == {}


def test_a_missing_maturity_is_asked_with_the_columns_that_could_be_it(tmp_path):
    table = ledger()
    table[1][5] = "合同约定最后期限"
    finding = found(read_ledger(tmp_path, table), "maturity_not_found")
    assert finding.cells == ("借据!F2",)
    assert '"合同约定最后期限" = "maturity_date"' in finding.message


def test_repayment_day_years_after_the_start_is_the_maturity(tmp_path):
    table = with_column("五级分类(1正常2关注)", [1, 1, 2])
    table[1][4], table[1][5] = "借款日", "还款日"
    for row, day in zip(table[2:], ["2027-03-01", "2028-09-20", "2029-12-10"], strict=True):
        row[5] = day
    book = read_ledger(tmp_path, table)
    assert field_of(book, "还款日") == "maturity_date"
    assert book.loans["loan_class"].tolist() == ["normal", "normal", "special_mention"]


def test_drawn_balance_is_the_balance_and_a_column_of_sentinels_a_date(tmp_path):
    table = with_column("ZJRQ", ["99991231"] * 3)
    table[1][3] = "用信余额（元）"
    book = read_ledger(tmp_path, table)
    assert book.loans["balance"].sum() == 1_350_000
    assert "header_contradicted" not in kinds(book)
