"""The commands as a user meets them: one Chinese sentence, never a traceback."""

import json
import subprocess
import sys
import tomllib

import pytest
from click.testing import CliRunner

from campaign.cli import main
from campaign.resources import resource_folder
from tests.builders_book import save, with_column

SAMPLE = str(resource_folder("sample_books") / "first_look.xlsx")


@pytest.fixture
def run():
    def call(*args):
        return CliRunner().invoke(main, [str(arg) for arg in args])

    return call


def test_check_says_what_was_understood(run):
    done = run("check", SAMPLE)
    assert done.exit_code == 0
    assert "可以用于制定方案" in done.stdout
    assert "2026-11-15" in done.stdout


def test_check_json_keeps_the_contract(run):
    report = json.loads(run("check", SAMPLE, "--json", "-").stdout)
    assert set(report) == {"usable", "as_of", "as_of_from", "sheets", "totals", "findings"}
    assert report["usable"] is True
    assert set(report["totals"]) == {"loans", "customers", "managers", "branches", "balance"}
    assert report["totals"]["loans"] == 40
    sheet = next(s for s in report["sheets"] if s["role"] == "loans")
    assert set(sheet) == {"file", "sheet", "role", "header_row", "rows", "columns"}
    assert {"header", "field", "unit", "confidence"} <= set(sheet["columns"][0])


def test_an_unusable_book_exits_with_2(run, tmp_path):
    path = tmp_path / "空.xlsx"
    path.write_bytes(b"PK no workbook")
    done = run("check", path, "--json", "-")
    assert done.exit_code == 2
    assert json.loads(done.stdout)["usable"] is False


def test_plan_refuses_it_in_one_sentence(run, tmp_path):
    path = tmp_path / "空.xlsx"
    path.write_bytes(b"")
    done = run("plan", path, "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert done.stderr.startswith("错误：")
    assert done.stderr.count("\n") == 1


def test_settings_print_toml_that_reads_back(run):
    assert "screen" in tomllib.loads(run("settings").stdout)


def test_fields_name_every_role(run):
    done = run("fields")
    assert "[loans] 贷款台账" in done.stdout
    assert "balance" in done.stdout


def test_template_is_written(run, tmp_path):
    done = run("template", tmp_path / "模板.xlsx")
    assert done.exit_code == 0
    assert (tmp_path / "模板.xlsx").stat().st_size > 5000


@pytest.mark.parametrize("amount", ["三个亿", "abc"])
def test_an_amount_nobody_understands_is_a_usage_error(run, tmp_path, amount):
    done = run("plan", SAMPLE, "--out", tmp_path, "--target", amount)
    assert done.exit_code == 2
    assert "不是金额" in done.stderr


def test_the_closing_summary_has_the_three_figures(run, tmp_path):
    done = run("plan", SAMPLE, "--out", tmp_path / "out", "--target", "300万")
    assert done.exit_code == 0, done.stderr
    for word in ("净增目标    300.00万", "预计净增", "达成可能", "暂定"):
        assert word in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["plan", "没有.xlsx", "--out", "x"], "不存在"),
        (["revew", "."], "没有 revew 这个命令"),
        (["demo", "--uot", "x"], "没有 --uot 这个选项"),
        (["plan", SAMPLE], "缺少"),
    ],
)
def test_a_wrong_call_is_said_in_chinese(capsys, words, said):
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_refused_before_the_work(run, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("x")
    done = run("plan", SAMPLE, "--out", blocked / "out")
    assert done.exit_code == 1
    assert "建不了" in done.stderr


def test_a_defect_of_ours_is_one_sentence_and_a_log(run, tmp_path, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError("秘密")

    monkeypatch.delenv("CAMPAIGN_DEBUG", raising=False)
    monkeypatch.setattr("campaign.workflow.plan_campaign", fail)
    done = run("plan", SAMPLE, "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert done.stderr.startswith("错误：程序出了没有料到的问题（ZeroDivisionError）")
    assert "秘密" not in done.stderr


def test_a_book_without_a_target_still_gets_a_plan(run, tmp_path):
    book = tmp_path / "台账20261115.csv"
    book.write_text(
        "客户编号,客户名称,借据号,贷款余额（元）,到期日期,客户经理\nK1,甲公司,J1,300000,2027-01-10,王强\n",
        encoding="utf-8",
    )
    done = run("plan", book, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    assert "未设定" in done.stdout
    plan = json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    assert plan["target"] is None
    assert plan["forecast"]["chance"] is None


def test_a_book_without_a_day_is_asked_for_it(run, tmp_path):
    book = tmp_path / "台账.csv"
    book.write_text("客户编号,贷款余额（元）,客户经理\nK1,300000,王强\n", encoding="utf-8")
    done = run("plan", book, "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert "--as-of" in done.stderr


def test_a_reader_that_stops_early_gets_no_words_about_it():
    command = [sys.executable, "-m", "campaign", "settings"]
    done = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    done.stdout.close()
    assert (done.stderr.read(), done.wait()) == ("", 1)
    done.stderr.close()


def test_an_answer_on_the_command_line_goes_before_the_recipe(run, tmp_path):
    table = with_column("业务种类", ["信用卡", "流动资金贷款", "流动资金贷款"])
    book = save(tmp_path / "book.xlsx", {"借据": table})
    recipe = tmp_path / "r.toml"
    recipe.write_text('[answers.scope]\n"信用卡" = "计入"\n', encoding="utf-8")
    assert "借据 3 笔" in run("check", book, "--recipe", recipe).stdout
    said = run("check", book, "--recipe", recipe, "--answer", "开门红口径:信用卡=剔出").stdout
    assert "信用卡 1 笔 200,000.00 元，不计入开门红口径，已剔出" in said
    assert '请加 --answer "开门红口径:信用卡=计入"' in said


def test_an_answer_nobody_asked_for_is_refused_with_the_choices(run):
    done = run("check", SAMPLE, "--answer", "口径=计入")
    assert done.exit_code == 2
    assert "没有“口径”这个问题" in done.stdout
    assert "隐藏表、压缩包文件、重复借据、开门红口径" in done.stdout


def test_a_made_up_bank_has_as_many_managers_as_asked(run, tmp_path):
    assert (
        run("make-book", str(tmp_path / "行.xlsx"), "--loans", "60", "--managers", "7").exit_code
        == 0
    )
    report = json.loads(run("check", str(tmp_path / "行.xlsx"), "--json", "-").stdout)
    assert (report["totals"]["loans"], report["totals"]["managers"]) == (60, 7)
