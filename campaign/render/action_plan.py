"""Writes each manager's workbook (行动方案), several at once where that helps."""

from __future__ import annotations

import multiprocessing
import os
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.beside import end_with, may_copy
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
    from campaign.render.contacts import ContactCards

BRANCH_BYTES = 60
# Workbooks handed over at a time, and how many such parts may wait.
CHUNK = 4
MOST_WAITING = 20
# By how much the processes that write go behind the one that they wait for.
GIVES_WAY = 5
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
    with writing_action_plans(plan, folder, processes=processes, carried=carried) as workbooks:
        return workbooks.written()


@contextmanager
def writing_action_plans(
    plan: CampaignPlan,
    folder: Path,
    *,
    processes: int = 2,
    carried: Carried | None = None,
    cards: ContactCards | None = None,
) -> Iterator[Workbooks]:
    """Write the workbooks beside what the caller writes inside the block.

    Args:
        plan: The whole plan.
        folder: The folder 行动方案.
        processes: How many write at once; one is used where others cannot be started.
        carried: What a plan made anew carries over from the versions before.
        cards: Names of its customers, where they are gathered already.

    Yields:
        The workbooks under way, their paths by branch and number.

    Raises:
        OutputBlocked: A workbook cannot be written.
    """
    from campaign.render.action_packs import campaign_facts, manager_packs

    guidance = load_guidance(plan.own_cards)
    facts = campaign_facts(plan, guidance, carried)
    paths = _paths(plan, folder)

    def jobs() -> Iterator[Job]:
        return zip(manager_packs(plan, guidance, carried, cards), paths, strict=True)

    with begun(facts, jobs, processes if len(paths) >= WORTH_A_PROCESS else 1) as workbooks:
        yield workbooks


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


def _paths(plan: CampaignPlan, folder: Path) -> list[Path]:
    """Return where each manager's workbook goes, in the order of `manager_packs`."""
    from campaign.render.action_packs import managers_in_order, row_text

    managers = managers_in_order(plan).to_dict("records")
    branches = list(dict.fromkeys(row_text(row["branch"]) for row in managers))
    folders = dict(zip(branches, unique_names(branches, BRANCH_BYTES), strict=True))
    paths: dict[str, Path] = {}
    for branch in branches:
        mine = [row for row in managers if row_text(row["branch"]) == branch]
        names = unique_names(f"{row['manager_id']}_{row_text(row['manager_name'])}" for row in mine)
        for row, name in zip(mine, names, strict=True):
            paths[row["manager_id"]] = folder / folders[branch] / f"{name}.xlsx"
    return [paths[row["manager_id"]] for row in managers]


def _write_jobs(facts: CampaignFacts, jobs: Iterable[Job]) -> list[Path]:
    with without_collector():
        return [write_atomically(path, action_workbook(facts, pack)) for pack, path in jobs]


def _pool(processes: int) -> ProcessPoolExecutor:
    """Return processes to write in: copies of this one, which have all loaded, or new ones."""
    if not may_copy():
        new = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(processes, new, _give_way)
    copies = multiprocessing.get_context("fork")
    return ProcessPoolExecutor(processes, copies, _give_way, (os.getpid(),))


def _give_way(parent: int | None = None) -> None:
    """Let the process that cuts the lists go first, for all wait for it; a copy ends with it."""
    if parent is not None:
        end_with(parent)
    if hasattr(os, "nice"):  # not on Windows
        os.nice(GIVES_WAY)


def _ready() -> None:
    """Do nothing, in another process, but load what writes a workbook."""


@contextmanager
def begun(
    facts: CampaignFacts, jobs: Callable[[], Iterable[Job]], processes: int
) -> Iterator[Workbooks]:
    """Begin to write workbooks in other processes, where they can be started and are wanted."""
    with ExitStack() as stack:
        pool = None
        with suppress(*NO_PROCESSES):
            if processes > 1:
                pool = _pool(processes)
                stack.callback(pool.shutdown, cancel_futures=True)
                for _ in range(processes):
                    pool.submit(_ready)
        workbooks = Workbooks(facts, jobs, pool)
        workbooks.hand_over()
        yield workbooks


class Workbooks:
    """Workbooks that other processes write while this one cuts more, and does other things."""

    def __init__(
        self,
        facts: CampaignFacts,
        jobs: Callable[[], Iterable[Job]],
        pool: ProcessPoolExecutor | None,
    ) -> None:
        """Take what is to be written; without other processes it is written here, at the end."""
        self._facts, self._jobs, self._pool = facts, jobs, pool
        self._left = iter(jobs())
        self._begun: list[Future[list[Path]]] = []

    def hand_over(self) -> None:
        """Cut and hand over as many as may wait; each that waits holds its lists in memory.

        Call it now and then beside other work, so that the other processes have enough to do.
        """
        while len(self._waiting()) <= MOST_WAITING and self._hand_over():
            pass

    def written(self) -> list[Path]:
        """Wait for all workbooks and return their paths; write here what nobody else did."""
        with suppress(*NO_PROCESSES):
            while self._hand_over():
                wait(self._waiting()[:-MOST_WAITING])
            if self._pool is not None:
                return [path for future in self._begun for path in future.result()]
        return _write_jobs(self._facts, self._jobs())

    def _hand_over(self) -> bool:
        """Cut and hand over a few; return whether there may be more."""
        if self._pool is None or not (chunk := list(islice(self._left, CHUNK))):
            return False
        try:
            self._begun.append(self._pool.submit(_write_jobs, self._facts, chunk))
        except NO_PROCESSES:
            self._pool = None
        return self._pool is not None

    def _waiting(self) -> list[Future[list[Path]]]:
        return [future for future in self._begun if not future.done()]
