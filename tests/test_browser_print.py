"""PDFs of the briefings: the browser is found, each page printed, and what failed is said."""

import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from campaign.cli import main
from campaign.errors import OutputBlocked
from campaign.render import browser_print
from campaign.render.briefing import write_briefings
from campaign.render.browser_print import find_browser, pages_to_print, print_pages
from tests.builders_render import make_campaign_plan


@pytest.fixture
def campaign(tmp_path):
    """Return a campaign's folder with two briefings and two reviews, empty but for a word."""
    for name in ("简报/index", "简报/城东支行", "复盘/2026-12-07_约谈", "复盘/2026-12-14"):
        page = tmp_path / f"{name}.html"
        page.parent.mkdir(exist_ok=True)
        page.write_text("<p>甲</p>", encoding="utf-8")
    return tmp_path


@pytest.fixture
def stand_in(monkeypatch):
    """Let a function of page and PDF stand in for the browser."""

    def put(job):
        def run(command, **_):
            job(command[-1], command[-2].removeprefix("--print-to-pdf="))

        monkeypatch.setattr(subprocess, "run", run)

    return put


def write(to, words):
    Path(to).write_text(words, encoding="utf-8")


def test_the_bank_comes_first_then_the_branches_then_the_latest_review(campaign):
    assert list(pages_to_print(campaign)) == ["全行简报", "城东支行", "2026-12-14"]


def test_all_pages_of_the_latest_review_are_printed(campaign):
    (campaign / "复盘" / "2026-12-14_案例.html").write_text("<p>甲</p>", encoding="utf-8")
    assert list(pages_to_print(campaign))[2:] == ["2026-12-14", "2026-12-14_案例"]


def test_a_branch_that_is_called_like_the_banks_page_keeps_a_file_of_its_own(campaign):
    (campaign / "简报" / "全行简报.html").write_text("", encoding="utf-8")
    assert list(pages_to_print(campaign))[:2] == ["全行简报", "全行简报_2"]


def test_edge_is_found_in_the_usual_place_of_windows(tmp_path):
    edge = tmp_path / "Microsoft" / "Edge" / "Application" / "msedge.exe"
    edge.parent.mkdir(parents=True)
    edge.touch()
    assert find_browser({"PROGRAMFILES(X86)": str(tmp_path), "PATH": ""}) == edge


@pytest.mark.skipif(os.name == "nt", reason="the PATH of POSIX")
def test_chromium_is_found_on_the_path(tmp_path):
    chromium = tmp_path / "chromium"
    chromium.touch(mode=0o755)
    assert find_browser({"PATH": str(tmp_path)}) == chromium


def test_every_page_becomes_a_pdf_and_nothing_else_is_left(campaign, stand_in, tmp_path):
    stand_in(lambda page, to: write(to, page))
    pages = pages_to_print(campaign)
    paths = print_pages(pages, campaign / "打印", tmp_path / "msedge.exe")
    assert sorted(path.name for path in (campaign / "打印").iterdir()) == sorted(
        f"{name}.pdf" for name in pages
    )
    assert [path.read_text(encoding="utf-8") for path in paths] == [
        page.as_uri() for page in pages.values()
    ]


def test_a_page_that_fails_is_named_and_the_others_are_printed(campaign, stand_in, tmp_path):
    stand_in(lambda page, to: write(to, page if "index" in page else ""))
    with pytest.raises(
        OutputBlocked, match="没能打印 城东支行、2026-12-14；其余 1 份.*Ctrl"
    ) as said:
        print_pages(pages_to_print(campaign), campaign / "打印", tmp_path / "msedge.exe")
    assert "msedge.exe" in str(said.value)
    assert [path.name for path in (campaign / "打印").iterdir()] == ["全行简报.pdf"]


def test_a_browser_that_hangs_is_a_page_that_fails(campaign, monkeypatch, tmp_path):
    def hang(command, **_):
        raise subprocess.TimeoutExpired(command, 120)

    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(OutputBlocked, match="其余 0 份"):
        print_pages(pages_to_print(campaign), campaign / "打印", tmp_path / "chrome")


def test_without_a_browser_it_says_how_to_print_by_hand(campaign, monkeypatch):
    monkeypatch.setattr(browser_print, "find_browser", lambda: None)
    done = CliRunner().invoke(main, ["print", str(campaign)])
    assert done.exit_code == 1
    assert "没有找到 Edge、Chrome 或 Chromium" in done.stderr
    assert "按 Ctrl+P" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_branch_that_is_not_there_is_said_with_those_that_are(campaign):
    done = CliRunner().invoke(main, ["print", str(campaign), "--branch", "城西支行"])
    assert done.exit_code == 1
    assert "没有城西支行" in done.stderr
    assert "城东支行" in done.stderr


def test_a_folder_without_briefings_is_said(tmp_path):
    done = CliRunner().invoke(main, ["print", str(tmp_path)])
    assert done.exit_code == 1
    assert "没有简报" in done.stderr


@pytest.mark.browser
def test_a_real_browser_prints_one_branch(browser, tmp_path):
    write_briefings(make_campaign_plan(managers=1, customers=8), tmp_path / "简报")
    asked = ["print", str(tmp_path), "--branch", "城东支行", "--browser", browser]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0, done.stderr
    (pdf,) = (tmp_path / "打印").iterdir()
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True)
    assert "城东支行 · 数据日期 2026-11-15" in text.stdout.decode("utf-8")
