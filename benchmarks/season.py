"""Plays a whole season: workbooks filled in by a synthetic truth, taken back, reviewed, replanned.

    python -m benchmarks.season --loans 600 --weeks 10 --replans 5 8 --out DIR
    python -m benchmarks.season --sample

`--sample` plays the sample bank of sample_books/, whose truth is made again from its seed.
Every Friday each manager fills in what he did, every workbook is taken back, the week is
reviewed; in the weeks named the rest is planned anew and the managers go on in the workbooks
issued then. The closing figures of the program are held against what was written down, counted
by its own code: every line must be equal.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd

from benchmarks.filled import World
from campaign.loop import Hand, review, take_back
from campaign.progress.case_cards import is_told
from campaign.progress.review import Review
from campaign.replan import replan
from campaign.request import CampaignRequest
from campaign.resources import resource_folder
from campaign.synthetic import make_book
from campaign.vocabulary import VisitOutcome
from campaign.workflow import run_campaign

FIRST_FRIDAY = date(2026, 12, 4)
SAMPLE_LOANS, SAMPLE_SEED = 6_000, 2027  # as sample_books/README.md says
REACHED = {outcome.value for outcome in VisitOutcome if outcome is not VisitOutcome.NOT_MET}


@dataclass
class Season:
    """A campaign that is played week by week.

    Attributes:
        folder: The campaign folder.
        desk: Where the managers keep the workbooks that they fill in.
        world: What really happens.
        notes: What happened each week, in a line.
    """

    folder: Path
    desk: Path
    world: World
    notes: list[str] = field(default_factory=list)

    def hand_out(self) -> None:
        """Give the managers the workbooks of the version in force."""
        if self.desk.exists():
            shutil.rmtree(self.desk)
        shutil.copytree(self.folder / "行动方案", self.desk)
        self.world.hear(self.folder)

    def play_week(self, friday: date) -> Review:
        """Fill in, take back and review one week."""
        began = time.process_time()
        files = sorted(self.desk.rglob("*.xlsx"))
        for path in files:
            self.world.fill(path, path.stem.split("_")[0], friday)
        reports = take_back(self.folder, files, hand(friday))
        for report in reports:
            settled = report.applied + report.unchanged + report.rejected + report.unknown
            assert (report.refused, report.rows_in) == ("", settled), report.refused
        found, _ = review(self.folder, friday)
        applied = sum(report.applied for report in reports)
        doubtful = sum(report.rejected + report.unknown for report in reports)
        self.notes.append(
            f"{friday} taken {len(reports)} books, {applied} rows, {doubtful} set aside; "
            f"done {found.pace['done'].sum():,.0f}/{found.pace['planned'].sum():,.0f}, "
            f"lent {found.pace['amount'].sum():,.0f}, talks {len(found.interviews)}, "
            f"{time.process_time() - began:.1f} s"
        )
        return found

    def play_replan(self, day: date) -> None:
        """Plan the rest anew and hand out the new workbooks."""
        began = time.process_time()
        done = replan(self.folder, day, hand(day))
        kinds = Counter(done.carried.changes["change"])
        self.notes.append(
            f"{day} version {done.plan.version}: open {done.before}, kept {done.carried.kept}, "
            f"{dict(sorted(kinds.items()))}, {time.process_time() - began:.1f} s"
        )
        self.hand_out()


def hand(day: date) -> Hand:
    """Return the hand of head office on a day at five."""
    return Hand(at=datetime(day.year, day.month, day.day, 17, 5).isoformat(), actor="head-office")


def play(
    place: Path, *, loans: int, weeks: int, replans: Collection[int], seed: int = 5
) -> tuple[Season, Review]:
    """Play a season of a made-up bank in a folder; return it with its last review."""
    book, _, truth = make_book(place / "book", loans, seed, with_truth=True)
    return play_book(place, book, truth, weeks=weeks, replans=replans)


def play_sample(place: Path, *, weeks: int, replans: Collection[int]) -> tuple[Season, Review]:
    """Play a season of the sample bank in a folder; return it with its last review."""
    book = resource_folder("sample_books") / "qinghe.xlsx"
    made, _, truth = make_book(place / "book", SAMPLE_LOANS, SAMPLE_SEED, with_truth=True)
    assert made.read_bytes() == book.read_bytes(), "the sample book is not the one of its seed"
    return play_book(place, book, truth, weeks=weeks, replans=replans)


def play_book(
    place: Path, book: Path, truth: Path, *, weeks: int, replans: Collection[int]
) -> tuple[Season, Review]:
    """Play a season of a book with the truth behind it; return it with its last review."""
    season = Season(place / "campaign", place / "desk", World(read_truth(truth)))
    run_campaign(CampaignRequest((book,)), season.folder)
    season.hand_out()
    for week in range(1, weeks + 1):
        friday = FIRST_FRIDAY + timedelta(weeks=week - 1)
        found = season.play_week(friday)
        if week in replans and week < weeks:
            season.play_replan(friday + timedelta(days=2))
    return season, found


def read_truth(path: Path) -> pd.DataFrame:
    """Return the truth that `make_book` wrote."""
    return pd.read_csv(path, encoding="utf-8-sig", dtype={"unit_id": str, "manager_id": str})


def closing(found: Review) -> dict[str, float]:
    """Return the closing figures as the program has them."""
    pace, funnel = found.pace, dict(found.funnel)
    return {
        "touches done": float(pace["done"].sum()),
        "touches that reached": float(pace["met"].sum()),
        "customers touched": float(funnel["done"]),
        "customers lent to": float(pace["disbursed"].sum()),
        "lent": float(pace["amount"].sum()),
        "names brought home": float(pace["referrals"].sum()),
        "new contacts": float(len(found.tree)),
        "cases told": float(is_told(found.stories.cards).sum()),
    }


def counted(world: World) -> dict[str, float]:
    """Return the same figures counted from what the managers wrote."""
    rows = list(world.results.values())
    won = world.won()
    return {
        "touches done": float(len(rows)),
        "touches that reached": float(sum(row["outcome"] in REACHED for row in rows)),
        "customers touched": float(len({row["customer_id"] for row in rows})),
        "customers lent to": float(len(won)),
        "lent": float(sum(won.values())),
        "names brought home": float(sum(row["referrals"] or 0 for row in rows)),
        "new contacts": float(len(world.contacts)),
        "cases told": float(len(world.told())),
    }


def main() -> None:
    """Play a season and print it, and the two counts side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loans", type=int, default=600)
    parser.add_argument("--weeks", type=int, default=10)
    parser.add_argument("--replans", type=int, nargs="*", default=[5, 8])
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--sample", action="store_true", help="the bank of sample_books/")
    parser.add_argument("--out", type=Path, help="keep the folders here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        out = given.out or Path(place)
        asked = {"weeks": given.weeks, "replans": given.replans}
        if given.sample:
            season, found = play_sample(out, **asked)
        else:
            season, found = play(out, loans=given.loans, seed=given.seed, **asked)
    print("\n".join(season.notes))
    ours, theirs = closing(found), counted(season.world)
    for name, value in ours.items():
        mark = "equal" if value == theirs[name] else "DIFFERS"
        print(f"{name:22} program {value:14,.2f}  counted {theirs[name]:14,.2f}  {mark}")


if __name__ == "__main__":
    main()
