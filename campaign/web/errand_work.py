"""Does one errand and answers as JSON by pipe: `python -m campaign.web.errand_work`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from campaign.errors import CampaignError
from campaign.vocabulary import PromiseMetric, ReturnState
from campaign.web.job import Job
from campaign.web.user import day_of, hand
from campaign.web.wording import sentence_of

BAD_ROWS = "bad_rows.xlsx"
MOST_PROMISED = 1e5


def run(asked: dict[str, Any]) -> dict[str, Any]:
    """Do an errand in this process."""
    try:
        return TASKS[asked["name"]](Path(asked["folder"]), asked)
    except CampaignError as error:
        return {"error": sentence_of(error)}


def _take_back(folder: Path, asked: dict[str, Any]) -> dict[str, Any]:
    from campaign import loop

    files = [Path(path) for path in asked["files"]]
    reports = loop.take_back(folder, files, hand(), preview=asked["preview"])
    return {"reports": [_plain(report) for report in reports]}


def _undo(folder: Path, _asked: dict[str, Any]) -> dict[str, Any]:
    from campaign import loop

    return {"files": loop.undo_take_back(folder, hand())}


def _review(folder: Path, asked: dict[str, Any]) -> dict[str, Any]:
    from campaign import loop

    _, paths = loop.review(folder, day_of(asked["day"]))
    return {"page": paths[0].relative_to(folder).as_posix()}


def _promise(folder: Path, asked: dict[str, Any]) -> dict[str, Any]:
    from campaign import loop

    given = asked["given"]
    metric = PromiseMetric(given["metric"])
    made_on, due_on = day_of(given["made_on"]), day_of(given["due_on"])
    amount = _amount(given["amount"])
    promised = loop.Promised(given["manager"], metric, amount, made_on, due_on)
    name = loop.promise(folder, promised, hand())
    words = f"已记下：{name}（{given['manager']}）到 {due_on} {metric.label} {amount:g}。"
    return {"words": words}


def _back_up(folder: Path, asked: dict[str, Any]) -> dict[str, Any]:
    from campaign import loop

    done = loop.back_up(folder, None, day_of(asked["day"]))
    return {"file": done.path.relative_to(folder).as_posix()}


def _print_pages(folder: Path, _asked: dict[str, Any]) -> dict[str, Any]:
    from campaign.render import browser_print as printing

    pages = printing.pages_to_print(folder)
    paths = printing.print_pages(pages, folder / printing.PRINTED, printing.find_browser())
    return {"files": [path.relative_to(folder).as_posix() for path in paths]}


def _bad_rows(folder: Path, _asked: dict[str, Any]) -> dict[str, Any]:
    return {"count": _write_bad_rows(folder)}


TASKS: Mapping[str, Callable[[Path, dict[str, Any]], dict[str, Any]]] = {
    "take_back": _take_back,
    "undo": _undo,
    "review": _review,
    "promise": _promise,
    "back_up": _back_up,
    "print_pages": _print_pages,
    "bad_rows": _bad_rows,
}


def _write_bad_rows(folder: Path) -> int:
    from dataclasses import replace

    from campaign import reading
    from campaign.web.recipes import answers_of
    from campaign.web.work import request_of

    request = replace(request_of(Job(folder)), recipe=answers_of(folder))
    _, count = reading.write_bad_rows(request, folder / BAD_ROWS)
    return count


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = 0.0
    if not 1 <= amount < MOST_PROMISED:
        raise CampaignError(f"承诺的数量读到“{text}”，应是 1 以上的数。")
    return amount


def _plain(report: Any) -> dict[str, Any]:
    labels = {state: state.label for state in ReturnState}
    return {
        "file": report.file,
        "refused": report.refused,
        "manager_id": report.manager_id,
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
