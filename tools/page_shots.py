"""Takes the pictures of docs/pages.md: `python tools/page_shots.py`.

Opens the pages on the sample bank as an office PC shows them, 1366 x 768, with Chromium from
the PATH, and writes docs/images/pages/*.png with few colours (ImageMagick's `convert`).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sample_books"
SHOTS = ROOT / "docs" / "images" / "pages"
PATIENCE = 600_000
SMALL = [
    "-resize",
    "80%",
    "+dither",
    "-colors",
    "64",
    "-define",
    "png:compression-level=9",
    "-strip",
]


def messy_book(path: Path) -> Path:
    """Write the small sample without its day, its units and the words of its loan classes."""
    import openpyxl

    workbook = openpyxl.load_workbook(SAMPLES / "first_look.xlsx")
    sheet = workbook["贷款台账"]
    sheet["A1"] = "小微贷款台账"
    for head in sheet[2]:
        head.value = head.value.replace("（万元）", "")
        if head.value == "五级分类":
            for row in range(3, sheet.max_row + 1):
                cell = sheet.cell(row, head.column)
                cell.value = {"正常": 1, "关注": 2}.get(cell.value, 3)
    workbook.save(path)
    return path


def filled_in(plan: Path, path: Path) -> Path:
    """Write the first manager's workbook with the result of one visit."""
    import openpyxl

    workbook = openpyxl.load_workbook(sorted(plan.glob("行动方案/*/*.xlsx"))[0])
    sheet = workbook["走访日程"]
    head = next(cell for row in sheet["A1:Z6"] for cell in row if cell.value == "结果")
    sheet.cell(head.row + 1, head.column).value = "有意向"
    workbook.save(path)
    return path


class Camera:
    """A page that keeps what it shows."""

    def __init__(self, page: Any) -> None:
        """Take pictures of a page."""
        self.page = page

    def keep(self, name: str, *, at: str = "") -> None:
        """Keep what stands on the screen, from an element on where one is named."""
        if at:
            self.page.evaluate(f"document.querySelector('{at}').scrollIntoView()")
        path = SHOTS / f"{name}.png"
        self.page.screenshot(path=path)
        subprocess.run(["convert", path, *SMALL, path], check=True)


def take(page: Any, link: str, folder: Path) -> None:
    """Walk through the pages and keep each."""
    camera, base = Camera(page), link.partition("/start/")[0]
    page.goto(link)
    camera.keep("upload")
    page.set_input_files("#books", messy_book(folder / "小微台账.xlsx"))
    page.click("button.primary")
    page.wait_for_selector(".question", timeout=PATIENCE)
    camera.keep("questions")
    page.goto(base)
    page.set_input_files("#books", SAMPLES / "qinghe.xlsx")
    page.set_input_files("#history", SAMPLES / "qinghe_2025.xlsx")
    page.click("button.primary")
    page.wait_for_selector("#answers", timeout=PATIENCE)
    page.click("details.sheet >> nth=0 >> summary")
    camera.keep("confirm")
    page.click("button.primary")
    page.wait_for_selector("#bridge", timeout=PATIENCE)
    plan = page.url
    camera.keep("plan")
    camera.keep("season", at="#season")
    page.goto(f"{plan}/customers?part=top_up")
    camera.keep("customers")
    page.click("tbody a >> nth=0")
    camera.keep("customer", at="#opportunities")
    page.goto(f"{plan}/settings")
    camera.keep("settings")
    _loop(camera, plan, folder)
    page.goto(f"{plan}/scenario")
    page.fill("[name='s0.capacity.visits_per_day']", "6")
    page.fill("[name='s1.campaign.target']", "2.5亿")
    page.click("button.primary")
    page.wait_for_selector("h1:has-text('试算结果')", timeout=PATIENCE)
    camera.keep("scenario")


def _loop(camera: Camera, plan: str, folder: Path) -> None:
    home = folder / "home" / plan.rpartition("/")[2] / "plan"
    camera.page.goto(f"{plan}/running")
    camera.page.fill("#day", "2026-12-04")
    camera.page.click("text=做一份复盘")
    camera.page.wait_for_load_state()
    camera.page.goto(f"{plan}/running")
    camera.keep("running")
    camera.page.set_input_files("#workbooks", filled_in(home, folder / "填好的.xlsx"))
    camera.page.click("text=看看会改什么")
    camera.page.wait_for_selector("text=还没有写入", timeout=PATIENCE)
    camera.keep("take-back")


def main() -> None:
    """Start the pages in a folder of their own and take every picture."""
    from playwright.sync_api import sync_playwright

    SHOTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as run:
        folder = Path(name)
        command = [sys.executable, "-u", "-m", "campaign", "serve", "--port", "0"]
        command += ["--home", str(folder / "home")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            found = (re.search(r"http://\S+", line) for line in server.stdout)
            link = next(match[0] for match in found if match)
            browser = run.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            context = browser.new_context(
                viewport={"width": 1366, "height": 768}, locale="zh-CN", timezone_id="Asia/Shanghai"
            )
            take(context.new_page(), link, folder)
            browser.close()
            server.terminate()
            server.communicate()


if __name__ == "__main__":
    main()
