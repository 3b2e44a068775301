"""The tables of docs/benchmarks.md come from what was measured, also where a job did not end."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial

import pytest

from benchmarks.__main__ import is_short, read_costs, together, write_costs
from benchmarks.child import Cost, Stopwatch, _held, _shared_out
from benchmarks.figures import growth_of, ratios
from benchmarks.noted import in_two_processes, other_tasks
from benchmarks.report import BEGIN, END, report, write_page
from benchmarks.turns import mean

STAGES = {"read": 4.0, "plan": 2.0, "outputs": 6.0}


def cost(wall: float | None, stages: dict[str, float] | None = None) -> Cost:
    return Cost(wall, wall, 2**30, stages or {})


def measured(**walls: float) -> dict[str, Cost]:
    return {"whole": cost(12.0, STAGES)} | {job: cost(wall) for job, wall in walls.items()}


def test_ratios_compare_seconds_with_those_of_the_baseline():
    costs = measured(fastexcel=2.0, calamine=2.5, write=4.0, write_all=8.0, naive=60.0)
    assert list(ratios(costs).values()) == [1.6, 2.0, 0.5, 1.5, 0.75, 2.0, 1.2, 5.0]


def test_a_job_that_did_not_end_gives_no_ratio():
    stopped = {"whole": cost(None, {"read": 4.0}), "fastexcel": cost(2.0)}
    assert list(ratios(stopped).values()) == [2.0]


def test_growth_is_told_as_a_factor_and_as_an_exponent():
    longer = {name: seconds * 100 for name, seconds in STAGES.items()}
    sizes = {10: measured(), 100: {"whole": cost(1200.0, longer)}}
    assert growth_of("read", sizes) == [(10, 100, 100.0, pytest.approx(2.0))]


def test_growth_is_told_of_the_runs_in_turns_where_there_are_some():
    sizes = {10: measured(fastexcel=1.0), 100: measured(fastexcel=12.0)}
    turns = {(10, 100): (mean([cost(2.0, {"read": 1.0}), cost(4.0, {"read": 3.0})]), cost(33.0))}
    assert growth_of("whole", sizes, turns)[0][2] == pytest.approx(11.0)
    assert growth_of("fastexcel", sizes, turns)[0][2] == pytest.approx(12.0)
    assert growth_of("plan", sizes, turns)[0][2] == 1.0
    assert "| times longer (exponent) | 10 → 100, in turns |" in report(sizes, 1, turns)


def test_the_mean_of_runs_is_told_only_where_all_ended():
    runs = [cost(2.0, {"read": 1.0}), cost(4.0, {"read": 3.0})]
    assert (mean(runs).wall, mean(runs).stages) == (3.0, {"read": 2.0})
    assert mean([*runs, cost(None)]).wall is None


def test_the_page_keeps_its_words_around_the_tables(tmp_path):
    page = tmp_path / "benchmarks.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    write_page(report({10: measured(fastexcel=2.0)}), page)
    text = page.read_text(encoding="utf-8")
    assert "| planning / reading | ≤ 1 | 0.50 |" in text
    assert (text[:7], text[-7:], "old" in text) == ("before\n", "\nafter\n", False)


def test_a_run_goes_on_with_the_jobs_that_did_not_end(tmp_path):
    ended, stopped = cost(12.0, STAGES), cost(None)
    write_costs(tmp_path / "costs.json", {"whole": ended, "naive": stopped})
    assert read_costs(tmp_path / "costs.json") == {"whole": ended}
    assert read_costs(tmp_path / "none.json") == {}


def test_of_several_runs_the_mean_counts():
    runs = [cost(9.0), cost(None), cost(5.0), cost(7.0)]
    assert together(runs).wall == 7.0
    assert together([cost(None)]).wall is None
    timed = [replace(cost(7.0), peak=0), replace(cost(5.0), peak=0)]
    found = together([cost(9.0), *timed])  # memory by the first, time by the others
    assert (found.wall, found.peak) == (6.0, cost(9.0).peak)
    assert [is_short(run) for run in (cost(59.0), cost(61.0), cost(None))] == [True, False, False]
    assert "the mean of 2 runs in turns" in report({10: measured()}, 3)


def test_a_stopwatch_counts_only_while_it_runs():
    watch = Stopwatch()
    with watch.running():
        time.sleep(0.02)
    time.sleep(0.2)
    with watch.running():
        time.sleep(0.02)
    assert 0.04 <= watch.wall < 0.2


@pytest.mark.skipif(sys.platform != "linux", reason="the baselines are forked")
def test_two_processes_share_the_tasks_and_preparing_is_not_counted(tmp_path):
    def prepare(number):
        time.sleep(0.1)
        return lambda: (tmp_path / f"{number}").write_text(str(os.getpid()))

    wall, _ = in_two_processes([partial(prepare, number) for number in range(6)])
    assert len({path.read_text() for path in tmp_path.iterdir()}) == 2
    assert wall < 0.1


def test_the_wider_baseline_writes_every_other_output(tmp_path):
    out, made = tmp_path / "out", tmp_path / "made"
    made.mkdir()
    (out / "tables").mkdir(parents=True)
    (out / "tables" / "touches.csv").write_text("编号,金额\n甲,1.50\n", encoding="utf-8-sig")
    (out / "plan.json").write_text("{}")
    for task in other_tasks(out, made):
        task()()
    assert {path.name for path in made.iterdir()} == {"touches.csv", "plan.json"}
    assert (made / "touches.csv").read_text(encoding="utf-8-sig") == "编号,金额\n甲,1.5\n"


@pytest.mark.skipif(sys.platform != "linux", reason="memory is told by /proc")
def test_memory_that_a_copy_shares_is_counted_once():
    code = (
        "import os, sys, time; held = bytearray(os.urandom(1) * 80_000_000); copy = os.fork();"
        "print('ready', flush=True) if copy else None; time.sleep(30)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        held = _held(process.pid)
        together = _shared_out(held)
        os.killpg(process.pid, 9)
    assert len(held) == 2
    assert 80_000_000 < together < 130_000_000 < sum(held.values())


@pytest.mark.skipif(sys.platform != "linux", reason="memory is told by /proc")
def test_a_process_that_ended_meanwhile_holds_nothing():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    assert _shared_out({os.getpid(): 0, ended.pid: 2**30}) == 0
    ended.wait()
    assert _shared_out({os.getpid(): 0, ended.pid: 2**30}) == 0
