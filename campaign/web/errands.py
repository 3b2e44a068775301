"""Short work on a finished plan, each in a process of its own: take back, undo, review.

The page sends what to do as JSON by pipe and waits for the answer: `python -m campaign.web.errands`.
"""

from __future__ import annotations

import getpass
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from campaign.errors import CampaignError
from campaign.vocabulary import ReturnState
from campaign.web.jobs import Job
from campaign.web.wording import sentence_of

MOST_SECONDS = 300
BAD_ROWS = "bad_rows.xlsx"
BROKEN_OFF = "处理中断，没有完成，数据没有改动。请再试一次。"
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Returned:
    """What became of one workbook that came back, for the page.

    Attributes:
        file, refused, version: As `ReturnReport`.
        counts: Rows in, applied, unchanged, rejected, unknown.
        rows: What became of a row and why, for those somebody must look at.
        notes: What was noticed.
        missing: How many touches have no row in the file.
    """

    file: str
    refused: str
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
    found = _errand("take_back", folder, {"files": paths, "preview": preview})
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


def bad_rows(job: Job) -> int:
    """Write the rows of a job's files that must be looked at; return how many.

    Raises:
        CampaignError: The files cannot be read.
    """
    count: int = _errand("bad_rows", job.folder, {})["count"]
    return count


def _errand(name: str, folder: Path, given: dict[str, Any]) -> dict[str, Any]:
    asked = {"name": name, "folder": str(folder), **given}
    command = [sys.executable, "-m", "campaign.web.errands"]
    with _one_at_a_time:
        try:
            done = subprocess.run(
                command,
                input=json.dumps(asked).encode("utf-8"),
                capture_output=True,
                timeout=MOST_SECONDS,
                check=True,
            )
        except subprocess.SubprocessError as error:
            raise CampaignError(BROKEN_OFF) from error
    answer: dict[str, Any] = json.loads(done.stdout)
    if "error" in answer:
        raise CampaignError(answer["error"])
    return answer


def run(asked: dict[str, Any]) -> dict[str, Any]:
    """Do an errand in this process."""
    from campaign import loop

    folder = Path(asked["folder"])
    hand = loop.Hand(datetime.now().isoformat(timespec="seconds"), getpass.getuser())
    try:
        if asked["name"] == "take_back":
            files = [Path(path) for path in asked["files"]]
            reports = loop.take_back(folder, files, hand, preview=asked["preview"])
            return {"reports": [_plain(report) for report in reports]}
        if asked["name"] == "bad_rows":
            return {"count": _write_bad_rows(folder)}
        if asked["name"] == "undo":
            return {"files": loop.undo_take_back(folder, hand)}
        _, paths = loop.review(folder, _day(asked["day"]))
        return {"page": paths[0].relative_to(folder).as_posix()}
    except CampaignError as error:
        return {"error": sentence_of(error)}


def _write_bad_rows(folder: Path) -> int:
    from dataclasses import replace

    from campaign import workflow
    from campaign.web.recipes import answers_of
    from campaign.web.work import request_of

    request = replace(request_of(Job(folder)), recipe=answers_of(folder))
    _, count = workflow.write_bad_rows(request, folder / BAD_ROWS)
    return count


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CampaignError(f"日期读到“{text}”，看不懂。", "请写成 2026-12-04 的样子。") from error


def _plain(report: Any) -> dict[str, Any]:
    labels = {state: state.label for state in ReturnState}
    return {
        "file": report.file,
        "refused": report.refused,
        "version": report.version,
        "counts": (
            report.rows_in,
            report.applied,
            report.unchanged,
            report.rejected,
            report.unknown,
        ),
        "rows": [(labels[row.state], row.words) for row in report.open_rows],
        "notes": list(report.notes),
        "missing": len(report.missing),
    }


if __name__ == "__main__":
    if os.name == "posix":
        os.umask(0o077)
    answer = run(json.loads(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(json.dumps(answer).encode("utf-8"))
