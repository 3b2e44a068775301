"""Our worksheet writes the bytes of XlsxWriter's own, which it only overtakes."""

from datetime import date

from xlsxwriter.worksheet import Worksheet

from campaign.render import xlsx_styles
from campaign.render.xlsx_lists import Column, write_rows
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

    def measure(self):
        pass


def workbook_bytes() -> bytes:
    book = Workbook(date(2026, 11, 15), "同样的字节")
    sheet = book.sheet("一")
    write_rows(book, sheet, (70, 3), COLUMNS, ROWS)
    sheet.write_formula(2, 80, "=1+1", book.style("text"), 2)
    book.put(sheet, 0, 90, "远", "plain")
    book.sheet("空")
    return book.content()


def test_a_workbook_has_the_bytes_of_xlsxwriters_own_worksheets(monkeypatch):
    ours = workbook_bytes()
    monkeypatch.setattr(xlsx_styles, "Sheet", Stock)
    assert workbook_bytes() == ours
