"""What every test may ask for: goldens, a browser, an office, and the calendar as of 2026."""

from __future__ import annotations

import difflib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

from campaign.festival import working_days
from campaign.vocabulary.field import keep_texts_plain

# As where tables begin: a module tried alone needs what reading a book would have set.
keep_texts_plain()

pytest_plugins = ["tests.web_browser"]

# A busy machine is no failure: no example is timed.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

GOLDEN = Path(__file__).parent / "golden"
LAST_OFFICIAL_YEAR = 2026
NEEDS = {
    "browser": ("chromium", "chromium-browser", "google-chrome"),
    "office": ("soffice", "libreoffice"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that renews the goldens."""
    parser.addoption("--update-golden", action="store_true", help="write tests/golden/ anew")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose program is missing; on CI fail instead."""
    for marker, programs in NEEDS.items():
        if item.get_closest_marker(marker) and not find_program(programs):
            missing = f"needs one of {', '.join(programs)} on the PATH"
            if os.environ.get("CI"):
                pytest.fail(missing)
            pytest.skip(missing)


def find_program(names: tuple[str, ...]) -> str | None:
    """Return the first of these programs that the PATH holds."""
    return next((found for name in names if (found := shutil.which(name))), None)


@pytest.fixture
def browser() -> str:
    """Return the path of Chromium; mark the test `browser`."""
    return find_program(NEEDS["browser"]) or pytest.skip("no Chromium")


@pytest.fixture
def office() -> str:
    """Return the path of LibreOffice; mark the test `office`."""
    return find_program(NEEDS["office"]) or pytest.skip("no LibreOffice")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return a check of a text against `tests/golden/<name>`, which shows a unified diff.

    `pytest --update-golden` writes the files anew; look at their diff before you commit.
    """
    update = bool(request.config.getoption("--update-golden"))

    def check(name: str, actual: str) -> None:
        path = GOLDEN / name
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(actual, encoding="utf-8", newline="\n")
            return
        if not path.exists():
            pytest.fail(f"no golden {name}; make it with pytest --update-golden")
        expected = path.read_text(encoding="utf-8")
        if actual != expected:
            diff = difflib.unified_diff(
                expected.splitlines(), actual.splitlines(), f"golden/{name}", "now", lineterm=""
            )
            pytest.fail("\n".join(diff) or f"{name} differs in its line ends", pytrace=False)

    return check


@pytest.fixture(autouse=True)
def _notices_up_to_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep later official years of a newer chinesecalendar out, so that 2027 stays provisional."""
    official = working_days.official_holidays
    monkeypatch.setattr(
        working_days,
        "official_holidays",
        lambda year: official(year) if year <= LAST_OFFICIAL_YEAR else None,
    )
