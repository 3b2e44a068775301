"""The cells of every workbook of a plan as calls of XlsxWriter, for those who only write.

What the plan decided and how a cell looks is in the calls already, so a baseline that makes
them again writes the same cells, styles, drop-downs and pictures and does nothing else.
"""

from __future__ import annotations

import multiprocessing
import pickle
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.workbooks import Call, recorded, replay

if TYPE_CHECKING:
    from campaign.plan.campaign_plan import CampaignPlan

Workbooks = list[list[Call]]


def note_workbooks(plan: CampaignPlan, path: Path) -> None:
    """Note the calls of every manager's workbook and of the bank's summary in a file."""
    from campaign.render.action_packs import campaign_facts, manager_packs
    from campaign.render.action_plan import action_workbook
    from campaign.render.bank_summary import write_bank_summary
    from campaign.render.guidance import load_guidance

    guidance = load_guidance()
    facts = campaign_facts(plan, guidance)
    noted = [
        recorded(partial(action_workbook, facts, pack)) for pack in manager_packs(plan, guidance)
    ]
    with tempfile.TemporaryDirectory() as folder:
        noted.append(recorded(partial(write_bank_summary, plan, Path(folder) / "bank.xlsx")))
    path.write_bytes(pickle.dumps(noted, protocol=5))


def noted_workbooks(path: Path) -> Workbooks:
    """Return what `note_workbooks` put into a file."""
    noted: Workbooks = pickle.loads(path.read_bytes())
    return noted


def write_in_two_processes(noted: Workbooks, folder: Path) -> None:
    """Make the calls on XlsxWriter and write each workbook, in two processes.

    Raises:
        RuntimeError: One of the processes failed.
    """
    context = multiprocessing.get_context("fork")  # the calls need not be handed over
    workers = [
        context.Process(target=_write, args=(noted[half::2], folder, half)) for half in (0, 1)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("a writer failed")


def _write(noted: Sequence[Sequence[Call]], folder: Path, half: int) -> None:
    for number, calls in enumerate(noted):
        (folder / f"{half}-{number}.xlsx").write_bytes(replay(calls))
