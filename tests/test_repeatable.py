"""The same book and seed give the same bytes, wherever and under whatever locale."""

import hashlib
import os
import subprocess
import sys

import pytest

from campaign.resources import resource_folder

WORLDS = (
    {"TZ": "Asia/Shanghai", "LANG": "C", "PYTHONHASHSEED": "0"},
    {"TZ": "America/Los_Angeles", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "1"},
)


def digests(out, world):
    book = resource_folder("sample_books") / "first_look.xlsx"
    command = [sys.executable, "-m", "campaign", "plan", str(book), "--out", str(out)]
    done = subprocess.run(
        command, env={**os.environ, **world}, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    files = sorted(path for path in out.rglob("*") if path.is_file() and path.name != "campaign.db")
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


@pytest.mark.parametrize("other", WORLDS[1:])
def test_bytes_do_not_depend_on_the_world(tmp_path, other):
    here, there = digests(tmp_path / "a", WORLDS[0]), digests(tmp_path / "深" / "b", other)
    assert here == there
    assert len(here) > 10
