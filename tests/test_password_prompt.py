"""A locked book on the command line: asked for unseen, three tries, from the environment too."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from msoffcrypto.format.ooxml import OOXMLFile

from campaign import cli_options
from campaign.cli import main
from tests.builders_book import ledger, save
from tests.old_formats import xls

SECRET = "对的密码888"


@pytest.fixture
def locked(tmp_path) -> Path:
    plain = save(tmp_path / "plain.xlsx", {"借据": ledger()})
    buffer = io.BytesIO()
    with plain.open("rb") as file:
        OOXMLFile(file).encrypt(SECRET, buffer)
    path = tmp_path / "台账.xlsx"
    path.write_bytes(buffer.getvalue())
    return path


def check(path: Path, typed: str = "", **environment: str):
    arguments = ["check", str(path), *(["--password-env", "KEY"] if environment else [])]
    return CliRunner(env=environment).invoke(main, arguments, input=typed)


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setattr(cli_options, "on_terminal", lambda: True)


def test_the_password_is_asked_for_and_never_shown(locked, terminal):
    done = check(locked, f"错\n{SECRET}\n")
    assert done.exit_code == 0, done.output
    assert "密码不对，还可以试 2 次" in done.output
    assert SECRET not in done.output


def test_an_old_workbook_asks_too(tmp_path, terminal):
    path = tmp_path / "台账.xls"
    path.write_bytes(xls({"借据": ledger()}, password=SECRET))
    assert check(path, f"{SECRET}\n").exit_code == 0


def test_three_wrong_passwords_are_refused(locked, terminal):
    done = check(locked, "一\n二\n三\n四\n")
    assert done.exit_code == 2
    assert "输错 3 次" in done.output
    assert "Traceback" not in done.output


def test_without_a_terminal_nobody_is_asked(locked):
    done = check(locked)
    assert done.exit_code == 2
    assert "请用 --password-env 给出密码" in done.output


@pytest.mark.parametrize(("given", "code"), [(SECRET, 0), ("不是它777", 2)])
def test_the_environment_may_hold_the_password(locked, given, code):
    done = check(locked, KEY=given)
    assert done.exit_code == code
    assert given not in done.output
