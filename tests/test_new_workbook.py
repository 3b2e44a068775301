"""A workbook to fill in or to edit: the same bytes every time, or why it cannot be written."""

import pytest

from campaign.book.new_workbook import new_workbook
from campaign.errors import OutputBlocked


def written(path):
    with new_workbook(path) as book:
        book.add_worksheet("表").write_string(0, 0, "甲")
    return path.read_bytes()


def test_the_same_cells_give_the_same_bytes(tmp_path):
    assert written(tmp_path / "一.xlsx") == written(tmp_path / "二.xlsx")


def test_why_it_cannot_be_written_is_said_in_chinese(tmp_path):
    with pytest.raises(OutputBlocked, match="写不出 .*：文件或文件夹不存在。请关掉"):
        written(tmp_path / "无" / "表.xlsx")
