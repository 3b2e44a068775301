"""What a fast reader does not show is found in the file itself, and said with its cells."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from campaign.book.read import read_book, read_with_rows
from tests.builders_book import found, kinds, ledger, save
from tests.hostile_files import ods
from tests.old_formats import WAITING, xls, xlsb

DUE = [date(2027, 3, 1), date(2027, 1, 20), date(2026, 12, 10)]
STRICT = (
    (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006",
        b"http://purl.oclc.org/ooxml/spreadsheetml",
    ),
    (
        b"http://schemas.openxmlformats.org/officeDocument/2006",
        b"http://purl.oclc.org/ooxml/officeDocument",
    ),
)


def dated() -> list[list]:
    table = ledger()
    for row in table[2:]:
        row[4:6] = [datetime.fromisoformat(row[4]), datetime.fromisoformat(row[5])]
    return table


def changed(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """Rewrite every part of a workbook."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, change(name, content))
    return path


def due(book) -> list[date]:
    return [day.date() for day in book.loans["maturity_date"]]


def in_utf16(name: str, content: bytes) -> bytes:
    if not name.endswith((".xml", ".rels")):
        return content
    text = re.sub(r"^<\?xml[^>]*\?>", "", content.decode())
    return ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16")


def in_strict(name: str, content: bytes) -> bytes:
    for loose, strict in STRICT:
        content = content.replace(loose, strict)
    return content


def without_styles(name: str, content: bytes) -> bytes:
    return re.sub(rb' s="\d+"', b"", content) if "sheet1" in name else content


def with_prefix(name: str, content: bytes) -> bytes:
    if "sheet1" not in name:
        return content
    return re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", content).replace(b"xmlns=", b"xmlns:x=")


def without_addresses(name: str, content: bytes) -> bytes:
    return re.sub(rb' r="[A-Z]+\d+"', b"", content) if "sheet1" in name else content


@pytest.mark.parametrize(
    "change", [in_utf16, in_strict, without_styles, with_prefix, without_addresses]
)
def test_a_workbook_in_an_unusual_dialect_is_read_whole(tmp_path, change):
    path = changed(save(tmp_path / "a.xlsx", {"借据": dated()}), change)
    book = read_book([path])
    assert (due(book), book.loans["balance"].sum()) == (DUE, 1_350_000.0)


def test_lost_date_styles_are_converted_and_said(tmp_path):
    book = read_book([changed(save(tmp_path / "a.xlsx", {"借据": dated()}), without_styles)])
    said = [f for f in book.findings if "序列号" in f.message]
    assert ("借据!F3", "借据!F4", "借据!F5") in [f.cells for f in said]


@pytest.mark.parametrize("styled", [True, False])
def test_a_book_that_counts_from_1904_gives_the_same_days(tmp_path, styled):
    workbook = openpyxl.Workbook()
    workbook.epoch = CALENDAR_MAC_1904
    workbook.active.title = "借据"
    for row in dated():
        workbook.active.append(row)
    workbook.save(tmp_path / "a.xlsx")
    if not styled:
        changed(tmp_path / "a.xlsx", without_styles)
    assert due(read_book([tmp_path / "a.xlsx"])) == DUE


def test_the_built_in_chinese_date_format_is_a_date(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("借据")
        chinese = workbook.add_format({"num_format": 31})
        for number, row in enumerate(dated()):
            sheet.write_row(number, 0, row[:4])
            sheet.write_row(number, 4, row[4:6], chinese)
    assert due(read_book([path])) == DUE


def test_filtered_rows_are_read_counted_and_named(tmp_path):
    path = save(tmp_path / "a.xlsx", {"借据": ledger()})
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["借据"]
    sheet.auto_filter.ref = "A2:G5"
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["C"].hidden = True
    workbook.save(path)
    book = read_book([path])
    finding = found(book, "hidden_rows")
    assert (finding.count, finding.cells) == (1, ("借据!A4",))
    assert "1 行在原表中被筛掉" in finding.message
    assert len(book.loans) == 3


def test_a_hidden_row_outside_the_data_is_no_news(tmp_path):
    path = save(tmp_path / "a.xlsx", {"借据": ledger()})
    workbook = openpyxl.load_workbook(path)
    workbook["借据"].row_dimensions[1].hidden = True
    workbook.save(path)
    assert "hidden_rows" not in kinds(read_book([path]))


def book_with(tmp_path: Path, *formulas: tuple[str, str]) -> Path:
    """Write a ledger where some cells are formulas with a stored result."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("借据")
        for number, row in enumerate(ledger()):
            sheet.write_row(number, 0, row)
        for cell, result in formulas:
            sheet.write_formula(cell, "=A1", None, result)
    return path


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?"])
def test_an_error_in_the_balance_makes_the_book_unusable(tmp_path, error):
    book = read_book([book_with(tmp_path, ("D4", error), ("G5", error))])
    finding = found(book, "error_cells")
    assert (finding.severity, finding.cells) == ("error", ("借据!D4", "借据!G5"))
    assert "“贷款余额”" in finding.message
    assert not book.usable


def ods_row(row: list, odd: dict[object, str]) -> str:
    """Return a row of content.xml; `odd` gives the attributes of cells of their own kind."""

    def cell(value: object) -> str:
        if value is None:
            return "<table:table-cell/>"
        if value in odd:
            return f"<table:table-cell {odd[value]}/>"
        if isinstance(value, str):
            return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'

    return f"<table:table-row>{''.join(map(cell, row))}</table:table-row>"


ODD_ODS = {
    "#N/A": 'table:formula="of:=NA()" office:value-type="string" calcext:value-type="error"',
    WAITING: 'table:formula="of:=[.A1]"',
}


def in_file(tmp_path: Path, kind: str, table: list[list]) -> Path:
    path = tmp_path / f"台账.{kind}"
    if kind == "ods":
        path.write_bytes(ods("".join(ods_row(row, ODD_ODS) for row in table)))
    else:
        path.write_bytes(xls({"借据": table}) if kind == "xls" else xlsb("借据", table))
    return path


@pytest.mark.parametrize("kind", ["xls", "xlsb", "ods"])
def test_an_error_cell_has_its_address_in_every_kind_of_workbook(tmp_path, kind):
    book = read_book([in_file(tmp_path, kind, ledger((1, "贷款余额（元）", "#N/A")))])
    assert found(book, "error_cells").cells == ("借据!D4",)
    assert found(book, "error_cells").severity == "error"


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_formula_never_computed_is_no_zero_and_has_its_address(tmp_path, kind):
    book = read_book([in_file(tmp_path, kind, ledger((1, "贷款余额（元）", WAITING)))])
    assert found(book, "formula_without_value").cells == ("借据!D4",)
    assert book.loans["balance"].isna().tolist() == [False, True, False]


@pytest.mark.parametrize("kind", ["xls", "xlsb", "ods"])
def test_error_cells_are_among_the_rows_in_question(tmp_path, kind):
    table = [*ledger((1, "客户名称", "#N/A")), [None] * 6 + ["#N/A"]]
    _, rows = read_with_rows([in_file(tmp_path, kind, table)])
    (sheet,) = rows.sheets
    reason = "列：有一格是错误值（#N/A、#REF! 等）"
    reasons = {row.number: row.reasons for row in sheet.rows}
    assert f"C {reason}" in reasons[4]
    assert f"G {reason}" in reasons[6]


def test_hidden_rows_of_a_binary_workbook_are_named(tmp_path):
    path = tmp_path / "台账.xlsb"
    path.write_bytes(xlsb("借据", ledger(), hidden_rows=(4,)))
    assert found(read_book([path]), "hidden_rows").cells == ("借据!A4",)


def test_an_empty_sheet_of_an_old_workbook_is_no_news(tmp_path):
    path = tmp_path / "台账.xls"
    path.write_bytes(xls({"借据": ledger(), "Sheet2": []}))
    assert "sheet_unreadable" not in kinds(read_book([path]))


def test_cells_that_carry_no_address_are_counted(tmp_path):
    path = book_with(tmp_path, ("D4", "#N/A"), ("F5", ""))

    def bare(name: str, content: bytes) -> bytes:
        content = without_addresses(name, content)
        return re.sub(rb'<row r="\d+"', b"<row", content) if "sheet1" in name else content

    book = read_book([changed(path, bare)])
    assert found(book, "error_cells").cells == ("借据!D4",)
    assert found(book, "formula_without_value").cells == ("借据!F5",)


def test_errors_in_a_total_or_a_remark_are_only_said(tmp_path):
    book = read_book([book_with(tmp_path, ("G4", "#N/A"), ("D9", "#REF!"))])
    assert found(book, "error_cells").severity == "warning"
    assert found(book, "error_cells").cells == ("借据!G4", "借据!D9")
    assert book.usable


@pytest.mark.parametrize("header", ["客户编号", "客户名称", "贷款余额（元）", "到期日期"])
def test_a_key_column_of_formulas_never_computed_is_refused(tmp_path, header):
    table = ledger(*((row, header, "=A1") for row in range(3)))
    book = read_book([save(tmp_path / "a.xlsx", {"借据": table})])
    finding = found(book, "formula_without_value")
    letter = "ABCDEFG"[ledger()[1].index(header)]
    assert finding.severity == "error"
    assert finding.cells == tuple(f"借据!{letter}{row}" for row in (3, 4, 5))
    assert "请在 Excel 打开、保存一次再传" in finding.message
    assert not book.usable


def test_a_sum_never_computed_in_the_total_row_does_not_stop_the_book(tmp_path):
    table = [*ledger(), ["合计", None, None, "=SUM(D3:D5)"]]
    book = read_book([save(tmp_path / "a.xlsx", {"借据": table})])
    assert found(book, "formula_without_value").severity == "warning"
    assert book.usable


def test_a_sheet_of_nothing_but_errors_does_not_stop_the_book(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet("封面").write_formula("A1", "=NA()", None, "#N/A")
        sheet = workbook.add_worksheet("借据")
        for number, row in enumerate(ledger()):
            sheet.write_row(number, 0, row)
    assert read_book([path]).usable
