"""Time of the managers' workbooks against bare XlsxWriter: `python -m benchmarks.workbooks [N]`.

The plan of the sample bank is made once; its workbooks are written N times over (500 without
an argument), in two processes. The baseline replays the very calls of each workbook on XlsxWriter,
in two processes as well, so it writes the same cells, styles, drop-downs and pictures without
our choosing them.
"""

from __future__ import annotations

import itertools
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from campaign.render import xlsx_styles
from campaign.render.action_plan import action_workbook, begun
from campaign.render.files import write_atomically
from campaign.render.guidance import load_guidance
from campaign.render.xlsx_lines import put_cells
from campaign.resources import resource_folder

WORKBOOKS = 500
Call = tuple[int, str, tuple[Any, ...], dict[str, Any]]


class Recorder:
    """Takes calls as an XlsxWriter object would, and notes them."""

    def __init__(self, calls: list[Call], name: str = "") -> None:
        """Begin a workbook's notes."""
        self.calls, self.name, self.number = calls, name, 0
        self._count = itertools.count(1)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process by number alone; what was noted stays behind."""
        return _numbered, (self.number,)

    def __getattr__(self, method: str) -> Callable[..., Any]:
        """Return a function that notes the call of a method."""

        def note(*args: Any, **kwargs: Any) -> Any:
            if method == "measure":
                return None
            if method == "put_line":
                return put_cells(self, *args)
            self.calls.append((self.number, *_stock(method, args), kwargs))
            if not method.startswith("add_"):
                return None
            made = Recorder(self.calls, args[0] if method == "add_worksheet" else "")
            made.number, made._count = next(self._count), self._count
            return made

        return note


def _numbered(number: int) -> Recorder:
    made = Recorder([])
    made.number = number
    return made


def _stock(method: str, args: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """Return the call of XlsxWriter's own that does what a call of `xlsx_sheet.Sheet` does."""
    if method == "add_worksheet":
        return method, args[:1]
    if method == "put_blank":
        return "write_blank", (*args[:2], None, args[2])
    return {"put_text": "write_string", "put_number": "write_number"}.get(method, method), args


def recorded(make: Callable[[], object]) -> list[Call]:
    """Return every call of XlsxWriter that the making of a workbook needs."""
    calls: list[Call] = []
    real = xlsx_styles.File
    xlsx_styles.File = lambda *_: Recorder(calls)  # type: ignore[assignment,misc]
    try:
        make()
    finally:
        xlsx_styles.File = real  # type: ignore[misc]
    return calls


def replay(calls: Sequence[Call]) -> bytes:
    """Make the calls on XlsxWriter and return the workbook."""
    buffer = BytesIO()
    options = {"in_memory": True, "default_format_properties": dict(xlsx_styles.NORMAL)}
    made: list[Any] = [xlsxwriter.Workbook(buffer, options)]
    for number, method, args, kwargs in calls:
        given = [made[a.number] if isinstance(a, Recorder) else a for a in args]
        result = getattr(made[number], method)(*given, **kwargs)
        if method.startswith("add_"):
            made.append(result)
    return buffer.getvalue()


def measure(count: int) -> str:
    """Return one line: cells, milliseconds a workbook, ratio to the baseline, two processes."""
    # Imported here: a spawned process imports this module again, and would load pandas.
    from campaign.render.action_packs import campaign_facts, manager_packs
    from campaign.workflow import CampaignRequest, plan_campaign

    book = resource_folder("sample_books") / "qinghe.xlsx"
    plan = plan_campaign(CampaignRequest((book,)))
    guidance = load_guidance()
    facts = campaign_facts(plan, guidance)
    clock = time.process_time()
    made = list(manager_packs(plan, guidance))
    cut = time.process_time() - clock
    packs = [pack for pack, _ in zip(itertools.cycle(made), range(count), strict=False)]
    sample = packs[: len(made)]
    calls = [recorded(partial(action_workbook, facts, pack)) for pack in sample]
    ours = _seconds(lambda: [action_workbook(facts, pack) for pack in sample])
    bare = _seconds(lambda: [replay(noted) for noted in calls])
    cells = sum(call[1].startswith("write_") for noted in calls for call in noted) / len(calls)
    with tempfile.TemporaryDirectory() as folder:
        jobs = [(pack, Path(folder) / f"{n}.xlsx") for n, pack in enumerate(packs)]
        begin = time.perf_counter()
        with begun(facts, lambda: jobs, 2) as workbooks:
            workbooks.written()
        wall = time.perf_counter() - begin
        begin = time.perf_counter()
        _replay_in_processes(calls, [path for _, path in jobs], 2)
        bare_wall = time.perf_counter() - begin
    return (
        f"{cells:,.0f} cells a workbook: {1000 * ours / len(sample):.0f} ms, bare XlsxWriter "
        f"{1000 * bare / len(sample):.0f} ms, ratio {ours / bare:.2f} (goal 1.30); cutting the "
        f"lists {1000 * cut / len(made):.0f} ms each; {count} in two processes {wall:.1f} s, bare "
        f"XlsxWriter {bare_wall:.1f} s, ratio {wall / bare_wall:.2f} (goal 1.30)"
    )


def _replay_in_processes(
    calls: Sequence[Sequence[Call]], paths: Sequence[Path], processes: int
) -> None:
    """Replay workbooks round and round to these paths; forked, as notes cannot be handed over."""
    context = multiprocessing.get_context("fork")
    workers = [
        context.Process(
            target=_replay_share, args=(calls, list(enumerate(paths))[first::processes])
        )
        for first in range(processes)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _replay_share(calls: Sequence[Sequence[Call]], share: Sequence[tuple[int, Path]]) -> None:
    for number, path in share:
        write_atomically(path, replay(calls[number % len(calls)]))


def _seconds(job: Callable[[], object]) -> float:
    clock = time.process_time()
    job()
    return time.process_time() - clock


if __name__ == "__main__":
    print(measure(int(sys.argv[1]) if len(sys.argv) > 1 else WORKBOOKS))
