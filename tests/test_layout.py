"""Ledgers as county banks lay them out: every one is read right, or asked about with its cells."""

from __future__ import annotations

from datetime import date

import pytest

from campaign.book.header_days import latest_by_day
from campaign.book.header_text import read_header
from campaign.book.read import look_at, read_book
from campaign.book.recipe import Recipe
from campaign.errors import FieldsMissing
from tests.builders_book import found, kinds, read_ledger, save

DAY = date(2026, 11, 15)
HEAD = ["支行", "客户名称", "借据号", "贷款余额（元）", "到期日期", "客户经理"]
SOUTH = [
    [None, "刘桂芳", "J1", 200000, "2027-03-01", "张伟民"],
    [None, "孙立新", "J2", 350000, "2027-01-20", "张伟民"],
]
NORTH = [[None, "周文斌", "J3", 800000, "2026-12-10", "李雪梅"]]


def with_branch(rows, branch):
    return [[branch, *row[1:]] for row in rows]


LOANS = [*with_branch(SOUTH, "城南支行"), *with_branch(NORTH, "城北支行")]


def read(tmp_path, rows):
    return read_ledger(tmp_path, rows, as_of=DAY)


def balance(book) -> float:
    return book.loans["balance"].sum()


def test_a_sum_without_a_name_is_no_loan_and_names_its_group(tmp_path):
    rows = [
        HEAD,
        ["城南支行", None, None, 550000],
        *SOUTH,
        ["城北支行", None, None, 800000],
        *NORTH,
        ["全行", None, None, 1350000],
    ]
    book = read(tmp_path, rows)
    assert balance(book) == 1_350_000
    assert book.loans["branch"].tolist() == ["城南支行", "城南支行", "城北支行"]
    assert found(book, "group_heads").cells == ("借据!A2", "借据!A5")
    assert found(book, "totals_agree").count == 3


def test_an_amount_without_a_customer_that_is_no_sum_is_asked(tmp_path):
    book = read(tmp_path, [HEAD, *LOANS, ["城北支行", None, None, 777]])
    assert found(book, "no_customer").cells == ("借据!B5",)
    assert balance(book) == 1_350_777


@pytest.mark.parametrize(
    "words", ["城南支行合计：3笔", "本页小计", "合 计", "总计（3户）", "共计3笔", "以上合计"]
)
@pytest.mark.parametrize("column", [0, 1, 2])
def test_totals_in_any_words_and_any_column_are_dropped_and_agree(tmp_path, words, column):
    total = [None, None, None, 1350000]
    total[column] = words
    book = read(tmp_path, [HEAD, *LOANS, total])
    assert balance(book) == 1_350_000
    assert found(book, "totals_dropped").cells == ("借据!A5",)
    assert found(book, "totals_agree").count == 1


def test_a_part_of_a_total_is_dropped_and_not_compared(tmp_path):
    rows = [HEAD, *LOANS, ["合计", None, None, 1350000], ["其中：关注", None, None, 200000]]
    book = read(tmp_path, rows)
    assert found(book, "totals_dropped").count == 2
    assert "total_differs" not in kinds(book)


def test_a_total_above_its_rows_agrees(tmp_path):
    book = read(tmp_path, [HEAD, ["合计", None, None, 1350000], *LOANS])
    assert (balance(book), found(book, "totals_agree").count) == (1_350_000, 1)


def test_blocks_under_lines_that_name_the_manager(tmp_path):
    head = ["借据号", "客户名称", "贷款余额(元)", "到期日期"]
    rows = [
        ["客户经理：张伟民", None, None, "支行：城南支行"],
        head,
        *[[row[2], row[1], row[3], row[4]] for row in SOUTH],
        ["小计", "2笔", 550000],
        ["客户经理：李雪梅", None, None, "支行：城北支行"],
        head,
        *[[row[2], row[1], row[3], row[4]] for row in NORTH],
    ]
    book = read(tmp_path, rows)
    assert book.loans["manager_name"].tolist() == ["张伟民", "张伟民", "李雪梅"]
    assert book.loans["branch"].tolist() == ["城南支行", "城南支行", "城北支行"]
    assert found(book, "manager_from_labels").severity == "info"
    assert book.loans["source_row"].tolist() == ["借据!3", "借据!4", "借据!8"]


def test_a_report_printed_in_pages_is_one_table(tmp_path):
    page = [["清河农商银行贷款台账"], [None, "日期：2026-11-15"], HEAD]
    rows = [
        *page,
        *LOANS[:2],
        ["本页小计", None, None, 550000],
        ["第1页 共2页"],
        *page,
        LOANS[2],
        ["本页小计", None, None, 800000],
        ["第2页 共2页"],
        ["总计", None, None, 1350000],
    ]
    book = read_ledger(tmp_path, rows)
    assert (balance(book), len(book.loans)) == (1_350_000, 3)
    assert found(book, "totals_agree").count == 3
    assert found(book, "footers_dropped").cells == ("借据!A7", "借据!A13")


@pytest.mark.parametrize(
    "extra",
    [
        [["栏次", "1", "2", "3", "4", "5"]],
        [["甲", "乙", "丙", "1", "2", "3"]],
        [["（1）", "（2）", "（3）", "（4）", "（5）", "（6）"]],
        [["必填", "必填", "必填", "必填，数字", "格式2026-01-01", "选填"]],
        [["示例", "张三", "JJ001", 100000, "2027-01-01", "李四"]],
    ],
)
def test_numbering_guides_and_examples_below_the_header_are_no_loans(tmp_path, extra):
    book = read(tmp_path, [HEAD, *extra, *LOANS])
    assert balance(book) == 1_350_000
    assert book.loans["source_row"].tolist() == ["借据!3", "借据!4", "借据!5"]


def test_rows_shifted_by_one_column_are_refused_with_their_cells(tmp_path):
    shifted = [["x", *row[:5]] for row in with_branch(NORTH, "城北支行")]
    book = read(tmp_path, [HEAD, *LOANS[:2], *shifted, *LOANS[:1]])
    assert (found(book, "rows_shifted").severity, found(book, "rows_shifted").cells) == (
        "error",
        ("借据!D4",),
    )
    assert not book.usable


def test_balances_of_several_days_leave_the_latest_and_give_the_day(tmp_path):
    rows = [
        ["借据号", "客户名称", "2025年末余额（元）", "2026年11月15日余额（元）", "到期日期"],
        ["J1", "刘桂芳", 1, 200000, "2027-03-01"],
        ["J2", "孙立新", 2, 350000, "2027-01-20"],
    ]
    book = read_ledger(tmp_path, rows)
    assert (balance(book), book.as_of) == (550_000, DAY)


def test_a_present_balance_beats_dated_ones():
    texts = ["余额", "2026年10月余额", "11月末余额", "9月末余额", "2026年销售收入"]
    headers = [read_header([text]) for text in texts]
    named, _ = latest_by_day(headers, lambda name: name == "余额")
    assert [header.name for header in named] == [header.name for header in headers]
    named, _ = latest_by_day(headers[2:4], lambda name: name == "余额")
    assert [header.name for header in named] == ["余额", "9月末余额"]


def test_start_and_end_below_one_head_are_told_apart():
    names = [read_header(["起止日期", text]).name for text in ("起", "止")]
    assert names == ["起始日期", "到期日期"]
    assert read_header(["编号", "起"]).name == "起"


def test_a_header_below_long_notes_is_found(tmp_path):
    notes = [[f"{number}、本表由各支行填报，请认真阅读后填写。"] for number in range(1, 60)]
    book = read(tmp_path, [*notes, HEAD, *LOANS])
    assert (balance(book), book.sheets[0].header_row) == (1_350_000, 60)
    assert book.loans["source_row"].tolist() == ["借据!61", "借据!62", "借据!63"]


SUMMARY = [["支行", "户数", "余额（元）"], ["城南支行", 2, 550000], ["城北支行", 1, 800000]]
NO_USE = {"stacked_table": {"支行、户数、余额（元）": "skip"}}


def test_a_table_below_that_says_nothing_of_itself_is_asked_and_an_answer_loads_the_book(tmp_path):
    rows = [HEAD, *LOANS, [None], *SUMMARY]
    book = read(tmp_path, rows)
    assert (len(book.loans), balance(book)) == (3, 1_350_000)
    finding = found(book, "several_tables")
    assert (finding.severity, finding.cells) == ("error", ("借据!A6",))
    assert "它的 2 行没有读" in finding.message
    assert "--answer 叠放的表:支行、户数、余额（元）=不用" in finding.message
    answered = read_ledger(tmp_path, rows, as_of=DAY, recipe=Recipe(answers=NO_USE))
    finding = found(answered, "several_tables")
    assert (finding.severity, finding.cells) == ("info", ("借据!A6",))
    assert not [f for f in answered.findings if f.severity == "error"]


def test_a_table_above_the_ledger_is_asked_and_not_taken_for_its_title(tmp_path):
    book = read(tmp_path, [*SUMMARY, [None], HEAD, *LOANS])
    assert balance(book) == 1_350_000
    finding = found(book, "several_tables")
    assert (finding.severity, finding.cells, finding.count) == ("error", ("借据!A1",), 2)


def test_several_tables_of_a_few_rows_below_each_other_do_not_spoil_each_others_columns(tmp_path):
    people = [
        ["工号", "姓名", "所属支行"],
        ["Q1", "张伟民", "城南支行"],
        ["Q2", "李雪梅", "城北支行"],
    ]
    rows = [HEAD, *LOANS[:2], *SUMMARY, [None], *people]
    book = read_ledger(tmp_path, rows, as_of=DAY, recipe=Recipe(answers=NO_USE))
    assert balance(book) == 550_000
    assert book.loans["source_row"].tolist() == ["借据!2", "借据!3"]
    assert set(book.managers["manager_id"]) == {"Q1", "Q2"}
    cells = [f.cells for f in book.findings if f.kind == "several_tables"]
    assert sorted(cells) == [("借据!A4",), ("借据!A8",)]


def test_an_answer_or_a_recipe_says_what_a_table_below_is(tmp_path):
    people = [["工号", "姓名", "片区"], ["Q1", "张伟民", "东市"], ["Q2", "李雪梅", "西市"]]
    answer = Recipe(answers={"stacked_table": {"工号、姓名、片区": "managers"}})
    for recipe in (answer, Recipe(sheets={"借据（第5行起）": "managers"})):
        book = read_ledger(tmp_path, [HEAD, *LOANS, *people], as_of=DAY, recipe=recipe)
        assert set(book.managers["manager_id"]) == {"Q1", "Q2"}
        assert found(book, "several_tables").cells == ("借据!A5",)
        assert "recipe_mismatch" not in kinds(book)
    unused = Recipe(sheets={"借据（第5行起）": "不用"})
    book = read_ledger(tmp_path, [HEAD, *LOANS, *people], as_of=DAY, recipe=unused)
    assert set(book.managers["manager_id"]) == {"张伟民", "李雪梅"}


def test_two_blocks_side_by_side_are_asked_with_their_columns(tmp_path):
    rows = [[*HEAD, None, *HEAD], [*LOANS[0], None, *LOANS[2]]]
    with pytest.raises(FieldsMissing, match="A 至 F 列、H 至 M 列"):
        read(tmp_path, rows)


def test_a_template_never_filled_in_is_refused_by_name(tmp_path):
    rows = [HEAD, ["${a}", "${b}", "${c}", "${d}", "${e}", "${f}"]]
    with pytest.raises(FieldsMissing, match="空模板"):
        read(tmp_path, rows)


def test_a_table_of_three_header_rows_as_the_province_prints_it(tmp_path):
    rows = [
        ["附件2"],
        ["清河农商银行小微贷款情况统计表"],
        ["填表日期：2026年11月15日", None, None, None, None, "单位：万元、户"],
        ["序号", "机构", "客户基本情况", "贷款情况", None, None, "管户经理"],
        [None, None, "客户名称", "余额", "起止日期", None, "姓名"],
        [None, None, None, None, "起", "止", None],
        [1, "城南支行", "刘桂芳", 20, "2026-03-01", "2027-03-01", "张伟民"],
        [2, "城北支行", "周文斌", 80, "2025-12-10", "2026-12-10", "李雪梅"],
        ["合计", None, None, 100],
        ["制表人：王会计", None, "复核人：李主任"],
    ]
    areas = ["A4:A6", "B4:B6", "C5:C6", "D4:F4", "D5:D6", "E5:F5", "G5:G6"]
    path = save(tmp_path / "a.xlsx", {"Sheet1": rows, "Sheet2": []}, merges={"Sheet1": areas})
    book = read_book([path])
    assert book.loans["balance"].tolist() == [200_000.0, 800_000.0]
    assert [day.date() for day in book.loans["maturity_date"]] == [
        date(2027, 3, 1),
        date(2026, 12, 10),
    ]
    assert book.loans["manager_name"].tolist() == ["张伟民", "李雪梅"]
    assert found(book, "totals_agree").count == 1
    assert book.loans["source_row"].tolist() == ["Sheet1!7", "Sheet1!8"]


def test_a_ledger_on_its_side_is_refused_in_words_with_its_first_cell(tmp_path):
    rows = [["贷款台账"], *[list(row) for row in zip(HEAD, *LOANS, strict=True)]]
    path = save(tmp_path / "a.xlsx", {"借据": rows})
    with pytest.raises(FieldsMissing) as refusal:
        read_book([path], as_of=DAY)
    assert "字段名竖着排在 A 列（支行、客户名称、借据号" in refusal.value.hint
    (finding,) = [f for f in look_at([path]).findings if f.kind == "turned_table"]
    assert (finding.severity, finding.cells) == ("error", ("借据!A2",))


def test_a_ledger_of_nothing_but_its_header_is_said_to_be_empty(tmp_path):
    with pytest.raises(FieldsMissing, match="“借据”只有表头，下面没有一行贷款"):
        read(tmp_path, [HEAD])
