"""Two children that share out the sheets of a workbook read it as one does alone."""

import tracemalloc
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from campaign.book import calamine_process, workbook_readers, xlsx_parts
from campaign.book import open as opening
from campaign.book.listener import Listener
from campaign.book.open import open_file
from campaign.errors import BookUnreadable


@pytest.fixture
def begun(monkeypatch):
    """Return the shares of the children that are begun, where a second child pays at once."""
    monkeypatch.setattr(xlsx_parts, "LEAST_SHARE", 0)
    monkeypatch.setattr(xlsx_parts, "TEXTS_TIMES", 0)
    monkeypatch.setattr(workbook_readers.os, "cpu_count", lambda: 2)
    shares = []

    class Noted(calamine_process.ReaderProcess):
        def __init__(self, *arguments, **words):
            shares.append(words["share"].partition(":")[0])
            super().__init__(*arguments, **words)

    monkeypatch.setattr(workbook_readers, "ReaderProcess", Noted)
    return shares


def read(path, **how):
    """Return what a file holds, to be compared."""
    found = open_file(path, **how)
    sheets = [(s, [column.tolist() for column in s.columns]) for s in found.sheets]
    return [
        (s.name, s.first_column, s.merges, s.facts, cells) for s, cells in sheets
    ], found.findings


def by_both(path, begun, monkeypatch, **how):
    """Return what two children read, where one alone reads the same."""
    found = read(path, **how)
    told = begun.copy()
    monkeypatch.setattr(workbook_readers.os, "cpu_count", lambda: 1)
    assert read(path, **how) == found
    assert begun == [*told, ""]
    return found, told


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Return a workbook of more than 4 MiB of XML, two of its five sheets hidden."""
    path = tmp_path_factory.mktemp("large") / "台账.xlsx"
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as made:
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        for number, name in enumerate(("一", "二", "三", "四", "五")):
            sheet = made.add_worksheet(name)
            for row in range(1, 2_600 + 500 * number):
                sheet.write_string(row, 1, f"客户{row % 997}")
                sheet.write_string(row, 2, f"{name}{row}")
                sheet.write_number(row, 3, 45_000 + row % 90, day)
                sheet.write_boolean(row, 4, row % 2 == 0)
                for column in range(5, 10):
                    sheet.write_number(row, column, row * column / 8)
            sheet.merge_range(0, 1, 0, 3, "客户")
            if name in "二四":
                sheet.hide()
    return path


def test_the_sample_bank_is_read_alike_by_two(begun, monkeypatch):
    path = Path("sample_books/qinghe.xlsx")
    (sheets, _), told = by_both(path, begun, monkeypatch)
    assert told == ["first", "second"]
    assert [name for name, *_ in sheets][:2] == ["贷款台账", "客户信息"]


@pytest.mark.parametrize("answers", [{}, {"hidden_sheet": {"四": "load"}}])
def test_sheets_stand_in_their_order_and_hidden_ones_are_said(answers, book, begun, monkeypatch):
    (sheets, findings), told = by_both(book, begun, monkeypatch, answers=answers)
    assert told == ["first", "second"]
    assert [name for name, *_ in sheets] == list("一三四五" if answers else "一三五")
    skipped = "“二”（3100 行）" if answers else "“二”（3100 行）、“四”（4100 行）"
    assert skipped in findings[0].message


def altered(book, path, part, change):
    """Write a workbook with a part changed."""
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return path


def prefixed(content):
    space = b'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    return content.replace(b"<sst ", b"<x:sst " + space).replace(b"</sst>", b"</x:sst>")


def test_texts_that_are_not_plain_are_left_to_one_child(book, begun, monkeypatch, tmp_path):
    path = altered(book, tmp_path / "a.xlsx", "xl/sharedStrings.xml", prefixed)
    _, told = by_both(path, begun, monkeypatch)
    assert told == ["first", "second", ""]


def test_a_sheet_that_is_not_plain_is_left_to_the_usual_reader_of_its_child(
    book, begun, monkeypatch, tmp_path
):
    part, named = "xl/worksheets/sheet3.xml", b'<c r="C9"'
    path = altered(book, tmp_path / "a.xlsx", part, lambda xml: xml.replace(named, b"<c"))
    _, told = by_both(path, begun, monkeypatch)
    assert told == ["first", "second"]


@pytest.mark.parametrize("part", [1, 4, 5])
def test_a_broken_sheet_is_refused_as_by_one_child(part, book, begun, monkeypatch, tmp_path):
    name = f"xl/worksheets/sheet{part}.xml"
    path = altered(book, tmp_path / "a.xlsx", name, lambda xml: xml[:9_000] + b"<c<<")
    with pytest.raises(BookUnreadable) as refused:
        read(path)
    assert begun == ["first", "second", ""]
    monkeypatch.setattr(workbook_readers.os, "cpu_count", lambda: 1)
    with pytest.raises(BookUnreadable) as alone:
        read(path)
    assert str(refused.value) == str(alone.value)


def test_one_child_reads_what_does_not_pay_for_two(book, monkeypatch):
    with zipfile.ZipFile(book) as archive:
        assert list(xlsx_parts.shares(archive)) == [""]
        monkeypatch.setattr(xlsx_parts, "LEAST_SHARE", 0)
        assert len(xlsx_parts.shares(archive)) == 2
        monkeypatch.setattr(xlsx_parts, "TEXTS_TIMES", 100)
        assert list(xlsx_parts.shares(archive)) == [""]


def test_each_child_is_bound_by_what_it_reads(book, begun):
    with zipfile.ZipFile(book) as archive:
        size = book.stat().st_size
        shared = workbook_readers.loads_of(archive, size, beside=True)
        (alone,) = workbook_readers.loads_of(archive, size, beside=False)
    least, first = workbook_readers.LEAST_MEMORY, workbook_readers.LEAST_SECONDS
    assert len(shared) == 2
    assert sum(load.memory - least for load in shared) <= 1.1 * (alone.memory - least)
    assert sum(load.seconds - first for load in shared) <= 1.1 * (alone.seconds - first)
    assert sum(load.most for load in shared) <= 1.1 * alone.most


def test_a_file_that_is_read_is_let_go_while_its_book_is_made(book):
    size = book.stat().st_size
    tracemalloc.start()
    try:
        with opening.begun(book) as rest:
            opened = rest(Listener())
            for sheet in opened.sheets:
                sheet.forget()
            held = tracemalloc.take_snapshot().traces
            assert max(trace.size for trace in held) < size
    finally:
        tracemalloc.stop()
