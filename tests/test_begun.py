"""A file that children read before the program has loaded what takes its tables."""

import os
import subprocess
import sys

import pytest

from campaign.book.calamine_process import ReaderProcess
from campaign.book.listener import Listener
from campaign.book.open import begun, open_file
from campaign.errors import BookUnreadable
from campaign.reading import read
from campaign.request import CampaignRequest
from campaign.resources import resource_folder

SAMPLE = resource_folder("sample_books") / "first_look.xlsx"


@pytest.fixture
def children(monkeypatch):
    """Return the children that are begun."""
    found = []
    monkeypatch.setattr(
        "campaign.book.workbook_readers.ReaderProcess",
        lambda *given, **words: found.append(ReaderProcess(*given, **words)) or found[-1],
    )
    return found


def test_a_file_begun_early_is_what_it_is_opened_late():
    with begun(SAMPLE) as rest:
        early = rest(Listener())
    late = open_file(SAMPLE)
    assert early.digest == late.digest
    assert [sheet.name for sheet in early.sheets] == [sheet.name for sheet in late.sheets]
    assert [sheet.rows(0, 9) for sheet in early.sheets] == [s.rows(0, 9) for s in late.sheets]


def test_a_file_that_changes_before_it_is_heard_out_is_refused(tmp_path):
    path = tmp_path / "台账.xlsx"
    path.write_bytes(SAMPLE.read_bytes())
    with begun(path) as rest:
        mark = path.stat()
        os.utime(path, ns=(mark.st_atime_ns, mark.st_mtime_ns + 10**9))
        with pytest.raises(BookUnreadable, match="被改动"):
            rest(Listener())


def test_children_are_stopped_when_nobody_hears_them_out(children):
    with begun(SAMPLE):
        assert children
    assert all(child._process.poll() is not None for child in children)


def test_what_the_caller_has_to_do_is_done_while_children_read(children):
    seen = []
    read(CampaignRequest((SAMPLE,)), meanwhile=lambda: seen.append(len(children)))
    assert seen == [1]


def test_a_file_is_begun_without_what_is_heavy():
    program = "import sys, campaign.book.open; print(*{'pandas', 'numpy'} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (out.returncode, out.stdout.strip()) == (0, "")
