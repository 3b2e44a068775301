"""Trouble in the data, as values: what, how bad, where, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from campaign.vocabulary import FINDINGS, BookQuestion, Severity

if TYPE_CHECKING:
    import pandas as pd

CELLS_SHOWN = 20


class Cells(tuple[str, ...]):
    """The first addresses of a finding, which can name all the others too.

    A finding may concern every row of a ledger; the others are named only when asked for.
    """

    _every: Callable[[], Iterable[str]]

    @classmethod
    def of(cls, shown: Iterable[str], every: Callable[[], Iterable[str]]) -> Self:
        """Return the addresses to show, with a function that gives all of them."""
        cells = cls(shown)
        cells._every = every
        return cells

    def every(self) -> list[str]:
        """Return every address, those shown first."""
        return list(self._every())

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes as the addresses shown alone."""
        return tuple, (tuple(self),)


@dataclass(frozen=True)
class Ask:
    """What only the user can say of a book, with the answer that holds now.

    Attributes:
        question: Which question.
        key: What it is about: a sheet, a file, a kind of loan.
        answer: Code of the answer that was given or is taken without one; empty while open.
    """

    question: BookQuestion
    key: str
    answer: str = ""


@dataclass(frozen=True)
class Finding:
    """One kind of trouble in a book.

    Attributes:
        kind: Stable English code, e.g. `maturity_before_start`.
        severity: error (not usable), warning (look at it), info (what was done).
        message: One Chinese sentence: where, what was read, what to do.
        count: How many rows or cells it concerns.
        cells: Addresses like `借据!F12`, true Excel rows, at most `CELLS_SHOWN`.
        reason: What is wrong with each single row, without a count; empty where the finding
            is not about rows.
        asks: Questions that it leaves open, or was answered by.
    """

    kind: str
    severity: Severity
    message: str
    count: int = 1
    cells: tuple[str, ...] = ()
    reason: str = ""
    asks: tuple[Ask, ...] = ()

    def every_cell(self) -> list[str]:
        """Return all addresses, also those beyond `CELLS_SHOWN`."""
        return self.cells.every() if isinstance(self.cells, Cells) else list(self.cells)


def asks_of(findings: Iterable[Finding]) -> list[Ask]:
    """Return the questions of findings, in their order."""
    return [ask for finding in findings for ask in finding.asks]


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings sorted by severity, then kind, then message."""
    order = list(Severity)
    return tuple(sorted(findings, key=lambda f: (order.index(f.severity), f.kind, f.message)))


def findings_table(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return table FINDINGS: kind, severity, count, message, cells."""
    import pandas as pd

    rows = [
        {
            "kind": finding.kind,
            "severity": finding.severity.value,
            "count": finding.count,
            "message": finding.message,
            "cells": ";".join(finding.cells),
        }
        for finding in findings
    ]
    return FINDINGS.conform(pd.DataFrame(rows, columns=FINDINGS.columns))
