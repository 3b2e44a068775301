"""Our worksheet writes the bytes of XlsxWriter's own, which it only overtakes."""

from datetime import date
from io import BytesIO

import openpyxl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from campaign.render import xlsx_styles
from campaign.render.xlsx_lines import put_cells
from campaign.render.xlsx_lists import Column, write_filled, write_rows
from campaign.render.xlsx_styles import Workbook
from campaign.vocabulary import RESULT_FIELDS

COLUMNS = (
    Column("客户", "wrap", 14.0),
    Column("可能金额", "wan", 9.0),
    Column("日期", "date", 10.8),
    Column("两列", "text", 20.0, span=2),
    Column("结果", "fill_text", 8.0, RESULT_FIELDS[1]),
)
ROWS = [
    ('甲 & 乙 <店> "红"', 123_456.789, date(2027, 1, 8), " 前后有空格 "),
    ("=1+1", -0.0, None, "换\n行\x01\t"),
    ("长" * 40_000, None, date(1900, 3, 1), "𠮷" * 20_000),
    ("", 1e15, date(2026, 12, 1), None),
]


class Stock(Worksheet):
    """XlsxWriter's own worksheet under the names of ours."""

    put_text, put_number = Worksheet.write_string, Worksheet.write_number

    def put_blank(self, row, column, cell):
        self.write_blank(row, column, None, cell)

    def put_line(self, row, line, values):
        put_cells(self, row, line, values)

    def measure(self):
        pass


FLAT = tuple(column for column in COLUMNS if column.span == 1)
FLAT_ROWS = [
    ('甲 & 乙 <店> "红"', 123_456.789, date(2027, 1, 8)),
    ("=1+1", -0.0, None),
    ("<r>不是富文本</r>", 0.0, date(2027, 1, 8)),
    ("换\n行\x01\t_x0041_", 0, None),
    (" 前后有空格 ", None, date(2027, 1, 8)),
    ("长" * 40_000, float("nan"), date(1900, 3, 1)),
    ("𠮷" * 20_000, 1e15, "待核实"),
    ("甲", "待核实", date(2026, 12, 1)),
    ("𠮷\ud800", 123_456.789, date(2026, 12, 1)),
]


def workbook_bytes() -> bytes:
    book = Workbook(date(2026, 11, 15), "同样的字节")
    sheet = book.sheet("一")
    write_rows(book, sheet, (70, 3), COLUMNS, ROWS)
    sheet.write_formula(2, 80, "=1+1", book.style("text"), 2)
    book.put(sheet, 0, 90, "远", "plain")
    book.sheet("空")
    return book.content()


def flat_workbook_bytes() -> bytes:
    """Lists whose rows are lines: alone, side by side, filled in, under a chart, far right."""
    book = Workbook(date(2026, 11, 15), "同样的字节")
    alone, beside, far = book.sheet("一"), book.sheet("二"), book.sheet("三")
    write_rows(book, alone, (3, 0), FLAT, FLAT_ROWS)
    filled = [None, ["愿意"], None, ["换了写法"]]
    write_filled(book, alone, (3, 0), FLAT, filled)
    book.put(beside, 4, 9, "在先", "bold")
    write_rows(book, beside, (3, 0), FLAT[:3], [row[:3] for row in FLAT_ROWS], 2.0)
    write_rows(book, beside, (3, 5), FLAT[:2], [row[:2] for row in reversed(FLAT_ROWS)])
    write_rows(book, beside, (40, 2), FLAT, [])
    chart = book.file.add_chart({"type": "column"})
    chart.add_series({"categories": ["二", 3, 0, 8, 0], "values": ["二", 3, 1, 8, 1]})
    beside.insert_chart("H20", chart)
    beside.set_row(30, 40, None, {"hidden": True})
    write_rows(book, far, (0, 62), FLAT, FLAT_ROWS)
    far.set_column(1, 1, 9)
    return book.content()


def test_a_workbook_has_the_bytes_of_xlsxwriters_own_worksheets(monkeypatch):
    ours = workbook_bytes()
    monkeypatch.setattr(xlsx_styles, "Sheet", Stock)
    assert workbook_bytes() == ours


def test_lists_written_as_lines_have_the_bytes_of_xlsxwriters_own_worksheets(monkeypatch):
    ours = flat_workbook_bytes()
    monkeypatch.setattr(xlsx_styles, "Sheet", Stock)
    monkeypatch.setattr(xlsx_styles, "File", xlsxwriter.Workbook)
    assert flat_workbook_bytes() == ours


def test_a_row_written_twice_keeps_both_lists_and_the_count_of_texts():
    book = Workbook(date(2026, 11, 15), "")
    sheet = book.sheet("一")
    write_rows(book, sheet, (0, 0), FLAT[:1], [("甲",), ("甲",)])
    write_rows(book, sheet, (0, 1), FLAT[:1], [("乙",), ("甲",)])
    assert book.file.str_table.count == 4
    read = openpyxl.load_workbook(BytesIO(book.content()))["一"]
    assert [[cell.value for cell in row] for row in read.iter_rows()] == [
        ["甲", "乙"],
        ["甲", "甲"],
    ]
