"""Every stage against its baseline, at several sizes: `python -m benchmarks`.

    python -m benchmarks                                     10,000 loans, about two minutes
    python -m benchmarks --sizes 10000,100000,1000000 --write    all, into docs/benchmarks.md
    python -m benchmarks --books FOLDER --minutes 20         keep the books; stop what takes longer

Each job runs in a process of its own, one after another, so that its memory is its own. Ratios
are printed, and no time is passed or failed: the machine is not part of the product.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from benchmarks.child import Cost, cost_of
from benchmarks.report import report, write_page

QUICK = "10000"
MANAGERS_A_LOAN = 1 / 2_000
LEAST_MANAGERS = 50
# Beyond this size the plain ways are left out: they take longer than all else together.
COMPARED_UP_TO = 200_000


def measure(loans: int, folder: Path, until: float) -> dict[str, Cost]:
    """Run every job at one size and return their costs; books that are there are used again."""
    home = folder / f"{loans}"
    home.mkdir(parents=True, exist_ok=True)
    book, out, calls = home / "book.xlsx", home / "out", home / "calls"
    costs: dict[str, Cost] = {}

    def run(job: str, *arguments: object) -> None:
        begin = time.monotonic()
        costs[job] = cost_of(job, *arguments, seconds=until - begin)
        ended = "" if costs[job].wall is not None else "  did not end"
        print(f"{loans:>9,}  {job:<10} {time.monotonic() - begin:7.1f} s{ended}", flush=True)

    managers = max(round(loans * MANAGERS_A_LOAN), LEAST_MANAGERS)
    if not book.is_file():
        run("make", book, loans, managers)
    run("fastexcel", book)
    compared = loans <= COMPARED_UP_TO
    if compared:
        run("calamine", book)
    shutil.rmtree(out, ignore_errors=True)
    calls.unlink(missing_ok=True)
    run("whole", book, out, calls if compared else "")
    if compared:
        run("history", book, next(home.glob("book_*.xlsx")))
        run("write", calls)
        run("naive", book, calls, out / "tables")
    return costs


def main() -> None:
    """Measure each size in turn and print the tables; what has ended by then is written."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default=QUICK, help="loans, separated by commas")
    parser.add_argument("--books", type=Path, help="folder where the made-up books stay")
    parser.add_argument(
        "--minutes", type=float, default=60, help="jobs not over by then are stopped"
    )
    parser.add_argument("--write", action="store_true", help="put the tables into the page")
    asked = parser.parse_args()
    until = time.monotonic() + 60 * asked.minutes
    kept = nullcontext(asked.books) if asked.books else tempfile.TemporaryDirectory()
    sizes: dict[int, dict[str, Cost]] = {}
    with kept as folder:
        for size in map(int, asked.sizes.split(",")):
            sizes[size] = measure(size, Path(folder), until)
            text = report(sizes)
            if asked.write:
                write_page(text)
    print(f"\n{text}")


if __name__ == "__main__":
    main()
