"""The command line answers at once: nothing heavy is loaded before a command needs it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {
    "chinese_calendar",
    "flask",
    "highspy",
    "jinja2",
    "lunar_python",
    "numpy",
    "openpyxl",
    "pandas",
    "python_calamine",
    "rapidfuzz",
    "rich",
    "scipy",
    "waitress",
    "xlsxwriter",
}


def loaded_after(code: str) -> set[str]:
    """Return the heavy packages that a fresh interpreter holds after running `code`."""
    script = f"import json, sys\n{code}\nprint(json.dumps(sorted(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=True
    )
    return HEAVY & set(json.loads(run.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "module",
    ["cli", "workflow", "vocabulary", "settings", "festival", "errors", "findings", "resources"],
)
def test_importing_a_door_or_the_ground_floor_loads_nothing_heavy(module):
    assert loaded_after(f"import campaign.{module}") == set()


@pytest.mark.parametrize("command", ["--help", "--version", "plan --help", "settings"])
def test_help_and_settings_load_nothing_heavy(command):
    code = f"""
from click.testing import CliRunner
from campaign.cli import main
assert CliRunner().invoke(main, {command.split()}).exit_code == 0
"""
    assert loaded_after(code) == set()


def test_the_calendar_of_working_days_needs_no_almanac():
    code = """
from datetime import date
from campaign.festival import load_calendar
load_calendar().working_days(date(2027, 1, 1), date(2027, 3, 31))
"""
    assert loaded_after(code) == {"chinese_calendar"}
