"""Writes each manager's workbook (行动方案), several at once where that helps."""

from __future__ import annotations

import multiprocessing
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.collector import without_collector
from campaign.render.action_cards import write_headroom, write_savings
from campaign.render.action_guide import write_guide, write_keys
from campaign.render.action_overview import write_overview
from campaign.render.action_pack import CampaignFacts, ManagerPack
from campaign.render.action_referral import write_contacts_sheet, write_referral_sheet
from campaign.render.action_reward import write_reward
from campaign.render.action_sheets import list_sheets
from campaign.render.action_trades import write_cards
from campaign.render.action_writer import write_list_sheet
from campaign.render.files import unique_names, write_atomically
from campaign.render.guidance import load_guidance
from campaign.render.xlsx_styles import Workbook
from campaign.vocabulary import WorkbookSheet

if TYPE_CHECKING:
    from campaign.plan.campaign_plan import CampaignPlan
    from campaign.progress.carried import Carried

BRANCH_BYTES = 60
CHUNK = 8
# Below this many workbooks another process costs more than it saves.
WORTH_A_PROCESS = 16
# What goes wrong where other processes cannot be started: none left, none allowed, none safe.
NO_PROCESSES = (
    BrokenProcessPool,
    pickle.PicklingError,
    RuntimeError,
    AssertionError,
    EOFError,
    OSError,
)
Job = tuple[ManagerPack, Path]
# What writes the sheets that are more than one list.
WRITERS: Mapping[WorkbookSheet, Callable[[Workbook, CampaignFacts, ManagerPack], None]] = {
    WorkbookSheet.OVERVIEW: write_overview,
    WorkbookSheet.HEADROOM: write_headroom,
    WorkbookSheet.SAVINGS: write_savings,
    WorkbookSheet.CARDS: write_cards,
    WorkbookSheet.REFERRAL: write_referral_sheet,
    WorkbookSheet.CONTACTS: write_contacts_sheet,
    WorkbookSheet.REWARD: write_reward,
    WorkbookSheet.GUIDE: write_guide,
    WorkbookSheet.KEYS: write_keys,
}


def write_action_plans(
    plan: CampaignPlan, folder: Path, *, processes: int = 2, carried: Carried | None = None
) -> list[Path]:
    """Write `<branch>/<number>_<name>.xlsx` for each manager; the same plan gives the same bytes.

    Args, errors and paths are those of `writing_action_plans`.
    """
    with writing_action_plans(plan, folder, processes=processes, carried=carried) as written:
        return written()


@contextmanager
def writing_action_plans(
    plan: CampaignPlan, folder: Path, *, processes: int = 2, carried: Carried | None = None
) -> Iterator[Callable[[], list[Path]]]:
    """Write the workbooks beside what the caller writes inside the block.

    Args:
        plan: The whole plan.
        folder: The folder 行动方案.
        processes: How many write at once; one is used where others cannot be started.
        carried: What a plan made anew carries over from the versions before.

    Yields:
        What waits for the workbooks and returns their paths, by branch and number.

    Raises:
        OutputBlocked: A workbook cannot be written.
    """
    from campaign.render.action_packs import campaign_facts, manager_packs

    guidance = load_guidance(plan.own_cards)
    facts = campaign_facts(plan, guidance, carried)
    packs = list(manager_packs(plan, guidance, carried))
    jobs = list(zip(packs, _paths(packs, folder), strict=True))
    if processes < 2 or len(jobs) < WORTH_A_PROCESS:
        yield lambda: _write_jobs(facts, jobs)
        return
    with _begun(facts, jobs, processes) as begun:
        yield lambda: _ended(facts, jobs, begun)


def action_workbook(facts: CampaignFacts, pack: ManagerPack) -> bytes:
    """Return one manager's workbook."""
    book = Workbook(facts.as_of, f"开门红行动方案 {pack.title}")
    lists = list_sheets(pack)
    for sheet in WorkbookSheet:
        if sheet in WRITERS:
            WRITERS[sheet](book, facts, pack)
        elif sheet in lists:
            write_list_sheet(book, facts, pack, lists[sheet])
    return book.content()


def _paths(packs: Sequence[ManagerPack], folder: Path) -> list[Path]:
    branches = list(dict.fromkeys(pack.branch for pack in packs))
    folders = dict(zip(branches, unique_names(branches, BRANCH_BYTES), strict=True))
    paths: dict[str, Path] = {}
    for branch in branches:
        mine = [pack for pack in packs if pack.branch == branch]
        names = unique_names(f"{pack.manager_id}_{pack.manager_name}" for pack in mine)
        for pack, name in zip(mine, names, strict=True):
            paths[pack.manager_id] = folder / folders[branch] / f"{name}.xlsx"
    return [paths[pack.manager_id] for pack in packs]


def _write_jobs(facts: CampaignFacts, jobs: Iterable[Job]) -> list[Path]:
    with without_collector():
        return [write_atomically(path, action_workbook(facts, pack)) for pack, path in jobs]


@contextmanager
def _begun(
    facts: CampaignFacts, jobs: Sequence[Job], processes: int
) -> Iterator[list[Future[list[Path]]]]:
    """Begin to write in other processes; nothing is begun where they cannot be started."""
    chunks = [jobs[first : first + CHUNK] for first in range(0, len(jobs), CHUNK)]
    begun: list[Future[list[Path]]] = []
    with ExitStack() as stack:
        with suppress(*NO_PROCESSES):
            context = multiprocessing.get_context("spawn")
            pool = ProcessPoolExecutor(min(processes, len(chunks)), mp_context=context)
            stack.callback(pool.shutdown, cancel_futures=True)
            begun = [pool.submit(_write_jobs, facts, chunk) for chunk in chunks]
        yield begun


def _ended(
    facts: CampaignFacts, jobs: Sequence[Job], begun: Sequence[Future[list[Path]]]
) -> list[Path]:
    """Wait for the workbooks; write them here where other processes did not."""
    with suppress(*NO_PROCESSES):
        if begun:
            return [path for future in begun for path in future.result()]
    return _write_jobs(facts, jobs)
