"""The jobs that `benchmarks.child` runs, each in a process of its own.

`python -m benchmarks.jobs JOB ARGUMENT...`; stages and cost are printed as JSON.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.child import clocks, say_cost, say_stage, say_used

# What `workflow` says of the stage under way, in our words here. All outputs are one stage,
# for workbooks are written beside the tables and the pages.
STAGES = {
    "读取台账": "read",
    "读取往年台账，估计转化率与旺季": "learn",
    "测算增长来源": "growth",
    "排定走访与任务": "plan",
    "写出行动方案": "outputs",
    "写出数据表": "outputs",
    "写出支行简报": "outputs",
}


def make(book: str, loans: str, managers: str) -> None:
    """Make a bank's book and its ledger of a year before."""
    from campaign.synthetic import make_book

    begin = clocks()
    make_book(Path(book), int(loans), 2027, managers=int(managers))
    say_cost(begin)


def calamine(*books: str) -> None:
    """Read every sheet with python-calamine into Python values."""
    from python_calamine import CalamineWorkbook

    begin = clocks()
    for book in books:
        workbook = CalamineWorkbook.from_path(book)
        for name in workbook.sheet_names:
            workbook.get_sheet_by_name(name).to_python()
    say_cost(begin)


def fastexcel(*books: str) -> None:
    """Read every sheet with fastexcel into Arrow columns, all as text."""
    import fastexcel

    begin = clocks()
    for book in books:
        reader = fastexcel.read_excel(book)
        for name in reader.sheet_names:
            reader.load_sheet(name, dtypes="string").__arrow_c_array__()
    say_cost(begin)


def whole(book: str, out: str, calls: str) -> None:
    """Do the whole job of `campaign plan`; then note its workbooks' cells in the folder `calls`."""
    from campaign.request import CampaignRequest
    from campaign.workflow import load_the_rest, run_campaign

    load_the_rest()  # imports are left out of what the libraries alone take, too
    begin = clocks()
    under_way = (begin[0], "")

    def stage(text: str) -> None:
        nonlocal under_way
        since, name = under_way
        if STAGES.get(text, text) == name:
            return
        under_way = (clocks()[0], STAGES.get(text, text))
        if name:
            say_stage(name, under_way[0] - since)

    plan = run_campaign(CampaignRequest((Path(book),)), Path(out), stage).plan
    stage("")
    say_cost(begin)
    if calls:
        from benchmarks.noted import note_workbooks

        note_workbooks(plan, Path(calls))


def history(book: str, old: str) -> None:
    """Read a book and its ledger of a year before; learn from it and estimate growth."""
    from campaign.collector import without_collector
    from campaign.estimates import estimate
    from campaign.reading import read, read_history
    from campaign.request import CampaignRequest
    from campaign.workflow import load_the_rest

    load_the_rest()
    request = CampaignRequest((Path(book),), history=(Path(old),))
    begin = clocks()
    ledger, old_ledgers = read(request), read_history(request)
    middle = clocks()
    with without_collector():  # as the whole job does
        estimate(ledger, old_ledgers, request)
    say_stage("read", middle[0] - begin[0])
    say_stage("learn and growth", clocks()[0] - middle[0])
    say_cost(begin)


def write(calls: str) -> None:
    """Write the workbooks of noted calls with bare XlsxWriter, in two processes."""
    from benchmarks.noted import in_two_processes, workbook_tasks

    with tempfile.TemporaryDirectory() as folder:
        say_used(*in_two_processes(workbook_tasks(Path(calls), Path(folder))))


def write_all(calls: str, out: str) -> None:
    """Write all outputs in two processes: workbooks as `write`, tables with pandas, other bytes."""
    from benchmarks.noted import in_two_processes, other_tasks, workbook_tasks

    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        tasks = [*other_tasks(Path(out), folder), *workbook_tasks(Path(calls), folder)]
        say_used(*in_two_processes(tasks))


def naive(book: str, calls: str, tables: str) -> None:
    """Do what a plain script would do: see `benchmarks.naive`."""
    from benchmarks.naive import naive_job
    from benchmarks.noted import noted_workbooks

    with tempfile.TemporaryDirectory() as folder:
        noted = noted_workbooks(Path(calls))
        watch = naive_job(Path(book), noted, Path(tables), Path(folder))
        say_used(watch.wall, watch.cpu)


JOBS = {
    job.__name__: job
    for job in (make, calamine, fastexcel, whole, history, write, write_all, naive)
}

if __name__ == "__main__":
    JOBS[sys.argv[1]](*sys.argv[2:])
