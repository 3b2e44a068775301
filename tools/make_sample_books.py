"""Regenerates sample_books/: first_look.xlsx from tools/first_look/*.csv, and qinghe.

Usage: python tools/make_sample_books.py [OUT_FOLDER]
"""

import csv
import re
import sys
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from campaign.synthetic import make_book  # noqa: E402

FIRST_LOOK = {
    "loans": "贷款台账",
    "customers": "客户信息",
    "other_loans": "他行贷款摸排",
    "managers": "客户经理名册",
    "targets": "开门红任务",
    "prospects": "营销名单",
    "contacts": "走访联系记录",
    "votes": "行业研判",
    "do_not_contact": "免打扰名单",
}
LEDGER_TITLE = "清河农商银行小微贷款台账（示例小账本）  数据日期：2026-11-15"
TEXT_HEADERS = re.compile("号|编号|代码|电话|日期|期间")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
CREATED = datetime(2026, 11, 15)
QINGHE_LOANS, QINGHE_SEED = 6_000, 2027


def write_first_look(out: Path) -> Path:
    """Write the small book that a credit officer can check by hand."""
    path = out / "first_look.xlsx"
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    book.set_properties({"created": CREATED})
    for stem, sheet_name in FIRST_LOOK.items():
        source = ROOT / "tools" / "first_look" / f"{stem}.csv"
        with source.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))
        _write_rows(book, sheet_name, rows, LEDGER_TITLE if stem == "loans" else "")
    book.close()
    return path


def _write_rows(book: xlsxwriter.Workbook, name: str, rows: list[list[str]], title: str) -> None:
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#E8EEF4", "text_wrap": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    first = 0
    if title:
        sheet.write(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
        first = 1
    header, body = rows[0], rows[1:]
    for column, text in enumerate(header):
        sheet.write_string(first, column, text, head)
        widest = max([_width(text) / 1.5, *(_width(row[column]) for row in body)])
        sheet.set_column(column, column, min(max(widest + 2, 8), 40))
    for number, row in enumerate(body, start=first + 1):
        for column, text in enumerate(row):
            _write_cell(sheet, (number, column), (header[column], text), day)
    sheet.freeze_panes(first + 1, 2)


def _write_cell(sheet, place, content, day) -> None:
    header, text = content
    if not text:
        return
    if ISO_DATE.fullmatch(text):
        sheet.write_datetime(
            *place, datetime.combine(date.fromisoformat(text), datetime.min.time()), day
        )
    elif TEXT_HEADERS.search(header) or not re.fullmatch(r"-?\d+(\.\d+)?", text):
        sheet.write_string(*place, text)
    else:
        sheet.write_number(*place, float(text))


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 255 else 1 for letter in text)


def main() -> None:
    """Write every sample book into the folder given, or sample_books/."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "sample_books"
    out.mkdir(parents=True, exist_ok=True)
    print(write_first_look(out))
    for path in make_book(out / "qinghe.xlsx", QINGHE_LOANS, QINGHE_SEED):
        print(path)


if __name__ == "__main__":
    main()
