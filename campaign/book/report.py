"""What was understood of a book, as the contract of `campaign check` has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from campaign.book.loan_book import GONE, LoanBook, SheetReport, SheetsRead
from campaign.findings import Finding

TOTALS = ("loans", "customers", "managers", "branches", "balance")


def check_report(book: LoanBook) -> dict[str, Any]:
    """Return what was understood of a book; a balance that nobody could add up is None."""
    owed = book.loans.loc[~book.loans["loan_status"].isin(GONE), "balance"]
    unknown = len(book.loans) > 0 and book.loans["balance"].isna().all()
    counted = book.loans if unknown else book.live_loans
    totals = {
        "loans": len(book.loans),
        "customers": len(book.customers),
        "managers": len(book.managers),
        "branches": int(counted["branch"].nunique()),
        "balance": None if unknown else round(float(owed.sum()), 2),
    }
    return _report(book.sheets, book.findings, (book.as_of, book.as_of_from), totals)


def unfinished_report(
    seen: SheetsRead, why: Iterable[Finding], given: date | None
) -> dict[str, Any]:
    """Return what was understood of files that are no book yet: sheets, columns, all questions.

    Args:
        seen: The files as far as they were understood.
        why: What keeps them from being a book.
        given: The day that the caller fixed, if any.
    """
    origin = "参数" if given else seen.as_of_from
    totals = dict.fromkeys(TOTALS)
    return _report(seen.sheets, [*why, *seen.findings], (given or seen.as_of, origin), totals)


def _report(
    sheets: Sequence[SheetReport],
    findings: Iterable[Finding],
    day: tuple[date | None, str],
    totals: dict[str, Any],
) -> dict[str, Any]:
    findings = list(findings)
    return {
        "usable": all(finding.severity.value != "error" for finding in findings),
        "as_of": day[0].isoformat() if day[0] else None,
        "as_of_from": day[1] or None,
        "sheets": [_sheet(sheet) for sheet in sheets],
        "totals": totals,
        "findings": [
            {
                "kind": finding.kind,
                "severity": finding.severity.value,
                "count": finding.count,
                "message": finding.message,
                "cells": list(finding.cells),
            }
            for finding in findings
        ],
    }


def _sheet(sheet: SheetReport) -> dict[str, Any]:
    columns = [
        {
            "header": column.header,
            "field": column.field,
            "unit": column.unit,
            "confidence": column.confidence,
            "proof": column.proof,
        }
        for column in sheet.columns
    ]
    return {
        "file": sheet.file,
        "sheet": sheet.sheet,
        "role": sheet.role,
        "header_row": sheet.header_row,
        "rows": sheet.rows,
        "columns": columns,
    }
