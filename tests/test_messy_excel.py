"""Every row of the catalogue of messy ledgers has a test that builds such a file.

The rows are those of the catalogue (files A, sheets B, money C, days D, codes and names E,
rows across F); 修 repairs and says so, 问 asks, 拒 refuses.
"""

from __future__ import annotations

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

from tests.source_code import ROOT

CASES = Path(__file__).parent / "cases" / "messy_excel.csv"
COUNTS = {"A": 14, "B": 17}
ALSO = ("C9", "C10", "C11", "D2")


def rows() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['row']}-{row['behaviour']}")
def test_every_test_of_the_catalogue_exists(row):
    path, _, name = row["test"].partition("::")
    assert name.startswith("test_")
    assert name in names_in(path)
    assert row["behaviour"] in ("修", "问", "拒")


def test_every_row_of_files_and_sheets_is_built():
    wanted = {f"{kind}{n}" for kind, count in COUNTS.items() for n in range(1, count + 1)}
    assert (wanted | set(ALSO)) - {row["row"] for row in rows()} == set()


# An address of a cell or row, or the name of the file that is refused as a whole.
ADDRESSED = re.compile(r"![A-Z]+\d|\.cells|source_row|“\{name\}”|台账\\?\.xlsx")


@cache
def bodies_of(path: str) -> dict[str, str]:
    text = (ROOT / path).read_text(encoding="utf-8")
    return {
        node.name: ast.get_source_segment(text, node) or ""
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
    }


@pytest.mark.parametrize("name", ["messy_excel", "messy_excel_values"])
def test_every_behaviour_of_every_row_is_held_with_its_address(name):
    with (CASES.parent / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    addressed = set()
    for row in listed:
        path, _, test = row["test"].partition("::")
        if ADDRESSED.search(bodies_of(path)[test]):
            addressed.add((row["row"], row["behaviour"]))
    assert {(row["row"], row["behaviour"]) for row in listed} - addressed == set()
