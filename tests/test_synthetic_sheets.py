import hashlib
import tomllib
from importlib.resources import files
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from campaign.synthetic import make_book
from campaign.synthetic.bank import make_bank
from campaign.synthetic.sheets import write_bank
from campaign.synthetic.truth import COLUMNS
from campaign.vocabulary import BOOK_TABLES


@pytest.fixture(scope="module")
def paths(tmp_path_factory) -> list[Path]:
    return make_book(tmp_path_factory.mktemp("book") / "small.xlsx", 300, 4, with_truth=True)


@pytest.fixture(scope="module")
def ledger(paths):
    return openpyxl.load_workbook(paths[0])["贷款台账"]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_files_are_named_by_book_and_year(paths):
    assert [path.name for path in paths] == ["small.xlsx", "small_2025.xlsx", "small_truth.csv"]


def test_a_folder_takes_the_book_by_its_usual_name(tmp_path):
    assert [path.name for path in make_book(tmp_path / "here", 30, 1)] == [
        "book.xlsx",
        "book_2025.xlsx",
    ]


def test_same_seed_same_bytes(paths, tmp_path):
    again = make_book(tmp_path / "small.xlsx", 300, 4, with_truth=True)

    assert [digest(path) for path in again] == [digest(path) for path in paths]


def test_title_date_and_unit_stand_over_the_headers(ledger):
    assert ledger["A1"].value == "清河农商银行小微贷款台账"
    assert ledger["A2"].value == "数据日期：2026-11-15   单位：万元"
    assert ledger["A3"].value == "序号"


def test_the_ledger_of_the_year_before_says_its_day(paths):
    before = openpyxl.load_workbook(paths[1])

    assert before.sheetnames == ["贷款台账"]
    assert "2025-11-15" in before["贷款台账"]["A2"].value


def test_the_total_row_is_the_sum_of_the_notes(ledger):
    column = next(cell.column for cell in ledger[3] if cell.value == "贷款余额")
    notes = [ledger.cell(row, column).value for row in range(4, ledger.max_row)]

    assert len(notes) == 300
    assert ledger.cell(ledger.max_row, 1).value == "合计"
    assert ledger.cell(ledger.max_row, column).value == pytest.approx(sum(notes), abs=1e-6)


def test_numbers_that_name_things_are_text_and_money_is_not(ledger):
    headers = {cell.value: cell.column for cell in ledger[3]}
    kinds = {name: type(ledger.cell(4, headers[name]).value) for name in ("证件号码", "借据号")}

    assert kinds == {"证件号码": str, "借据号": str}
    assert isinstance(ledger.cell(4, headers["贷款金额"]).value, int | float)
    assert ledger.cell(4, headers["贷款金额"]).number_format == "#,##0.00"


def test_some_dates_of_older_notes_are_text(ledger):
    column = next(cell.column for cell in ledger[3] if cell.value == "发放日期")
    texts = [
        value
        for row in range(4, ledger.max_row)
        if isinstance(value := ledger.cell(row, column).value, str)
    ]

    assert texts
    assert all(text.count(".") == 2 and text < "2025" for text in texts)


def test_every_header_names_a_field_and_nothing_of_the_truth(paths):
    layouts = tomllib.loads(
        (files("campaign.synthetic") / "layout.toml").read_text(encoding="utf-8")
    )["sheets"]
    book = openpyxl.load_workbook(paths[0], read_only=True)

    assert book.sheetnames == [layout["name"] for layout in layouts]
    for layout in layouts:
        fields = {name for _, name in layout["columns"]}
        assert fields <= set(BOOK_TABLES[layout["table"]].columns)
        rows = book[layout["name"]].iter_rows(max_row=3, values_only=True)
        wanted = [header for header, _ in layout["columns"]]
        assert any([c for c in row if c is not None][-len(wanted) :] == wanted for row in rows)
    hidden = {"natural_probability", "full_probability", "luck", "turns_bad", "visit_effect"}
    assert hidden <= set(COLUMNS)
    assert not hidden & {field for table in BOOK_TABLES.values() for field in table.columns}


def test_both_readers_see_the_same_cells(paths):
    theirs = CalamineWorkbook.from_path(str(paths[0])).get_sheet_by_name("免打扰名单").to_python()
    ours = openpyxl.load_workbook(paths[0])["免打扰名单"].iter_rows(values_only=True)

    assert [row[2] for row in theirs] == [row[2] for row in ours]


def test_texts_in_the_cells_read_the_same_as_shared_ones(paths, tmp_path, monkeypatch):
    monkeypatch.setattr("campaign.synthetic.sheets.SHARED_STRINGS_UP_TO", 0)
    write_bank(make_bank(300, 4), tmp_path / "inline.xlsx")
    books = [CalamineWorkbook.from_path(str(path)) for path in (paths[0], tmp_path / "inline.xlsx")]

    assert books[0].sheet_names == books[1].sheet_names
    for name in books[0].sheet_names:
        first, second = (book.get_sheet_by_name(name).to_python() for book in books)
        assert first == second


def test_a_long_table_goes_on_in_a_second_sheet(tmp_path, monkeypatch):
    monkeypatch.setattr("campaign.synthetic.sheets.MOST_ROWS", 50)
    bank = make_bank(120, 4)
    write_bank(bank, tmp_path / "long.xlsx")
    book = CalamineWorkbook.from_path(str(tmp_path / "long.xlsx"))

    parts = [name for name in book.sheet_names if name.startswith("贷款台账")]
    assert parts == ["贷款台账", "贷款台账(2)", "贷款台账(3)"]
    rows = [len(book.get_sheet_by_name(name).to_python()) for name in parts]
    assert rows == [50 + 4, 50 + 4, 20 + 4]
