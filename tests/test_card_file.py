"""The trade cards as a file that a bank edits: out, changed, and back."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from campaign.book.card_file import read_cards, write_cards
from campaign.cli import main
from campaign.errors import BookUnreadable, OutputBlocked
from campaign.learn.cards import industry_cards, with_own_cards
from campaign.resources import resource_folder
from campaign.vocabulary import INDUSTRY_CARDS
from tests.workbooks import rows_under


def test_what_is_written_reads_back_as_it_was(tmp_path):
    path = tmp_path / "行业卡.xlsx"
    write_cards(industry_cards(), path)
    pd.testing.assert_frame_equal(read_cards(path), industry_cards())


def test_a_changed_cell_comes_back_and_the_rest_stays(tmp_path):
    path = tmp_path / "行业卡.xlsx"
    write_cards(industry_cards(), path)
    book = openpyxl.load_workbook(path)
    heads = [cell.value for cell in book.active[1]]
    book.active.cell(2, heads.index("常见金额") + 1).value = "10—30 万元"
    book.save(path)
    own = with_own_cards([read_cards(path)])
    assert own["usual_ticket"][0] == "10—30 万元"
    pd.testing.assert_frame_equal(own.iloc[1:], industry_cards().iloc[1:])


def test_a_csv_with_a_few_columns_replaces_whole_cards_and_adds_new_ones(tmp_path):
    path = tmp_path / "卡.csv"
    path.write_bytes(
        "本行行业卡,\n细分行业,常见风险\n白酒经销批发,压货\n柳编,断货\n".encode("gb18030")
    )
    cards = with_own_cards([read_cards(path)]).set_index("sub_industry")
    assert cards.loc["白酒经销批发", "what_goes_wrong"] == "压货"
    assert pd.isna(cards.loc["白酒经销批发", "why_now"])
    assert cards.index[-1] == "柳编"
    assert len(cards) == len(industry_cards()) + 1


def test_of_two_files_the_later_one_stands():
    one, two = (
        INDUSTRY_CARDS.conform(pd.DataFrame([{"sub_industry": "柳编", "why_now": why}]))
        for why in ("甲", "乙")
    )
    assert with_own_cards([one, two])["why_now"].iloc[-1] == "乙"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("行业,风险\n白酒,压货\n", "没有一张表有“细分行业”列"),
        ("细分行业,常见风险\n,压货\n", "卡!A2 没有写细分行业"),
        ("细分行业,常见风险\n白酒,压货\n白酒,返利\n", "卡!A3 的“白酒”与第 2 行重复"),
    ],
)
def test_a_bad_file_is_one_sentence_with_the_cell(tmp_path, text, said):
    path = tmp_path / "卡.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BookUnreadable, match=said):
        read_cards(path)


def test_a_place_that_cannot_be_written_says_so(tmp_path):
    with pytest.raises(OutputBlocked, match="写不出"):
        write_cards(industry_cards(), tmp_path / "无" / "行业卡.xlsx")


def test_the_commands_write_the_cards_and_plan_with_them(tmp_path):
    path = tmp_path / "行业卡.xlsx"
    done = CliRunner().invoke(main, ["cards", str(path)])
    assert done.exit_code == 0, done.output
    book = openpyxl.load_workbook(path)
    heads = [cell.value for cell in book.active[1]]
    for row in range(2, book.active.max_row + 1):
        book.active.cell(row, heads.index("常见风险") + 1).value = "本行自己的提醒"
    book.save(path)
    ledger, out = resource_folder("sample_books") / "first_look.xlsx", tmp_path / "方案"
    done = CliRunner().invoke(main, ["plan", str(ledger), "--cards", str(path), "--out", str(out)])
    assert done.exit_code == 0, done.output
    workbook = next(out.glob("行动方案/*/QH001_*.xlsx"))
    shown = rows_under(openpyxl.load_workbook(workbook)["行业卡"], "三个问题")
    assert shown
    assert {row["常见风险"] for row in shown} == {"本行自己的提醒"}
