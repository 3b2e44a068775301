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


# The same command with a copy of the process for every job that may run beside others.
COPIED = """
import sys
from campaign import beside
beside.WORTH_A_COPY = 0
made, begun = [], beside._begun
beside._begun = lambda job: made.append(job) or begun(job)
from campaign.cli import main
main.main(sys.argv[1:], standalone_mode=False)
assert len(made) > 5, made
"""


def digests(out, world, program=("-m", "campaign")):
    book = resource_folder("sample_books") / "first_look.xlsx"
    command = [sys.executable, *program, "plan", str(book), "--out", str(out)]
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


@pytest.mark.skipif(sys.platform != "linux", reason="copies are made on Linux alone")
def test_bytes_do_not_depend_on_copies_of_the_process(tmp_path):
    here = digests(tmp_path / "here", WORLDS[0])
    assert digests(tmp_path / "copied", WORLDS[0], ("-c", COPIED)) == here
