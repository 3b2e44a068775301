"""A workbook that children read before the program has loaded: the same book, or what is wrong."""

import os

import pytest
from openpyxl import Workbook

from campaign.book import open as opening
from campaign.book.answers import NO_ANSWERS
from campaign.book.early import begun_early
from campaign.book.open import open_file
from campaign.errors import BookUnreadable
from campaign.reading import read
from campaign.request import CampaignRequest
from campaign.resources import resource_folder

HEADS = ["客户号", "客户名称", "贷款余额", "到期日"]


@pytest.fixture
def path(tmp_path):
    """Return a small workbook."""
    return written(tmp_path / "台账.xlsx", "甲")


def written(path, name):
    book = Workbook()
    book.active.append(HEADS)
    book.active.append(["K1", name, 300000, "2027-03-01"])
    book.save(path)
    return path


def names_in(opened):
    (sheet,) = opened.sheets
    return [sheet.rows(1, 2)[0][1]]


def test_the_children_begun_early_read_the_file(path, monkeypatch):
    with begun_early([path], NO_ANSWERS) as early:
        monkeypatch.setattr(opening, "workbook_readers", None)  # no others are begun
        assert names_in(open_file(path, early=early)) == ["甲"]


def test_another_file_is_read_by_its_own(path, tmp_path):
    other = written(tmp_path / "另一本.xlsx", "乙")
    with begun_early([path], NO_ANSWERS) as early:
        assert names_in(open_file(other, early=early)) == ["乙"]


def test_a_file_that_changes_before_it_is_opened_is_refused(path):
    with begun_early([path], NO_ANSWERS) as early:
        mark = path.stat()
        os.utime(path, ns=(mark.st_atime_ns, mark.st_mtime_ns + 10**9))
        with pytest.raises(BookUnreadable, match="被改动"):
            open_file(path, early=early)


def test_children_are_stopped_when_nobody_asks(path):
    with begun_early([path], NO_ANSWERS) as early:
        children = [reader._process for reader in early.readers._readers]
    assert all(child.poll() is not None for child in children)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", "客户号,余额\n".encode(), None])
def test_what_is_no_workbook_is_left_to_who_says_why(tmp_path, content):
    path = tmp_path / "台账.xlsx"
    if content is not None:
        path.write_bytes(content)
    with begun_early([path], NO_ANSWERS) as early:
        assert early is None


def test_a_book_is_the_same_either_way(monkeypatch):
    request = CampaignRequest((resource_folder("sample_books") / "first_look.xlsx",))
    early = read(request)
    monkeypatch.setattr("campaign.book.early._begun", lambda *_: None)
    late = read(request)
    assert early.digest == late.digest
    assert early.loans.equals(late.loans)
    assert [f.message for f in early.findings] == [f.message for f in late.findings]
