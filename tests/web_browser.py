"""A real server of the pages and a real browser that watches them; fixtures of several tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from campaign.web.job import Job
from tests.web_pages import planned_job

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LISTEN = """
window.violations = [];
window.print = () => { window.printed = true; };
addEventListener("securitypolicyviolation", e => window.violations.push(e.violatedDirective));
"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PATIENCE = 60_000


@dataclass
class Server:
    """A running server: its launch link, address, home and process."""

    link: str
    home: Path
    process: subprocess.Popen[str]

    @property
    def base(self) -> str:
        """Return the address of the home page."""
        return self.link.partition("/start/")[0]


@dataclass
class Watched:
    """A page, and what went wrong on it or left this machine."""

    page: Any
    base: str
    wrong: list[str] = field(default_factory=list)

    def watch(self, page: Any) -> None:
        """Note errors, dialogs and requests of a page."""
        page.on("console", lambda m: m.type == "error" and self.wrong.append(m.text))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("dialog", lambda dialog: (self.wrong.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda r: r.url.startswith(self.base) or self.wrong.append(r.url))

    def check(self) -> None:
        """Fail if anything went wrong, or content broke the policy of the page shown."""
        assert self.page.evaluate("window.violations") == []
        assert self.page.evaluate(WIDER) <= 0
        assert self.wrong == []

    def upload(self, path: Path, *, look: bool = False) -> None:
        """Choose a book and start, as a user does; with a look at the mapping first or not."""
        self.page.goto(self.base)
        self.page.set_input_files("#books", path)
        self.page.set_checked("[name=check]", look)
        self.page.click("button.primary")

    def wait_for_plan(self) -> str:
        """Wait for the plan and return its number."""
        self.page.wait_for_selector("#bridge", timeout=PATIENCE)
        return str(self.page.url.rpartition("/")[2])


@contextmanager
def running(home: Path, *options: str, **variables: str) -> Iterator[Server]:
    """Start `campaign serve` as a user does, and stop it."""
    command = [sys.executable, "-u", "-m", "campaign", "serve", "--port", "0", "--home", str(home)]
    with subprocess.Popen(
        [*command, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env={**os.environ, **variables},
    ) as process:
        try:
            assert process.stdout is not None
            found = (re.search(r"http://\S+", line) for line in process.stdout)
            yield Server(next(match[0] for match in found if match), home, process)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a running server."""
    with running(tmp_path_factory.mktemp("home")) as found:
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Return a running browser."""
    from tests.conftest import NEEDS, find_program

    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as run:
        browser = run.chromium.launch(executable_path=find_program(NEEDS["browser"]), args=FLAGS)
        yield browser
        browser.close()


def a_user(chromium: Any) -> Any:
    """Return what one more user has before him: a profile of his own on an office PC's screen."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.add_init_script(LISTEN)
    return context


@pytest.fixture(scope="module")
def signed_in(server: Server, chromium: Any) -> Any:
    """Return a user who has opened the launch link."""
    context = a_user(chromium)
    page = context.new_page()
    page.goto(server.link)
    page.close()
    return context


@pytest.fixture
def watched(server: Server, signed_in: Any) -> Iterator[Watched]:
    """Return a fresh page that is watched."""
    found = Watched(signed_in.new_page(), server.base)
    found.watch(found.page)
    yield found
    found.page.close()


@pytest.fixture(scope="module")
def made(server: Server) -> Job:
    """Return a finished job of the small sample, that the server finds in its home."""
    return planned_job(server.home)


def shown(page: Any, place: str) -> list[str]:
    """Return the texts of the elements at a place."""
    return [text.strip() for text in page.locator(place).all_inner_texts()]


def fill_in(path: Path) -> None:
    """Write the result of one visit into a manager's workbook."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["走访日程"]
    head = next(cell for row in sheet["A1:Z6"] for cell in row if cell.value == "结果")
    sheet.cell(head.row + 1, head.column).value = "有意向"
    workbook.save(path)
