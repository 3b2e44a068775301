"""Whole sheets as banks word them, in words of no list: what is understood, asked and mistaken.

Sets 1 to 3 were made up before the matcher was last worked on, each measured once before it was
learnt from; sets 4 to 7 are what public programs of banks print, collected later. docs/decisions.md has the figures of
the first look.
"""

from __future__ import annotations

from collections import Counter

import pytest

from campaign.book.aliases import role_aliases
from campaign.book.read import look_at
from tests.builders_book import save
from tests.header_sets import grid, is_listed, sheets

QUESTIONS = {"ambiguous_column", "perhaps_column", "header_contradicted", "maturity_not_found"}
HELPS = "认识，用来推算"


def outcomes(tmp_path, number: int) -> Counter[str]:
    """Return how many columns of a set, of those that no list has, were read in which way."""
    counted: Counter[str] = Counter()
    for name, cases in sheets(number).items():
        path = save(tmp_path / "a.xlsx", {name: grid(cases)})
        seen = look_at([path])
        columns = {column.header: column for column in seen.sheets[0].columns}
        said = "".join(f.message for f in seen.findings if f.kind in QUESTIONS)
        known = role_aliases(cases[0]["role"]).exact
        for case in (case for case in cases if not is_listed(case, known)):
            counted[outcome(case, columns.get(case["header"]), said)] += 1
    return counted


def outcome(case, column, said: str) -> str:
    wanted = case["field"].split("|")
    of_no_use = any(name.startswith("_") for name in wanted)
    if column is not None and column.field and not (of_no_use and column.proof == HELPS):
        return "right" if column.field in wanted else "wrong"
    if f"“{case['header']}”" in said:
        return "asked"
    return "right" if of_no_use else "unused"


@pytest.mark.parametrize(
    ("number", "least", "right", "wrong"),
    [
        (1, 180, 0.9, 0.01),
        (2, 190, 0.9, 0.01),
        (3, 200, 0.84, 0.01),
        (4, 85, 0.86, 0.0),
        (5, 95, 0.9, 0.0),
        (6, 50, 0.74, 0.0),
        (7, 45, 0.88, 0.02),
    ],
)
def test_sheets_in_words_of_no_list_are_understood_or_asked(tmp_path, number, least, right, wrong):
    counted = outcomes(tmp_path, number)
    assert counted.total() > least
    assert counted["right"] >= right * counted.total(), counted
    assert counted["wrong"] <= wrong * counted.total(), counted
