"""An empty import workbook with every sheet, drop-downs and units, which imports unasked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import xlsxwriter

from campaign.book.new_workbook import new_workbook
from campaign.vocabulary import BOOK_TABLES, Field, Table, Unit

ROWS_WITH_CHOICES = 5_000
REPORT_DAY = Field("report_date", "数据日期", Unit.DATE, "day that the balances are of")
_UNIT_MARKS = {Unit.YUAN: "（元）", Unit.RATIO: "（%）"}
_FORMATS = {Unit.YUAN: "#,##0.00", Unit.DATE: "yyyy-mm-dd", Unit.TEXT: "@"}
_WIDTHS = {Unit.YUAN: 16, Unit.DATE: 12, Unit.TEXT: 16}
_NEEDED = {
    ("loans", "customer_name"),
    ("loans", "balance"),
    ("loans", "maturity_date"),
    ("other_loans", "lender"),
    ("managers", "manager_id"),
    ("targets", "subject"),
    ("targets", "target"),
}
_GUIDE = (
    "填写说明",
    "1. 只填用得到的表和列；空着的列可以留着，也可以删掉。贷款台账必填客户名称和贷款余额。",
    "2. 金额一律填元，利率填百分数（4.35 表示 4.35%），日期填 2026-11-15 的样子。",
    "3. 编号、证件号、电话一律按文本填，不要让 Excel 变成数字。",
    "4. 有下拉的列请从下拉里选。",
    "5. 数据日期填余额是哪一天的，每行相同。",
)


def write_template(path: Path) -> None:
    """Write the empty import workbook.

    Raises:
        OutputBlocked: The file cannot be written there.
    """
    with new_workbook(path) as book:
        for table in BOOK_TABLES.values():
            _write_sheet(book, table)
        guide = book.add_worksheet(_GUIDE[0])
        guide.set_column(0, 0, 90)
        for row, text in enumerate(_GUIDE):
            guide.write_string(row, 0, text)


def template_fields(table: Table) -> list[Field]:
    """Return the fields of a template sheet: ours without the source row, plus the day."""
    fields = [field for field in table.fields if field.name != "source_row"]
    return [REPORT_DAY, *fields] if table.name == "loans" else fields


def template_header(field: Field) -> str:
    """Return the header of a field, with the unit that is to be filled in.

    >>> template_header(BOOK_TABLES["loans"].field("balance"))
    '贷款余额（元）'
    """
    return field.label + _UNIT_MARKS.get(field.unit, "")


def _write_sheet(book: xlsxwriter.Workbook, table: Table) -> None:
    sheet = book.add_worksheet(table.label)
    header = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF3F8"})
    needed = book.add_format({"bold": True, "bottom": 1, "bg_color": "#D6E6F5"})
    for column, field in enumerate(template_fields(table)):
        style = needed if (table.name, field.name) in _NEEDED else header
        sheet.write_string(0, column, template_header(field), style)
        form = book.add_format({"num_format": _FORMATS.get(field.unit, "General")})
        sheet.set_column(column, column, _WIDTHS.get(field.unit, 10), form)
        choices = _choices(field)
        if choices:
            box = {"validate": "list", "source": choices, "error_type": "warning"}
            sheet.data_validation(1, column, ROWS_WITH_CHOICES, column, box)
        elif field.unit is Unit.DATE:
            day = {"validate": "date", "criteria": ">", "value": date(1950, 1, 1)}
            sheet.data_validation(1, column, ROWS_WITH_CHOICES, column, day)
    sheet.freeze_panes(1, 0)


def _choices(field: Field) -> list[str]:
    if field.values is not None:
        return [member.label for member in field.values]
    return ["是", "否"] if field.unit is Unit.FLAG else []
