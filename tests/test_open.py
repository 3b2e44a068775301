"""Files are told apart by content; what is no ledger costs one sentence."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import time
import zipfile

import pytest
import xlsxwriter

from campaign.book.listener import Listener
from campaign.book.open import open_bytes, open_file
from campaign.book.read import read_book
from campaign.book.recipe import Recipe
from campaign.errors import BookUnreadable
from tests.builders_book import (
    AS_OF_TITLE,
    HEADER,
    ROWS,
    found,
    ledger,
    read,
    rewrite_part,
    save,
    sheet_xml,
)
from tests.old_formats import XlsSheet, xls

CSV = "\n".join(",".join(str(cell) for cell in row) for row in [HEADER, *ROWS])
BALANCE = 1_350_000.0


def read_file(path, **options):
    return read_book([path], **options)


def balance_of(path, as_of="2026-11-15"):
    from datetime import date

    book = read_book([path], as_of=date.fromisoformat(as_of))
    assert [row.rpartition("!")[2] for row in book.loans["source_row"]] == ["2", "3", "4"]
    return book.loans["balance"].sum()


@pytest.mark.parametrize("name", ["台账.xlsx", "台账.xls", "台账.csv", "台账"])
def test_a_workbook_is_known_by_its_content_not_its_name(tmp_path, name):
    path = save(tmp_path / "a.xlsx", {"借据": ledger()}).rename(tmp_path / name)
    book = read_file(path)
    assert book.loans["balance"].sum() == BALANCE
    assert book.loans["source_row"].tolist() == ["借据!3", "借据!4", "借据!5"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le"]
)
def test_a_csv_is_read_in_the_encodings_that_banks_use(tmp_path, encoding):
    path = tmp_path / "台账.csv"
    path.write_bytes(CSV.encode(encoding))
    assert balance_of(path) == BALANCE


@pytest.mark.parametrize("sign", ["\t", ";", "|", ","])
def test_the_delimiter_is_found(tmp_path, sign):
    path = tmp_path / "台账.xls"
    path.write_text(CSV.replace(",", sign), encoding="gb18030")
    assert balance_of(path) == BALANCE


def test_amounts_in_full_width_say_nothing_of_the_encoding(tmp_path):
    lines = ["客户,余额", *("甲,２００，０００．００" for _ in range(30))]
    path = tmp_path / "全角.csv"
    path.write_text("\n".join(lines), encoding="gb18030")
    (sheet,) = open_file(path).sheets
    assert sheet.columns[1][:2] == ["余额", "２００，０００．００"]


def test_text_in_an_unknown_encoding_is_refused_not_read_as_nonsense():
    data = "客戶名稱,貸款餘額,到期日期\n劉桂芳,200000,2027-03-01\n孫立新,350000,2027-01-20".encode(
        "big5"
    )
    with pytest.raises(BookUnreadable, match="编码"):
        open_bytes(data, "台账.csv")


def test_a_csv_keeps_long_numbers_and_leading_zeros(tmp_path):
    text = (
        '借据号,客户名称,贷款余额（元）\n="0012",刘桂芳,"1,200.50"\n430181198001010013,孙立新,5\n'
    )
    (sheet,), _ = open_bytes(text.encode(), "a.csv")
    assert sheet.columns[0] == ["借据号", "0012", "430181198001010013"]


def html_table(rows) -> str:
    cells = "".join("<tr>" + "".join(f"<td x:str>{c}</td>" for c in row) + "</tr>" for row in rows)
    return f"<html><head><meta charset=gb2312></head><table border=1>{cells}</table></html>"


def test_an_html_page_saved_as_xls_is_read_in_its_charset(tmp_path):
    path = tmp_path / "台账.xls"
    path.write_bytes(html_table([HEADER, *ROWS]).encode("gb18030"))
    assert balance_of(path) == BALANCE


def test_spanned_html_headers_are_put_together():
    page = (
        "<table><tr><td rowspan=2>客户名称</td><td colspan=2>借款信息</td></tr>"
        "<tr><td>贷款余额（元）</td><td>到期日期</td></tr>"
        "<tr><td>刘桂芳&nbsp;</td><td>200000</td><td>2027-03-01</td></tr></table>"
    )
    (sheet,), _ = open_bytes(page.encode(), "a.xls")
    assert sheet.columns[1] == ["借款信息", "贷款余额（元）", "200000"]
    assert sheet.merges == ((0, 0, 1, 0), (0, 1, 0, 2))


def xml_2003(rows) -> str:
    def cell(value):
        kind = "Number" if isinstance(value, int) else "String"
        return f'<Cell><Data ss:Type="{kind}">{value}</Data></Cell>'

    body = "".join("<Row>" + "".join(map(cell, row)) + "</Row>" for row in rows)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="借据"><Table>{body}</Table></Worksheet></Workbook>'
    )


def test_xml_2003_saved_as_xls_is_read(tmp_path):
    path = tmp_path / "台账.xls"
    path.write_text(xml_2003([HEADER, *ROWS]), encoding="utf-8")
    assert balance_of(path) == BALANCE


def test_xml_2003_cells_that_jump_columns_and_rows_keep_their_place():
    text = xml_2003([]).replace(
        "<Table></Table>",
        '<Table><Row ss:Index="3"><Cell ss:Index="2"><Data ss:Type="String">甲</Data></Cell></Row></Table>',
    )
    (sheet,), _ = open_bytes(text.encode(), "a.xls")
    assert sheet.rows(0, 9) == [("", ""), ("", ""), ("", "甲")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空的"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"L\x00\x00\x00\x01\x14\x02\x00", "快捷方式"),
        (b"PK\x03\x04 cut short", "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "损坏"),
        (b"MIME-Version: 1.0\nX-Document-Type: Workbook", "MHTML"),
        (b"\x00\x01\x02\x03garbage\x00\xff", "不是表格"),
    ],
)
def test_what_is_no_ledger_is_refused_in_one_sentence(data, said):
    with pytest.raises(BookUnreadable) as refused:
        open_bytes(data, "台账.xlsx")
    assert said in refused.value.message
    assert refused.value.hint


def test_a_lock_file_a_folder_and_a_missing_file_are_named(tmp_path):
    (tmp_path / "~$台账.xlsx").write_bytes(b"\x05abc")
    for path, said in (
        (tmp_path / "~$台账.xlsx", "锁文件"),
        (tmp_path, "文件夹"),
        (tmp_path / "没有.xlsx", "打不开"),
    ):
        with pytest.raises(BookUnreadable, match=said):
            open_file(path)


def test_half_a_workbook_is_refused(tmp_path):
    data = save(tmp_path / "a.xlsx", {"借据": ledger()}).read_bytes()
    with pytest.raises(BookUnreadable, match="损坏"):
        open_bytes(data[: len(data) // 2], "a.xlsx")


def test_an_encrypted_workbook_asks_for_the_password():
    data = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    )
    with pytest.raises(BookUnreadable, match="密码"):
        open_bytes(data, "台账.xlsx")


def test_several_books_in_a_zip_are_read_and_named(tmp_path):
    inside = save(tmp_path / "一.xlsx", {"借据": ledger()}).read_bytes()
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("城南/一.xlsx", inside)
        archive.writestr("城南/~$一.xlsx", b"lock")
        archive.writestr("读我.doc", b"x")
    book = read_file(tmp_path / "all.zip")
    assert "一.xlsx" in found(book, "zip_members").message
    assert book.loans["balance"].sum() == BALANCE


def test_a_hidden_sheet_is_named_and_not_read(tmp_path):
    import openpyxl

    path = save(tmp_path / "a.xlsx", {"借据": ledger(), "旧账": ledger()})
    workbook = openpyxl.load_workbook(path)
    workbook["旧账"].sheet_state = "veryHidden"
    workbook.save(path)
    book = read_file(path)
    finding = found(book, "hidden_sheets")
    assert "“旧账”（5 行）" in finding.message
    assert [(ask.key, ask.answer) for ask in finding.asks] == [("旧账", "skip")]
    assert len(book.loans) == 3
    chosen = read_book([path], recipe=Recipe(answers={"hidden_sheet": {"旧账": "load"}}))
    assert "按您的选择装入了：“旧账”（5 行）" in found(chosen, "hidden_sheets").message
    assert found(chosen, "duplicate_rows").cells == ("旧账!A3", "旧账!A4", "旧账!A5")


def test_hidden_rows_are_read_and_counted(tmp_path):
    import openpyxl

    path = save(tmp_path / "a.xlsx", {"借据": ledger()})
    workbook = openpyxl.load_workbook(path)
    workbook["借据"].row_dimensions[4].hidden = True
    workbook.save(path)
    book = read_file(path)
    assert found(book, "hidden_rows").count == 1
    assert len(book.loans) == 3


def test_error_cells_and_formulas_without_a_value_have_addresses(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("借据")
        for row, cells in enumerate([AS_OF_TITLE, [*HEADER, "备注"], *ROWS]):
            sheet.write_row(row, 0, cells)
        sheet.write_formula("H3", "=NA()", None, "#N/A")
        sheet.write_formula("H4", "=A1&B1", None, "")
    book = read_file(path)
    assert found(book, "error_cells").cells == ("借据!H3",)
    assert found(book, "error_cells").severity == "warning"


def test_a_balance_column_of_formulas_without_values_is_refused(tmp_path):
    table = ledger((0, "贷款余额（元）", "=1+1"), (1, "贷款余额（元）", "=2+2"))
    book = read(tmp_path, {"借据": table})
    finding = found(book, "formula_without_value")
    assert (finding.severity, finding.cells) == ("error", ("借据!D3", "借据!D4"))
    assert not book.usable


def test_a_sheet_that_ends_at_the_old_row_limit_is_doubted(tmp_path):
    rows = "\n".join(["客户名称,贷款余额（元）", *["刘桂芳,1"] * 65_535])
    (sheet,), _ = open_bytes(rows.encode(), "a.csv")
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        page = workbook.add_worksheet()
        for row in range(sheet.height):
            page.write(row, 0, "x")
    _, findings = open_bytes(path.read_bytes(), "a.xls")
    assert [finding.kind for finding in findings] == ["row_limit_reached"]


# --- hostile files ----------------------------------------------------------------------


def plain_book(tmp_path):
    return save(tmp_path / "a.xlsx", {"Sheet": [["x"]]})


def hostile(tmp_path, sheet: bytes, level: int = 6) -> bytes:
    path = rewrite_part(plain_book(tmp_path), "xl/worksheets/sheet1.xml", sheet, level=level)
    return path.read_bytes()


def refused(data: bytes) -> str:
    started = time.monotonic()
    with pytest.raises(BookUnreadable) as caught:
        open_bytes(data, "台账.xlsx")
    assert time.monotonic() - started < 10
    return caught.value.message


def cell(address: str) -> str:
    row = "".join(c for c in address if c.isdigit())
    return f'<row r="{row}"><c r="{address}"><v>1</v></c></row>'


def test_a_value_in_the_last_cell_of_excel_is_refused(tmp_path):
    data = hostile(tmp_path, sheet_xml(cell("A1") + cell("XFD1048576")))
    assert "XFD1048576" in refused(data)


def test_an_empty_styled_cell_far_out_does_no_harm(tmp_path):
    far = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    sheets, _ = open_bytes(hostile(tmp_path, sheet_xml(cell("A1") + far)), "a.xlsx")
    assert sheets[0].columns == [[1.0]]


def test_a_doctype_is_refused(tmp_path):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    assert "DOCTYPE" in refused(hostile(tmp_path, sheet_xml(cell("A1"), root=bomb)))


def test_absurd_counts_are_refused(tmp_path):
    path = plain_book(tmp_path)
    shared = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="4000000000"/>'
    data = rewrite_part(path, "xl/sharedStrings.xml", shared).read_bytes()
    assert "条数" in refused(data)


def test_parts_that_overlap_are_refused(tmp_path):
    data = bytearray(plain_book(tmp_path).read_bytes())
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = (1).to_bytes(4, "little")  # where its content begins
    assert "重叠" in refused(bytes(data))


def test_a_file_that_kills_the_reader_does_not_kill_the_program(tmp_path, monkeypatch):
    from campaign.book import preflight, sheet_scan

    monkeypatch.setattr(sheet_scan, "MOST_CELLS", 10**15)
    monkeypatch.setattr(sheet_scan, "SPARSE_CELLS", 10**15)
    data = hostile(tmp_path, sheet_xml(cell("A1") + cell("XFD1048576")))
    assert "损坏" in refused(data)
    assert preflight.LIMITS.parts  # the parent is alive


def test_a_reader_that_does_not_end_is_stopped(tmp_path, monkeypatch):
    from campaign.book import workbook_readers

    monkeypatch.setattr(workbook_readers, "LEAST_SECONDS", 0.0)
    monkeypatch.setattr(workbook_readers, "BYTES_A_SECOND", 10**12)
    assert "太久" in refused(plain_book(tmp_path).read_bytes())


@pytest.mark.office
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_other_spreadsheet_formats_are_read(tmp_path, ending):
    path = save(tmp_path / "a.xlsx", {"借据": ledger()})
    command = [
        "soffice",
        "--headless",
        "--convert-to",
        ending,
        "--outdir",
        str(tmp_path),
        str(path),
    ]
    environment = {**os.environ, "HOME": str(tmp_path)}
    subprocess.run(command, check=True, capture_output=True, env=environment, timeout=120)
    renamed = (tmp_path / f"a.{ending}").rename(tmp_path / "a.et")
    assert read_file(renamed).loans["balance"].sum() == BALANCE


def test_a_workbook_in_memory_is_enough():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        workbook.add_worksheet("借据").write_row(0, 0, ["客户名称", 5])
    (sheet,), _ = open_bytes(buffer.getvalue(), "a.xlsx")
    assert sheet.columns == [["客户名称"], [5.0]]


def locked(tmp_path, password: str = "对") -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile

    plain = save(tmp_path / "plain.xlsx", {"借据": ledger()})
    buffer = io.BytesIO()
    with plain.open("rb") as file:
        OOXMLFile(file).encrypt(password, buffer)
    return buffer.getvalue()


def test_the_right_password_opens_a_locked_workbook(tmp_path):
    sheets, _ = open_bytes(locked(tmp_path), "a.xlsx", password="对")
    assert sheets[0].name == "借据"


def test_a_wrong_password_is_said_and_never_shown(tmp_path):
    with pytest.raises(BookUnreadable, match="密码不对") as caught:
        open_bytes(locked(tmp_path), "a.xlsx", password="错密码123")
    assert "错密码123" not in str(caught.value)


def test_without_the_decrypting_library_the_user_is_told_what_to_do(monkeypatch):
    from campaign.book import decrypt

    monkeypatch.setattr(decrypt, "find_spec", lambda name: None)
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(BookUnreadable, match="msoffcrypto-tool"):
        open_bytes(data, "a.xlsx", password="x")


def test_a_locked_file_that_asks_for_endless_hashing_is_stopped(tmp_path, monkeypatch):
    from campaign.book import decrypt

    monkeypatch.setattr(decrypt, "SECONDS", 1.0)
    data = locked(tmp_path)
    assert b'spinCount="100000"' in data
    data = data.replace(b'spinCount="100000"', b'spinCount="999999"')
    with pytest.raises(BookUnreadable, match="密码不对|解密时出错"):
        open_bytes(data, "a.xlsx", password="对")


# --- old binary workbooks ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["台账.xls", "台账.et", "台账.xlsx"])
def test_an_old_workbook_is_read_under_any_name(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(xls({"借据": ledger()}))
    book = read_file(path)
    assert book.loans["balance"].sum() == BALANCE
    assert book.loans["source_row"].tolist() == ["借据!3", "借据!4", "借据!5"]


def test_error_cells_and_filtered_rows_of_an_old_workbook_have_addresses(tmp_path):
    table = ledger((1, "贷款余额（元）", "#N/A"))
    path = tmp_path / "台账.xls"
    path.write_bytes(xls({"借据": XlsSheet(table, hidden_rows=(3,), filtered=True)}))
    book = read_file(path)
    assert (found(book, "error_cells").severity, found(book, "error_cells").cells) == (
        "error",
        ("借据!D4",),
    )
    assert found(book, "hidden_rows").cells == ("借据!A3",)


def test_a_hidden_sheet_of_an_old_workbook_is_named(tmp_path):
    path = tmp_path / "台账.xls"
    path.write_bytes(xls({"借据": ledger(), "旧账": XlsSheet(ledger(), hidden=True)}))
    book = read_file(path)
    assert "“旧账”（5 行）" in found(book, "hidden_sheets").message
    assert book.loans["source_row"].tolist() == ["借据!3", "借据!4", "借据!5"]


def test_merged_headers_of_an_old_workbook_are_joined(tmp_path):
    rows = [
        ["客户名称", "借款信息", ""],
        ["", "贷款余额（元）", "到期日期"],
        ["刘桂芳", 5, "2027-03-01"],
    ]
    merges = ((0, 0, 1, 0), (0, 1, 0, 2))
    (sheet,), _ = open_bytes(xls({"借据": XlsSheet(rows, merges=merges)}), "a.et")
    assert sheet.merges == merges


def test_an_old_workbook_with_a_password_is_opened_by_it(tmp_path):
    data = xls({"借据": ledger()}, password="对的密码")
    with pytest.raises(BookUnreadable, match="有打开密码"):
        open_bytes(data, "台账.xls")
    with pytest.raises(BookUnreadable, match="密码不对"):
        open_bytes(data, "台账.xls", password="错")
    sheets, _ = open_bytes(data, "台账.xls", password="对的密码")
    assert sheets[0].columns[2][2] == "刘桂芳"


@pytest.mark.parametrize("head", [b"E-SafeNet\x00LOCK", b"\x62\x14\x23\x65\x01\x05\x00\x00"])
def test_an_unknown_cipher_asks_to_be_opened_inside_the_bank(head):
    noise = bytes((7 * number * number + number // 3) % 256 for number in range(6000))
    with pytest.raises(BookUnreadable, match="请在行内解密后再传"):
        open_bytes(head + noise, "台账.xlsx")


def test_an_old_workbook_cut_at_its_last_row_is_doubted():
    rows = [["客户名称"], *[["甲"]] * 65_535]
    _, findings = open_bytes(xls({"借据": rows}), "台账.xls")
    assert [(finding.kind, finding.cells) for finding in findings] == [
        ("row_limit_reached", ("借据!A65536",))
    ]


def test_broken_old_workbooks_are_read_or_refused():
    original = xls({"借据": ledger()})
    for cut in (600, 1100, 2000, 4000, 5200, len(original) - 300):
        with contextlib.suppress(BookUnreadable):
            open_bytes(original[:cut], "台账.xls")


class Changes(Listener):
    def __init__(self, path):
        self.path = path

    def take(self, sheet):
        assert sheet.height == 2
        self.path.write_text("别的", encoding="utf-8")


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "台账.csv"
    path.write_text("客户名称,贷款余额\n甲,1\n", encoding="utf-8")
    with pytest.raises(BookUnreadable, match="在读取时被改动"):
        open_file(path, ahead=Changes(path))
