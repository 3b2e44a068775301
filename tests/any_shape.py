"""One ledger in any shape that a bank may export it in: wordings, levels, units, kinds of file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

import xlsxwriter

from tests.old_formats import XlsSheet, xls, xlsb

Merge = tuple[int, int, int, int]
Grid = list[list[Any]]

# What other banks call a field; every wording must lead to it, whatever stands around it.
WORDINGS = {
    "loan_note_id": ["借据号", "借据编号", "贷款借据号", "借据号码", "借据流水号", "出账借据编号"],
    "customer_id": ["客户编号", "客户号", "核心客户号", "客户代码", "借款人客户号"],
    "customer_name": ["客户名称", "借款人名称", "借款人", "客户姓名", "户名", "借款单位名称"],
    "balance": ["贷款余额", "余额", "借据余额", "当前贷款余额", "结欠本金", "期末贷款余额"],
    "start_date": ["发放日期", "贷款发放日", "起始日期", "借款起始日", "放款日期", "借据起始日期"],
    "maturity_date": ["到期日期", "到期日", "贷款到期日", "借款到期日期", "借据到期日", "终止日期"],
    "annual_rate": ["执行利率", "年利率", "执行年利率", "贷款利率", "合同执行利率"],
    "loan_class": ["五级分类", "风险分类", "贷款五级分类", "五级分类结果", "五级分类名称"],
    "guarantee_type": ["担保方式", "主担保方式", "主要担保方式", "贷款担保方式"],
    "manager_name": ["客户经理", "管户经理", "信贷员", "管户客户经理", "主办客户经理"],
    "branch": ["支行", "经办支行", "所属支行", "经办机构", "管户机构名称"],
}
# Columns of no use, which must neither be taken for a field nor change one.
OTHERS = {
    "年初贷款余额（元）": [1_000, 2_000.5, 0],
    "录入时间": ["2026-01-05 09:31:22", "2026-02-06 10:00:00"],
    "备用字段1": ["", ""],
    "联行行号": ["402338000017", "402338000025"],
    "是否涉农": ["是", "否"],
    "出生日期": ["1975-03-01", "1988-12-11"],
    "授权审批人": ["赵一明", "钱二平"],
    "利率浮动幅度（%）": [30, 45.5],
}
# Two upper levels for each field: 客户情况 over 客户基本信息 over 客户名称.
GROUPS = {
    "loan_note_id": ("借款情况", "借据信息"),
    "customer_id": ("客户情况", "客户信息"),
    "customer_name": ("客户情况", "客户信息"),
    "balance": ("借款情况", "借据信息"),
    "start_date": ("借款情况", "期限"),
    "maturity_date": ("借款情况", "期限"),
    "annual_rate": ("借款情况", "借据信息"),
    "loan_class": ("借款情况", "风险情况"),
    "guarantee_type": ("借款情况", "风险情况"),
    "manager_name": ("管理情况", "管户信息"),
    "branch": ("管理情况", "管户信息"),
}
FACTORS = {"元": 1, "千元": 1_000, "万元": 10_000}
AMOUNTS: dict[str, Callable[[float], Any]] = {
    "number": float,
    "text": lambda amount: f"{amount:.4f}",
    "marks": lambda amount: f"{amount:,.4f}",
    "yen": lambda amount: f"￥{amount:,.2f} ",
    "wide": lambda amount: f"{amount:.2f}".translate({n: n + 0xFEE0 for n in range(0x2E, 0x3A)}),
}
DAYS: dict[str, Callable[[date], Any]] = {
    **{
        shape: lambda day, shape=shape: day.strftime(shape)
        for shape in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日")
    },
    "short": lambda day: f"{day.year}/{day.month}/{day.day}",
    "timed": lambda day: f"{day} 00:00:00.0",
    "whole": lambda day: int(day.strftime("%Y%m%d")),
    "cell": lambda day: day,
}
TEXT_KINDS = {
    f"csv {encoding} {name}": (encoding, sign)
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16")
    for name, sign in (("comma", ","), ("tab", "\t"), ("semicolon", ";"), ("bar", "|"))
}
KINDS = ("xlsx", "xls", "xlsb", "html", "xml", *TEXT_KINDS)


@dataclass(frozen=True)
class Loan:
    """One loan of the made-up ledger, in yuan, fractions and days."""

    loan_note_id: str
    customer_id: str
    customer_name: str
    balance: float
    start_date: date
    maturity_date: date
    annual_rate: float
    loan_class: str
    guarantee_type: str
    manager_name: str
    branch: str


@dataclass(frozen=True)
class Shape:
    """How the ledger is written.

    Attributes:
        fields: The order of the columns.
        wording: Field → which of its wordings.
        depth: Header rows, 1 to 3; above 1 the columns of a group stand together.
        unit: Money unit.
        unit_in_title: Whether the title names the unit, else the header.
        titles: Title rows above.
        others: Place → header of a column of no use.
        amount: How amounts are written.
        day: How days are written.
        subtotals: Whether each branch has its sum below its rows, which then stand together.
        total: Whether all is summed up at the end.
        numbered: Whether a row of column numbers stands below the header.
        footer: Whether somebody signs below the table.
        kind: Kind of file.
    """

    fields: tuple[str, ...]
    wording: dict[str, int]
    depth: int
    unit: str
    unit_in_title: bool
    titles: int
    others: dict[int, str]
    amount: str
    day: str
    subtotals: bool
    total: bool
    numbered: bool
    footer: bool
    kind: str


def written(loans: Sequence[Loan], shape: Shape) -> bytes:
    """Return the bytes of the ledger in a shape."""
    heads, merges = _header(shape)
    width = len(heads[0])
    rows = [[title] + [""] * (width - 1) for title in _titles(shape)]
    merges = [(t + len(rows), c, b + len(rows), d) for t, c, b, d in merges]
    rows += heads
    if shape.numbered:
        rows.append([str(number) for number in range(1, width + 1)])
    rows += _body(loans, shape)
    if shape.footer:
        rows.append(["制表人：王会计"] + [""] * (width - 1))
    return _WRITERS.get(shape.kind, _text)(rows, merges, shape.kind)


def _titles(shape: Shape) -> list[str]:
    unit = f"单位：{shape.unit}" if shape.unit_in_title else "小企业部"
    return ["附件1", "清河农商银行贷款明细表", unit][3 - max(shape.titles, shape.unit_in_title) :]


def _columns(shape: Shape) -> list[str]:
    """Return fields and headers of no use from left to right."""
    columns = list(shape.fields)
    if shape.depth > 1:
        columns.sort(key=lambda name: (GROUPS[name][: shape.depth - 1], shape.fields.index(name)))
    for place, header in sorted(shape.others.items()):
        columns.insert(min(place, len(columns)), header)
    return columns


def _header(shape: Shape) -> tuple[Grid, list[Merge]]:
    """Return the rows of the header, and their merged areas where the levels are several."""
    stacks = [_levels(name, shape) for name in _columns(shape)]
    grid: Grid = [[""] * len(stacks) for _ in range(shape.depth)]
    merges: list[Merge] = []
    for level in range(shape.depth):
        column = 0
        while column < len(stacks):
            end = column
            stack = stacks[column]
            bottom = level if len(stack) > 1 else shape.depth - 1
            while len(stack) > 1 and level < shape.depth - 1 and end + 1 < len(stacks):
                if stacks[end + 1][: level + 1] != stack[: level + 1]:
                    break
                end += 1
            if level == 0 or len(stack) > 1:
                grid[level][column] = stack[level]
                if (end, bottom) != (column, level):
                    merges.append((level, column, bottom, end))
            column = end + 1
    return grid, merges


def _levels(name: str, shape: Shape) -> list[str]:
    """Return the texts above a column from top to bottom; one alone stands over all rows."""
    if name not in WORDINGS:
        return [name]
    text = WORDINGS[name][shape.wording[name]]
    if name == "balance" and not shape.unit_in_title:
        text += f"（{shape.unit}）"
    if name == "annual_rate":
        text += "（%）"
    return [*GROUPS[name][: shape.depth - 1], text]


def _body(loans: Sequence[Loan], shape: Shape) -> Grid:
    columns = _columns(shape)
    rows = []
    branches = dict.fromkeys(loan.branch for loan in loans) if shape.subtotals else [None]
    for branch in branches:
        group = [loan for loan in loans if branch in (None, loan.branch)]
        rows += [[_cell(loan, name, place, shape) for name in columns]
                 for place, loan in enumerate(group)]  # fmt: skip
        if branch is not None:
            rows.append(_sum(group, f"{branch}小计", columns, shape))
    if shape.total:
        rows.append(_sum(loans, "合计", columns, shape))
    return rows


def _sum(loans: Sequence[Loan], label: str, columns: list[str], shape: Shape) -> list[Any]:
    amount = sum(loan.balance for loan in loans) / FACTORS[shape.unit]
    row = [AMOUNTS[shape.amount](amount) if name == "balance" else "" for name in columns]
    row[next(place for place, name in enumerate(columns) if name != "balance")] = label
    return row


def _cell(loan: Loan, name: str, place: int, shape: Shape) -> Any:
    if name not in WORDINGS:
        return OTHERS[name][place % len(OTHERS[name])]
    value = getattr(loan, name)
    if name == "balance":
        return AMOUNTS[shape.amount](value / FACTORS[shape.unit])
    if name == "annual_rate":
        return round(value * 100, 4)
    return DAYS[shape.day](value) if isinstance(value, date) else value


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, date) else value


def _text(rows: Grid, merges: list[Merge], kind: str) -> bytes:
    encoding, sign = TEXT_KINDS[kind]
    file = io.StringIO()
    csv.writer(file, delimiter=sign).writerows([[_plain(v) for v in row] for row in rows])
    return file.getvalue().encode(encoding)


def _xlsx(rows: Grid, merges: list[Merge], kind: str) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("借据")
        for area in merges:
            sheet.merge_range(*area, "")
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                elif value != "":
                    sheet.write(number, column, value)
    return file.getvalue()


def _xls(rows: Grid, merges: list[Merge], kind: str) -> bytes:
    return xls({"借据": XlsSheet([[_plain(v) for v in row] for row in rows], merges=tuple(merges))})


def _xlsb(rows: Grid, merges: list[Merge], kind: str) -> bytes:
    return xlsb("借据", [[None if v == "" else _plain(v) for v in row] for row in rows])


def _spans(rows: Grid, merges: list[Merge]) -> list[list[tuple[Any, int, int, int]]]:
    """Return each row as (value, column, further rows, further columns), covered cells left out."""
    spans = {(t, c): (b - t, d - c) for t, c, b, d in merges}
    covered = {
        (row, column)
        for t, c, b, d in merges
        for row in range(t, b + 1)
        for column in range(c, d + 1)
        if (row, column) != (t, c)
    }
    return [
        [
            (_plain(value), column, *spans.get((number, column), (0, 0)))
            for column, value in enumerate(row)
            if (number, column) not in covered
        ]
        for number, row in enumerate(rows)
    ]


def _html(rows: Grid, merges: list[Merge], kind: str) -> bytes:
    lines = [
        "".join(
            f"<td rowspan={down + 1} colspan={right + 1}>{escape(str(value))}</td>"
            for value, _, down, right in row
        )
        for row in _spans(rows, merges)
    ]
    page = "<html><meta charset=gb18030><table>" + "".join(f"<tr>{row}</tr>" for row in lines)
    return (page + "</table></html>").encode("gb18030")


def _xml(rows: Grid, merges: list[Merge], kind: str) -> bytes:
    lines = [
        "".join(
            f'<Cell ss:Index="{column + 1}" ss:MergeDown="{down}" ss:MergeAcross="{right}">'
            f'<Data ss:Type="{"String" if isinstance(value, str) else "Number"}">'
            f"{escape(str(value))}</Data></Cell>"
            for value, column, down, right in row
            if value != ""
        )
        for row in _spans(rows, merges)
    ]
    body = "".join(
        f'<Row ss:Index="{number}">{row}</Row>' for number, row in enumerate(lines, start=1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="借据"><Table>{body}</Table></Worksheet></Workbook>'
    ).encode()


_WRITERS = {"xlsx": _xlsx, "xls": _xls, "xlsb": _xlsb, "html": _html, "xml": _xml}
