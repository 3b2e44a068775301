"""The catalogue of messy ledgers, through the door that everybody uses: what, and in which cell.

Each file is read as a whole book. A repaired one gives every loan the Excel row it stands in, a
question names its cells, a refusal the file (and the sheet, where one can be named at all).
"""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from campaign.book.read import look_at, read_book
from campaign.errors import CampaignError, QuestionOpen
from campaign.reading import refuse_unusable
from tests.builders_book import (
    AS_OF_TITLE,
    HEADER,
    ROWS,
    found,
    ledger,
    read,
    read_ledger,
    save,
    with_column,
)
from tests.old_formats import XlsSheet, xls
from tests.test_file_trouble import part_changed
from tests.test_open import html_table, locked, xml_2003

DAY = date(2026, 11, 15)
TITLED = [AS_OF_TITLE, HEADER, *ROWS]
UNTITLED = [HEADER, *ROWS]
IN_TITLED = ["借据!3", "借据!4", "借据!5"]


def text_of(rows, sign: str = ",") -> str:
    return "\n".join(sign.join(map(str, row)) for row in rows) + "\n"


def written(tmp_path, name: str, data: bytes):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def macro(tmp_path):
    path = save(tmp_path / "借据.xlsm", {"借据": ledger()})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 macro")
    return path


def styles_broken(tmp_path):
    path = save(tmp_path / "a.xlsx", {"借据": ledger()})
    return part_changed(path, "xl/styles.xml", rb"<fills.*</fills>", b"<fills><fill/></fills>")


def jumping_xml(tmp_path):
    text = xml_2003(TITLED).replace("<Row><Cell>", '<Row ss:Index="3"><Cell>', 1)
    return written(tmp_path, "借据.xls", text.encode())


REPAIRED_FILES = {
    "A1": lambda p: written(p, "借据.xls", html_table(UNTITLED).encode("gb18030")),
    "A2": lambda p: written(p, "借据.xls", text_of(UNTITLED, "\t").encode("gb18030")),
    "A3": lambda p: written(p, "借据.xls", xml_2003(UNTITLED).encode()),
    "A3 rows that jump": jumping_xml,
    "A5 utf-8": lambda p: written(p, "借据.csv", text_of(UNTITLED).encode()),
    "A5 utf-8-sig": lambda p: written(p, "借据.csv", text_of(UNTITLED).encode("utf-8-sig")),
    "A5 utf-16": lambda p: written(p, "借据.csv", text_of(UNTITLED).encode("utf-16")),
    "A5 gb18030": lambda p: written(p, "借据.csv", text_of(UNTITLED).encode("gb18030")),
    "A6": lambda p: written(p, "a.xlsx", locked(p)),
    "A6 .xls": lambda p: written(p, "a.xls", xls({"借据": XlsSheet(TITLED)}, password="对")),
    "A9": styles_broken,
    "A14": macro,
}
FIRST_ROW = {"A1": 2, "A2": 2, "A3": 2, "A3 rows that jump": 5}


@pytest.mark.parametrize("row", REPAIRED_FILES)
def test_a_repaired_file_gives_each_loan_its_true_row(tmp_path, row):
    book = read_book([REPAIRED_FILES[row](tmp_path)], as_of=DAY, password="对")
    first = FIRST_ROW.get(row, 2 if row.startswith("A5") else 3)
    assert book.loans["source_row"].tolist() == [f"借据!{first + n}" for n in range(3)]
    assert book.loans["balance"].tolist() == [200_000, 350_000, 800_000]


BOMB = io.BytesIO()
with zipfile.ZipFile(BOMB, "w", zipfile.ZIP_DEFLATED) as _archive:
    _archive.writestr("[Content_Types].xml", "<Types/>")
    _archive.writestr("xl/workbook.xml", "<workbook/>")
    _archive.writestr("xl/worksheets/sheet1.xml", b" " * 300_000_000)
REFUSED_FILES = {
    "A3 MHTML": ("台账.xls", b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n"),
    "A5": ("台账.csv", "客戶名稱,貸款餘額\n劉桂芳,200000\n".encode("big5")),
    "A11 empty": ("台账.xlsx", b""),
    "A11 picture": ("台账.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(40)),
    "A11 half": ("台账.xlsx", b"PK\x03\x04" + bytes(60)),
    "A11 lock": ("~$台账.xlsx", b"\x05user" + bytes(160)),
    "A12 bomb": ("台账.xlsx", BOMB.getvalue()),
}


@pytest.mark.parametrize("row", REFUSED_FILES)
def test_a_refused_file_is_named_with_the_next_step(tmp_path, row):
    name, data = REFUSED_FILES[row]
    with pytest.raises(CampaignError) as refused:
        read_book([written(tmp_path, name, data)], as_of=DAY)
    assert f"“{name}”" in refused.value.message
    assert "请" in refused.value.hint


def test_a_locked_file_without_its_password_is_named(tmp_path):  # A6
    path = written(tmp_path, "台账.xlsx", locked(tmp_path))
    for password in (None, "错"):
        with pytest.raises(CampaignError) as refused:
            read_book([path], as_of=DAY, password=password)
        assert "台账.xlsx" in refused.value.message
        assert "密码" in str(refused.value)


def test_files_of_an_archive_are_named_and_their_loans_too(tmp_path):  # A12
    inner = save(tmp_path / "借据.xlsx", {"借据": ledger(rows=1)}).read_bytes()
    other = save(tmp_path / "b.xlsx", {"借据": [*ledger()[:2], *ledger()[3:]]}).read_bytes()
    path = tmp_path / "两份.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("城南.xlsx", inner)
        archive.writestr("城北.xlsx", other)
    book = read_book([path])
    finding = next(f for f in book.findings if f.asks)
    assert {ask.key for ask in finding.asks} == {"城南.xlsx", "城北.xlsx"}
    assert "两份.zip" in finding.message
    rows = book.loans["source_row"].tolist()
    assert [row.rpartition("!")[2] for row in rows] == ["3", "3", "4"]
    assert "城南.xlsx" in rows[0]
    assert "城北.xlsx" in rows[1]


STARRED = [f"{header}*" for header in HEADER]
LEGEND = "客户类型\n(1：个人 2：企业)"
PINYIN = ["JJH", "KHTYBH", "KHMC", "DKYE", "DKFFRQ", "DKDQRQ", "XDYXM"]
REPAIRED_SHEETS = {
    "B1": (
        [["附件2"], ["清河农商银行贷款统计表"], ["单位：元；数据日期：2026-11-15"], *UNTITLED],
        5,
    ),
    "B4": ([AS_OF_TITLE, [f" {header}\xa0" for header in STARRED], *ROWS], 3),
    "B5": ([[*HEADER, LEGEND], *([*row, n % 2 + 1] for n, row in enumerate(ROWS))], 2),
    "B6": ([[*HEADER[:3], "贷款余额（万元", *HEADER[4:]], *ROWS], 2),
    "B6 title": ([["单位：万元"], [*HEADER[:3], "贷款余额", *HEADER[4:]], *ROWS], 3),
    "B8": ([HEADER, [1, 2, 3, 4, 5, 6, 7], *ROWS], 3),
    "B17": ([PINYIN, *ROWS], 2),
}


@pytest.mark.parametrize("row", REPAIRED_SHEETS)
def test_a_repaired_sheet_gives_each_loan_its_true_row(tmp_path, row):
    rows, first = REPAIRED_SHEETS[row]
    book = read_ledger(tmp_path, rows, as_of=DAY)
    assert book.loans["source_row"].tolist() == [f"借据!{first + n}" for n in range(3)]
    factor = 10_000 if row.startswith("B6") else 1
    assert book.loans["balance"].tolist() == [200_000 * factor, 350_000 * factor, 800_000 * factor]


def test_merged_headers_of_both_kinds_of_workbook_keep_the_rows(tmp_path):  # B2
    upper = ["客户信息", None, None, "借款信息", None, None, "管理"]
    rows = [upper, ["借据号", "客户编号", "客户名称", *HEADER[3:]], *ROWS]
    merges = ["A1:C1", "D1:F1"]
    new = save(tmp_path / "a.xlsx", {"借据": rows}, merges={"借据": merges})
    areas = ((0, 0, 0, 2), (0, 3, 0, 5))
    blank = [["" if cell is None else cell for cell in row] for row in rows]
    old = written(tmp_path, "a.xls", xls({"借据": XlsSheet(blank, merges=areas)}))
    for path in (new, old):
        assert read_book([path], as_of=DAY).loans["source_row"].tolist() == IN_TITLED


def test_a_dictionary_sheet_is_named_and_the_ledger_keeps_its_rows(tmp_path):  # B8
    words = [["担保方式", "五级分类"], ["抵押", "正常"], ["保证", "关注"], ["信用", "次级"]]
    book = read(tmp_path, {"字典": words, "借据": ledger()})
    assert book.loans["source_row"].tolist() == IN_TITLED
    assert "“字典”" in found(book, "sheet_unused").message


def test_sheets_of_one_shape_keep_their_names_in_every_row(tmp_path):  # B9
    book = read(tmp_path, {"城南支行": ledger(rows=1), "城北支行": [*ledger()[:2], *ledger()[3:]]})
    assert book.loans["source_row"].tolist() == ["城南支行!3", "城北支行!3", "城北支行!4"]
    assert book.loans["branch"].tolist() == ["城南支行", "城北支行", "城北支行"]


def test_a_hidden_column_is_read_where_it_stands(tmp_path):  # B12
    path = save(tmp_path / "a.xlsx", {"借据": ledger()})
    import openpyxl

    workbook = openpyxl.load_workbook(path)
    workbook["借据"].column_dimensions["D"].hidden = True
    workbook.save(path)
    book = read_book([path])
    assert (book.sheets[0].columns[3].letter, book.sheets[0].columns[3].field) == ("D", "balance")
    assert book.loans["source_row"].tolist() == IN_TITLED


ASKED_SHEETS = {
    "B12": (with_column("借据余额（元）", [1, 2, 3]), "ambiguous_column", ("借据!D2", "借据!H2")),
    "B15": (
        [AS_OF_TITLE, HEADER, *([*row[:2], "x", *row[2:6]] for row in ROWS)],
        "columns_shifted",
        ("借据!D2",),
    ),
    "B13": (
        [[*HEADER, None, *HEADER], *([*row, None, *row] for row in ROWS)],
        "side_by_side",
        ("借据!A1", "借据!I1"),
    ),
    "B16": ([HEADER, [f"${{data.c{n}}}" for n in range(7)]], "empty_template", ()),
}


@pytest.mark.parametrize("row", ASKED_SHEETS)
def test_what_a_sheet_is_asked_about_has_its_cells(tmp_path, row):
    rows, kind, cells = ASKED_SHEETS[row]
    path = save(tmp_path / "a.xlsx", {"借据": rows})
    finding = next(f for f in look_at([path]).findings if f.kind == kind)
    with pytest.raises(CampaignError, match="借据"):
        refuse_unusable(read_book([path], as_of=DAY))
    assert finding.severity == "error"
    assert finding.cells[: len(cells)] == cells
    assert "“借据”" in finding.message


VALUES = {
    "C2": ("贷款余额（元）", "１，２３４．５", "balance", 1_234.5),
    "C13": ("逾期天数", "(null)", "days_past_due", None),
    "D3": ("发放日期", 45657, "start_date", "2024-12-31"),
    "E1": ("五级分类", "1-正常", "loan_class", "normal"),
    "E3": ("投向行业", "A0111-稻谷种植", "industry_code", "0111"),
    "E4": ("五级分类", "正常2", "loan_class", "normal"),
    "E9": ("支行", "清河农商银行城南支行", "branch", "城南支行"),
}


@pytest.mark.parametrize("row", VALUES)
def test_a_repaired_value_stands_in_the_row_of_its_cell(tmp_path, row):
    header, value, name, wanted = VALUES[row]
    if header in HEADER:
        table = ledger((1, header, value))
    else:
        usual = {"逾期天数": 0, "投向行业": "餐饮业", "支行": "城南支行"}.get(header, "正常")
        table = with_column(header, [usual, value, usual])
    book = read_ledger(tmp_path, table)
    loan = book.loans[book.loans["source_row"] == "借据!4"].iloc[0]
    seen = loan[name]
    assert (None if seen != seen else str(seen)[:10] if name == "start_date" else seen) == wanted


def test_a_telephone_number_is_the_one_of_its_row(tmp_path):  # C7
    phones = ["13900139001", 13800138000.0, None]
    book = read_ledger(tmp_path, with_column("联系电话", phones))
    customers = book.customers.set_index("customer_id")
    assert customers.loc["K002", ["phone", "source_row"]].tolist() == ["13800138000", "借据!4"]


def test_a_rate_a_month_is_the_rate_of_its_row(tmp_path):  # C8
    book = read_ledger(tmp_path, with_column("月利率（‰）", [4.5, 3.625, 5.0]))
    loan = book.loans[book.loans["source_row"] == "借据!4"].iloc[0]
    assert loan["annual_rate"] == pytest.approx(0.0435)


def test_an_american_day_is_told_by_one_number_above_twelve_in_its_row(tmp_path):  # D7
    days = [
        (0, "到期日期", "03/25/2027"),
        (1, "到期日期", "04/03/2027"),
        (2, "到期日期", "05/01/2027"),
    ]
    book = read_ledger(tmp_path, ledger(*days))
    loan = book.loans[book.loans["source_row"] == "借据!4"].iloc[0]
    assert str(loan["maturity_date"])[:10] == "2027-04-03"


def test_rates_of_several_units_in_one_column_are_asked_with_their_cells(tmp_path):  # C8
    book = read_ledger(tmp_path, with_column("执行利率", [4.35, 0.0435, 5.2]))
    finding = next(f for f in book.findings if "利率" in f.message and f.severity == "error")
    assert finding.cells
    assert all(cell.startswith("借据!H") for cell in finding.cells)


def test_a_bare_code_is_asked_in_its_cells(tmp_path):  # E2
    book = read_ledger(tmp_path, with_column("客户类型", [1, 2, 1]))
    assert found(book, "bare_code").cells == ("借据!H3", "借据!H4", "借据!H5")


def test_a_book_without_a_day_is_named(tmp_path):  # D9
    path = save(tmp_path / "台账.xlsx", {"借据": UNTITLED})
    with pytest.raises(QuestionOpen, match=r"看不出“台账\.xlsx”的数据是哪一天的"):
        read_book([path])


def test_names_in_other_widths_are_one_customer_each_in_his_row(tmp_path):  # E5, E6
    changes = [(row, "客户编号", None) for row in range(3)]
    names = enumerate(("张 三", "张　三", "张三"))
    book = read_ledger(tmp_path, ledger(*changes, *((row, "客户名称", n) for row, n in names)))
    assert book.loans["source_row"].tolist() == IN_TITLED
    assert book.loans["customer_id"].nunique() == 1


def test_namesakes_on_the_roster_are_asked_with_their_cells(tmp_path):  # E8
    roster = [
        ["工号", "姓名", "所属支行"],
        ["A01", "张伟民", "城南支行"],
        ["A02", "张伟民", "城北支行"],
    ]
    book = read(tmp_path, {"借据": ledger(), "名册": roster})
    finding = found(book, "manager_not_on_roster")
    assert finding.cells == ("借据!G3", "借据!G4", "借据!G5")
    assert "张伟民（名册里有 2 位同名，请在台账写工号）" in finding.message
