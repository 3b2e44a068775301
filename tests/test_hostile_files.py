"""Whatever a file is built to do, it costs one sentence: never the program, never the memory.

The files are made by `tests/hostile_files.py`; a process of its own puts them through
`campaign check`, one after the other, as a server would. A wider sweep:
`python -m tests.hostile_run mutants 2000`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.hostile_files import bombs, counts, entities, mutants, named, real_book
from tests.source_code import ROOT

MOST_WORK = 10.0  # seconds of the processor, the program's and its reader's
QUIET, BUSY = 10.0, 40.0  # seconds by the clock, on a machine left alone and on one kept busy
CHILD = 1_536  # MiB
PARENT = 512


def run(*arguments: str) -> list[dict]:
    command = [sys.executable, "-m", "tests.hostile_run", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def longest() -> float:
    """Return how long a file may take by the clock: ten seconds, unless others want the machine."""
    return QUIET if os.getloadavg()[0] <= (os.cpu_count() or 1) else BUSY


@pytest.fixture(scope="module")
def attacks() -> dict[str, dict]:
    return {line["name"]: line for line in run("named")}


def test_every_attack_is_refused_and_the_program_lives(attacks):
    assert set(attacks) == set(named())
    assert {
        name: line["said"] for name, line in attacks.items() if line["outcome"] != "refused"
    } == {}


def test_every_refusal_names_the_file_and_the_next_step(attacks):
    for name, line in attacks.items():
        assert name in line["said"], line
        assert "请" in line["said"], line
        assert "\n" not in line["said"], line


def test_nothing_hangs_and_memory_is_bounded(attacks):
    assert max(line["work"] for line in attacks.values()) < MOST_WORK
    assert max(line["seconds"] for line in attacks.values()) < longest()
    assert max(line["child"] for line in attacks.values()) < CHILD
    assert max(line["parent"] for line in attacks.values()) < PARENT


@pytest.mark.parametrize("kind", [bombs, counts, entities])
def test_bombs_and_lies_are_decided_within_three_seconds(attacks, kind):
    assert max(attacks[name]["cpu"] for name in kind()) < 3.0


def test_bombs_are_decided_before_a_parser_holds_much(attacks):
    first = list(bombs())
    assert max(attacks[name]["child"] for name in first) < 300  # they run first


def test_mutants_of_a_real_ledger_are_read_or_refused():
    lines = run("mutants", "80")
    assert {line["name"]: line["said"] for line in lines if line["outcome"] == "traceback"} == {}
    assert {line["outcome"] for line in lines} == {"read", "refused"}
    assert max(line["seconds"] for line in lines) < longest()
    assert all(line["name"] in line["said"] for line in lines)


def test_the_same_seed_gives_the_same_mutants():
    assert list(mutants(12)) == list(mutants(12))
    assert real_book()[:2] == b"PK"
