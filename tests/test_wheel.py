"""The wheel holds everything that runs, and nothing that only builds or tests it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.source_code import ROOT, committed_files


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def members(wheel) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize(
    ("folder", "inside"),
    [
        ("campaign", "campaign"),
        ("templates", "campaign/templates"),
        ("sample_books", "campaign/sample_books"),
    ],
)
def test_every_file_of_a_shipped_folder_is_inside(members, folder, inside):
    shipped = {
        f"{inside}/{path.relative_to(ROOT / folder).as_posix()}"
        for path in committed_files()
        if path.is_relative_to(ROOT / folder)
    }
    assert shipped
    assert shipped - members == set()


def test_the_data_and_the_schema_are_among_them(members):
    assert {"campaign/reference/festival.csv", "campaign/progress/schema.sql"} <= members


def test_nothing_else_is_inside(members):
    metadata = {name for name in members if ".dist-info/" in name}
    assert {name.split("/")[0] for name in members - metadata} == {"campaign"}
    programs = {name for name in members if name.endswith(".py")}
    assert not {n for n in programs if "/templates/" in n or "/sample_books/" in n}


def test_the_installed_package_finds_its_folders_inside_itself(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = """
from campaign.resources import reference_file, resource_folder
print(resource_folder("templates"), resource_folder("sample_books"), reference_file("festival.csv"))
"""
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == [
        str(tmp_path / "campaign" / name)
        for name in ("templates", "sample_books", "reference/festival.csv")
    ]


def test_the_command_is_declared(wheel):
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith("entry_points.txt"))
        assert "campaign = campaign.cli:main" in archive.read(name).decode()
