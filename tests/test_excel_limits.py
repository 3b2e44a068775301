"""Every kind of workbook that we write opens in Excel without a complaint, as far as rules tell."""

from __future__ import annotations

import zipfile

import pytest
import xlsxwriter

from campaign.book.template import write_template
from campaign.render.action_plan import write_action_plans
from campaign.render.bad_rows import write_bad_rows
from campaign.render.bank_summary import write_bank_summary
from tests.builders_book import ledger
from tests.builders_render import make_campaign_plan
from tests.excel_limits import complaints
from tests.test_bad_rows import rows_of

LONG = "很长的名称" * 8_000


@pytest.mark.parametrize("text", ["", LONG, "a\x07b & <c> 'd'"], ids=["plain", "long", "marks"])
def test_workbooks_of_managers_and_the_bank(tmp_path, text):
    plan = make_campaign_plan(text=text) if text else make_campaign_plan()
    paths = write_action_plans(plan, tmp_path / "行动方案")
    for path in (*paths, write_bank_summary(plan, tmp_path / "全行汇总.xlsx")):
        assert complaints(path) == [], path.name


def test_the_import_workbook_and_the_rows_in_question(tmp_path):
    write_template(tmp_path / "导入.xlsx")
    book, rows = rows_of(tmp_path, {"借据": ledger((1, "到期日期", "2025-01-01"))})
    write_bad_rows(book, rows, tmp_path / "问题.xlsx")
    for name in ("导入.xlsx", "问题.xlsx"):
        assert complaints(tmp_path / name) == []


def _broken(path, change):
    """Write a workbook in which one text of its sheet is replaced; return it."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, ["甲", 1, "乙"])
        sheet.data_validation("B2", {"validate": "list", "source": ["是", "否"]})
        sheet.merge_range("A3:B3", "合")
        sheet.autofilter("A1:C1")
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name).decode("utf-8") for name in book.namelist()}
    old, new = change
    assert any(old in text for text in parts.values())
    with zipfile.ZipFile(path, "w") as book:
        for name, text in parts.items():
            book.writestr(name, text.replace(old, new))
    return path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("<autoFilter", '<pageMargins left="1"/><autoFilter'), "parts out of order"),
        (('"是,否"', f'"{"是," * 130}"'), "list of"),
        (('r="C1"', 'r="A1"'), "cells of row 1 out of order"),
        (('ref="A3:B3"/>', 'ref="A3:B3"/><mergeCell ref="B3:C3"/>'), "merged cells overlap"),
        (('name="表"', 'name="表/一"'), "sheet name"),
        (('Target="worksheets/sheet1.xml"', 'Target="worksheets/sheet9.xml"'), "no part"),
        (("<t>乙</t>", f"<t>{'乙' * 40_000}</t>"), "text"),
    ],
)
def test_what_excel_would_complain_about_is_seen(tmp_path, change, words):
    found = complaints(_broken(tmp_path / "坏.xlsx", change))
    assert [text for text in found if words in text], found
    assert complaints(_broken(tmp_path / "好.xlsx", ("甲", "甲"))) == []
