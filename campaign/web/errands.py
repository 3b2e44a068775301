"""Short work on a finished plan, each in a process of its own: take back, review, print.

The page sends what to do as JSON by pipe and waits for the answer of `campaign.web.errand_work`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaign.errors import CampaignError
from campaign.web.job import Job

PROGRAM = ("-m", "campaign.web.errand_work")
MOST_SECONDS, MOST_WAITING = 300, 30
SECONDS_A_WORKBOOK = 2
BUSY = "正在处理前一件事，请等它做完再试。"
BROKEN_OFF = "处理中断，没有完成，数据没有改动。请再试一次。"
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Returned:
    """What became of one workbook that came back, for the page.

    Attributes:
        file, refused, manager_id, version: As `ReturnReport`.
        counts: Rows in, applied, unchanged, rejected, unknown.
        rows: What became of a row and why, for those somebody must look at.
        notes: What was noticed.
        missing: How many touches have no row in the file.
    """

    file: str
    refused: str
    manager_id: str
    version: int
    counts: tuple[int, ...]
    rows: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    missing: int


def returned(values: dict[str, Any]) -> Returned:
    """Return what became of a workbook from plain JSON values."""
    lists = {
        "counts": tuple(values["counts"]),
        "rows": tuple((state, words) for state, words in values["rows"]),
        "notes": tuple(values["notes"]),
    }
    return Returned(**{**values, **lists})


def take_back(folder: Path, files: list[Path], *, preview: bool) -> list[Returned]:
    """Take filled-in workbooks back into a campaign folder, or say what would happen.

    Raises:
        CampaignError: The store cannot be used, or the process broke off.
    """
    paths = [str(path) for path in files]
    seconds = MOST_SECONDS + SECONDS_A_WORKBOOK * len(paths)
    found = _errand("take_back", folder, {"files": paths, "preview": preview}, seconds)
    return [returned(report) for report in found["reports"]]


def undo(folder: Path) -> list[str]:
    """Undo the last `take_back` and return its file names.

    Raises:
        CampaignError: There is nothing to undo.
    """
    files: list[str] = _errand("undo", folder, {})["files"]
    return files


def review(folder: Path, day: str) -> str:
    """Write the weekly review of a day; return the page's path within the campaign folder.

    Raises:
        CampaignError: There is no plan up to that day, or it is no day.
    """
    page: str = _errand("review", folder, {"day": day})["page"]
    return page


def promise(folder: Path, given: Mapping[str, str]) -> str:
    """Keep what a manager promised in a talk; return it as a sentence.

    Args:
        folder: The campaign folder.
        given: manager, metric (a `PromiseMetric`), amount, made_on, due_on, as typed.

    Raises:
        CampaignError: Something of it is missing or no number, or nobody has that number.
    """
    words: str = _errand("promise", folder, {"given": dict(given)})["words"]
    return words


def back_up(folder: Path, day: str) -> Path:
    """Copy the memory of a campaign and return the copy.

    Raises:
        CampaignError: The store is damaged, or the copy cannot be written.
    """
    return folder / str(_errand("back_up", folder, {"day": day})["file"])


def print_pages(folder: Path) -> list[Path]:
    """Print the briefings and the latest review of a campaign and return the PDFs.

    Raises:
        CampaignError: There is no browser, or it could not print; the message says how by hand.
    """
    return [folder / file for file in _errand("print_pages", folder, {})["files"]]


def bad_rows(job: Job) -> int:
    """Write the rows of a job's files that must be looked at; return how many.

    Raises:
        CampaignError: The files cannot be read.
    """
    count: int = _errand("bad_rows", job.folder, {})["count"]
    return count


def _errand(
    name: str, folder: Path, given: dict[str, Any], seconds: int = MOST_SECONDS
) -> dict[str, Any]:
    asked = {"name": name, "folder": str(folder), **given}
    command = [sys.executable, *PROGRAM]
    if not _one_at_a_time.acquire(timeout=MOST_WAITING):
        raise CampaignError(BUSY)
    try:
        done = subprocess.run(
            command,
            input=json.dumps(asked).encode("utf-8"),
            capture_output=True,
            timeout=seconds,
            check=True,
        )
    except subprocess.SubprocessError as error:
        raise CampaignError(BROKEN_OFF) from error
    finally:
        _one_at_a_time.release()
    answer: dict[str, Any] = json.loads(done.stdout)
    if "error" in answer:
        raise CampaignError(answer["error"])
    return answer
