"""The whole way through the pages without a mouse, in a real browser."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from campaign.render.formats import wan_text
from campaign.web.views import read_plan
from tests.test_jobs import first_look
from tests.web_browser import PATIENCE, fill_in

MOST_TABS = 150
SAYS = r"""() => {
  const at = document.activeElement;
  const label = at.labels && at.labels.length ? at.labels[0].innerText : "";
  return (at.getAttribute("aria-label") || label || at.innerText || "").trim().split("\n")[0];
}"""


@dataclass
class Keys:
    """A user who has only the keyboard."""

    page: Any

    def __post_init__(self) -> None:
        """Take over the windows that ask for a file from the first page on."""
        self.page.on("filechooser", lambda _: None)

    def to(self, words: str) -> None:
        """Go on until what has the focus says the words."""
        passed = []
        for _ in range(MOST_TABS):
            says = self.page.evaluate(SAYS)
            if says.startswith(words):
                return
            passed.append(says)
            self.page.keyboard.press("Tab")
        pytest.fail(f"no {words!r} among {passed}")

    def press(self, words: str) -> None:
        """Go to what says the words and press it."""
        self.to(words)
        self.page.keyboard.press("Enter")

    def down_to(self, words: str, choice: str) -> None:
        """Go to a list of choices and down to one of them."""
        self.to(words)
        for _ in range(self.page.locator(":focus option").count()):
            if self.page.locator(":focus option:checked").inner_text() == choice:
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"no {choice!r} to choose")

    def down_in(self, first: str, choice: str) -> None:
        """Go to buttons of which one holds, and down to one of them."""
        self.to(first)
        self.page.keyboard.press("Space")
        while self.page.evaluate(SAYS) != choice:
            self.page.keyboard.press("ArrowDown")
            assert self.page.evaluate(SAYS) != first, f"no {choice!r} to choose"

    def choose(self, words: str, path: Path) -> None:
        """Go to a file field and choose a file."""
        self.to(words)
        with self.page.expect_file_chooser() as asked:
            self.page.keyboard.press("Space")
        asked.value.set_files(path)

    def type_day(self, place: str, year: str, month: str, day: str) -> None:
        """Type a day; a browser asks for it in the order of its language."""
        for digits in (month + day + year, year + month + day):
            self.page.keyboard.type(digits)
            if self.page.input_value(place) == f"{year}-{month}-{day}":
                return
            self.page.fill(place, "")
            self.page.locator(place).blur()
            self.page.focus(place)
        pytest.fail("no order of a day is understood")


def _upload_and_answer(keys, path):
    page = keys.page
    page.keyboard.press("Tab")
    assert page.evaluate(SAYS) == "跳到正文"
    keys.choose("贷款台账和其他名单", path)
    keys.press("开始")
    page.wait_for_selector("h1:has-text('要请您定几件事')", timeout=PATIENCE)
    assert page.locator(":focus").get_attribute("id") == "as_of"
    keys.type_day("#as_of", "2026", "11", "15")
    keys.down_in("元", "万元")
    keys.down_to("1 ＝", "正常")
    keys.press("就这样，继续")
    page.wait_for_selector("h1:has-text('读懂了，请看一眼')", timeout=PATIENCE)
    assert page.evaluate(SAYS) == "看过了，做方案"
    page.keyboard.press("Enter")


def _look_up_and_print(keys, plan):
    page = keys.page
    keys.press(wan_text(plan["bridge"]["top_up"]))
    page.wait_for_selector("tbody a")
    keys.press(page.inner_text("tbody a >> nth=0"))
    page.wait_for_selector("dl.cells")
    assert "贷款台账!" in page.inner_text("dl.cells >> nth=0")
    keys.press("← 回到方案")
    page.wait_for_selector("#bridge")
    with page.context.expect_page() as opened:
        keys.press("打印：打开全行简报")
    opened.value.wait_for_function("window.printed")
    opened.value.close()


@pytest.mark.browser
def test_from_a_messy_book_to_a_workbook_taken_back(server, watched, tmp_path):
    page, keys = watched.page, Keys(watched.page)
    page.goto(watched.base)
    book = first_look(tmp_path / "台账.xlsx", day=False, units=False, change=("五级分类", 1))
    _upload_and_answer(keys, book)
    plan = read_plan(server.home / watched.wait_for_plan() / "plan")
    watched.check()
    _look_up_and_print(keys, plan)
    with page.expect_download() as sent:
        keys.press("QH001")
    filled = tmp_path / sent.value.suggested_filename
    sent.value.save_as(filled)
    fill_in(filled)
    keys.press("收回、复盘、重排")
    page.wait_for_selector("#workbooks")
    keys.choose("客户经理填好的工作簿", filled)
    keys.press("看看会改什么")
    page.wait_for_selector("text=还没有写入", timeout=PATIENCE)
    keys.press("写入")
    page.wait_for_selector("h1:has-text('已收回')", timeout=PATIENCE)
    assert "收回 1 份，采用 1 行" in page.inner_text("main")
    watched.check()
