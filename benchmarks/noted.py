"""What a plan's outputs hold, for those who only write: workbooks as calls of XlsxWriter, tables.

What the plan decided and how a cell looks is in the calls already, so a baseline that makes
them again writes the same cells, styles, drop-downs and pictures and does nothing else. Calls
and tables are read one by one while the clock stands still, so that none weighs on another.
"""

from __future__ import annotations

import multiprocessing
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.child import Stopwatch
from benchmarks.workbooks import Call, recorded, replay

if TYPE_CHECKING:
    from campaign.plan.campaign_plan import CampaignPlan

ENDING = ".calls"
# Prepares a piece of work, unmeasured, and returns the work.
Task = Callable[[], Callable[[], object]]


def note_workbooks(plan: CampaignPlan, folder: Path) -> None:
    """Note the calls of every manager's workbook and of the bank's summary, each in a file.

    The folder has its name when all are noted.
    """
    from campaign.render.action_packs import campaign_facts, manager_packs
    from campaign.render.action_plan import action_workbook
    from campaign.render.bank_summary import write_bank_summary
    from campaign.render.guidance import load_guidance

    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    guidance = load_guidance()
    facts = campaign_facts(plan, guidance)
    for number, pack in enumerate(manager_packs(plan, guidance)):
        _note(part / f"{number:05}{ENDING}", partial(action_workbook, facts, pack))
    with tempfile.TemporaryDirectory() as made:
        bank = partial(write_bank_summary, plan, Path(made) / "bank.xlsx")
        _note(part / f"bank{ENDING}", bank)
    part.rename(folder)


def _note(path: Path, make: Callable[[], object]) -> None:
    path.write_bytes(pickle.dumps(recorded(make), protocol=5))


def noted_workbooks(folder: Path) -> Iterator[list[Call]]:
    """Yield the calls of each workbook that `note_workbooks` noted."""
    for path in sorted(folder.glob(f"*{ENDING}")):
        yield pickle.loads(path.read_bytes())


def workbook_tasks(noted: Path, folder: Path) -> list[Task]:
    """Return what makes the calls of each workbook on bare XlsxWriter and writes it."""

    def task(path: Path) -> Callable[[], object]:
        calls: list[Call] = pickle.loads(path.read_bytes())
        return lambda: (folder / f"{path.stem}.xlsx").write_bytes(replay(calls))

    return [partial(task, path) for path in sorted(noted.glob(f"*{ENDING}"))]


def other_tasks(out: Path, folder: Path) -> list[Task]:
    """Return what writes the tables with pandas, as typed by pandas, and the other files' bytes."""
    import pandas as pd

    def table(path: Path) -> Callable[[], object]:
        frame = pd.read_csv(path, low_memory=False)
        return lambda: frame.to_csv(folder / path.name, index=False, encoding="utf-8-sig")

    def plain(path: Path) -> Callable[[], object]:
        content = path.read_bytes()
        return lambda: (folder / path.name).write_bytes(content)

    tables = sorted((out / "tables").glob("*.csv"), key=lambda path: -path.stat().st_size)
    others = [path for path in sorted(out.rglob("*")) if path.suffix in (".html", ".json", ".db")]
    return [*(partial(table, path) for path in tables), *(partial(plain, path) for path in others)]


def in_two_processes(tasks: Sequence[Task]) -> tuple[float, float]:
    """Do the tasks in two processes; return the seconds by the clock and of the processor.

    By the clock is what the busier process took.

    Raises:
        RuntimeError: One of the processes failed.
    """
    context = multiprocessing.get_context("fork")  # the tasks need not be handed over
    following, used = context.Value("i", 0), context.SimpleQueue()

    def work() -> None:
        watch = Stopwatch()
        while True:
            with following.get_lock():
                number = following.value
                following.value += 1
            if number >= len(tasks):
                break
            job = tasks[number]()
            with watch.running():
                job()
            del job
        used.put((watch.wall, watch.cpu))

    workers = [context.Process(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("a writer failed")
    walls, cpus = zip(used.get(), used.get(), strict=True)
    return max(walls), sum(cpus)
