import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from campaign.resources import resource_folder

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("first_look.xlsx", "qinghe.xlsx", "qinghe_2025.xlsx")


@pytest.fixture(scope="module")
def samples() -> Path:
    return resource_folder("sample_books")


@pytest.fixture(scope="module")
def first_look(samples):
    return openpyxl.load_workbook(samples / "first_look.xlsx")


def rows_of(sheet, header_row: int) -> list[dict]:
    rows = sheet.iter_rows(min_row=header_row, values_only=True)
    header = next(rows)
    return [dict(zip(header, row, strict=True)) for row in rows]


def cells_of(path: Path) -> dict[str, list]:
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_tool_makes_the_samples_again_cell_for_cell(samples, tmp_path):
    tool = ROOT / "tools" / "make_sample_books.py"
    subprocess.run([sys.executable, str(tool), str(tmp_path)], check=True, capture_output=True)

    for name in NAMES:
        assert cells_of(tmp_path / name) == cells_of(samples / name), name


def test_the_samples_stay_small(samples):
    assert sum((samples / name).stat().st_size for name in NAMES) < 3_400_000


def test_first_look_has_forty_notes_of_thirty_customers_and_1400_wan(first_look):
    loans = rows_of(first_look["贷款台账"], 2)

    assert len(loans) == 40
    assert len({loan["客户编号"] for loan in loans}) == 30
    assert sum(loan["贷款余额（万元）"] for loan in loans) == 1_400
    assert {loan["客户经理工号"] for loan in loans} == {"QH001", "QH002", "QH003", "QH004"}


def test_first_look_has_each_guarantee_each_trouble_and_each_kind_of_other_loan(first_look):
    loans = rows_of(first_look["贷款台账"], 2)
    others = rows_of(first_look["他行贷款摸排"], 1)

    assert {loan["担保方式"] for loan in loans} == {"信用", "保证", "抵押", "质押", "组合"}
    assert {"关注", "次级"} < {loan["五级分类"] for loan in loans}
    assert {"结清", "逾期"} < {loan["借据状态"] for loan in loans}
    assert {"住房按揭贷款", "信用卡", "网络小额贷款"} < {one["业务种类"] for one in others}


def test_first_look_targets_and_baselines_add_up(first_look):
    *branches, bank = rows_of(first_look["开门红任务"], 1)

    for column in ("目标值（万元）", "基数（万元）"):
        assert sum(branch[column] for branch in branches) == bank[column]
    assert bank["基数（万元）"] == 1_400


def test_first_look_sheets_speak_of_the_same_customers(first_look):
    known = {row["客户编号"] for row in rows_of(first_look["客户信息"], 1)}

    assert {row["客户编号"] for row in rows_of(first_look["贷款台账"], 2)} == known
    for name in ("他行贷款摸排", "走访联系记录"):
        assert {row["客户编号"] for row in rows_of(first_look[name], 1)} <= known


def test_qinghe_has_six_thousand_notes_and_twelve_branches(samples):
    book = CalamineWorkbook.from_path(str(samples / "qinghe.xlsx"))
    ledger = book.get_sheet_by_name("贷款台账").to_python()
    targets = book.get_sheet_by_name("开门红任务").to_python()

    assert len(ledger) == 3 + 6_000 + 1
    assert len({row[1] for row in ledger[3:-1]}) == 12
    assert [targets[-1][0], targets[-1][2]] == ["全行", 15_000]
