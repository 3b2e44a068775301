"""The disk that forgets: what is certain after which call, and that a trace is understood."""

import random

import pytest

from benchmarks.crash_disk import Call, Disk, Left, calls, laid_out

ROOT = "/disk/campaign"


def quoted(name):
    return f'"{ROOT}/{name}"'


def handle(name):
    return f"3<{ROOT}/{name}>" if name else f"3<{ROOT}>"


def call(name, *words, result=0):
    return Call("7", name, list(words), result)


def written(name, text, sync=True):
    """Return the calls that write a file anew."""
    yield call("openat", "AT_FDCWD</>", quoted(name), "O_WRONLY|O_CREAT|O_EXCL", result=3)
    yield call("write", handle(name), f'"{text}"', str(len(text)), result=len(text))
    if sync:
        yield call("fsync", handle(name))


def after(*steps, left, disk=None):
    disk = disk or Disk()
    for step in steps:
        disk.apply(step, ROOT)
    return disk.left(left, random.Random(1))


def test_a_file_is_there_for_certain_after_its_bytes_and_its_name_were_synced():
    steps = [*written("a", "new")]
    assert after(*steps, left=Left.NOTHING) == {}
    assert after(*steps, left=Left.ALL) == {"a": b"new"}
    assert after(*steps, call("fsync", handle("")), left=Left.NOTHING) == {"a": b"new"}


def test_bytes_that_were_not_synced_are_lost_below_a_name_that_was():
    steps = [*written("a", "new", sync=False), call("fsync", handle(""))]
    assert after(*steps, left=Left.NOTHING) == {"a": b""}
    assert after(*steps, left=Left.NAMES) == {"a": b""}


def test_a_renaming_is_one_change():
    steps = [*written(".tmp", "new"), call("rename", quoted(".tmp"), quoted("a"))]
    old = Disk(seen={}, certain={})
    assert after(*steps, left=Left.NOTHING, disk=old) == {}
    assert after(*steps, call("fsync", handle("")), left=Left.NOTHING) == {"a": b"new"}


def test_a_file_in_a_folder_whose_name_is_not_certain_is_lost():
    steps = [call("mkdir", quoted("b")), *written("b/a", "new"), call("fsync", handle("b"))]
    assert after(*steps, left=Left.NOTHING) == {}
    assert after(*steps, call("fsync", handle("")), left=Left.NOTHING) == {"b": None, "b/a": b"new"}


def test_a_file_overwritten_in_place_may_be_old_new_or_mixed_by_blocks(tmp_path):
    folder = laid_out({"a": b"o" * 1536}.items(), tmp_path / "disk")
    step = call("pwrite64", handle("a"), f'"{"n" * 1536}"', "1536", "0", result=1536)
    disk = Disk.of(folder)
    disk.apply(step, ROOT)
    found = {disk.left(Left.SOME, random.Random(seed))["a"] for seed in range(40)}
    assert found == {b"".join(parts) for parts in _blocks(3)}
    assert disk.left(Left.NOTHING, random.Random(1)) == {"a": b"o" * 1536}


def _blocks(count):
    if count == 0:
        return [()]
    return [(mark * 512, *rest) for mark in (b"o", b"n") for rest in _blocks(count - 1)]


TRACE = rf"""
7 openat(AT_FDCWD</>, "{ROOT}/\347\256\200", O_RDWR|O_CREAT, 0600) = 3<{ROOT}/\347\256\200>
7 write(3<{ROOT}/\347\256\200>, "a\"b, c\n\18", 9 <unfinished ...>
8 write(1<pipe:[1]>, "x", 1) = 1
7 <... write resumed>) = 9
7 rename("{ROOT}/none", "{ROOT}/other") = -1 ENOENT (No such file or directory)
7 +++ exited with 0 +++
"""


def test_a_trace_is_read_with_its_quotes_its_escapes_and_its_halves():
    found = list(calls(TRACE))
    assert [(one.process, one.name) for one in found] == [
        ("7", "openat"), ("8", "write"), ("7", "write"),
    ]  # fmt: skip
    assert after(*found, left=Left.ALL) == {"简": b'a"b, c\n\x018'}


def test_a_renaming_in_two_halves_has_the_name_that_stands_in_its_quotes():
    halves = f"""
7 rename({quoted(".tmp")}, {quoted("a")} <unfinished ...>
8 fsync({handle("")}) = 0
7 <... rename resumed>)             = 0
"""
    assert after(*written(".tmp", "new"), *calls(halves), left=Left.ALL) == {"a": b"new"}


def test_a_call_that_the_disk_does_not_know_is_said():
    with pytest.raises(NotImplementedError, match="truncate"):
        list(calls(f'7 truncate("{ROOT}/a", 0) = 0\n'))
