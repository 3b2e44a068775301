"""What is done of a sheet before all are seen is used only while it still holds."""

import pytest

from campaign.book.ahead import Ahead
from campaign.book.raw_sheet import RawSheet
from campaign.book.reading import Reading
from campaign.errors import BookUnreadable

SHEET = RawSheet("台账.xlsx", "借据", [["客户"], ["甲"]])


class Work:
    """Counts how often a sheet is looked at and typed."""

    def __init__(self, error=None):
        self.looked, self.typed, self.error = [], [], error

    def look(self, sheet, label):
        self.looked.append(label)
        if self.error:
            raise self.error
        reading = Reading([])
        reading.guesses.append(f"{label}是台账")
        return reading

    def table(self, guess):
        self.typed.append(guess)
        return f"{guess}，已定型"


def test_a_sheet_is_looked_at_and_typed_once():
    work = Work()
    ahead = Ahead(work.look, work.table)
    ahead.take(SHEET)
    (guess,) = ahead.reading(SHEET, "借据").guesses
    assert ahead.table(guess) == "借据是台账，已定型"
    assert (work.looked, work.typed) == (["借据"], ["借据是台账"])


def test_a_sheet_that_is_called_otherwise_in_addresses_is_looked_at_again():
    work = Work()
    ahead = Ahead(work.look, work.table)
    ahead.take(SHEET)
    (guess,) = ahead.reading(SHEET, "[台账.xlsx]借据").guesses
    assert ahead.table(guess) == "[台账.xlsx]借据是台账，已定型"


def test_trouble_ahead_is_said_when_the_sheets_turn_comes():
    work = Work(BookUnreadable("坏表"))
    ahead = Ahead(work.look, work.table)
    ahead.take(SHEET)
    with pytest.raises(BookUnreadable, match="坏表"):
        ahead.reading(SHEET, "借据")
