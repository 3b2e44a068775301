"""Small modules, small functions, no loose ends, no place of one machine, no unescaped page."""

from __future__ import annotations

import ast
import re

import pytest

from tests.source_code import PACKAGE, ROOT, committed_files, module_name

MODULE_LINES = 380
FUNCTION_LINES = 60
PROGRAMS = sorted(
    path
    for folder in (PACKAGE, ROOT / "tools", ROOT / "benchmarks")
    for path in folder.rglob("*.py")
)
# Written in parts, so that this file does not find itself.
LOOSE_ENDS = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
MACHINE_PATH = re.compile(r"(?<![\w./:-])/(?:ro{2}t|wor[k]|op[t]|hom[e]|Use[r]s)/[\w.]")
REGISTRY_HOST = re.compile(r"pypi\.or[g]|pythonhoste[d]|npmjs\.or[g]|--index-ur[l]|npmmirro[r]")
UNESCAPED = re.compile(r"\|\s*safe\b|\bMarkup\b|autoescape\s+false")
TEXT = {".py", ".md", ".toml", ".txt", ".csv", ".html", ".j2", ".css", ".js", ".sql", ".json", ""}


def named(path) -> str:
    return module_name(path)


def own_lines(function: ast.AST) -> int:
    """Return the lines of a function's body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def findings(pattern: re.Pattern[str], paths) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:90]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def text_files() -> list:
    return [path for path in committed_files() if path.suffix in TEXT]


@pytest.mark.parametrize("path", PROGRAMS, ids=named)
def test_a_module_is_short_and_begins_with_a_sentence(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MODULE_LINES
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", PROGRAMS, ids=named)
def test_a_function_is_short(path):
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert [f.name for f in functions if own_lines(f) > FUNCTION_LINES] == []


def test_no_loose_ends():
    assert findings(LOOSE_ENDS, text_files()) == []


def test_no_path_of_one_machine():
    assert findings(MACHINE_PATH, text_files()) == []


def test_no_registry_is_named():
    assert findings(REGISTRY_HOST, text_files()) == []


def test_pages_escape_what_they_show():
    templates = [path for path in text_files() if path.is_relative_to(ROOT / "templates")]
    assert findings(UNESCAPED, templates) == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (LOOSE_ENDS, "# TO" + "DO later"),
        (MACHINE_PATH, 'Path("/wor' + 'k/main")'),
        (REGISTRY_HOST, "https://pypi.or" + "g/simple"),
        (UNESCAPED, "{{ name | safe }}"),
    ],
)
def test_the_guards_see_what_they_guard_against(pattern, line):
    assert pattern.search(line)
