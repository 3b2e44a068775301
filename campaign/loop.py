"""The running campaign in order: filled-in workbooks come back, the week is reviewed.

No banking rule of its own lives here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.errors import StoreError
from campaign.workflow import store_of

if TYPE_CHECKING:
    from campaign.progress.return_report import ReturnReport
    from campaign.progress.review import Review

WORKBOOKS = (".xlsx", ".xls", ".ods")


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
        raise StoreError("没有找到要收回的工作簿。", "请给出填好的 xlsx 文件或它们所在的文件夹。")
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
    from campaign.render.review_page import write_review

    with opened(store_of(folder)) as connection:
        found = look(connection, day)
    return found, write_review(found, folder / "复盘")


def _workbooks(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = [file for ending in WORKBOOKS for file in path.rglob(f"*{ending}")]
    return sorted(file for file in found if not file.name.startswith("~$"))
