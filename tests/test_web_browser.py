"""The pages in a real browser, from a real server: from the upload to the printed briefing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from campaign.render.formats import wan_text
from campaign.web.views import read_plan
from tests.test_jobs import first_look
from tests.web_browser import PATIENCE, fill_in, running, shown
from tests.web_pages import FIRST_LOOK

PAYLOAD = "<img src=x onerror=alert(1)>"
PAYLOADS = [
    *(
        "<script>alert(1)</script>",
        "</script><script>alert(1)</script>",
        "'\"><svg onload=alert(1)>",
    ),
    *("<a href=javascript:alert(1)>x</a>", "javascript:alert(1)", "<iframe src=//evil.example>"),
    *("7*7}}", "{% raw %}", "#{alert(1)}", "<%= 7*7", "&lt;img src=x onerror=alert(1)&gt;"),
    *("<body onload=alert(1)>", "<style>@import '//evil.example'</style>", "<base href=//evil>"),
    *("<input autofocus onfocus=alert(1)>", "<details open ontoggle=alert(1)>", "\u2028alert(1)"),
    *("<meta http-equiv=refresh content=0;url=//evil>", "<link rel=stylesheet href=//evil>"),
    *("<form action=//evil><button>x", "<math><mi xlink:href=javascript:alert(1)>", "]]><svg>"),
    *("<object data=//evil>", "<embed src=//evil>", "<video src=x onerror=alert(1)>", "\"' x=y "),
    *("<img src=//evil.example/x.png>", "<!--", "--><script>alert(1)</script>", "\\x3cscript\\x3e"),
    *(
        "＜script＞alert(1)＜/script＞",
        "<ScRiPt>alert(1)</sCrIpT>",
        "<svg><animate onbegin=alert(1)>",
    ),
    *("`alert(1)`", "'-alert(1)-'", '" onmouseover="alert(1)', "<marquee onstart=alert(1)>"),
    *("<x contenteditable onblur=alert(1)>", "data:text/html,<script>alert(1)</script>"),
]


@pytest.mark.browser
def test_from_a_messy_book_to_a_customer_s_cells(server, watched, tmp_path):
    book = first_look(tmp_path / "台账.xlsx", day=False, units=False, change=("五级分类", 1))
    page = watched.page
    watched.upload(book, look=True)
    page.wait_for_selector("h1:has-text('要请您定几件事')", timeout=PATIENCE)
    watched.check()
    page.fill("#as_of", "2026-11-15")
    page.check("[name=unit][value=万元]")
    page.get_by_label("1 ＝").select_option("正常")
    page.click("text=就这样，继续")
    page.wait_for_selector("h1:has-text('读懂了，请看一眼')", timeout=PATIENCE)
    assert "14,000,000.00 元" in page.inner_text(".figures")
    watched.check()
    page.click("text=看过了，做方案")
    number = watched.wait_for_plan()
    watched.check()
    plan = read_plan(server.home / number / "plan")
    row = page.locator("#bridge ~ details tr", has_text="存量增贷")
    assert row.locator("a").inner_text() == wan_text(plan["bridge"]["top_up"])
    row.locator("a").click()
    assert wan_text(plan["bridge"]["top_up"]) in page.inner_text("main p strong")
    watched.check()
    page.click("tbody a >> nth=0")
    assert "贷款台账!" in page.inner_text("dl.cells >> nth=0")
    watched.check()


@pytest.mark.browser
def test_a_briefing_prints_and_a_workbook_goes_out_and_comes_back(server, watched, made, tmp_path):
    page, plan = watched.page, made.plan
    page.goto(f"{server.base}/jobs/{made.name}")
    figures = shown(page, ".figures >> nth=0 >> dd:not(.why)")
    assert figures[0] == wan_text(read_plan(plan)["target"])
    _print_briefing(watched, tmp_path / "briefing.pdf")
    (written,) = plan.rglob("QH001_*.xlsx")
    with page.expect_download() as sent:
        page.click("text=QH001")
    filled = tmp_path / sent.value.suggested_filename
    sent.value.save_as(filled)
    assert filled.read_bytes() == written.read_bytes()
    fill_in(filled)
    page.click(".actions >> text=收回、复盘、重排")
    page.set_input_files("#workbooks", filled)
    page.click("text=看看会改什么")
    page.wait_for_selector("text=还没有写入", timeout=PATIENCE)
    watched.check()
    page.get_by_role("button", name="写入").click()
    page.wait_for_selector("h1:has-text('已收回')", timeout=PATIENCE)
    assert "收回 1 份，采用 1 行" in page.inner_text("main")
    watched.check()


def _print_briefing(watched, path):
    page = watched.page
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="打印：打开全行简报").click()
    briefing = opened.value
    watched.watch(briefing)
    briefing.wait_for_function("window.printed")
    assert briefing.evaluate("window.violations") == []
    path.write_bytes(briefing.pdf(format="A4"))
    text = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True)
    assert "全行开门红简报" in text.stdout.decode("utf-8")
    briefing.close()


@pytest.mark.browser
def test_a_click_makes_pdfs_of_all_briefings(server, watched, made, tmp_path):
    watched.page.goto(f"{server.base}/jobs/{made.name}")
    with watched.page.expect_download(timeout=PATIENCE) as sent:
        watched.page.click("text=把简报都做成 PDF")
    sent.value.save_as(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as bundle:
        names = set(bundle.namelist())
        assert all(bundle.read(name).startswith(b"%PDF-") for name in names)
    briefings = {page.stem for page in (made.plan / "简报").glob("*.html")} - {"index"}
    assert names == {"全行简报.pdf", *(f"{name}.pdf" for name in briefings)}
    watched.check()


@pytest.mark.browser
def test_settings_and_scenarios_fit_the_screen_and_explain_themselves(server, watched, made):
    page = watched.page
    for address in ("settings", "running", "customers", "left-out", "customers/K001", "scenario"):
        page.goto(f"{server.base}/jobs/{made.name}/{address}")
        watched.check()
    visits = page.locator("[name='s0.capacity.visits_per_day']")
    page.locator("[name='s0.capacity.visits_per_day'] + input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    assert visits.input_value() == "4.5"
    page.keyboard.press("ArrowLeft")
    assert visits.input_value() == ""
    page.goto(f"{server.base}/jobs/{made.name}/settings")
    page.fill("[name='capacity.visits_per_day']", "99")
    page.click("text=照这些数再做一份")
    assert "99 超出允许范围 0 至 20" in page.inner_text(".sorry")
    watched.wrong.clear()  # the browser's own note of the answer 400


@pytest.mark.browser
def test_a_head_sorts_its_table_by_figures_and_back(server, watched, made):
    page = watched.page
    page.goto(f"{server.base}/jobs/{made.name}")
    column = "#managers ~ table tbody td:nth-child(7)"
    before = shown(page, column)
    head = page.locator("#managers ~ table th:nth-child(7)")
    head.get_by_role("button").click()
    figures = [float(text.replace(",", "")) for text in shown(page, column)]
    assert figures == sorted(figures, reverse=True)
    assert head.get_attribute("aria-sort") == "descending"
    page.keyboard.press("Enter")
    figures = [float(text.replace(",", "")) for text in shown(page, column)]
    assert figures == sorted(figures)
    assert sorted(before) == sorted(shown(page, column))
    watched.check()


@pytest.mark.browser
def test_a_file_nobody_can_read_ends_in_a_sentence(watched, tmp_path):
    (tmp_path / "坏的.xlsx").write_bytes(b"%PDF-1.4 not a ledger")
    watched.upload(tmp_path / "坏的.xlsx")
    watched.page.wait_for_selector(".sorry", timeout=PATIENCE)
    assert "“坏的.xlsx”是PDF 文件，不是台账" in watched.page.inner_text("main")
    watched.check()


@pytest.mark.browser
def test_words_of_a_file_never_become_markup(server, watched, tmp_path):
    workbook = openpyxl.load_workbook(FIRST_LOOK)
    sheet = workbook["贷款台账"]
    heads = {cell.value: cell.column for cell in sheet[2]}
    for row in range(3, sheet.max_row + 1):
        for name in ("支行名称", "客户经理"):
            sheet.cell(row, heads[name]).value = PAYLOAD
        payload = PAYLOADS[row % len(PAYLOADS)]
        for name in ("客户名称", "产品名称", "投向行业", "贷款用途", "抵质押物", "备注"):
            sheet.cell(row, heads[name]).value = payload
    sheet.cell(3, heads["客户名称"]).value = "{{7*7}}"
    sheet.cell(2, sheet.max_column + 1).value = PAYLOAD
    for row in workbook["客户经理名册"].iter_rows(min_row=2):
        row[1].value = row[2].value = PAYLOAD
    workbook.create_sheet("<svg onload=alert(2)>").append([PAYLOAD])
    path = tmp_path / f"{PAYLOAD}.xlsx"
    workbook.save(path)
    watched.upload(path, look=True)
    watched.page.wait_for_selector("#answers", timeout=PATIENCE)
    watched.check()
    watched.page.click("button.primary")
    plan = f"/jobs/{watched.wait_for_plan()}"
    assert PAYLOAD in watched.page.inner_text("#branches ~ table")
    pages = ("", "/customers", "/customers/K001", "/customers/K002", "/left-out?q=<b>")
    for address in ("/", *(plan + page for page in pages), f"{plan}/files/简报/index.html"):
        watched.page.goto(watched.base + address)
        assert watched.page.locator("img, iframe, main svg[onload], [onerror]").count() == 0
        watched.check()


@pytest.mark.browser
def test_without_scripts_the_main_path_still_works(server, signed_in):
    plain = signed_in.browser.new_context(java_script_enabled=False)
    plain.add_cookies(signed_in.cookies())
    page = plain.new_page()
    page.goto(server.base)
    page.set_input_files("#books", FIRST_LOOK)
    page.uncheck("[name=check]")
    page.click("button.primary")
    page.wait_for_selector("#bridge", timeout=PATIENCE)
    assert "清河农商银行开门红方案" in page.inner_text("h1")
    plain.close()


def test_the_server_listens_on_this_machine_only_and_ends_at_ctrl_c(tmp_path):
    with running(tmp_path / "home") as server:
        port = int(server.base.rpartition(":")[2])
        if Path("/proc/net/tcp").exists():
            listening = [
                line.split()[1]
                for table in ("tcp", "tcp6")
                for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]
                if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A"
            ]
            assert listening == [f"0100007F:{port:04X}"]
        server.process.send_signal(signal.SIGINT)
        words, _ = server.process.communicate(timeout=20)
        assert server.process.returncode == 0
        assert "Traceback" not in words
        assert words.strip().endswith("已停止。")


@pytest.mark.skipif(os.name != "posix", reason="needs a signal that the program can catch")
def test_a_home_that_the_user_did_not_name_goes_at_the_end(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    command = [sys.executable, "-u", "-m", "campaign", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout is not None
        next(line for line in process.stdout if "http://" in line)
        (home,) = tmp_path.glob("campaign-*")
        assert home.stat().st_mode & 0o077 == 0
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []
