"""Pages that are generated equal the code, examples run, and the README says what CI does."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys

import click
import pytest

from tests.source_code import PACKAGE, ROOT

METHOD = ROOT / "docs" / "method.md"
METHOD_TEXT = METHOD.read_text(encoding="utf-8") if METHOD.exists() else ""
EXAMPLES = [
    pytest.param(match[1], METHOD_TEXT[: match.start()].count("\n") + 2, id=f"example{number}")
    for number, match in enumerate(
        re.finditer(r"^```python\n(.*?)^```", METHOD_TEXT, re.M | re.S), 1
    )
]
README_COMMANDS = {
    "tests": 'python3 -m venv .venv && .venv/bin/pip install -q -e ".[test]"'
    " && .venv/bin/python -m pytest -q -n 2 --dist loadfile",
    "demo": "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/campaign demo",
}


def readme_command(name: str) -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"<!-- run: {name} -->\s*```\w*\n(.*?)\n```", text, re.S)
    assert found, f"README.md has no block marked <!-- run: {name} -->"
    return found[1]


def anchors(markdown: str) -> set[str]:
    """Return the anchors of a page: its headings as GitHub makes them, and `<a id=…>`."""
    headings = re.findall(r"^#+ +(.+?) *$", markdown, re.M)
    slugs = {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}
    return slugs | set(re.findall(r'<a (?:id|name)="([^"]+)"', markdown))


def test_generated_pages_equal_the_code():
    run = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "write_docs.py"), "--check"],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr


@pytest.mark.parametrize(("code", "line"), EXAMPLES)
def test_examples_of_the_method_run(code, line):
    example = doctest.DocTestParser().get_doctest(code, {}, "docs/method.md", str(METHOD), line)
    assert example.examples, f"docs/method.md:{line} shows no >>>"
    lines: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example, out=lines.append)
    assert result.failed == 0, "".join(lines)


def test_every_place_that_the_code_cites_is_in_the_method():
    cited = {
        anchor
        for path in PACKAGE.rglob("*.py")
        for anchor in re.findall(r"docs/method\.md#([\w-]+)", path.read_text(encoding="utf-8"))
    }
    assert cited - anchors(METHOD_TEXT) == set()


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.md")), ids=lambda p: p.name)
def test_links_between_pages_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)", text):
        page = path.parent / target if target else path
        assert page.exists(), target
        assert not anchor or anchor in anchors(page.read_text(encoding="utf-8")), anchor


@pytest.mark.parametrize("name", README_COMMANDS)
def test_the_readme_gives_the_command_that_ci_runs(name):
    assert readme_command(name) == README_COMMANDS[name]
    shown = subprocess.run(
        ["bash", str(ROOT / ".ci" / "run"), "--show", name], capture_output=True, text=True
    )
    assert shown.stdout.rstrip("\n") == README_COMMANDS[name]


def test_the_demo_of_the_readme_runs_from_any_folder(tmp_path):
    words = readme_command("demo").split(" && ")[-1].split()
    assert words[0].endswith("/campaign")
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from campaign.cli import main; main()"
    run = subprocess.run(
        [sys.executable, "-c", code, *words[1:]], cwd=tmp_path, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr[-3000:]
    assert (tmp_path / "campaign_demo" / "plan.json").exists()


def test_every_command_and_option_has_help():
    from campaign.cli import main

    for name, command in main.commands.items():
        assert command.help, name
        options = [p for p in command.params if isinstance(p, click.Option)]
        assert [p.name for p in options if not p.help] == []
