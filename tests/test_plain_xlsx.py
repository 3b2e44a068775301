"""A large .xlsx read by arrays gives cell for cell what calamine alone gives, or is left to it."""

import io
import random
import struct
import zipfile
from datetime import date, datetime, time, timedelta

import pytest
import xlsxwriter

from campaign.book import collect, reader_child, xlsx_parts
from campaign.book.calamine_process import LENGTH, _PlainUnpickler
from campaign.book.collect import _sheets
from campaign.book.listener import Listener

TEXTS = [
    "城南支行", "A&B", "<合计>", " 前有空格", "后有空格 ", "两\n行", "_x0041_", "回\r车", "　全角空格　",
    "K0001", "", "张三", "张三", "\t制表", "é", "😀", "a>b", "000123", "=1+1", "長" * 300, "\xa0硬",
]  # fmt: skip


def told(data, monkeypatch, *, large, hidden="*"):
    """Return the sheets that the child tells of a workbook, and the kinds of its messages."""
    monkeypatch.setattr(xlsx_parts, "LEAST_BYTES", 0 if large else 1 << 60)
    out = io.BytesIO()
    reader_child.read_workbook(io.BytesIO(data), out, hidden)
    out.seek(0)
    messages = []
    while head := out.read(LENGTH.size):
        piece = out.read(struct.unpack("<Q", head)[0])
        messages.append(_PlainUnpickler(io.BytesIO(piece)).load())

    assert messages[-1] == ("end",)
    monkeypatch.setattr(collect, "messages", lambda _: (("alone", m) for m in messages[:-1]))
    sheets = [
        sheet
        for _, seen in _sheets(["alone"], "台账.xlsx", {}, Listener(), dict)
        for sheet in seen.sheets
    ]
    return sheets, [message[0] for message in messages]


def plain(sheet):
    cells = [column.tolist() for column in sheet.columns]
    kinds = [[type(cell) for cell in column] for column in cells]
    return sheet.name, sheet.first_column, sheet.height, sheet.merges, cells, kinds


def same_by_both(data, monkeypatch, *, left=0):
    """Compare both ways of reading; `left` is how many sheets are left to the usual reader."""
    by_arrays, kinds = told(data, monkeypatch, large=True)
    alone, usual = told(data, monkeypatch, large=False)
    assert list(map(plain, by_arrays)) == list(map(plain, alone))
    assert "special" not in usual
    assert kinds.count("special") == len(alone) - left
    return by_arrays


def random_book(seed, *, inline):
    """Return a workbook of every kind of cell in random places."""
    chance = random.Random(seed)
    out = io.BytesIO()
    options = {"constant_memory": True} if inline else {"in_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        formats = [None] + [
            book.add_format({"num_format": form})
            for form in (
                "yyyy-mm-dd",
                "hh:mm",
                "[h]:mm:ss",
                "0.00%",
                "000000",
                "yyyy年m月d日",
                "yyyy/m/d h:mm",
            )
        ]
        formats.append(book.add_format({"num_format": 31}))
        for name in ("借据", "客户"):
            sheet = book.add_worksheet(name)
            first, left = chance.randrange(3), chance.randrange(3)
            for row in range(first, first + chance.randrange(1, 60)):
                for column in range(left, left + 30):
                    if chance.random() < 0.8:
                        write(sheet, row, column, chance, formats)
            if not inline:
                sheet.merge_range(5, 40, 8, 40, "并")
                sheet.merge_range(1, 0, 1, 2, "")
            sheet.set_row(3, None, None, {"hidden": True})
    return out.getvalue()


def write(sheet, row, column, chance, formats):
    form = chance.choice(formats)
    kind = chance.randrange(9)
    if kind <= 2:
        sheet.write_string(row, column, chance.choice(TEXTS) or "空", form)
    elif kind == 3:
        number = chance.choice([0, -1.5, 1e300, 12345678, 123456789, 0.052000000000000005, 1e-7])
        sheet.write_number(row, column, number, None if number > 1e9 else form)
    elif kind == 4:
        sheet.write_number(row, column, chance.randrange(20_000, 60_000), form)
    elif kind == 5:
        day = chance.choice(
            [date(2026, 11, 15), datetime(2026, 1, 2, 3, 4, 5, 678000), time(9, 30)]
        )
        sheet.write_datetime(row, column, day, chance.choice(formats[1:]))
    elif kind == 6:
        sheet.write_boolean(row, column, chance.random() < 0.5, form)
    elif kind == 7:
        value = chance.choice([1.5, "算出", True, "#N/A", 45_000, timedelta(1)])
        value = 45_000 if isinstance(value, timedelta) else value
        sheet.write_formula(row, column, '=IF(A1>2,"<",1)', form, value)
    else:
        sheet.write_blank(row, column, None, form or formats[1])


@pytest.mark.parametrize("seed", range(12))
def test_every_kind_of_cell_is_what_calamine_makes_of_it(seed, monkeypatch):
    same_by_both(random_book(seed, inline=seed % 2 == 1), monkeypatch)


@pytest.mark.parametrize("memory", ["constant_memory", "in_memory"])
def test_texts_of_a_hidden_sheet_are_known_where_a_visible_one_has_them(memory, monkeypatch):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {memory: True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name in ("旧账", "借据", "客户"):
            sheet = book.add_worksheet(name)
            for row, text in enumerate(["城南支行", name, "甲", f"又{name}"]):
                sheet.write_string(row, 0, text)
                sheet.write_number(row, 1, 45_000 + row, day)
            if name == "旧账":
                sheet.very_hidden()
            else:
                sheet.activate()
    by_arrays, _ = told(out.getvalue(), monkeypatch, large=True, hidden="")
    alone, _ = told(out.getvalue(), monkeypatch, large=False, hidden="")
    assert [sheet.name for sheet in by_arrays] == ["借据", "客户"]
    assert list(map(plain, by_arrays)) == list(map(plain, alone))


def altered(data, change, part="xl/worksheets/sheet1.xml"):
    """Return a workbook with a part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return out.getvalue()


def small_book(texts=("客户", "甲", "乙"), number=1.5):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("借据")
        for row, text in enumerate(texts):
            sheet.write_string(row, 0, text)
            sheet.write_number(row, 1, number)
    return out.getvalue()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'r="B2"', b'r="B3"'),  # a cell that names another row
        (b'<row r="2"', b'<row'),  # a row without its number
        (b'<c r="A2" t="s">', b'<c t="s" r="A2">'),
        (b'<c r="B2">', b'<c r="B2" cm="1">'),
        (b'<c r="A2" t="s"><v>1</v></c>', b'<c r="A2" t="str"><f>A1</f><v></v></c>'),
        (b'<v>1.5</v></c></row><row r="3"', b'<v> 1.5 </v></c></row><row r="3"'),
        (b'<c r="A3" t="s"><v>2</v></c><c r="B3"><v>1.5</v></c>',
         b'<c r="B3"><v>1.5</v></c><c r="A3" t="s"><v>2</v></c>'),
    ],
)  # fmt: skip
def test_a_sheet_that_is_written_otherwise_is_left_to_the_usual_reader(before, after, monkeypatch):
    data = altered(small_book(), lambda xml: xml.replace(before, after))
    assert before in zipfile.ZipFile(io.BytesIO(small_book())).read("xl/worksheets/sheet1.xml")
    same_by_both(data, monkeypatch, left=1)


def test_a_comment_in_a_cell_is_for_calamine_to_say(monkeypatch):
    data = altered(small_book(), lambda xml: xml.replace(b'"B2"><v>', b'"B2"><!-- x --><v>'))
    same_by_both(data, monkeypatch)


def test_rich_texts_and_equal_ones_are_what_calamine_makes_of_them(monkeypatch):
    def change(xml):
        return xml.replace("<t>甲</t>".encode(), "<r><t>乙</t></r>".encode())

    data = altered(small_book(), change, "xl/sharedStrings.xml")
    (sheet,) = same_by_both(data, monkeypatch)
    assert sheet.columns[0].tolist() == ["客户", "乙", "乙"]
    assert len(sheet.columns[0].different()[1]) == 2  # equal texts are one, also under two numbers


def test_a_number_of_a_text_that_is_not_there_is_refused_as_before(monkeypatch):
    data = altered(small_book(), lambda xml: xml.replace(b"<v>2</v>", b"<v>7</v>"))
    for large in (True, False):
        with pytest.raises(BaseException, match=r"."):
            told(data, monkeypatch, large=large)


def test_more_texts_than_are_remembered_are_still_one_each(monkeypatch):
    from campaign.book import known_texts

    monkeypatch.setattr(known_texts, "MOST_SHORT", 8)
    monkeypatch.setattr(known_texts, "MOST_TAKEN", 0)
    monkeypatch.setattr("campaign.book.plain_xlsx.PIECE", 2_000)
    data = random_book(99, inline=True)
    for sheet in same_by_both(data, monkeypatch):
        for column in sheet.columns:
            _, cells = column.different()
            assert len(set(map(repr, cells))) == len(cells)
