"""Two people at the pages of one machine, each in his own browser, behind a password."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from campaign.web.log import FILE as LOG
from campaign.web.log import broken_line
from campaign.web.views import read_plan
from tests.test_jobs import first_look
from tests.web_browser import Watched, a_user, running
from tests.web_pages import FIRST_LOOK

PASSWORD = "qinghe-2027-open"


@dataclass
class Colleague:
    """Somebody at a browser of his own, watched."""

    watched: Watched

    def sign_in(self, password: str) -> None:
        """Type a password on whatever page asks for it."""
        self.watched.page.fill("#password", password)
        self.watched.page.keyboard.press("Enter")


@pytest.fixture
def shared(tmp_path):
    options = ("--share", "--password-env", "OPEN_SESAME")
    with running(tmp_path / "home", *options, OPEN_SESAME=PASSWORD) as found:
        yield found


@pytest.fixture
def colleagues(shared, chromium):
    found = []
    for _ in range(2):
        watched = Watched(a_user(chromium).new_page(), shared.base)
        watched.watch(watched.page)
        watched.page.goto(shared.base)
        found.append(Colleague(watched))
    yield found
    for each in found:
        each.watched.page.context.close()


@pytest.mark.browser
def test_two_people_work_at_once_and_see_each_other_s_plans(shared, colleagues, tmp_path):
    first, second = colleagues
    first.watched.wrong.clear()  # the browser's own note of the answer 403
    first.sign_in("wrong-wrong-wrong")
    assert "密码不对" in first.watched.page.inner_text("[role=alert]")
    for each in colleagues:
        each.sign_in(PASSWORD)
        each.watched.page.wait_for_selector("h1:has-text('上传贷款台账')")
        each.watched.wrong.clear()
    other = first_look(tmp_path / "改过的台账.xlsx", change=("五级分类", "关注"))
    for each, book in ((first, FIRST_LOOK), (second, other)):
        each.watched.upload(book)
    numbers = [each.watched.wait_for_plan() for each in colleagues]
    first_plan, second_plan = (read_plan(shared.home / name / "plan") for name in numbers)
    assert first_plan["bridge"]["opening"] == second_plan["bridge"]["opening"]
    assert first_plan["bridge"]["top_up"] > second_plan["bridge"]["top_up"]
    for each in colleagues:
        each.watched.check()
        each.watched.page.goto(shared.base)
        for name in numbers:
            assert each.watched.page.locator(f"a[href$='/jobs/{name}']").count() == 1
    second.watched.page.click("text=退出")
    second.watched.page.goto(f"{shared.base}/jobs/{numbers[0]}")
    assert "请输入密码" in second.watched.page.inner_text("h1")
    lines = (shared.home / LOG).read_text(encoding="utf-8").splitlines()
    told = [json.loads(line)["action"] for line in lines]
    assert [told.count(action) for action in ("login_refused", "login", "upload")] == [1, 2, 2]
    assert broken_line(shared.home) is None


@pytest.mark.browser
def test_the_launch_link_stands_in_no_address_no_referrer_and_no_log(shared, chromium):
    page = a_user(chromium).new_page()
    asked = []
    page.on("request", lambda request: asked.append((request.url, request.all_headers())))
    page.goto(shared.link)
    page.click("text=开门红方案")
    page.wait_for_load_state()
    token = shared.link.rpartition("/")[2]
    told = [(url, headers.get("referer", "")) for url, headers in asked if url != shared.link]
    assert len(told) > 2
    assert token not in str(told)
    assert token not in page.url
    assert not (shared.home / LOG).exists() or token not in (shared.home / LOG).read_text("utf-8")
    page.goto(shared.link)
    assert "启动链接已经用过或不对" in page.inner_text("main")
    page.context.close()
