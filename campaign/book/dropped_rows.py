"""Which rows of a sheet are no data, and what stands there instead."""

from __future__ import annotations

import re

from campaign.book.body import addresses
from campaign.book.sheet_table import SheetTable
from campaign.findings import CELLS_SHOWN, Finding
from campaign.vocabulary import Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
_ABOUT_WHAT_FOLLOWS = re.compile(r"以下|下列|诉讼|核销|不良|剔除|暂不|结清|转让")


def dropped_rows(table: SheetTable) -> list[Finding]:
    """Say which rows of the sheet are no data, and money that stands in merged cells."""
    body = table.body
    first = table.sheet.letter(table.found.named[0]) if table.found.named else "A"
    findings = []
    for kind, rows, what in (
        ("totals_dropped", body.totals, "合计、小计行，不计入明细"),
        ("headers_repeated", body.repeated, "重复的表头，已剔除"),
        ("footers_dropped", body.footers, "表尾说明，已剔除"),
        ("examples_dropped", body.examples, "填写示例，已剔除"),
    ):
        if rows:
            message = f"表“{table.label}”有 {len(rows)} 行是{what}。"
            cells = addresses(table.label, first, [row + 1 for row in rows])
            findings.append(Finding(kind, INFO, message, len(rows), cells))
    findings += _labels(table, first)
    if body.shifted:
        cells = tuple(
            f"{table.label}!{table.sheet.letter(column)}{row + 1}" for row, column in body.shifted
        )
        message = (
            f"表“{table.label}”有 {len(body.shifted)} 行整体错开了一列（金额列里是文字，"
            "右边一格才是数）；请把这些行移回原位后重传。"
        )
        findings.append(Finding("rows_shifted", ERROR, message, len(cells), cells[:CELLS_SHOWN]))
    if body.headed:
        cells = addresses(table.label, first, [row + 1 for row in body.headed])
        message = (
            f"表“{table.label}”有 {len(body.headed)} 行是分组的小计（金额等于下面各行相加），"
            "不计入明细，组名已写到所属各行。"
        )
        findings.append(Finding("group_heads", INFO, message, len(body.headed), cells))
    if body.merged_money:
        cells = tuple(
            f"{table.label}!{table.sheet.letter(column)}{row + 1}"
            for row, column in body.merged_money[:CELLS_SHOWN]
        )
        message = (
            f"表“{table.label}”有 {len(body.merged_money)} 处金额写在合并单元格里，只计第一行；"
            "请取消合并，把金额分到各行。"
        )
        reason = "金额写在合并单元格里，只计第一行；请把金额分到各行。"
        findings.append(
            Finding("merged_money", WARNING, message, len(body.merged_money), cells, reason)
        )
    return findings


def _labels(table: SheetTable, first: str) -> list[Finding]:
    """Say which rows are one line of text; one that speaks of the rows below it is a warning."""
    labels = table.body.labels
    if not labels:
        return []
    texts = "、".join(f"“{text[:20]}”" for text in list(dict.fromkeys(labels.values()))[:6])
    message = f"表“{table.label}”有 {len(labels)} 行只有一格文字（{texts}），不当明细。"
    telling = any(_ABOUT_WHAT_FOLLOWS.search(text) for text in labels.values())
    if telling:
        message += "其下各行照常读入；若这句话改变它们（如诉讼、核销），请加一列写明。"
    cells = addresses(table.label, first, [row + 1 for row in labels])
    severity = WARNING if telling else INFO
    return [Finding("labels_dropped", severity, message, len(labels), cells)]
