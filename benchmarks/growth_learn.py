"""Growth and learning against the reading of the same books.

`python -m benchmarks.growth_learn [LOANS] [TIMES]` makes a bank of LOANS (100,000) notes with its
ledger of a year before, reads both TIMES (3) times, and each time learns from them and looks for
growth. It prints the median ratios of wall clock and of processor time, child processes too. The
goal is at most half.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.read_ledger import measured
from campaign.book.loan_book import LoanBook
from campaign.collector import without_collector
from campaign.estimates import estimate
from campaign.reading import read, read_history
from campaign.request import CampaignRequest
from campaign.synthetic import make_book

GOAL = 0.5
USUAL = (100_000, 3)


@dataclass(frozen=True)
class Times:
    """Seconds of wall clock and of processors, of reading and of all that follows before a plan."""

    read: tuple[float, float]
    estimate: tuple[float, float]


def times_of(request: CampaignRequest) -> Times:
    """Read the books of a request, learn and estimate, and return how long each took."""
    books: list[LoanBook] = []
    ledger = request.books[0]
    reading = measured(lambda _: books.extend([read(request), *read_history(request)]), ledger)
    with without_collector():  # as the whole job does
        return Times(reading, measured(lambda _: estimate(books[0], books[1:], request), ledger))


def ratios(loans: int, times: int) -> tuple[float, float]:
    """Return growth and learn by reading, of wall clock and of processors (medians)."""
    with tempfile.TemporaryDirectory() as folder:
        book, before = make_book(Path(folder), loans, 2027)
        request = CampaignRequest((book,), history=(before,))
        each = [times_of(request) for _ in range(times)]
    wall, cpu = (
        statistics.median(one.estimate[place] / one.read[place] for one in each) for place in (0, 1)
    )
    for name, place in (("wall", 0), ("CPU", 1)):
        reading = statistics.median(one.read[place] for one in each)
        rest = statistics.median(one.estimate[place] for one in each)
        print(f"  {name}: reading {reading:.2f} s, learn and growth {rest:.2f} s")
    return wall, cpu


def main(arguments: list[str]) -> None:
    """Measure and print the ratios."""
    loans, times = (int(a) for a in (arguments + list(map(str, USUAL))[len(arguments) :])[:2])
    print(f"{loans:,} notes with the ledger of a year before, median of {times} (goal {GOAL}):")
    wall, cpu = ratios(loans, times)
    print(f"  ratio: wall {wall:.2f}, CPU {cpu:.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
