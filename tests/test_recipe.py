"""A confirmed mapping is remembered and replayed; one that no longer fits says where."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from campaign.book.recipe import (
    Recipe,
    load_recipe,
    recipe_from,
    recipe_of,
    recipe_toml,
    save_recipe,
)
from campaign.cli import main
from campaign.errors import FieldsMissing, SettingsError
from tests.builders_book import found, kinds, ledger, read, read_ledger, save, with_column

ODD = Recipe(
    columns={
        "loans": {"甲": "balance", "五行": "area", "联系方式": "customers.phone", "备查": "不用"}
    },
    units={"loans": {"甲": "万元"}},
    codes={"loan_class": {"1": "正常", "2": "special_mention"}},
    sheets={"台账": "loans", "草稿": "不用"},
    answers={"scope": {"信用卡": "counted"}, "hidden_sheet": {"全部": "load"}},
)


def odd_table():
    table = with_column("五级分类", [1, 1, 2])
    table[1][3] = "甲"
    for row, value in zip(table[2:], [20, 35.5, 80], strict=True):
        row[3] = value
    return table


def write(tmp_path, text: str):
    path = tmp_path / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_recipe_answers_column_unit_and_codes(tmp_path):
    with pytest.raises(FieldsMissing):
        read_ledger(tmp_path, odd_table())
    book = read_ledger(tmp_path, odd_table(), recipe=ODD)
    assert book.loans["balance"].tolist() == [200_000, 355_000, 800_000]
    assert book.loans["loan_class"].tolist() == ["normal", "normal", "special_mention"]
    assert "bare_code" not in kinds(book)
    assert book.sheets[0].columns[3].proof == "配方"


def test_a_recipe_is_saved_and_read_back_equal(tmp_path):
    save_recipe(ODD, tmp_path / "recipe.toml")
    assert load_recipe(tmp_path / "recipe.toml") == ODD


def test_what_a_book_was_read_with_is_a_recipe(tmp_path):
    first = read_ledger(tmp_path, with_column("手机号码", ["13800138000", "", ""]))
    recipe = recipe_of(first)
    assert recipe.columns["loans"]["贷款余额(元)"] == "balance"
    assert recipe.columns["loans"]["手机号码"] == "customers.phone"
    assert recipe.units["loans"] == {"贷款余额(元)": "元"}
    again = read_ledger(tmp_path, with_column("手机号码", ["13800138000", "", ""]), recipe=recipe)
    assert again.loans.equals(first.loans)
    assert "recipe_mismatch" not in kinds(again)


def test_a_recipe_that_no_longer_fits_says_where(tmp_path):
    book = read_ledger(tmp_path, ledger(), recipe=Recipe(columns={"loans": {"旧列": "area"}}))
    assert "“旧列”" in found(book, "recipe_mismatch").message


def test_a_column_that_the_recipe_leaves_out_is_left_out(tmp_path):
    recipe = Recipe(columns={"loans": {"借据余额(元)": "不用"}})
    book = read_ledger(tmp_path, with_column("借据余额（元）", [1, 2, 3]), recipe=recipe)
    assert book.loans["balance"].sum() == 1_350_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[rows]\na = 1", "没有 [rows]"),
        ('[columns.loan]\n"甲" = "balance"', "[columns.loan]"),
        ('[columns.loans]\n"甲" = "money"', "不认识的字段 money"),
        ('[units.loans]\n"甲" = "块"', "不认识的单位 块"),
        ('[sheets]\n"甲" = "ledger"', "表“甲”写了不认识的 ledger"),
        ("[codes.loan_class]\na = 1", "codes|loan_class"),
        ("[columns.loans", "不是有效的 TOML"),
        ('[answers.what]\n"全部" = "装入"', "没有“what”这个问题"),
        ('[answers.scope]\n"信用卡" = "装入"', "没有“装入”这个答案"),
    ],
)
def test_a_recipe_with_a_mistake_is_refused(tmp_path, text, said):
    with pytest.raises(SettingsError) as refused:
        load_recipe(write(tmp_path, text))
    assert any(part in str(refused.value) for part in said.split("|"))


def test_a_recipe_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="打不开"):
        load_recipe(tmp_path / "没有.toml")


def test_quotes_in_headers_survive(tmp_path):
    recipe = Recipe(columns={"loans": {'余额"甲"': "balance"}})
    assert load_recipe(write(tmp_path, recipe_toml(recipe))) is not None


def test_a_saved_recipe_reads_the_next_file_without_a_question(tmp_path):
    """The first file needs --unit; the next month's, with the recipe, needs nothing."""
    table = ledger()
    table[1][3] = "当前余额"
    for row, value in zip(table[2:], [20, 35.5, 80], strict=True):
        row[3] = value
    book, recipe = str(save(tmp_path / "10月.xlsx", {"借据": table})), str(tmp_path / "本行.toml")
    first = CliRunner().invoke(main, ["check", book, "--unit", "万元", "--save-recipe", recipe])
    assert (first.exit_code, "已写出配方" in first.output) == (0, True)
    table[0] = ["清河农商银行贷款台账 数据日期：2026-12-15"]
    book = str(save(tmp_path / "11月.xlsx", {"Sheet1": table}))
    again = CliRunner().invoke(main, ["check", book, "--recipe", recipe])
    assert again.exit_code == 0, again.output
    assert "余额 1,355,000.00 元" in again.output


def test_what_is_open_stands_in_a_recipe_as_comments_to_fill_in(tmp_path):
    table = with_column("五级分类", [1, 1, 2])
    table[1][3] = "当前余额"
    for row, value in zip(table[2:], [20, 35.5, 80], strict=True):
        row[3] = value
    book, recipe = str(save(tmp_path / "a.xlsx", {"借据": table})), tmp_path / "本行.toml"
    done = CliRunner().invoke(main, ["check", book, "--save-recipe", str(recipe)])
    assert (done.exit_code, "3 处待定" in done.output) == (2, True)
    text = recipe.read_text(encoding="utf-8")
    assert load_recipe(recipe).columns["loans"]["当前余额"] == "balance"
    for asked, answer in (
        ('# "当前余额" = ""', "万元"),
        ('# "1" = ""', "正常"),
        ('# "2" = ""', "关注"),
    ):
        assert asked in text
        text = text.replace(asked, asked[2:-1] + answer + '"')
    recipe.write_text(text, encoding="utf-8")
    assert CliRunner().invoke(main, ["check", book, "--recipe", str(recipe)]).exit_code == 0


def test_a_recipe_tells_the_unit_of_a_rate(tmp_path):
    table = with_column("利率", [4.35, 0.5, 0.06])
    assert found(read_ledger(tmp_path, table), "unit_unknown").severity == "error"
    recipe = Recipe(units={"loans": {"利率": "%"}})
    with_unit = with_column("利率", [4.35, 5, 6])
    assert read_ledger(tmp_path, with_unit, recipe=recipe).loans["annual_rate"].iloc[1] == 0.05


def test_a_header_that_changed_is_named_with_the_new_one_and_its_sheet(tmp_path):
    recipe = recipe_of(read_ledger(tmp_path, ledger()))
    table = ledger()
    table[1][6] = "管户客户经理"
    message = found(read_ledger(tmp_path, table, recipe=recipe), "recipe_mismatch").message
    assert "“客户经理”（表“借据”的新列“管户客户经理”与它最像）" in message


def test_a_recipe_tells_what_a_sheet_is(tmp_path):
    people = [["客户名称", "手机号码", "地址"], ["王五", "13800138000", "城关"]]
    copied = ledger(*((row, "借据号", f"JJ9{row}") for row in range(3)))
    sheets = {"借据": ledger(), "上月": copied, "名单": people}
    told = Recipe(sheets={"上月": "不用", "名单": "do_not_contact"})
    assert len(read(tmp_path, sheets).loans) != 3
    book = read(tmp_path, sheets, recipe=told)
    assert [sheet.role for sheet in book.sheets] == ["loans", "unused", "do_not_contact"]
    assert len(book.loans) == 3
    assert book.do_not_contact["customer_name"].tolist() == ["王五"]


def test_a_sheet_that_a_recipe_names_and_no_file_has_is_said(tmp_path):
    book = read_ledger(tmp_path, ledger(), recipe=Recipe(sheets={"名单": "prospects"}))
    assert "表“名单”在这份文件里没有" in found(book, "recipe_mismatch").message


def test_two_columns_of_the_name_that_a_recipe_gives_are_asked_never_the_last_one_taken(tmp_path):
    table = odd_table()
    for row, value in zip(table[1:], ["甲", 1, 2, 3], strict=True):
        row.append(value)
    with pytest.raises(FieldsMissing, match="“甲”、“甲”都像“贷款余额”"):
        read_ledger(tmp_path, table, recipe=ODD)


def test_a_recipe_whose_column_now_holds_something_else_says_where(tmp_path):
    table = odd_table()
    for row in table[2:]:
        row[3] = "2027-01-01"
    finding = found(read_ledger(tmp_path, table, recipe=ODD), "recipe_contradicted")
    assert (finding.severity, finding.cells) == ("error", ("借据!D2",))


def test_a_refusal_names_the_column_that_a_recipe_misses(tmp_path):
    table = odd_table()
    table[1][3] = "甲项"
    with pytest.raises(FieldsMissing) as refused:
        read_ledger(tmp_path, table, recipe=ODD)
    assert "表头“甲”（表“借据”的新列“甲项”与它最像）" in refused.value.hint


def test_columns_moved_and_added_change_nothing(tmp_path):
    first = read_ledger(tmp_path, odd_table(), recipe=ODD)
    recipe = recipe_of(first, ODD.codes)
    table = odd_table()
    table[1:] = [["新列", *reversed(row)] if row[0] == "借据号" else ["x", *reversed(row)]
                 for row in table[1:]]  # fmt: skip
    again = read_ledger(tmp_path, table, recipe=recipe)
    assert again.loans[first.loans.columns].equals(first.loans)
    assert {f.severity.value for f in again.findings if "recipe" in f.kind} == set()


def test_a_column_answered_as_unused_is_not_asked_again(tmp_path):
    table = with_column("最后期限", ["2027-03-01", "2028-01-01", "2027-05-01"])
    table[1][5], table[1][7] = "最后期限", "五行"
    asked = read_ledger(tmp_path, table)
    assert {"maturity_not_found", "perhaps_column"} & kinds(asked)
    recipe = Recipe(columns={"loans": {"最后期限": "不用", "五行": "不用"}})
    again = read_ledger(tmp_path, table, recipe=recipe)
    assert not {"maturity_not_found", "perhaps_column"} & kinds(again)


def test_a_recipe_remembers_that_the_day_was_given_and_never_gives_it_to_the_next_file(tmp_path):
    """Last month's day would age every loan of this month's file by a month."""
    path, recipe = tmp_path / "a.xlsx", tmp_path / "recipe.toml"
    save(path, {"借据": ledger()[1:]})
    told = ["check", str(path), "--as-of", "2026-11-15", "--save-recipe", str(recipe)]
    assert CliRunner().invoke(main, told).exit_code == 0
    assert load_recipe(recipe).as_of == {"source": "参数", "last": "2026-11-15"}
    without = CliRunner().invoke(main, ["check", str(path), "--recipe", str(recipe)])
    assert without.exit_code == 2
    assert "配方记得上一份文件也是这样给的：2026-11-15，那个日期不套用到这份文件" in without.output


def test_a_day_found_elsewhere_than_in_the_file_before_is_said(tmp_path):
    given = Recipe(as_of={"source": "参数", "last": "2026-10-31"})
    finding = found(read_ledger(tmp_path, ledger(), recipe=given), "as_of_source")
    assert finding.severity == "warning"
    assert "用了标题里的 2026-11-15" in finding.message
    same = Recipe(as_of={"source": "标题", "last": "2026-10-31"})
    assert "as_of_source" not in kinds(read_ledger(tmp_path, ledger(), recipe=same))
    other = Recipe(as_of={"source": "文件名", "last": "2026-10-31"})
    assert found(read_ledger(tmp_path, ledger(), recipe=other), "as_of_source").severity == "info"


def test_a_recipe_with_a_day_that_it_cannot_hold_is_refused():
    with pytest.raises(SettingsError, match="只有 source 和 last"):
        recipe_from('[as_of]\nday = "2026-11-15"')
