"""Makes PDFs of the printed pages with a Chromium that the machine has: Edge, Chrome, Chromium.

The browser's own command line does it, so nothing needs to be installed. It runs with a
profile of its own (an open Edge would swallow the call), without sandbox only where it
refuses to start as root, and finds no name on any network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from campaign.errors import OutputBlocked
from campaign.render.files import TEMPORARY, unique_names, write_atomically

PRINTED = "打印"
BRIEFINGS, REVIEWS = "简报", "复盘"
INDEX, INDEX_NAME = "index", "全行简报"
AT_ONCE = 2
SECONDS_A_PAGE = 120
BY_HAND = (
    "请用浏览器打开“简报”文件夹里的网页，按 Ctrl+P，纸张选 A4、边距选“默认”，"
    "勾选“背景图形”，不勾“页眉和页脚”，目标打印机选“另存为 PDF”。"
)
ON_THE_PATH = (
    "msedge", "microsoft-edge", "microsoft-edge-stable", "google-chrome", "google-chrome-stable",
    "chrome", "chromium", "chromium-browser",
)  # fmt: skip
WINDOWS_ROOTS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
UNDER_WINDOWS_ROOTS = (
    "Microsoft/Edge/Application/msedge.exe",
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
)
MAC_APPLICATIONS = ("Microsoft Edge", "Google Chrome", "Chromium")
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pdf-header-footer",
    "--print-to-pdf-no-header",
)


def find_browser(places: Mapping[str, str] | None = None) -> Path | None:
    """Return Edge, Chrome or Chromium: the usual places of Windows and macOS, then the PATH.

    Args:
        places: Environment variables; those of this machine where not given.
    """
    places = os.environ if places is None else places
    known = [
        Path(places[root]) / place
        for root in WINDOWS_ROOTS
        if places.get(root)
        for place in UNDER_WINDOWS_ROOTS
    ]
    known += [
        Path("/Applications") / f"{name}.app" / "Contents" / "MacOS" / name
        for name in MAC_APPLICATIONS
    ]
    found = (shutil.which(name, path=places.get("PATH")) for name in ON_THE_PATH)
    known += [Path(path) for path in found if path]
    return next((path for path in known if path.is_file()), None)


def pages_to_print(campaign: Path) -> dict[str, Path]:
    """Return the pages of a campaign's folder by the name of their PDF.

    The bank first, then the branches by name, then all pages of the latest weekly review.
    """
    pages = sorted((campaign / BRIEFINGS).glob("*.html"), key=lambda p: (p.stem != INDEX, p.stem))
    reviews = sorted((campaign / REVIEWS).glob("*.html"))
    latest = max((_day_of(page) for page in reviews), default="")
    pages += [page for page in reviews if _day_of(page) == latest]
    wanted = [INDEX_NAME if page.stem == INDEX else page.stem for page in pages]
    return dict(zip(unique_names(wanted), pages, strict=True))


def _day_of(page: Path) -> str:
    """Return the day of a page of a review, `2026-12-14` of `2026-12-14_约谈.html`."""
    return page.stem.partition("_")[0]


def print_pages(pages: Mapping[str, Path], folder: Path, browser: Path | None) -> list[Path]:
    """Print each page to `folder` as `<name>.pdf`; return the paths, in the order given.

    Raises:
        OutputBlocked: There is no browser, a page could not be printed, or a PDF not written;
            the message says how to print by hand, and the other pages are printed all the same.
    """
    if browser is None:
        raise OutputBlocked("这台电脑上没有找到 Edge、Chrome 或 Chromium，没有生成 PDF。", BY_HAND)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=TEMPORARY, dir=folder) as made:
        drafts = [Path(made) / f"{number}.pdf" for number in range(len(pages))]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(partial(_print, browser), pages.values(), drafts))
        done = [draft.is_file() and draft.stat().st_size > 0 for draft in drafts]
        paths = [
            write_atomically(folder / f"{name}.pdf", draft.read_bytes())
            for name, draft, fine in zip(pages, drafts, done, strict=True)
            if fine
        ]
    failed = [name for name, fine in zip(pages, done, strict=True) if not fine]
    if failed:
        raise OutputBlocked(
            f"{browser.name} 没能打印 {'、'.join(failed)}；其余 {len(paths)} 份已写到 {folder}。",
            BY_HAND,
        )
    return paths


def _print(browser: Path, page: Path, to: Path) -> None:
    """Print one page; a browser that fails or hangs leaves no file, which the caller sees."""
    command = [str(browser), *FLAGS, f"--user-data-dir={to.with_suffix('')}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--no-sandbox")
    command += [f"--print-to-pdf={to.resolve()}", page.resolve().as_uri()]
    _run(command)


def _run(command: Sequence[str]) -> None:
    try:
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            timeout=SECONDS_A_PAGE,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return
