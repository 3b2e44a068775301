"""A sheet's own totals against the sum of its rows."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from campaign.book.body import addresses
from campaign.book.matching import label_of
from campaign.book.sheet_table import SheetTable
from campaign.book.values import money
from campaign.findings import CELLS_SHOWN, Finding
from campaign.vocabulary import Severity

TOLERANCE = 1.0
_PART = re.compile(r"其\s*中|户均|人均|平均")


def compare_totals(table: SheetTable, factors: Mapping[int, float]) -> list[Finding]:
    """Return one finding for every money column whose totals do not agree with its rows.

    A total agrees if it is, to the yuan, the sum of all rows, of those above it, of those
    since the total before it, or of those below it up to the next.
    """
    findings = []
    compared = 0
    for match in table.mapping.columns:
        if match.target is None or not match.target.used or match.column not in factors:
            continue
        wrong, agreed = _wrong_totals(table, match.column, factors[match.column])
        compared += agreed + len(wrong)
        if not wrong:
            continue
        row, said, summed = wrong[0]
        letter = table.sheet.letter(match.column)
        message = (
            f"表“{table.label}”第 {row} 行合计的“{label_of(match.target)}”为 {said:,.2f} 元，"
            f"明细相加 {summed:,.2f} 元，差 {said - summed:,.2f} 元；请核对有没有漏行或隐藏行。"
        )
        cells = addresses(table.label, letter, [row for row, _, _ in wrong[:CELLS_SHOWN]])
        findings.append(Finding("total_differs", Severity.WARNING, message, len(wrong), cells))
    if compared and not findings:
        message = (
            f"表“{table.label}”的合计、小计共 {compared} 处，与明细核对一致（误差不超过 1 元）。"
        )
        findings.append(Finding("totals_agree", Severity.INFO, message, compared))
    return findings


def loaded(table: SheetTable, factors: Mapping[int, float]) -> list[Finding]:
    """Return what was loaded of a ledger beside the total that the sheet itself gives."""
    match = table.mapping.of("loans", "balance")
    if table.role != "loans" or match is None or match.column not in factors:
        return []
    body, factor = table.body, factors[match.column]
    summed = float(np.nansum(table.frames["loans"]["balance"].to_numpy()))
    said = money([body.columns[match.column][row - body.start] for row in body.totals], factor)
    totals = said.values[~np.isnan(said.values)]
    count = int(body.kept.sum())
    message = f"表“{table.label}”装入 {count} 行、余额合计 {summed / 1e4:,.2f} 万元；"
    if not len(totals):
        return [Finding("loaded", Severity.INFO, message + "原表没有合计行。", count)]
    grand = float(totals[np.argmax(np.abs(totals))])
    if abs(summed - grand) > TOLERANCE >= abs(summed - float(totals.sum())):
        message += f"原表小计相加 {float(totals.sum()) / 1e4:,.2f} 万元，一致。"
        return [Finding("loaded", Severity.INFO, message, count)]
    message += f"原表合计 {grand / 1e4:,.2f} 万元"
    apart = summed - grand
    message += f"，相差 {apart:,.2f} 元。" if abs(apart) > TOLERANCE else "，一致。"
    letter = table.sheet.letter(match.column)
    rows = [row + 1 for row, total in zip(body.totals, said.values, strict=True) if total == grand]
    return [Finding("loaded", Severity.INFO, message, count, addresses(table.label, letter, rows))]


def _wrong_totals(
    table: SheetTable, column: int, factor: float
) -> tuple[list[tuple[int, float, float]], int]:
    """Return (Excel row, total said, nearest sum) of totals that disagree, and how many agree."""
    body = table.body
    if not body.totals:
        return [], 0
    values = np.nan_to_num(money(body.columns[column], factor).values)
    said = money([body.columns[column][row - body.start] for row in body.totals], factor).values
    running = np.concatenate([[0.0], np.cumsum(np.where(body.kept, values, 0.0))])
    wrong: list[tuple[int, float, float]] = []
    agreed = 0
    starts = [0]
    ends = [*(row - body.start for row in body.totals[1:]), len(body.kept)]
    for row, total, end in zip(body.totals, said.tolist(), ends, strict=True):
        position = row - body.start
        if not np.isnan(total) and not _is_part(table, row):
            sums = [running[-1], running[end] - running[position]]
            sums += [running[position] - running[start] for start in starts]
            nearest = min(sums, key=lambda part: abs(part - total))
            if abs(nearest - total) > TOLERANCE:
                wrong.append((row + 1, total, float(nearest)))
            else:
                agreed += 1
        starts.append(position)
    return wrong, agreed


def _is_part(table: SheetTable, row: int) -> bool:
    """Return whether a row is part of a total or a mean (其中、平均), no sum of rows."""
    position = row - table.body.start
    cells = (column[position] for column in table.body.columns.values())
    return any(isinstance(cell, str) and _PART.match(cell.strip()) for cell in cells)
