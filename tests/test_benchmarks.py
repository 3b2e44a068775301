"""The tables of docs/benchmarks.md come from what was measured, also where a job did not end."""

import pytest

from benchmarks.child import Cost
from benchmarks.figures import growth_of, ratios
from benchmarks.report import BEGIN, END, report, write_page

STAGES = {"read": 4.0, "plan": 2.0, "outputs": 6.0}


def cost(wall: float | None, stages: dict[str, float] | None = None) -> Cost:
    return Cost(wall, wall, 2**30, stages or {})


def measured(**walls: float) -> dict[str, Cost]:
    return {"whole": cost(12.0, STAGES)} | {job: cost(wall) for job, wall in walls.items()}


def test_ratios_compare_seconds_with_those_of_the_baseline():
    costs = measured(fastexcel=2.0, calamine=2.5, write=4.0, naive=60.0)
    assert list(ratios(costs).values()) == [1.6, 2.0, 0.5, 1.5, 2.0, 5.0]


def test_a_job_that_did_not_end_gives_no_ratio():
    stopped = {"whole": cost(None, {"read": 4.0}), "fastexcel": cost(2.0)}
    assert list(ratios(stopped).values()) == [2.0]


def test_growth_is_told_as_a_factor_and_as_an_exponent():
    longer = {name: seconds * 100 for name, seconds in STAGES.items()}
    sizes = {10: measured(), 100: {"whole": cost(1200.0, longer)}}
    assert growth_of("read", sizes) == [(10, 100, 100.0, pytest.approx(2.0))]


def test_the_page_keeps_its_words_around_the_tables(tmp_path):
    page = tmp_path / "benchmarks.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    write_page(report({10: measured(fastexcel=2.0)}), page)
    text = page.read_text(encoding="utf-8")
    assert "| planning / reading | ≤ 1 | 0.50 |" in text
    assert (text[:7], text[-7:], "old" in text) == ("before\n", "\nafter\n", False)
