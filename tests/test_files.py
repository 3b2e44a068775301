"""Outputs are whole or untouched, under names that every system takes."""

import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.errors import OutputBlocked
from campaign.render import files

HOSTILE = [
    "../../etc/passwd", "..\\..\\boot.ini", "/etc/shadow", "C:\\Windows\\system.ini", "C:",
    "\\\\server\\share", "CON", "con", "NUL.xlsx", "COM1", "com1.txt", "COM¹", "LPT9 ", "AUX.",
    "PRN .x", "CONIN$", "conout$", "CLOCK$", "张三.", "张三 ", " 张三", "...", "..", ".", "",
    " ", "a:b", "a:b:$DATA", "张三\x00.xlsx", "\x00", "\u202egnp.exe", "é", "e\u0301", "Å", "A\u030a",
    "张三", "张 三", "ZHANG", "zhang", "Zhang", "ZHANG", "客" * 300, "客" * 301, "x" * 400,
    "😀客户", "<script>", "a|b?c*", 'say "hi"', "tab\tname", "line\nname", "cr\rname", "~$名单",
    "-rf", "--help", "$(id)", "`id`", "%PATH%", "名单（2）", "名单", "\u200b", "\ud800坏", "﻿名单",
]  # fmt: skip
RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)$", re.I)


def is_reserved(name: str) -> bool:
    """Port of ntpath.isreserved for one part of a path."""
    if name.endswith((".", " ")) or re.search(r'[\x00-\x1f"*:<>?|/\\]', name):
        return True
    return bool(RESERVED.match(name.partition(".")[0].rstrip(" ")))


def test_hostile_names_become_as_many_files_inside_the_folder(tmp_path):
    folder = tmp_path / "行动方案"
    for name in files.unique_names(HOSTILE):
        files.write_atomically(folder / f"{name}.xlsx", b"x")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["行动方案"]
    assert len(list(folder.iterdir())) == len(HOSTILE)


def test_hostile_names_are_safe_on_windows():
    names = files.unique_names(HOSTILE)
    assert [n for n in names if is_reserved(n) or is_reserved(f"{n}.xlsx")] == []
    assert max(len(f"{n}.xlsx".encode()) for n in names) <= 240
    assert not any(unicodedata.category(c) in ("Cf", "Cc", "Cs") for n in names for c in n)


def test_names_that_a_system_takes_for_one_are_kept_apart():
    names = files.unique_names(HOSTILE)
    assert len({unicodedata.normalize("NFKC", n).casefold() for n in names}) == len(HOSTILE)
    assert names == files.unique_names(HOSTILE)


def test_chinese_names_stay_legible():
    assert files.safe_name("城东支行（营业部）") == "城东支行（营业部）"
    assert files.safe_name("1002_王丽丽") == "1002_王丽丽"


@given(st.text())
def test_any_text_becomes_a_safe_name(text):
    name = files.safe_name(text)
    assert name
    assert not is_reserved(name)
    assert name == files.safe_name(name)


def test_a_file_is_replaced_whole_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "支行" / "名单.xlsx"
    files.write_atomically(path, b"old")
    assert files.write_atomically(path, b"new") == path
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_outputs_are_for_their_owner_only(tmp_path):
    path = files.write_atomically(tmp_path / "名单.xlsx", b"x")
    if os.name != "nt":
        assert path.stat().st_mode & 0o777 == 0o600


def hold_open(monkeypatch, names: set[str], refusals: int) -> list[Path]:
    """Let os.replace refuse these names as Windows does while Excel holds them."""
    refused: list[Path] = []
    real = Path.replace

    def replace(self, target):
        if target.name in names and len(refused) < refusals:
            refused.append(target)
            raise PermissionError(13, "held open")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(files.time, "sleep", lambda seconds: None)
    return refused


def test_a_file_let_go_within_a_second_is_replaced(tmp_path, monkeypatch):
    path = files.write_atomically(tmp_path / "名单.xlsx", b"old")
    refused = hold_open(monkeypatch, {"名单.xlsx"}, 3)
    assert files.write_atomically(path, b"new") == path
    assert (path.read_bytes(), len(refused)) == (b"new", 3)
    assert sum(files.WAITS) <= 1.0


def test_a_file_held_open_gets_a_neighbour_and_a_sentence(tmp_path, monkeypatch):
    path = files.write_atomically(tmp_path / "名单.xlsx", b"old")
    hold_open(monkeypatch, {"名单.xlsx"}, 10**6)
    written = files.write_atomically(path, b"new")
    assert (written.name, written.read_bytes(), path.read_bytes()) == (
        "名单（2）.xlsx",
        b"new",
        b"old",
    )
    assert files.elsewhere_notes([written]) == [
        "名单.xlsx 正被打开，未能替换；新内容已存为 名单（2）.xlsx，请关闭旧文件后改用新文件。"
    ]


def test_a_name_that_only_looks_like_a_neighbour_says_nothing(tmp_path):
    path = files.write_atomically(tmp_path / "名单（2）.xlsx", b"x")
    assert files.elsewhere_notes([path, tmp_path / "其他.xlsx"]) == []


def test_when_nothing_works_the_old_file_stays(tmp_path, monkeypatch):
    path = files.write_atomically(tmp_path / "名单.xlsx", b"old")
    names = {"名单.xlsx", *(f"名单（{n}）.xlsx" for n in files.OTHER_NAMES)}
    hold_open(monkeypatch, names, 10**6)
    with pytest.raises(OutputBlocked, match="无法写出"):
        files.write_atomically(path, b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["名单.xlsx"]
    assert path.read_bytes() == b"old"


def test_a_folder_that_is_a_file_is_said_in_chinese(tmp_path):
    (tmp_path / "简报").write_bytes(b"")
    with pytest.raises(OutputBlocked, match="无法写出"):
        files.write_atomically(tmp_path / "简报" / "index.html", b"x")


def test_a_full_disk_says_what_is_needed(tmp_path, monkeypatch):
    path = files.write_atomically(tmp_path / "名单.xlsx", b"old")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    usage = type("Usage", (), {"free": 1})
    monkeypatch.setattr(files.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(OutputBlocked, match="需要 3 字节，剩余 1 字节"):
        files.write_atomically(path, b"new")
    assert (path.read_bytes(), len(list(tmp_path.iterdir()))) == (b"old", 1)


def test_a_file_made_aside_takes_its_name_when_all_went_well(tmp_path):
    path = tmp_path / "campaign.db"
    with files.made_aside(path) as aside:
        aside.write_bytes(b"all")
        assert not path.exists()
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [(path.name, b"all")]


def test_a_file_made_aside_is_gone_when_something_failed(tmp_path):
    def fail() -> None:
        with files.made_aside(tmp_path / "a") as aside:
            aside.write_bytes(b"half")
            raise OutputBlocked("写不了。", "换一个。")

    with pytest.raises(OutputBlocked, match="写不了"):
        fail()
    assert not list(tmp_path.iterdir())


def test_leftovers_of_a_killed_run_are_removed(tmp_path):
    (tmp_path / "支行").mkdir()
    over = subprocess.Popen([sys.executable, "-c", ""])
    over.wait()
    for end in ("", "-journal"):
        (tmp_path / "支行" / f".campaign-{over.pid}-0.tmp{end}").write_bytes(b"half")
    kept = files.write_atomically(tmp_path / "支行" / "名单.xlsx", b"x")
    assert files.remove_leftovers(tmp_path) == 2
    assert list((tmp_path / "支行").iterdir()) == [kept]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps files in use by itself")
def test_the_temporary_file_of_a_running_program_is_left_to_it(tmp_path):
    running = tmp_path / f".campaign-{os.getpid()}-0.tmp"
    running.write_bytes(b"half")
    assert files.remove_leftovers(tmp_path) == 0
    assert running.exists()
