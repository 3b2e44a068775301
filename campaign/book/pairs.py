"""Two columns that prove each other: what is still owed is at most what was lent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from campaign.book.candidate import Candidate, Target
from campaign.book.column import Floats
from campaign.book.header_text import MONEY_UNITS
from campaign.book.matching import Matching
from campaign.book.meanings import MORE, is_unknown, meanings, weight
from campaign.book.values import money

AMOUNT, BALANCE = Target("loans", "loan_amount"), Target("loans", "balance")
SUM_WORDS = frozenset({"balance", "principal", "amount", "grant", "loan", "customer"})
COMPARED, LEAST_ROWS = 400, 5
NEARLY_ALL = 0.98
HINTED, PROVEN = 0.55, 0.75
CENT = 0.01
# Half of all loans have at least that share of the amount still to pay; interest is far less.
USUAL = 0.1


def weigh_pairs(work: Matching) -> None:
    """Raise the columns of an amount and a balance that prove each other; changes the options.

    A balance is at most its amount in every loan, and below it in some. Headers that only hint
    at the two are taken if one column each hints and the values say so.
    """
    if work.role != "loans":
        return
    amounts, balances = _columns(work, AMOUNT), _columns(work, BALANCE)
    if len(amounts) != 1 or len(balances) != 1:
        return
    amount, balance = amounts[0], balances[0]
    lent, owed = (_figures(work, column) for column in (amount, balance))
    both = (lent > 0) & (owed >= 0)
    if both.sum() < LEAST_ROWS:
        return
    within = float(np.mean(owed[both] <= lent[both] + CENT))
    share = float(np.median(owed[both] / lent[both]))
    if within >= NEARLY_ALL and share >= USUAL and bool(np.any(owed[both] < lent[both] - CENT)):
        _raise(work, amount, AMOUNT, "不小于余额")
        _raise(work, balance, BALANCE, "不大于发放金额")


def _columns(work: Matching, target: Target) -> list[int]:
    """Return the columns whose likeliest field is this one."""
    return [
        column
        for column, found in work.options.items()
        if column not in work.matches and found and _is(found[0], target)
    ]


def _is(found: Candidate, target: Target) -> bool:
    return found.target == target and found.score >= HINTED and not found.foreign


def _figures(work: Matching, column: int) -> Floats:
    cells = work.sheet.columns[column][work.found.body : work.found.body + COMPARED]
    factor = MONEY_UNITS.get(work.found.headers[column].unit, 1.0)
    found: Floats = money(cells, factor).values
    return found


def _raise(work: Matching, column: int, target: Target, why: str) -> None:
    first, *others = work.options[column]
    if first.target != target or first.exact or _speaks_of_more(work, column):
        return
    score = max(first.score, PROVEN)
    raised = replace(first, score=score, says_more=False, proof=f"{first.proof}，{why}")
    work.options[column] = [raised, *others]


def _speaks_of_more(work: Matching, column: int) -> bool:
    """Return whether a header has a known word that is about something else than the sum."""
    header = work.found.headers[column]
    words = (m for m in meanings(header.group + header.name) if not is_unknown(m))
    return any(weight(word) >= MORE and word not in SUM_WORDS for word in words)
