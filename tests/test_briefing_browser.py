"""Briefings in a real browser: they print on A4, hold what they hold, and nothing runs."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from campaign.render.briefing import write_briefings
from tests.builders_render import make_campaign_plan

pytestmark = pytest.mark.browser
PRINTED_WIDTH = 688  # 182 mm at 96 dpi
PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</text></svg><script>alert(1)</script>",
    "<iframe src=javascript:alert(1)></iframe>",
    "javascript:alert(1)",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    '<a href="http://evil.example/">x</a>',
    "<link rel=stylesheet href=http://evil.example/x.css>",
    '<meta http-equiv=refresh content="0;url=http://evil.example/">',
    "<base href=http://evil.example/>",
    "<form action=http://evil.example/><input name=a></form>",
    "<object data=http://evil.example/></object>",
    "<style>@import 'http://evil.example/x.css';</style>",
    "; } @import url(http://evil.example/x.css); {",
    "\\22 ; } * { background: url(http://evil.example/x) } a {",
    "{{ 7*7 }}{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}",
    "${alert(1)}",
    "<!--",
    "]]><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u2028alert(1)\u2029",
    "\u202etxt.exe",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script/src=data:,alert(1)>",
    "<img/src=`x`onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<marquee onstart=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "<template><script>alert(1)</script></template>",
    "<textarea><script>alert(1)</script>",
    "<math><mtext></mtext><mglyph><svg><mtext><style><img src=x onerror=alert(1)>",
)
LISTEN = """
window.violations = [];
addEventListener("securitypolicyviolation", e => window.violations.push(e.violatedDirective));
"""
TOO_WIDE = """
(width) => [...document.querySelectorAll("body *")].filter(e => !e.closest(".defs")).map(e => {
  const box = e.getBoundingClientRect();
  return box.width && (box.right > width + 1 || box.left < -1)
    ? `${e.tagName} ${e.textContent.slice(0, 30)} ${box.left}..${box.right}` : "";
}).filter(Boolean)
"""
TEXTS_THAT_MEET = """
() => [...document.querySelectorAll("svg.picture")].flatMap(svg => {
  const boxes = [...svg.querySelectorAll("text.value, text.close, text.label, text.small, text.light")]
    .map(t => [t.textContent, t.getBBox()]);
  return boxes.flatMap(([a, p], i) => boxes.slice(i + 1).filter(([b, q]) =>
    p.x + 0.5 < q.x + q.width && q.x + 0.5 < p.x + p.width &&
    p.y + 3 < q.y + q.height && q.y + 3 < p.y + p.height).map(([b]) => `${a} on ${b}`));
})
"""


@pytest.fixture
def chromium(browser: str) -> Iterator[Any]:
    """Return a running Chromium."""
    playwright = pytest.importorskip("playwright.sync_api")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
    with playwright.sync_playwright() as run:
        running = run.chromium.launch(executable_path=browser, args=flags)
        yield running
        running.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the briefings of a small bank."""
    write_briefings(make_campaign_plan(), tmp_path)
    return tmp_path


def printed(browser: str, path: Path, out: Path) -> list[str]:
    """Return the text of each page that Chromium prints."""
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    pdf = out / "page.pdf"
    own = [f"--user-data-dir={out / 'profile'}", "--no-pdf-header-footer", f"--print-to-pdf={pdf}"]
    command = [browser, *flags, *own, path.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=90)
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True)
    return text.stdout.decode("utf-8").split("\f")[:-1]


def test_a_branch_prints_the_meeting_then_one_page_a_manager_then_the_lists(
    browser, folder, tmp_path
):
    sheets = printed(browser, folder / "城东支行.html", tmp_path)
    titles = ["今天要定的事", "陈立新", "王丽丽", "没有排入的客户"]
    assert len(sheets) == len(titles)
    assert [t for t, sheet in zip(titles, sheets, strict=True) if t not in sheet] == []
    for number, sheet in enumerate(sheets, start=1):
        assert re.search(rf"城东支行 · 数据日期 2026-11-15.*{number} ?/ ?4", sheet)
        assert "内部资料" in sheet
    assert len(printed(browser, folder / "城东支行.html", tmp_path)) == len(sheets)


@pytest.mark.parametrize("name", ["index.html", "滨江支行.html"])
def test_nothing_is_wider_than_the_printed_page(chromium, folder, name):
    page = chromium.new_page(viewport={"width": PRINTED_WIDTH, "height": 970})
    page.emulate_media(media="print")
    page.goto((folder / name).as_uri())
    assert page.evaluate(TOO_WIDE, PRINTED_WIDTH) == []
    assert page.evaluate(TEXTS_THAT_MEET) == []


@pytest.mark.parametrize("long", ["清河县滨江新区" * 6, "A1234567890" * 6])
def test_long_words_do_not_widen_the_page(chromium, tmp_path, long):
    paths = write_briefings(make_campaign_plan(text=long, managers=2), tmp_path)
    page = chromium.new_page(viewport={"width": PRINTED_WIDTH, "height": 970})
    page.emulate_media(media="print")
    for path in paths:
        page.goto(path.as_uri())
        assert page.evaluate(TOO_WIDE, PRINTED_WIDTH) == []


def test_no_text_of_the_book_becomes_markup_or_is_lost(chromium, tmp_path):
    dialogs, requests, violations, shown = [], [], [], []
    page = chromium.new_page()
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: requests.append(request.url))
    page.add_init_script(LISTEN)
    opened = 0
    for number, payload in enumerate(PAYLOADS):
        plan = make_campaign_plan(text=payload, managers=1, customers=8)
        for path in write_briefings(plan, tmp_path / str(number)):
            page.goto(path.as_uri())
            opened += 1
            violations += page.evaluate("window.violations")
            shown.append(payload[:8].strip("\u2028\u2029\u202e ") in page.inner_text("body"))
    assert dialogs == []
    assert violations == []
    assert len(requests) == opened
    assert all(url.startswith("file:") for url in requests)
    assert len(shown) == 2 * len(PAYLOADS)
    assert all(shown)
