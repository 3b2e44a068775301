"""Puts files through `campaign check` one after the other in this one process.

`python -m tests.hostile_run named|mutants [COUNT]` prints a JSON line a file: how it ended,
what was said, how long it took, how much this process and its readers held.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable
from pathlib import Path

from tests.hostile_files import mutants, named

MIB = 1024 * 1024


def check(path: Path) -> tuple[str, str]:
    """Return how `campaign check` ends on a file, and what it says."""
    from campaign.errors import CampaignError
    from campaign.reading import check_books
    from campaign.request import CampaignRequest
    from campaign.tell import check_lines

    try:
        _, report = check_books(CampaignRequest((path,)))
        return "read", "\n".join(check_lines(report))
    except CampaignError as error:
        return "refused", str(error)
    except BaseException:  # noqa: BLE001 - whatever else it is, the test must see it
        return "traceback", traceback.format_exc()


def worked() -> float:
    """Return the seconds of the processor that this process and its readers took so far."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def held_by_children() -> int:
    """Return the most memory in MiB that one of the children of this process held."""
    import resource

    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def held() -> int:
    """Return the most memory in MiB that this process held.

    What getrusage gives would count what the process held that started this one.
    """
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) // 1024


def main(arguments: list[str]) -> None:
    """Check every file of a kind and say what became of it."""
    kind, count = (*arguments, "200")[:2]
    files: Iterable[tuple[str, bytes]] = (
        mutants(int(count)) if kind == "mutants" else ((n, make()) for n, make in named().items())
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files:
            path = Path(folder) / f"{name}.xls"
            path.write_bytes(data)
            started, cpu, work = time.monotonic(), time.process_time(), worked()
            outcome, said = check(path)
            line = {
                "name": name,
                "outcome": outcome,
                "said": said,
                "seconds": round(time.monotonic() - started, 2),
                "cpu": round(time.process_time() - cpu, 2),
                "work": round(worked() - work, 2),
                "parent": held(),
                "child": held_by_children(),
            }
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
            path.unlink()


if __name__ == "__main__":
    main(sys.argv[1:])
