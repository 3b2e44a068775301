"""Files as they lie on people's desks: protected, with macros, badly styled, in other formats."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from campaign.book.answers import answers_of_texts
from campaign.book.open import open_bytes
from campaign.book.read import read_book
from campaign.book.recipe import Recipe
from campaign.errors import BookUnreadable, CampaignError
from tests.builders_book import HEADER, ROWS, found, kinds, ledger, read, save
from tests.hostile_files import ods
from tests.old_formats import xlsb

BALANCE = 1_350_000.0


def part_changed(path: Path, name: str, pattern: bytes, new: bytes) -> Path:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    parts[name], count = re.subn(pattern, new, parts[name])
    assert count
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return path


def test_a_protected_sheet_is_read_without_a_word(tmp_path):
    path = save(tmp_path / "a.xlsx", {"借据": ledger()})
    workbook = openpyxl.load_workbook(path)
    workbook["借据"].protection.set_password("secret")
    workbook.security.lockStructure = True
    workbook.save(path)
    book = read_book([path])
    assert book.loans["balance"].sum() == BALANCE
    assert book.loans["source_row"].tolist() == ["借据!3", "借据!4", "借据!5"]
    assert not any("保护" in finding.message for finding in book.findings)


def test_broken_styles_do_no_harm(tmp_path):
    path = save(tmp_path / "a.xlsx", {"借据": ledger()})
    part_changed(path, "xl/styles.xml", rb"<fills.*</fills>", b"<fills><fill/><fill/></fills>")
    assert read_book([path]).loans["balance"].sum() == BALANCE


@pytest.mark.parametrize("lie", [b'ref="A1"', b'ref="A1:XFD1048576"', b'ref="B7:A1"'])
def test_a_wrong_dimension_is_not_believed(tmp_path, lie):
    path = save(tmp_path / "a.xlsx", {"借据": ledger()})
    part_changed(path, "xl/worksheets/sheet1.xml", rb'ref="A1:G5"', lie)
    book = read_book([path])
    assert book.loans["balance"].sum() == BALANCE
    assert book.loans["source_row"].tolist() == ["借据!3", "借据!4", "借据!5"]


def test_macros_and_outside_links_are_left_alone(tmp_path):
    path = save(tmp_path / "a.xlsm", {"借据": ledger()})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 macro")
        archive.writestr("xl/externalLinks/externalLink1.xml", b"<externalLink/>")
    assert read_book([path]).loans["balance"].sum() == BALANCE


def test_a_binary_workbook_is_read(tmp_path):
    path = tmp_path / "台账.xlsb"
    path.write_bytes(xlsb("借据", ledger()))
    assert read_book([path]).loans["balance"].sum() == BALANCE


def test_an_open_document_is_read(tmp_path):
    def cell(value) -> str:
        if isinstance(value, str):
            return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'

    rows = "".join(
        f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in ledger()
    )
    path = tmp_path / "台账.ods"
    path.write_bytes(ods(rows))
    assert read_book([path]).loans["balance"].sum() == BALANCE


def test_two_ledgers_in_an_archive_are_both_read_and_asked_about(tmp_path):
    north = [["JJ9", "K9", "周文斌", 90000, "2026-01-01", "2027-01-01", "赵六"]]
    with zipfile.ZipFile(tmp_path / "台账.zip", "w") as archive:
        for name, rows in (("城南.xlsx", ledger()), ("城北.xlsx", [ledger()[0], HEADER, *north])):
            archive.writestr(name, save(tmp_path / name, {"借据": rows}).read_bytes())
    book = read_book([tmp_path / "台账.zip"])
    finding = found(book, "zip_members")
    assert finding.severity == "warning"
    assert "城南.xlsx、城北.xlsx" in finding.message
    assert [(ask.key, ask.answer) for ask in finding.asks] == [
        ("城南.xlsx", "load"),
        ("城北.xlsx", "load"),
    ]
    assert book.loans["balance"].sum() == BALANCE + 90_000
    south = Recipe(answers=answers_of_texts(["压缩包文件:城北.xlsx=不装"]))
    chosen = read_book([tmp_path / "台账.zip"], recipe=south)
    assert chosen.loans["balance"].sum() == BALANCE
    assert "按您的选择没有读 城北.xlsx" in found(chosen, "zip_members").message


def test_names_that_windows_packed_in_gbk_are_legible():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("........csv", ",".join(HEADER) + "\n" + ",".join(map(str, ROWS[0])))
    data = buffer.getvalue().replace(b"........csv", "城南台.csv".encode("gbk")[:4] + b"-01.csv")
    sheets, _ = open_bytes(data, "台账.zip")
    assert sheets[0].name == "城南-01"


def test_an_archive_with_a_password_and_an_empty_one_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "空.zip", "w"):
        pass
    with pytest.raises(BookUnreadable, match="空的压缩包"):
        read_book([tmp_path / "空.zip"])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", "x")
    data = bytearray(buffer.getvalue())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + flags] |= 1
    with pytest.raises(BookUnreadable, match="有密码"):
        open_bytes(bytes(data), "台账.zip")


@pytest.mark.parametrize("hidden", [False, True])
def test_a_workbook_with_nothing_in_it_is_refused_by_name(tmp_path, hidden):
    path = save(tmp_path / "空.xlsx", {"Sheet1": [["x"]] if hidden else []})
    workbook = openpyxl.load_workbook(path)
    if hidden:
        workbook.create_sheet("Sheet2")
        workbook["Sheet1"].sheet_state = "hidden"
    workbook.save(path)
    with pytest.raises(CampaignError, match=r"空\.xlsx"):
        read_book([path])


def test_number_signs_in_a_csv_are_lost_values_with_addresses(tmp_path):
    lines = [HEADER, *[[*row] for row in ROWS]]
    lines[2][3] = "########"
    path = tmp_path / "台账2026-11-15.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in lines), encoding="utf-8")
    book = read_book([path])
    finding = found(book, "unreadable_value")
    assert "“########”" in finding.message
    assert [cell.rpartition("!")[2] for cell in finding.cells] == ["D3"]


def test_a_narrow_column_of_a_workbook_keeps_its_values(tmp_path):
    path = save(tmp_path / "a.xlsx", {"借据": ledger()})
    workbook = openpyxl.load_workbook(path)
    workbook["借据"].column_dimensions["D"].width = 1
    workbook.save(path)
    book = read_book([path])
    assert book.loans["balance"].sum() == BALANCE
    assert book.loans["source_row"].tolist() == ["借据!3", "借据!4", "借据!5"]


def test_a_hidden_column_is_read_and_equal_names_are_told_apart_by_their_groups(tmp_path):
    rows = [
        ["清河农商银行 数据日期：2026-11-15"],
        ["客户名称", "家庭住址", None, "务工地址", None, "贷款余额（元）", "客户经理", None],
        [None, "市", "县", "市", "县", None, "姓名", "电话"],
        ["刘桂芳", "甲市", "乙县", "丙市", "丁县", 200000, "张伟民", "13800138000"],
    ]
    merges = ["A2:A3", "B2:C2", "D2:E2", "F2:F3", "G2:H2"]
    path = save(tmp_path / "a.xlsx", {"借据": rows}, merges={"借据": merges})
    workbook = openpyxl.load_workbook(path)
    workbook["借据"].column_dimensions["F"].hidden = True
    workbook.save(path)
    book = read_book([path])
    assert book.loans["balance"].tolist() == [200_000.0]
    assert book.customers["phone"].isna().all()


def test_fifty_empty_rows_and_blank_texts_are_nothing(tmp_path):
    after = ["JJ9", "K9", "周文斌", 90000, "2026-01-01", "2027-01-01", "赵六"]
    table = [*ledger(), *[[" ", "\u3000"]] * 60, after, ["第 1 页"]]
    book = read(tmp_path, {"借据": table})
    assert book.loans["source_row"].tolist()[2:] == ["借据!5", "借据!66"]
    assert "no_customer" not in kinds(book)
