"""The running campaign in order: filled-in workbooks come back, the week is reviewed.

No banking rule of its own lives here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.errors import OutputBlocked, StoreError, reason_of
from campaign.publish import settle
from campaign.vocabulary import PromiseMetric
from campaign.workflow import refuse_unwritable, store_of

if TYPE_CHECKING:
    from campaign.progress.backup import BackedUp
    from campaign.progress.return_report import ReturnReport
    from campaign.progress.review import Review

WORKBOOKS = (".xlsx", ".xls", ".ods", ".csv")


@dataclass(frozen=True)
class Promised:
    """What a manager promised in a talk: what, how many, by when."""

    manager_id: str
    metric: PromiseMetric
    amount: float
    made_on: date
    due_on: date


@dataclass(frozen=True)
class Hand:
    """When something is done and by whom, for the log.

    Attributes:
        at: As 2026-12-04T17:05:00; kept, never compared.
        actor: Name of the user.
    """

    at: str
    actor: str


def take_back(
    folder: Path, files: Sequence[Path], hand: Hand, *, preview: bool = False
) -> list[ReturnReport]:
    """Take filled-in workbooks back into a campaign folder; a folder stands for its files.

    Raises:
        StoreError: The folder holds no campaign, or its store cannot be used.
    """
    from campaign.progress.returns import take_back as take
    from campaign.progress.store import opened

    paths = [path for file in files for path in _workbooks(file)]
    if not paths:
        raise StoreError(
            "没有找到要收回的工作簿。",
            "请给出填好的工作簿（xlsx、xls、ods、csv）或它们所在的文件夹。",
        )
    settle(folder)
    with opened(store_of(folder)) as connection:
        return take(connection, paths, at=hand.at, actor=hand.actor, preview=preview)


def undo_take_back(folder: Path, hand: Hand) -> list[str]:
    """Undo the last `take_back` of a campaign folder and return its file names.

    Raises:
        StoreError: There is nothing to undo, or a later plan rests on it.
    """
    from campaign.progress.returns import undo_last
    from campaign.progress.store import opened

    with opened(store_of(folder)) as connection:
        return undo_last(connection, at=hand.at, actor=hand.actor)


def review(folder: Path, day: date) -> tuple[Review, list[Path]]:
    """Return where a campaign stands on a day, and write the page of the review.

    Raises:
        StoreError: The folder holds no campaign, or no plan up to that day.
    """
    from campaign.progress.review import review as look
    from campaign.progress.store import opened
    from campaign.render.review_files import write_review

    settle(folder)
    store, pages = store_of(folder), folder / "复盘"
    refuse_unwritable(pages)
    with opened(store) as connection:
        found = look(connection, day)
    return found, write_review(found, pages)


def promise(folder: Path, given: Promised, hand: Hand) -> str:
    """Keep what a manager promised in a talk, and return his name.

    Raises:
        StoreError: The campaign does not know him, or it promises nothing.
    """
    from campaign.progress import records
    from campaign.progress.activity_log import append_log
    from campaign.progress.store import opened, writing

    with opened(store_of(folder)) as connection, writing(connection):
        plan = records.version_in_force(connection)
        staff = records.managers(connection, plan.version).set_index("manager_id")
        if given.manager_id not in staff.index:
            raise StoreError(
                f"工号 {given.manager_id} 不在第 {plan.version} 版方案里。", "请核对工号。"
            )
        records.add_promise(
            connection,
            given.manager_id,
            given.metric,
            given.amount,
            made_on=given.made_on,
            due_on=given.due_on,
        )
        detail = {
            "manager": given.manager_id,
            "metric": given.metric.value,
            "amount": given.amount,
            "due": given.due_on.isoformat(),
        }
        append_log(connection, at=hand.at, actor=hand.actor, action="promise", detail=detail)
        return str(staff.loc[given.manager_id, "manager_name"])


def back_up(folder: Path, to: Path | None, day: date) -> BackedUp:
    """Copy a campaign's store, to `备份/` inside its folder unless told otherwise.

    Raises:
        StoreError: The store or its copy is damaged, or its log was changed.
        OutputBlocked: The copy cannot be written there.
    """
    from campaign.progress.backup import back_up as copy
    from campaign.render.files import make_folder, sync_folder

    store = store_of(folder)
    target = to or folder / "备份" / f"campaign_{day}.db"
    try:
        make_folder(target.parent)
        done = copy(store, target)
        sync_folder(target.parent)
    except OSError as error:
        raise OutputBlocked(
            f"备份写不到 {target}（{reason_of(error)}）。", "请换一个有写入权限的位置。"
        ) from error
    return done


def _workbooks(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = [file for ending in WORKBOOKS for file in path.rglob(f"*{ending}")]
    return sorted(file for file in found if not file.name.startswith("~$"))
