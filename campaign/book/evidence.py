"""What the values of a column say about its meaning, from a sample of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from campaign.book.cells import Floats, is_missing
from campaign.book.codes import decode, flags, vocabulary_of
from campaign.book.dates import dates
from campaign.book.raw_sheet import Cell
from campaign.book.values import number_in
from campaign.vocabulary import Field, Unit

SAMPLE = 160
MOST = 0.6
FITS, NEUTRAL, DOUBTFUL, CONTRADICTS = 0.05, 0.0, -0.12, -1.0

_PHONE = re.compile(r"^(?:\+?86-?)?1[3-9]\d{9}$|^0\d{2,3}-?\d{7,8}$")
_CERTIFICATE = re.compile(
    r"^(?:\d{15}|\d{17}[\dXx]|[0-9A-HJ-NP-RTUW-Y]{18}|\d{4,6}\*+\d{0,4}[\dXx]?)$"
)
_COMPACT_DAY = re.compile(r"^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$")
_INDUSTRY = re.compile(r"^[A-Ta-t]?\d{3,4}(?:\D|$)|^[A-Ta-t]\d{2}(?:\D|$)")
_PERSON = re.compile(r"^[\u4e00-\u9fff·]{2,4}(?:\s*[(（]?[A-Za-z]*\d+[)）]?)?$")
_FIRM = re.compile(r"公司|商行|经营部|合作社|厂|店|中心|企业|超市|商贸|个体")
_BRANCH = re.compile(r"(?:支行|分行|分理处|营业部|网点|信用社|分社|营业室|部|行)$")
_BANK = re.compile(r"银行|农商|信用社|联社|工行|农行|中行|建行|交行|邮储|小贷|网商|微众|消费金融")
_STAFF = re.compile(r"^[A-Za-z]{0,3}\d{2,10}$")
_NAMES = ("customer_name", "manager_name", "voter", "lender", "branch")


@dataclass(frozen=True)
class Profile:
    """A sample of a column's filled cells."""

    cells: tuple[Cell, ...]

    @property
    def empty(self) -> bool:
        """Return whether there is nothing to judge by."""
        return not self.cells

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Return the cells as text; whole numbers without a point."""
        return tuple(f"{c:.10g}" if isinstance(c, float) else str(c).strip() for c in self.cells)

    @cached_property
    def numbers(self) -> Floats:
        """Return the cells that are numbers or read as numbers."""
        found = [
            c if isinstance(c, float) else (number_in(str(c).rstrip("%‰")) or (np.nan,))[0]
            for c in self.cells
        ]
        values = np.array(found, dtype=float)
        known: Floats = values[~np.isnan(values)]
        return known

    @cached_property
    def date_share(self) -> float:
        """Return which share reads as a day written out or as eight digits."""
        if self.empty:
            return 0.0
        parsed = dates(
            [t if isinstance(c, float) else c for c, t in zip(self.cells, self.texts, strict=True)]
        )
        real = ~np.isnat(parsed.values)
        for note in ("serial", "month_only"):
            real[parsed.notes.get(note, [])] = False
        open_ended = len(parsed.notes.get("open_end", ()))
        return float(real.sum() + min(open_ended, real.sum())) / len(self.cells)

    @cached_property
    def serial_share(self) -> float:
        """Return which share could be Excel serial numbers of days."""
        whole = self.numbers[(self.numbers == np.floor(self.numbers))]
        return float(((whole > 30_000) & (whole < 60_000)).sum()) / max(len(self.cells), 1)

    @property
    def number_share(self) -> float:
        """Return which share is or reads as a number."""
        return len(self.numbers) / max(len(self.cells), 1)

    def share(self, pattern: re.Pattern[str]) -> float:
        """Return which share of the texts matches a pattern from its start."""
        return sum(1 for text in self.texts if pattern.search(text)) / max(len(self.cells), 1)

    @cached_property
    def distinct_share(self) -> float:
        """Return how many different values there are for each cell."""
        return len(set(self.texts)) / max(len(self.cells), 1)


def profile(cells: Sequence[Cell]) -> Profile:
    """Return the profile of a column from cells spread evenly over it."""
    step = max(len(cells) // (SAMPLE * 2), 1)
    filled = [c for c in cells[::step] if isinstance(c, float) or not is_missing(str(c))]
    return Profile(tuple(filled[:SAMPLE]))


def fit(found: Profile, field: Field) -> float:
    """Return how the values speak for a field: FITS, NEUTRAL, DOUBTFUL or CONTRADICTS."""
    if found.empty:
        return NEUTRAL
    if field.unit is Unit.DATE:
        return _fit_date(found)
    if field.unit in (Unit.YUAN, Unit.RATIO, Unit.DAY, Unit.COUNT, Unit.MONTH):
        return _fit_number(found, field)
    if field.unit is Unit.FLAG:
        return FITS if len(flags(found.cells).bad) < len(found.cells) / 2 else CONTRADICTS
    if field.unit is Unit.SCORE:
        return NEUTRAL if found.date_share < MOST else CONTRADICTS
    if field.values is not None:
        return _fit_codes(found, field)
    return _fit_text(found, field.name)


def _fit_date(found: Profile) -> float:
    if found.date_share >= MOST:
        return FITS
    return NEUTRAL if found.serial_share >= MOST else CONTRADICTS


def _fit_number(found: Profile, field: Field) -> float:
    if found.number_share < MOST:
        return CONTRADICTS
    days = [t for t in found.texts if _COMPACT_DAY.match(t)]
    if len(days) >= 0.9 * len(found.cells) or found.date_share >= 0.9:
        return CONTRADICTS  # a column of days is no amount
    high = float(np.quantile(found.numbers, 0.95))
    if field.unit is Unit.RATIO and high > 100:
        return CONTRADICTS
    if field.unit in (Unit.DAY, Unit.COUNT) and (high > 20_000 or not _whole(found.numbers)):
        return CONTRADICTS
    if found.share(_PHONE) > MOST or found.share(_CERTIFICATE) > MOST:
        return CONTRADICTS
    return FITS


def _whole(numbers: Floats) -> bool:
    return bool(np.mean(np.isclose(numbers, np.round(numbers))) > 0.8)


def _fit_codes(found: Profile, field: Field) -> float:
    if found.date_share >= MOST:
        return CONTRADICTS
    assert field.values is not None
    decoded = decode(found.cells, vocabulary_of(field.values))
    known = sum(1 for value in decoded.values if value is not None) / len(found.cells)
    if known >= MOST:
        return FITS
    if decoded.bare:
        return NEUTRAL
    return DOUBTFUL if len(found.cells) > 3 else NEUTRAL


def _fit_text(found: Profile, name: str) -> float:
    if found.date_share >= 0.9 and name not in ("period", "remark", "content"):
        return CONTRADICTS
    if name in _NAMES and found.number_share >= MOST:
        return CONTRADICTS
    checks = {
        "phone": (_PHONE, DOUBTFUL),
        "cert_no": (_CERTIFICATE, NEUTRAL),
        "industry_code": (_INDUSTRY, CONTRADICTS),
        "branch": (_BRANCH, NEUTRAL),
        "lender": (_BANK, DOUBTFUL),
        "manager_id": (_STAFF, DOUBTFUL),
    }
    if name in checks:
        pattern, otherwise = checks[name]
        return FITS if found.share(pattern) >= MOST else otherwise
    if name == "industry" and found.share(_INDUSTRY) >= MOST:
        return NEUTRAL
    if name == "manager_name":
        return FITS if found.share(_PERSON) >= MOST and found.share(_FIRM) < 0.2 else NEUTRAL
    if name in ("loan_note_id", "contract_id", "customer_id"):
        has_digits = sum(1 for t in found.texts if any(c.isdigit() for c in t))
        if has_digits < 0.5 * len(found.cells):
            return DOUBTFUL
        return FITS if name != "loan_note_id" or found.distinct_share > 0.9 else NEUTRAL
    return NEUTRAL
